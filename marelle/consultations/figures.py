"""How counts of children are shown: never under five, nor found under five by taking some of them from others."""

from collections.abc import Iterable

FLOOR = 5  # received sheets under which nothing but "fewer than five" is said, specs/consultation.md, section 15


def shown(received: int) -> int | None:
    """The count, or None under five."""
    return received if received >= FLOOR else None


def by_fives(received: int) -> int | None:
    """At least how many, for a page children see: 5, 10, 15…; None under five."""
    return rounded(received) or None


def together(received: Iterable[int]) -> int:
    """What several groups received: each of five or more as it is, the others together, by fives.

    A total less the groups that are told would else tell the one that is not.
    """
    counts = list(received)
    return sum(n for n in counts if n >= FLOOR) + rounded(sum(n for n in counts if n < FLOOR))


def rounded(received: int) -> int:
    """Down to the last five."""
    return received // FLOOR * FLOOR


def ratio(received: int, declared: int | None) -> float | None:
    """Received over declared, 0 to 1 and above; None when nothing was declared or fewer than five came."""
    return received / declared if declared and received >= FLOOR else None
