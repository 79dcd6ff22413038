"""Letters and notices of an agreement signed on paper."""

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.queries import people_of
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import outbox
from marelle.mandates.models import PaperCopy


def tell_given(copy: PaperCopy) -> None:
    """Tell the administrators of the committee that a copy waits to be compared with the text."""
    committee = copy.agreement.application.call.committee
    chiefs = people_of([committee], {Role.PROGRAMME_ADMINISTRATOR})
    city = copy.agreement.application.organisation.name
    notifications.notify(
        [chief for chief in chiefs if chief != copy.given_by],
        "paper_copy_given",
        reference=_reference(copy),
        sentence=lambda: (
            _("%(city)s: the agreement signed on paper waits to be compared with its text.") % {"city": city}
        ),
        address=_office(copy),
        committee=committee,
    )


def tell_accepted(copy: PaperCopy) -> None:
    """Tell who gave the copy that it is taken."""
    city = copy.agreement.application.organisation.name
    notifications.notify(
        [copy.given_by],
        "paper_copy_accepted",
        reference=_reference(copy),
        sentence=lambda: (
            _("%(city)s: the agreement signed on paper is checked, its signatures count.") % {"city": city}
        ),
        address=_address(copy),
    )


def queue_refused(copy: PaperCopy) -> None:
    """Tell who gave the copy why it was not taken, and what to do."""
    person = copy.given_by
    outbox.write(
        "paper_copy_refused",
        to=person.email,
        language=person.language,
        reference=_reference(copy),
        key=f"paper_copy_refused:{copy.code}",
        context={
            "copy": copy,
            "city": copy.agreement.application.organisation.name,
            "address": _address(copy),
            "person": person,
        },
    )


def _address(copy: PaperCopy) -> str:
    """Where the person who gave it reads it."""
    organisation = copy.agreement.application.organisation
    mine = copy.given_by.living_memberships
    at_committee = all(m.organisation.kind == OrganisationKind.COMMITTEE for m in mine)
    return _office(copy) if at_committee else f"/espace/{organisation.code}/convention/papier"


def _office(copy: PaperCopy) -> str:
    return f"/bureau/conventions/{copy.agreement.code}/papier"


def _reference(copy: PaperCopy) -> str:
    return f"mandates.agreement:{copy.agreement.code}"
