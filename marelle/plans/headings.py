"""Which domain a heading names: only its own words, never a guess from what stands under it."""

import re
from collections.abc import Iterable, Mapping, Sequence

from marelle.base.text import fold

NUMBERED = re.compile(r"(?:(?:engagement|domaine|axe|volet|domain|pillar|commitment) )?(?:no? )?(?:\d+|[ivx]+|[a-z]) ")


def domains_above(lines: Iterable[str], names: Mapping[str, Sequence[str]]) -> list[str]:
    """For each line, the code of the domain named by the nearest heading above it, or by itself; blank when none is.

    `names`: by code of a domain, the names it bears. A heading holds one of them and nothing more, save its number.
    """
    known = {fold(name): code for code, said in names.items() for name in said if fold(name)}
    found, last = [], ""
    for words in lines:
        heading = fold(words)
        last = known.get(heading) or known.get(_without_number(heading)) or last
        found.append(last)
    return found


def _without_number(heading: str) -> str:
    numbered = NUMBERED.match(heading)
    return heading[numbered.end() :] if numbered else heading
