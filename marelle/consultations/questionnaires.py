"""A questionnaire as plain values, its canonical JSON and its content hash. Knows no workbook, no database, no page.

Bands of age and gender are asked by the house itself, before everything else (specs/consultation.md, section 2).
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from marelle.consultations.conditions import Predicate, predicate, references

AGE_BAND, GENDER = "age_band", "gender"  # asked by the house itself
BANDS = ("6_8", "9_11", "12_14", "15_18")
BAND_YEARS = {"6_8": (6, 8), "9_11": (9, 11), "12_14": (12, 14), "15_18": (15, 18)}
GENDERS = ("girl", "boy", "other", "no")  # the last: would rather not say
DONT_KNOW, RATHER_NOT = "dk", "no"  # two answers every question may have; skipping is having none
PICTURES = frozenset({"6_8", "9_11"})  # bands that see pictograms, on screen and on paper
LIKERT = "likert"  # as XLSForm's appearance of that name
MOST_OPTIONS = 12
MOST_STEPS = 20  # whole numbers one may choose from
REFERENCE = "fr"  # the language that is never missing

Text = Mapping[str, str]  # by language: {"fr": …, "fr-x-simple": …, "ar": …}
Wordings = Mapping[str, Text]  # by band; "" for all


@dataclass(frozen=True)
class Option:
    """One answer to choose. `name`: what relevance speaks of; its place in the list, from 1, is its code."""

    name: str
    label: Text
    wordings: Wordings = field(default_factory=dict)
    audio: Wordings = field(default_factory=dict)  # file names
    pictogram: str = ""
    pictogram_alt: Text = field(default_factory=dict)
    key_in: int | None = None


@dataclass(frozen=True)
class Question:
    """`kind`: "one", "many", "integer", "text" or "note" (read, not answered). `relevance`: JSON of `relevance.py`, or None.

    `start` and `end`: the whole numbers of an "integer". `bands`: those who see it. `fallback_for`: the question it says
    in a child's words. `scale`: LIKERT where the answers of a "one" stand in an order, as "never, sometimes, always" do.
    """

    name: str
    kind: str
    label: Text
    hint: Text = field(default_factory=dict)
    wordings: Wordings = field(default_factory=dict)
    audio: Wordings = field(default_factory=dict)
    pictogram: str = ""
    pictogram_alt: Text = field(default_factory=dict)
    image: str = ""
    options: tuple[Option, ...] = ()
    start: int | None = None
    end: int | None = None
    bands: tuple[str, ...] = BANDS
    sensitive: bool = False
    free_text: bool = False
    key_in: int | None = None
    fallback_for: str = ""
    relevance: Any = None
    shuffled: bool = False
    scale: str = ""
    has_dont_know: bool = True
    has_rather_not: bool = True

    @property
    def is_asked(self) -> bool:
        """Whether it takes an answer."""
        return self.kind != "note"

    @cached_property
    def codes(self) -> frozenset[int]:
        """What each of its options, or of its whole numbers, is sent as."""
        if self.start is not None and self.end is not None:
            return frozenset(range(self.start, self.end + 1))
        return frozenset(range(1, len(self.options) + 1))

    @cached_property
    def takes(self) -> frozenset[int | str]:
        """Every answer of one value, "dk" and "no" among them where they may be said."""
        words = {DONT_KNOW: self.has_dont_know, RATHER_NOT: self.has_rather_not}
        single = self.codes if self.kind in ("one", "integer") else ()
        return frozenset((*single, *(word for word, may_be_said in words.items() if may_be_said)))

    @cached_property
    def is_relevant(self) -> Predicate:
        """Whether it is put to a child who answered so."""
        return predicate(self.relevance)

    def code_of(self, name: str) -> int:
        """The code of an option. Raises KeyError."""
        return self._codes[name]

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {option.name: place for place, option in enumerate(self.options, start=1)}


@dataclass(frozen=True)
class Part:
    """Questions sent together. `minutes`: what it takes, as declared."""

    name: str
    title: Text
    questions: tuple[Question, ...] = ()
    minutes: int | None = None
    icon: str = ""

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """Its questions, by name."""
        return {question.name: question for question in self.questions}

    @cached_property
    def asked(self) -> frozenset[str]:
        """Names of the questions that take an answer."""
        return frozenset(question.name for question in self.questions if question.is_asked)

    @cached_property
    def weighed(self) -> frozenset[str]:
        """Names of the questions another one depends on."""
        return frozenset().union(*(references(question.relevance) for question in self.questions))

    def seen_by(self, band: str) -> tuple[Question, ...]:
        """The questions one band may be put, in order: never the twin in a child's words with the other."""
        return self._seen.get(band, ())

    @cached_property
    def _seen(self) -> dict[str, tuple[Question, ...]]:
        return {band: tuple(q for q in self.questions if band in self._bands_of(q)) for band in BANDS}

    def _bands_of(self, question: Question) -> tuple[str, ...]:
        twin = self.by_name.get(question.fallback_for)
        return tuple(band for band in question.bands if twin is None or band not in twin.bands)


