"""What the worker does for the researchers' files, and what must hold of them."""

from collections.abc import Iterator

from marelle.base import registers, rounds
from marelle.consultations.operations import research


def register() -> None:
    """Join `marelle check` and the rounds of the worker."""
    registers.invariants["a researchers’ file is gone after its day, and is the one that was sealed"] = files
    rounds.register(research.end_what_is_due)


def files() -> Iterator[str]:
    """Files left behind, or altered."""
    yield from research.left_behind()
