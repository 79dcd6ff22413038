"""What is handed over: people, promises, dates, open points, files, last exchanges. The same for the page and for the paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marelle.accounts.models import File, Membership, Organisation, Person
from marelle.accounts.queries import Colleague, people_of, team_of
from marelle.accounts.states import PROGRAMME_TEAM, Role
from marelle.base import clock, registers
from marelle.base.models import Letter
from marelle.base.registers import Moment
from marelle.framework.queries import domains_of
from marelle.mandates.models import Contact, Handover, Mandate
from marelle.mandates.queries import mandates
from marelle.mandates.states import RUNNING
from marelle.plans.following import Followed, FollowedDomain, follow
from marelle.plans.models import Amendment, Proposal
from marelle.plans.queries import outline
from marelle.plans.states import NEEDS_A_REASON, OPEN_AMENDMENTS, ProposalState

LEADS = (Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD)  # who holds a file: when one goes, it is handed over
FROM_COMMITTEE = "from_committee"  # the kind of `letters.cities`, which stands above
LEFT_SINCE = timedelta(days=365)
MOST_DATES, MOST_FILES, MOST_EXCHANGES = 20, 30, 15


@dataclass(frozen=True)
class Exchange:
    """A word of the committee: when, what, and what it said."""

    at: datetime
    title: str
    words: str


@dataclass(frozen=True)
class Promises:
    """A mandate with its plan as it is followed."""

    mandate: Mandate
    domains: list[FollowedDomain]


@dataclass(frozen=True)
class Pack:
    """All that somebody new needs on the first day."""

    organisation: Organisation
    team: list[Colleague]
    gone: list[Membership]
    committee: list[Person]
    promises: list[Promises]
    dates: list[Moment]
    points: list[dict[str, str]] = field(default_factory=list)
    files: Sequence[File] = ()
    exchanges: list[Exchange] = field(default_factory=list)


def open_handover(organisation: Organisation, person: Person) -> Handover | None:
    """The handover that is under way, if any."""
    rows = Handover.objects.visible_to(person).filter(organisation=organisation, closed_at=None)
    return rows.select_related("left").first()


def pack(organisation: Organisation, person: Person) -> Pack:
    """The pack as `person`, who works there, reads it today."""
    living = list(mandates.living(organisation, person).select_related("plan__framework"))
    promises = [_promises(mandate) for mandate in living]
    return Pack(
        organisation=organisation,
        team=team_of(organisation),
        gone=list(_gone(organisation)),
        committee=people_of(_committees(living), PROGRAMME_TEAM),
        promises=promises,
        dates=_dates(organisation, person, living),
        points=_points(organisation, person, promises),
        files=list(_files(organisation, person)[:MOST_FILES]),
        exchanges=_exchanges(organisation, person),
    )


def departures(since: datetime) -> QuerySet[Membership]:
    """Leads who went since then from towns whose mandate runs, where nothing was asked for it."""
    towns = Mandate.rows.filter(state__in=sorted(RUNNING)).values("organisation")
    rows = Membership.objects.filter(ended_at__gte=since, role__in=LEADS, organisation__in=towns)
    return rows.select_related("organisation", "person").order_by("ended_at", "pk")


def _promises(mandate: Mandate) -> Promises:
    parts = outline(mandate.plan, covered=False, domains=domains_of(mandate.plan.framework))
    return Promises(mandate, follow(parts))


def _gone(organisation: Organisation) -> QuerySet[Membership]:
    rows = organisation.memberships.filter(ended_at__gte=clock.now() - LEFT_SINCE)
    return rows.select_related("person").order_by("-ended_at", "pk")


def _committees(living: Sequence[Mandate]) -> list[Organisation]:
    keys = Mandate.rows.filter(pk__in=[mandate.pk for mandate in living])
    found = Organisation.objects.filter(pk__in=keys.values("agreement__application__call__committee"))
    return list(found.order_by("pk"))


def _dates(organisation: Organisation, person: Person, living: Sequence[Mandate]) -> list[Moment]:
    """What is to come: as the calendar of the space tells it, and what each mandate will ask."""
    known = [m for m in registers.moments(person, organisation) if m.starts_at >= clock.now()]
    days = {clock.day_of(m.starts_at) for m in known}
    asked = [
        Moment(
            f"milestone-{mandate.code}-{number}",
            milestone["name"],
            datetime.combine(milestone["on"], time(9), clock.PARIS),
            f"/espace/{organisation.code}/plan",
        )
        for mandate in living
        for number, milestone in enumerate(mandates.milestones(mandate))
        if not milestone["is_past"] and not milestone["done"] and milestone["on"] not in days
    ]
    return sorted([*known, *asked], key=lambda moment: (moment.starts_at, moment.code))[:MOST_DATES]


def _points(organisation: Organisation, person: Person, promises: list[Promises]) -> list[dict[str, str]]:
    """What is held back, never read, agreed and not done, asked and not answered."""
    place = f"/espace/{organisation.code}"
    found = []
    for objective in (o for held in promises for part in held.domains for o in part.outline.objectives):
        for action in objective.actions.all():
            if action.state in NEEDS_A_REASON:
                words = _("%(name)s: %(state)s. %(why)s") % {
                    "name": action.name,
                    "state": action.get_state_display(),
                    "why": action.reason,
                }
                found.append({"words": words, "address": f"{place}/plan/actions/{action.code}"})
    for followed in (f for held in promises for part in held.domains for f in part.indicators if _is_unread(f)):
        words = _("%(name)s: nothing was ever read of it.") % {"name": followed.indicator.name}
        found.append({"words": words, "address": f"{place}/plan/indicateurs/{followed.indicator.code}"})
    steps = Contact.objects.told_to(person).filter(mandate__organisation=organisation, next_is_city=True, done_at=None)
    found += [{"words": contact.next_step, "address": place} for contact in steps.order_by("next_on", "pk")]
    waiting = Proposal.objects.visible_to(person).filter(organisation=organisation, state=ProposalState.PROPOSED)
    for proposal in waiting.order_by("received_on", "pk"):
        words = _("Children wait for an answer: %(words)s") % {"words": proposal.words}
        found.append({"words": words, "address": f"{place}/propositions/{proposal.code}"})
    changes = Amendment.objects.visible_to(person).filter(plan__organisation=organisation)
    if changes.filter(state__in=sorted(OPEN_AMENDMENTS)).exists():
        found.append({"words": _("A change of the plan is open."), "address": f"{place}/plan/modification"})
    return found


def _is_unread(followed: Followed) -> bool:
    return not followed.readings


def _files(organisation: Organisation, person: Person) -> QuerySet[File]:
    rows = File.objects.visible_to(person).filter(organisation=organisation, removed_at=None)
    return rows.order_by("-added_at", "-pk")


def _exchanges(organisation: Organisation, person: Person) -> list[Exchange]:
    """What the committee noted for the town, and what it wrote to it, the newest first."""
    shared = Contact.objects.told_to(person).filter(mandate__organisation=organisation, is_shared=True)
    found = [
        Exchange(c.recorded_at, c.get_kind_display(), c.summary) for c in shared.order_by("-on", "-pk")[:MOST_EXCHANGES]
    ]
    about = Q(kind=FROM_COMMITTEE, reference=f"accounts.organisation:{organisation.code}")
    letters: dict[str, Any] = {}
    for letter in Letter.objects.filter(about).order_by("-written_at", "pk")[: MOST_EXCHANGES * 5]:
        letters.setdefault(letter.key.rpartition(":")[0], letter)  # one letter, however many read it
    found += [Exchange(letter.written_at, letter.subject, letter.text) for letter in letters.values()]
    return sorted(found, key=lambda exchange: exchange.at, reverse=True)[:MOST_EXCHANGES]
