"""Who holds the actions and the indicators of the plan that runs: for "Aujourd'hui", which says who holds what."""

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marelle.accounts import rules as accounts
from marelle.accounts.models import Membership, Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import dues
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Holding
from marelle.plans.models import Action, Indicator, Plan, Reading
from marelle.plans.states import FOLLOWED, ActionState

OVER = [ActionState.DONE.value, ActionState.ABANDONED.value]
LAST = "9999"  # of what has no end


def plans_of(person: Person, organisation: Organisation) -> QuerySet | None:
    """The plan that runs, as this person reads it; None without any right there."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_read(person, organisation):
        return None
    rows = Plan.objects.visible_to(person).filter(organisation=organisation, state__in=sorted(FOLLOWED), amendment=None)
    return rows.values("pk")


def actions(person: Person, organisation: Organisation) -> QuerySet | None:
    """Its actions that are not over."""
    plans = plans_of(person, organisation)
    if plans is None:
        return None
    rows = Action.objects.filter(objective__plan__in=plans).exclude(state__in=OVER)
    return dues.facts(rows, code="code", name="name", who="lead_service", ends_on="ends_on")


def led(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Holding]:
    """Each with the service that leads it, the first to end first."""
    space = f"/espace/{organisation.code}/plan"
    for row in sorted(rows, key=lambda row: (row["ends_on"] or LAST, row["name"], row["code"])):
        address = f"{space}/actions/{row['code']}"
        yield Holding(_("Action"), row["name"], address, row["who"], name_at=f"{address}#service", more_at=space)


def indicators(person: Person, organisation: Organisation) -> QuerySet | None:
    """Its indicators, each with who wrote its last reading and still works there."""
    plans = plans_of(person, organisation)
    if plans is None:
        return None
    here = Membership.objects.living().filter(organisation=organisation).values("person")
    readings = Reading.objects.filter(indicator=OuterRef("pk"), replaced_at=None, recorded_by__in=here)
    who = Subquery(readings.order_by("-recorded_at", "-pk").values("recorded_by__name")[:1])
    return dues.facts(Indicator.objects.filter(objective__plan__in=plans), code="code", name="name", who=who)


def read(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Holding]:
    """Each with who reads it; nobody is named for one by a form: who writes its next reading holds it."""
    space = f"/espace/{organisation.code}/plan"
    for row in sorted(rows, key=lambda row: (row["name"], row["code"])):
        address = f"{space}/indicateurs/{row['code']}"
        yield Holding(
            pgettext("held by somebody", "Readings"),
            row["name"],
            address,
            row["who"] or "",
            name_at=address,
            more_at=space,
        )


WATCHES = [Watch(actions, led), Watch(indicators, read)]
