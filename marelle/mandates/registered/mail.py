"""Letters that wait because the mail server does not answer: told to the programme team, where the day begins."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.base import dues, outbox
from marelle.base.dues import Facts, Watch
from marelle.base.models import Stamp
from marelle.base.registers import Act


def register() -> None:
    """Join the registers."""
    dues.watches.append(Watch(down, to_tell))


def down(person: Person, committee: Organisation) -> QuerySet | None:
    """Since when the mail server cannot be reached."""
    if not accounts.in_programme_team(person, committee):
        return None
    return dues.facts(Stamp.objects.filter(name=outbox.DOWN), since="value")


def to_tell(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """One sentence, before all else; nothing is lost meanwhile."""
    if rows:
        yield Act(_("Have the mail server looked at: it does not answer, letters wait"), "/bureau/maison", urgent=True)
