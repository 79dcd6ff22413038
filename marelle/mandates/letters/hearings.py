"""Invitations to a hearing, with a date for the reader's calendar: to the city's people, and to its readers."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base import outbox
from marelle.base.addresses import whole
from marelle.base.calendars import as_ical
from marelle.mandates.models import Hearing, Slot
from marelle.mandates.queries import people
from marelle.mandates.queries.hearings import moment_of
from marelle.mandates.states import ReviewState


def invite(hearing: Hearing) -> None:
    """Day, hour and place, with the date to put in one's calendar."""
    _write(hearing, hearing.slot, "hearing_planned", "REQUEST")


def tell_moved(hearing: Hearing) -> None:
    """The new day and hour: the date in their calendars moves."""
    _write(hearing, hearing.slot, "hearing_moved", "REQUEST")


def tell_cancelled(hearing: Hearing, slot: Slot, because: str) -> None:
    """Called off, and why: the date leaves their calendars. `slot`: the one it had."""
    _write(hearing, slot, "hearing_cancelled", "CANCEL", because=because)


def _write(hearing: Hearing, slot: Slot, kind: str, method: str, **more: str) -> None:
    application = hearing.application
    for person, name, codes in _invited(hearing):
        with translation.override(person.language):
            date = moment_of(hearing, slot, address=reverse(name, args=codes))
            calendar = as_ical([date], _("Hearings"), method=method, attendee=person.email).decode()
        outbox.write(
            kind,
            to=person.email,
            language=person.language,
            reference=f"mandates.application:{application.code}",
            key=f"hearing:{hearing.code}:{hearing.sequence}:{person.code}",
            calendar=calendar,
            context={
                "application": application,
                "slot": slot,
                "address": whole(name, *codes, language=person.language),
                **more,
            },
        )


def _invited(hearing: Hearing) -> Iterator[tuple[Person, str, list[str]]]:
    """Who writes for the city, and who reads its dossier, each with the page the letter opens."""
    application = hearing.application
    for person in people.writers_of(application.organisation):
        yield person, "city:application", [application.organisation.code]
    readings = application.reviews.exclude(state=ReviewState.STEPPED_ASIDE).select_related("reviewer")
    for review in readings.order_by("assigned_at", "pk"):
        yield review.reviewer, "office:reading", [review.code]
