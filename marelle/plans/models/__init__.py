"""Plans: what is promised, what is done, what is measured."""

from marelle.plans.models.plans import Action, Indicator, Objective, Plan, Removal
from marelle.plans.models.readings import Reading
from marelle.plans.models.reports import Rating, Report

__all__ = [
    "Action",
    "Indicator",
    "Objective",
    "Plan",
    "Rating",
    "Reading",
    "Removal",
    "Report",
]
