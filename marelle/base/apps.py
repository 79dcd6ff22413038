"""What the house's own tables must always hold, in the register of invariants."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "marelle.base"

    def ready(self) -> None:
        from marelle.base import checks, registers  # slow import: models are ready only now

        registers.invariants["letters sent have a date"] = checks.letters_and_their_dates
        registers.invariants["jobs done have an end"] = checks.jobs_and_their_ends
        registers.invariants["origins keep their words"] = checks.frozen_words
