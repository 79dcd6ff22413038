"""The real server before the tests' own database, whose worker processes a test may kill."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0  # seconds, static files gathered included
WORKERS = 2


class LivingServer:
    """`marelle serve` on a free port, over the database and the files of this test."""

    def __init__(self, place: Path):
        self.port, self.said = free_port(), place / "server.log"
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "LivingServer":
        self.start()
        self.wait()
        return self

    def start(self) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "marelle.config.settings",  # the product's own, with its pool of connections
            "MARELLE_MODE": "test",
            "MARELLE_DATA": str(settings.DATA),
            "DATABASE_URL": address_of_database(),
            "MARELLE_ANSWERS_URL": settings.ANSWERS_URL,
            "MARELLE_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "marelle.config.command", "serve"]
        options = [f"--port={self.port}", f"--workers={WORKERS}", "--threads=2"]
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [*command, *options], cwd=ROOT, env=environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL
            )

    def __exit__(self, *error: object) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            for pid in self.workers():
                kill(pid)
            self.process.kill()
            self.process.wait(5)

    def wait(self) -> None:
        """Until it answers; started again if it gave up, as the service of `docs/running` does.

        Raises RuntimeError with what it said.
        """
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.process:
            if self.process.poll() is not None:
                self.start()
            try:
                if self.ask("GET", "/securite")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the server did not start: {self.said.read_text()[-3000:]}")

    def ask(self, method: str, path: str, *, body: dict | None = None, cookie: str = "") -> tuple[int, str]:
        """Status, and where it leads. Raises OSError when the connection breaks."""
        call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            call.request(method, path, urlencode(body or {}), {name: value for name, value in headers.items() if value})
            answer = call.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            call.close()

    def workers(self) -> list[int]:
        """The processes that answer: children of the server, and nobody else's."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        return [pid for pid in pids if is_worker(pid)]


def is_worker(pid: int) -> bool:
    """Whether a child answers requests: granian names it so; the other child keeps count of resources."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def kill(pid: int) -> bool:
    """kill -9; whether it was still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def address_of_database() -> str:
    """The tests' own database, for another process."""
    given = connection.settings_dict
    if connection.vendor == "postgresql":
        who = f"{quote(given['USER'])}:{quote(given['PASSWORD'], safe='')}".rstrip(":")
        port = f":{given['PORT']}" if given["PORT"] else ""
        return f"postgresql://{who}@{port}/{given['NAME']}?host={quote(given['HOST'])}"
    return f"sqlite:///{given['NAME']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
