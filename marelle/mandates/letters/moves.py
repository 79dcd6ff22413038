"""Letters and notices of a mandate that moves before its end."""

from datetime import date

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import PendingAct, Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import Role
from marelle.base import outbox
from marelle.mandates.models import Mandate
from marelle.mandates.queries import people


def tell_move_proposed(mandate: Mandate, *, by: Person) -> None:
    """Tell the other administrators of the committee that a step of a mandate waits for one of them."""
    committee = mandate.agreement.application.call.committee
    chiefs = people_of([committee], {Role.PROGRAMME_ADMINISTRATOR})
    notifications.notify(
        [chief for chief in chiefs if chief != by],
        "move_proposed",
        reference=f"mandates.mandate:{mandate.code}",
        sentence=lambda: (
            _("%(city)s: a colleague proposes a change of its mandate. Confirm it, or decline.")
            % {"city": mandate.organisation.name}
        ),
        address=f"/bureau/conventions/{mandate.agreement.code}/mandat",
        committee=committee,
    )


def tell_renunciation_asked(mandate: Mandate) -> None:
    """Tell the administrators of the committee that a city gives its title up, and waits for one of them."""
    committee = mandate.agreement.application.call.committee
    notifications.notify(
        people_of([committee], {Role.PROGRAMME_ADMINISTRATOR}),
        "renunciation_asked",
        reference=f"mandates.mandate:{mandate.code}",
        sentence=lambda: (
            _("%(city)s wishes to give its title up. Read why, then confirm.") % {"city": mandate.organisation.name}
        ),
        address=f"/bureau/conventions/{mandate.agreement.code}/mandat",
        committee=committee,
    )


def tell_renunciation_declined(mandate: Mandate, act: PendingAct) -> None:
    """Tell who asked that the committee did not record the renunciation: the mandate runs on."""
    notifications.notify(
        [act.proposed_by],
        "renunciation_declined",
        reference=f"mandates.mandate:{mandate.code}",
        sentence=lambda: (
            _("%(city)s: the committee did not record that you give your title up; it will write to you.")
            % {"city": mandate.organisation.name}
        ),
        address=f"/espace/{mandate.organisation.code}/convention",
    )


def queue_moved(mandate: Mandate, reasons: str, *, on: date, act: PendingAct) -> None:
    """Tell the organisation's people where its mandate now stands, since when and why."""
    for person in people.writers_of(mandate.organisation):
        outbox.write(
            "mandate_moved",
            to=person.email,
            language=person.language,
            reference=f"mandates.mandate:{mandate.code}",
            key=f"mandate_moved:{act.code}:{person.code}",
            context={"mandate": mandate, "person": person, "reasons": reasons, "on": on},
        )
