"""What the worker looks after now and then: packages add their rounds; each may run twice."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from marelle.base.models import Stamp

log = logging.getLogger("marelle.rounds")
_rounds: list[Callable[[datetime], None]] = []


def register(work: Callable[[datetime], None]) -> None:
    """Add a round: `work(at)`, quick, safe to run twice."""
    _rounds.append(work)


def make(at: datetime) -> None:
    """Make every round; one that fails does not stop the others. Leaves the worker's sign of life."""
    for work in _rounds:
        try:
            work(at)
        except Exception:  # the others go on
            log.exception("round %s failed", work.__name__)
    give_sign_of_life()


def give_sign_of_life() -> None:
    """Say that the worker is there, by real time."""
    Stamp.objects.update_or_create(name="worker", defaults={"value": int(timezone.now().timestamp())})


def seconds_since_sign() -> int | None:
    """Seconds since the worker's last sign of life; None if it never gave one."""
    last = Stamp.objects.filter(name="worker").values_list("value", flat=True).first()
    return None if last is None else int(timezone.now().timestamp()) - last
