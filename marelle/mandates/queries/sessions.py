"""Sessions of the board as pages and papers show them: no application one may not see."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from marelle.accounts.models import PendingAct, Person
from marelle.accounts.states import RequestState
from marelle.mandates.models import AgendaItem, Application, BoardSession, Call, Decision
from marelle.mandates.queries.decisions import KIND, reference
from marelle.mandates.states import ApplicationState, Outcome


@dataclass(frozen=True)
class Line:
    """One application of an agenda, in its place: what was decided of it there, or what waits for the board."""

    number: int
    application: Application
    decision: Decision | None
    waiting: PendingAct | None

    @property
    def outcome(self) -> str:
        """What is proposed, in words."""
        return str(Outcome(self.waiting.payload["outcome"]).label) if self.waiting else ""

    @property
    def due_on(self) -> date | None:
        """Until when the conditions proposed are to be answered."""
        due = self.waiting.payload["conditions_due_on"] if self.waiting else ""
        return date.fromisoformat(due) if due else None


@dataclass(frozen=True)
class Agenda:
    """What a reader may see of an agenda; `kept_back`: how many of its applications they may not."""

    lines: list[Line]
    kept_back: int

    @property
    def to_propose(self) -> list[Application]:
        """With an opinion, neither decided nor proposed."""
        ready = ApplicationState.OPINION_GIVEN
        return [line.application for line in self.lines if not line.waiting and line.application.state == ready]

    @property
    def to_confirm(self) -> list[Line]:
        """Proposed, waiting for the board."""
        return [line for line in self.lines if line.waiting]

    @property
    def decided(self) -> list[Line]:
        """Decided at this session."""
        return [line for line in self.lines if line.decision]


def sessions_of(call: Call, person: Person) -> QuerySet[BoardSession]:
    """The sessions of a call, the first one first, with how many applications each has on its agenda."""
    rows = BoardSession.objects.visible_to(person).filter(call=call).select_related("call")
    return rows.annotate(items=Count("agenda")).order_by("starts_at", "pk")


def agenda_of(session: BoardSession, person: Person) -> Agenda:
    """The agenda in order, as `person` may see it; four questions."""
    items = list(AgendaItem.objects.filter(session=session).order_by("position", "pk"))
    keys = [item.application_id for item in items]
    seen = Application.objects.visible_to(person).filter(pk__in=keys)
    found = seen.select_related("organisation", "track", "call__committee").in_bulk()
    decided = {d.application_id: d for d in Decision.objects.filter(session=session, application__in=found)}
    about = {reference(application): key for key, application in found.items()}
    acts = PendingAct.objects.filter(kind=KIND, state=RequestState.ASKED, reference__in=about)
    waiting = {about[act.reference]: act for act in acts.select_related("proposed_by")}
    lines = [
        Line(number, found[key], decided.get(key), waiting.get(key))
        for number, key in enumerate(keys, start=1)
        if key in found
    ]
    return Agenda(lines, len(keys) - len(lines))


def may_be_added(session: BoardSession, person: Person) -> QuerySet[Application]:
    """Those of the call with an opinion, nothing decided, on no agenda to come, as far as `person` may see them; by name."""
    taken = AgendaItem.objects.filter(session__held_at=None).values("application")
    rows = Application.objects.visible_to(person).filter(call=session.call, state=ApplicationState.OPINION_GIVEN)
    return rows.exclude(pk__in=taken).select_related("organisation").order_by("organisation__name", "pk")


def agendas_with(application: Application, person: Person) -> QuerySet[AgendaItem]:
    """Where an application is on the agenda, the first session first, for those who may see the sessions."""
    seen = BoardSession.objects.visible_to(person).values("pk")
    rows = AgendaItem.objects.filter(application=application, session__in=seen).select_related("session__call")
    return rows.order_by("session__starts_at", "pk")


def session_of(application: Application, on: date) -> BoardSession | None:
    """The session of that day that has the application on its agenda, if there is one."""
    rows = AgendaItem.objects.filter(application=application).select_related("session__call").order_by("-pk")
    return next((item.session for item in rows if item.session.day == on), None)
