"""Three ways of one cell: as it left, as the house has it now, as the file brings it back. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from marelle.base.workbooks.columns import Fault, Value, stored
from marelle.base.workbooks.reading import ReadLine, ReadSheet

House = Mapping[str, Mapping[str, Value]]  # values by name of column, by key of line


@dataclass(frozen=True)
class Difference:
    """A cell that says otherwise than the house. `clashes`: the house changed it too since the file left."""

    line: ReadLine
    column: str
    old: Value
    new: Value
    clashes: bool = False


@dataclass
class Compared:
    """What a sheet brings: lines that are new, cells that differ, keys whose line is gone from it, faults.

    `moved`: the columns the house changed since the file left, by key of line.
    """

    new: list[ReadLine] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    moved: dict[str, set[str]] = field(default_factory=dict)


def compare(read: ReadSheet, held: Mapping[str, list[str | None]], house: House) -> Compared:
    """Compare a sheet with what it held when it left and with the house. What the house alone changed stays."""
    found, seen = Compared(), dict[str, int]()
    names = [column.name for column in read.sheet.columns if column.is_compared]
    for line in read.lines:
        if not line.key:
            found.new.append(line)
        elif line.key in seen:
            sentence = _(
                "This line was copied from line %(row)s with its hidden key: type it in an empty line instead."
            )
            found.faults.append(read.fault(line, "", sentence % {"row": seen[line.key]}))
        else:
            seen[line.key] = line.row
            _compare_line(read, line, dict(zip(names, held.get(line.key, []), strict=False)), house, found)
    found.absent = [key for key in held if key in house and key not in seen]
    return found


def _compare_line(
    read: ReadSheet, line: ReadLine, was: Mapping[str, str | None], house: House, found: Compared
) -> None:
    theirs = house.get(line.key)
    brought = {c.name: line.values[c.name] for c in read.sheet.columns if c.is_compared and c.name in line.values}
    if theirs is None:
        if not was or any(stored(value) != was.get(name) for name, value in brought.items()):
            found.faults.append(read.fault(line, "", _("This line is no longer in the house: it cannot be changed.")))
        return
    for name, value in brought.items():
        now, before = stored(theirs.get(name)), was.get(name)
        if now != before:
            found.moved.setdefault(line.key, set()).add(name)
        if stored(value) in (now, before):
            continue
        found.differences.append(Difference(line, name, theirs.get(name), value, clashes=now != before))
