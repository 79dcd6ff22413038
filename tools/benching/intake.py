"""`collect` alone: parts checked, sealed and on the disk, from 64 connections; beside what the disk and a bare insert can do."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from benching import lone
from benching.rows import Row
from marelle.config.front import INTAKE_THREADS
from marelle.consultations import sealing, spool
from marelle.consultations.spool import Row as Box
from marelle.consultations.spool import Waiting
from tests.consultations import intake as house
from tests.faults.living_server import free_port

CONNECTIONS, SECONDS = 64, 20.0
WARM_UP = 2.0  # seconds
TICK = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parents[2]


def measure(*, quick: bool) -> Iterator[Row]:
    """Parts a second, the slowest hundredth, CPU; then the limits of this machine, in the same minute."""
    store = spool.store(settings.ANSWERS_URL)
    store.create()
    here = {"generator": f"{CONNECTIONS} connections, 1 process", "cache": "none"}
    with serving() as (port, pid):
        sent(port, WARM_UP)
        spent, known = cpu(pid), store.counts()["spool"]
        met = sent(port, SECONDS / 5 if quick else SECONDS)
        spent, kept = cpu(pid) - spent, store.counts()["spool"] - known
    parts, times = len(met["seconds"]), sorted(met["seconds"])
    appended, alone, together = limits(store, quick=quick)
    name = "collect, 40 answers, checked, sealed, durable"
    yield Row(name, parts / met["elapsed"], "/s", bar=(">=", 1000, "value"), baseline=alone, conditions=here)
    p99 = times[int(parts * 0.99)] * 1000
    yield Row(f"{name}: slowest hundredth", p99, "ms", runs=parts, bar=("<=", 100, "value"), conditions=here)
    each = spent / parts * 1000
    yield Row(f"{name}: CPU of the server", each, "ms", runs=parts, bar=("<=", 0.6, "value"), conditions=here)
    wrong = parts - met["statuses"].get("201", 0)
    yield Row(f"{name}: refused or cut", wrong, "", bar=("==", 0, "value"), conditions=here)
    yield Row(f"{name}: told received and not kept", parts - wrong - kept, "", bar=("==", 0, "value"), conditions=here)
    for label, rate in (appended, alone, together):
        yield Row(f"limit: {label}", rate, "/s", conditions={"generator": "in process", "cache": "none"})


@contextmanager
def serving(application: str = "benching.lone:application") -> Iterator[tuple[int, int]]:
    """The intake in the processes and threads `marelle serve` gives it. Its port, and the process that holds them."""
    port = free_port()
    options = ["--interface", "wsgi", "--no-ws", "--no-access-log", "--port", str(port), "--backpressure", "2000"]
    options += ["--workers", str(min(os.cpu_count() or 1, 4)), "--blocking-threads", str(4 + INTAKE_THREADS)]
    environment = os.environ | {"MARELLE_ANSWERS_URL": settings.ANSWERS_URL, "PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}"}
    command = [sys.executable, "-m", "granian", *options, "--log-level", "error", application]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        for _try in range(200):
            if subprocess.run(["curl", "-so/dev/null", f"http://127.0.0.1:{port}/e"]).returncode == 0:
                break
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def sent(port: int, seconds: float) -> dict:
    """What the generator met."""
    command = [sys.executable, ROOT / "tools" / "benching" / "posts.py", str(port), str(CONNECTIONS), str(seconds)]
    done = subprocess.run(command, input=lone.body(), capture_output=True, check=True)
    return json.loads(done.stdout)


def cpu(pid: int) -> float:
    """Seconds of CPU of a process and of its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(cpu_of(each) for each in (str(pid), *children))


def cpu_of(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def limits(store: spool.Store, *, quick: bool) -> list[tuple[str, float]]:
    """What no intake can be faster than, one box at a time; and what is possible together."""
    count = 50 if quick else 300
    box = sealing.seal(b"{}", house.PAIR.public)

    def waiting() -> Waiting:
        return Waiting(Box(secrets.token_bytes(16), box))

    place = os.open(Path(settings.DATA) / "appended", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    appended = rate(count, lambda: (os.write(place, box), os.fdatasync(place)))
    os.close(place)
    alone = rate(count, lambda: store.keep([waiting()]))
    together = rate(max(5, count // 10), lambda: store.keep([waiting() for _n in range(spool.MOST)])) * spool.MOST
    store.close()
    return [
        ("append and fdatasync, one box", appended),
        (f"insert, one row a transaction ({connection.vendor})", alone),
        (f"insert, {spool.MOST} rows a transaction ({connection.vendor})", together),
    ]


def rate(count: int, act) -> float:
    """How many a second."""
    began = time.perf_counter()
    for _n in range(count):
        act()
    return count / (time.perf_counter() - began)
