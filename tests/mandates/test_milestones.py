from datetime import UTC, date, datetime

import pytest

from marelle.base import clock
from marelle.mandates import figures
from marelle.mandates.models import Mandate
from marelle.mandates.queries.mandates import milestones
from marelle.mandates.queries.milestones import milestones_of
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ReportFactory

pytestmark = pytest.mark.django_db
SPRING = date(2029, 10, 1)


def told(mandate, today=SPRING):
    found = milestones_of(Mandate.rows.filter(pk=mandate.pk).select_related("track"), today)
    return [f"{m.on} {m.name} {m.state}" for m in found[mandate.pk]]


def test_milestone_of_each_state():
    mandate = MandateFactory()
    sheet = {"kind": "yearly", "covers_from": date(2026, 9, 1), "covers_until": date(2026, 12, 31)}
    ReportFactory(plan=mandate.plan, accepted=True, year=2026, due_on=date(2027, 1, 31), **sheet)
    ReportFactory(plan=mandate.plan, submitted=True, year=2027, due_on=date(2028, 2, 29), **sheet)  # put off
    ReportFactory(plan=mandate.plan, returned=True, year=2028, due_on=date(2029, 10, 15), **sheet)
    late = ReportFactory(plan=mandate.plan)

    assert told(mandate) == [
        "2027-01-31 Fiche annuelle 2026 accepted",
        "2028-02-29 Fiche annuelle 2027 submitted",
        "2029-09-01 Bilan à mi-mandat overdue",
        "2029-10-15 Fiche annuelle 2028 returned",
        "2030-01-31 Fiche annuelle 2029 ahead",
        "2031-01-31 Fiche annuelle 2030 ahead",
        "2032-01-31 Fiche annuelle 2031 ahead",
        "2032-03-01 Bilan final ahead",
    ]
    overdue = milestones_of([Mandate.rows.get(pk=mandate.pk)], SPRING)[mandate.pk][2]
    assert (overdue.days_late(SPRING), overdue.report) == (30, late)


def test_mandate_line_says_where_each_report_stands_and_is_discreet_in_public():
    mandate = MandateFactory()
    sheet = {"kind": "yearly", "covers_from": date(2026, 9, 1), "covers_until": date(2026, 12, 31)}
    ReportFactory(plan=mandate.plan, accepted=True, year=2026, due_on=date(2027, 1, 31), **sheet)
    ReportFactory(plan=mandate.plan, submitted=True, year=2027, due_on=date(2028, 1, 31), **sheet)
    ReportFactory(plan=mandate.plan, returned=True, year=2028, due_on=date(2029, 8, 31), **sheet)
    ReportFactory(plan=mandate.plan, due_on=date(2029, 3, 1))

    with clock.at(datetime(2029, 5, 1, 9, tzinfo=UTC)):
        inside, outside = milestones(mandate), milestones(mandate, is_public=True)

    assert [m["word"] for m in inside[:5]] == ["accepté", "remis", "en retard", "renvoyé à compléter", ""]
    assert [m["word"] for m in outside[:5]] == ["accepté", "remis", "en retard", "remis", ""]


def test_milestones_before_marelle_are_past_without_a_report():
    assert told(MandateFactory())[:4] == [
        "2027-01-31 Fiche annuelle 2026 passed",
        "2028-01-31 Fiche annuelle 2027 passed",
        "2029-01-31 Fiche annuelle 2028 passed",
        "2029-09-01 Bilan à mi-mandat passed",
    ]


def test_mandate_left_is_asked_for_nothing_after():
    assert told(MandateFactory(renounced=True, left_on=date(2028, 6, 1))) == [
        "2027-01-31 Fiche annuelle 2026 passed",
        "2028-01-31 Fiche annuelle 2027 passed",
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_milestones_of_any_number_of_mandates_ask_twice(number, django_assert_num_queries):
    for mandate in [MandateFactory() for _n in range(number)]:
        ReportFactory(plan=mandate.plan)

    with django_assert_num_queries(2):  # mandates with their track, reports
        found = milestones_of(Mandate.rows.select_related("track"), SPRING)

    assert [len(line) for line in found.values()] == [8] * number


def test_mandate_line_ticks_what_was_accepted_only():
    mandate = MandateFactory()
    ReportFactory(plan=mandate.plan, yearly=True, accepted=True)
    ReportFactory(plan=mandate.plan, submitted=True)

    with clock.at(datetime(2029, 10, 1, tzinfo=UTC)):
        line = milestones(Mandate.rows.select_related("track").get(pk=mandate.pk))

    assert [m["on"].isoformat() for m in line if m["done"]] == ["2028-01-31"]


@pytest.mark.parametrize(
    ("kind", "on", "year", "opens_on", "covered"),
    [
        ("yearly", date(2027, 1, 31), 2026, date(2026, 10, 31), (date(2026, 9, 1), date(2026, 12, 31))),
        ("yearly", date(2028, 1, 31), 2027, date(2027, 10, 31), (date(2027, 1, 1), date(2027, 12, 31))),
        ("mid_term", date(2029, 9, 1), 2029, date(2029, 3, 1), (date(2026, 9, 1), date(2029, 8, 31))),
        ("final", date(2032, 3, 1), 2032, date(2031, 9, 1), (date(2026, 9, 1), date(2032, 2, 29))),
    ],
)
def test_report_opens_before_it_is_due_and_covers_what_is_over(kind, on, year, opens_on, covered):
    due = figures.Milestone(kind, on)

    assert (due.year, due.opens_on, due.covers(date(2026, 9, 1))) == (year, opens_on, covered)


def test_no_sheet_is_due_in_the_year_a_mandate_begins():
    found = figures.milestones(date(2027, 1, 1), date(2029, 1, 1), ["yearly"])

    assert [due.on for due in found] == [date(2028, 1, 31)]
