"""Letters about one's application: the receipt, the reminders, more time; the notices to the programme team."""

from datetime import datetime, timedelta
from math import ceil

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import Role
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


def queue_reminder(
    person: Person, applications: list[Application], end: datetime, *, before: timedelta, at: datetime
) -> None:
    """Remind someone, once, of what is not handed in yet: all that ends then. `before`: which of the reminders it is."""
    hours = before // timedelta(hours=1)
    outbox.write(
        "reminder",
        to=person.email,
        language=person.language,
        reference=f"mandates.application:{applications[0].code}",
        key=f"reminder:{person.code}:{end:%Y%m%d%H%M}:{hours}",
        context={
            "applications": applications,
            "person": person,
            "end": end,
            "zone": applications[0].call.zone,
            "days": ceil((end - at) / timedelta(days=1)) if before >= timedelta(days=1) else 0,
            "hours": ceil((end - at) / timedelta(hours=1)),
        },
    )


def queue_lapse_soon(application: Application, end: datetime, lapses_at: datetime) -> None:
    """Tell everyone who writes that the application, not handed in by its end, lapses soon, and that the draft is kept.

    Once for each end it was given.
    """
    for person in people.writers_of(application.organisation):
        outbox.write(
            LAPSE_SOON,
            to=person.email,
            language=person.language,
            reference=f"mandates.application:{application.code}",
            key=f"lapse-soon:{application.code}:{end:%Y%m%d}:{person.code}",
            context={"application": application, "person": person, "end": end, "lapses_at": lapses_at},
        )


def tell_lapsed(application: Application) -> None:
    """Tell the programme team that an application it had read was not handed in again."""
    city = application.organisation.name
    notifications.notify(
        people.concerned_by(application.call.committee),
        "application_lapsed",
        reference=f"mandates.application:{application.code}",
        sentence=lambda: _("%(city)s did not hand its application in again: it has lapsed.") % {"city": city},
        address=f"/bureau/candidatures/{application.code}",
        committee=application.call.committee,
    )


def tell_intent(application: Application) -> None:
    """Tell the programme team that a city declares its intent. What it writes stays its own until it is handed in."""
    call, city = application.call, application.organisation.name
    notifications.notify(
        people.concerned_by(call.committee),
        "intent_declared",
        reference=f"mandates.application:{application.code}",
        sentence=lambda: _("%(city)s declares its intent to answer “%(call)s”.") % {"city": city, "call": call},
        address=f"/bureau/appels/{call.code}#intentions",
        committee=call.committee,
    )


def tell_more_time_proposed(application: Application, *, by: Person) -> None:
    """Tell the other administrators of the committee that a later end for one application waits for one of them."""
    committee, city = application.call.committee, application.organisation.name
    chiefs = people_of([committee], {Role.PROGRAMME_ADMINISTRATOR})
    notifications.notify(
        [chief for chief in chiefs if chief != by],
        "more_time_proposed",
        reference=f"mandates.application:{application.code}",
        sentence=lambda: _("A colleague proposes to give %(city)s more time: confirm it, or decline.") % {"city": city},
        address=f"/bureau/candidatures/{application.code}/delai",
        committee=committee,
    )


def queue_more_time(application: Application, reasons: str) -> None:
    """Tell everyone who writes that their application alone has more time, until when and why."""
    for person in people.writers_of(application.organisation):
        outbox.write(
            "more_time",
            to=person.email,
            language=person.language,
            reference=f"mandates.application:{application.code}",
            key=f"more_time:{application.code}:{application.late_until:%Y%m%d%H%M}:{person.code}",
            context={"application": application, "person": person, "reasons": reasons},
        )
