"""How likely a practice or a city is to help with a need: points for each reason, added up. Plain values in and out.

No weight is learnt and none is hidden: the page shows each reason with its points. The weights say what our cities
look at first: the same service, then the same domain, then how sure one is of the effect, then how alike the cities are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from marelle.events.states import Term

POINTS = {
    Term.SERVICE: 30,  # the same service faces the same law, the same partners
    Term.DOMAIN: 20,
    Term.MET: 20,  # what a city went through itself
    Term.SIZE: 15,  # at least half as large, at most twice
    Term.NEAR_SIZE: 8,  # a quarter to four times
    Term.LANGUAGE: 10,  # they can call one another
    Term.COUNTED: 5,
    Term.COMPARED: 10,
    Term.VERIFIED: 15,
    Term.RETAINED: 8,
    Term.ADOPTED: 3,  # each city that took it up
}
MOST_ADOPTIONS = 4  # further ones add nothing: an old practice does not bury a new one
ALIKE, COMPARABLE = 0.5, 0.25  # smaller population over larger one, 0 to 1
EFFECTS = {"counted": Term.COUNTED, "compared": Term.COMPARED, "verified": Term.VERIFIED}  # told alone: no point


@dataclass(frozen=True)
class Sought:
    """What a need says. `population`: inhabitants of the city, None if unknown."""

    services: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    population: int | None = None


@dataclass(frozen=True)
class Offered:
    """What a practice says, or all those of a city. `effect`: the surest level; `adoptions`: organisations that took it up."""

    services: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    population: int | None = None
    effect: str = ""
    is_retained: bool = False
    adoptions: int = 0
    has_met: bool = False


@dataclass(frozen=True)
class Reason:
    """One term of the score, and what it adds. `count`: how many, where that matters."""

    term: Term
    points: int
    count: int = field(default=1)


def reasons(sought: Sought, offered: Offered) -> list[Reason]:
    """Why it may help, the weightiest first; empty when it touches neither the service nor the domain of the need."""
    terms = [*_subject(sought, offered)]
    if not terms:
        return []
    terms += [*_likeness(sought, offered), *_strength(offered)]
    found = [Reason(term, POINTS[term]) for term in terms]
    if count := min(offered.adoptions, MOST_ADOPTIONS):
        found.append(Reason(Term.ADOPTED, count * POINTS[Term.ADOPTED], offered.adoptions))
    return sorted(found, key=lambda reason: (-reason.points, reason.term))


def score(found: Iterable[Reason]) -> int:
    """The sum of what the reasons add."""
    return sum(reason.points for reason in found)


def alikeness(one: int | None, other: int | None) -> float | None:
    """Smaller population over larger, 0 to 1; None when either is unknown or nobody lives there."""
    if not one or not other:
        return None
    return min(one, other) / max(one, other)


def _subject(sought: Sought, offered: Offered) -> Iterable[Term]:
    if sought.services & offered.services:
        yield Term.SERVICE
    if sought.domains & offered.domains:
        yield Term.DOMAIN


def _likeness(sought: Sought, offered: Offered) -> Iterable[Term]:
    ratio = alikeness(sought.population, offered.population) or 0
    if ratio >= COMPARABLE:
        yield Term.SIZE if ratio >= ALIKE else Term.NEAR_SIZE
    if sought.languages & offered.languages:
        yield Term.LANGUAGE


def _strength(offered: Offered) -> Iterable[Term]:
    if offered.effect in EFFECTS:
        yield EFFECTS[offered.effect]
    if offered.is_retained:
        yield Term.RETAINED
    if offered.has_met:
        yield Term.MET
