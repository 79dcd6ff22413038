"""Following a network: the steps agreed with a city, on the page of whoever is to take them; letters to several cities."""

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, dues, registers
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Act
from marelle.mandates.models import Testimony
from marelle.mandates.operations import reminders  # its job is known to the worker by being read here
from marelle.mandates.queries import contacts
from marelle.mandates.states import TestimonyState
from marelle.plans.models import Plan, Reading

MOST_ACTS = 3  # of one kind
JOBS = (reminders.SEND,)


def register() -> None:
    """Join the registers."""
    dues.watches += [Watch(agreed, to_take), Watch(proposed, to_review), Watch(returned, to_complete)]
    registers.invariants["a plan knows when it was last read"] = read_otherwise


def agreed(person: Person, organisation: Organisation) -> QuerySet | None:
    """The steps this person is to take: one's own for the committee, its organisation's for whoever writes there."""
    if organisation.kind == OrganisationKind.COMMITTEE:
        if not accounts.in_programme_team(person, organisation):
            return None
        rows = contacts.steps_of(person, organisation)
    elif accounts.may_write(person, organisation):
        rows = contacts.steps_of_city(organisation, person)
    else:
        return None
    named = {"city": "mandate__organisation__name", "agreement": "mandate__agreement__code"}
    return dues.facts(rows, key="pk", step="next_step", until="next_on", **named)


def to_take(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Act]:
    """The first due, until the evening of its day."""
    for row in sorted(rows, key=lambda row: (row.on("until"), row["key"]))[:MOST_ACTS]:
        until = row.on("until")
        due_at = datetime.combine(until, time(23, 59), clock.PARIS)
        if organisation.kind != OrganisationKind.COMMITTEE:
            sentence, address = row["step"], f"/espace/{organisation.code}/convention#echanges"
        else:
            sentence = _("%(city)s: %(step)s") % {"city": row["city"], "step": row["step"]}
            address = f"/bureau/conventions/{row['agreement']}/mandat#echanges"
        yield Act(sentence, address, due_at=due_at, urgent=until < clock.today())


def proposed(person: Person, committee: Organisation) -> QuerySet | None:
    """The testimonies cities proposed to this committee."""
    if not accounts.in_programme_team(person, committee):
        return None
    rows = Testimony.objects.visible_to(person).filter(state=TestimonyState.PROPOSED)
    rows = rows.filter(mandate__agreement__application__call__committee=committee)
    return dues.facts(rows, code="code", city="mandate__organisation__name", since="proposed_at")


def to_review(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """The first proposed."""
    first = min(rows, key=lambda row: row.at("since"))
    yield Act(_("Read the testimony of %(city)s") % {"city": first["city"]}, f"/bureau/temoignages/{first['code']}")


def returned(person: Person, organisation: Organisation) -> QuerySet | None:
    """The testimonies sent back to this city."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_write(person, organisation):
        return None
    rows = Testimony.objects.visible_to(person).filter(mandate__organisation=organisation)
    return dues.facts(rows.filter(state=TestimonyState.RETURNED), key="pk", code="code")


def to_complete(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Act]:
    """The oldest."""
    first = min(rows, key=lambda row: row["key"])
    yield Act(_("Complete a testimony"), f"/espace/{organisation.code}/temoignages/{first['code']}")


def read_otherwise() -> Iterable[str]:
    """Plans whose last reading is not the one they say."""
    found = Reading.objects.order_by().values_list("indicator__objective__plan").annotate(last=Max("recorded_at"))
    last = dict(found)
    for key, read_at in Plan.rows.order_by("pk").values_list("pk", "read_at").iterator():
        if last.get(key) != read_at:
            yield f"plan={key} was last read on {last.get(key)}, it says {read_at}"
