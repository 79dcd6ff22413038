"""The board's sessions: prepared for a call, an agenda put in order, what was said once it was held."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.models import AgendaItem, Application, BoardSession, Call
from marelle.mandates.queries import people
from marelle.mandates.states import ApplicationState

SHORTEST, LONGEST = 15, 600  # minutes of a session; ours


@transaction.atomic
def prepare_session(call_id: int, *, by: Person, starts_at: datetime, length_minutes: int, place: str) -> BoardSession:
    """Say when and where the board meets for a call. Raises NotAllowed, BadData."""
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_session, by, call)
    _check(starts_at, length_minutes, place)
    session = BoardSession.rows.create(
        call=call, starts_at=starts_at, length_minutes=length_minutes, place=place.strip(), made_by=by
    )
    _record(session, "session_prepared", by, starts_at=starts_at.isoformat())
    return session


@transaction.atomic
def change_session(
    session_id: int, *, by: Person, starts_at: datetime, length_minutes: int, place: str
) -> BoardSession:
    """Move a session not held yet. Raises NotAllowed, WrongState, BadData."""
    session = _to_come(session_id, by)
    _check(starts_at, length_minutes, place)
    session.starts_at, session.length_minutes, session.place = starts_at, length_minutes, place.strip()
    session.save(update_fields=["starts_at", "length_minutes", "place"])
    _record(session, "session_changed", by, starts_at=starts_at.isoformat())
    return session


@transaction.atomic
def add_to_agenda(session_id: int, application_ids: Sequence[int], *, by: Person) -> BoardSession:
    """Put applications at the end of the agenda, in that order; one there already stays where it is. All of them, or none.

    Raises NotAllowed, WrongState when one has no opinion, or stands on another agenda to come; BadData for another call.
    """
    session = _to_come(session_id, by)
    last = session.agenda.aggregate(last=Max("position"))["last"] or 0
    there = set(session.agenda.values_list("application_id", flat=True))
    for key in dict.fromkeys(application_ids):
        if key not in there:
            last += 1
            AgendaItem.rows.create(session=session, application=_ready(session, key, by), position=last)
    _record(session, "agenda_changed", by, applications=session.agenda.count())
    return session


@transaction.atomic
def remove_from_agenda(session_id: int, application_id: int, *, by: Person) -> BoardSession:
    """Take an application off the agenda. Raises NotAllowed, WrongState once held, or once it was decided there."""
    session = _to_come(session_id, by)
    if session.decisions.filter(application=application_id).exists():
        raise WrongState(_("This application was decided at this session: it stays on its agenda."))
    session.agenda.filter(application=application_id).delete()
    _record(session, "agenda_changed", by, applications=session.agenda.count())
    return session


@transaction.atomic
def move_on_agenda(session_id: int, application_id: int, *, by: Person, up: bool) -> BoardSession:
    """Change places with the one before (`up`), or after; at the end nothing moves. Raises NotAllowed, WrongState."""
    session = _to_come(session_id, by)
    items = list(session.agenda.order_by("position", "pk"))
    keys = [item.application_id for item in items]
    here = keys.index(application_id) if application_id in keys else -1
    there = here + (-1 if up else 1)
    if here >= 0 and there in range(len(items)):
        items[here], items[there] = items[there], items[here]
        for position, item in enumerate(items, start=1):
            item.position = position
        AgendaItem.rows.bulk_update(items, ["position"])
        _record(session, "agenda_changed", by, applications=len(items))
    return session


@transaction.atomic
def hold_session(
    session_id: int,
    *,
    by: Person,
    present: Collection[Person],
    also_present: str = "",
    minutes: str = "",
    at: datetime | None = None,
) -> BoardSession:
    """Record who was present and what was said: the agenda no longer changes. What was not decided is put off.

    Raises NotAllowed, WrongState before its hour, twice or with an empty agenda, BadData when no one of the board was present.
    """
    session = _to_come(session_id, by)
    moment = at or clock.now()
    if session.starts_at > moment:
        raise WrongState(_("The minutes come once the session has begun."))
    if not session.agenda.exists():
        raise WrongState(_("Nothing is on the agenda of this session."))
    members = set(people.board_of(session.call.committee))
    if not present or not set(present) <= members:
        raise BadData(_("Say who was present: at least one member of the board or of the commission."))
    session.held_at = moment
    session.also_present, session.minutes = also_present.strip(), minutes.strip()
    session.save(update_fields=["held_at", "also_present", "minutes"])
    session.present.set(present)
    _record(session, "session_held", by, present=len(present))
    return session


def _to_come(session_id: int, by: Person) -> BoardSession:
    """The session, locked, not held. Raises NotAllowed, WrongState."""
    session = BoardSession.rows.lock(session_id)
    rules.require(rules.may_prepare_session, by, session.call)
    if session.held_at:
        raise WrongState(_("This session was held: its agenda and its minutes no longer change."))
    return session


def _ready(session: BoardSession, application_id: int, by: Person) -> Application:
    """An application the board may decide on. Raises NotAllowed, WrongState, BadData."""
    application = Application.rows.lock(application_id)
    if application.call_id != session.call_id:
        raise BadData(_("This application is of another call."))
    rules.require(rules.may_handle, by, application)
    words = {"city": application.organisation}
    if application.state != ApplicationState.OPINION_GIVEN:
        raise WrongState(_("%(city)s: the commission’s opinion comes first, and nothing is decided yet.") % words)
    if AgendaItem.rows.filter(application=application, session__held_at=None).exclude(session=session).exists():
        raise WrongState(_("%(city)s is on the agenda of another session to come.") % words)
    return application


def _check(starts_at: datetime, length_minutes: int, place: str) -> None:
    faults = []
    if starts_at <= clock.now():
        faults.append(_("Give a day and an hour to come."))
    if not SHORTEST <= length_minutes <= LONGEST:
        faults.append(_("A session lasts from %(from)s to %(to)s minutes.") % {"from": SHORTEST, "to": LONGEST})
    if not place.strip():
        faults.append(_("Say where: a place, or the address of a room."))
    if faults:
        raise BadData(_("This session cannot be prepared."), faults)


def _record(session: BoardSession, verb: str, by: Person, **facts: object) -> None:
    journal.record(session, verb, by=by, organisation=session.call.committee, **facts)