@dataclass(frozen=True)
class Band:
    """Scores from `low` to `high`, both included: one answer of a score."""

    name: str
    low: int
    high: int
    label: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """Points of several answers added up, as declared: nobody is asked it (specs/disclosure.md, section 10).

    `points`: by item (`safe`, or `where.street` of several answers), by name of an answer. `min_answered`: share of the items
    put to a child that must be answered, as decimals. `cutoff`: in situation from this score on.
    """

    name: str
    label: Text
    points: Mapping[str, Mapping[str, int]]
    min_answered: str
    prorate: bool
    cutoff: int
    bands: tuple[Band, ...]
    sensitive: bool = False


@dataclass(frozen=True)
class Cumulation:
    """In how many of these scores a child is in situation."""

    name: str
    label: Text
    scores: tuple[str, ...]


@dataclass(frozen=True)
class Questionnaire:
    """Everything that is asked, in order, and the scores that are worked out of it."""

    title: Text
    languages: tuple[str, ...]
    parts: tuple[Part, ...]
    media: Mapping[str, str] = field(default_factory=dict)  # SHA-256 of each file named, by its name
    scores: tuple[Score, ...] = ()
    cumulations: tuple[Cumulation, ...] = ()

    def questions(self) -> Iterator[Question]:
        """Every question, in order."""
        for part in self.parts:
            yield from part.questions

    @property
    def derived(self) -> tuple[Score | Cumulation, ...]:
        """What is worked out of the answers: scores, then in how many of them a child is."""
        return (*self.scores, *self.cumulations)

    def part(self, name: str) -> Part:
        """Raises KeyError."""
        return self._parts[name]

    @cached_property
    def _parts(self) -> dict[str, Part]:
        return {part.name: part for part in self.parts}

    @cached_property
    def canonical(self) -> str:
        """JSON with sorted keys, NFC, nothing that is only looks."""
        return unicodedata.normalize(
            "NFC", json.dumps(_bare(asdict(self)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        )

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def short_hash(self) -> str:
        """The first eight bytes, which each part that is sent carries."""
        return self.content_hash[:16]


def read(canonical: str) -> Questionnaire:
    """The questionnaire behind its canonical JSON, which leaves out what is empty."""
    said = {"title": {}} | json.loads(canonical)
    parts = tuple(_part(part) for part in said.pop("parts", ()))
    scores = tuple(_score(score) for score in said.pop("scores", ()))
    cumulations = tuple(Cumulation(**_listed(each, "scores")) for each in said.pop("cumulations", ()))
    languages = tuple(said.pop("languages", ()))
    return Questionnaire(parts=parts, languages=languages, scores=scores, cumulations=cumulations, **said)


def wording(of: Question | Option, band: str, language: str) -> tuple[str, str]:
    """What is said to one band in one language, and the language it is really in.

    The band's own wording, else the next older band's, else the label; in the language, else in French.
    """
    older = BANDS[BANDS.index(band) :] if band in BANDS else ()
    for spoken in dict.fromkeys((language, REFERENCE)):
        for text in (*(of.wordings.get(b, {}) for b in older), of.label):
            if text.get(spoken):
                return text[spoken], spoken
    return "", REFERENCE


def recording(of: Question | Option, band: str, language: str) -> str:
    """The file that says this wording aloud, or "": never another language's."""
    older = BANDS[BANDS.index(band) :] if band in BANDS else ()
    for said in (*(of.audio.get(b, {}) for b in older), of.audio.get("", {})):
        if said.get(language):
            return said[language]
    return ""


def _part(said: dict[str, Any]) -> Part:
    questions = tuple(_question(question) for question in said.pop("questions", ()))
    return Part(questions=questions, **({"title": {}} | said))


def _question(said: dict[str, Any]) -> Question:
    options = tuple(Option(**({"label": {}} | option)) for option in said.pop("options", ()))
    bands = tuple(said.pop("bands", BANDS))
    return Question(options=options, bands=bands, **({"label": {}} | said))


def _score(said: dict[str, Any]) -> Score:
    bands = tuple(Band(**band) for band in said.pop("bands"))
    return Score(bands=bands, **({"label": {}} | said))


def _listed(said: dict[str, Any], name: str) -> dict[str, Any]:
    return {"label": {}} | said | {name: tuple(said[name])}


def _bare(value: Any) -> Any:
    """The same without what is empty: an empty hint and no hint are one."""
    if isinstance(value, Mapping):
        return {key: _bare(kept) for key, kept in value.items() if kept not in ("", None, {}, (), [])}
    return [_bare(kept) for kept in value] if isinstance(value, list | tuple) else value
