"""What children meet: the walk without a script beside LimeSurvey's, a thousand at once, thirty tablets on a slow link."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from benching.intake import cpu, serving
from benching.live import conditions, officer
from benching.outside import serve
from benching.rows import Row, spaced, timed
from marelle.base import clock
from marelle.consultations import spool
from marelle.consultations.models import Consultation
from marelle.consultations.operations import sittings
from marelle.consultations.queries import access
from tests.consultations.intake import CODE

# LimeSurvey 6.13.2 (nginx, PHP 8.2, MariaDB, opcache, anonymous), 40 questions of one choice on four pages, two cores,
# measured for specs/consultation.md, section 18: completed a second, CPU seconds each, p95 of a request in milliseconds.
PEER, PEER_RATE, PEER_CPU, PEER_P95 = "LimeSurvey 6.13.2, four pages", 2.2, 0.88, 840.0
SECONDS, THOUSAND, THINK, TEN_MINUTES = 20.0, 1000, 15.0, 600.0
TABLETS, LINK, PATIENCE = 30, 2e6, 5.0  # bits a second; seconds until the last sees a question


def measure(*, quick: bool) -> Iterator[Row]:
    """The walk with 8 and 16 children, a thousand who think, a class that arrives."""
    store = spool.store(settings.ANSWERS_URL)
    store.create()
    for children in (8, 16):
        yield from walk(store, children, SECONDS / 4 if quick else SECONDS)
    yield from at_once(store, THOUSAND, 4 * THINK if quick else TEN_MINUTES)
    yield from tablets()


def walk(store: spool.Store, children: int, seconds: float) -> Iterator[Row]:
    """Four pages of ten questions, six requests from the square to the receipt."""
    with serving("benching.lone_children:application") as (port, pid):
        spent, kept = cpu(pid), store.counts()["spool"]
        met = walked(port, children=children, seconds=seconds)
        spent, kept = cpu(pid) - spent, store.counts()["spool"] - kept
    here = given(f"{children} children who do not think, 1 process, server and load on this machine")
    name = f"40 questions on four pages, no script, {children} children"
    rate = met["walks"] / met["elapsed"]
    yield Row(
        f"{name}: completed a second",
        rate,
        "/s",
        runs=met["walks"],
        bar=(">=", 100, "value"),
        baseline=(PEER, PEER_RATE),
        conditions=here,
    )
    each = spent / max(kept, 1) * 1000
    yield Row(
        f"{name}: CPU of the server each",
        each,
        "ms",
        runs=kept,
        bar=("<=", 14.6, "value"),
        baseline=(PEER, PEER_CPU * 1000),
        conditions=here,
    )
    yield timed(
        f"{name}: a request",
        met["seconds"],
        bar=("<=", 80, "p95"),
        baseline=(f"{PEER}, p95", PEER_P95),
        conditions=here,
    )
    yield Row(f"{name}: refused or cut", wrong(met), "", bar=("==", 0, "value"), conditions=here)


def at_once(store: spool.Store, children: int, seconds: float) -> Iterator[Row]:
    """Whole visits, from the code to thanks, fifteen seconds a page; what was told received is on the disk."""
    with serving("benching.lone_children:application") as (port, _pid):
        kept = store.counts()["spool"]
        met = walked(port, children=children, seconds=seconds, think=THINK, whole=True)
        kept = store.counts()["spool"] - kept
    here = given(f"{children} children for {seconds:.0f} s, {THINK:.0f} s a page, 1 process")
    name = f"{spaced(children)} children at once"
    yield timed(f"{name}: a request", met["seconds"], bar=("<=", 300, "p95"), conditions=here)
    yield Row(f"{name}: errors", wrong(met), "", bar=("==", 0, "value"), conditions=here)
    lost = met["statuses"].get("201", 0) - kept
    yield Row(f"{name}: told received and not kept", lost, "", bar=("==", 0, "value"), conditions=here)


def tablets() -> Iterator[Row]:
    """A class arrives together, before the real server, nothing kept from before."""
    code = open_code()
    with serve() as port:
        script = [sys.executable, str(Path(__file__).with_name("tablets.py")), str(port), code, str(TABLETS), str(LINK)]
        subprocess.run([*script[:4], "1", str(LINK)], capture_output=True, check=True)  # the server's own first time
        met = json.loads(subprocess.run(script, capture_output=True, text=True, check=True).stdout)
    here = conditions(f"{TABLETS} tablets behind 2 Mbit/s, 40 ms", "empty")
    name = f"{TABLETS} tablets on one link of 2 Mbit/s"
    yield Row(
        f"{name}: the last sees question 1",
        max(met["seconds"]),
        "s",
        runs=TABLETS,
        bar=("<=", PATIENCE, "value"),
        conditions=here,
    )
    yield Row(f"{name}: on the road before question 1, each", met["before"] / TABLETS / 1000, "KB", conditions=here)
    yield Row(f"{name}: the link alone needs", met["before"] * 8 / LINK, "s", conditions=here)
    yield Row(f"{name}: brought to each, letters included", met["bytes"] / TABLETS / 1000, "KB", conditions=here)


def open_code() -> str:
    """A group that answers now in the demonstration: from home, this week."""
    edition = Consultation.rows.get(state="open")
    sittings.open_home_week(edition.pk, clock.today(), by=officer())
    group = edition.sittings.filter(site=None, closes_at__gt=clock.now(), opens_at__lte=clock.now()).order_by("pk")[0]
    opened = access.unseal(group)
    return opened.code if opened else CODE


def walked(port: int, *, children: int, seconds: float, think: float = 0.0, whole: bool = False) -> dict:
    """What the children met."""
    plan = {
        "port": port,
        "path": f"/e/{CODE}",
        "children": children,
        "seconds": seconds,
        "think": think,
        "whole": whole,
    }
    script = [sys.executable, str(Path(__file__).with_name("walks.py"))]
    done = subprocess.run(script, input=json.dumps(plan), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def wrong(met: dict) -> int:
    """Answers that are neither a page nor a receipt."""
    return sum(count for status, count in met["statuses"].items() if status not in ("200", "201"))


def given(generator: str) -> dict[str, str]:
    """Under what it was measured."""
    return {"generator": generator, "cache": "a question drawn once", "database": connection.vendor}
