"""Periods of readings, written as SDMX writes them: 2027, 2027-S1, 2027-Q3, 2027-09, 2027-09-14.

Source: SDMX 2.1, section 4 of the technical notes (time period formats).
"""

import re
from calendar import monthrange
from datetime import date, timedelta

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1900, 2100  # a year outside them is a slip of the finger
MONTHS_OF = {"S": 6, "Q": 3}
SHAPE = re.compile(r"(?P<year>\d{4})(-(?P<part>[SQ])(?P<number>[1-4])|-(?P<month>\d{2})(-(?P<day>\d{2}))?)?", re.ASCII)

PARTS = {
    "S1": _("first half of %(year)s"),
    "S2": _("second half of %(year)s"),
    "Q1": _("first quarter of %(year)s"),
    "Q2": _("second quarter of %(year)s"),
    "Q3": _("third quarter of %(year)s"),
    "Q4": _("last quarter of %(year)s"),
}


def in_words(period: str) -> str:
    """As one says it: 2027, first half of 2027, September 2027, 14 September 2027."""
    year, _dash, rest = period.partition("-")
    if rest in PARTS:
        return str(PARTS[rest] % {"year": year})
    return formatted(days_of(period)[0], "j F Y" if "-" in rest else "F Y") if rest else year


def days_of(period: str) -> tuple[date, date]:
    """Its first and last day, both in it. Raises ValueError when `period` is none."""
    found = SHAPE.fullmatch(period)
    if not found or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        raise ValueError(f"{period} is no period")
    year = int(found["year"])
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        return day, day
    first, months = 1, 12
    if found["month"]:
        first, months = int(found["month"]), 1
    elif found["part"]:
        months = MONTHS_OF[found["part"]]
        first = 1 + months * (int(found["number"]) - 1)
    last = first + months - 1
    if not 1 <= last <= 12:
        raise ValueError(f"{period} is no period")
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def is_over(period: str, today: date) -> bool:
    """Whether its last day is behind us."""
    return days_of(period)[1] < today


def year_before(today: date) -> str:
    """The last whole year: what a yearly reading is about."""
    return str((date(today.year, 1, 1) - timedelta(days=1)).year)
