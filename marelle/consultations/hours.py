"""Hours of the intake: how many answers of each status, and how long they took. Nothing finer is known, or kept.

In memory while an hour lasts; written once it is over, at the moment of chance when parts are counted, never with an answer.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping

STEPS_MS = (5, 10, 20, 50, 100, 200, 500, 1000, 5000)  # upper ends of what answers took
LONGER = 0  # than the last of them
MOST = 48  # hours kept in memory, when they cannot be written

Line = tuple[int, int, int]  # hours since 1970, a status, a step
Add = Callable[[Mapping[Line, int]], None]


class Hours:
    """What this process answered. `add` writes some lines, in one transaction."""

    def __init__(self, add: Add):
        self._add = add
        self._lock = threading.Lock()
        self._known: dict[int, Counter[Line]] = {}

    def note(self, hour: int, status: int, seconds: float) -> None:
        """One answer more."""
        step = next((step for step in STEPS_MS if seconds * 1000 <= step), LONGER)
        with self._lock:
            if hour not in self._known:
                self._known[hour] = Counter()
                for old in sorted(self._known)[:-MOST]:
                    del self._known[old]
            self._known[hour][hour, status, step] += 1

    def write(self, before: int) -> None:
        """Write the hours that began before; those that could not be written wait."""
        with self._lock:
            over = {hour: self._known.pop(hour) for hour in sorted(self._known) if hour < before}
        if not over:
            return
        try:
            self._add(dict(sorted(sum(over.values(), Counter()).items())))
        except Exception:
            with self._lock:
                for hour, lines in over.items():
                    self._known.setdefault(hour, Counter()).update(lines)
            raise


def within(steps: Mapping[int, int], share: float) -> int | None:
    """Milliseconds within which that share of answers was given, as an upper end; None: longer than the last step."""
    wanted, so_far = share * sum(steps.values()), 0
    for step in STEPS_MS:
        so_far += steps.get(step, 0)
        if so_far >= wanted:
            return step
    return None
