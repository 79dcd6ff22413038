"""Which files of cities the committee's people may open: those of the dossiers they may read, and no other."""

from functools import reduce
from operator import or_

from django.db.models import Q

from marelle.accounts.models import File, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import registers
from marelle.mandates.models import Agreement, Application, HandIn, Mandate
from marelle.plans.models import Reading, Report


def register() -> None:
    """Join the register."""
    registers.files_shown.append(shown)


def shown(person: Person) -> object:
    """Keys of the files that come with what this person may read: applications, receipts, agreements, evidence, reports."""
    read = Application.objects.visible_to(person).values("pk")
    joined = Application.files.through.objects.filter(application__in=read).values("file")
    hand_ins, agreements = HandIn.objects.filter(application__in=read), Agreement.objects.visible_to(person)
    before = HandIn.files.through.objects.filter(handin__in=hand_ins.values("pk")).values("file")
    plans = Mandate.objects.visible_to(person).filter(
        agreement__application__call__committee__in=person.committees_as(PROGRAMME_TEAM)
    )
    evidence = Reading.objects.filter(indicator__objective__plan__in=plans.values("plan")).values("evidence")
    reports = Report.objects.filter(plan__in=plans.values("plan")).scoped("those of one's committees")
    found = [
        evidence,
        reports.values("document"),
        joined,
        before,
        hand_ins.values("receipt"),
        agreements.values("document"),
        agreements.values("sealed"),
    ]
    return File.rows.filter(reduce(or_, (Q(pk__in=keys) for keys in found))).values("pk")
