"""An application read whole, how far each of its sections is, and what is missing before it can be handed in."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock
from marelle.base.errors import BadData
from marelle.framework.models import Domain, Track
from marelle.framework.queries import domains_of
from marelle.mandates import questions
from marelle.mandates.models import Answer, Application, Call
from marelle.mandates.queries import coherence, pairs
from marelle.mandates.questions import Question, Section
from marelle.mandates.states import ApplicationState, CallState
from marelle.plans import queries as plans
from marelle.plans.models import Action
from marelle.plans.queries import DomainOutline

IS_WRITING = timedelta(minutes=5)  # since the last word saved: the person is taken to be still there
OVER = (ApplicationState.WITHDRAWN, ApplicationState.LAPSED)
REOPENED = (ApplicationState.RETURNED, ApplicationState.ON_PROBATION)  # handed in once, and to be handed in again


@dataclass(frozen=True)
class Missing:
    """What stands between the application and handing it in: a sentence, and where to go."""

    sentence: str
    address: str


@dataclass(frozen=True)
class Offer:
    """A call one may answer, and by which tracks."""

    call: Call
    tracks: list[Track]


@dataclass(frozen=True)
class Task:
    """A line of the task list. `state`: todo, begun, done or blocked; `minutes`: left, None when there is nothing left."""

    title: str
    url: str
    state: str
    word: str
    help: str = ""
    minutes: int | None = None
    person: str = ""
    blocked_by: str = ""


@dataclass(frozen=True)
class Dossier:
    """An application with all it holds, read once."""

    application: Application
    domains: list[Domain]
    sections: list[Section]
    rows: dict[str, Answer]
    files: list[File]

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by key."""
        return {key: row.value for key, row in self.rows.items()}

    @cached_property
    def plan(self) -> list[DomainOutline]:
        """The objectives of the plan, by domain."""
        return plans.bones(self.application.plan, self.domains)

    @property
    def taken_from(self) -> dict[str, Application]:
        """The earlier application whose words an answer still holds, by key."""
        return {key: row.taken_from for key, row in self.rows.items() if row.taken_from}

    @property
    def saved_at(self) -> datetime | None:
        """When something was last written."""
        return max((row.edited_at for row in self.rows.values()), default=None)

    def saved_in(self, section: Section) -> datetime | None:
        """When something was last written in a section; None while nobody has."""
        return max((self.rows[q.key].edited_at for q in section.questions if q.key in self.rows), default=None)

    def section(self, name: str, slug: str = "") -> Section | None:
        """The section of an address, None when this application has no such page."""
        return next((s for s in self.sections if (s.name, s.slug) == (name, slug)), None)


def of_organisation(organisation: Organisation, person: Person) -> QuerySet[Application]:
    """Its applications this person may see, that to the newest call first: one brought in is as old as its call."""
    return (
        Application.objects.visible_to(person)
        .filter(organisation=organisation)
        .select_related("call__framework", "track", "plan__framework", "organisation", "submitted_by", "receipt")
        .order_by("-call__opens_at", "-created_at", "-pk")
    )


def current(organisation: Organisation, person: Person) -> Application | None:
    """The application of the day: the newest that was neither withdrawn nor let lapse."""
    return of_organisation(organisation, person).exclude(state__in=OVER).first()


def over(organisation: Organisation, person: Person) -> QuerySet[Application]:
    """Its applications taken back or let lapse that this person may see, the newest first."""
    return of_organisation(organisation, person).filter(state__in=OVER)


def previous(application: Application) -> Application | None:
    """The organisation's application to the newest call before from which something can be taken: answers, or a plan.

    One brought in from elsewhere has a plan and no answer: it is one of them, whenever it came in. A plan is only taken
    under the same framework, by an application whose own is empty.
    """
    earlier = Application.rows.filter(organisation=application.organisation_id).exclude(pk=application.pk)
    earlier = earlier.filter(Q(created_at__lte=application.created_at) | ~Q(taken_over_at=None))
    usable = Q(answers__value__gt="")
    if application.track.follows_framework and not application.plan.objectives.exists():
        usable |= Q(plan__objectives__isnull=False, call__framework__code=application.call.framework.code)
    earlier = earlier.filter(usable).distinct().select_related("call__framework")
    return earlier.order_by("-call__opens_at", "-created_at", "-pk").first()


