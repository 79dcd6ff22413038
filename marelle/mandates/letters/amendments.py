"""Letters and notices of a plan that is to change."""

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import BOARD_ROLES
from marelle.base import outbox
from marelle.mandates.models import Mandate
from marelle.mandates.queries import people
from marelle.plans.models import Amendment


def tell_handed_in(amendment: Amendment, mandate: Mandate) -> None:
    """Tell the programme team that a change of a plan waits for it."""
    committee = mandate.agreement.application.call.committee
    notifications.notify(
        people.concerned_by(committee),
        "amendment_received",
        reference=f"plans.amendment:{amendment.code}",
        sentence=lambda: _("%(city)s hands in a change of its plan.") % {"city": mandate.organisation.name},
        address=f"/bureau/modifications/{amendment.code}",
        committee=committee,
    )


def tell_proposed(amendment: Amendment, mandate: Mandate, *, by: Person) -> None:
    """Tell the commission that an answer waits for one of its members."""
    committee = mandate.agreement.application.call.committee
    judges = people_of([committee], BOARD_ROLES)
    notifications.notify(
        [judge for judge in judges if judge != by],
        "amendment_proposed",
        reference=f"plans.amendment:{amendment.code}",
        sentence=lambda: (
            _("%(city)s: an answer to the change of its plan is proposed. Confirm it, or decline.")
            % {"city": mandate.organisation.name}
        ),
        address=f"/bureau/modifications/{amendment.code}",
        committee=committee,
    )


def queue_answered(amendment: Amendment, mandate: Mandate) -> None:
    """Tell everyone who writes for the city what was answered, with the reasons."""
    for person in people.writers_of(mandate.organisation):
        outbox.write(
            "amendment_answered",
            to=person.email,
            language=person.language,
            reference=f"mandates.mandate:{mandate.code}",
            key=f"amendment_answered:{amendment.code}:{amendment.state}:{amendment.answered_at:%Y%m%d%H%M%S}:{person.code}",
            context={"amendment": amendment, "mandate": mandate, "person": person},
        )
