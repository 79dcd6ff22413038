"""What sets a place apart from a larger one, what stands clear in it, and who answered there."""

from collections.abc import Iterable
from dataclasses import dataclass

from marelle.consultations import telling
from marelle.consultations.catalogue import Group
from marelle.consultations.drawing import Row
from marelle.consultations.queries.published import Told
from marelle.consultations.telling import Result

MOST_DIFFERENCES = 5  # told at the top of a place's report


@dataclass(frozen=True)
class Difference:
    """The answer by which a question differs most from the larger place. `distance`: in standard deviations."""

    question: str
    title: str
    answer: str
    here: str
    there: str
    sign: int
    distance: float

    @property
    def word(self) -> str:
        """Higher here, lower here."""
        return telling.differs(self.sign)


def differences(here: Told, other: Told) -> list[Difference]:
    """Where a place differs most from a larger one: the answer that does, a question; the widest first."""
    found = [each for result in here.results if (each := _widest(result, other)) is not None]
    return sorted(found, key=lambda each: -abs(each.distance))[:MOST_DIFFERENCES]


def _widest(result: Result, other: Told) -> Difference | None:
    rows = rows_of(other.result(result.question.name))
    pairs = [(row, rows[row.option]) for row in result.everyone.shares if row.option in rows]
    apart = [(telling.distance(*pair) or 0.0, *pair) for pair in pairs if telling.differ(*pair)]
    if not apart:
        return None
    distance, row, there = max(apart, key=lambda each: abs(each[0]))
    shown, sign = (telling.share(row), telling.share(there)), telling.differ(row, there)
    return Difference(result.question.name, result.title, result.name(row.option), *shown, sign, distance)


def rows_of(result: Result | None) -> dict[str, Row]:
    """The rows of everyone, by answer; none where nothing is told."""
    return {row.option: row for row in result.everyone.shares} if result else {}


def who(results: Iterable[Result]) -> list[tuple[str, int]]:
    """Who answered: each group with about how many, by the question most of it answered."""
    most: dict[Group, int] = {}
    for result in results:
        for group, column in result.columns.items():
            most[group] = max(most.get(group, 0), column.base or 0)
    return [(telling.group(group), base) for group, base in most.items() if base]


# What stands clear ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Finding:
    """A question of which one answer stands clear of every other. `lead`: per cent between it and the next."""

    result: Result
    row: Row
    lead: float


def findings(results: Iterable[Result], most: int) -> list[Finding]:
    """The questions whose first answer leads by most: its indicative interval does not touch the next one's.

    Those put to children as a choice of words alone; as many as asked for, the widest lead first, then in the order asked.
    """
    told = (result for result in results if result.is_told and result.question.kind in ("one", "many"))
    clear = [found for result in told if (found := _clear(result)) is not None]
    return sorted(clear, key=lambda found: -found.lead)[:most]


def _clear(result: Result) -> Finding | None:
    known = [row for row in result.everyone.shares if _ends(row) is not None]
    ordered = sorted(known, key=telling.height, reverse=True)
    if len(ordered) < 2 or len(known) < len(result.everyone.shares):
        return None
    first, second = ordered[:2]
    (low, _most), (_least, high) = _ends(first) or (0, 0), _ends(second) or (0, 0)
    return Finding(result, first, telling.height(first) - telling.height(second)) if low > high else None


def _ends(row: Row) -> tuple[float, float] | None:
    """Ends of the interval, per cent; of a coded share, those of its code; None where nothing is told."""
    if row.edge:
        return (100.0 - row.edge, 100.0) if row.edge > 0 else (0.0, float(-row.edge))
    return None if row.low is None or row.high is None else (row.low, row.high)
