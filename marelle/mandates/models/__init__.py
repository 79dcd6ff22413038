"""From a call to a mandate: applications, reviews, decisions, agreements."""

from marelle.mandates.models.agreements import Agreement, AgreementQuerySet, Party, Signature
from marelle.mandates.models.applications import Answer, Application, Decision, HandIn, Review, Score
from marelle.mandates.models.calls import Call, Stewardship
from marelle.mandates.models.mandates import Mandate, MandateQuerySet

__all__ = [
    "Agreement",
    "AgreementQuerySet",
    "Answer",
    "Application",
    "Call",
    "Decision",
    "HandIn",
    "Mandate",
    "MandateQuerySet",
    "Party",
    "Review",
    "Score",
    "Signature",
    "Stewardship",
]
