"""Builds the demonstration network, serves it and runs the worker: Ctrl-C ends both."""

import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from marelle.accounts import erasures, heads
from marelle.demo import building, consultation, stages
from marelle.demo.people import CHARACTERS

PATIENCE = 60  # seconds for the server's first answer


class Command(BaseCommand):
    help = "Builds the demonstration network, serves it and runs the worker: Ctrl-C ends both."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--stage", choices=list(stages.STAGES), default="review")
        parser.add_argument("--fresh", action="store_true", help="build it anew")
        parser.add_argument("--no-serve", action="store_true", help="build it, and end")

    def handle(self, *, port: int, stage: str, fresh: bool, no_serve: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration needs MARELLE_MODE=demo: run `marelle demo`.")
        started = float(os.environ.get("MARELLE_STARTED_AT") or time.time())
        self._build(stage, fresh)
        if not no_serve:
            self._serve(port, started)

    def _build(self, stage: str, fresh: bool) -> None:
        standing = stages.built_stage()
        if standing and not fresh:
            if standing != stage:
                self._say(f"The demonstration stands at stage “{standing}”: FRESH=1 builds “{stage}” instead.")
            call_command("migrate", verbosity=0)
            return
        self._clear()
        self._say("[1/4] database")
        call_command("migrate", verbosity=0)
        self._say("[2/4] official geography")
        building.load_ground()
        self._say(f"[3/4] network, stage “{stage}”")
        building.build(stage, out=self.stderr)
        stages.note_built(stage)

    def _clear(self) -> None:
        """Remove what an earlier demonstration left: its database and its files, nothing else."""
        connection.close()
        stages.note_path().unlink(missing_ok=True)
        if connection.vendor == "sqlite":
            for end in ("", "-wal", "-shm"):
                (settings.DATA / f"marelle.sqlite3{end}").unlink(missing_ok=True)
        else:
            call_command("flush", interactive=False, verbosity=0)
        for name in (heads.FILE, erasures.FILE):
            (settings.DATA / name).unlink(missing_ok=True)
        shutil.rmtree(settings.FILES_ROOT, ignore_errors=True)
        consultation.forget()

    def _serve(self, port: int, started: float) -> None:
        self._say("[4/4] server and worker")
        marelle = [sys.executable, "-m", "marelle.config.command"]
        environment = os.environ | {"MARELLE_MODE": "demo", "MARELLE_PORT": str(port)}
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        running = [
            subprocess.Popen([*marelle, "worker"], env=environment),  # noqa: S603  our own command
            subprocess.Popen([*marelle, "serve", "--port", str(port)], env=environment),  # noqa: S603
        ]
        try:
            self._wait(port, running)
            self._say_who(port, time.time() - started)
            while all(process.poll() is None for process in running):
                time.sleep(0.5)
        except KeyboardInterrupt:
            self._say("Stopping.")
        finally:
            for process in running:
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)
            for process in running:
                try:
                    process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _wait(self, port: int, running: list[subprocess.Popen]) -> None:
        """Until the home page answers. Raises CommandError when it does not."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in running):
                raise CommandError(
                    f"The server or the worker ended: is port {port} already taken? Try PORT={port + 1}."
                )
            try:
                with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                    if page.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.2)
        raise CommandError(f"No answer on port {port} after {PATIENCE} seconds.")

    def _say_who(self, port: int, seconds: float) -> None:
        width = max(len(c.key) for c in CHARACTERS)
        self.stdout.write(f"\nready in {seconds:.0f} s: http://127.0.0.1:{port} (also http://localhost:{port})\n")
        self.stdout.write(f"Try it as someone: http://127.0.0.1:{port}/demo")
        for character in CHARACTERS:
            self.stdout.write(f"  {character.key:<{width}}  {character.name}, {character.role.label}")
        self.stdout.write("Ctrl-C ends it; what you did is kept for next time (FRESH=1 begins again).")
        self.stdout.flush()

    def _say(self, sentence: str) -> None:
        self.stderr.write(sentence)
        self.stderr.flush()
