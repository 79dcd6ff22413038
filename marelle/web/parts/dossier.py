"""A dossier as it is read: every field that a handing-in holds, by one list, with what was noted beside it.

The fields of a plan are those that are compared when it is amended (`plans.amendments.OWN`): one more there, one more here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marelle.framework.models import Domain, Framework
from marelle.mandates.models import Remark
from marelle.mandates.queries.written import Written
from marelle.plans.amendments import OWN, PARTS
from marelle.web.parts.amendments import FIELDS, KINDS, Words

NAMED = ("name", "promise")  # of a part: its heading, and the line under it
EXCUSED = {  # nothing is missing where the other says why, or says it already
    "baseline": "baseline_missing_because",
    "baseline_year": "baseline_missing_because",
    "baseline_missing_because": "baseline",
}


@dataclass(frozen=True)
class Thread:
    """A remark, what was answered to it, and what this person may do there."""

    remark: Remark
    answers: list[Remark]
    may_answer: bool
    may_change: bool
    may_settle: bool


@dataclass(frozen=True)
class Marks:
    """What stands beside the fields. `asked`: the field whose remark is being written; `may_write`: whether this person may.

    `address`, `csrf`: where a new remark is sent, and the token it goes with.
    """

    threads: Mapping[str, Sequence[Thread]] = field(default_factory=dict)
    may_write: bool = False
    asked: str = ""
    address: str = ""
    csrf: str = ""


NO_MARKS = Marks()


@dataclass(frozen=True)
class Line:
    """One field: its name, what it says ("" when nothing), what it said in the handing-in before when that differs.

    `file`: the code of the file it names, if it names one.
    """

    key: str
    title: str
    value: str
    threads: Sequence[Thread]
    is_changed: bool = False
    before: str = ""
    is_asked: bool = False
    file: str = ""


@dataclass(frozen=True)
class Shown:
    """A part of a plan: its heading, what it says, and the names of what it leaves blank."""

    kind: str
    code: str
    word: str
    heading: Line
    lines: list[Line]
    blank: list[Line]
    parts: list["Shown"]
    is_changed: bool = False


@dataclass(frozen=True)
class Sheet:
    """A section of answers."""

    title: str
    lines: list[Line]
    blank: list[Line]


@dataclass(frozen=True)
class Reading:
    """The whole dossier. `elsewhere`: remarks on what this handing-in no longer holds."""

    sheets: list[Sheet]
    vision: Line
    domains: list[tuple[Domain, list[Shown]]]
    files: list[tuple[Any, bool, Line]]
    gone: list[str]
    marks: Marks
    elsewhere: list[Thread]


def read(written: Written, framework: Framework, marks: Marks = NO_MARKS) -> Reading:
    """A content ready to be shown. Asks the database nothing."""
    known = [r for part in written.outline for r in part.domain.recommendations.all()]
    pen = _Pen(Words(framework, known), marks)
    sheets = [pen.sheet(section) for section in written.sections]
    vision = pen.line("plan.vision", str(FIELDS["vision"]), written.vision)
    domains = [(part.domain, [pen.objective(o) for o in part.objectives]) for part in written.outline]
    files = [
        (f["file"], f["is_changed"], pen.line(f"file.{f['file'].sha256}", f["file"].label, "")) for f in written.files
    ]
    elsewhere = [thread for key, held in marks.threads.items() if key not in pen.seen for thread in held]
    return Reading(sheets, vision, domains, files, written.gone, marks, elsewhere)


class _Pen:
    """Writes lines, and remembers which fields it has shown."""

    def __init__(self, words: Words, marks: Marks) -> None:
        self.words, self.marks, self.seen = words, marks, set[str]()

    def line(self, key: str, title: str, value: str, **more: Any) -> Line:
        self.seen.add(key)
        return Line(key, title, value, self.marks.threads.get(key, ()), is_asked=key == self.marks.asked, **more)

    def sheet(self, section: Mapping[str, Any]) -> Sheet:
        lines = [
            self.line(
                f["key"], f["title"], f["value"], is_changed="before" in f, before=f.get("before", ""), file=f["file"]
            )
            for f in section["fields"]
        ]
        return Sheet(section["title"], lines, [self.line(q.key, q.title, "") for q in section["unanswered"]])

    def objective(self, objective: Mapping[str, Any]) -> Shown:
        parts = [self.part(kind, part) for kind, plural in PARTS.items() for part in objective[plural]]
        return self.part("objective", objective, parts)

    def part(self, kind: str, part: Mapping[str, Any], parts: Iterable[Shown] = ()) -> Shown:
        given, blank = [], []
        for name in OWN[kind]:
            if name == "name":
                continue
            line = self.line(f"{kind}.{part['code']}.{name}", str(FIELDS[name]), self.words.value(name, part.get(name)))
            if line.value:
                given.append(line)
            elif not part.get(EXCUSED.get(name, "")):
                blank.append(line)
        heading = self.line(f"{kind}.{part['code']}.name", str(KINDS[kind]), part["name"])
        return Shown(
            kind, part["code"], str(KINDS[kind]), heading, given, blank, list(parts), part.get("is_changed", False)
        )


def threads(
    remarks: Iterable[Remark],
    *,
    may_answer: bool,
    may_change: Callable[[Remark], bool],
    may_settle: Callable[[Remark], bool],
) -> dict[str, list[Thread]]:
    """Remarks by field, each with its answers, in the order they came. `may_…`: what this person may do there."""
    firsts, answers = [], defaultdict(list)
    for remark in remarks:
        if remark.parent_id is None:
            firsts.append(remark)
        else:
            answers[remark.parent_id].append(remark)
    found = defaultdict(list)
    for remark in firsts:
        said = answers[remark.pk]
        found[remark.field].append(
            Thread(remark, said, may_answer, not said and may_change(remark), may_settle(remark))
        )
    return dict(found)


def word_of(field: str) -> str:
    """How a field of a plan is called; "" for a question or a file, which have their own name."""
    kind, _sep, rest = field.partition(".")
    name = rest.rpartition(".")[2]
    return str(FIELDS[name]) if kind in OWN and name in OWN[kind] and name not in ("name",) else ""
