"""Meetings of the network: webinars held twice in two languages, the two-day gathering, groups between them.

Words shown to the public are JSON objects by language, as in `framework.models`. What is asked of a person who comes
stands in `Participant`, without an account: a secret link is theirs.
"""

from marelle.events.models.groups import Group, GroupInvitation, GroupMember, Minutes
from marelle.events.models.meetings import (
    Event,
    EventPerson,
    Host,
    Occurrence,
    ProgrammeItem,
    Room,
    RunSheetLine,
    Series,
)
from marelle.events.models.needs import Ballot, Exchange, Need, Ranked, Ranking
from marelle.events.models.participants import Comfort, Delegation, Feedback, Invitation, Participant, Registration
from marelle.events.models.words import Declaration, DeclarationSignature, Question, Suggestion, Vote

__all__ = [
    "Ballot",
    "Comfort",
    "Declaration",
    "DeclarationSignature",
    "Delegation",
    "Event",
    "EventPerson",
    "Exchange",
    "Feedback",
    "Group",
    "GroupInvitation",
    "GroupMember",
    "Host",
    "Invitation",
    "Minutes",
    "Need",
    "Occurrence",
    "Participant",
    "ProgrammeItem",
    "Question",
    "Ranked",
    "Ranking",
    "Registration",
    "Room",
    "RunSheetLine",
    "Series",
    "Suggestion",
    "Vote",
]
