"""Progress of something long: a moving bar on a terminal, one line per tenth in a log."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

T = TypeVar("T")


def track(items: Iterable[T], *, total: int, label: str, out: TextIO = sys.stderr) -> Iterator[T]:
    """Yield `items`, showing how far one is and how many seconds are left."""
    started, shown = time.monotonic(), -1
    for done, item in enumerate(items, start=1):
        yield item
        tenth = done * 10 // max(total, 1)
        if out.isatty():
            left = (time.monotonic() - started) / done * (total - done)
            out.write(f"\r{label} [{'#' * tenth:<10}] {done}/{total}, {left:.0f} s left ")
        elif tenth > shown:
            out.write(f"{label} {done}/{total}\n")
            shown = tenth
    out.write("\n" if out.isatty() else "")
