"""Hearing a city: slots prepared for a call, a dossier given one, moved, called off, and what was said."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import hearings as letters
from marelle.mandates.models import Application, Call, Hearing, Slot
from marelle.mandates.states import APPLICATION_STEPS

MOST_SLOTS = 40  # prepared at once: two days of twenty; ours
SHORTEST, LONGEST = 5, 240  # minutes of a slot; ours


@transaction.atomic
def prepare_slots(
    call_id: int, *, by: Person, first_at: datetime, length_minutes: int, count: int, place: str = "", link: str = ""
) -> list[Slot]:
    """Keep `count` times one after the other, from `first_at`. Those kept already stay as they are.

    Raises NotAllowed, BadData.
    """
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_hearings, by, call)
    faults = []
    if not 1 <= count <= MOST_SLOTS:
        faults.append(_("Prepare from 1 to %(most)s slots at once.") % {"most": MOST_SLOTS})
    if not SHORTEST <= length_minutes <= LONGEST:
        faults.append(_("A hearing lasts from %(from)s to %(to)s minutes.") % {"from": SHORTEST, "to": LONGEST})
    if first_at <= clock.now():
        faults.append(_("Give a day and an hour to come."))
    if not place.strip() and not link.strip():
        faults.append(_("Say where: a place, the address of a room, or both."))
    if faults:
        raise BadData(_("These slots cannot be prepared."), faults)
    where = {"place": place.strip(), "link": link.strip()}
    starts = [first_at + timedelta(minutes=length_minutes * number) for number in range(count)]
    made = {"length_minutes": length_minutes, "made_by": by}
    return [Slot.rows.get_or_create(call=call, starts_at=at, **where, defaults=made)[0] for at in starts]


@transaction.atomic
def remove_slot(slot_id: int, *, by: Person) -> None:
    """Take back a slot that was given to nobody. Raises NotAllowed, WrongState."""
    slot = Slot.rows.lock(slot_id)
    rules.require(rules.may_prepare_hearings, by, slot.call)
    if Hearing.rows.filter(slot=slot).exists():
        raise WrongState(_("A city has this slot: move its hearing, or call it off, first."))
    slot.delete()


@transaction.atomic
def plan_hearing(application_id: int, slot_id: int, *, by: Person, at: datetime | None = None) -> Hearing:
    """Give a dossier a slot, or another one than it has: its city and its readers are invited, or told of the move.

    Raises NotAllowed, WrongState when the dossier is not under review, or the slot has been given; BadData.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_handle, by, application)
    slot = Slot.rows.lock(slot_id)
    moment = at or clock.now()
    if slot.call_id != application.call_id or slot.starts_at <= moment:
        raise BadData(_("Choose a slot to come, of the same call."))
    if Hearing.rows.filter(slot=slot).exists():
        raise WrongState(_("This slot has been given to another city meanwhile: choose another one."))
    planned = _to_come(application)
    if planned is None:
        APPLICATION_STEPS.take(application, "plan_hearing")
        application.save(update_fields=["state"])
        hearing = Hearing.rows.create(application=application, slot=slot, planned_at=moment)
        journal.record(application, "hearing_planned", by=by, starts_at=slot.starts_at.isoformat())
        letters.invite(hearing)
        return hearing
    planned.slot, planned.sequence = slot, planned.sequence + 1
    planned.save(update_fields=["slot", "sequence"])
    journal.record(application, "hearing_moved", by=by, starts_at=slot.starts_at.isoformat())
    letters.tell_moved(planned)
    return planned


@transaction.atomic
def cancel_hearing(application_id: int, *, by: Person, because: str, at: datetime | None = None) -> Hearing:
    """Call a hearing off: the dossier is under review again, all who were invited read why.

    Raises NotAllowed, WrongState when none is planned, BadData without a reason.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_handle, by, application)
    if not because.strip():
        raise BadData(_("Say why: the city will read it."))
    APPLICATION_STEPS.take(application, "cancel_hearing")
    application.save(update_fields=["state"])
    hearing = call_off(application, because.strip(), at=at or clock.now())
    journal.record(application, "hearing_cancelled", by=by, because=because.strip())
    return hearing


def call_off(application: Application, because: str, *, at: datetime) -> Hearing:
    """Free the slot of the hearing to come, and tell all who were invited. Raises WrongState when none is planned."""
    hearing = _to_come(application)
    if hearing is None or hearing.slot is None:
        raise WrongState(_("No hearing is planned."))
    was, hearing.slot = hearing.slot, None
    hearing.cancelled_at, hearing.sequence = at, hearing.sequence + 1
    hearing.save(update_fields=["slot", "cancelled_at", "sequence"])
    letters.tell_cancelled(hearing, was, because)
    return hearing


@transaction.atomic
def hear(
    application_id: int, *, by: Person, shared_minutes: str, internal_minutes: str = "", at: datetime | None = None
) -> Hearing:
    """Record that a city was heard. `shared_minutes`: what it will read; `internal_minutes`: the committee alone.

    Raises NotAllowed, WrongState when none is planned or its hour has not come, BadData without shared minutes.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_handle, by, application)
    moment = at or clock.now()
    if not shared_minutes.strip():
        raise BadData(_("Write what was said, in the part the city will read."))
    hearing = _to_come(application)
    if hearing is None or hearing.slot is None or hearing.slot.starts_at > moment:
        raise WrongState(_("The minutes come once the hearing has been held."))
    APPLICATION_STEPS.take(application, "hear")
    application.save(update_fields=["state"])
    hearing.heard_at = moment
    hearing.shared_minutes, hearing.internal_minutes = shared_minutes.strip(), internal_minutes.strip()
    hearing.save(update_fields=["heard_at", "shared_minutes", "internal_minutes"])
    journal.record(application, "heard", by=by)
    return hearing


def _to_come(application: Application) -> Hearing | None:
    """The one hearing planned for a dossier, with its slot."""
    return Hearing.rows.filter(application=application, cancelled_at=None, heard_at=None).select_related("slot").first()
