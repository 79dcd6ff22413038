import string

import pytest

from marelle.consultations import codes

KEY = b"k" * 32


def test_a_code_is_eight_letters_nobody_confuses():
    drawn = {codes.draw() for _n in range(500)}

    assert len(drawn) == 500
    assert {len(code) for code in drawn} == {8}
    assert set("".join(drawn)) == set(string.ascii_uppercase + string.digits) - set("0O1IL")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCDEFGH", "ABCDEFGH"),
        ("abcd-efgh", "ABCDEFGH"),
        (" ab cd – ef gh ", "ABCDEFGH"),
        ("ABCDEFG", None),
        ("ABCDEFGHJ", None),
        ("ABCDEFG0", None),
        ("ABCDEFGÉ", None),
        ("", None),
        ("A" * 10_000, None),
    ],
)
def test_tidy(typed, code):
    assert codes.tidy(typed) == code


def test_what_is_shown_is_read_back():
    code = codes.draw()

    assert codes.tidy(codes.shown(code)) == code
    assert codes.shown("ABCDEFGH") == "ABCD-EFGH"


def test_digest_depends_on_the_key():
    assert len(codes.digest("ABCDEFGH", KEY)) == 32
    assert codes.digest("ABCDEFGH", KEY) != codes.digest("ABCDEFGH", b"l" * 32)
    assert codes.digest("ABCDEFGH", KEY) != codes.digest("ABCDEFGJ", KEY)


class Times:
    """A clock held by the test, and the waits it saw."""

    def __init__(self):
        self.now, self.waits, self.alarms = 0.0, [], []
        self.failures = codes.Failures(self.alarms.append, clock=lambda: self.now, wait=self.waits.append)

    def fail(self, times):
        for _n in range(times):
            self.failures.add()


def test_sixty_failures_in_a_minute_cost_nothing_more_cost_two_seconds():
    times = Times()

    times.fail(60)
    assert times.waits == []
    times.fail(2)
    assert times.waits == [2.0, 2.0]
    times.now = 60.0
    assert times.failures.count == 0
    times.fail(60)
    assert times.waits == [2.0, 2.0]


def test_the_alarm_is_raised_once_a_minute():
    times = Times()

    times.fail(600)
    assert times.alarms == []
    times.fail(500)
    assert times.alarms == [601]
    times.now = 61.0
    times.fail(601)
    assert times.alarms == [601, 601]


def test_only_one_waits_at_a_time():
    """Guessing at full speed must not take every thread from children who answer."""
    inner, waits = [], []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 1:
            failures.add()  # another guess, while the first one waits
            inner.append(len(waits))

    failures = codes.Failures(clock=lambda: 0.0, wait=wait)
    for _n in range(61):
        failures.add()

    assert inner == [1]
    failures.add()
    assert waits == [2.0, 2.0]
