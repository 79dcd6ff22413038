"""Practices as pages read them: the shelf with its filters and its search, one sheet, a city's own, the team's tray."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from django.db.models import (
    Case,
    Count,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from marelle.accounts.models import Organisation, Person
from marelle.framework.models import Domain
from marelle.library import stems
from marelle.library.models import Adoption, Practice, PracticeText, Service, Word
from marelle.library.states import IN_HAND, PUBLIC_STATES, AdoptionState, EvidenceLevel, PracticeState
from marelle.plans.models import Plan
from marelle.plans.operations.writing import TAKES_ACTIONS
from marelle.plans.states import PlanState

LONGEST = 120  # characters read of what was typed: trust W9
MOST_WORDS = 8  # words of a search that count
MOST_SIMILAR = 4
MOST_NEAR = 50  # by their words, among which those are chosen
TELLING = 12  # words of a practice that say the most, for those that look like it
BANDS: dict[str, tuple[int, int | None]] = {  # inhabitants of the town that tells it: from, up to and without
    "0-5000": (0, 5_000),
    "5000-20000": (5_000, 20_000),
    "20000-100000": (20_000, 100_000),
    "100000-": (100_000, None),
}
NARROWS = ("domain", "service", "evidence", "language", "population", "country", "retained")
KEPT = ~Q(adoptions__state=AdoptionState.DROPPED)
SHARED = {"service": 12, "domain": 6}  # what a service or a domain in common weighs beside common words


@dataclass(frozen=True)
class Filters:
    """What the address of the shelf asks for; what it does not know is left aside."""

    q: str = ""
    domain: str = ""
    service: str = ""
    evidence: str = ""
    language: str = ""
    population: str = ""
    country: str = ""
    retained: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        """From the address."""
        evidence, language = asked.get("evidence", ""), asked.get("language", "")
        population, country = asked.get("population", ""), asked.get("country", "")
        return cls(
            q=_typed(asked.get("q") or ""),
            domain=_slug(asked.get("domain", "")),
            service=_slug(asked.get("service", "")),
            evidence=evidence if evidence in EvidenceLevel.values else "",
            language=language if language in stems.LANGUAGES else "",
            population=population if population in BANDS else "",
            country=country if len(country) == 2 and country.isascii() and country.isupper() else "",
            retained=asked.get("retained") == "1",
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The same, for the links that turn pages."""
        told = {name: getattr(self, name) for name in (*NARROWS, "q") if name != "retained"}
        return {name: value for name, value in told.items() if value} | ({"retained": "1"} if self.retained else {})


def shelf(filters: Filters) -> Sequence[int]:
    """Keys of the public practices under these filters: the best answer first when words are searched, else retained, then newest.

    One question to the database for a search; for the whole shelf, those of whoever turns its pages.
    """
    rows = narrowed(Practice.objects.public(), filters)
    words = stems.asked(filters.q)[:MOST_WORDS]
    if words:
        return _searched(words, rows if filters.parameters.keys() - {"q"} else None)
    if filters.q:  # nothing but empty words
        return []
    first = Case(When(state=PracticeState.RETAINED, then=Value(0)), default=Value(1))
    return rows.order_by(first, "-published_at", "pk").values_list("pk", flat=True)  # type: ignore[return-value]


def _searched(words: list[list[str]], among: QuerySet[Practice] | None) -> list[int]:
    """Practices that hold every word, in one of its stems, the heaviest first. The words of what is not public are not kept.

    One question, answered from its index alone; what is heavy is added up here: a third of the time both databases take for it.
    """
    place = {stem: {number for number, either in enumerate(words) if stem in either} for stem in chain(*words)}
    rows = Word.objects.filter(stem__in=place)
    if among is not None:
        rows = rows.filter(practice__in=among.values("pk"))
    heavy: defaultdict[int, int] = defaultdict(int)
    held: list[set[int]] = [set() for _word in words]
    for stem, practice, weight in rows.values_list("stem", "practice", "weight"):
        heavy[practice] += weight
        for number in place[stem]:
            held[number].add(practice)
    found = sorted(set.intersection(*held))
    return sorted(found, key=heavy.__getitem__, reverse=True)  # of the same weight, the oldest first


def narrowed(rows: QuerySet[Practice], filters: Filters) -> QuerySet[Practice]:
    """Those under every filter but the words."""
    if filters.domain:
        within = Practice.domains.through.objects.filter(domain__slug=filters.domain)
        rows = rows.filter(pk__in=within.values("practice"))
    if filters.service:
        about = Practice.services.through.objects.filter(service__code=filters.service)
        rows = rows.filter(pk__in=about.values("practice"))
    if filters.evidence:
        rows = rows.filter(evidence_level=filters.evidence)
    if filters.language:
        rows = rows.filter(
            pk__in=PracticeText.objects.exclude(name="").filter(language=filters.language).values("practice")
        )
    if filters.population:
        low, high = BANDS[filters.population]
        rows = rows.filter(organisation__territory__population__gte=low)
        rows = rows.filter(organisation__territory__population__lt=high) if high else rows
    if filters.country:
        rows = rows.filter(organisation__country=filters.country)
    return rows.filter(state=PracticeState.RETAINED) if filters.retained else rows


