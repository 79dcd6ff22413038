"""What accounts bring to the shared registers."""

from datetime import datetime, timedelta

from django.apps import AppConfig
from django.utils import timezone


class AccountsConfig(AppConfig):
    """Invariants, digests and the sweeping of files and sessions."""

    name = "marelle.accounts"

    def ready(self) -> None:
        from marelle.accounts import erasures, files, heads, holding, imports, journal, merging, notifications, sessions
        from marelle.base import dues, registers, rounds

        dues.watches.append(holding.WATCH)
        registers.joined.update(merging.OWN)
        registers.invariants["journal"] = journal.broken_chains
        registers.invariants["files"] = files.faults

        def write_digests(at: datetime) -> None:
            """Once an hour is enough for a daily letter."""
            if at.minute == 0:
                notifications.write_digests(at)

        def tidy(at: datetime) -> None:
            """Files without a row, sessions that have ended: in the first minute of each hour."""
            if timezone.now().minute == 0:
                files.sweep()
                imports.forget_old(at)
                sessions.forget_old(timezone.now() - timedelta(0))

        rounds.register(write_digests)

        def write_down(at: datetime) -> None:
            """What stands outside the database: heads of the journal, people erased; every ten minutes."""
            if timezone.now().minute % 10 == 0:
                heads.write_down(timezone.now())
                erasures.write_down()

        rounds.register(tidy)
        rounds.register(write_down)
