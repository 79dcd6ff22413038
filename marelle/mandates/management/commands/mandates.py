"""`mandates end --on 2032-03-01 --write`: close the mandates whose last day is past."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from marelle.accounts.robot import robot
from marelle.base import clock
from marelle.base.progress import track
from marelle.mandates.models import Mandate
from marelle.mandates.operations.mandates import end_mandate
from marelle.mandates.states import MandateState


class Command(BaseCommand):
    help = "Ends the mandates whose last day is past. Writes nothing without --write."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("act", choices=["end"])
        parser.add_argument("--on", type=date.fromisoformat, help="the day that counts as today (2032-03-01)")
        parser.add_argument("--write", action="store_true", help="do it, instead of saying what would be done")

    def handle(self, *, on: date | None, write: bool, **options: Any) -> None:
        on = on or clock.today()
        states = [MandateState.ACTIVE, MandateState.PROLONGED]
        due = list(
            Mandate.objects.everyone(reason="command")
            .filter(state__in=states, ends_on__lte=on)
            .order_by("ends_on", "pk")
            .values_list("pk", flat=True)
        )
        for pk in track(due, total=len(due), label="mandates", out=self.stderr):  # type: ignore[arg-type]
            if write:
                end_mandate(pk, by=robot(), on=on)
        self.stdout.write(f"{len(due)} mandates {'ended' if write else 'would end (nothing written)'}.")
