"""Who declares its intent to answer a call: the programme team sees who and when, never what is being written."""

from dataclasses import dataclass
from datetime import datetime

from marelle.accounts.models import Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.mandates import rules
from marelle.mandates.models import Application, Call
from marelle.mandates.queries.applications import closes_at
from marelle.mandates.states import NOT_HANDED_IN


@dataclass(frozen=True)
class Intent:
    """An organisation that has not handed in yet. `state`: intent or draft, in words; `closes_at`: its own end."""

    code: str
    organisation: str
    track: str
    state: str
    word: str
    declared_at: datetime
    closes_at: datetime
    is_late: bool
    may_give_more_time: bool


def of_call(call: Call, person: Person) -> list[Intent]:
    """Those of a call, by name, for the team of its committee; one question. Nobody else sees any."""
    if not person.roles_at(call.committee_id) & PROGRAMME_TEAM:
        return []
    rows = Application.objects.filter(call=call, state__in=NOT_HANDED_IN).everyone(reason="who declares its intent")
    rows = rows.select_related("organisation", "track", "call__committee").order_by("organisation__name", "pk")
    may_give = rules.may_prepare_call(person, call)
    return [_intent(row, may_give and row.organisation_id not in person.organisation_ids) for row in rows]


def _intent(row: Application, may_give_more_time: bool) -> Intent:
    return Intent(
        code=row.code,
        organisation=row.organisation.name,
        track=str(row.track),
        state=row.state,
        word=row.get_state_display(),
        declared_at=row.created_at,
        closes_at=closes_at(row),
        is_late=row.late_until is not None,
        may_give_more_time=may_give_more_time,
    )
