"""Runs jobs and sends letters until told to stop."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from marelle.base import clock, idempotency, jobs, outbox, rounds
from marelle.base.text import random_id

PAUSE = 1.0  # seconds between two looks
ROUND_EVERY = 30.0  # seconds between two rounds of upkeep, at most one look more


class Command(BaseCommand):
    help = "Runs jobs and sends letters until told to stop."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits, then end")

    def handle(self, *, once: bool, **options: Any) -> None:
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=random_id(),
            excluded_queue_names=[],
        )
        if not once:
            worker.configure_signals()
        last_round = -ROUND_EVERY
        while worker.running:
            if time.monotonic() - last_round >= ROUND_EVERY:
                last_round = time.monotonic()
                rounds.make(clock.now())
                idempotency.forget_old_keys()
            jobs.reclaim()
            worker.run()
            sent = outbox.send_waiting()
            if once:
                self.stdout.write(f"{sent} letters sent.")
                return
            close_old_connections()
            time.sleep(PAUSE)
