"""Zones that could be subtracted from one another question by question: the same rule as between zones, asked of each base.

A question put to some ages, skipped by some children or asked on a condition has fewer children than its zone: two zones
sixty children apart may be one child apart for it (specs/disclosure.md, section 7, R4). Pure: true bases in, silence out.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np

from marelle.consultations.catalogue import ALL, COLUMN_FLOOR, EVERYONE, Group, Zone, derivable, matches
from marelle.consultations.questionnaires import BANDS, GENDERS
from marelle.consultations.tables import Flags, Ints

SHEETS = [(age, gender) for age in BANDS for gender in GENDERS]  # the groups bases are counted by, in order
EVERYTHING, BY_AGE, BY_GENDER = range(3)  # what a question may no longer tell in a zone

Bases = Mapping[str, Ints]  # by the zone sheets were kept in: answers crossed with × SHEETS × items


def silenced(zones: Iterable[Zone], bases: Bases) -> dict[str, Flags]:
    """For each zone that is told: (everything, by age, by gender) × items that it must not tell."""
    return _Weighing([zone for zone in zones if not zone.status], bases).settle()


class _Weighing:
    """Zones weighed against one another until nothing moves. A difference of 1 to 29 children silences the smaller zone."""

    def __init__(self, zones: Sequence[Zone], bases: Bases):
        self.zones = {zone.name: zone for zone in zones}
        self.bases = bases
        nothing = (
            np.zeros(next(iter(bases.values())).shape, np.int64) if bases else np.zeros((1, len(SHEETS), 0), np.int64)
        )
        self.nothing = nothing
        self.sums = {zone.name: self._sum(zone.members) for zone in zones}
        self.sizes = {name: int(total.max(initial=0, axis=2).sum()) for name, total in self.sums.items()}
        self.off = {zone.name: np.zeros((3, nothing.shape[2]), bool) for zone in zones}
        self.groups = {zone.name: derivable(zone) for zone in zones}

    def settle(self) -> dict[str, Flags]:
        """What each zone must not tell."""
        while any([self._weigh_pairs(), self._weigh_wholes()]):
            pass
        return self.off

    def _weigh_pairs(self) -> bool:
        moved = False
        for one, other in combinations(self.zones, 2):
            shared = self.zones[one].members & self.zones[other].members
            if shared:
                common = self._sum(shared)
                rests = [self.sums[one] - common, self.sums[other] - common]
                for group in self.groups[one] & self.groups[other]:
                    told = self._tells(one, group) & self._tells(other, group)
                    small = told & (_small(rests[0], group) | _small(rests[1], group))
                    moved |= self._take((one, other), group, small)
        return moved

    def _weigh_wholes(self) -> bool:
        moved = False
        for name, zone in self.zones.items():
            inside = [each for each in self.zones.values() if each.members < zone.members]
            for group in self.groups[name] if inside else ():
                inner = [each for each in inside if group in self.groups[each.name]]
                if inner:
                    moved |= self._weigh_whole(name, group, inner)
        return moved

    def _weigh_whole(self, name: str, group: Group, inner: Sequence[Zone]) -> bool:
        """A zone less all that tell a question inside it: these are not the same for every question."""
        moved, whole = False, self._tells(name, group)
        telling = np.array([self._tells(each.name, group) for each in inner])
        patterns, of_item = np.unique(telling, axis=1, return_inverse=True)
        for number, pattern in enumerate(patterns.T):
            among = [each for each, tells in zip(inner, pattern, strict=True) if tells]
            if among:
                rest = self.sums[name] - self._sum(frozenset().union(*(each.members for each in among)))
                small = _small(rest, group) & whole & (of_item.ravel() == number)
                moved |= self._take([each.name for each in among], group, small)
        return moved

    def _tells(self, name: str, group: Group) -> Flags:
        off = self.off[name]
        silent = off[EVERYTHING].copy()
        if group[0] != ALL:
            silent |= off[BY_AGE]
        if group[1] != ALL:
            silent |= off[BY_GENDER]
        return ~silent

    def _take(self, among: Iterable[str], group: Group, items: Flags) -> bool:
        """Silence the smallest of these zones on some items; whether there were any."""
        if not items.any():
            return False
        smallest = min(among, key=lambda name: (self.sizes[name], name))
        axis = EVERYTHING if group == EVERYONE else BY_AGE if group[0] != ALL else BY_GENDER
        self.off[smallest][axis] |= items
        return True

    def _sum(self, members: Iterable[str]) -> Ints:
        return sum((self.bases[member] for member in members if member in self.bases), self.nothing)


def _small(rest: Ints, group: Group) -> Flags:
    """The items 1 to 29 children are left of, for any answer they are crossed with."""
    inside = np.array([matches(group, sheet) for sheet in SHEETS])
    left = rest[:, inside].sum(axis=1)
    return ((left > 0) & (left < COLUMN_FLOOR)).any(axis=0)
