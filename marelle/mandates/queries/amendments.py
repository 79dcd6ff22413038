"""Amendments as the committee reads them, and as anyone may."""

from collections.abc import Sequence

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat

from marelle.accounts.models import Organisation, PendingAct, Person
from marelle.accounts.states import BOARD_ROLES, PROGRAMME_TEAM, RequestState
from marelle.mandates.models import Mandate
from marelle.plans.amendments import Change, differences
from marelle.plans.models import Amendment, Plan
from marelle.plans.states import AmendmentState, Weight

KIND = "amendment"
READERS = PROGRAMME_TEAM | BOARD_ROLES


def reference(amendment: Amendment) -> str:
    """How a pending answer names its amendment."""
    return f"plans.amendment:{amendment.code}"


def waiting_answer(amendment: Amendment) -> PendingAct | None:
    """The answer proposed to the commission, if one waits."""
    rows = PendingAct.objects.filter(kind=KIND, reference=reference(amendment), state=RequestState.ASKED)
    return rows.select_related("proposed_by").first()


def read_by(person: Person, *committees: Organisation) -> QuerySet[Amendment]:
    """Those once handed in, of the mandates of these committees (all where `person` judges them)."""
    theirs = person.committees_as(READERS)
    asked = [c for c in theirs if c in committees] if committees else theirs
    mandates = Mandate.objects.visible_to(person).filter(agreement__application__call__committee__in=asked)
    rows = Amendment.objects.filter(plan__in=mandates.values("plan")).exclude(submitted_at=None)
    return rows.scoped("committee")


def in_tray(person: Person) -> QuerySet[Amendment]:
    """What was handed in: to answer first, then those answered; in each, the latest handed in first."""
    to_answer = Case(When(state=AmendmentState.SUBMITTED, then=Value(0)), default=Value(1))
    rows = read_by(person).select_related("plan__organisation", "plan__mandate__track")
    return rows.order_by(to_answer, "-submitted_at", "-pk")


def to_answer(person: Person, committee: Organisation) -> QuerySet[Amendment]:
    """Those the programme team has to answer, or to propose an answer to: no proposal waits."""
    rows = with_asked_at(read_by(person, committee).filter(state=AmendmentState.SUBMITTED))
    return rows.filter(asked_at=None)  # type: ignore[misc]  # annotated


def to_confirm(person: Person, committee: Organisation) -> QuerySet[Amendment]:
    """Those whose answer waits for the commission."""
    rows = with_asked_at(read_by(person, committee).filter(state=AmendmentState.SUBMITTED, weight=Weight.HEAVY))
    return rows.exclude(asked_at=None)  # type: ignore[misc]  # annotated


def with_asked_at(rows: QuerySet[Amendment]) -> QuerySet[Amendment]:
    """Each with the moment an answer was proposed to the commission, None when none waits."""
    about = Concat(Value("plans.amendment:"), OuterRef("code"), output_field=CharField())
    asked = PendingAct.objects.filter(kind=KIND, state=RequestState.ASKED, reference=about)
    return rows.annotate(asked_at=Subquery(asked.values("proposed_at")[:1]))


def mandate_of(amendment: Amendment) -> Mandate:
    """The mandate whose plan it changes."""
    rows = Mandate.rows.select_related("organisation", "track", "agreement__application__call__committee")
    found: Mandate = rows.select_related("agreement__application__organisation").get(plan=amendment.plan_id)
    return found


def versions_of(plan: Plan) -> Sequence[Amendment]:
    """What changed a plan since it was adopted, the newest first: anyone may read it."""
    return list(Amendment.objects.filter(plan=plan).accepted())


def which_took_out(plan: Plan, number: int) -> Amendment | None:
    """The change that took the promise of this number out of a plan."""
    rows = Amendment.objects.filter(plan=plan, copy__objectives__number=number)
    return rows.accepted().first()


def handed_in(amendment: Amendment) -> list[Change]:
    """What it changed as it was last handed in, or as it was accepted: not what its city writes since."""
    return differences(amendment.before, amendment.after)
