"""The workspace of one organisation: whose it is, who is looking, and what they may do there."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from marelle.accounts import rules
from marelle.accounts.models import Organisation, Person


@dataclass(frozen=True)
class Space:
    """What every page of a workspace knows. Templates receive it as `space`."""

    organisation: Organisation
    person: Person
    may_write: bool
    may_hand_in: bool

    @property
    def code(self) -> str:
        """The organisation's public code, as in the address."""
        return self.organisation.code

    @property
    def others(self) -> list[Organisation]:
        """The person's other organisations, for the switch at the top of the page."""
        mine = {m.organisation_id: m.organisation for m in self.person.living_memberships}
        return [o for o in mine.values() if o.pk != self.organisation.pk]


def enter(request: HttpRequest, code: str) -> Space:
    """The workspace at this address, for one of its people. Raises Http404 for everyone else, existing or not."""
    person: Person = request.user  # type: ignore[assignment]
    mine = {m.organisation.code: m.organisation for m in person.living_memberships}
    organisation = mine.get(code)
    if organisation is None or not rules.may_read(person, organisation):
        raise Http404
    return Space(
        organisation=organisation,
        person=person,
        may_write=rules.may_write(person, organisation),
        may_hand_in=rules.may_hand_in(person, organisation),
    )
