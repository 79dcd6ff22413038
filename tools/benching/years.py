"""Six years of a network: plans of sixty actions and sixty indicators, read again and again; then its nights and its pages.

One plan is written row by row, the others are copied from it inside the database: nobody would type them.
"""

import gc
import resource
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min
from django.test import Client
from django.utils import timezone

from benching import limits, outside
from benching.large import grow
from benching.rows import Row, spaced, timed
from marelle.accounts.models import Person
from marelle.accounts.robot import robot
from marelle.base import clock
from marelle.demo.people import BY_KEY
from marelle.framework.models import Framework, IndicatorDefinition
from marelle.mandates.models import AreaStanding, AreaValue, Mandate, Night, Standing
from marelle.mandates.operations.snapshots import forget, take_night
from marelle.plans.models import Action, Indicator, Objective, Plan, Reading

ACTIONS, INDICATORS, OBJECTIVES = 60, 60, 10
MONTHS = 72
BARS = {300: (300.0, 120.0, 300.0, 60.0), 35_000: (1000.0, 120.0, 300.0, 1200.0)}  # ms, ms, ms, s: issue 4
MOST_GROWTH = 300.0  # MB: what a night may take whatever the network
_before: dict[str, float] = {}  # figures of the smaller network, to tell how they grow


def measure(place: Path, *, mandates: int, quick: bool) -> Iterator[Row]:
    """Pilotage, a city's page, the network's page and a night, with `mandates` of six years each."""
    large = mandates > 1000
    bars, count = BARS[35_000 if large else 300], grow(max(mandates // (20 if quick else 1), 60))
    each = 6 if large else MONTHS + 12  # readings of an indicator: each year, or each month with corrections and groups
    started = time.perf_counter()
    readings = fill(each)
    told = f"{spaced(count)} mandates, {spaced(readings)} readings"
    yield Row(f"{told}: written", time.perf_counter() - started, "s", conditions=limits.here())
    yield from _night(told, bars[3])
    _give_a_past()
    code = Mandate.rows.filter(state="active").order_by("-pk").values_list("organisation__code", flat=True)[0]
    runs = 100  # of fewer, one stall of a shared machine makes the slowest twentieth
    pages = (
        ("/bureau/pilotage", "/bureau/pilotage", bars[0], _signed_in()),
        ("city page", f"/villes/{code}", bars[1], ""),
        ("network page", "/reseau", bars[2], ""),
    )
    with outside.serve() as port:
        for name, path, bar, cookie in pages:
            first = outside._load(port, path + "?w={n}", 10, clients=2, cookie=cookie)["seconds"]
            yield _row(f"{name}, {told}, cold, as a server begins", first, None, f"{name}, first")
            seconds = outside._load(port, path + "?n={n}", runs, clients=1, cookie=cookie)["seconds"]
            yield _row(f"{name}, {told}, cold", seconds, bar, name)


def _row(name: str, seconds: list[float], bar: float | None, key: str) -> Row:
    row = timed(
        name, seconds, bar=("<=", bar, "p95") if bar else None, baseline=_baseline(key), conditions=limits.here()
    )
    _before.setdefault(key, row.value)
    return row


def _baseline(key: str) -> tuple[str, float] | None:
    return ("the smaller network", _before[key]) if key in _before else None


def _night(told: str, bar_seconds: float) -> Iterator[Row]:
    """A whole night, from nothing, and what it took of memory; then one on which nothing had moved."""
    forget(date(2000, 1, 1))
    eve = clock.today() - timedelta(days=2)
    for name, day in (("nightly snapshot, first", eve), ("nightly snapshot, the next", eve + timedelta(days=1))):
        watched, started = Watched(), time.perf_counter()
        watched.start()
        take_night(day)
        spent = time.perf_counter() - started
        watched.over.set()
        watched.join()
        bar = ("<=", bar_seconds, "value")
        yield Row(f"{name}, {told}", spent, "s", bar=bar, baseline=_baseline(name), conditions=limits.here())
        most = ("<=", MOST_GROWTH, "value")
        yield Row(f"{name}, {told}: memory", watched.grown, "MB", bar=most, conditions=limits.here())
        _before.setdefault(name, spent)


class Watched(threading.Thread):
    """Watches what this process holds while something runs; `grown`: the most it took, in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        gc.collect()
        self.before = self.most = self.held()
        self.over = threading.Event()

    @staticmethod
    def held() -> float:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1_000_000

    def run(self) -> None:
        while not self.over.wait(0.1):
            self.most = max(self.most, self.held())

    @property
    def grown(self) -> float:
        return self.most - self.before


def _signed_in() -> str:
    """The cookie of somebody of the programme team."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Person.objects.get(email=BY_KEY["committee-officer"].email))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


# Written straight into the tables ------------------------------------------------------------------------------------
@transaction.atomic
def fill(each: int) -> int:
    """Give every running plan without anything in it sixty actions and sixty indicators read `each` times; all readings."""
    today = clock.today()
    first = date(today.year - 6, today.month, 1) + timedelta(days=40)
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET LOCAL statement_timeout = 0")  # millions of rows in one statement
    running = Mandate.rows.filter(state="active", plan__objectives=None)
    keys = list(running.order_by("pk").values_list("plan", flat=True))
    if not keys:
        return Reading.objects.count()
    Mandate.rows.filter(plan__in=keys).update(starts_on=first, ends_on=date(first.year + 6, first.month, first.day))
    _write_model(Plan.rows.get(pk=keys[0]), first, each)
    bases = {model: _next_key(model) for model in (Objective, Action, Indicator, Reading)}
    for kind in (
        Kind(Objective, OBJECTIVES, None),
        Kind(Action, ACTIONS, Objective),
        Kind(Indicator, INDICATORS, Objective),
        Kind(Reading, INDICATORS * each, Indicator),
    ):
        _copy(kind, bases, keys[0])
    for model in bases:
        _mend_counter(model)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_written")
    return Reading.objects.count()


def _write_model(plan: Plan, first: date, each: int) -> None:
    framework = Framework.objects.get(pk=plan.framework_id)
    domains = list(framework.domains.order_by("position"))
    definitions = {d.pk: list(IndicatorDefinition.objects.filter(domain=d).order_by("position")) for d in domains}
    objectives = Objective.objects.bulk_create(
        Objective(
            plan=plan, domain=domains[n % len(domains)], name=f"Objectif {n}", promise=f"Promesse {n}", position=n
        )
        for n in range(OBJECTIVES)
    )
    states = ["planned", "in_progress", "done"]
    Action.objects.bulk_create(
        Action(objective=objectives[n % OBJECTIVES], name=f"Action {n}", state=states[n % 3], moved_on=first)
        for n in range(ACTIONS)
    )
    kinds = [definitions[objectives[n % OBJECTIVES].domain_id] for n in range(INDICATORS)]
    indicators = Indicator.objects.bulk_create(
        Indicator(
            objective=objectives[n % OBJECTIVES],
            definition=of[(n // OBJECTIVES) % len(of)] if of else None,
            name=f"Indicateur {n}",
            unit="%",
            baseline=20,
            target=90 if n % 9 else None,
        )
        for n, of in enumerate(kinds)
    )
    Reading.objects.bulk_create((r for i in indicators for r in _readings(i, first, each)), batch_size=500)


def _readings(indicator: Indicator, first: date, each: int) -> Iterator[Reading]:
    """Each year, or each month; then, beside the months, six corrected ones and six of a group."""
    monthly = each > MONTHS
    by, now = robot(), timezone.now()
    for n in range(MONTHS if monthly else each):
        month = first.month - 1 + (n if monthly else 12 * n)
        until = date(first.year + month // 12, month % 12 + 1, 28)
        at = datetime.combine(until, datetime.min.time(), clock.PARIS) + timedelta(days=1)
        value = None if (n + indicator.position) % 7 == 6 else Decimal(20 + (n * 5) % 70)
        given = {
            "indicator": indicator,
            "period": f"{until:%Y-%m}",
            "until": until,
            "recorded_by": by,
            "recorded_at": at,
        }
        sure = {"verified_by": by, "verified_at": at} if n % 5 == 0 and value is not None else {}
        missing = "" if value is not None else "Pas de comptage."
        whole = {"numerator": value, "denominator": 100} if value is not None else {}
        yield Reading(value=value, missing_because=missing, **given, **whole, **sure)
        if monthly and n % 12 == 3:
            yield Reading(value=Decimal(1), **given, replaced_at=min(at + timedelta(days=3), now))
            yield Reading(value=Decimal(1), **given, breakdown="age:6-10")


@dataclass(frozen=True)
class Kind:
    """What is copied: how many rows a plan has, and what they hang from."""

    model: Any
    many: int
    parent: Any

    @property
    def link(self) -> str:
        """The column that names the parent."""
        return f"{self.parent.__name__.lower()}_id" if self.parent else "plan_id"

    @property
    def plan(self) -> str:
        """The way to the plan."""
        return {"Objective": "plan_id", "Reading": "indicator__objective__plan_id"}.get(
            self.model.__name__, "objective__plan_id"
        )


def _copy(kind: Kind, bases: dict[Any, int], first_plan: int) -> None:
    """Copy the rows of the first plan for each other plan, keys worked out by arithmetic."""
    table, siblings = kind.model._meta.db_table, {Objective: OBJECTIVES, Indicator: INDICATORS}
    ends = kind.model.objects.filter(**{kind.plan: first_plan}).aggregate(least=Min("pk"), parent=Min(kind.link))
    key = f"{bases[kind.model]} + p.r * {kind.many} + (t.id - {ends['least']})"
    worked_out = {"id": key, "code": f"CAST({key} AS VARCHAR(32))", "plan_id": "p.id"}
    if kind.parent:
        own = f"(t.{kind.link} - {ends['parent']})"
        worked_out[kind.link] = f"{bases[kind.parent]} + p.r * {siblings[kind.parent]} + {own}"
    columns = [field.column for field in kind.model._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    selected = ", ".join(worked_out.get(column, f't."{column}"') for column in columns)
    others = (
        "SELECT plan_id AS id, ROW_NUMBER() OVER (ORDER BY plan_id) - 1 AS r FROM mandates_mandate "
        "WHERE state = 'active' AND plan_id NOT IN (SELECT plan_id FROM bench_written)"
    )
    rows = f'SELECT * FROM "{table}" WHERE id BETWEEN {ends["least"]} AND {ends["least"] + kind.many - 1}'
    with connection.cursor() as cursor:
        if kind.parent is None:
            cursor.execute("DROP TABLE IF EXISTS bench_written")
            cursor.execute("CREATE TABLE bench_written AS SELECT DISTINCT plan_id FROM plans_objective")
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {selected} FROM ({others}) p CROSS JOIN ({rows}) t')


def _next_key(model: Any) -> int:
    return (model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 10_000_000


def _mend_counter(model: Any) -> None:
    """PostgreSQL counts keys apart from the rows."""
    if connection.vendor == "postgresql":
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")


@transaction.atomic
def _give_a_past() -> None:
    """What the nights of the months before would have left: the same rows, an earlier month each."""
    first = Night.rows.order_by("on").values_list("on", flat=True)[0]
    months = MONTHS if Standing.rows.count() < 10_000 else 6
    for model in (Standing, AreaStanding, AreaValue):
        scope = model.rows.filter(until=None) if model is Standing else model.rows.filter(until=None, level="network")
        names = [f.column for f in model._meta.concrete_fields if f.column not in ("id", "on", "until")]
        listed = ", ".join(f'"{name}"' for name in names)
        where, values = scope.query.where.as_sql(scope.query.get_compiler("default"), connection)
        for n in range(months):
            on = first - timedelta(days=30 * (n + 1))
            with connection.cursor() as cursor:
                cursor.execute(
                    f'INSERT INTO "{model._meta.db_table}" ("on", "until", {listed}) '
                    f'SELECT %s, %s, {listed} FROM "{model._meta.db_table}" WHERE {where} AND "on" = %s',
                    [on, on + timedelta(days=30), *values, first],
                )
