"""How often one may ask: a limit delays, it never locks an account out (trust L1-L6).

Counted in windows that begin with the first ask, in the cache all processes share, or (`each`) by each process
for itself where every letter typed is an ask and a write would cost more than it protects.
"""

import time

from django.core.cache import BaseCache, caches
from django.utils.translation import gettext as _

from marelle.base.errors import TooMany

QUARTER, HOUR, MINUTE = 900, 3600, 60  # seconds


def count(name: str, key: str, *, most: int, seconds: int, each: bool = False) -> None:
    """Count one ask. Raises TooMany, with the seconds to wait, past `most` in a window of `seconds`."""
    cache: BaseCache = caches["local" if each else "default"]
    place, ends = _place(name, key), f"{_place(name, key)}:ends"
    if cache.add(place, 0, seconds):
        cache.set(ends, time.time() + seconds, seconds)
    try:
        asked = cache.incr(place)
    except ValueError:  # the window ended between the two lines
        cache.set(place, 1, seconds)
        asked = 1
    if asked > most:
        wait = max(1, round(float(cache.get(ends) or time.time() + seconds) - time.time()))
        raise TooMany(sentence(wait), retry_after=wait, limit=name)


def asked(name: str, key: str) -> int:
    """How many asks the present window holds."""
    return int(caches["default"].get(_place(name, key)) or 0)


def forget(name: str, key: str) -> None:
    """Begin anew: after a success, where only failures count."""
    caches["default"].delete(_place(name, key))


def sentence(wait: int) -> str:
    """What the reader is told."""
    if wait < 2 * MINUTE:
        return _("That was a lot in a short time. Try again in a minute or two; nothing is blocked.")
    minutes = -(-wait // MINUTE)
    return _("That was a lot in a short time. Try again in {minutes} minutes; nothing is blocked.").format(
        minutes=minutes
    )


def _place(name: str, key: str) -> str:
    return f"limit:{name}:{key}"
