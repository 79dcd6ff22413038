"""How many parts each sitting received: in memory, written apart from the answers, at a moment of chance.

A part and its count in one transaction would tell which answer came from which class: on PostgreSQL, 200 of 200 were
found again (specs/trust.md, N3). A crash may lose counts, never answers.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping

Key = tuple[str, str]  # a sitting's reference, a part's name
EVERY = (30.0, 90.0)  # seconds between two writings, drawn each time


def moment_of_chance() -> float:
    """Seconds until the next writing."""
    first, last = EVERY
    return first + secrets.randbelow(int((last - first) * 1000) + 1) / 1000


class Counters:
    """What this process received. `known`: the count as it is written; `add`: writes what came since, in one transaction.

    `afterwards`: what else is written at that moment of chance, in a transaction of its own.
    """

    def __init__(
        self,
        known: Callable[[str, str], int],
        add: Callable[[Mapping[Key, int]], None],
        *,
        draw: Callable[[], float] = moment_of_chance,
        afterwards: Callable[[], None] = lambda: None,
    ):
        self._read, self._add, self._draw, self._afterwards = known, add, draw, afterwards
        self._known: dict[Key, int] = {}
        self._since: Counter[Key] = Counter()  # received, not written
        self._written: Counter[Key] = Counter()  # being written
        self._held: Counter[Key] = Counter()  # on their way to the disk
        self._lock, self._flushing = threading.Lock(), threading.Lock()
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def hold(self, reference: str, part: str, most: int | None) -> bool:
        """Keep a place for one more; False when `most` are here already."""
        key = (reference, part)
        while True:
            with self._lock:
                known = 0 if most is None else self._known.get(key)
                if known is not None:
                    here = known + self._since[key] + self._written[key] + self._held[key]
                    if most is not None and here >= most:
                        return False
                    self._held[key] += 1
                    return True
            with self._flushing:  # what is read while counts are being written would miss them, or hold them twice
                read = self._read(reference, part)
                with self._lock:
                    self._known.setdefault(key, read)

    def settle(self, reference: str, part: str, *, is_new: bool) -> None:
        """The place kept is taken, or given back."""
        key = (reference, part)
        with self._lock:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
            if is_new:
                self._since[key] += 1
        if is_new and (self._thread is None or not self._thread.is_alive()):
            self._begin()

    def flush(self) -> None:
        """Write what came since the last time. What could not be written waits for the next."""
        with self._flushing:
            with self._lock:
                self._written, self._since = self._since, Counter()
            try:
                if +self._written:
                    self._add(dict(sorted(self._written.items())))
            except Exception:
                with self._lock:
                    self._since += self._written
                    self._written = Counter()
                raise
            with self._lock:
                self._written = Counter()
                self._known.clear()  # read anew: other processes write too

    def close(self) -> None:
        """Write a last time, then end."""
        self._ends.set()
        self.flush()

    def _begin(self) -> None:
        with self._flushing:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._keep_writing, name="counts", daemon=True)
                self._thread.start()

    def _keep_writing(self) -> None:
        while not self._ends.wait(self._draw()):
            try:
                self.flush()
                self._afterwards()
            except Exception:  # noqa: S112  the database is away: the next time will do
                continue
