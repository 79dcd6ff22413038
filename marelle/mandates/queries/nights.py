"""What a night takes: how far each mandate was as a day ended, then the places together. Reads; writes nothing."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Q

from marelle.framework.models import Domain
from marelle.mandates.models import AreaStanding, AreaValue, Level, Mandate, Night, Standing
from marelle.mandates.queries.members import CITY_KINDS
from marelle.mandates.states import MandateState
from marelle.plans import attainment
from marelle.plans.attainment import PROOFS, Degree, Part, Tally
from marelle.plans.models import Action, Amendment, Reading
from marelle.plans.standings import Measured, Shown, end_of, shown_on
from marelle.plans.states import AmendmentState, ProofLevel

SLICE = 300  # mandates read at once: memory does not grow with the network
REGION, DEPARTEMENT = ("organisation__territory__region__code", "organisation__territory__departement__code")


@dataclass(frozen=True)
class Running:
    """A mandate as a night reads it. `area`: its département's code, blank when its place has none."""

    pk: int
    plan: int
    framework: int
    area: str
    is_city: bool


@dataclass
class Heap:
    """One indicator of the library in one place, at one level of proof."""

    part: Part = field(default_factory=Part)
    degree: Degree = field(default_factory=Degree)

    def add(self, other: "Heap") -> None:
        self.part, self.degree = self.part + other.part, self.degree + other.degree


@dataclass
class Sum:
    """One domain in one place."""

    mandates: int = 0
    actions: int = 0
    done: int = 0
    tally: Tally = field(default_factory=Tally)
    degrees: dict[str, Degree] = field(default_factory=lambda: dict.fromkeys(PROOFS, Degree()))

    def add(self, other: "Sum") -> None:
        self.mandates, self.actions, self.done = (
            self.mandates + other.mandates,
            self.actions + other.actions,
            self.done + other.done,
        )
        self.tally += other.tally
        self.degrees = {p: self.degrees[p] + other.degrees[p] for p in PROOFS}


class Place:
    """What the mandates of one place add up to: `sums` by domain, `heaps` and `asked` by indicator of the library."""

    def __init__(self) -> None:
        self.sums: dict[int, Sum] = defaultdict(Sum)
        self.heaps: dict[tuple[int, str], Heap] = defaultdict(Heap)
        self.asked: dict[int, int] = defaultdict(int)

    def take(self, domain: int, shown: Shown, tally: Tally) -> None:
        """Count in one domain of one mandate."""
        self.sums[domain].add(Sum(1, shown.actions, shown.done, tally, attainment.of_mandates([tally])))
        for measured in shown.measured:
            if measured.definition:
                self.asked[measured.definition] += 1
                if measured.known:
                    self.heaps[measured.definition, measured.proof].add(_heap(measured))

    def add(self, other: "Place") -> None:
        """Count in a smaller place."""
        for domain, its in other.sums.items():
            self.sums[domain].add(its)
        for key, heap in other.heaps.items():
            self.heaps[key].add(heap)
        for definition, asked in other.asked.items():
            self.asked[definition] += asked

    def standings(self, level: str, area: str, day: date) -> Iterator[AreaStanding]:
        """Its rows, a domain each."""
        for domain, its in self.sums.items():
            counts = {"mandates": its.mandates, "indicators": its.tally.asked, "actions": its.actions, "done": its.done}
            for proof in PROOFS:
                counts |= {
                    f"{proof}_known": its.tally[proof].known,
                    f"{proof}_mandates": its.degrees[proof].known,
                    f"{proof}_total": its.degrees[proof].total,
                }
            yield AreaStanding(level=level, area=area, domain_id=domain, on=day, **counts)

    def values(self, level: str, area: str, day: date) -> Iterator[AreaValue]:
        """Its rows, three an indicator."""
        for definition, asked in self.asked.items():
            for proof in PROOFS:
                heap = self.heaps.get((definition, proof), Heap())
                part, newest = heap.part, heap.part.newest
                yield AreaValue(
                    level=level,
                    area=area,
                    definition_id=definition,
                    proof=proof,
                    on=day,
                    asked=asked,
                    known=part.known,
                    total=part.total,
                    most=part.most,
                    newest=newest[1] if newest else None,
                    newest_on=newest[0] if newest else None,
                    whole=part.whole,
                    over=part.over,
                    under=part.under,
                    shares=heap.degree.known,
                    share_total=heap.degree.total,
                )


def place_of(standings: list[AreaStanding], values: list[AreaValue]) -> Place:
    """Places put together from the rows they left."""
    place = Place()
    for row in standings:
        place.sums[row.domain_id].add(Sum(row.mandates, row.actions, row.done, row.tally, row.degrees))
    for line in values:
        place.heaps[line.definition_id, line.proof].add(Heap(line.part, line.degree))
        if line.proof == ProofLevel.DECLARED:  # each of the three says how many were asked
            place.asked[line.definition_id] += line.asked
    return place


