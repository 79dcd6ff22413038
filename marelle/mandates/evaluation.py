"""What a whole cohort of mandates reached, from the rows of the open data alone: plain rows in, plain lines out.

`docs/evaluation/recompute.py` finds the same numbers from the published files, and shares no line with this one. Each
line says its formula and holds its inputs. Unknown is counted, never as nothing; the three levels of proof, and the
three who rate, stay apart.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marelle.plans.attainment import Aim, Tally, millionths, of_mandates, share, tally
from marelle.plans.states import ActionState, ProofLevel, RatedBy, ReportKind, Verdict
from marelle.plans.voices import heard

Row = Mapping[str, Any]
EVENTUALLY = "ended"  # the public word of a mandate that is over


@dataclass(frozen=True)
class Books:
    """The lists of the open data an evaluation is made from, of one track."""

    mandates: Sequence[Row]
    objectives: Sequence[Row]
    actions: Sequence[Row]
    indicators: Sequence[Row]
    readings: Sequence[Row]
    reports: Sequence[Row]
    ratings: Sequence[Row]
    proposals: Sequence[Row]


@dataclass(frozen=True)
class Input:
    """One thing a number was made from: whose, its code in the open data, what it says. `value` None: unknown."""

    organisation: str
    code: str
    value: str | int | None
    detail: str = ""


@dataclass(frozen=True)
class Line:
    """One number. `key`: section, subject and group; `unit`: "%" or "" for a count; `known` of `asked` could be told."""

    key: str
    formula: str
    value: int | None
    known: int
    asked: int
    unit: str = ""
    inputs: list[Input] = field(default_factory=list, repr=False, compare=False)

    @property
    def parts(self) -> list[str]:
        """Section, subject, group."""
        return [*self.key.split("."), "", ""][:3]


def of_year(row: Row, year: int) -> bool:
    """Whether the last day of a mandate is in that year."""
    return (row["ends_on"] - timedelta(days=1)).year == year


def evaluate(books: Books, year: int, on: date) -> list[Line]:
    """Every number of the cohort whose mandates end in `year`, as known on a day, section by section."""
    cohort = Cohort(books, year)
    return [
        *_mandates(cohort),
        *_attainment(cohort),
        *_ratings(cohort),
        *_actions(cohort),
        *_policies(cohort),
        *_proposals(cohort, on),
    ]


class Cohort:
    """The rows of one cohort, tied together: mandate ← plan ← objective ← the rest."""

    def __init__(self, books: Books, year: int) -> None:
        self.mandates = [row for row in books.mandates if of_year(row, year)]
        plans = {row["plan"] for row in self.mandates}
        self.objectives = [row for row in books.objectives if row["plan"] in plans]
        self.plan_of = {row["code"]: row["plan"] for row in self.objectives}
        self.domains = sorted({row["domain"] for row in self.objectives})
        self.actions = [row for row in books.actions if row["objective"] in self.plan_of]
        self.indicators = [row for row in books.indicators if row["objective"] in self.plan_of]
        self.newest = _newest(books.readings)
        self.finals = {
            row["code"]: row for row in books.reports if row["plan"] in plans and row["kind"] == ReportKind.FINAL
        }
        self.ratings = [row for row in books.ratings if row["report"] in self.finals]
        self.proposals = [row for row in books.proposals if self._is_ours(row)]

    def _is_ours(self, proposal: Row) -> bool:
        """Received by one of its towns during the mandate; one whose day nobody knows counts too."""
        day = proposal["received_on"]
        own = [m for m in self.mandates if m["organisation"] == proposal["organisation"]]
        return any(day is None or m["starts_on"] <= day < m["ends_on"] for m in own)


def _newest(readings: Iterable[Row]) -> dict[str, Row]:
    """Of each indicator, the reading with a value whose period ends last; of two that end together, the longer."""
    found: dict[str, Row] = {}
    for row in readings:
        if row["value"] is None:
            continue
        held = found.get(row["indicator"])
        if held is None or (row["until"], held["period"]) > (held["until"], row["period"]):
            found[row["indicator"]] = row
    return found


# Sections ------------------------------------------------------------------------------------------------------------
def _mandates(cohort: Cohort) -> Iterator[Line]:
    """How many, how many are over, how many handed in a final report that was accepted."""
    rows, count = cohort.mandates, len(cohort.mandates)
    over = [row for row in rows if row["state"] == EVENTUALLY]
    told = {row["plan"] for row in cohort.finals.values()}
    yield _count("mandates.evaluated", rows, count, lambda row: row["state"])
    yield _count("mandates.ended", over, count, lambda row: row["state"])
    yield _count("mandates.final_report", [row for row in rows if row["plan"] in told], count, lambda row: "accepted")


def _attainment(cohort: Cohort) -> Iterator[Line]:
    """By domain, the mean way of the towns at each level of proof; then the indicators whose way is not known."""
    for domain in cohort.domains:
        own = [row for row in cohort.indicators if row["domain"] == domain]
        by_plan: dict[str, list[tuple[Decimal | None, str]]] = defaultdict(list)
        inputs: dict[str, list[Input]] = defaultdict(list)
        for row in own:
            part, proof, told = _way(row, cohort.newest.get(row["code"]))
            by_plan[cohort.plan_of[row["objective"]]].append((part, proof))
            group = "unknown" if part is None else proof
            value = None if part is None else millionths(part)
            inputs[group].append(Input(row["organisation"], row["code"], value, told))
        tallies = [tally(shares) for shares in by_plan.values()]
        degrees = of_mandates(tallies)
        for proof in ProofLevel.values:
            degree = degrees[proof]
            towns = len(cohort.mandates)
            key = f"attainment.{domain}.{proof}"
            yield Line(key, "mean_of_towns", degree.percent, degree.known, towns, "%", inputs[proof])
        every = sum(tallies, Tally())
        key = f"attainment.{domain}.unknown"
        yield Line(key, "count", every.unknown, every.known, every.asked, "", inputs["unknown"])


def _way(indicator: Row, reading: Row | None) -> tuple[Decimal | None, str, str]:
    """How far an indicator is, its level of proof, and both in figures."""
    if reading is None:
        return None, ProofLevel.DECLARED, ""
    aim = Aim(indicator["baseline"], indicator["target"], indicator["direction"], indicator["kind"])
    told = f"{_figure(indicator['baseline'])} → {_figure(indicator['target'])} : {_figure(reading['value'])}"
    return share(reading["value"], aim), reading["proof"], f"{told} ({reading['period']})"


def _figure(value: Decimal | None) -> str:
    return "?" if value is None else f"{value.normalize():f}"


def _ratings(cohort: Cohort) -> Iterator[Line]:
    """By domain, by who rates, how many objectives have each of the five words in an accepted final report.

    An objective several groups of children rated counts once a word: objectives are counted, never groups.
    """
    for domain in cohort.domains:
        asked = sum(row["domain"] == domain for row in cohort.objectives)
        for by in RatedBy.values:
            said = [row for row in cohort.ratings if row["domain"] == domain and row["by"] == by]
            for verdict in Verdict.values:
                rows = [row for row in said if row["verdict"] == verdict]
                inputs = list(dict.fromkeys(Input(row["organisation"], row["objective"], verdict) for row in rows))
                known = len({row["objective"] for row in said})
                yield Line(f"ratings.{domain}.{by}-{verdict}", "count", len(inputs), known, asked, "", inputs)


def _actions(cohort: Cohort) -> Iterator[Line]:
    """By domain, how many actions stand in each state."""
    for domain in cohort.domains:
        own = [row for row in cohort.actions if row["domain"] == domain]
        for state in ActionState.values:
            rows = [row for row in own if row["state"] == state]
            yield _count(f"actions.{domain}.{state}", rows, len(own), lambda row: row["state"])


def _policies(cohort: Cohort) -> Iterator[Line]:
    """Of each yes/no indicator of the library, the share of the towns that say yes, among those that say."""
    followed: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in cohort.indicators:
        if row["kind"] == "yes_no" and row["definition"]:
            followed[row["definition"]][row["organisation"]].append(row)
    for definition in sorted(followed):
        inputs = []
        for town, rows in followed[definition].items():
            read = [cohort.newest[row["code"]] for row in rows if row["code"] in cohort.newest]
            last = max(read, key=lambda r: (r["until"], r["code"]), default=None)
            word = None if last is None else "yes" if last["value"] > 0 else "no"
            code = last["code"] if last else rows[0]["code"]
            inputs.append(Input(town, code, word, last["period"] if last else ""))
        yes, known = (sum(i.value in words for i in inputs) for words in ({"yes"}, {"yes", "no"}))
        value = 100 * yes // known if known else None
        yield Line(f"policies.{definition}", "share_of_yes", value, known, len(inputs), "%", inputs)


def _proposals(cohort: Cohort, on: date) -> Iterator[Line]:
    """How many proposals of children, how many answered, and the share answered within three months."""
    rows = cohort.proposals
    days = [(row["received_on"], row["answered_on"]) for row in rows]
    found = heard(days, on)
    inputs = [
        Input(r["organisation"], r["code"], r["answer"], f"{r['received_on'] or '?'} → {r['answered_on'] or '–'}")
        for r in rows
    ]
    answered = [i for i in inputs if i.value]
    yield Line("proposals.received", "count", len(rows), len(rows), len(rows), "", inputs)
    yield Line("proposals.answered", "count", len(answered), len(rows), len(rows), "", answered)
    yield Line("proposals.in_time", "in_time", found.percent, found.counted, len(rows), "%", inputs)


def _count(key: str, rows: Sequence[Row], asked: int, value: Callable[[Row], str]) -> Line:
    inputs = [Input(row["organisation"], row["code"], value(row)) for row in rows]
    return Line(key, "count", len(rows), asked, asked, "", inputs)
