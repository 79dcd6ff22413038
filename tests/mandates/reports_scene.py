"""A mandate whose mid-term report is asked for: one objective in progress, its indicator read with evidence."""

from datetime import UTC, date, datetime

from marelle.accounts.states import Role
from marelle.plans.models import Rating, Report
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, ReadingFactory, ReportFactory
from tests.mandates.office import works_as

SUMMER = datetime(2029, 8, 20, 8, tzinfo=UTC)
WORDS = {
    "highlights": "Trois rues d’école sont calmes.",
    "difficulties": "Le marché des travaux est à refaire.",
    "participation": "Le conseil d’enfants a choisi les rues.",
    "fairness": "Les trois rues sont dans les quartiers prioritaires.",
    "next_steps": "Deux rues en 2030.",
}


def plan_of(mandate):
    """An objective with an action in progress, one done, and an indicator half-way, shown with evidence."""
    objective = ObjectiveFactory(plan=mandate.plan)
    ActionFactory(objective=objective, state="in_progress", moved_on=date(2029, 5, 1))
    ActionFactory(objective=objective, name="Peindre la rue", state="done", moved_on=date(2027, 5, 1))
    indicator = IndicatorFactory(objective=objective, baseline=0, target=100)
    ReadingFactory(indicator=indicator, value=50, evidence_address="https://exemple.fr/comptage")
    return objective


def asked(mandate=None, **report):
    """The report to write, of a mandate of its own unless one is given, and its objective."""
    mandate = mandate or MandateFactory()
    objective = plan_of(mandate)
    return ReportFactory(plan=mandate.plan, **report), objective


def written(mandate=None, **report):
    """The same with nothing missing."""
    made, objective = asked(mandate, **{**WORDS, **report})
    Rating.rows.create(
        report=made, objective=objective, by="city", verdict="on_track", why="Trois rues sur cinq.",
        rated_by=PersonFactory(), rated_at=SUMMER,
    )  # fmt: skip
    return made


def lead_of(report):
    """Who may hand it in."""
    return PersonFactory(roles=[(report.organisation, Role.ELECTED_LEAD)])


def officer_of(report):
    """Who reads it for the committee."""
    return works_as(Role.PROGRAMME_OFFICER, report.plan.mandate.agreement.application.call.committee)


def state_of(report):
    return Report.rows.values_list("state", flat=True).get(pk=report.pk)
