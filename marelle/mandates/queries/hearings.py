"""Hearings as pages show them: the slots of a call, the hearing of a dossier, what its city may read of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base.registers import Moment
from marelle.mandates.models import Application, Call, Hearing, Slot
from marelle.mandates.states import ApplicationState


@dataclass(frozen=True)
class Told:
    """What a city reads of a hearing, past or to come: never the committee's own part of the minutes."""

    starts_at: datetime
    ends_at: datetime
    place: str
    link: str
    zone: str
    minutes: str


def told(application: Application) -> list[Told]:
    """The hearings of a dossier, those called off left out, the first one first."""
    rows = Hearing.objects.filter(application=application, cancelled_at=None).select_related("slot__call")
    return [
        Told(h.slot.starts_at, h.slot.ends_at, h.slot.place, h.slot.link, h.slot.call.zone, h.shared_minutes)
        for h in rows.order_by("slot__starts_at", "pk")
        if h.slot is not None
    ]


def hearings_of(application: Application) -> QuerySet[Hearing]:
    """The same, for the committee, the last one first."""
    rows = Hearing.objects.filter(application=application, cancelled_at=None)
    return rows.select_related("slot").order_by("-slot__starts_at", "-pk")


def slots_of(call: Call, person: Person) -> list[tuple[Slot, Application | None]]:
    """The slots of a call in order, each with the dossier that has it, as far as `person` may see it."""
    seen = Application.objects.visible_to(person).filter(call=call).select_related("organisation").in_bulk()
    slots = Slot.objects.filter(call=call).select_related("hearing").order_by("starts_at", "place", "pk")
    return [(slot, seen.get(slot.hearing.application_id) if is_given(slot) else None) for slot in slots]


def free_slots(call: Call, now: datetime) -> QuerySet[Slot]:
    """Those to come that nobody has, in order."""
    return Slot.objects.filter(call=call, hearing=None, starts_at__gt=now).order_by("starts_at", "place", "pk")


def waiting(call: Call, person: Person) -> QuerySet[Application]:
    """The dossiers under review that no slot was given to yet, as far as `person` may see them, by name."""
    rows = Application.objects.visible_to(person).filter(call=call, state=ApplicationState.UNDER_REVIEW)
    return rows.select_related("organisation").order_by("organisation__name", "pk")


def moment_of(hearing: Hearing, slot: Slot, *, address: str) -> Moment:
    """A hearing as a date for a calendar; `slot`: the one it has, or had. `address`: a path, the page of its reader."""
    return Moment(
        code=f"hearing-{hearing.code}",
        title=_("Hearing of %(city)s") % {"city": hearing.application.organisation.name},
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        address=address,
        zone=slot.call.zone,
        place=slot.where,
        sequence=hearing.sequence,
        is_cancelled=hearing.cancelled_at is not None,
    )


def is_given(slot: Slot) -> bool:
    """Whether a dossier has it."""
    return hasattr(slot, "hearing")
