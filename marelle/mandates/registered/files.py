"""Which files of cities the committee's people may open: those of the dossiers they may read, and no other."""

from functools import reduce
from operator import or_

from django.db.models import Q

from marelle.accounts.models import File, Person
from marelle.base import registers
from marelle.mandates.models import Agreement, Application, HandIn


def register() -> None:
    """Join the register."""
    registers.files_shown.append(shown)


def shown(person: Person) -> object:
    """Keys of the files of the applications this person may read: joined, handed in before, receipts, agreements."""
    read = Application.objects.visible_to(person).values("pk")
    joined = Application.files.through.objects.filter(application__in=read).values("file")
    hand_ins, agreements = HandIn.objects.filter(application__in=read), Agreement.objects.visible_to(person)
    before = HandIn.files.through.objects.filter(handin__in=hand_ins.values("pk")).values("file")
    found = [joined, before, hand_ins.values("receipt"), agreements.values("document"), agreements.values("sealed")]
    return File.rows.filter(reduce(or_, (Q(pk__in=keys) for keys in found))).values("pk")
