"""Answers to browsers, on this machine only unless told otherwise."""

import hashlib
import logging
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from marelle.base import registers
from marelle.config.front import INTAKE_THREADS, PAGES_AT_ONCE
from marelle.config.management.commands.migrate import create_answers

PEACE = 60.0  # seconds: past this, an earlier fall is forgotten
CONNECTIONS = 2000  # open at once to each process; one that says nothing for ten seconds is closed
MOST_FALLS = 8  # about half a minute of trying: a fault of the house's own is then said, not tried for ever


class Command(BaseCommand):
    help = "Answers to browsers, on this machine only unless told otherwise."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--host", default="127.0.0.1", help="a proxy of yours stands in front of anything else")
        parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4), help="processes")
        parser.add_argument("--threads", type=int, default=4, help="pages drawn at once by each process")

    def handle(self, *, port: int, host: str, workers: int, threads: int, **options: Any) -> None:
        check_migrations()
        create_answers()
        for sentence in sorted(sentence for find_missing in registers.missing for sentence in find_missing()):
            self.stdout.write(sentence)
        collect_static()
        leave_databases()
        allow_files(CONNECTIONS + 500)
        self.stdout.write(f"Marelle answers on http://{host}:{port} (Ctrl-C ends it).")
        self.stdout.flush()
        keep_serving(lambda: make_server(port=port, host=host, workers=workers, threads=threads))


def keep_serving(make: Callable[[], Server], wait: Callable[[float], None] = time.sleep) -> None:
    """Serve, and again when granian gives up: it does when a process dies within 5.5 s of taking another's place.

    Waits longer each time; an order to stop is obeyed. Raises CommandError past MOST_FALLS without a minute's peace.
    """
    falls = 0
    while True:
        began, server = time.monotonic(), make()
        try:
            server.serve()
            return
        except SystemExit as end:
            if server.interrupt_signal or not end.code:
                return
        falls = 1 if time.monotonic() - began > PEACE else falls + 1
        if falls > MOST_FALLS:
            raise CommandError("The server does not stay up: what its processes said stands above.")
        wait(min(2.0 ** (falls - 2), 8.0))


def make_server(*, port: int, host: str, workers: int, threads: int) -> Server:
    """Granian before our WSGI application; a dead process is replaced.

    A browser holds its connections open between two pages: each counts in `backpressure`, few ask at once.
    `threads` draw pages; others wait for the disk with children's answers.
    """
    os.environ[PAGES_AT_ONCE] = str(threads)
    logging.getLogger("_granian").addFilter(is_news)
    return Server(
        "marelle.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads + INTAKE_THREADS,
        backpressure=CONNECTIONS,
        backlog=1024,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        log_access=False,
    )


def is_news(record: logging.LogRecord) -> bool:
    """Granian warns of many threads: most of ours wait for the disk, by choice."""
    return "Python threads" not in record.getMessage()


def allow_files(count: int) -> None:
    """Let this process and those it makes hold that many files and connections, as far as the machine permits."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if most == resource.RLIM_INFINITY else min(count, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def check_migrations() -> None:
    """Refuse to answer over a database of another version. Raises CommandError."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database is not at this version: run `marelle migrate` first.")


def leave_databases() -> None:
    """Close every connection and every pool: processes made afterwards would talk over one another through them."""
    connections.close_all()
    for each in connections.all(initialized_only=True):
        if hasattr(each, "close_pool"):
            each.close_pool()


def static_state() -> str:
    """A fingerprint of every static file's name, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            place = Path(storage.path(name)).stat()
            digest.update(f"{name} {place.st_size} {place.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Gather static files for serving, when any has changed since last time."""
    stamp, state = settings.DATA / "static.stamp", static_state()
    if stamp.exists() and stamp.read_text() == state and settings.STATIC_ROOT.is_dir():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(state)
