from datetime import UTC, datetime

import pytest

from marelle.base import registers
from marelle.base.registers import Found, Moment


def day(number):
    return datetime(2026, 5, number, tzinfo=UTC)


@pytest.fixture
def alone(monkeypatch):
    """Registers with nobody in them."""
    for name in ("search_providers", "public_search_providers", "today_providers", "calendar_providers"):
        monkeypatch.setattr(registers, name, [])


def found(kind, count):
    return lambda text, person, limit: [Found(kind, f"{kind} {n}", "", f"/{kind}/{n}") for n in range(count)][:limit]


def test_search_gives_every_provider_its_share(alone):
    registers.search_providers += [found("ville", 50), found("plan", 2), found("appel", 50)]

    kinds = [answer.kind for answer in registers.search("x", None, limit=7)]

    assert kinds == ["ville", "plan", "appel", "ville", "plan", "appel", "ville"]


def test_search_puts_the_readers_own_before_what_anyone_may_find(alone):
    registers.public_search_providers += [found("commune", 50), found("promesse", 1)]
    registers.search_providers += [found("objectif", 2), found("action", 1)]

    kinds = [answer.kind for answer in registers.search("x", "someone", limit=6)]

    assert kinds == ["objectif", "action", "objectif", "commune", "promesse", "commune"]


def test_search_passes_the_reader_on(alone):
    asked = []
    registers.search_providers.append(lambda *arguments: asked.append(arguments) or [])

    assert registers.search("parc", "someone", limit=5) == []
    assert asked == [("parc", "someone", 5)]


def test_moments_of_every_provider_come_in_order(alone):
    registers.calendar_providers.append(lambda p, o: [Moment("b", "", day(5), ""), Moment("c", "", day(7), "")])
    registers.calendar_providers.append(lambda p, o: [Moment("a", "", day(5), "")])

    assert [m.code for m in registers.moments(None, None)] == ["a", "b", "c"]
