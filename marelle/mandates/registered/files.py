"""Which files of cities the committee's people may open: those of the dossiers they may read, and no other."""

from django.db.models import Q

from marelle.accounts.models import File, Person
from marelle.accounts.rules import in_programme_team
from marelle.base import registers
from marelle.mandates.models import Application, HandIn


def register() -> None:
    """Join the register."""
    registers.files_shown.append(shown)


def shown(person: Person) -> object:
    """Keys of the files joined to the applications this person may read, with their receipts; all of them for the team."""
    if in_programme_team(person):
        return File.rows.exclude(shared_at=None).values("pk")
    read = Application.objects.visible_to(person).values("pk")
    joined = Application.files.through.objects.filter(application__in=read).values("file")
    receipts = HandIn.objects.filter(application__in=read).values("receipt")
    return File.rows.filter(Q(pk__in=joined) | Q(pk__in=receipts)).values("pk")
