"""A table of steps: from which states, to which state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marelle.base.errors import WrongState


@dataclass(frozen=True)
class Step:
    """One way from some states to another, named by its verb."""

    name: str
    sources: frozenset[str]
    target: str


class Steps:
    """The only way a state moves: `Steps(submit=({"draft"}, "submitted"))`."""

    def __init__(self, **table: tuple[Iterable[str], str]):
        self.table = {name: Step(name, frozenset(map(str, s)), str(t)) for name, (s, t) in table.items()}

    def __iter__(self) -> Iterator[Step]:
        return iter(self.table.values())

    def __getitem__(self, name: str) -> Step:
        return self.table[name]

    def allows(self, thing: Any, name: str) -> bool:
        """Whether `thing` may take the step `name` from where it stands."""
        return thing.state in self.table[name].sources

    def take(self, thing: Any, name: str) -> None:
        """Move `thing` along the step `name`. Does not save. Raises WrongState."""
        step = self.table[name]
        if thing.state not in step.sources:
            raise WrongState(
                _("This is no longer possible: things have moved on meanwhile."), step=name, state=thing.state
            )
        thing.state = step.target

    def as_text(self) -> str:
        """One line per state that can be left, in alphabetical order."""
        ways: dict[str, list[str]] = {}
        for step in self:
            for source in step.sources:
                ways.setdefault(source, []).append(f"{step.name} > {step.target}")
        return "\n".join(f"{source}: {', '.join(sorted(ways[source]))}" for source in sorted(ways))
