"""Frozen answers counted: from sheets to the cube, tables from the cube; beside pandas, SQL by hand and a loop of numpy.

A million children and 150 questions; ten million with MARELLE_SCALE=10. Depends on neither database: measured once.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection

from benching import counting
from benching.counting import COMMUNES, QUESTIONS, SEED
from benching.rows import Row, spaced, timed
from marelle.consultations import cells, cubes

MILLION = 1_000_000
LESS = 10  # questions counted by those we stand beside: told by question, so that nobody waits an hour
OTHERS = {"SQL by hand, unordered": "sql", "pandas groupby": "pandas", "numpy, one processor: the limit": "numpy"}
FREEZE, MOST = 180, 12 * MILLION  # seconds for so many sheets: specs/disclosure.md, section 16
LARGE = 10 * MILLION  # sheets from which seconds grow with them; below, what is done once a question weighs
HERE = {"generator": "in process", "cache": "none"}


def measure(*, quick: bool) -> Iterator[Row]:
    """Freeze, sizes, tables, memory."""
    if connection.vendor != "sqlite":
        return
    sheets = round(MILLION * max(1.0, float(os.environ.get("MARELLE_SCALE", "1"))) * (0.1 if quick else 1))
    with tempfile.TemporaryDirectory(prefix="marelle-cubes-") as folder:
        place = Path(folder)
        wrote = done("write", place, sheets)
        built = done("build", place, QUESTIONS)
        yield from sized(place, sheets, wrote, built)
        yield from beside(place, sheets, built)
        yield from tables(place, sheets, runs=20 if quick else 100)
        yield from free(place, sheets)


def done(job: str, place: Path, number: int = 0) -> dict[str, float]:
    """What one job took, in a process of its own."""
    command = [sys.executable, counting.__file__, job, str(place), str(number)]
    told: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return told


def sized(place: Path, sheets: int, wrote: dict[str, float], built: dict[str, float]) -> Iterator[Row]:
    """Bytes on the disk, seconds and memory of a freeze."""
    what = f"{spaced(sheets)} sheets, {QUESTIONS} questions"
    each = (place / "responses.parquet").stat().st_size / sheets
    cube = (place / "cube" / "cube_commune.parquet").stat().st_size / 1e6
    yield Row(f"answers written, {what}", wrote["seconds"], "s", conditions=HERE)
    yield Row(f"answers, a child, {what}", each, "B", bar=("<=", 50, "value"), conditions=HERE)
    yield Row(f"cube, {what}", cube, "MB", bar=("<=", 200, "value"), conditions=HERE)
    bar = ("<=", FREEZE * sheets / MOST if sheets >= LARGE else FREEZE, "value")
    yield Row(f"freeze to cube, {what}", built["seconds"], "s", bar=bar, conditions=HERE)
    yield Row(f"freeze to cube, {what}: CPU", built["cpu"], "s", conditions=HERE)
    yield Row(f"freeze to cube, {what}: memory", built["peak_gb"], "GB", bar=("<=", 4, "value"), conditions=HERE)
    yield Row(f"answers written, {what}: memory", wrote["peak_gb"], "GB", bar=("<=", 4, "value"), conditions=HERE)


def beside(place: Path, sheets: int, built: dict[str, float]) -> Iterator[Row]:
    """One question counted, by us and by others: CPU."""
    name, ours = f"one question counted, {spaced(sheets)} sheets", built["cpu"] * 1000 / QUESTIONS
    for label, job in OTHERS.items():
        took = done(f"build_{job}", place, LESS)
        theirs = took["cpu"] * 1000 / LESS
        yield Row(f"{name}: CPU, beside {job}", ours, "ms", baseline=(label, theirs), conditions=HERE)
        yield Row(f"{name}: memory of {job}", took["peak_gb"], "GB", conditions=HERE)


def tables(place: Path, sheets: int, *, runs: int) -> Iterator[Row]:
    """Tables as they are drawn, from the cubes alone."""
    engine, cube = cubes.connect(), place / "cube" / "cube_commune.parquet"
    rolled = cells.roll_up(cube, counting.regions(), place)
    draw = np.random.default_rng(SEED)
    cities = [itself([counting.commune(number)]) for number in draw.integers(0, COMMUNES, runs)]
    asked = iter(draw.integers(0, QUESTIONS, runs).tolist())
    regions, what = itself([f"region:{number:02d}" for number in range(counting.REGIONS)]), f"{spaced(sheets)} sheets"

    found = timed_each(cities, lambda city: cells.cells_of(cube, city, "age4", places=[next(asked)]))
    yield timed(f"one table of a city, {what}", found, bar=("<=", 100, "p95"), conditions=HERE)
    found = timed_each(cities, lambda city: cells.cells_of(cube, city, "age4"))
    limit = ("SQL by hand", sum(timed_each(cities, lambda city: by_hand(engine, cube, city))) * 1000 / runs)
    bar = ("<=", 50, "p95")
    yield timed(f"report of a city, {QUESTIONS} × 4 ages, {what}", found, bar=bar, baseline=limit, conditions=HERE)
    found = timed_each([regions] * runs, lambda areas: cells.cells_of(rolled, areas, "age4"))
    name = f"{QUESTIONS} questions × {counting.REGIONS} régions × 4 ages, {what}"
    yield timed(name, found, bar=bar, conditions=HERE)


def free(place: Path, sheets: int) -> Iterator[Row]:
    """A free national table, from the answers themselves."""
    name, ours = f"national table of three axes, {spaced(sheets)} sheets", done("three_way", place)
    bar = ("<=", 1, "value")
    yield Row(f"{name}: CPU", ours["cpu"], "s", bar=bar, conditions=HERE)
    for label, job in OTHERS.items():
        theirs = done(f"three_way_{job}", place)["cpu"]
        yield Row(f"{name}: CPU, beside {job}", ours["cpu"], "s", baseline=(label, theirs), conditions=HERE)


def itself(zones: list[str]) -> pa.Table:
    """Zones, each an area of its own."""
    return pa.table({"zone": zones, "area": zones})


def by_hand(engine: Any, cube: Path, city: pa.Table) -> Any:
    """The report of a city in SQL, nothing placed in areas."""
    zone = city["zone"][0].as_py()
    sums = "sum(n), sum(w), sum(w2), sum(ck) % 4294967296"
    asked = f"SELECT q, age, v, {sums} FROM '{cube}' WHERE zone = '{zone}' GROUP BY ALL ORDER BY ALL"
    return engine.raw_sql(asked).fetchall()


def timed_each(things: list[Any], act: Callable[[Any], Any]) -> list[float]:
    """Seconds of each."""
    found = []
    for thing in things:
        began = time.perf_counter()
        act(thing)
        found.append(time.perf_counter() - began)
    return found
