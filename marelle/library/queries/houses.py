"""Which committee an organisation turns to."""

from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation
from marelle.accounts.queries import committees_of
from marelle.accounts.states import OrganisationKind
from marelle.base.errors import WrongState
from marelle.mandates.models import Application


def committee_of(organisation: Organisation) -> Organisation:
    """The committee of the last call it answered, else the oldest that looks after it. Itself, for a committee.

    Raises WrongState in a house without committee.
    """
    if organisation.kind == OrganisationKind.COMMITTEE:
        return organisation
    answered = Application.rows.filter(organisation=organisation).select_related("call__committee")
    last = answered.order_by("-created_at", "-pk").first()
    if last is not None:
        return last.call.committee
    found = next(iter(committees_of(organisation)), None)
    if found is None:
        raise WrongState(_("No committee is there to read it yet."))
    return found
