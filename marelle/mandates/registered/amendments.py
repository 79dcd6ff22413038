"""Changes of running plans: what waits for the city, the programme team, the commission; what must hold of working copies."""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import BOARD_ROLES
from marelle.base import clock, dues, registers
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Act, Change
from marelle.mandates.queries import amendments
from marelle.plans.models import Amendment, Plan
from marelle.plans.states import AMENDING, OPEN_AMENDMENTS, AmendmentState, PlanState

MOST_ACTS = 3  # of one kind
NEWS = timedelta(days=30)  # an answer is told for so long


def register() -> None:
    """Join the registers."""
    dues.watches += [Watch(of_city, to_write), Watch(handed_in, to_answer), Watch(proposed, to_confirm)]
    registers.elsewhere.append(elsewhere)
    registers.invariants["a working copy has its amendment"] = copies_without_amendment


def of_city(person: Person, organisation: Organisation) -> QuerySet | None:
    """The open change of its plan, and those answered lately."""
    if not accounts.may_read(person, organisation):
        return None
    is_new = Q(answered_at__gte=clock.now() - NEWS, state__in=[AmendmentState.ACCEPTED, AmendmentState.REFUSED])
    rows = Amendment.objects.visible_to(person).filter(plan__organisation=organisation)
    rows = rows.filter(is_new | Q(state__in=sorted(AMENDING)))
    return dues.facts(rows, code="code", state="state", answered_at="answered_at")


def to_write(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Act | Change]:
    """What was sent back first of all; what was answered is news."""
    writes = accounts.may_write(person, organisation)
    address = f"/espace/{organisation.code}/plan/modification"
    for row in rows:
        if row["state"] == AmendmentState.RETURNED and writes:
            yield Act(_("See to the change of the plan that was sent back to you"), address, urgent=True)
        elif row["state"] == AmendmentState.DRAFT and writes:
            yield Act(_("Finish the change of the plan, or withdraw it"), address)
        elif row["state"] == AmendmentState.ACCEPTED:
            yield Change(_("The change of your plan is accepted."), row.at("answered_at"), f"{address}s/{row['code']}")  # type: ignore[arg-type]
        elif row["state"] == AmendmentState.REFUSED:
            yield Change(_("The change of your plan is refused."), row.at("answered_at"), f"{address}s/{row['code']}")  # type: ignore[arg-type]


def handed_in(person: Person, committee: Organisation) -> QuerySet | None:
    """Changes the programme team has to answer."""
    if not accounts.in_programme_team(person, committee):
        return None
    rows = amendments.to_answer(person, committee)
    return dues.facts(rows, code="code", city="plan__organisation__name", since="submitted_at")


def to_answer(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """The oldest first."""
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        yield Act(_("Answer the change of the plan of %(city)s") % {"city": row["city"]}, _address(row))


def proposed(person: Person, committee: Organisation) -> QuerySet | None:
    """Answers proposed to the commission."""
    if not person.roles_in(committee) & BOARD_ROLES:
        return None
    rows = amendments.to_confirm(person, committee)
    return dues.facts(rows, code="code", city="plan__organisation__name", since="asked_at")


def to_confirm(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """The oldest proposal first."""
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        sentence = _("Confirm or decline the answer to the change of the plan of %(city)s") % {"city": row["city"]}
        yield Act(sentence, _address(row), urgent=True)


def elsewhere(committees: Collection[Organisation]) -> list[object]:
    """References of the changes of plans that are not these committees'."""
    path = "plan__mandate__agreement__application__call__committee__in"
    about = Concat(Value("plans.amendment:"), "code", output_field=CharField())
    return [Amendment.rows.exclude(**{path: committees}).annotate(reference=about).values("reference")]


def copies_without_amendment() -> Iterator[str]:
    """A plan being amended is the working copy of one open amendment, and the other way round."""
    open_ones = Amendment.rows.filter(state__in=sorted(OPEN_AMENDMENTS))
    copies = Plan.rows.filter(state=PlanState.AMENDED)
    for key in (
        copies.exclude(pk__in=open_ones.exclude(copy=None).values("copy")).order_by("pk").values_list("pk", flat=True)
    ):
        yield f"plan={key} is a working copy of nothing"
    for key in open_ones.exclude(copy__in=copies.values("pk")).order_by("pk").values_list("pk", flat=True):
        yield f"amendment={key} is open and has no working copy"


def _address(row: Facts) -> str:
    return f"/bureau/modifications/{row['code']}"
