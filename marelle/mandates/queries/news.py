"""What is new in a town, for anyone: what was read, done, accepted, answered. For its feed and the letter of a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.mandates.models import Mandate
from marelle.mandates.queries import network
from marelle.plans import notes
from marelle.plans.models import Action, Amendment, Answer, Proposal, Reading, Report
from marelle.plans.states import ActionState, ReportState

MOST = 50  # of one kind


@dataclass(frozen=True)
class News:
    """One fact. `key`: its own, for ever; `path`: below the town's address; `said`: the town's words, in its language."""

    at: datetime
    key: str
    title: str
    said: str
    path: str = ""


@dataclass(frozen=True)
class Span:
    """From a moment to another; None: without end."""

    since: datetime | None = None
    until: datetime | None = None

    def moments(self, path: str) -> Q:
        """The moments of a column within it."""
        return self._within(path, self.since, self.until)

    def days(self, path: str) -> Q:
        """The days of a column within it, as counted here."""
        since, until = (clock.day_of(at) if at else None for at in (self.since, self.until))
        return self._within(path, since, until)

    @staticmethod
    def _within(path: str, since: Any, until: Any) -> Q:
        found = Q(**{f"{path}__isnull": False})
        if since:
            found &= Q(**{f"{path}__gte": since})
        return found & Q(**{f"{path}__lt": until}) if until else found


def news_of(mandate: Mandate, span: Span | None = None) -> list[News]:
    """What is new in a member's town within a span, the latest first, fifty of each kind at most."""
    span = span or Span()
    places = {promise.code: promise.position for promise in network.promises_of(mandate.plan)}
    kinds = (_readings, _actions, _reports, _answers, _amendments, _notes)
    found = [item for kind in kinds for item in kind(mandate, span, places)]
    return sorted(found, key=lambda item: (item.at, item.key), reverse=True)


def _latest(rows: QuerySet, path: str) -> QuerySet:
    return rows.order_by(F(path).desc(), "-pk")[:MOST]


def _promise(places: dict[str, int], code: str) -> str:
    return f"/engagements/{places[code]}" if code in places else ""


def _readings(mandate: Mandate, span: Span, places: dict[str, int]) -> Iterator[News]:
    rows = Reading.objects.filter(indicator__objective__plan=mandate.plan_id, replaced_at=None, breakdown="")
    rows = rows.filter(span.moments("recorded_at")).select_related("indicator__objective", "indicator__definition")
    for reading in _latest(rows, "recorded_at"):
        indicator = reading.indicator
        name = indicator.name or str(indicator.definition or "")
        unit = indicator.unit or (indicator.definition.unit_name if indicator.definition else "")
        value = network.without_idle_zeros(reading.value)
        said = reading.missing_because if value is None else f"{value} {unit}".strip()
        title = _("New reading for %(period)s: %(name)s") % {"period": reading.period_words, "name": name}
        yield News(
            reading.recorded_at, f"releve-{reading.code}", title, said, _promise(places, indicator.objective.code)
        )


def _actions(mandate: Mandate, span: Span, places: dict[str, int]) -> Iterator[News]:
    rows = Action.objects.filter(objective__plan=mandate.plan_id, state=ActionState.DONE).exclude(name="")
    for action in _latest(rows.filter(span.days("moved_on")).select_related("objective"), "moved_on"):
        path = _promise(places, action.objective.code)
        yield News(morning(action.moved_on), f"action-{action.code}", _("Done"), action.name, path)


def _reports(mandate: Mandate, span: Span, places: dict[str, int]) -> Iterator[News]:
    rows = Report.objects.filter(plan=mandate.plan_id, state=ReportState.ACCEPTED).scoped("public")
    for report in _latest(rows.filter(span.moments("accepted_at")), "accepted_at"):
        yield News(
            report.accepted_at, f"bilan-{report.code}", _("Accepted report"), str(report), f"/bilans/{report.code}"
        )


def _answers(mandate: Mandate, span: Span, places: dict[str, int]) -> Iterator[News]:
    shown = Proposal.objects.public().filter(organisation=mandate.organisation_id)
    rows = Answer.objects.filter(proposal__in=shown, replaced_at=None).select_related("proposal")
    for answer in _latest(rows.filter(span.moments("written_at")), "written_at"):
        title = _("Children proposed, they were answered: %(answer)s") % {"answer": answer.get_kind_display()}
        yield News(answer.written_at, f"reponse-{answer.code}", title, answer.proposal.words, "/propositions")


def _amendments(mandate: Mandate, span: Span, places: dict[str, int]) -> Iterator[News]:
    rows = Amendment.objects.accepted().filter(plan=mandate.plan_id).filter(span.moments("answered_at"))
    for amendment in rows[:MOST]:
        yield News(
            cast(datetime, amendment.answered_at), f"avenant-{amendment.code}", _("The plan was amended"), "", ""
        )


def _notes(mandate: Mandate, span: Span, places: dict[str, int]) -> Iterator[News]:
    rows = notes.shown().filter(action__objective__plan=mandate.plan_id).select_related("action__objective")
    for note in _latest(rows.filter(span.moments("shown_at")), "shown_at"):
        path = _promise(places, note.action.objective.code)
        yield News(note.shown_at, f"note-{note.thread}", note.action.name, note.words, path)


def morning(day: date) -> datetime:
    """A day as a moment, for what is dated by days."""
    return datetime.combine(day, time(9), tzinfo=clock.PARIS)
