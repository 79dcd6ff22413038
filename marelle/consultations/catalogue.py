"""Which zones have tables, by which groups, before any noise: floors, siblings, zones that can be subtracted.

Asked of the true counts, answered in words a reader understands (specs/disclosure.md, section 7). Pure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Any

from marelle.consultations.questionnaires import BANDS, GENDERS, Question

ZONE_FLOOR = 50  # children behind a zone's page: R1
COLUMN_FLOOR = 30  # children behind a shown column: R1
SENSITIVE_FLOOR = 100  # children behind a sensitive question: R1
MOST_ANSWERS = 8  # of a question others are crossed with: beyond, groups are too small to be told

COMMUNE, EPCI, DEPARTEMENT, REGION, COUNTRY = "commune", "epci", "departement", "region", "country"
LEVELS = (COMMUNE, EPCI, DEPARTEMENT, REGION, COUNTRY)
WIDE = frozenset({DEPARTEMENT, REGION, COUNTRY})  # weighted, sensitive questions told, age by gender
COUNTED = frozenset({REGION, COUNTRY})  # counts of children told
FRANCE = "FR"

BELOW_FLOOR, SIBLING, SENSITIVE_LEVEL = "below_floor", "sibling", "sensitive_level"
ZONE_DIFFERENCE, NOT_ASKED, OUTSIDE = "zone_difference", "not_asked", "outside_catalogue"

ALL = "all"
AGES = {ALL: (ALL,), "age4": BANDS, "age2": ("6_11", "12_18")}
AGE2_OF = {"6_8": "6_11", "9_11": "6_11", "12_14": "12_18", "15_18": "12_18"}
Group = tuple[str, str]  # age, gender; "all" for either; several genders together: "other no", in the order of GENDERS
EVERYONE: Group = (ALL, ALL)
Counts = Mapping[Group, int]  # true counts of (age4, gender), both told


@dataclass(frozen=True)
class Zone:
    """One place of which something may be told. `name`: `commune:44143`, `FR`. `members`: the zones of the sheets in it.

    `ages`: "age4", "age2", or "all" when ages are not told apart. `genders`: those told apart. `status`: why it has no page.
    `narrow`: whether its counts move more.
    """

    name: str
    members: frozenset[str]
    ages: str = ALL
    genders: tuple[str, ...] = ()
    status: str = ""
    narrow: bool = False

    @property
    def level(self) -> str:
        """Of LEVELS."""
        return level_of(self.name)

    @property
    def groups(self) -> list[Group]:
        """The groups that may have a column, everyone first."""
        ages = AGES[self.ages] if self.ages != ALL else ()
        found = [EVERYONE, *((age, ALL) for age in ages), *((ALL, gender) for gender in self.genders)]
        if self.level in WIDE:
            found += [(age, gender) for age in ages for gender in self.genders]
        return found


def level_of(zone: str) -> str:
    """The level a zone's name says."""
    return zone.partition(":")[0] if ":" in zone else COUNTRY


@cache
def matches(group: Group, sheet: Group) -> bool:
    """Whether a sheet's age and gender belong to a group."""
    return group[0] in (ALL, sheet[0], AGE2_OF[sheet[0]]) and (group[1] == ALL or sheet[1] in group[1].split())


def is_crossable(question: Question, kinds: Sequence[str] = ("one",)) -> bool:
    """Whether others may be crossed with a question: one answer among few, nothing sensitive."""
    return question.kind in kinds and not question.sensitive and 1 < len(question.options) <= MOST_ANSWERS


def plan(counts: Mapping[str, Counts], chain: Callable[[str], Iterable[str]], *, floor: int = ZONE_FLOOR) -> list[Zone]:
    """Every zone, by level then name, with what may be told of it. `counts`: by the zone sheets were kept in.

    `chain`: the zones one lies in, itself first, France last. `floor`: of communes and intercommunalities, 50 at least.
    """
    members: dict[str, set[str]] = {}
    for zone in counts:
        for place in chain(zone):
            members.setdefault(place, set()).add(zone)
    found = [Zone(name, frozenset(inside)) for name, inside in members.items()]
    ordered = sorted(found, key=lambda zone: (LEVELS.index(zone.level), zone.name))
    floored = [_floored(zone, counts, max(floor, ZONE_FLOOR)) for zone in ordered]
    kept = _without_differences({zone.name: zone for zone in floored}, counts)
    return [replace(zone, narrow=_is_narrow(zone, kept.values())) for zone in kept.values()]


def count(zones: Iterable[str], counts: Mapping[str, Counts], group: Group = EVERYONE) -> int:
    """True children of a group in zones sheets were kept in."""
    return sum(n for zone in zones for sheet, n in counts[zone].items() if matches(group, sheet))


# Floors --------------------------------------------------------------------------------------------------------------
def _floored(zone: Zone, counts: Mapping[str, Counts], floor: int) -> Zone:
    needed = ZONE_FLOOR if zone.level in WIDE else floor
    if count(zone.members, counts) < needed:
        return replace(zone, status=BELOW_FLOOR)
    return replace(zone, ages=_ages_of(zone, counts), genders=_genders_of(zone, counts))


