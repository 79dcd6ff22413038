"""A running plan as it is followed: each indicator with what was read of it, and how far that is, in one question more."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from marelle.accounts.models import Person
from marelle.base.origins import Shown
from marelle.plans import attainment
from marelle.plans.attainment import Aim, Attained
from marelle.plans.models import Indicator, Reading
from marelle.plans.queries import DomainOutline, told
from marelle.plans.states import ActionState, ProofLevel

COUNTED: dict[str, Callable[[int], str]] = {
    ActionState.PLANNED: lambda n: ngettext("%(n)s planned", "%(n)s planned", n),
    ActionState.IN_PROGRESS: lambda n: ngettext("%(n)s in progress", "%(n)s in progress", n),
    ActionState.BLOCKED: lambda n: ngettext("%(n)s blocked", "%(n)s blocked", n),
    ActionState.POSTPONED: lambda n: ngettext("%(n)s postponed", "%(n)s postponed", n),
    ActionState.DONE: lambda n: ngettext("%(n)s finished", "%(n)s finished", n),
    ActionState.ABANDONED: lambda n: ngettext("%(n)s given up", "%(n)s given up", n),
}


@dataclass(frozen=True)
class Followed:
    """An indicator and its living readings of everyone, the newest period first."""

    indicator: Indicator
    readings: Sequence[Reading]

    @property
    def aim(self) -> Aim:
        """From where to where."""
        i = self.indicator
        kind = i.definition.kind if i.definition else "number"
        return Aim(i.baseline, i.target, i.direction, kind)

    @property
    def latest(self) -> Reading | None:
        """The newest period, whether it has a value or says why there is none."""
        return self.readings[0] if self.readings else None

    @property
    def known(self) -> Reading | None:
        """The newest period with a value."""
        return next((r for r in self.readings if r.value is not None), None)

    @property
    def share(self) -> Decimal | None:
        """How much of the way is done, 0 to 1, by the newest value; None when it cannot be known."""
        return attainment.share(self.known.value if self.known else None, self.aim)

    @property
    def percent(self) -> Decimal | None:
        """The same in whole per cent, rounded down: 100 is reached, never nearly."""
        return None if self.share is None else Decimal(int(self.share * 100))

    @property
    def unknown_because(self) -> str:
        """Which of the three is missing: reading, baseline or target. Blank when none is."""
        if self.known is None:
            return "reading"
        if self.share is not None:
            return ""
        return "target" if self.aim.target is None else "baseline"


@dataclass(frozen=True)
class FollowedDomain:
    """A domain of a running plan. `words`: its actions counted by state; `attained`: by degree of proof, apart."""

    outline: DomainOutline
    indicators: list[Followed]

    @property
    def words(self) -> list[str]:
        """How many actions stand in each state that has some, in the order of the agreed table."""
        held = Counter(a.state for o in self.outline.objectives for a in o.actions.all())
        return [COUNTED[state](held[state]) % {"n": held[state]} for state in ActionState if held[state]]

    @property
    def attained(self) -> dict[str, Attained]:
        """How far its indicators are: declared, evidenced, verified, never mixed."""
        return dict(attainment.by_proof((f.share, f.known.proof_level) for f in self.indicators if f.known))

    @property
    def degrees(self) -> list[dict[str, Any]]:
        """The same for a row of a table: title, whole per cent rounded down (None when none is known), how many."""
        return [
            {"title": ProofLevel(p).label, "known": a.known, "percent": None if a.share is None else int(a.share * 100)}
            for p, a in self.attained.items()
        ]

    @property
    def unknown(self) -> int:
        """Indicators whose progress cannot be told."""
        return sum(f.share is None for f in self.indicators)


def follow(outline: list[DomainOutline]) -> list[FollowedDomain]:
    """What was read of a plan already outlined. One question. Each indicator of the outline gets its `followed`."""
    for line in followed([i for part in outline for o in part.objectives for i in o.indicators.all()]):
        line.indicator.followed = line  # type: ignore[attr-defined]
    return [
        FollowedDomain(part, [i.followed for o in part.objectives for i in o.indicators.all()])  # type: ignore[attr-defined]
        for part in outline
    ]


def followed(indicators: list[Indicator]) -> list[Followed]:
    """Each indicator with what was read of it. One question."""
    read = _readings(indicators)
    return [Followed(indicator, read[indicator.pk]) for indicator in indicators]


def history(indicator: Indicator) -> list[Reading]:
    """All that was ever written of it: the newest period first, what a correction replaced after it.

    `aimed`: the target of its year, None when none was set.
    """
    rows = indicator.readings.select_related("recorded_by", "verified_by", "evidence")
    found = list(rows.order_by("-until", "breakdown", "replaced_at", "-recorded_at", "pk"))
    aims = dict(indicator.aims_in_order)
    for reading in found:  # a group of children has no target of its own
        reading.aimed = None if reading.breakdown else aims.get(reading.until.year)  # type: ignore[attr-defined]
    return found


def _readings(indicators: list[Indicator]) -> dict[int, list[Reading]]:
    held: dict[int, list[Reading]] = defaultdict(list)
    rows = Reading.objects.filter(indicator__in=indicators, replaced_at=None, breakdown="")
    for reading in rows.select_related("evidence").order_by("-until", "period"):
        held[reading.indicator_id].append(reading)
    return held


def show_readings(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Readings in the thread, with how sure they are: for those who may read their plan; for anyone, once it runs."""
    rows = Reading.objects.filter(code__in=codes).select_related("indicator__objective__plan__organisation")
    return {row.code: _shown(row) for row in told(rows, "indicator__objective__plan", reader)}


def _shown(reading: Any) -> Shown:
    indicator = reading.indicator
    place = indicator.objective.plan.organisation.code
    value = "" if reading.value is None else f"{reading.value.normalize():f} {indicator.unit}".strip()
    return Shown(
        title=f"{indicator.name} ({reading.period_words})",
        sentence=value or reading.missing_because,
        address=reverse("city:indicator", args=[place, indicator.code]) if reading.is_read else "",
        state=reading.proof_level_word,
        on=reading.recorded_at,
    )
