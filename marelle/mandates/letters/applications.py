"""Letters about one's application: the receipt to every writer, the reminders, the notice to the programme team."""

from datetime import datetime

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.base import outbox
from marelle.mandates.models import Application, HandIn
from marelle.mandates.queries import people

LAPSE_SOON = "lapse_soon"


def queue_receipt(hand_in: HandIn) -> None:
    """Tell everyone who writes for the organisation that the application has been handed in, and the programme team."""
    application = hand_in.application
    reference = f"mandates.application:{application.code}"
    writers = people.writers_of(application.organisation)
    for person in writers:
        outbox.write(
            "receipt",
            to=person.email,
            language=person.language,
            reference=reference,
            key=f"receipt:{application.code}:{hand_in.number}:{person.code}",
            context={"application": application, "hand_in": hand_in, "person": person},
        )
    name = application.organisation.name
    notifications.notify(
        writers,
        "handed_in",
        reference=reference,
        sentence=lambda: _("Your application has been handed in. The receipt is kept here."),
        address=f"/espace/{application.organisation.code}/candidature/recu",
    )
    notifications.notify(
        people.concerned_by(application.call.committee),
        "application_received",
        reference=reference,
        sentence=lambda: _("%(organisation)s has handed in its application.") % {"organisation": name},
        address=f"/bureau/candidatures/{application.code}",
        committee=application.call.committee,
    )


def queue_reminder(application: Application, days: int) -> None:
    """Remind everyone who writes that the application is not handed in yet, `days` before the end."""
    for person in people.writers_of(application.organisation):
        outbox.write(
            "reminder",
            to=person.email,
            language=person.language,
            reference=f"mandates.application:{application.code}",
            key=f"reminder:{application.code}:{application.call.closes_at:%Y%m%d}:{days}:{person.code}",
            context={"application": application, "person": person, "days": days},
        )


def queue_lapse_soon(application: Application, lapses_at: datetime) -> None:
    """Tell everyone who writes that the application, not handed in, lapses soon, and that the draft is kept.

    Once for each end the call was given.
    """
    for person in people.writers_of(application.organisation):
        outbox.write(
            LAPSE_SOON,
            to=person.email,
            language=person.language,
            reference=f"mandates.application:{application.code}",
            key=f"lapse-soon:{application.code}:{application.call.closes_at:%Y%m%d}:{person.code}",
            context={"application": application, "person": person, "lapses_at": lapses_at},
        )
