"""Consultations of children, from what is asked to what may be published. Their answers are in another database."""

from marelle.consultations.models.editions import Consultation, KeyShare, Medium, Questionnaire
from marelle.consultations.models.field import Booklet, IntakeHour, Partner, PrintRun, Site, Sitting, SittingCount
from marelle.consultations.models.published import Freeze, NationalTable, ZoneTables
from marelle.consultations.models.research import ResearchRequest

__all__ = [
    "Booklet",
    "Consultation",
    "Freeze",
    "IntakeHour",
    "KeyShare",
    "Medium",
    "NationalTable",
    "Partner",
    "PrintRun",
    "Questionnaire",
    "ResearchRequest",
    "Site",
    "Sitting",
    "SittingCount",
    "ZoneTables",
]
