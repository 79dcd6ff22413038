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
    Stamp.objects.update_or_create(name="worker", defaults={"value": int(timezone.now().timestamp())})
