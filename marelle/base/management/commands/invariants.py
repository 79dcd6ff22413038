"""Verifies what must always hold, prints each, and fails when one is broken (trust D7)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marelle.base import registers

MOST_SHOWN = 20  # faults of one invariant


class Command(BaseCommand):
    help = "Verifies what must always hold; fails when something is broken."

    def handle(self, **options: Any) -> None:
        broken = 0
        for name, find_faults in sorted(registers.invariants.items()):
            faults = list(find_faults())
            broken += bool(faults)
            self.stdout.write(f"{'broken' if faults else 'ok':<7} {name}")
            for fault in faults[:MOST_SHOWN]:
                self.stdout.write(f"        {fault}")
            if len(faults) > MOST_SHOWN:
                self.stdout.write(f"        and {len(faults) - MOST_SHOWN} more")
        for sentence in sorted(sentence for find_missing in registers.missing for sentence in find_missing()):
            self.stdout.write(f"to do   {sentence}")
        total = len(registers.invariants)
        if broken:
            raise CommandError(f"{broken} of {total} invariants are broken.", returncode=1)
        self.stdout.write(f"{total} invariants hold.")