def regions() -> list[str]:
    """Codes of the régions of every mandate that ever began, in order; blank for those whose place has none."""
    rows = Mandate.rows.exclude(state=MandateState.PLANNED).order_by().values_list(REGION, flat=True).distinct()
    return sorted({code or "" for code in rows})


def areas(region: str | None = None) -> set[str]:
    """Codes of the départements of the mandates of all times, everywhere or in a région."""
    rows = Mandate.rows.all() if region is None else Mandate.rows.filter(in_region(region))
    return {code for code in rows.order_by().values_list(DEPARTEMENT, flat=True).distinct() if code}


def in_region(region: str, path: str = "") -> Q:
    """Mandates of a région, or reached from them by `path`."""
    return Q(**{f"{path}{REGION}": region or None})


def running_on(region: str, day: date) -> Iterator[list[Running]]:
    """Mandates that ran as a day ended, by dates alone (a suspended one runs), in slices, in order."""
    rows = Mandate.rows.filter(in_region(region), starts_on__lte=day, ends_on__gt=day).exclude(left_on__lte=day)
    rows = rows.exclude(state=MandateState.PLANNED).order_by("pk")
    columns = ("pk", "plan_id", "plan__framework_id", DEPARTEMENT, "organisation__kind")
    last = 0
    while found := list(islice(rows.filter(pk__gt=last).values_list(*columns)[:SLICE], SLICE)):
        yield [Running(pk, plan, frame, area or "", kind in CITY_KINDS) for pk, plan, frame, area, kind in found]
        last = found[-1][0]


def standings_on(running: list[Running], day: date, places: dict[str, Place]) -> list[Standing]:
    """How far these mandates were as a day ended, a row for each domain of their frameworks. Counts them in `places`."""
    shown = shown_on([mandate.plan for mandate in running], day)
    domains = _domains({mandate.framework for mandate in running})
    found = []
    for mandate in running:
        for domain in domains[mandate.framework]:
            its = shown[mandate.plan].get(domain) or Shown()
            tally = its.tally
            found.append(_standing(mandate.pk, domain, its, tally, day))
            if mandate.is_city:
                places[mandate.area].take(domain, its, tally)
    return found


def is_to_read(region: str, since: date, day: date) -> bool:
    """Whether a région has something new since a night, or nothing at all is known of it."""
    held = AreaValue.objects.filter(level=Level.REGION, area=region, until=None)
    return not held.exists() or moved_between(region, since, day)


def moved_between(region: str, since: date, day: date) -> bool:
    """Whether anything was written in a région from the day after `since` to the end of `day`."""
    after, before = end_of(since), end_of(day)
    mine = in_region(region, "indicator__objective__plan__mandate__")
    written = (
        Q(**{f"{moment}__gte": after, f"{moment}__lt": before})
        for moment in ("recorded_at", "replaced_at", "verified_at")
    )
    dates = (Q(**{f"{name}__gt": since, f"{name}__lte": day}) for name in ("starts_on", "ends_on", "left_on"))
    actions = Action.objects.filter(
        in_region(region, "objective__plan__mandate__"), moved_on__gt=since, moved_on__lte=day
    )
    amended = Amendment.rows.filter(
        in_region(region, "plan__mandate__"),
        state=AmendmentState.ACCEPTED,
        answered_at__gte=after,
        answered_at__lt=before,
    )
    return (
        any(Mandate.rows.filter(in_region(region), one).exists() for one in dates)
        or amended.exists()
        or actions.exists()
        or any(Reading.objects.filter(mine, one).exists() for one in written)
    )


def facts_of(row: Any) -> list[Any]:
    """What a row says, apart from its days."""
    return [getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in ("id", "on", "until")]


def last_night() -> Night | None:
    """The last whole one."""
    return Night.objects.exclude(ended_at=None).order_by("-on").first()


def _domains(frameworks: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Domain.objects.filter(framework__in=frameworks).order_by("framework", "position", "pk")
    for framework, pk in rows.values_list("framework_id", "pk"):
        found[framework].append(pk)
    return found


def _standing(mandate: int, domain: int, shown: Shown, tally: Tally, day: date) -> Standing:
    degrees: dict[str, Any] = {}
    for proof in PROOFS:
        degrees |= {f"{proof}_known": tally[proof].known, f"{proof}_total": tally[proof].total}
    return Standing(
        mandate_id=mandate,
        domain_id=domain,
        on=day,
        indicators=tally.asked,
        actions=shown.actions,
        done=shown.done,
        basis=shown.basis,
        **degrees,
    )


def _heap(measured: Measured) -> Heap:
    degree = Degree() if measured.share is None else Degree(1, attainment.millionths(measured.share))
    return Heap(attainment.part_of(measured.known), degree) if measured.known else Heap()


LEVELS = (Level.REGION, Level.DEPARTEMENT)
