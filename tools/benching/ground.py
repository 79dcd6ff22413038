"""Builds the demonstration the rest measures, and times the load of the geography on the way."""

import io
import time
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection

from benching.rows import Row
from marelle.config.management.commands.serve import collect_static
from marelle.demo import building, journeys, stages
from marelle.framework.operations import load_framework, read_framework
from marelle.territories.operations import load_official_code

LOAD_BAR = {"sqlite": 10.0, "postgresql": 15.0}  # seconds, issue 2


def build() -> Iterator[Row]:
    """The demonstration at stage “review”."""
    call_command("migrate", verbosity=0)
    collect_static()
    started = time.perf_counter()
    load_official_code(out=io.StringIO())
    seconds = time.perf_counter() - started
    yield Row(
        "territories load, first",
        seconds,
        "s",
        bar=("<=", LOAD_BAR[connection.vendor], "value"),
        conditions={"generator": "in process", "cache": "none", "database": connection.vendor},
    )
    load_framework(read_framework(journeys.FRAMEWORK))
    started = time.perf_counter()
    building.build("review", out=io.StringIO())
    stages.note_built("review")
    stages.start_clock()
    yield Row(
        "demonstration network, 45 places",
        time.perf_counter() - started,
        "s",
        conditions={"database": connection.vendor},
    )