def still_means(question: Question, value: str) -> bool:
    """Whether an answer given once may be given again: days pass, choices and limits may have changed."""
    try:
        return question.kind != "day" and questions.clean(question, value) == value
    except BadData:
        return False


def dossier(application: Application) -> Dossier:
    """Read an application whole: two questions, and one more when its plan is looked at."""
    framework = application.call.framework
    domains, files = domains_of(framework), joined(application)
    return Dossier(
        application=application,
        domains=domains,
        sections=questions.sections_of(application.track, framework, domains, files),
        rows={row.key: row for row in application.answers.select_related("edited_by", "taken_from__call")},
        files=files,
    )


def joined(application: Application) -> list[File]:
    """The files of an application, the first to come first."""
    return list(application.files.filter(removed_at=None).order_by("added_at", "pk"))


def calls_for(organisation: Organisation, at: datetime) -> list[Offer]:
    """Open calls of its country that this kind of organisation may answer and has not answered, the first to close first."""
    offers = []
    near = Call.objects.open_at(at).filter(serves(organisation))
    unanswered = near.exclude(applications__organisation=organisation)
    for call in unanswered.select_related("framework").prefetch_related("tracks"):
        tracks = sorted(call.tracks.all(), key=lambda track: (track.position, track.pk))
        offered = [track for track in tracks if organisation.kind in track.organisation_kinds]
        if offered:
            offers.append(Offer(call, offered))
    return offers


def serves(organisation: Organisation) -> Q:
    """The calls of its country's committees; where its country has none, of all, for a place of the official code."""
    own = Q(committee__country=organisation.country)
    houses = Organisation.objects.filter(kind=OrganisationKind.COMMITTEE, country=organisation.country)
    return own | Q(~Exists(houses)) if organisation.territory_id else own


def closes_at(application: Application) -> datetime:
    """Until when it may be handed in (excluded): the call's end, a later one given to it alone, or the end of the day given when it was sent back.

    On probation, the end of the day its conditions are due, or that later one.
    """
    call, day = application.call, application.complete_before
    ends = [] if application.state == ApplicationState.ON_PROBATION and day else [call.closes_at]
    if application.state in REOPENED and day:
        ends.append(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(call.zone)))
    return max([*ends, *([application.late_until] if application.late_until else [])])


def is_open(application: Application, at: datetime) -> bool:
    """Whether it may be handed in at that moment. What was sent back, or is on probation, no longer waits for its call."""
    if application.state in REOPENED:
        return application.call.opens_at <= at < closes_at(application)
    published = application.call.state == CallState.PUBLISHED
    return published and application.call.opens_at <= at < closes_at(application)


def missing(dossier: Dossier) -> list[Missing]:
    """Everything that is missing, in the order of the pages; empty when it may be handed in."""
    found = [gap for section in dossier.sections for gap in _missing_in(dossier, section)]
    if dossier.application.track.follows_framework:
        found += missing_in_plan(dossier)
    return found


def missing_in_plan(dossier: Dossier) -> list[Missing]:
    """What the plan lacks: an objective in each domain, each with a name, an action and an indicator."""
    address = plan_address(dossier.application)
    found = []
    for part in dossier.plan:
        named = {"domain": part.domain.short_name}
        if not part.objectives:
            found.append(Missing(_("Plan, %(domain)s: no objective yet.") % named, f"{address}#{part.domain.slug}"))
        for objective in part.objectives:
            place = f"{address}#{objective.code}"
            named["objective"] = objective.name
            if not objective.name:
                found.append(Missing(_("Plan, %(domain)s: an objective has no name.") % named, place))
            if not objective.has_action:  # type: ignore[attr-defined]
                found.append(Missing(_("Plan, “%(objective)s”: no action yet.") % named, place))
            if not objective.has_indicator:  # type: ignore[attr-defined]
                found.append(Missing(_("Plan, “%(objective)s”: no indicator yet.") % named, place))
    return found


