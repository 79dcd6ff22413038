"""The life of an application as both sides read it: what happened, in order, and what comes next."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from marelle.accounts.models import JournalEntry, Person
from marelle.accounts.queries import as_act
from marelle.mandates import rules
from marelle.mandates.models import Application, Decision, HandIn, Point
from marelle.mandates.queries.applications import dossier
from marelle.mandates.queries.points import Asked, with_places
from marelle.mandates.states import ApplicationState, Outcome
from marelle.mandates.states import Asked as Occasion

TOLD = frozenset(
    {
        "application_started",
        "admitted",
        "withdrawn",
        "lapsed",
        "voted",
        "more_time_given",
        "hearing_planned",
        "hearing_moved",
        "hearing_cancelled",
        "heard",
    }
)  # to both sides
INSIDE = frozenset(
    {
        *("assigned", "review_taken_back", "review_begun", "review_finished", "review_reopened", "stepped_aside"),
        *("opinion_given", "decision_proposed"),
    }
)  # to the programme team alone
GOOD, WATCH, BAD, PLAIN = "good", "watch", "bad", "over"  # looks of a line
LOOKS = {Outcome.GRANTED: GOOD, Outcome.PROBATION: WATCH, Outcome.REFUSED: BAD}


@dataclass(frozen=True)
class Line:
    """One thing that happened. `who`: blank when the committee did it, for a city; `until`: the end it gave."""

    at: datetime
    words: str
    look: str = PLAIN
    who: str = ""
    text: str = ""
    until: datetime | None = None
    points: list[Asked] = field(default_factory=list)
    hand_in: HandIn | None = None


def story_of(application: Application, person: Person) -> list[Line]:
    """What happened, the first thing first. Its city reads neither who reads it nor what is thought of it."""
    inside = rules.may_handle(person, application)
    lines = [_begun(application, inside)]
    lines += _hand_ins(application)
    lines += _rounds(application, own=application.organisation_id in person.organisation_ids)
    lines += [_decided(d, inside) for d in application.decisions.select_related("confirmed_by").order_by("decided_at")]
    lines += [_act(entry, inside) for entry in _acts(application, TOLD | INSIDE if inside else TOLD)]
    return sorted(lines, key=lambda line: line.at)


def next_step(application: Application) -> str:
    """What comes next, said to its city; blank when nothing does."""
    words = {
        ApplicationState.SUBMITTED: _(
            "The committee checks that nothing is missing. If something is, it sends you the list."
        ),
        ApplicationState.ADMISSIBLE: _("Nothing is missing. The committee now chooses who will read it."),
        ApplicationState.UNDER_REVIEW: _("It is being read. The commission then gives its opinion to the board."),
        ApplicationState.HEARING_PLANNED: _("The commission will hear you before it gives its opinion."),
        ApplicationState.HEARD: _("You have been heard. The commission now gives its opinion to the board."),
        ApplicationState.OPINION_GIVEN: _("The board decides at one of its next sessions. You will be written to."),
        ApplicationState.ACCEPTED: _("Your council now votes the plan and the agreement; then each party signs."),
        ApplicationState.ADOPTED: _("The agreement is now signed by each party."),
        ApplicationState.SIGNED: _("The mandate begins: the plan is followed in this space."),
        ApplicationState.DECLINED: _("You may apply again at the next call, starting from this dossier."),
    }
    return words.get(ApplicationState(application.state), "")


def last_decision(application: Application) -> Decision | None:
    """What the board last decided."""
    return application.decisions.order_by("-decided_at", "-pk").first()


def _begun(application: Application, inside: bool) -> Line:
    return Line(application.created_at, _("Intent declared"), who=application.created_by.name if inside else "")


def _hand_ins(application: Application) -> Iterator[Line]:
    for row in application.hand_ins.select_related("handed_in_by", "receipt").order_by("number"):
        words = _("Handed in") if row.number == 1 else _("Handed in again")
        yield Line(row.handed_in_at, words, GOOD, who=row.handed_in_by.name, hand_in=row)


def _rounds(application: Application, *, own: bool) -> Iterator[Line]:
    """Each list of points, the day it was asked. Until it is handed in, what a city says of them is its own."""
    rows: list[Point] = list(application.points.in_order())
    for row in rows:
        if not own and row.handed_in_at is None:
            row.done_at, row.answer = None, ""
    asked = with_places(dossier(application), rows) if rows else []
    for at, group in groupby(asked, key=lambda one: one.point.asked_at):
        points = list(group)
        sent_back = points[0].point.asked == Occasion.SENT_BACK
        words = _("Sent back to be completed") if sent_back else _("Conditions of the probation")
        yield Line(at, words, WATCH, points=points)


def _decided(decision: Decision, inside: bool) -> Line:
    words = _("Decided by the board: %(outcome)s") % {"outcome": decision.get_outcome_display()}
    who = decision.confirmed_by.name if inside else ""
    return Line(decision.decided_at, words, LOOKS[Outcome(decision.outcome)], who, decision.reasons)


def _acts(application: Application, verbs: Collection[str]) -> Iterator[JournalEntry]:
    rows = JournalEntry.objects.filter(
        chain__organisation=application.organisation_id,
        content__reference=f"mandates.application:{application.code}",
        content__verb__in=verbs,
    )
    yield from rows.select_related("chain__organisation", "content__person").order_by("at", "pk")


def _act(entry: JournalEntry, inside: bool) -> Line:
    verb, facts = entry.content.verb, entry.content.facts
    if verb in INSIDE:
        act = as_act(entry)
        return Line(entry.at, act.words, who=act.who)
    words, look = {
        "application_started": (_("Being written"), PLAIN),
        "admitted": (_("Found complete: it can be read"), GOOD),
        "withdrawn": (_("Withdrawn by the city"), BAD),
        "lapsed": (_("Lapsed"), BAD),
        "voted": (_("Voted by the council"), GOOD),
        "more_time_given": (_("More time is given"), WATCH),
        "hearing_planned": (_("A hearing is planned"), PLAIN),
        "hearing_moved": (_("The hearing is moved"), WATCH),
        "hearing_cancelled": (_("The hearing is called off"), WATCH),
        "heard": (_("Heard by the commission"), GOOD),
    }[verb]
    until = datetime.fromisoformat(facts["until"]) if "until" in facts else None
    own = verb in ("application_started", "withdrawn", "voted")
    who = entry.content.person.name if entry.content.person and (inside or own) else ""
    return Line(entry.at, words, look, who, facts.get("reasons", ""), until)
