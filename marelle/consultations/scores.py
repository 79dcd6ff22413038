"""Scores of several answers, declared beside the questionnaire: checked, then worked out in whole numbers (section 10).

A score is published as a question of its own, whose options are its bands. Pure: columns of codes in (specs/disclosure.md,
section 8: 0 not asked, 1..K, 250 skipped, 251 "I don't know", 252 "I'd rather not say"), columns of codes out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marelle.consultations.items import NOT_ASKED, SKIPPED, Item, items_of
from marelle.consultations.questionnaires import BANDS, DONT_KNOW, Option, Question, Questionnaire

NO_SCORE = -1  # too few answers, or not asked: which of the two, the code says
KEYS = {"score", "items", "recode", "min_answered", "prorate", "cutoff", "bands", "sensitive"}
DEFAULT = "default"
UNANSWERED = 0  # points of a code that is no option: never added

Codes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Points = Mapping[int, int]  # by code of an option


class BadScore(ValueError):
    """A declaration that cannot be used. `faults`: one sentence each."""

    def __init__(self, faults: Sequence[str]):
        super().__init__(" ".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Band:
    """Scores from `low` to `high`, both included: one option."""

    low: int
    high: int
    name: str


@dataclass(frozen=True)
class Scored:
    """One score of every sheet. `points`: -1 for none. `codes`: of its band, 0 not asked, 250 too few answers."""

    points: Ints
    codes: Codes
    in_situation: NDArray[np.bool_]


@dataclass(frozen=True)
class Score:
    """`points`: of each item, by code. `least`: share of the items asked that must be answered. `seen_by`: age bands."""

    name: str
    points: Mapping[str, Points]
    least: Fraction
    prorate: bool
    cutoff: int
    bands: tuple[Band, ...]
    sensitive: bool
    seen_by: tuple[str, ...] = BANDS

    @property
    def item(self) -> Item:
        """What is counted: a question with one option a band."""
        return _counted(self.name, [band.name for band in self.bands], self.sensitive, self.seen_by)

    def of_sheets(self, columns: Mapping[str, Codes]) -> Scored:
        """The score of each sheet; `columns`: codes of every item, one a sheet.

        Points are carried over to what was not answered by (2 points · most asked + most answered) // (2 most answered):
        to the nearest whole number, halves upwards. Raises KeyError when an item has no column.
        """
        sheets = len(columns[next(iter(self.points))])
        asked, answered, most_asked, most_answered, points = (np.zeros(sheets, np.int64) for _sum in range(5))
        for name, of_code in self._lookups.items():
            codes, worth = np.asarray(columns[name], np.uint8), of_code.max()
            put, said = codes != NOT_ASKED, np.isin(codes, list(self.points[name]))
            asked += put
            answered += said
            most_asked += put * worth
            most_answered += said * worth
            points += of_code[codes]
        if self.prorate:
            points = (2 * points * most_asked + most_answered) // np.maximum(2 * most_answered, 1)
        enough = (answered > 0) & (answered * self.least.denominator >= self.least.numerator * asked)
        return self._scored(np.where(enough, points, NO_SCORE), asked > 0)

    def _scored(self, points: Ints, was_asked: NDArray[np.bool_]) -> Scored:
        band = np.searchsorted([band.low for band in self.bands], points, side="right")
        codes = np.where(points != NO_SCORE, band, np.where(was_asked, SKIPPED, NOT_ASKED))
        return Scored(points, codes.astype(np.uint8), points >= self.cutoff)

    @cached_property
    def _lookups(self) -> dict[str, Ints]:
        """Points of every code there may be, item by item."""
        tables = {name: np.full(256, UNANSWERED, np.int64) for name in self.points}
        for name, points in self.points.items():
            tables[name][list(points)] = list(points.values())
        return tables


# Several scores together ---------------------------------------------------------------------------------------------
def cumulated(scores: Sequence[Scored]) -> Codes:
    """In how many scores each sheet is in situation: code 1 for none, 2 for one…

    0 when a score was not asked of the child, else 250 when one is missing: a partial count would read as a lower one.
    """
    codes = np.stack([scored.codes for scored in scores])
    several = 1 + np.sum([scored.in_situation for scored in scores], axis=0)
    told = np.where((codes == SKIPPED).any(axis=0), SKIPPED, several)
    return np.where((codes == NOT_ASKED).any(axis=0), NOT_ASKED, told).astype(np.uint8)


def cumulation(name: str, scores: Sequence[Score]) -> Item:
    """What is counted of `cumulated`: options "0" to the number of scores; sensitive as soon as one of them is."""
    seen_by = reduce(lambda seen, score: seen & set(score.seen_by), scores, set(BANDS))
    names = [str(number) for number in range(len(scores) + 1)]
    return _counted(name, names, any(score.sensitive for score in scores), tuple(b for b in BANDS if b in seen_by))


def _counted(name: str, options: Sequence[str], sensitive: bool, seen_by: tuple[str, ...]) -> Item:
    listed = tuple(Option(option, {}) for option in options)
    return Item(
        name,
        Question(
            name,
            "one",
            {},
            options=listed,
            bands=seen_by,
            sensitive=sensitive,
            has_dont_know=False,
            has_rather_not=False,
        ),
    )


# Declared ------------------------------------------------------------------------------------------------------------
def load(said: Any, questionnaire: Questionnaire) -> Score:
    """The score a declaration describes, as read from its YAML. Raises BadScore with every fault found."""
    faults = list(_faults_of_form(said))
    if faults:
        raise BadScore(faults)
    known = {item.name: item for item in items_of(questionnaire)}
    names = list(said["items"])
    faults = list(_faults_of_items(said, known, questionnaire))
    if not faults:
        faults = list(_faults_of_points(said, known))
    if not faults:
        points = {name: _recode(said, name) for name in names}
        faults = list(_faults_of_bands(said, sum(max(each.values()) for each in points.values())))
    if faults:
        raise BadScore([f"{said['score']}: {fault}" for fault in faults])
    return Score(
        name=said["score"],
        points=points,
        least=Fraction(str(said["min_answered"])),
        prorate=said["prorate"],
        cutoff=said["cutoff"],
        bands=tuple(Band(*band) for band in said["bands"]),
        sensitive=said["sensitive"],
        seen_by=_seen_by(known[names[0]].question, questionnaire)[1],
    )


def _faults_of_form(said: Any) -> Iterator[str]:
    """Whether each key is there and has the kind of value it takes."""
    if not isinstance(said, Mapping):
        yield f"A score is declared by {', '.join(sorted(KEYS))}."
        return
    yield from (f"“{key}” is missing." for key in sorted(KEYS - set(said)))
    yield from (f"“{key}” is not one of {', '.join(sorted(KEYS))}." for key in said if key not in KEYS)
    for key, (is_right, what) in _FORMS.items():
        if key in said and not is_right(said[key]):
            yield f"“{key}” is {what}."


def _faults_of_items(said: Mapping[str, Any], known: Mapping[str, Item], questionnaire: Questionnaire) -> Iterator[str]:
    taken = {question.name for question in questionnaire.questions()} | set(known)
    if said["score"] in taken:
        yield "the questionnaire has a question of this name."
    yield from (
        f"“{name}” is written twice." for name in sorted({n for n in said["items"] if said["items"].count(n) > 1})
    )
    unknown = [name for name in said["items"] if name not in known]
    yield from (
        f"“{name}” is no question with a table; of several answers, name one: question.option." for name in unknown
    )
    if unknown:
        return
    first, *others = said["items"]
    there = _seen_by(known[first].question, questionnaire)
    for name in others:
        if _seen_by(known[name].question, questionnaire) != there:
            yield f"“{name}” is not in the same part, or not asked of the same ages, as “{first}”."
    for name in said["items"]:
        if known[name].question.sensitive and not said["sensitive"]:
            yield f"“{name}” is sensitive, so the score is: write sensitive: true."


def _faults_of_points(said: Mapping[str, Any], known: Mapping[str, Item]) -> Iterator[str]:
    for name in said["recode"]:
        if name != DEFAULT and name not in said["items"]:
            yield f"recode speaks of “{name}”, which is no item."
    for name in said["items"]:
        points, codes = _recode(said, name), _codes(known[name])
        if points is None:
            yield f"recode says nothing of “{name}”, and has no default."
            continue
        yield from (f"recode gives no points for option {code} of “{name}”." for code in codes if code not in points)
        yield from (f"“{name}” has no option {code}." for code in points if code not in codes)
        if not any(points.values()):
            yield f"“{name}” never gives a point."


def _faults_of_bands(said: Mapping[str, Any], top: int) -> Iterator[str]:
    names = [name for _low, _high, name in said["bands"]]
    if len(set(names)) < len(names):
        yield "two bands have the same name."
    expected = 0
    for low, high, name in said["bands"]:
        if low != expected or high < low:
            yield f"the band “{name}” should begin at {expected} and end there or above: scores go from 0 to {top}."
            return
        expected = high + 1
    if expected != top + 1:
        yield f"the last band should end at {top}, the highest score."
    if said["cutoff"] not in [low for low, _high, _name in said["bands"]][1:]:
        yield f"cutoff {said['cutoff']} should begin a band, not the first: who is in situation is told by bands."


def _recode(said: Mapping[str, Any], name: str) -> Any:
    return said["recode"].get(name, said["recode"].get(DEFAULT))


def _codes(item: Item) -> range:
    """Codes of the options that say something: "I don't know" is none."""
    return range(1, len([option for option in item.options if option != DONT_KNOW]) + 1)


def _seen_by(question: Question, questionnaire: Questionnaire) -> tuple[str, tuple[str, ...]]:
    """The part a question is in, and the age bands it may be put to."""
    part = next(part for part in questionnaire.parts if question.name in part.by_name)
    return part.name, tuple(band for band in BANDS if question in part.seen_by(band))


# Forms of values -----------------------------------------------------------------------------------------------------
def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isidentifier()


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(name, str) for name in value)


def _is_share(value: Any) -> bool:
    return type(value) in (int, float) and 0 < value <= 1


def _is_band(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(map(_is_count, value[:2])) and _is_name(value[2])


def _is_bands(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 2 and all(map(_is_band, value))


def _is_points(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_count(n) for pair in value.items() for n in pair)


def _is_recode(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_points, value.values()))


_FORMS = {
    "score": (_is_name, "a name of letters, figures and underscores"),
    "items": (_is_names, "a list of questions"),
    "recode": (_is_recode, "points by option code, whole numbers of 0 or more, by question or by default"),
    "min_answered": (_is_share, "a share above 0, up to 1"),
    "prorate": (lambda value: type(value) is bool, "true or false"),
    "cutoff": (_is_count, "a whole number of 0 or more"),
    "bands": (_is_bands, "a list of two bands or more, each [lowest, highest, name]"),
    "sensitive": (lambda value: type(value) is bool, "true or false"),
}
