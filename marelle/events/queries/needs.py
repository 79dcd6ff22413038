"""Needs as pages read them: a city's own, the team's, those to rank, and who may help with one of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.events import figures
from marelle.events.figures import Offered, Reason, Sought
from marelle.events.models import Exchange, Need, Ranked, Ranking
from marelle.events.states import ExchangeState, NeedState
from marelle.framework.models import Domain, Framework
from marelle.library.models import Practice
from marelle.library.states import EvidenceLevel, PracticeState

MOST_READ = 400  # practices weighed for one need: those of its service or domain, the latest published first
MOST_SHOWN = 8  # practices, and cities, on a page
SUREST = {level: rank for rank, level in enumerate(["", *EvidenceLevel.values])}


@dataclass(frozen=True)
class Helpful:
    """A practice or a city that may help, why, and how much each reason adds."""

    organisation: Organisation
    practice: Practice | None
    title: str
    reasons: list[Reason]

    @property
    def points(self) -> int:
        """The sum of the reasons."""
        return figures.score(self.reasons)


@dataclass(frozen=True)
class Help:
    """The likeliest first."""

    practices: list[Helpful]
    cities: list[Helpful]


def domains() -> QuerySet[Domain]:
    """Those of the framework in force, in its order."""
    newest = Framework.objects.order_by("-valid_from", "-pk")[:1].values("pk")
    return Domain.objects.filter(framework__in=newest).order_by("position", "pk")


def of_city(organisation: Organisation, person: Person) -> QuerySet[Need]:
    """A city's own needs: those still looked for first, the most urgent first."""
    mine = Need.objects.visible_to(person).filter(organisation=organisation)
    return mine.select_related("service", "domain", "stated_by").order_by("-state", "-urgency", "-stated_at", "pk")


def for_team(person: Person) -> QuerySet[Need]:
    """Every need stated to this person's committees, the most urgent first; withdrawn ones aside."""
    stated = Need.objects.visible_to(person).filter(committee__in=person.committees_as(PROGRAMME_TEAM))
    places = ("organisation__territory__departement", "organisation__territory__region")
    weighed = stated.exclude(state=NeedState.WITHDRAWN).annotate(
        points=Sum("ranked__points", default=0), voters=Count("ranked__organisation", distinct=True)
    )
    return weighed.select_related("service", "domain", "organisation", *places).order_by(
        "-urgency", "-points", "-stated_at", "pk"
    )


# Rankings ------------------------------------------------------------------------------------------------------------
def rankings_of(committees: Iterable[Organisation]) -> QuerySet[Ranking]:
    """The rounds of these committees, the last to close first."""
    rows = Ranking.objects.filter(committee__in=list(committees)).select_related("committee")
    return rows.annotate(cities=Count("ballots")).order_by("-closes_at", "-pk")


def rankings_for(organisation: Organisation, at: datetime) -> QuerySet[Ranking]:
    """The rounds open to a city at that moment, the first to close first."""
    near = Organisation.objects.looking_after(organisation).values("pk")
    open_now = Ranking.objects.filter(committee__in=near, opens_at__lte=at, closes_at__gt=at)
    return open_now.order_by("closes_at", "pk")


def to_rank(ranking: Ranking) -> list[Need]:
    """The needs of a round, oldest first so that the order says nothing."""
    rows = Need.objects.all().to_rank(ranking.committee).select_related("organisation", "service", "domain")
    return list(rows.order_by("stated_at", "pk"))


def given_by(organisation: Organisation, ranking: Ranking) -> dict[str, int]:
    """The points a city gave, by the code of the need."""
    rows = Ranked.objects.filter(ranking=ranking, organisation=organisation)
    return dict(rows.values_list("need__code", "points"))


def result_of(ranking: Ranking, person: Person) -> QuerySet[Need]:
    """The needs of a round that got points, the most first; equal points, those of more cities first."""
    seen = Need.objects.visible_to(person).filter(ranked__ranking=ranking)
    counted = seen.annotate(
        points=Sum("ranked__points", filter=Q(ranked__ranking=ranking)),
        voters=Count("ranked__organisation", filter=Q(ranked__ranking=ranking), distinct=True),
    )
    return counted.select_related("organisation", "service", "domain").order_by("-points", "-voters", "stated_at", "pk")


# Who may help --------------------------------------------------------------------------------------------------------
def help_for(need: Need) -> Help:
    """The practices and the cities likeliest to help, with the reasons. Seven questions to the database, whatever is there."""
    sought = _sought(need)
    practices = _near(need)
    met = _met_by(need)
    offers = {practice.pk: _offered(practice) for practice in practices}
    told = [
        Helpful(p.organisation, p, title_of(p, need.language), figures.reasons(sought, offers[p.pk])) for p in practices
    ]
    return Help(_best(told), _best(_cities(sought, practices, offers, met)))


def title_of(practice: Practice, language: str) -> str:
    """Its name in a language, else in its own, else in whichever there is. Its texts are at hand."""
    names = {text.language: text.name for text in practice.texts.all()}
    return names.get(language) or names.get(practice.language) or next(iter(names.values()), "")


