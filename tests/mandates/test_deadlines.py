"""Fault experiment F11: what is typed, what decides and what is shown, on the nights clocks change, on 29 February, overseas.

The rules are written by hand, without any table of zones: the European Union changes at 1:00 UTC on the last Sundays of
March and October, overseas never changes.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from marelle.mandates.models import Application, Call
from marelle.mandates.queries import applications as queries
from marelle.web.office.forms import ExtendForm, MoreTimeForm

OVERSEAS = {"Indian/Reunion": 4, "Indian/Mayotte": 3, "America/Guadeloupe": -4}
ZONES = {**OVERSEAS, "Europe/Paris": None}
YEARS = range(2025, 2050)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def last_sunday(year, month):
    day = date(year, month, 31)
    return day - timedelta(days=day.isoweekday() % 7)


def in_utc(day, hour, zone):
    """The moment at which clocks of that zone show this; hours that do not exist, or come twice, are not asked."""
    local = datetime.combine(day, hour, UTC)
    if zone in OVERSEAS:
        return local - OVERSEAS[zone] * HOUR
    spring, autumn = (datetime.combine(last_sunday(day.year, m), time(1), UTC) for m in (3, 10))
    return local - (2 if spring <= local - HOUR and local - 2 * HOUR < autumn else 1) * HOUR


def nights(year):
    """Four days of a year: both changes, the end of February, the end of the year."""
    february = date(year, 3, 1) - timedelta(days=1)
    return [last_sunday(year, 3), last_sunday(year, 10), february, date(year, 12, 31)]


DEADLINES = [(zone, day) for zone in ZONES for year in YEARS for day in nights(year)]


def call_of(zone):
    opens = datetime(2024, 1, 1, tzinfo=UTC)
    return Call(zone=zone, state="published", opens_at=opens, closes_at=opens + HOUR)


def typed(zone, day, hour):
    """Until when the office's form says that the call lasts, and one application alone."""
    said = {"reasons": "La neige."}
    call = ExtendForm(call_of(zone), {"closes_on": day, "closes_hour": hour, **said})
    alone = MoreTimeForm(call_of(zone), call_of(zone).closes_at, {"on": day, "hour": hour, **said})
    assert (call.errors, alone.errors) == ({}, {})
    return call.cleaned_data["closes_at"], alone.cleaned_data["until"]


def test_four_hundred_deadlines_fall_when_the_rules_written_by_hand_say():
    """trust F11. Typed by the office, given with a day, decided to the second."""
    wrong = []
    for zone, day in DEADLINES:
        for hour in (time(0), time(1, 59), time(3), time(12), time(23, 59)):
            end = in_utc(day, hour, zone)
            if typed(zone, day, hour) != (end, end):
                wrong.append((zone, day, hour))
        midnight = in_utc(day + timedelta(days=1), time(), zone)
        returned = Application(call=call_of(zone), state="returned", complete_before=day)
        if [queries.is_open(returned, midnight + shift) for shift in (-SECOND, 0 * SECOND, SECOND)] != [
            True,
            False,
            False,
        ]:
            wrong.append((zone, day, "returned"))

    assert (len(DEADLINES), wrong) == (400, [])


@pytest.mark.parametrize(
    ("zone", "end", "shown"),
    [
        ("Europe/Paris", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), ("dimanche 29 mars 2026, 1 h 59", "heure de Paris")),
        ("Europe/Paris", datetime(2026, 3, 29, 1, tzinfo=UTC), ("dimanche 29 mars 2026, 3 h", "heure de Paris")),
        ("Europe/Paris", datetime(2026, 10, 25, 11, tzinfo=UTC), ("dimanche 25 octobre 2026, 12 h", "heure de Paris")),
        ("Indian/Reunion", datetime(2028, 2, 29, 8, tzinfo=UTC), ("mardi 29 février 2028, 12 h", "heure de La Réunion")),
        ("Indian/Mayotte", datetime(2026, 3, 29, 9, tzinfo=UTC), ("dimanche 29 mars 2026, 12 h", "heure de Mayotte")),
        ("America/Guadeloupe", datetime(2026, 10, 26, 3, 59, tzinfo=UTC), ("dimanche 25 octobre 2026, 23 h 59", "heure de Guadeloupe")),
    ],
)  # fmt: skip
def test_end_is_shown_by_the_clocks_of_its_place(zone, end, shown):
    with override("fr"):
        words = render_to_string("parts/deadline.html", {"at": end, "zone": zone})

    assert [part in words.replace("\u00a0", " ").replace("\u202f", " ") for part in shown] == [True, True], words


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)], ids=["never", "twice"])
def test_hour_that_does_not_exist_or_comes_twice_is_refused(day):
    said = {"reasons": "La neige."}
    with override("fr"):
        call = ExtendForm(call_of("Europe/Paris"), {"closes_on": day, "closes_hour": time(2, 30), **said})
        alone = MoreTimeForm(
            call_of("Europe/Paris"), call_of("Europe/Paris").closes_at, {"on": day, "hour": time(2, 30), **said}
        )

        wrong = "Cette nuit-là, les horloges changent : cette heure n’existe pas ou vient deux fois. Choisissez-en une autre."
        assert [list(form.errors.values()) for form in (call, alone)] == [[[wrong.replace(" :", "\u202f:")]]] * 2
        assert typed("Indian/Reunion", day, time(2, 30))[0] == in_utc(day, time(2, 30), "Indian/Reunion")
