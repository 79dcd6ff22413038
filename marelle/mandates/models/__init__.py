"""From a call to a mandate: applications, reviews, decisions, agreements."""

from marelle.mandates.models.agenda import AgendaItem
from marelle.mandates.models.agreement_amendments import AgreementAmendment, AmendmentSignature
from marelle.mandates.models.agreements import Agreement, AgreementQuerySet, Party, Signature
from marelle.mandates.models.applications import Answer, Application, Decision, HandIn, Review, Score
from marelle.mandates.models.askings import Asking
from marelle.mandates.models.bundles import Bundle
from marelle.mandates.models.call_answers import CallAnswer
from marelle.mandates.models.calls import Call, Stewardship
from marelle.mandates.models.contacts import Contact, Reminder, Reminding, SavedView
from marelle.mandates.models.followers import Follower
from marelle.mandates.models.handovers import Election, Handover
from marelle.mandates.models.hearings import Hearing, Slot
from marelle.mandates.models.mandates import Mandate, MandateQuerySet
from marelle.mandates.models.pairs import Pair, Power, SharedAction
from marelle.mandates.models.paper_copies import PaperCopy
from marelle.mandates.models.points import Point
from marelle.mandates.models.remarks import Remark
from marelle.mandates.models.sessions import BoardSession
from marelle.mandates.models.snapshots import AreaStanding, AreaValue, Level, Night, Standing
from marelle.mandates.models.taken_up import TakenUp
from marelle.mandates.models.testimonies import Testimony
from marelle.mandates.models.ties import Tie, tied
from marelle.mandates.models.timing import ReadingTime, Timing

__all__ = [
    "AgendaItem",
    "Agreement",
    "AgreementAmendment",
    "AgreementQuerySet",
    "AmendmentSignature",
    "Answer",
    "Application",
    "AreaStanding",
    "AreaValue",
    "Asking",
    "BoardSession",
    "Bundle",
    "Call",
    "CallAnswer",
    "Contact",
    "Decision",
    "Election",
    "Follower",
    "HandIn",
    "Handover",
    "Hearing",
    "Level",
    "Mandate",
    "MandateQuerySet",
    "Night",
    "Pair",
    "PaperCopy",
    "Party",
    "Point",
    "Power",
    "ReadingTime",
    "Remark",
    "Reminder",
    "Reminding",
    "Review",
    "SavedView",
    "Score",
    "SharedAction",
    "Signature",
    "Slot",
    "Standing",
    "Stewardship",
    "TakenUp",
    "Testimony",
    "Tie",
    "Timing",
    "tied",
]
