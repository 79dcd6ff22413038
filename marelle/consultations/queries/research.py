"""Requests for the researchers' file: those of an edition, those of an analyst, what may be asked for."""

from datetime import datetime

from marelle.accounts.models import PendingAct, Person
from marelle.accounts.states import RequestState, Role
from marelle.base import origins
from marelle.consultations.models import Consultation, ResearchRequest
from marelle.consultations.queries.published import Edition
from marelle.consultations.questionnaires import Question
from marelle.consultations.states import ConsultationState, ResearchState

MODEL = "consultations.researchrequest"


def reference(request: ResearchRequest) -> str:
    """What the journal and acts that wait call a request."""
    return origins.reference(MODEL, request.code)


def of_edition(consultation: Consultation) -> list[ResearchRequest]:
    """Every request of an edition, the latest first."""
    found = consultation.research_requests.select_related("analyst", "undertaking", "asked_by")
    return list(found.order_by("-asked_at", "-pk"))


def of_analyst(person: Person) -> list[ResearchRequest]:
    """The requests that name somebody, where they are an analyst today, the latest first."""
    found = ResearchRequest.rows.filter(
        analyst=person, consultation__committee__in=person.committees_as({Role.ANALYST})
    )
    return list(found.select_related("consultation__committee").order_by("-asked_at", "-pk"))


def before(request: ResearchRequest) -> list[ResearchRequest]:
    """The files the same analyst had of the same edition: joined, they could say more than each."""
    found = ResearchRequest.rows.filter(consultation=request.consultation, analyst=request.analyst)
    return list(found.exclude(pk=request.pk).filter(ready_at__isnull=False).order_by("ready_at", "pk"))


def analysts(consultation: Consultation) -> list[Person]:
    """Who may be named: analysts of the committee, by name."""
    living = consultation.committee.memberships.living().filter(role=Role.ANALYST, person__is_active=True)
    return [each.person for each in living.select_related("person").order_by("person__name", "person__pk")]


def questions(read: Edition) -> list[Question]:
    """What may be asked for, in the order children were asked; free texts never."""
    return [question for _part, question in read.questions.values()]


def waiting_act(request: ResearchRequest) -> PendingAct | None:
    """What a first person agreed on, until a second one answers."""
    asked = PendingAct.rows.filter(reference=reference(request), state=RequestState.ASKED)
    return asked.select_related("proposed_by").first()


def is_there(request: ResearchRequest, at: datetime) -> bool:
    """Whether the file may be taken: ready, within its day, the answers not destroyed."""
    is_ready = request.state == ResearchState.READY and request.expires_at is not None and at < request.expires_at
    return is_ready and request.consultation.state == ConsultationState.PUBLISHED
