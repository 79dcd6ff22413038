"""How often one may ask: a limit delays, it never locks an account out (trust L1-L6).

Counted in windows that begin with the first ask, in the cache all processes share. Where every letter typed is an
ask, each process writes them down `by` so many at a time: a write each would cost more than it protects.
"""

import time

from django.core.cache import BaseCache, caches
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.base.errors import TooMany

QUARTER, HOUR, MINUTE = 900, 3600, 60  # seconds


def count(name: str, key: str, *, most: int, seconds: int, by: int = 1) -> None:
    """Count one ask. Raises TooMany, with the seconds to wait, past `most` in a window of `seconds`."""
    place, local = f"limit:{name}:{key}", caches["local"]
    _check_full(local.get(f"{place}:full", 0.0), name)
    if by > 1 and _add(local, place, 1, seconds) % by:
        return
    with transaction.atomic():  # one writing to the disk instead of three
        asked = _add(caches["default"], place, by, seconds)
    if asked > most:
        ends = float(caches["default"].get(f"{place}:ends") or time.time() + seconds)
        local.set(f"{place}:full", ends, seconds)
        _check_full(max(ends, time.time() + 1), name)


def _add(cache: BaseCache, place: str, asks: int, seconds: int) -> int:
    """How many asks the present window holds, with these."""
    if cache.add(place, 0, seconds):
        cache.set(f"{place}:ends", time.time() + seconds, seconds)
    try:
        return cache.incr(place, asks)
    except ValueError:  # the window ended between the two lines
        cache.set(place, asks, seconds)
        return asks


def _check_full(ends: float, name: str) -> None:
    wait = round(ends - time.time())
    if wait > 0:
        raise TooMany(sentence(wait), retry_after=wait, limit=name)


def sentence(wait: int) -> str:
    """What the reader is told."""
    if wait < 2 * MINUTE:
        return _("That was a lot in a short time. Try again in a minute or two; nothing is blocked.")
    minutes = -(-wait // MINUTE)
    return _("That was a lot in a short time. Try again in {minutes} minutes; nothing is blocked.").format(
        minutes=minutes
    )
