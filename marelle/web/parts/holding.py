"""Who holds what in an organisation: the things of « Aujourd'hui » gathered by who holds them, and those nobody holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from marelle.base.registers import Holding
from marelle.web.templatetags.marelle import here

SHOWN = 3  # things of one kind, of one holder: the others stand behind a link


@dataclass
class Line:
    """What one holds of a kind: the first few, how many more, where they all are."""

    how: str
    more_at: str
    things: list[dict[str, str]] = field(default_factory=list)
    more: int = 0


def gathered(found: Iterable[Holding]) -> dict[str, Any]:
    """By holder, in the order they come; then what waits for somebody, with where to name them."""
    held: dict[str, dict[str, Line]] = {}
    for holding in found:
        lines = held.setdefault(holding.holder, {})
        line = lines.setdefault(holding.how, Line(holding.how, here(holding.more_at or holding.address)))
        if len(line.things) < SHOWN:
            address = holding.address if holding.holder else holding.name_at or holding.address
            line.things.append({"name": holding.thing, "url": here(address)})
        else:
            line.more += 1
    nobody = list(held.pop("", {}).values())
    return {"named": [{"who": who, "lines": list(lines.values())} for who, lines in held.items()], "nobody": nobody}