def tasks(dossier: Dossier, reader: Person, at: datetime | None = None, *, advised: bool = True) -> list[Task]:
    """The task list: each section, the plan, then handing in, blocked while something is missing.

    `advised`: with what the rules of the framework notice in the plan, which nothing waits for.
    """
    since = (at or clock.now()) - IS_WRITING
    lines = [_task(dossier, section, reader, since) for section in dossier.sections if section.name != "documents"]
    if dossier.application.track.follows_framework:
        lines += [_plan_task(dossier), *(_coherence_task(dossier) if advised else [])]
    documents = dossier.section("documents")
    return [*lines, *([_task(dossier, documents, reader, since)] if documents else []), _last_task(dossier)]


def section_address(application: Application, section: Section) -> str:
    """Where a section is written."""
    slugs = [section.slug] if section.slug else []
    return reverse(f"city:application_{section.name}", args=[application.organisation.code, *slugs])


def home_address(application: Application) -> str:
    """Where an application stands in its city's space."""
    return reverse("city:application", args=[application.organisation.code])


def plan_address(application: Application) -> str:
    """Where the plan of an application is written."""
    return reverse("city:application_plan", args=[application.organisation.code])


def content(dossier: Dossier) -> dict[str, Any]:
    """All that is handed in, as plain values: to be frozen, and compared with what was handed in before."""
    carried = [_carried(line.action) for line in pairs.shared_with(dossier.application)]
    shared = {"shared": carried} if carried else {}
    return shared | {
        "answers": {key: row.value for key, row in sorted(dossier.rows.items()) if row.value},
        "plan": plans.content(dossier.application.plan),
        "files": [{"label": file.label, "sha256": file.sha256} for file in dossier.files],
    }


def _carried(action: Action) -> dict[str, str]:
    """An action of the other's plan, carried with it in a joint application."""
    objective = action.objective
    return {
        "domain": objective.domain.code,
        "name": action.name,
        "lead_service": action.lead_service,
        "organisation": objective.plan.organisation.name,
    }


def printed(dossier: Dossier) -> list[dict[str, Any]]:
    """The answers under their titles, in order, as the receipt shows them."""
    return under_titles(dossier.sections, dossier.answers)


