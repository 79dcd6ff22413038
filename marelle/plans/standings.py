"""What plans showed as a day ended: their indicators with the newest value then known, their actions then finished.

Told again for any day past: a reading counts from when it was recorded until a correction replaced it, and is verified
from when somebody did so; a plan amended since holds the parts and the aims it held that day, as the first amendment
accepted after it froze them (docs/decisions/0012). A fixed number of questions for any number of plans.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from marelle.base import clock
from marelle.plans import attainment
from marelle.plans.amendments import parts_of
from marelle.plans.attainment import Aim, Known, Tally
from marelle.plans.models import Action, Amendment, Indicator, Reading
from marelle.plans.states import ActionState, AmendmentState, ProofLevel


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


@dataclass(frozen=True)
class Past:
    """Plans amended since a moment. `held`: by plan, what it then held, by code; `home`: of copies, the plan they closed for."""

    held: Mapping[int, Mapping[str, Mapping[str, Any]]]
    home: Mapping[int, int]

    def holds(self, plan: int, code: str) -> bool:
        """Whether a part was in its plan."""
        return plan not in self.held or code in self.held[plan]

    def aim(self, plan: int, code: str, now: Aim) -> Aim:
        """What an indicator aimed at; `now`: what it aims at today."""
        if plan not in self.held:
            return now
        said = self.held[plan][code]
        baseline, target = (None if said[n] is None else Decimal(said[n]) for n in ("baseline", "target"))
        return Aim(baseline, target, said["direction"], now.kind)


def shown_on(plans: Collection[int], day: date) -> dict[int, dict[int, Shown]]:
    """By plan, then by domain, what plans showed as a day ended. Four questions, two more when some were amended since."""
    found: dict[int, dict[int, Shown]] = defaultdict(lambda: defaultdict(Shown))
    past = past_of(plans, end_of(day))
    places = [*plans, *past.home]
    known = _newest(places, end_of(day))
    columns = ("objective__plan_id", "objective__domain_id", "pk", "code", "definition_id", "definition__kind")
    rows = Indicator.objects.filter(objective__plan__in=places).order_by()
    for place, domain, pk, code, definition, kind, *aim in rows.values_list(
        *columns, "baseline", "target", "direction"
    ):
        plan = past.home.get(place, place)
        if past.holds(plan, code):
            its, read = past.aim(plan, code, Aim(*aim, kind or "number")), known.get(pk)
            share = attainment.share(read.value, its) if read else None
            found[plan][domain].measured.append(Measured(pk, definition, its, read, share))
    _count_actions(found, plans, past, day)
    return found


def past_of(plans: Collection[int], moment: datetime) -> Past:
    """What plans amended since a moment held then. One question, one more when there are any."""
    since = Amendment.rows.filter(plan__in=plans, state=AmendmentState.ACCEPTED, answered_at__gte=moment)
    first, home = {}, {}
    for pk, plan, copy in since.order_by("answered_at", "pk").values_list("pk", "plan_id", "copy_id"):
        first.setdefault(plan, pk)
        home[copy] = plan
    contents = Amendment.rows.filter(pk__in=first.values()).values_list("plan_id", "before") if first else ()
    held = {plan: {one.part["code"]: one.part for one in parts_of(before)} for plan, before in contents if before}
    return Past(held, {copy: plan for copy, plan in home.items() if copy and plan in held})


def _count_actions(found: dict[int, dict[int, Shown]], plans: Collection[int], past: Past, day: date) -> None:
    over = Q(Q(moved_on=None) | Q(moved_on__lte=day), state=ActionState.DONE)  # no day: done before it came here
    rows = Action.objects.filter(objective__plan__in=[plan for plan in plans if plan not in past.held]).order_by()
    counted = rows.values_list("objective__plan_id", "objective__domain_id")
    for plan, domain, actions, done in counted.annotate(found=Count("pk"), done=Count("pk", filter=over)):
        found[plan][domain].actions, found[plan][domain].done = actions, done
    if not past.held:
        return
    rows = Action.objects.filter(objective__plan__in=[*past.held, *past.home]).order_by()
    columns = ("objective__plan_id", "objective__domain_id", "code", "state", "moved_on")
    for place, domain, code, state, moved_on in rows.values_list(*columns):
        plan = past.home.get(place, place)
        if past.holds(plan, code):
            found[plan][domain].actions += 1
            found[plan][domain].done += state == ActionState.DONE and (moved_on is None or moved_on <= day)


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
