"""The sheet “scores”: a line a score, then a line an item and a line a band; a cumulation, then a line a score it counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from marelle.consultations import scores
from marelle.consultations.questionnaires import AGE_BAND, GENDER, Band, Cumulation, Questionnaire, Score, Text
from marelle.consultations.xlsform.faults import SCORES, Faults
from marelle.consultations.xlsform.lines import ADDRESSES, NAME, OPTION_NAME, whole
from marelle.consultations.xlsform.sheets import NO, YES, Book, Row

HEADS = ("score", "cumulation")
POINT = re.compile(r"([^\s=;,]+)\s*=\s*([0-9]{1,3})(?=[\s;,]|$)")
VALUES = range(1000)  # of points, ends of bands, cut-offs


@dataclass
class Declaration:
    """The lines of one score: its own, its items and its bands, by name."""

    head: Row
    items: dict[str, Row] = field(default_factory=dict)
    bands: dict[str, Row] = field(default_factory=dict)

    @property
    def is_score(self) -> bool:
        return self.head.text("type") == "score"

    def row(self, line: str, name: str) -> Row:
        """Where something of it is written."""
        return {scores.ITEM: self.items, scores.BAND: self.bands}.get(line, {}).get(name, self.head)


def with_scores(book: Book, asked: Questionnaire, faults: Faults) -> Questionnaire:
    """The questionnaire with what the sheet declares, whole only if nothing is at fault."""
    declared = _declarations(book, {question.name for question in asked.questions()}, faults)
    found = replace(
        asked,
        scores=tuple(_score(name, each, faults) for name, each in declared.items() if each.is_score),
        cumulations=tuple(_cumulation(name, each) for name, each in declared.items() if not each.is_score),
    )
    for fault in () if faults else scores.faults(found):
        place = declared[fault.score].row(fault.line, fault.name).place(fault.column)
        faults.add(SCORES, place, fault.code, **fault.said)
    return found


# Lines ---------------------------------------------------------------------------------------------------------------
def _declarations(book: Book, taken: set[str], faults: Faults) -> dict[str, Declaration]:
    """The lines gathered by score, in the order of the sheet."""
    found: dict[str, Declaration] = {}
    last: Declaration | None = None
    for row in book[SCORES].rows:
        kind = row.text("type").lower()
        if kind in HEADS:
            last = Declaration(row)
            _check_name(row, taken | set(found), faults)
            found.setdefault(row.text("name"), last)
        elif kind not in (scores.ITEM, scores.BAND):
            faults.add(SCORES, row.place("type"), "score_type")
        elif last is None:
            faults.add(SCORES, row.place("type"), "score_outside")
        else:
            _add(last, kind, row, faults)
    return found


def _add(declared: Declaration, kind: str, row: Row, faults: Faults) -> None:
    """One item or one band of a score."""
    name, held = row.text("name"), declared.items if kind == scores.ITEM else declared.bands
    if kind == scores.BAND and not declared.is_score:
        faults.add(SCORES, row.place("type"), "score_part")
    elif not name:
        faults.add(SCORES, row.place("name"), "no_name")
    elif kind == scores.BAND and not OPTION_NAME.match(name):
        faults.add(SCORES, row.place("name"), "option_name")
    elif name in held:
        faults.add(SCORES, row.place("name"), "score_twice", name=name)
    else:
        held[name] = row
    if kind == scores.BAND:
        _label(row, faults)


def _check_name(row: Row, taken: set[str], faults: Faults) -> None:
    name, place = row.text("name"), row.place("name")
    if not name:
        faults.add(SCORES, place, "no_name")
    elif name in (AGE_BAND, GENDER):
        faults.add(SCORES, place, "reserved", name=name)
    elif name in ADDRESSES:
        faults.add(SCORES, place, "address", name=name)
    elif not NAME.match(name):
        faults.add(SCORES, place, "name", name=name)
    elif name in taken:
        faults.add(SCORES, place, "same_name", name=name)
    _label(row, faults)


def _label(row: Row, faults: Faults) -> None:
    if not row.spoken("label"):
        faults.add(SCORES, row.place("label"), "no_wording")


# Scores --------------------------------------------------------------------------------------------------------------
def _score(name: str, declared: Declaration, faults: Faults) -> Score:
    head = declared.head
    common = _points(head, faults) if head.text("points") else None
    return Score(
        name=name,
        label=_spoken(head),
        points={item: _points_of(row, common, faults) for item, row in declared.items.items()},
        min_answered=_share(head, faults),
        prorate=_yes(head, "prorate", faults),
        cutoff=_whole(head, "cutoff", faults),
        bands=tuple(
            Band(band, _whole(row, "from", faults), _whole(row, "to", faults), _spoken(row))
            for band, row in declared.bands.items()
        ),
        sensitive=_yes(head, "sensitive", faults),
    )


def _cumulation(name: str, declared: Declaration) -> Cumulation:
    return Cumulation(name, _spoken(declared.head), tuple(declared.items))


def _spoken(row: Row) -> Text:
    return row.spoken("label")


def _points_of(row: Row, common: dict[str, int] | None, faults: Faults) -> dict[str, int]:
    """What the line of an item says, else what the line of its score says of all."""
    return common if common is not None and not row.text("points") else _points(row, faults)


def _points(row: Row, faults: Faults) -> dict[str, int]:
    """“yes=1 no=0” as a dictionary."""
    text = row.text("points")
    found = {answer: int(points) for answer, points in POINT.findall(text)}
    if not found or re.sub(r"[\s;,]", "", POINT.sub("", text)):
        faults.add(SCORES, row.place("points"), "score_points_form")
    return found


def _share(row: Row, faults: Faults) -> str:
    """Above 0 and up to 1, as decimals without idle zeros."""
    try:
        share = Decimal(row.text("min_answered").replace(",", "."))
    except InvalidOperation:
        share = Decimal(0)
    if not (share.is_finite() and 0 < share <= 1):
        faults.add(SCORES, row.place("min_answered"), "score_share")
        return "1"
    return f"{share.normalize():f}"


def _whole(row: Row, column: str, faults: Faults) -> int:
    if not row.text(column):
        faults.add(SCORES, row.place(column), "score_missing")
    return whole(row, column, VALUES, SCORES, faults) or 0


def _yes(row: Row, column: str, faults: Faults) -> bool:
    text = row.text(column).lower()
    if text and text not in YES | NO:
        faults.add(SCORES, row.place(column), "yes_no")
    return text in YES


# What is left to say -------------------------------------------------------------------------------------------------
def texts(book: Book) -> Iterator[Row]:
    """The lines a reader of results sees the words of."""
    yield from (row for row in book[SCORES].rows if row.text("type").lower() in (*HEADS, scores.BAND))
