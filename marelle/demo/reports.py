"""The demonstration's reports: a sheet each year, mid-term reports in every state, the last ones at the end."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from marelle.accounts.models import Membership, Person
from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import clock, jobs
from marelle.base.models import Job
from marelle.demo import network, running
from marelle.demo.practices import administrator
from marelle.demo.running import Act
from marelle.demo.voices import children_rate
from marelle.mandates import figures
from marelle.mandates.models import Mandate
from marelle.mandates.operations import reports as operations
from marelle.mandates.queries import reports as queries
from marelle.mandates.states import MEMBER_STATES, RUNNING
from marelle.plans import reporting
from marelle.plans.models import Report
from marelle.plans.operations.reports import ask_for_report, save_report_field
from marelle.plans.states import ReportKind, Verdict

WORDS = {
    "highlights": [
        "Les premières rues d’école sont calmes, et les familles le disent.",
        "Le conseil d’enfants se réunit chaque mois et rend un avis sur les projets qui le concernent.",
        "Les accueils de loisirs sont ouverts à tous, quel que soit le revenu.",
    ],
    "difficulties": [
        "Le recrutement d’un animateur a pris un an.",
        "Les travaux ont pris du retard : le marché a été infructueux.",
        "Les adolescents viennent peu : nous les rencontrons désormais là où ils sont.",
    ],
    "participation": [
        "Le conseil d’enfants a choisi les rues et relu ce bilan.",
        "Deux classes et un foyer ont été consultés ; leurs réponses sont affichées en mairie.",
    ],
    "fairness": [
        "Les premières actions sont dans les quartiers prioritaires ; les documents existent en langue simple.",
        "Un accueil en langue des signes, et des places réservées aux enfants suivis par la protection de l’enfance.",
    ],
    "next_steps": [
        "Étendre aux autres écoles d’ici deux ans.",
        "Former les agents et ouvrir une maison des droits de l’enfant.",
    ],
    "help_wanted": ["Un échange avec une ville qui a déjà évalué ses rues scolaires.", ""],
}
WHY = {
    Verdict.ACHIEVED: "Tout ce qui était promis est fait.",
    Verdict.ON_TRACK: "Les actions avancent comme prévu.",
    Verdict.HELD_BACK: "Une action est bloquée ; nous en avons parlé au comité.",
    Verdict.NO_PROGRESS: "Rien n’a pu commencer.",
    Verdict.NOT_RATED: "Trop tôt pour le dire.",
}
BACK = "Dites ce qui freine, objectif par objectif, et ce que vous comptez faire."


class Road(NamedTuple):
    """Days from the due date to each thing: handed in, sent back (or never) and handed in again, accepted."""

    first: int
    accepted: int
    back: int | None = None
    again: int = 0


ROADS = [Road(-60, -30), Road(-10, 25), Road(-40, 40, -15, 18), Road(16, 45), Road(-5, 28), Road(-70, -20)]  # by turns
MORE_TIME = 12  # one town in so many, of those that would be late, is given a month more
STORY = 0  # the road of the story's commune
EARLY = Road(-12, 18)  # of a yearly sheet
CHILDREN = -75  # days from the due date: a group answers together


def tell(until: datetime, team: dict[str, Person]) -> None:
    """Whatever was done, read, asked for, written, handed in and judged by then, in the order it happened."""
    rows = Mandate.rows.filter(state__in=sorted(RUNNING)).select_related("track", "plan", "organisation")
    for number, mandate in enumerate(rows.order_by("organisation__code", "pk")):
        done = list(running.acts(mandate))
        if mandate.state in MEMBER_STATES:
            done += acts(mandate, team["committee-officer"], number)
        for at, act in sorted(done, key=lambda pair: pair[0]):
            if at <= until:
                with clock.at(at):
                    act()
    with clock.at(until):
        operations.watch_the_late(until)
    _draw_for_the_visit()


def acts(mandate: Mandate, officer: Person, number: int) -> Iterator[tuple[datetime, Act]]:
    """What becomes of each report of a mandate, each with its moment, in no order."""
    is_story = mandate.organisation.code == network.content()["where"]["story"]
    track = mandate.track
    for due in figures.milestones(mandate.starts_on, mandate.ends_on, track.reports, track.report_dates):
        opens = _at(max(due.opens_on, mandate.starts_on))
        road = EARLY if due.kind == ReportKind.YEARLY else ROADS[STORY if is_story else number % len(ROADS)]
        yield opens, partial(_ask, mandate, due)
        if due.kind == ReportKind.MID_TERM and number % MORE_TIME == 3:
            yield _at(due.on) - timedelta(days=8), partial(_put_off, mandate, due, officer)
        for at, step in _steps(due, opens, road):
            yield at, partial(_take, step, mandate, due, officer, number)


def _ask(mandate: Mandate, due: figures.Milestone) -> None:
    covers = due.covers(mandate.starts_on)
    ask_for_report(mandate.plan_id, due.kind, due.year, covers=covers, due_on=due.on, by=robot())


def _put_off(mandate: Mandate, due: figures.Milestone, officer: Person) -> None:
    """A town whose officer left has a month more."""
    report = Report.rows.get(plan=mandate.plan_id, kind=due.kind, year=due.year)
    because = "La personne qui suivait le plan est partie ; sa remplaçante arrive dans deux semaines."
    operations.put_off_report(report.pk, due_on=due.on + timedelta(days=30), because=because, by=officer)


def _take(step: str, mandate: Mandate, due: figures.Milestone, officer: Person, number: int) -> None:
    """One step along its road."""
    report = Report.rows.get(plan=mandate.plan_id, kind=due.kind, year=due.year)
    if step == "children":
        children_rate(report, by=administrator(report.organisation))
    elif step == "write":
        _write(report, number)
    elif step == "submit":
        operations.submit_report(report.pk, by=_lead(report))
    elif step == "back":
        operations.send_back_report(report.pk, by=officer, reasons=BACK)
    else:
        _judge(report, officer, number)
        operations.accept_report(report.pk, by=officer)


def _steps(due: figures.Milestone, opens: datetime, road: Road) -> Iterator[tuple[datetime, str]]:
    """When each thing happens, none before it was asked for."""

    def days(number: int) -> datetime:
        return max(_at(due.on) + timedelta(days=number), opens + timedelta(days=1))

    if due.kind != ReportKind.YEARLY:
        yield days(CHILDREN), "children"
    yield days(road.first) - timedelta(hours=2), "write"
    yield days(road.first), "submit"
    if road.back is not None:
        yield days(road.back), "back"
        yield days(road.again), "submit"
    yield max(days(road.accepted), days(road.first) + timedelta(days=1)), "accept"


def _write(report: Report, number: int) -> None:
    """As an officer writes it: the suggestion is taken, with a sentence."""
    author = administrator(report.organisation)
    typed = {
        name: WORDS[name][(number + report.year) % len(WORDS[name])]
        for name in reporting.WORDS[ReportKind(report.kind)]
    }
    if report.kind != ReportKind.YEARLY:
        for part in reporting.situation(report):
            for known in part.objectives:
                verdict = Verdict(known.suggestion or Verdict.NOT_RATED)
                typed |= {f"verdict.{known.objective.code}": verdict, f"why.{known.objective.code}": WHY[verdict]}
    for name, value in typed.items():
        save_report_field(report.pk, name, str(value), was="", version=0, by=author)


def _judge(report: Report, officer: Person, number: int) -> None:
    """The committee finds what the town says, but for one objective in five."""
    if report.kind == ReportKind.YEARLY:
        return
    for place, objective in enumerate(report.plan.objectives.order_by("position", "pk"), start=number):
        said = report.ratings.filter(objective=objective, by="city", replaced_at=None).first()
        if said is not None:
            verdict = Verdict.HELD_BACK if place % 5 == 0 else said.verdict
            why = "Les preuves sont encore peu nombreuses." if place % 5 == 0 else "Vu lors de la visite."
            operations.verify_objective(report.pk, objective.code, verdict, why, by=officer)


def _lead(report: Report) -> Person:
    held = Membership.objects.living().filter(organisation=report.organisation, role=Role.ELECTED_LEAD)
    return held.select_related("person").order_by("pk")[0].person


def _draw_for_the_visit() -> None:
    """The papers of the story's commune are drawn, each the day it was accepted; the worker draws the others."""
    accepted = dict(queries.public_of(network.content()["where"]["story"]).values_list("code", "accepted_at"))
    for job in Job.objects.filter(task="draw_report").order_by("pk"):
        if at := accepted.get(job.arguments["code"]):
            with clock.at(at):
                jobs.deliver.call(job.pk)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), clock.PARIS)
