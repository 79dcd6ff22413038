"""Results anyone may read: those of the latest freeze of a published edition, zone by zone. Only what is told of is read."""

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from marelle.consultations import catalogue, questionnaires, scores
from marelle.consultations.catalogue import ALL, EVERYONE, Group
from marelle.consultations.drawing import Column, read_column
from marelle.consultations.models import Consultation, Freeze, ZoneTables
from marelle.consultations.queries import places
from marelle.consultations.queries.places import Place
from marelle.consultations.questionnaires import Question, Questionnaire
from marelle.consultations.states import ConsultationState, VersionState
from marelle.consultations.telling import Result, result_of
from marelle.framework.models import text

READABLE = (ConsultationState.PUBLISHED, ConsultationState.PURGED)  # sheets are destroyed, tables stay
Wanted = Callable[[dict[str, Any]], bool]  # of a column as it is written


@dataclass(frozen=True)
class Edition:
    """A published edition, its freeze, what children were asked."""

    consultation: Consultation
    freeze: Freeze
    asked: Questionnaire

    @cached_property
    def questions(self) -> dict[str, tuple[str, Question]]:
        """Every question that has tables, in order, with the part it stands in, by its name."""
        found = scores.tabled(self.asked)
        return {question.name: (text(part.title) or part.name, question) for part, question in found}

    @cached_property
    def profiles(self) -> list[Question]:
        """The questions others are crossed with, in the order children were asked."""
        declared = self.freeze.manifest.get("profiles", ())
        return [question for name, (_part, question) in self.questions.items() if name in declared]

    def is_weighted(self, zone: str) -> bool:
        """Whether the shares of a zone are weighted."""
        return bool(self.freeze.manifest.get("margins")) and catalogue.level_of(zone) in catalogue.WIDE


@dataclass(frozen=True)
class Told:
    """What one place tells. `status`: why it has no page, or "". `associations`: as `associating.Association` says them."""

    place: Place
    status: str = ""
    ages: str = ALL
    genders: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    associations: tuple[dict[str, Any], ...] = ()

    def result(self, question: str) -> Result | None:
        """One question, if it is told of here."""
        return next((each for each in self.results if each.question.name == question), None)

    @property
    def parts(self) -> dict[str, list[Result]]:
        """Its questions by the title of their part, in the order children were asked."""
        parts: dict[str, list[Result]] = {}
        for result in self.results:
            parts.setdefault(result.part, []).append(result)
        return parts

    @property
    def children(self) -> int | None:
        """About how many children answered the question most of them answered."""
        return max((each.everyone.base or 0 for each in self.results), default=0) or None


def freezes() -> QuerySet[Freeze]:
    """Those of published editions, the latest edition first, the freeze that counts first."""
    known = Freeze.objects.filter(consultation__state__in=READABLE, consultation__is_pilot=False)
    return known.select_related("consultation__committee").order_by("-consultation__opens_at", "-frozen_at", "-pk")


def editions() -> list[Consultation]:
    """Those anyone may read, the latest first."""
    found = Consultation.objects.public().filter(state__in=READABLE, freezes__isnull=False)
    return list(found.distinct())


def edition(code: str) -> Edition | None:
    """The published edition of an address; None before it is. Two questions."""
    freeze = freezes().filter(consultation__code=code).first()
    if freeze is None:
        return None
    versions = freeze.consultation.questionnaires.filter(state=VersionState.FROZEN)
    asked = versions.values_list("canonical", flat=True).order_by("-number").first()
    return Edition(freeze.consultation, freeze, questionnaires.read(asked)) if asked else None


def in_short(zone: str) -> tuple[Freeze, bool] | None:
    """The latest published freeze, and whether a zone has a page in it; None before anything is. One question."""
    inside = ZoneTables.objects.filter(freeze=OuterRef("pk"), zone=zone, profile="", status="")
    found = freezes().annotate(has_page=Exists(inside)).first()
    return (found, found.has_page) if found else None


