"""What surrounds the dossiers of the demonstration: questions answered for all, conversations, notes, hearings, a question passed on."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from marelle.accounts import threads
from marelle.accounts.models import Person
from marelle.base import clock
from marelle.demo.practices import administrator
from marelle.mandates.models import Application, Call
from marelle.mandates.operations import askings, call_answers, hearings
from marelle.mandates.queries import conversations
from marelle.mandates.states import ApplicationState

FILE = Path(__file__).with_name("candidature.yaml")
PLACE, MINUTES, SLOTS = "Salle de démonstration", 45, 4


@cache
def content() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def tell(until: datetime, team: dict[str, Person], told: Collection[str]) -> None:
    """Whatever was asked, said and planned by then, about the places that are told."""
    officer = team["committee-officer"]
    call = Call.rows.filter(code=content()["call"], opens_at__lte=until).first()
    if call is None:
        return
    rows = Application.rows.filter(call=call, organisation__code__in=told).select_related("organisation", "call")
    dossiers = {row.organisation.code: row for row in rows}
    for row in _come("answers", until):
        with _on(row["at"]):
            call_answers.publish_answer(call.pk, question=row["question"], answer=row["answer"], by=officer)
    for row in _of(dossiers, "conversations"):
        _converse(dossiers[row["place"]], row["said"], until, officer)
    for row in _of(dossiers, "notes"):
        _say(conversations.reference_internal(dossiers[row["place"]]), row, until, officer)
    for row in _come("hearings", until, "prepared"):
        _hear(call, row, until, officer)
    for row in _of(dossiers, "asked"):
        _ask(dossiers[row["place"]], row, until)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=clock.PARIS)


def _on(written: str) -> AbstractContextManager[None]:
    return clock.at(_moment(written))


def _come(name: str, until: datetime, when: str = "at") -> list[dict[str, Any]]:
    return [row for row in content()[name] if _moment(row[when]) <= until]


def _of(dossiers: dict[str, Application], name: str) -> list[dict[str, Any]]:
    return [row for row in content()[name] if row["place"] in dossiers]


def _converse(dossier: Application, said: list[dict[str, Any]], until: datetime, officer: Person) -> None:
    city = administrator(dossier.organisation)
    for row in said:
        _say(conversations.reference_with_city(dossier), row, until, by={"city": city, "team": officer}[row["who"]])


def _say(reference: str, row: dict[str, Any], until: datetime, by: Person) -> None:
    if _moment(row["at"]) <= until:
        with _on(row["at"]):
            threads.say(reference, row["text"], by=by)


def _hear(call: Call, day: dict[str, Any], until: datetime, officer: Person) -> None:
    """The slots of a day; each dossier still under review is given its own, and heard once its hour has passed."""
    first_at = _moment(day["first"])
    with _on(day["prepared"]):
        slots = hearings.prepare_slots(
            call.pk, by=officer, first_at=first_at, length_minutes=MINUTES, count=SLOTS, place=PLACE
        )
    under_review = Application.rows.filter(call=call, state=ApplicationState.UNDER_REVIEW)
    for row in day["planned"]:
        dossier = under_review.filter(organisation__code=row["place"]).first()
        if dossier is None:
            continue
        slot = slots[row["slot"]]
        with _on(day["prepared"]):
            hearings.plan_hearing(dossier.pk, slot.pk, by=officer)
        if "shared" in row and slot.starts_at < until:
            with clock.at(slot.starts_at.replace(hour=18)):
                hearings.hear(dossier.pk, by=officer, shared_minutes=row["shared"], internal_minutes=row["internal"])


def _ask(dossier: Application, row: dict[str, Any], until: datetime) -> None:
    """A question of a dossier being written, passed on and answered."""
    if _moment(row["at"]) > until or not dossier.is_being_written:
        return
    with _on(row["at"]):
        passed_on = {name: row[name] for name in ("whom", "email", "note")}
        _asking, secret = askings.ask(dossier.pk, row["key"], **passed_on, by=administrator(dossier.organisation))
        askings.answer(secret, row["answer"])