def _ages_of(zone: Zone, counts: Mapping[str, Counts]) -> str:
    """The finest ages whose every group has its thirty children, or none."""
    for axis in ("age4", "age2"):
        sizes = [count(zone.members, counts, (age, ALL)) for age in AGES[axis]]
        if all(size == 0 or size >= COLUMN_FLOOR for size in sizes) and sum(size > 0 for size in sizes) > 1:
            return axis
    return ALL


def _genders_of(zone: Zone, counts: Mapping[str, Counts]) -> tuple[str, ...]:
    """The genders told apart: two at least, and never so that a small one is what remains."""
    sizes = {gender: count(zone.members, counts, (ALL, gender)) for gender in GENDERS}
    hidden = withheld(sizes, [(sum(sizes.values()), GENDERS)], COLUMN_FLOOR)
    told = tuple(gender for gender, size in sizes.items() if size and gender not in hidden)
    return told if len(told) > 1 else ()


def withheld(sizes: Mapping[Any, int], families: Sequence[tuple[int, Sequence[Any]]], floor: int) -> dict[Any, str]:
    """Which columns are withheld, and why: those under the floor, then, wherever columns told next to their total would
    leave 1 to 29 children to be found by subtraction, the next smallest. `families`: (a total, the columns it holds).
    """
    found = {name: BELOW_FLOOR for name, size in sizes.items() if 0 < size < floor}
    moves = True
    while moves:
        moves = False
        for total, names in families:
            told = [name for name in names if sizes[name] and name not in found]
            if told and 0 < total - sum(sizes[name] for name in told) < COLUMN_FLOOR:
                found[min(told, key=lambda name: sizes[name])] = SIBLING
                moves = True
    return found


# Zones that can be subtracted ----------------------------------------------------------------------------------------
class _Differences:
    """Zones weighed against one another: a difference of 1 to 29 children takes the smaller zone, or one axis of it, away."""

    def __init__(self, zones: dict[str, Zone], counts: Mapping[str, Counts]):
        self.zones, self.counts = zones, counts
        sharing: dict[str, list[str]] = {}
        for zone in zones.values():
            for member in zone.members:
                sharing.setdefault(member, []).append(zone.name)
        self.pairs = sorted({pair for names in sharing.values() for pair in combinations(sorted(names), 2)})

    def settle(self) -> dict[str, Zone]:
        """Until nothing moves."""
        while any([self._weigh_pairs(), self._weigh_wholes()]):
            pass
        return self.zones

    def _weigh_pairs(self) -> bool:
        """Two zones, one inside the other or overlapping; whether anything was taken away."""
        moved = False
        for pair in self.pairs:
            one, other = (self.zones[name] for name in pair)
            for group in derivable(one) & derivable(other):
                if self._is_small(one.members - other.members, group) or self._is_small(
                    other.members - one.members, group
                ):
                    self._take(pair, group)
                    moved = True
        return moved

    def _weigh_wholes(self) -> bool:
        """A zone less everything told inside it; whether anything was taken away."""
        moved = False
        for name, whole in list(self.zones.items()):
            for group in derivable(self.zones[name]):
                inner = [z for z in self.zones.values() if z.members < whole.members and group in derivable(z)]
                if inner and self._is_small(whole.members.difference(*(z.members for z in inner)), group):
                    self._take([z.name for z in inner], group)
                    moved = True
        return moved

    def _is_small(self, zones: frozenset[str], group: Group) -> bool:
        return 0 < count(zones, self.counts, group) < COLUMN_FLOOR

    def _take(self, among: Iterable[str], group: Group) -> None:
        smallest = min(among, key=lambda name: (count(self.zones[name].members, self.counts), name))
        zone = self.zones[smallest]
        if group == EVERYONE:
            self.zones[smallest] = replace(zone, status=ZONE_DIFFERENCE, ages=ALL, genders=())
        elif group[0] != ALL:
            self.zones[smallest] = replace(zone, ages=ALL)
        else:
            self.zones[smallest] = replace(zone, genders=())


def derivable(zone: Zone) -> set[Group]:
    """The groups that are told, or are the sum of some that are, or what these leave of everyone."""
    return set() if zone.status else _derivable(zone.ages, zone.genders, zone.level in WIDE)


@cache
def _derivable(axis: str, genders: tuple[str, ...], is_wide: bool) -> set[Group]:
    ages = {ALL, *AGES[axis], *(AGES["age2"] if axis == "age4" else ())}
    found = {(age, gender) for age in ages for gender in (ALL, *_together(genders))}
    return {group for group in found if is_wide or ALL in group}


def _together(told: Sequence[str]) -> set[str]:
    """Genders told, some of these added up, and what either leaves of everyone: named alike whichever zone tells them."""
    sums = [set(some) for size in range(1, len(told) + 1) for some in combinations(told, size)]
    named = [
        " ".join(gender for gender in GENDERS if (gender in some) is held) for some in sums for held in (True, False)
    ]
    return {name for name in named if 0 < len(name.split()) < len(GENDERS)}


def _without_differences(zones: dict[str, Zone], counts: Mapping[str, Counts]) -> dict[str, Zone]:
    return _Differences(zones, counts).settle()


def _is_narrow(zone: Zone, zones: Iterable[Zone]) -> bool:
    """Communes and intercommunalities, and a larger zone that is the same children as one of these."""
    if zone.level not in WIDE:
        return True
    return any(each.level not in WIDE and each.members == zone.members for each in zones)
