"""Sharing readings out: who reads what, so that nobody reads more than others unless conflicts of interest force it."""

from collections import deque
from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Dossier = TypeVar("Dossier", bound=Hashable)
Reader = TypeVar("Reader", bound=Hashable)


def balanced(
    wanted: Mapping[Dossier, int], allowed: Mapping[Dossier, Collection[Reader]], loads: Mapping[Reader, int]
) -> dict[Dossier, list[Reader]]:
    """Readers for each dossier: as many as `wanted`, fewer when fewer are `allowed`, never another, never twice the same.

    `loads`: how many readings each already has, of all readers; what is ours to give is added to it. No other sharing out
    has a smaller sum of squared loads: where no conflict forces more, two readers differ by one reading at most. The same
    arguments give the same answer. Method: optimal semi-matchings by cost-reducing paths (Harvey, Ladner, Lovász, Tamir,
    Journal of Algorithms 59, 2006), each dossier taken by several readers.
    """
    rank = {reader: number for number, reader in enumerate(loads)}
    load, given = dict(loads), {}
    for dossier in sorted(wanted, key=lambda d: len(allowed[d])):  # those with the least choice first
        lightest = sorted(allowed[dossier], key=lambda reader: (load[reader], rank[reader]))
        given[dossier] = lightest[: wanted[dossier]]
        for reader in given[dossier]:
            load[reader] += 1
    while _lighten_one(given, allowed, load, rank):
        pass
    return {dossier: sorted(given[dossier], key=lambda reader: rank[reader]) for dossier in wanted}


def _lighten_one(
    given: dict[Dossier, list[Reader]],
    allowed: Mapping[Dossier, Collection[Reader]],
    load: dict[Reader, int],
    rank: Mapping[Reader, int],
) -> bool:
    """Pass readings along, from one reader to another with at least two fewer; False when nobody can be helped."""
    for heavy in sorted(load, key=lambda reader: (-load[reader], rank[reader])):
        path = _path(heavy, given, allowed, load)
        if path:
            for dossier, giver, taker in path:
                given[dossier][given[dossier].index(giver)] = taker
            load[heavy] -= 1
            load[path[-1][2]] += 1
            return True
    return False


def _path(
    heavy: Reader,
    given: Mapping[Dossier, list[Reader]],
    allowed: Mapping[Dossier, Collection[Reader]],
    load: Mapping[Reader, int],
) -> list[tuple[Dossier, Reader, Reader]]:
    """The shortest chain (dossier, who gives it, who takes it) from `heavy` to somebody with two fewer; empty if none."""
    came: dict[Reader, tuple[Dossier, Reader] | None] = {heavy: None}
    holds: dict[Reader, list[Dossier]] = {}
    for dossier, readers in given.items():
        for reader in readers:
            holds.setdefault(reader, []).append(dossier)
    queue = deque([heavy])
    while queue:
        giver = queue.popleft()
        for dossier in holds.get(giver, []):
            for taker in allowed[dossier]:
                if taker in came or taker in given[dossier]:
                    continue
                came[taker] = (dossier, giver)
                if load[taker] <= load[heavy] - 2:
                    return _walk_back(taker, came)
                queue.append(taker)
    return []


def _walk_back(
    last: Reader, came: Mapping[Reader, tuple[Dossier, Reader] | None]
) -> list[tuple[Dossier, Reader, Reader]]:
    """The chain that led to `last`, from its beginning."""
    path, taker, step = [], last, came[last]
    while step is not None:
        dossier, giver = step
        path.append((dossier, giver, taker))
        taker, step = giver, came[giver]
    return path[::-1]
