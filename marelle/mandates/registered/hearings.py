"""What a hearing brings to the calendars of its city and of its readers, and who may still receive its letters."""

from collections.abc import Iterator

from django.urls import reverse

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import outbox, registers
from marelle.base.registers import Moment
from marelle.mandates.models import Application, Hearing, Review
from marelle.mandates.queries.hearings import moment_of
from marelle.mandates.states import ReviewState

LETTERS = ("hearing_planned", "hearing_moved", "hearing_cancelled")


def register() -> None:
    """Join the registers."""
    registers.calendar_providers.append(moments)
    registers.calendar_providers.append(moments_of_readers)
    for kind in LETTERS:
        outbox.may_receive(kind, is_invited)


def moments(person: Person | None, organisation: Organisation | None) -> Iterator[Moment]:
    """The hearings of an organisation, for those who may read its dossier."""
    if person is None or organisation is None or not accounts.may_read(person, organisation):
        return
    rows = Hearing.objects.to_come().filter(application__organisation=organisation)
    for hearing in rows.select_related("slot__call", "application__organisation"):
        if hearing.slot is not None:
            yield moment_of(hearing, hearing.slot, address=reverse("city:application", args=[organisation.code]))


def moments_of_readers(person: Person | None, organisation: Organisation | None) -> Iterator[Moment]:
    """The hearings to come of the dossiers one reads for this committee, never of one in conflict: city, hour, place."""
    if person is None or organisation is None or organisation.kind != OrganisationKind.COMMITTEE:
        return
    readings = Review.objects.visible_to(person).filter(reviewer=person, application__call__committee=organisation)
    kept = readings.exclude(state=ReviewState.STEPPED_ASIDE)
    codes = dict(kept.values_list("application_id", "code"))
    rows = Hearing.objects.to_come().filter(application__in=codes)
    for hearing in rows.select_related("slot__call", "application__organisation"):
        if hearing.slot is not None:
            address = reverse("office:reading", args=[codes[hearing.application_id]])
            yield moment_of(hearing, hearing.slot, address=address)


def is_invited(reference: str, address: str) -> bool:
    """Whoever has this address may read the dossier, or has it to read."""
    person = Person.objects.filter(email__iexact=address, is_active=True).first()
    code = reference.partition(":")[2]
    return person is not None and (
        Application.objects.visible_to(person).filter(code=code).exists()
        or Review.objects.visible_to(person).filter(application__code=code).exists()
    )
