"""`snapshots take`, `snapshots rebuild --since 2026-09-01 --every month --write`, `snapshots verify --since 2026-09-01`."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marelle.base import clock
from marelle.base.progress import track
from marelle.mandates import checks
from marelle.mandates.models import Night
from marelle.mandates.operations import snapshots
from marelle.mandates.queries import nights


class Command(BaseCommand):
    help = "The nightly figures: take those due, make them again from the readings, or verify the last ones."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("act", choices=["take", "rebuild", "verify"])
        parser.add_argument(
            "--since", type=date.fromisoformat, help="rebuild, or verify, from this day on (2026-09-01)"
        )
        parser.add_argument("--every", choices=["day", "month"], default="day", help="keep each day, or ends of months")
        parser.add_argument("--write", action="store_true", help="do it, instead of saying what would be done")

    def handle(self, *, act: str, since: date | None, every: str, write: bool, **options: Any) -> None:
        if act == "verify":
            return self.verify(since, every)
        since = since or snapshots.first_day()
        yesterday = clock.today() - timedelta(days=1)
        if act == "take":
            days = snapshots.due(clock.now())
        else:
            days = snapshots.days_between(since, yesterday, every) if since and since <= yesterday else []
        if act == "rebuild" and write and since:
            snapshots.forget(since)
        for day in track(days, total=len(days), label="nights", out=self.stderr):  # type: ignore[arg-type]
            if write:
                snapshots.take_night(day, whole=day == days[-1])
        self.stdout.write(f"{len(days)} nights {'taken' if write else 'would be taken (nothing written)'}.")
        return None

    def verify(self, since: date | None, every: str) -> None:
        """Every mandate of the last night, or of the nights kept since a day; then the sums."""
        last = nights.last_night()
        wanted = snapshots.days_between(since, last.on, every) if since and last else []
        days = sorted({*Night.objects.filter(on__in=wanted).exclude(ended_at=None).values_list("on", flat=True)})
        faults = []
        for day in track(days or [None], total=max(len(days), 1), label="nights", out=self.stderr):
            faults += checks.nights_are_true(most=None, on=day)
        faults += checks.places_add_up()
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} figures are not what the readings say.", returncode=1)
        told = f"The figures of {len(days)} nights" if days else "The figures of the last night"
        self.stdout.write(f"{told} are those of the readings.")