def pages(read: Edition) -> list[Place]:
    """The places that have a page, the largest first. Two questions."""
    return places.named(read.freeze.zones.filter(status="", profile="").values_list("zone", flat=True))


def has_page(read: Edition, zones: Collection[str]) -> set[str]:
    """Which of these zones have a page."""
    return set(read.freeze.zones.filter(status="", profile="", zone__in=zones).values_list("zone", flat=True))


# Tables --------------------------------------------------------------------------------------------------------------
def every(said: dict[str, Any]) -> bool:
    """Every column there is."""
    return bool(said)


def everyone(said: dict[str, Any]) -> bool:
    """Columns of all children together."""
    return bool((said["age"], said["gender"]) == EVERYONE)


def by_one(said: dict[str, Any]) -> bool:
    """Columns of all children, of an age, of a gender; not those of both."""
    return ALL in (said["age"], said["gender"])


def by_age(said: dict[str, Any]) -> bool:
    """Columns of all children and of each age."""
    return bool(said["gender"] == ALL)


def of(question: str) -> Wanted:
    """Every column of one question."""
    return lambda said: bool(said["question"] == question)


def told(read: Edition, wanted: Wanted, found: Iterable[Place]) -> dict[str, Told]:
    """What each of these places tells, by its zone; of one no sheet was kept in, that it has too few. One question."""
    wide = {place.zone: place for place in found}
    rows = {tables.zone: tables for tables in read.freeze.zones.filter(profile="", zone__in=list(wide))}
    return {zone: _told(read, wanted, place, rows.get(zone)) for zone, place in wide.items()}


def _told(read: Edition, wanted: Wanted, place: Place, tables: ZoneTables | None) -> Told:
    if tables is None or tables.status:
        return Told(place, tables.status if tables else catalogue.BELOW_FLOOR)
    drawn: dict[str, list[Column]] = defaultdict(list)
    for said in json.loads(zlib.decompress(tables.body)):
        if wanted(said):
            drawn[said["question"]].append(_column(said))
    results = [result_of(one, part, drawn[name]) for name, (part, one) in read.questions.items() if name in drawn]
    return Told(place, "", tables.ages, tuple(tables.genders), tuple(results), tuple(tables.associations))


def _column(said: dict[str, Any]) -> Column:
    """A column as it was written; of one that is withheld, the reason alone."""
    if said["status"]:
        known = {"status": said["status"], "profile": said.get("profile", "")}
        return Column(said["question"], said["age"], said["gender"], **known)
    return read_column(said)


def crossed(read: Edition, zone: str, question: str, profile: str) -> dict[tuple[str, Group], Column]:
    """One question by what children answered to another: its columns by answer and group. One question to the database."""
    tables = read.freeze.zones.filter(zone=zone, profile=profile, status="").first()
    said = json.loads(zlib.decompress(tables.body)) if tables else ()
    columns = [_column(each) for each in said if each["question"] == question]
    return {(column.profile, column.group): column for column in columns}


def groups_of(told: Told, by: str) -> list[Group]:
    """The groups a table is made of: `by` is "", "age", "genre" or "age_genre". Everyone first."""
    ages = catalogue.AGES[told.ages] if told.ages != ALL else ()
    if by == "age":
        return [EVERYONE, *((age, ALL) for age in ages)]
    if by == "genre":
        return [EVERYONE, *((ALL, gender) for gender in told.genders)]
    both = [(age, gender) for age in ages for gender in told.genders] if by else []
    return [EVERYONE, *both]


def offered(level: str, *, is_crossed: bool = False) -> tuple[str, ...]:
    """How a table of that level may be told, none when it may not: R3 of specs/disclosure.md, section 7."""
    if is_crossed:
        return ("", "age") if level in catalogue.COUNTED else ()
    return ("", "age", "genre", "age_genre") if level in catalogue.WIDE else ("", "age", "genre")
