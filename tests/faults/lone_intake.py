"""`tests.consultations.served` in a granian of its own, which a test kills and starts again; and children who send parts."""

import contextlib
import http.client
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

from tests.consultations import intake as house
from tests.faults.living_server import ROOT, free_port

STARTS_WITHIN = 40.0  # seconds


class LoneIntake:
    """The intake on a free port. Its processes are a group of their own: killed together."""

    def __init__(self, place: Path, address: str, *, workers: int = 2, **environment: str):
        self.port, self.said, self.workers = free_port(), place / "intake.log", workers
        self.environment = os.environ | {"MARELLE_ANSWERS_URL": address, "PYTHONPATH": str(ROOT)} | environment
        self.process: subprocess.Popen | None = None
        self.children: list[Child] = []

    def __enter__(self) -> "LoneIntake":
        self.start()
        self.wait()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()
        for child in self.children:
            child.close()

    def start(self) -> None:
        """Begin; `wait` says when it answers."""
        options = ["--interface", "wsgi", "--no-ws", "--no-access-log", "--host", "127.0.0.1", "--port", str(self.port)]
        options += ["--workers", str(self.workers), "--blocking-threads", "16", "--backpressure", "500"]
        command = [sys.executable, "-m", "granian", *options, "--respawn-failed-workers"]
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [*command, "tests.consultations.served:application"],
                cwd=ROOT, env=self.environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> float:
        """Until it answers; how long that took. Raises RuntimeError with what it said."""
        began = time.monotonic()
        while time.monotonic() - began < STARTS_WITHIN:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Child(self).get("/e") == 200:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise RuntimeError(f"the intake did not start: {self.said.read_text()[-3000:]}")

    def kill(self) -> None:
        """kill -9, the whole group."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def limit_files(self, size: int) -> None:
        """No file of its processes may grow beyond `size` bytes: as on a disk that is full. -1: no limit."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in map(int, [self.process.pid, *children]):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class Child:
    """One browser, over one connection kept open."""

    def __init__(self, server: LoneIntake):
        self.server, self.line = server, None
        self.received: list[str] = []  # threads of the parts told received
        self.slow: list[float] = []  # seconds each answer took
        self.statuses: list[int] = []
        server.children.append(self)

    def ask(self, method: str, path: str, body: bytes = b"") -> int:
        """The status. Raises OSError or HTTPException when the connection breaks."""
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            self.line.request(method, path, body or None, {"Content-Type": "application/json"})
            answer = self.line.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """Hang up; the next ask calls again."""
        line, self.line = self.line, None
        if line is not None:
            line.close()

    def get(self, path: str) -> int:
        return self.ask("GET", path)

    def send(self, said: dict, until: threading.Event | None = None) -> int:
        """Send one part, and again until an answer comes; the last status."""
        body = json.dumps(said).encode()
        while True:
            began = time.monotonic()
            with contextlib.suppress(OSError, http.client.HTTPException):
                status = self.ask("POST", "/e/collect", body)
                self.slow.append(time.monotonic() - began)
                self.statuses.append(status)
                if status == 201:
                    self.received.append(said["part"]["t"])
                if status != 503:
                    return status
            if until is not None and until.is_set():
                return 0
            time.sleep(0.02)

    def send_until(self, end: threading.Event, pause: float = 0.0) -> None:
        """New parts, one after the other."""
        while not end.is_set():
            self.send(new_part(), end)
            end.wait(pause)


def new_part() -> dict:
    """A part under a new id; its thread tells it apart once opened."""
    return house.body(part=house.part(t=uuid.uuid4().hex))


@contextlib.contextmanager
def children_sending(server: LoneIntake, count: int, pause: float = 0.0):
    """Children who send parts for as long as the block lasts."""
    children, end = [Child(server) for _n in range(count)], threading.Event()
    threads = [threading.Thread(target=child.send_until, args=(end, pause)) for child in children]
    for thread in threads:
        thread.start()
    try:
        yield children
    finally:
        end.set()
        for thread in threads:
            thread.join(30)


def threads_kept(store) -> list[str]:
    """What tells the parts in the spool apart, sorted."""
    return sorted(sheet.thread for sheet in house.opened(store))
