"""Proposals of children as pages read them: each with its answers, the share answered in time, what is due, the thread."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, When
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, dues
from marelle.base.dues import Facts, Watch
from marelle.base.origins import Shown
from marelle.base.registers import Act
from marelle.plans import periods, voices
from marelle.plans.models import Answer, Plan, Proposal
from marelle.plans.states import FOLLOWED, ProposalState
from marelle.plans.voices import Heard

MOST_ACTS = 3  # of one kind
MOST_SHOWN = 200  # proposals of a town on one page
SHORT = 60  # characters of a proposal in one line
PARTS = {  # of a year, as `plans.periods` writes them
    "S1": gettext_lazy("in the first half of %(year)s"),
    "S2": gettext_lazy("in the second half of %(year)s"),
    "Q1": gettext_lazy("in the first quarter of %(year)s"),
    "Q2": gettext_lazy("in the second quarter of %(year)s"),
    "Q3": gettext_lazy("in the third quarter of %(year)s"),
    "Q4": gettext_lazy("in the last quarter of %(year)s"),
}
COUNTED = "a count of a town’s answers"


def with_answers(rows: QuerySet[Proposal]) -> list[Proposal]:
    """The latest first, each with `given`: the answer in force, None without, and `replaced`: what it said before."""
    answers = Answer.objects.select_related("written_by").order_by(F("replaced_at").desc(nulls_first=True), "-pk")
    rows = rows.prefetch_related(Prefetch("answers", answers, to_attr="all_answers"))
    latest = [F("received_on").desc(nulls_last=True), F("written_at").desc(), F("pk").desc()]
    found: list[Any] = list(rows.order_by(*latest)[:MOST_SHOWN])
    for proposal in found:
        for answer in proposal.all_answers:
            answer.when = when_in_words(answer.planned_for)
        proposal.given = next((a for a in proposal.all_answers if a.replaced_at is None), None)
        proposal.replaced = [a for a in proposal.all_answers if a.replaced_at is not None]
    return found


def shown_to_everyone(organisation: Organisation) -> list[Proposal]:
    """Those of a town that anyone reads, the latest first, with their answers. Two questions."""
    return with_answers(Proposal.objects.public().filter(organisation=organisation))


def when_in_words(period: str) -> str:
    """“in 2029”, “in September 2029”, “on 14 September 2029”, as a child reads it; blank without any."""
    if not period:
        return ""
    first = periods.days_of(period)[0]
    if len(period) == len("2029-09-14"):
        return _("on %(day)s") % {"day": date_format(first, "j F Y", use_l10n=False)}
    year, part = {"year": first.year}, period[5:]
    if not part:
        return _("in %(year)s") % year
    if part in PARTS:
        return str(PARTS[part]) % year
    return _("in %(month)s %(year)s") % {"month": MONTHS[first.month], **year}


def told_in_short(heard: Heard) -> str:
    """How the town answers, in one sentence: blank when nothing can be judged yet."""
    if heard.percent is None:
        return ""
    return ngettext(
        "%(in_time)s proposal in %(counted)s answered within three months",
        "%(in_time)s proposals in %(counted)s answered within three months",
        heard.counted,
    ) % {"in_time": heard.in_time, "counted": heard.counted}


def heard_by(organisations: Iterable[Any], today: date | None = None) -> dict[int, Heard]:
    """By the key of each organisation given, how its children's proposals were answered, shown to everyone or not.

    One question. Withdrawn proposals are left out; an organisation without any proposal has its empty `Heard`.
    """
    keys = {getattr(organisation, "pk", organisation) for organisation in organisations}
    return _heard(Proposal.objects.everyone(reason=COUNTED).filter(organisation__in=keys), keys, today)


def heard_by_all(today: date | None = None) -> Heard:
    """The same over every organisation."""
    days = _days(Proposal.objects.everyone(reason=COUNTED))
    return voices.heard([(received, answered) for _key, received, answered in days], today or clock.today())


def _heard(rows: QuerySet[Proposal], keys: Collection[int], today: date | None) -> dict[int, Heard]:
    held: dict[int, list[tuple[date | None, date | None]]] = defaultdict(list)
    for key, received, answered in _days(rows):
        held[key].append((received, answered))
    return {key: voices.heard(held[key], today or clock.today()) for key in keys}


def _days(rows: QuerySet[Proposal]) -> Iterable[tuple[int, date | None, date | None]]:
    """Of each: whose, the day it came, the day it was answered."""
    rows = rows.exclude(state=ProposalState.WITHDRAWN)
    answered = Answer.objects.filter(proposal=OuterRef("pk"), replaced_at=None).values("answered_on")[:1]
    return rows.annotate(answered_on=answered).values_list("organisation", "received_on", "answered_on")


# Aujourd'hui ---------------------------------------------------------------------------------------------------------
def unanswered(person: Person, organisation: Organisation) -> QuerySet | None:
    """What children of the town wait for."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_write(person, organisation):
        return None
    rows = Proposal.objects.visible_to(person).filter(organisation=organisation, state=ProposalState.PROPOSED)
    return dues.facts(rows, code="code", words="words", received_on="received_on", written_at="written_at")


def to_answer(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """Those that have waited longest; late once the last day of the three months is over."""
    longest_first = sorted(rows, key=lambda row: (row.on("received_on") or date.max, row.at("written_at")))
    for row in longest_first[:MOST_ACTS]:
        due = voices.answer_due(row.on("received_on"))
        words = row["words"] if len(row["words"]) <= SHORT else row["words"][:SHORT].rstrip() + "…"
        yield Act(
            sentence=_("Answer the children: “%(words)s”") % {"words": words},
            address=f"/espace/{organisation.code}/propositions/{row['code']}",
            due_at=clock.evening_of(due) if due else None,
            urgent=due is not None and due < clock.today(),
        )


WATCH = Watch(unanswered, to_answer)


# The thread ----------------------------------------------------------------------------------------------------------
def show_proposals(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """In the thread: for those of the town; for anyone, once it is shown and the town's plan runs."""
    plans = Plan.objects.filter(organisation=OuterRef("organisation"), state__in=sorted(FOLLOWED))
    public = Q(shown_at__isnull=False) & ~Q(state=ProposalState.WITHDRAWN) & Exists(plans)
    own = Q(organisation__in=_places_of(reader))
    rows = Proposal.objects.filter(own | public, code__in=codes).scoped("those of the reader, and what anyone reads")
    found = rows.select_related("organisation").annotate(is_own=Case(When(own, then=True), default=False))
    return {row.code: _shown(row) for row in found}


def _places_of(reader: Person | None) -> Collection[int]:
    return reader.organisation_ids if reader is not None and reader.is_authenticated else []


def _shown(proposal: Any) -> Shown:
    town = proposal.organisation.code
    own = reverse("city:proposal", args=[town, proposal.code]) if proposal.is_own else ""
    return Shown(
        title=proposal.words,
        sentence=proposal.group_name,
        address=own or f"{reverse('public:proposals', args=[town])}#{proposal.code}",
        state=str(proposal.get_state_display()),
    )