def _sought(need: Need) -> Sought:
    return Sought(
        services=frozenset({need.service.code} if need.service else ()),
        domains=frozenset({need.domain.code} if need.domain else ()),
        languages=frozenset({need.language}),
        population=_population(need.organisation),
    )


def _near(need: Need) -> list[Practice]:
    """What anyone may read on the same service or domain, told by others."""
    subject = Q(pk__in=[])
    if need.service_id:
        subject |= Q(pk__in=Practice.services.through.objects.filter(service=need.service_id).values("practice"))
    if need.domain:
        same = Practice.domains.through.objects.filter(domain__code=need.domain.code)
        subject |= Q(pk__in=same.values("practice"))
    rows = Practice.objects.public().filter(subject).exclude(organisation=need.organisation_id)
    taken = Count("adoptions", filter=~Q(adoptions__state="dropped"), distinct=True)
    rows = rows.annotate(taken=taken).select_related("organisation__territory")
    return list(rows.prefetch_related("services", "domains", "texts").order_by("-published_at", "pk")[:MOST_READ])


def _met_by(need: Need) -> dict[int, tuple[Organisation, Offered]]:
    """Cities of the same committee that met a need on the same service or domain; nothing more is read of it."""
    subject = Q(service=need.service_id) if need.service_id else Q(pk__in=[])
    if need.domain:
        subject |= Q(domain__code=need.domain.code)
    rows = Need.objects.everyone(reason="that a city met such a need, not its words").filter(
        subject, committee=need.committee_id, state=NeedState.MET
    )
    rows = rows.exclude(organisation=need.organisation_id)
    found: dict[int, tuple[Organisation, Offered]] = {}
    for other in rows.select_related("organisation__territory", "service", "domain").order_by("pk")[:MOST_READ]:
        _known, offered = found.get(other.organisation_id, (None, Offered(has_met=True)))
        mine = _sought(other)
        joined = replace(
            offered,
            services=offered.services | mine.services,
            domains=offered.domains | mine.domains,
            languages=offered.languages | mine.languages,
            population=mine.population,
        )
        found[other.organisation_id] = (other.organisation, joined)
    return found


def _offered(practice: Practice) -> Offered:
    return Offered(
        services=frozenset(service.code for service in practice.services.all()),
        domains=frozenset(domain.code for domain in practice.domains.all()),
        languages=frozenset(practice.languages) | {text.language for text in practice.texts.all()},
        population=_population(practice.organisation),
        effect=practice.evidence_level,
        is_retained=practice.state == PracticeState.RETAINED,
        adoptions=practice.taken,  # type: ignore[attr-defined]
    )


def _cities(
    sought: Sought,
    practices: list[Practice],
    offers: dict[int, Offered],
    met: dict[int, tuple[Organisation, Offered]],
) -> Iterable[Helpful]:
    """Each city by what all its practices say together, and by the needs it met."""
    known = dict(met)
    for practice in practices:
        offered = offers[practice.pk]
        _organisation, before = known.get(practice.organisation_id, (None, Offered()))
        known[practice.organisation_id] = (practice.organisation, _together(before, offered))
    for organisation, offered in known.values():
        yield Helpful(organisation, None, organisation.name, figures.reasons(sought, offered))


def _together(one: Offered, other: Offered) -> Offered:
    return Offered(
        services=one.services | other.services,
        domains=one.domains | other.domains,
        languages=one.languages | other.languages,
        population=other.population,
        effect=max(one.effect, other.effect, key=lambda level: SUREST[level]),
        is_retained=one.is_retained or other.is_retained,
        adoptions=one.adoptions + other.adoptions,
        has_met=one.has_met or other.has_met,
    )


def _best(found: Iterable[Helpful]) -> list[Helpful]:
    likely = [helpful for helpful in found if helpful.reasons]
    return sorted(likely, key=lambda h: (-h.points, h.title, h.organisation.code))[:MOST_SHOWN]


def _population(organisation: Organisation) -> int | None:
    return organisation.territory.population if organisation.territory else None


# Exchanges -----------------------------------------------------------------------------------------------------------
def exchanges_of(organisation: Organisation, person: Person) -> QuerySet[Exchange]:
    """Those asked by a city or of it: those that wait first, the latest first."""
    mine = Exchange.objects.visible_to(person).filter(Q(asked_by=organisation) | Q(asked_of=organisation))
    return mine.select_related("need__service", "need__domain", "asked_by", "asked_of").order_by("-asked_at", "-pk")


def waiting_for(organisation: Organisation, person: Person) -> QuerySet[Exchange]:
    """Those asked of a city and not answered, oldest first."""
    return (
        exchanges_of(organisation, person)
        .filter(asked_of=organisation, state=ExchangeState.ASKED)
        .order_by("asked_at", "pk")
    )


def to_tell(organisation: Organisation, person: Person) -> QuerySet[Exchange]:
    """Those whose outcome was asked and is not told, oldest first."""
    rows = exchanges_of(organisation, person).filter(state=ExchangeState.ACCEPTED).exclude(outcome_asked_at=None)
    return rows.order_by("outcome_asked_at", "pk")
