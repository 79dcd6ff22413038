"""A plan of 5,000 readings out to a workbook and back; a network of 297 members brought in from one."""

import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from benching import limits
from benching.rows import Row, spaced
from marelle.accounts import imports
from marelle.accounts.models import Import
from marelle.accounts.robot import robot
from marelle.base import clock
from marelle.base.workbooks.columns import Identity, Line
from marelle.base.workbooks.writing import write
from marelle.mandates import network_sheets
from marelle.mandates.operations import bringing_in
from marelle.plans import sheets
from marelle.plans.models import Indicator, Plan
from marelle.plans.states import PlanState
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

MEMBERS, LINES = 297, 5_000
OBJECTIVES, ACTIONS, YEARS = 10, 3, (2022, 2023)  # of a member: ten objectives, three actions and one indicator of each


def measure(*, quick: bool) -> Iterator[Row]:
    """Seconds: what a person waits for, or the worker's job."""
    share = 10 if quick else 1
    with override("fr"):
        yield from _plan(LINES // share)
        yield from _network(MEMBERS // share)


def _plan(count: int) -> Iterator[Row]:
    plan = Plan.rows.filter(state=PlanState.RUNNING, objectives__indicators__isnull=False).order_by("pk")[0]
    indicator = Indicator.objects.filter(objective__plan=plan).order_by("pk")[0]
    found = sheets.whole(plan)
    first = date(2010, 1, 1)
    extra = [
        Line("", {"indicator": found.marks[indicator.code], "period": (first + timedelta(days=n)).isoformat(), "value": Decimal(n % 90)})
        for n in range(count)
    ]  # fmt: skip
    lines = sheets.lines_of(found)
    started = time.perf_counter()
    identity = Identity(sheets.KIND, found.reference, "banc", clock.now())
    content = write(
        identity, [(s, lines[s.name] + (extra if s.name == "readings" else [])) for s in sheets.sheets_of(found)], []
    )
    yield _row(f"a workbook of {spaced(count)} readings, written", started, 10)
    started = time.perf_counter()
    given = Import.rows.get(pk=_given(content, plan))
    imports.read(given.pk, _quiet)
    yield _row("the same, read and compared (dry run)", started, 10)
    given.refresh_from_db()
    started = time.perf_counter()
    imports.confirm(given.pk, seen=given.digest, by=robot())
    imports.write(given.pk, _quiet)
    yield _row("the same, confirmed and kept", started, 10)


def _given(content: bytes, plan: Plan) -> int:
    upload = SimpleUploadedFile("plan.xlsx", content)
    reference = f"plans.plan:{plan.code}"
    return imports.give(upload, kind=sheets.KIND, reference=reference, organisation=plan.organisation, by=robot()).pk


def _network(members: int) -> Iterator[Row]:
    committee = bringing_in.committees()[0]
    framework, tracks = bringing_in.ground(committee)
    places = (
        Territory.objects.current().filter(kind=TerritoryKind.COMMUNE, organisation=None).order_by("-code")[:members]
    )
    lines = _lines([place.code for place in places], tracks[0].code, framework)
    filled = [(s, [Line("", values) for values in lines[s.name]]) for s in network_sheets.sheets_of(framework, tracks)]
    count = sum(len(rows) for rows in lines.values())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reseau.xlsx"
        path.write_bytes(write(Identity(network_sheets.KIND, "banc", "banc", clock.now()), filled, []))
        started = time.perf_counter()
        found = bringing_in.understood(path, committee, by=robot(), tell=_quiet)
        yield _row(f"a network of {members} members, {spaced(count)} lines: the fate of every line", started, 60)
        started = time.perf_counter()
        bringing_in.take(found, committee, by=robot(), tell=_quiet)
        yield _row("the same, brought in", started, 300)


def _lines(codes: list[str], track: str, framework: Any) -> dict[str, list[dict[str, Any]]]:
    domain = framework.domains.order_by("position", "pk")[0].code
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in bringing_in.network.SHEETS}
    begun = date(2021, 11, 20)
    for place in ({"organisation": code} for code in codes):
        code = place["organisation"]
        lines["organisations"].append(place)
        lines["mandates"].append(
            {**place, "track": track, "starts_on": begun, "ends_on": date(2026, 6, 30), "signed_on": begun}
        )
        lines["people"] += [
            {**place, "name": "Essai", "email": f"{role.lower()}@{code}.example", "role": role} for role in ("EL", "CA")
        ]
        for n in range(OBJECTIVES):
            lines["objectives"].append({**place, "mark": f"O{n}", "domain": domain, "name": f"Objectif {n}"})
            lines["indicators"].append(
                {**place, "mark": f"I{n}", "objective": f"O{n}", "name": f"Indicateur {n}", "target": Decimal(80)}
            )
            lines["actions"] += [
                {**place, "objective": f"O{n}", "name": f"Action {n}.{a}", "state": "in_progress"}
                for a in range(ACTIONS)
            ]
            lines["readings"] += [
                {**place, "indicator": f"I{n}", "period": str(year), "value": Decimal(30)} for year in YEARS
            ]
    return lines  # fmt: skip


def _quiet(done: int, total: int) -> None:
    """Says nothing."""


def _row(name: str, started: float, limit: float) -> Row:
    seconds = time.perf_counter() - started
    return Row(name, seconds, "s", bar=("<=", limit, "value"), conditions=limits.here())
