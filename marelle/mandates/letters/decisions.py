"""The letter of the decision, and the notice to those who follow the dossier."""

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.base import outbox
from marelle.mandates.models import Decision
from marelle.mandates.queries import people, points
from marelle.mandates.queries.applications import dossier
from marelle.mandates.states import Outcome


def queue_decision(decision: Decision) -> None:
    """Tell every writer of the organisation what was decided, with the reasons."""
    application = decision.application
    writers = people.writers_of(application.organisation)
    asked = points.open_of(dossier(application)) if decision.outcome == Outcome.PROBATION else []
    for person in writers:
        outbox.write(
            "decision",
            to=person.email,
            language=person.language,
            reference=f"mandates.application:{application.code}",
            key=f"decision:{application.code}:{decision.pk}:{person.code}",
            context={"application": application, "decision": decision, "person": person, "points": asked},
        )
    notifications.notify(
        writers,
        "decided",
        reference=f"mandates.application:{application.code}",
        sentence=lambda: _("The board has decided on your application."),
        address=f"/espace/{application.organisation.code}/candidature",
    )
