"""When the results of an adoption are asked for. Plain days in, plain days out."""

from collections.abc import Collection
from datetime import date

from marelle.base.clock import months_after

RESULTS_AFTER = (6, 12)  # months after a practice was taken over


def results_due(adopted_on: date, given: Collection[int], today: date) -> list[int]:
    """Months (6, 12) whose result is asked for today and has not been given."""
    return [months for months in RESULTS_AFTER if months not in given and months_after(adopted_on, months) <= today]


def next_result(adopted_on: date, given: Collection[int], today: date) -> date | None:
    """The day the next result will be asked for; None when nothing more is to come."""
    days = [months_after(adopted_on, months) for months in RESULTS_AFTER if months not in given]
    return min((day for day in days if day > today), default=None)
