"""What is measured from outside: a real server, a bare Django beside it, 16 clients."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from benching.rows import Row, spaced, timed

CLIENTS = 16
WARM_P95, WARM_RATE, COLD_P95, LARGE_COLD = 80.0, 300.0, 250.0, 300.0  # ms, requests/s, ms, ms: issue 2
PUBLIC = {"home": "/", "cities": "/villes", "city": "/villes/44143"}
ROOT = Path(__file__).resolve().parents[2]


def measure(place: Path, *, quick: bool) -> list[Row]:
    """Public pages, warm and cold, beside a bare Django that answers the same bytes."""
    requests = 400 if quick else 4000
    rows = []
    with serve() as port:
        bodies = {name: fetched(port, path) for name, path in PUBLIC.items()}
        rows += [_weight(port, name, path) for name, path in PUBLIC.items()]
        for name, path in PUBLIC.items():
            with bare(place, bodies[name]) as bare_port:
                alone = _load(bare_port, "/", requests)
            warm = _load(port, path, requests)
            here = _conditions("warm: page kept as rendered")
            baseline = ("bare Django, same bytes", alone["median"])
            rows.append(
                timed(f"{name}, warm", warm["seconds"], bar=("<=", WARM_P95, "p95"), baseline=baseline, conditions=here)
            )
            rows.append(
                Row(
                    f"{name}, warm, requests a second",
                    warm["rate"],
                    "/s",
                    runs=requests,
                    bar=(">=", WARM_RATE, "value"),
                    baseline=("bare Django, same bytes", alone["rate"]),
                    conditions=here,
                )
            )
            cold = _load(port, path + "?n={n}", requests // 10)
            rows.append(
                timed(
                    f"{name}, cold",
                    cold["seconds"],
                    bar=("<=", COLD_P95, "p95"),
                    baseline=baseline,
                    conditions=_conditions("cold: drawn anew each time"),
                )
            )
    return rows


def measure_large(place: Path, *, members: int, quick: bool) -> list[Row]:
    """`/villes` with a large network, drawn anew each time by one client."""
    from benching.large import grow  # slow import

    count = grow(members // (20 if quick else 1))
    with serve() as port:
        with bare(place, fetched(port, "/villes")) as bare_port:
            alone = _load(bare_port, "/", 30, clients=1)
        cold = _load(port, "/villes?n={n}", 30, clients=1)
    return [
        timed(
            f"/villes with {spaced(count)} members, cold",
            cold["seconds"],
            bar=("<=", LARGE_COLD, "p95"),
            baseline=("bare Django, same bytes", alone["median"]),
            conditions=_conditions("cold: drawn anew each time", clients=1),
        )
    ]


def _conditions(cache: str, clients: int = CLIENTS) -> dict[str, str]:
    return {"generator": f"{clients} clients on the same machine", "cache": cache, "database": connection.vendor}


def _load(port: int, path: str, requests: int, clients: int = CLIENTS, cookie: str = "") -> dict:
    """Run the clients in a process of their own, signed in with `cookie`; their times in seconds."""
    here = Path(__file__).with_name("clients.py")
    done = subprocess.run(
        [sys.executable, str(here), str(port), path, str(requests), str(clients), *([cookie] if cookie else [])],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _weight(port: int, name: str, path: str) -> Row:
    """Compressed bytes of a first visit: the page, its style, fonts and scripts."""
    here = Path(__file__).with_name("weight.py")
    done = subprocess.run(
        [sys.executable, str(here), f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stdout)
    limit = 250.0 if name == "cities" else 120.0  # KB: a page with a map may weigh more
    return Row(
        f"{name}, first load, {seen['requests']} requests",
        seen["bytes"] / 1000,
        "KB",
        bar=("<=", limit, "value"),
        conditions={"generator": "Chromium", "cache": "empty"},
    )


def fetched(port: int, path: str) -> bytes:
    from urllib.request import Request, urlopen  # slow import

    with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})) as answer:
        return answer.read()


def serve(environment: dict | None = None):
    """The site as everyone meets it."""
    return served(["-m", "marelle.config.command", "serve"], environment)


@contextmanager
def worker(environment: dict | None = None):
    """Its worker, which sends letters meanwhile."""
    process = started(["-m", "marelle.config.command", "worker"], environment)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:  # a server that waits for a silent client
            process.kill()
            process.wait()


@contextmanager
def bare(place: Path, body: bytes):
    """A Django with one view that answers `body`."""
    (place / "bare_body").write_bytes(body)
    environment = {"BARE_BODY": str(place / "bare_body"), "PYTHONPATH": str(Path(__file__).parent)}
    command = [
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--log-level",
        "error",
        "bare:application",
    ]
    with served(command, environment, port_option="--port") as port:
        yield port


@contextmanager
def served(command: list[str], environment: dict | None = None, port_option: str = "--port"):
    """A server on a free port, ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = started([*command, port_option, str(port)], {"MARELLE_PORT": str(port)} | (environment or {}))
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def started(command: list[str], environment: dict | None = None) -> subprocess.Popen:
    """A program of ours, silent."""
    connection.close()
    return subprocess.Popen(
        [sys.executable, *command],
        env=os.environ | (environment or {}),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait(port: int, process: subprocess.Popen) -> None:
    for _try in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            fetched(port, "/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("no answer in a minute")
