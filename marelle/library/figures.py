"""When the results of an adoption are asked for. Plain days in, plain days out."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date

RESULTS_AFTER = (6, 12)  # months after a practice was taken over


def months_after(day: date, months: int) -> date:
    """The same day of the month, `months` later; the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def results_due(adopted_on: date, given: Collection[int], today: date) -> list[int]:
    """Months (6, 12) whose result is asked for today and has not been given."""
    return [months for months in RESULTS_AFTER if months not in given and months_after(adopted_on, months) <= today]


def next_result(adopted_on: date, given: Collection[int], today: date) -> date | None:
    """The day the next result will be asked for; None when nothing more is to come."""
    days = [months_after(adopted_on, months) for months in RESULTS_AFTER if months not in given]
    return min((day for day in days if day > today), default=None)
