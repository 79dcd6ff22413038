"""The time a reader spends on a dossier: only if they asked, for them alone, never a pause."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marelle.accounts.states import Role
from marelle.base.errors import NotAllowed
from marelle.mandates.models import ReadingTime
from marelle.mandates.operations import timing
from tests.factories.mandates import ReadingTimeFactory, ReviewFactory, TimingFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 6, 12, 7, tzinfo=UTC)


def at_work(review, *seconds):
    """Signs of the reader, so many seconds after nine."""
    return [timing.note_sign(review.pk, by=review.reviewer, at=NINE + timedelta(seconds=s)) for s in seconds]


def reading(**situation):
    return ReviewFactory(reviewer=works_as(Role.REVIEWER, committee()), **situation or {"started": True})


@pytest.mark.parametrize(
    ("signs", "seconds"),
    [((0,), 0), ((0, 30, 60), 60), ((0, 90), 90), ((0, 91), 0), ((0, 30, 600, 630), 60), ((60, 30, 90), 30)],
    ids=["one sign", "at work", "the longest pause", "away", "away, then back", "a clock put back"],
)
def test_only_time_at_work_counts(signs, seconds):
    review = reading()
    TimingFactory(person=review.reviewer)

    at_work(review, *signs)

    assert [(row.on, row.seconds) for row in ReadingTime.rows.all()] == [(date(2026, 6, 12), seconds)]


def test_nobody_is_measured_who_did_not_ask():
    review = reading()

    assert at_work(review, 0, 30) == [None, None]
    assert ReadingTime.rows.count() == 0


@pytest.mark.parametrize("state", ["finished", "assigned"])
def test_only_a_dossier_being_read_is_measured(state):
    review = reading(**{"finished": True} if state == "finished" else {"state": state})
    TimingFactory(person=review.reviewer)

    assert at_work(review, 0, 30) == [None, None]


def test_no_longer_asked_for_nothing_more_is_counted_and_what_was_stays_until_erased():
    review = reading()
    timing.ask_for_timing(review.reviewer, is_asked=True)
    at_work(review, 0, 30)
    timing.ask_for_timing(review.reviewer, is_asked=False)
    at_work(review, 60)
    other = ReadingTimeFactory()

    kept = ReadingTime.rows.get(review=review).seconds
    timing.forget_times(review.reviewer)

    assert (kept, list(ReadingTime.rows.all())) == (30, [other])


def test_times_are_their_reader_s_alone():
    spent = ReadingTimeFactory(review=reading())
    officer = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())

    with pytest.raises(NotAllowed):
        timing.note_sign(spent.review_id, by=officer, at=NINE)

    assert list(ReadingTime.objects.visible_to(officer)) == []
    assert list(ReadingTime.objects.visible_to(spent.review.reviewer)) == [spent]
    assert ReadingTime.rows.get().seconds == 5400