def cards(keys: Sequence[int]) -> list[Practice]:
    """Public practices in the order of their keys, each with `words` in the reader's language: four questions."""
    rows = _whole(Practice.objects.public()).filter(pk__in=list(keys))
    found = {practice.pk: practice for practice in rows}
    return [_told(found[key]) for key in keys if key in found]


def every_one() -> list[Practice]:
    """The whole shelf, the oldest first, for open data; `taken`: how many organisations took each over and keep it."""
    rows = _whole(Practice.objects.public()).annotate(taken=Count("adoptions", filter=KEPT, distinct=True))
    return [_told(practice) for practice in rows.order_by("published_at", "pk")]


def sheet(code: str, *parts: str) -> Practice | None:
    """A public practice by its code, with its texts, domains and services, or those of them named alone."""
    return _whole(Practice.objects.public(), *parts).filter(code=code).first()


def shown(rows: QuerySet[Practice], codes: Collection[str]) -> QuerySet[Practice]:
    """Those of `rows` under these codes, with their organisation and their words."""
    return rows.filter(code__in=codes).select_related("organisation").prefetch_related("texts")


def seen_by(person: Person, code: str) -> Practice | None:
    """A practice this person may read, in any state, by its code."""
    return _whole(Practice.objects.visible_to(person)).filter(code=code).first()


def words_of(practice: Practice, language: str | None = None) -> PracticeText:
    """Its words in a language, the reader's by default; else in its own; else in whichever there is; else none."""
    wanted = (language or get_language() or "fr").split("-")[0]
    told = {text.language: text for text in practice.texts.all() if text.name}
    first = told.get(wanted) or told.get(practice.language) or next(iter(told.values()), None)
    return first or PracticeText(practice=practice, language=practice.language)


def title(path: str = "") -> Coalesce:
    """The name `words_of` would give, read in the database; `path` leads to the practice, "practice__" say."""
    wanted = (get_language() or "fr").split("-")[0]
    names = PracticeText.objects.filter(practice=OuterRef(f"{path}pk")).exclude(name="").order_by("pk").values("name")
    own = names.filter(language=OuterRef(f"{path}language"))
    return Coalesce(*(Subquery(rows[:1]) for rows in (names.filter(language=wanted), own, names)), Value(""))


def sheet_and_similar(code: str) -> tuple[Practice | None, list[Practice]]:
    """A public practice by its code, and those that look like it, the closest first: services, domains, telling words.

    Both are read together: five questions.
    """
    near = _near(code)
    rows = Practice.objects.public().filter(Q(code=code) | Q(pk__in=list(near)))
    found = {practice.code: practice for practice in _whole(rows, "domains", "services")}
    this = found.pop(code, None)
    if this is None:
        return None, []
    likeness = {other.pk: near[other.pk] + _shared(this, other) for other in found.values()}
    closest = sorted(found.values(), key=lambda other: (-likeness[other.pk], other.pk))[:MOST_SIMILAR]
    prefetch_related_objects([this, *closest], "texts")
    return this, with_words(closest)


def _near(code: str) -> dict[int, int]:
    """Keys of the public practices that hold the telling words of this one, itself among them, with the weight of those."""
    telling = Word.objects.filter(practice__code=code).order_by("-weight", "stem").values("stem")[:TELLING]
    common = Word.objects.filter(stem__in=telling).exclude(language="").values("practice")
    heaviest = common.annotate(heavy=Sum("weight")).order_by("-heavy").values_list("practice", "heavy")
    return dict(heaviest[:MOST_NEAR])


def _shared(one: Practice, other: Practice) -> int:
    """What their services and their domains in common weigh."""
    services, domains = {*one.services.all()} & {*other.services.all()}, {*one.domains.all()} & {*other.domains.all()}
    return len(services) * SHARED["service"] + len(domains) * SHARED["domain"]


def choices() -> dict[str, list]:
    """What the filters of the shelf offer: two questions."""
    used = Practice.domains.through.objects.values("domain")
    names = {domain.slug: domain for domain in Domain.objects.filter(pk__in=used).order_by("-framework", "-position")}
    return {
        "domains": sorted(names.values(), key=lambda domain: domain.position),
        "services": list(Service.objects.order_by("position", "pk")),
        "levels": EvidenceLevel.choices,
    }


# -------------------------------------------------------------------------------------------------- what became of them
def public_adoptions(practice: Practice) -> tuple[list[Adoption], int]:
    """Who took it over, as anyone may read it, and how many more: a town is named once its plan runs, never before."""
    rows = practice.adoptions.select_related("organisation", "action__objective__plan").prefetch_related("results")
    kept = list(rows.exclude(state=AdoptionState.DROPPED, action=None).order_by("adopted_at", "pk"))
    named = [adoption for adoption in kept if is_public(adoption)]
    return named, len(kept) - len(named)


