"""How far the bench is: a bar that moves each second on a terminal, one line a part in a log."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TextIO, TypeVar

T = TypeVar("T")
WIDTH = 24


class Bar:
    """Parts done one after the other, each (name, seconds it took once, what it is): the seconds only share the bar out."""

    def __init__(self, label: str, parts: Sequence[tuple[str, float, T]], out: TextIO = sys.stderr):
        self.label, self.parts, self.out = label, parts, out
        self.whole = sum(seconds for _name, seconds, _part in parts)
        self.done, self.begun, self.number, self.since = 0.0, time.monotonic(), 0, 0.0
        self.ended, self.lock = threading.Event(), threading.Lock()

    def __iter__(self) -> Iterator[T]:
        moving = threading.Thread(target=self._move, daemon=True)
        moving.start()
        try:
            for number, (name, seconds, part) in enumerate(self.parts):
                self.number, self.since = number, time.monotonic()
                if not self.out.isatty():
                    self.out.write(f"{self.label}: part {number + 1} of {len(self.parts)}, {name}\n")
                yield part
                self.done += seconds
        finally:
            self.ended.set()
            moving.join()
            self.say("")

    def say(self, line: str) -> None:
        """A line above the bar."""
        with self.lock:
            self.out.write("\r\033[K" if self.out.isatty() else "")
            self.out.flush()
            if line:
                print(line, flush=True)

    @property
    def share(self) -> float:
        """How much is done, 0 to 1; a part that lasts longer than it did once waits near its end."""
        _name, seconds, _part = self.parts[self.number]
        return (self.done + min(time.monotonic() - self.since, seconds * 0.95)) / self.whole

    def _move(self) -> None:
        while self.out.isatty() and not self.ended.wait(1):
            spent, share = time.monotonic() - self.begun, self.share
            left = spent / max(share, 0.01) * (1 - share)
            full = "#" * round(share * WIDTH)
            name = self.parts[self.number][0]
            with self.lock:
                self.out.write(f"\r\033[K{self.label} [{full:<{WIDTH}}] {share:.0%}, {left:.0f} s left: {name}")
                self.out.flush()