def under_titles(
    sections: list[Section], answers: dict[str, str], before: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """Answers under their titles, in order; `before`: those they replace, which each that differs then holds."""

    def field(group: str, q: Question) -> dict[str, Any]:
        shown = {"title": f"{group} – {q.title}" if group else q.title, "state": ""}
        shown["value"] = questions.said(q, answers[q.key])
        if before is None or before.get(q.key, "") == answers[q.key]:
            return shown
        return {**shown, "is_changed": True, "before": questions.said(q, before.get(q.key, ""))}

    return [
        {
            "title": section.title,
            "fields": [
                field(group.title, q) for group in section.groups for q in group.questions if answers.get(q.key)
            ],
        }
        for section in sections
    ]


def changed_since(dossier: Dossier) -> list[dict[str, str]]:
    """The answers that differ from the last handing-in: title, before, after. Empty when it was never handed in."""
    last = dossier.application.hand_ins.order_by("-number").first()
    if last is None:
        return []
    return differing(dossier.sections, last.content["answers"], dossier.answers)


def differing(sections: list[Section], before: dict[str, str], now: dict[str, str]) -> list[dict[str, str]]:
    """The answers that are not the same in both, under their titles, in words."""
    return [
        {
            "key": q.key,
            "title": q.title,
            "group": group.title or section.title,
            "before": questions.said(q, before.get(q.key, "")),
            "after": questions.said(q, now.get(q.key, "")),
        }
        for section in sections
        for group in section.groups
        for q in group.questions
        if before.get(q.key, "") != now.get(q.key, "")
    ]


def _missing_in(dossier: Dossier, section: Section) -> list[Missing]:
    answers, address = dossier.answers, section_address(dossier.application, section)
    found = [
        Missing(
            _("%(section)s: “%(question)s” has no answer yet.")
            % {"section": group.title or section.title, "question": question.title},
            f"{address}#{question.key}",
        )
        for group in section.groups
        for question in group.questions
        if questions.is_asked(question, answers) and not answers.get(question.key)
    ]
    found += [Missing(words, f"{address}#{key}") for key, words in questions.contradictions(section, answers)]
    voted = section.name == "documents" and dossier.application.track.council_vote == "required"
    if voted and not dossier.files:
        found.append(Missing(_("Documents: the council’s vote of intent is not joined yet."), f"{address}#file"))
    return found


def _task(dossier: Dossier, section: Section, reader: Person, since: datetime) -> Task:
    rows = [dossier.rows[q.key] for q in section.questions if q.key in dossier.rows]
    gaps = len(_missing_in(dossier, section))
    asked = sum(questions.is_asked(q, dossier.answers) for q in section.questions) or 1
    others = sorted({r.edited_by.name for r in rows if r.edited_at >= since and r.edited_by_id != reader.pk})
    begun = any(row.value for row in rows) or (section.name == "documents" and bool(dossier.files))
    state, word = _state(begun, gaps)
    return Task(
        title=section.title,
        url=section_address(dossier.application, section),
        state=state,
        word=word,
        help="" if state == "done" else _help(section),
        minutes=_minutes_left(section.minutes, min(gaps, asked), asked),
        person=", ".join(others),
    )


def _help(section: Section) -> str:
    if section.name != "self_assessment":
        return section.why
    count = len(section.groups)
    return ngettext("%(count)s recommendation", "%(count)s recommendations", count) % {"count": count}


def _plan_task(dossier: Dossier) -> Task:
    gaps = len(missing_in_plan(dossier))
    objectives = sum(len(part.objectives) for part in dossier.plan)
    state, word = _state(objectives > 0, gaps)
    begun = ngettext("%(count)s objective", "%(count)s objectives", objectives) % {"count": objectives}
    filled = sum(bool(part.objectives) for part in dossier.plan)
    domains = len(dossier.plan) or 1
    return Task(
        title=_("Action plan"),
        url=plan_address(dossier.application),
        state=state,
        word=word,
        help=begun if objectives else _("What you will do, domain by domain, and how one will know."),
        minutes=_minutes_left(questions.MINUTES_PLAN_DOMAIN * domains, max(domains - filled, min(gaps, 1)), domains),
    )


def _coherence_task(dossier: Dossier) -> list[Task]:
    """What the rules of the framework notice in a plan that is begun: advice, which nothing waits for."""
    application = dossier.application
    if not any(part.objectives for part in dossier.plan):
        return []
    found = coherence.of_application(application, plans.content(application.plan), dossier.domains)
    left = sum(not remark.said for remark in found)
    if not found:
        return []
    words = ngettext("%(count)s remark without an answer", "%(count)s remarks without an answer", left)
    return [
        Task(
            title=_("Remarks on the plan"),
            url=reverse("city:application_coherence", args=[application.organisation.code]),
            state="begun" if left else "done",
            word=pgettext("section", "advice"),
            help=words % {"count": left} if left else _("Each has your answer."),
        )
    ]


def _last_task(dossier: Dossier) -> Task:
    gaps = len(missing(dossier))
    blocked = ngettext("%(count)s thing is missing", "%(count)s things are missing", gaps) % {"count": gaps}
    return Task(
        title=_("Read over and hand in"),
        url=reverse("city:application_submit", args=[dossier.application.organisation.code]),
        state="blocked" if gaps else "todo",
        word=pgettext("section", "blocked") if gaps else pgettext("section", "to do"),
        help=blocked if gaps else _("Everything is there."),
    )


def _state(begun: bool, gaps: int) -> tuple[str, str]:
    if not gaps:
        return "done", pgettext("section", "ready")
    return ("begun", pgettext("section", "begun")) if begun else ("todo", pgettext("section", "to do"))


def _minutes_left(minutes: int, gaps: int, asked: int) -> int | None:
    """Minutes left, in proportion of what is missing; None when nothing is."""
    return ceil(minutes * gaps / asked) if gaps else None