def is_public(adoption: Adoption) -> bool:
    """Whether anyone may know of it: its action stands in a plan that runs."""
    return adoption.action is not None and adoption.action.objective.plan.state == PlanState.RUNNING


@dataclass(frozen=True)
class Ledger:
    """What a town tells, what it took over, what others took from it: as anyone may read it."""

    told: list[Practice]
    taken: list[Adoption]
    given: list[Adoption]

    @property
    def is_empty(self) -> bool:
        """Nothing either way."""
        return not (self.told or self.taken or self.given)


def public_ledger(organisation: Organisation) -> Ledger:
    """Both ways, the newest first; a plan that does not run yet names nobody. Four questions."""
    told = list(Practice.objects.public().filter(organisation=organisation).order_by("-published_at", "-pk"))
    running = Q(action__objective__plan__state=PlanState.RUNNING)
    known = Adoption.rows.filter(running, practice__state__in=PUBLIC_STATES)
    mine = Q(organisation=organisation) | Q(practice__organisation=organisation)
    rows = list(_ledger(known.filter(mine)).prefetch_related("results"))
    prefetch_related_objects([*told, *(row.practice for row in rows)], "texts")
    rows = [with_title(row) for row in rows]
    return Ledger(
        told=with_words(told),
        taken=[row for row in rows if row.organisation_id == organisation.pk],
        given=[row for row in rows if row.organisation_id != organisation.pk],
    )


def with_title(adoption: Adoption) -> Adoption:
    """With the `words` of its practice in the reader's language."""
    adoption.words = words_of(adoption.practice)  # type: ignore[attr-defined]
    return adoption


def taken_over(organisation: Organisation, person: Person) -> list[Adoption]:
    """What an organisation took over, the newest first."""
    return _whole_ledger(Adoption.objects.visible_to(person).filter(organisation=organisation))


def made_of_ours(organisation: Organisation, person: Person) -> list[Adoption]:
    """What others made of the practices of an organisation, the newest first."""
    return _whole_ledger(Adoption.objects.visible_to(person).filter(practice__organisation=organisation))


def _whole_ledger(rows: QuerySet[Adoption]) -> list[Adoption]:
    return list(_ledger(rows).prefetch_related("results", "practice__texts"))


def _ledger(rows: QuerySet[Adoption]) -> QuerySet[Adoption]:
    rows = rows.select_related("organisation", "practice__organisation", "action__objective")
    return rows.order_by("-adopted_at", "-pk")


# ------------------------------------------------------------------------------------------------------------ workspaces
def own(organisation: Organisation, person: Person) -> list[Practice]:
    """An organisation's practices in any state, the newest first, each with its correction in hand as `corrected`."""
    rows = Practice.objects.visible_to(person).filter(organisation=organisation, corrects=None)
    written = Prefetch("corrections", Practice.objects.visible_to(person).filter(state__in=IN_HAND), "corrected")
    rows = rows.select_related("organisation", "committee").prefetch_related("texts", written)
    return list(rows.order_by("-created_at", "-pk"))


def tray(person: Person) -> QuerySet[Practice]:
    """What was proposed to one's committees, to read first, then the newest."""
    rows = Practice.objects.visible_to(person).filter(committee__in=person.committees_as())
    rows = rows.exclude(state=PracticeState.REPLACED)
    to_read = Case(When(state=PracticeState.PROPOSED, then=Value(0)), default=Value(1))
    return rows.select_related("organisation").prefetch_related("texts").order_by(to_read, "-created_at", "-pk")


def plan_for(organisation: Organisation, person: Person) -> Plan | None:
    """The plan an action may be put into: the one being written, else the newest one that runs."""
    rows = Plan.objects.visible_to(person).filter(organisation=organisation, state__in=TAKES_ACTIONS)
    rows = rows.select_related("framework")
    written = Case(When(state__in=[PlanState.DRAFT, PlanState.RETURNED], then=Value(0)), default=Value(1))
    return rows.order_by(written, "-created_at", "-pk").first()


def _whole(rows: QuerySet[Practice], *parts: str) -> QuerySet[Practice]:
    rows = rows.select_related("organisation", "committee", "contact")
    return rows.prefetch_related(*parts or ("texts", "domains", "services"))


def _told(practice: Practice) -> Practice:
    practice.words = words_of(practice)  # type: ignore[attr-defined]
    return practice


def with_words(practices: Iterable[Practice]) -> list[Practice]:
    """Each with `words` in the reader's language."""
    return [_told(practice) for practice in practices]


def _typed(words: str) -> str:
    """What was typed, as far as it is read: a word that goes past the end is left out rather than cut in two."""
    plain = words.replace("\x00", "").strip()
    kept, _space, _cut = plain[: LONGEST + 1].rpartition(" ")
    return plain if len(plain) <= LONGEST else (kept or plain)[:LONGEST]


def _slug(typed: str) -> str:
    return typed if len(typed) <= 60 and typed.replace("-", "").isalnum() else ""
