"""Who holds which role in an organisation: for "Aujourd'hui", which says who holds what."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import rules
from marelle.accounts.models import Membership, Organisation, Person
from marelle.accounts.states import CITY_ROLES, OrganisationKind, Role
from marelle.base import dues
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Holding

NEEDED = (Role.ELECTED_LEAD, Role.CITY_ADMINISTRATOR)  # without them nothing is signed, nobody is invited
ORDER = (*NEEDED, Role.CITY_EDITOR, Role.CITY_READER)


def roles(person: Person, organisation: Organisation) -> QuerySet | None:
    """The roles held in a town today."""
    if organisation.kind == OrganisationKind.COMMITTEE or not rules.may_read(person, organisation):
        return None
    rows = Membership.objects.living().filter(organisation=organisation, role__in=CITY_ROLES, person__is_active=True)
    return dues.facts(rows, role="role", name="person__name")


def told(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Holding]:
    """Each role with who holds it; those a town needs, and nobody holds, too."""
    team = f"/espace/{organisation.code}/equipe"
    name_at = f"{team}#invite" if rules.may_administer(person, organisation) else ""
    held = {(row["role"], row["name"]) for row in rows}
    for role in ORDER:
        names = sorted(name for given, name in held if given == role)
        missing = [""] if role in NEEDED and organisation.kind != OrganisationKind.PARTNER else []
        for name in names or missing:
            yield Holding(_("Role"), str(role.label), team, name, name_at=name_at, more_at=team)


WATCH = Watch(roles, told)
