"""Notice of a network that waits for a second pair of eyes."""

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import Import, Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import Role


def tell_import_proposed(given: Import, *, by: Person) -> None:
    """Tell the other administrators of the committee that a workbook waits for one of them."""
    chiefs = people_of([given.organisation], {Role.PROGRAMME_ADMINISTRATOR})
    notifications.notify(
        [chief for chief in chiefs if chief != by],
        "import_proposed",
        reference=f"accounts.import:{given.code}",
        sentence=lambda: _("A colleague proposes to bring a network in. Read it, then confirm it or decline."),
        address=f"/bureau/import/{given.code}",
        committee=given.organisation,
    )
