"""Public pages kept as rendered, in this process: bounded in bytes, oldest use forgotten first."""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

FRESH = 60  # seconds: a page that says "open" stops saying it at most this late
PACKING = 4  # of 9: a fifth of the time of 6, for 6 % more bytes (measured on the page of members)
MIN_GZIP = 500  # bytes: below, compressing costs more than it spares


@dataclass(frozen=True)
class Page:
    """One answer: its bytes plain and compressed, and what the browser is told of it."""

    body: bytes
    packed: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    stamp: int
    made_at: float

    @property
    def weight(self) -> int:
        """Bytes this page takes, about."""
        return len(self.body) + len(self.packed) + 1000


def make_page(body: bytes, headers: dict[str, str], stamp: int) -> Page:
    """A page ready to be kept; compressed once, here."""
    packed = gzip.compress(body, PACKING, mtime=0) if len(body) >= MIN_GZIP and is_text(headers) else b""
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Page(body, packed, tuple(headers.items()), etag, stamp, time.monotonic())


def is_text(headers: dict[str, str]) -> bool:
    """Whether compressing is worth it."""
    kind = headers.get("Content-Type", "")
    return kind.startswith("text/") or "json" in kind or "xml" in kind


class Pages:
    """Pages by address, never more than `limit` bytes of them. Safe between threads."""

    def __init__(self, limit: int):
        self.limit, self.weight = limit, 0
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, address: str, stamp: int) -> Page | None:
        """The page, unless something the public sees has changed since, or it has stood a minute."""
        with self._lock:
            page = self._pages.get(address)
            if page is None:
                return None
            if page.stamp != stamp or time.monotonic() - page.made_at > FRESH:
                self._forget(address)
                return None
            self._pages.move_to_end(address)
            return page

    def keep(self, address: str, page: Page) -> None:
        """Keep it, forgetting the least used; a page heavier than a quarter of the room is not kept."""
        if page.weight * 4 > self.limit:
            return
        with self._lock:
            if address in self._pages:
                self._forget(address)
            self._pages[address] = page
            self.weight += page.weight
            while self.weight > self.limit:
                self._forget(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.weight = 0

    def _forget(self, address: str) -> None:
        self.weight -= self._pages.pop(address).weight
