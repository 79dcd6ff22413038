"""Letters to several cities: the list of them, and what each city will read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from marelle.accounts.models import Membership, Person
from marelle.accounts.states import Role
from marelle.mandates.models import Mandate, Reminder, Reminding
from marelle.mandates.queries import steering
from marelle.mandates.queries.people import WRITERS
from marelle.mandates.queries.reasons import filled
from marelle.mandates.states import RemindingState


@dataclass(frozen=True)
class Preview:
    """What one city will read. `people`: how many answer there; 0: nobody, it goes nowhere. `lately`: reminded not long ago."""

    mandate: Mandate
    words: str
    people: int
    lately: bool
    reminder: Reminder


def listed(person: Person) -> QuerySet[Reminding]:
    """The letters of one's committees, the latest first, with how many cities and how many left."""
    rows = Reminding.objects.visible_to(person).select_related("made_by")
    counted = rows.annotate(cities=Count("reminders"), sent=Count("reminders", filter=~Q(reminders__sent_at=None)))
    return counted.order_by("-made_at", "-pk")


def letters_of(reminding: Reminding) -> QuerySet[Reminder]:
    """One a city, by name."""
    return reminding.reminders.order_by("mandate__organisation__name", "pk")


def sent_of(reminding: Reminding) -> int:
    """How many have left."""
    return reminding.reminders.exclude(sent_at=None).count()


def previews(shown: list[Reminder], reminding: Reminding, lately: Collection[int], today: date) -> list[Preview]:
    """What these cities will read: as it was frozen, or as the draft says today. A fixed number of questions."""
    rows = Mandate.rows.filter(pk__in=[reminder.mandate_id for reminder in shown])
    found = {row.mandate.pk: row for row in steering.rows_of(rows, today)}
    people, is_draft = _people([row.mandate for row in found.values()]), reminding.state == RemindingState.DRAFT
    return [
        Preview(
            mandate=row.mandate,
            words=filled(reminding.words, row) if is_draft else reminder.words,
            people=people.get(row.mandate.organisation_id, 0),
            lately=reminder.mandate_id in lately,
            reminder=reminder,
        )
        for reminder in shown
        for row in [found[reminder.mandate_id]]
    ]


def _people(mandates: list[Mandate]) -> dict[int, int]:
    """By organisation: its administrators, else its writers (`people.contacts_of`, for many at once)."""
    held = Membership.objects.living().filter(
        organisation__in=[m.organisation_id for m in mandates], role__in=WRITERS, person__is_active=True
    )
    counted = (
        held.order_by()
        .values_list("organisation")
        .annotate(
            chiefs=Count("person", filter=Q(role=Role.CITY_ADMINISTRATOR), distinct=True),
            all=Count("person", distinct=True),
        )
    )
    return {key: chiefs or every for key, chiefs, every in counted}
