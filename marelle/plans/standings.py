"""What plans showed as a day ended: their indicators with the newest value then known, their actions then finished.

Told again for any day past: a reading counts from when it was recorded until a correction replaced it, and is verified
from when somebody did so. Aims are those of now. A fixed number of questions for any number of plans.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from marelle.base import clock
from marelle.plans import attainment
from marelle.plans.attainment import Aim, Known, Tally
from marelle.plans.models import Action, Indicator, Reading
from marelle.plans.states import ActionState, ProofLevel


@dataclass(frozen=True)
class Measured:
    """An indicator as a day ended. `known`: its newest value, None when there is none; `share`: of the way, 0 to 1."""

    key: int
    definition: int | None
    aim: Aim
    known: Known | None
    share: Decimal | None

    @property
    def proof(self) -> str:
        return self.known.proof_level if self.known else ProofLevel.DECLARED


@dataclass
class Shown:
    """One domain of one plan as a day ended."""

    measured: list[Measured] = field(default_factory=list)
    actions: int = 0
    done: int = 0

    @property
    def tally(self) -> Tally:
        """Its indicators, each counting once."""
        return attainment.tally((m.share, m.proof) for m in self.measured)

    @property
    def basis(self) -> int:
        """A fingerprint of what they are measured against: it changes when the plan does, not when it is followed."""
        aims = [
            (m.key, m.aim.kind, m.aim.direction, _plain(m.aim.baseline), _plain(m.aim.target)) for m in self.measured
        ]
        return crc32(repr((sorted(aims), self.actions)).encode())


def end_of(day: date) -> datetime:
    """The first moment after a day, in Paris."""
    return datetime.combine(day + timedelta(days=1), time(), clock.PARIS)


def shown_on(plans: Collection[int], day: date) -> dict[int, dict[int, Shown]]:
    """By plan, then by domain, what plans showed as a day ended. Three questions."""
    found: dict[int, dict[int, Shown]] = defaultdict(lambda: defaultdict(Shown))
    known = _newest(plans, end_of(day))
    columns = ("objective__plan_id", "objective__domain_id", "pk", "definition_id", "definition__kind")
    rows = Indicator.objects.filter(objective__plan__in=plans).order_by()
    for plan, domain, pk, definition, kind, *aim in rows.values_list(*columns, "baseline", "target", "direction"):
        baseline, target, direction = aim
        its, read = Aim(baseline, target, direction, kind or "number"), known.get(pk)
        share = attainment.share(read.value, its) if read else None
        found[plan][domain].measured.append(Measured(pk, definition, its, read, share))
    over = Q(state=ActionState.DONE, moved_on__lte=day)
    counted = Action.objects.filter(objective__plan__in=plans).order_by()
    counted = counted.values_list("objective__plan_id", "objective__domain_id")
    for plan, domain, actions, done in counted.annotate(found=Count("pk"), done=Count("pk", filter=over)):
        found[plan][domain].actions, found[plan][domain].done = actions, done
    return found


def _newest(plans: Collection[int], moment: datetime) -> dict[int, Known]:
    """By indicator, the newest period with a value as it was known before a moment: the order of `following`."""
    rows = Reading.objects.filter(indicator__objective__plan__in=plans, breakdown="", recorded_at__lt=moment)
    rows = rows.exclude(value=None).filter(Q(replaced_at=None) | Q(replaced_at__gte=moment))
    rank = Window(RowNumber(), partition_by=F("indicator"), order_by=[F("until").desc(), F("period").asc()])
    columns = ("value", "numerator", "denominator", "until", "evidence_id", "evidence_address", "verified_at")
    newest = rows.annotate(rank=rank).filter(rank=1).values_list("indicator_id", *columns)
    return {pk: _known(facts, moment) for pk, *facts in newest}


def _known(facts: Iterable[Any], moment: datetime) -> Known:
    value, numerator, denominator, until, evidence, address, verified_at = facts
    proof = ProofLevel.EVIDENCED if evidence or address else ProofLevel.DECLARED
    if verified_at and verified_at < moment:
        proof = ProofLevel.VERIFIED
    return Known(value, until, numerator, denominator, proof)


def _plain(value: Decimal | None) -> str:
    """The same words on every database."""
    return "" if value is None else f"{value:.3f}"
