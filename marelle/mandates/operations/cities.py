"""What the committee does with a city outside any dossier: write to it."""

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.base.errors import BadData
from marelle.mandates import rules
from marelle.mandates.letters import cities as letters
from marelle.mandates.queries import people


@transaction.atomic
def write_to_city(organisation_id: int, words: str, *, by: Person) -> list[Person]:
    """Send `words` to the administrators of a city, else to its writers; whom it was sent to.

    Raises BadData when it has neither, or `words` say nothing.
    """
    organisation = Organisation.rows.lock(organisation_id)
    rules.require(rules.may_write_to, by, organisation)
    told = people.contacts_of(organisation)
    if not told:
        raise BadData(_("Nobody works for this city here today: there is nobody to write to."))
    if not words.strip():
        raise BadData(_("Write what you have to say."))
    entry = journal.record(organisation, "written_to", by=by, organisation=organisation, people=len(told))
    letters.queue_written(entry, organisation, words.strip(), to=told, by=by)
    return told
