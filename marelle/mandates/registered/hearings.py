"""What a hearing brings to the calendar of its city, and who may still receive its letters."""

from collections.abc import Iterator

from django.urls import reverse

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.base import outbox, registers
from marelle.base.registers import Moment
from marelle.mandates.models import Application, Hearing, Review
from marelle.mandates.queries.hearings import moment_of

LETTERS = ("hearing_planned", "hearing_moved", "hearing_cancelled")


def register() -> None:
    """Join the registers."""
    registers.calendar_providers.append(moments)
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


def is_invited(reference: str, address: str) -> bool:
    """Whoever has this address may read the dossier, or has it to read."""
    person = Person.objects.filter(email__iexact=address, is_active=True).first()
    code = reference.partition(":")[2]
    return person is not None and (
        Application.objects.visible_to(person).filter(code=code).exists()
        or Review.objects.visible_to(person).filter(application__code=code).exists()
    )
