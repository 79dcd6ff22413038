"""Scores of several answers, declared in the questionnaire: checked, made into recipes, told as questions (section 10).

A score is published as a question of its own, whose options are its bands (specs/disclosure.md). Whole numbers alone; `cubes`
works them out on an engine, sheet by sheet.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

from marelle.consultations.items import COUNTED, SCORE, Item, items_of
from marelle.consultations.questionnaires import (
    BANDS,
    DONT_KNOW,
    MOST_OPTIONS,
    Cumulation,
    Option,
    Part,
    Question,
    Questionnaire,
    Score,
)

MOST_SCORES, MOST_USES = (
    10,
    2,
)  # of a questionnaire; of one question: each is a table more of the same answers, its noise drawn anew
LINE, ITEM, BAND = "score", "item", "band"  # what of a declaration is at fault


@dataclass(frozen=True)
class Fault:
    """`score`: whose. `line`: LINE, ITEM or BAND, `name`: of that item or band. `code`: a word for what is wrong, `said` in it."""

    score: str
    line: str
    name: str
    column: str
    code: str
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """How one score is worked out. `points`: of each item, in the order of the questionnaire, by code of an answer.

    `least`: share of the items put to a child that must be answered. `lows`: where each band begins. `worst`: code of the
    first band of those in situation.
    """

    name: str
    points: Mapping[str, Mapping[int, int]]
    least: Fraction
    prorate: bool
    lows: tuple[int, ...]
    worst: int


# What is counted -----------------------------------------------------------------------------------------------------
def counted(questionnaire: Questionnaire) -> list[Item]:
    """Every item, in the order children were asked, then scores, then in how many a child is."""
    derived = [Item(each.name, question_of(each, questionnaire)) for each in questionnaire.derived]
    return items_of(questionnaire) + derived


def tabled(questionnaire: Questionnaire) -> list[tuple[Part, Question]]:
    """Every question that has a table, with its part, in the order children were asked; scores close the part of their items."""
    closing: dict[str, list[Question]] = {part.name: [] for part in questionnaire.parts}
    for each in questionnaire.derived:
        closing[_part_of(each, questionnaire).name].append(question_of(each, questionnaire))
    return [
        (part, question)
        for part in questionnaire.parts
        for question in (*(q for q in part.questions if q.kind in COUNTED), *closing[part.name])
    ]


def question_of(declared: Score | Cumulation, questionnaire: Questionnaire) -> Question:
    """A score as a question with one option a band; a cumulation has "0" to the number of its scores."""
    if isinstance(declared, Score):
        options = tuple(Option(band.name, band.label) for band in declared.bands)
        sensitive = declared.sensitive
    else:
        options = tuple(
            Option(str(number), _of(number, len(declared.scores))) for number in range(len(declared.scores) + 1)
        )
        sensitive = any(score.sensitive for score in _scores_of(declared, questionnaire))
    return Question(
        declared.name,
        SCORE,
        declared.label,
        options=options,
        bands=seen_by(declared, questionnaire),
        sensitive=sensitive,
        has_dont_know=False,
        has_rather_not=False,
    )


def _of(several: int, scores: int) -> dict[str, str]:
    """How an answer of a cumulation reads beside its title."""
    return {"fr": f"{several} sur {scores}", "en": f"{several} of {scores}"}


def declared(questionnaire: Questionnaire, name: str) -> Score | Cumulation | None:
    """The score of that name, as it was declared; None when there is none."""
    return next((each for each in questionnaire.derived if each.name == name), None)


def recipes(questionnaire: Questionnaire) -> list[Recipe]:
    """How each score is worked out, in the order of their declaration."""
    known = items_of(questionnaire)
    return [_recipe(score, [item for item in known if item.name in score.points]) for score in questionnaire.scores]


def kin(questionnaire: Questionnaire) -> dict[str, set[str]]:
    """What is made of what: of each question in a score, the scores it is in; of each score, all it is made of."""
    found: dict[str, set[str]] = {}
    for each in questionnaire.derived:
        of = each.points if isinstance(each, Score) else each.scores
        made = {name.partition(".")[0] for name in of}
        made |= {inner for name in made for inner in found.get(name, ()) if isinstance(each, Cumulation)}
        for name in made:
            found.setdefault(name, set()).add(each.name)
            found.setdefault(each.name, set()).add(name)
    return found


def seen_by(declared: Score | Cumulation, questionnaire: Questionnaire) -> tuple[str, ...]:
    """The ages a score is told of: those every item is put to."""
    if isinstance(declared, Score):
        return _asked_of(next(iter(declared.points)), questionnaire)[1]
    seen = (set(seen_by(score, questionnaire)) for score in _scores_of(declared, questionnaire))
    known = reduce(set.intersection, seen, set(BANDS))
    return tuple(band for band in BANDS if band in known)


def answers_of(item: Item) -> tuple[str, ...]:
    """The answers that say something, in the order of their codes: "I don't know" is none."""
    return tuple(option for option in item.options if option != DONT_KNOW)


def _recipe(score: Score, items: Sequence[Item]) -> Recipe:
    points = {
        item.name: {code: score.points[item.name][answer] for code, answer in enumerate(answers_of(item), start=1)}
        for item in items
    }
    lows = tuple(band.low for band in score.bands)
    return Recipe(score.name, points, Fraction(score.min_answered), score.prorate, lows, lows.index(score.cutoff) + 1)


def _scores_of(declared: Cumulation, questionnaire: Questionnaire) -> list[Score]:
    return [score for score in questionnaire.scores if score.name in declared.scores]


def _part_of(declared: Score | Cumulation, questionnaire: Questionnaire) -> Part:
    """Where a score stands; a cumulation, where the last of its scores does."""
    if isinstance(declared, Score):
        return _asked_of(next(iter(declared.points)), questionnaire)[0]
    parts = [_part_of(score, questionnaire) for score in _scores_of(declared, questionnaire)]
    return max(parts, key=questionnaire.parts.index)


def _asked_of(item: str, questionnaire: Questionnaire) -> tuple[Part, tuple[str, ...]]:
    """The part an item is in, and the ages it may be put to."""
    name = item.partition(".")[0]
    part = next(part for part in questionnaire.parts if name in part.by_name)
    return part, tuple(band for band in BANDS if part.by_name[name] in part.seen_by(band))


# What may be wrong ---------------------------------------------------------------------------------------------------
def faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """All that keeps the declared scores from being worked out."""
    known = {item.name: item for item in items_of(questionnaire)}
    found = [fault for score in questionnaire.scores for fault in _faults_of(score, known, questionnaire)]
    found += _faults_of_number(questionnaire.scores)
    yield from found
    for each in () if found else questionnaire.cumulations:
        yield from _faults_of_cumulation(each, {score.name for score in questionnaire.scores}, questionnaire)


def _faults_of_number(declared: Sequence[Score]) -> Iterator[Fault]:
    """Scores beyond what noise can bear: sums of many tables of the same answers average it away (section 1)."""
    for score in declared[MOST_SCORES:]:
        yield Fault(score.name, LINE, "", "name", "score_many", {"most": MOST_SCORES})
    uses: Counter[str] = Counter()
    for score in declared:
        names = {name.partition(".")[0]: name for name in score.points}
        uses.update(names.keys())
        for question, name in names.items():
            if uses[question] > MOST_USES:
                yield Fault(score.name, ITEM, name, "name", "score_worn", {"name": question, "most": MOST_USES})


def _faults_of(score: Score, known: Mapping[str, Item], questionnaire: Questionnaire) -> list[Fault]:
    """Items first, then their points, then the bands: each speaks of those before."""
    found = list(_faults_of_items(score, known, questionnaire)) or list(_faults_of_points(score, known))
    top = sum(max(points.values(), default=0) for points in score.points.values())
    return found or list(_faults_of_bands(score, top))


def _faults_of_items(score: Score, known: Mapping[str, Item], questionnaire: Questionnaire) -> Iterator[Fault]:
    unknown = [name for name in score.points if name not in known]
    yield from (Fault(score.name, ITEM, name, "name", "score_item", {"name": name}) for name in unknown)
    if not score.points:
        yield Fault(score.name, LINE, "", "name", "score_empty")
    if unknown or not score.points:
        return
    first, *others = score.points
    there = _asked_of(first, questionnaire)
    for name in others:
        if _asked_of(name, questionnaire) != there:
            yield Fault(score.name, ITEM, name, "name", "score_apart", {"name": name, "first": first})
    if not score.sensitive and any(known[name].question.sensitive for name in score.points):
        yield Fault(score.name, LINE, "", "sensitive", "score_sensitive")


def _faults_of_points(score: Score, known: Mapping[str, Item]) -> Iterator[Fault]:
    for name, points in score.points.items():
        answers = answers_of(known[name])
        for answer in answers:
            if answer not in points:
                yield Fault(score.name, ITEM, name, "points", "score_no_points", {"name": name, "answer": answer})
        for answer in points:
            if answer not in answers:
                yield Fault(score.name, ITEM, name, "points", "score_answer", {"name": name, "answer": answer})
        if not any(points.values()):
            yield Fault(score.name, ITEM, name, "points", "score_nothing", {"name": name})


def _faults_of_bands(score: Score, top: int) -> Iterator[Fault]:
    """Bands follow one another from 0 to `top`, the highest score, and one of them begins at the cut-off."""
    if not 2 <= len(score.bands) <= MOST_OPTIONS:
        yield Fault(score.name, LINE, "", "name", "score_bands", {"most": MOST_OPTIONS})
        return
    expected = 0
    for band in score.bands:
        if band.low != expected or band.high < band.low:
            yield Fault(score.name, BAND, band.name, "from", "score_band", {"expected": expected, "top": top})
            return
        expected = band.high + 1
    if expected != top + 1:
        yield Fault(score.name, BAND, score.bands[-1].name, "to", "score_top", {"top": top})
    if score.cutoff not in [band.low for band in score.bands][1:]:
        yield Fault(score.name, LINE, "", "cutoff", "score_cutoff", {"cutoff": score.cutoff})


def _faults_of_cumulation(each: Cumulation, names: set[str], questionnaire: Questionnaire) -> Iterator[Fault]:
    unknown = [name for name in each.scores if name not in names]
    yield from (Fault(each.name, ITEM, name, "name", "cumulation_item", {"name": name}) for name in unknown)
    if unknown:
        return
    if not 2 <= len(each.scores) < MOST_OPTIONS:
        yield Fault(each.name, LINE, "", "name", "cumulation_few", {"most": MOST_OPTIONS - 1})
    elif not seen_by(each, questionnaire):
        yield Fault(each.name, LINE, "", "name", "cumulation_ages")
