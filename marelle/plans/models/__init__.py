"""Plans: what is promised, what is done, what is measured."""

from marelle.plans.models.amendments import Amendment
from marelle.plans.models.brought import BroughtText
from marelle.plans.models.notes import Note
from marelle.plans.models.plans import Action, Indicator, Objective, Plan, Removal, YearlyTarget, with_aims
from marelle.plans.models.readings import Reading
from marelle.plans.models.reasons import Reason
from marelle.plans.models.reports import Rating, Report
from marelle.plans.models.voices import Answer, ChildSentence, GroupCode, Proposal

__all__ = [
    "Action",
    "Amendment",
    "Answer",
    "BroughtText",
    "ChildSentence",
    "GroupCode",
    "Indicator",
    "Note",
    "Objective",
    "Plan",
    "Proposal",
    "Rating",
    "Reading",
    "Reason",
    "Removal",
    "Report",
    "YearlyTarget",
    "with_aims",
]
