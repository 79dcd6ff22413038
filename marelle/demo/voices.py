"""What the demonstration's children propose, what they are answered, what groups of them think of the reports."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from marelle.accounts.models import Person
from marelle.base import clock
from marelle.demo import network
from marelle.demo.practices import administrator, at
from marelle.mandates.models import Mandate
from marelle.mandates.states import MEMBER_STATES
from marelle.plans.models import Objective, Proposal, Report
from marelle.plans.operations import child_page, group_codes, proposals
from marelle.plans.operations.proposals import Said, Told
from marelle.plans.states import Verdict

FILE = Path(__file__).with_name("voices.yaml")
EACH = 4  # proposals of a town
SAY = [Verdict.ON_TRACK, Verdict.ACHIEVED, Verdict.HELD_BACK, Verdict.ON_TRACK, Verdict.NOT_RATED, Verdict.NO_PROGRESS]
MONTH = timedelta(days=30)


@cache
def content() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def tell(until: datetime) -> None:
    """Whatever children proposed and were answered by then, in the towns whose mandate runs."""
    rows = Mandate.rows.filter(state__in=sorted(MEMBER_STATES)).select_related("plan__framework", "organisation")
    for number, mandate in enumerate(rows.order_by("organisation__code", "pk")):
        author = administrator(mandate.organisation)
        is_story = mandate.organisation.code == network.content()["where"]["story"]
        told = [_the_story(), *_later()] if is_story else list(_of_a_town(mandate, number))
        for row in told:
            _propose(mandate, row, until, author)
        if is_story:
            _write_the_page(mandate, until, author)


def children_rate(report: Report, *, by: Person) -> None:
    """A council or a class rates a report that is being written, by a code its officer makes: as `clock` stands.

    In the story's commune a council and a class do, each apart.
    """
    is_story = report.organisation.code == network.content()["where"]["story"]
    kinds = ("council", "class") if is_story else ("class",) if report.pk % 3 == 0 else ("council",)
    for place, kind in enumerate(kinds):
        _group_rates(report, kind, report.pk + place, by)


def _group_rates(report: Report, kind: str, turn: int, by: Person) -> None:
    held, code = group_codes.make_code(report.pk, kind, by=by)
    objectives = group_codes.rated(report)
    verdicts = {o.code: SAY[(number + turn) % len(SAY)] for number, o in enumerate(objectives)}
    sentence = content()["sentences"][turn % len(content()["sentences"])]
    group_codes.rate(code, verdicts, is_five_or_more=True, sentence=sentence)
    group_codes.read_sentence(held.pk, is_shown=True, by=by)


def _the_story() -> dict[str, Any]:
    """What the class said; it is tied to the story's objective."""
    return {**content()["story"], "tie": network.content()["story"]["objective"]}


def _later() -> list[dict[str, Any]]:
    return content()["story"]["later"]


def _of_a_town(mandate: Mandate, number: int) -> Iterator[dict[str, Any]]:
    """Four of the file, in turn, their days counted from the first day of the mandate."""
    rows = content()["towns"]
    for place in range(EACH):
        row = rows[(number * 3 + place * 3) % len(rows)]
        received = mandate.starts_on + row["months"] * MONTH + timedelta(days=number % 9)
        answered = received + timedelta(days=row["days"]) if "days" in row else None
        yield {**row, "received": received, "answered": answered}


def _propose(mandate: Mandate, row: Mapping[str, Any], until: datetime, author: Person) -> None:
    """Kept the day after it came, shown two days later, answered on its day."""
    received: date = row["received"]
    if at(received, days=1) > until:
        return
    said = Said(row["words"], row["source"], row["group"], received)
    with clock.at(at(received, days=1)):
        kept = proposals.keep_proposal(mandate.organisation, said, by=author, plan=mandate.plan)
    if at(received, days=3) <= until:
        with clock.at(at(received, days=3)):
            proposals.show(kept.pk, by=author)
    if row.get("answered") and at(row["answered"]) <= until:
        with clock.at(at(row["answered"])):
            _carry(kept, mandate, row, author)
            proposals.answer(kept.pk, Told(row["kind"], row["why"], row.get("when", "")), by=author)


def _carry(kept: Proposal, mandate: Mandate, row: Mapping[str, Any], author: Person) -> None:
    """What answers it: the story's objective; elsewhere, for a plain yes, an objective of its domain."""
    objectives = Objective.objects.filter(plan=mandate.plan_id)
    if "tie" in row:
        found = objectives.filter(name=row["tie"]).first()
    elif row["kind"] == "yes":
        found = objectives.filter(domain__code=row["domain"]).order_by("position", "pk").first()
    else:
        found = None
    if found:
        proposals.tie(kept.pk, f"objective.{found.code}", by=author)


def _write_the_page(mandate: Mandate, until: datetime, author: Person) -> None:
    """The story's promise, said again on the page for children."""
    story = network.content()["story"]
    objective = Objective.objects.filter(plan=mandate.plan_id, name=story["objective"]).first()
    day = datetime(2026, 6, 3, 10, tzinfo=clock.PARIS)
    if objective and day <= until:
        with clock.at(day):
            words = content()["story"]["promise"]
            part = f"promise.{objective.code}"
            child_page.write(mandate.plan_id, part, words, instead_of=objective.promise or objective.name, by=author)
