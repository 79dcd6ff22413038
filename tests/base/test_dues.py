"""What is due is gathered at once, on each database, and put in the order of "Aujourd'hui"."""

from datetime import UTC, date, datetime

import pytest

from marelle.base import dues, registers
from marelle.base.dues import Facts, Watch
from marelle.base.models import FeedKey
from marelle.base.registers import Act, Change, Moment, Today
from tests.factories.framework import TrackFactory


def day(number):
    return datetime(2026, 5, number, tzinfo=UTC)


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Nobody provides, nobody watches."""
    monkeypatch.setattr(registers, "today_providers", [])
    monkeypatch.setattr(dues, "watches", [])


def keys_of(*people):
    """A key of a calendar for each, one a day from the first of May."""
    for number, person in enumerate(people, start=1):
        FeedKey.objects.create(person_code=person, organisation_code="67447", made_at=day(number))


def watch(person):
    """The keys of one person, each an act."""
    rows = dues.facts(FeedKey.objects.filter(person_code=person), since="made_at")
    return Watch(
        lambda p, o: rows,
        lambda found, p, o: [Act(f"{person} for {p} in {o}", "/", row.at("since")) for row in found],
    )


def test_today_keeps_three_acts_urgent_and_nearest_first():
    acts = [Act("a", "/a"), Act("b", "/b", day(9)), Act("c", "/c", day(3)), Act("d", "/d", urgent=True)]
    registers.today_providers.append(lambda p, o: Today(acts[:2], [Moment("m2", "m", day(8), "/")], []))
    registers.today_providers.append(
        lambda p, o: Today(
            acts[2:], [Moment("m1", "m", day(6), "/")], [Change("x", day(1), "/"), Change("y", day(2), "/")]
        )
    )

    today = dues.today(None, "here")

    assert [a.sentence for a in today.acts] == ["d", "c", "b"]
    assert [m.code for m in today.moments] == ["m1", "m2"]
    assert [c.sentence for c in today.changes] == ["y", "x"]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_what_is_watched_is_asked_in_one_question(django_assert_num_queries, count):
    keys_of("Ada", "Zoé")
    dues.watches.extend([watch("Ada"), watch("Zoé")] * count)

    with django_assert_num_queries(1):
        today = dues.today("Léa", "Schiltigheim")

    nearest = ["Ada for Léa in Schiltigheim"] * count + ["Zoé for Léa in Schiltigheim"] * count
    assert [act.sentence for act in today.acts] == nearest[:3]
    assert today.acts[0].due_at == day(1)


@pytest.mark.django_db
def test_acts_say_whose_they_are_when_there_are_several():
    keys_of("Ada")
    dues.watches.append(watch("Ada"))
    registers.today_providers.append(
        lambda p, o: Today([Act("Read", "/", urgent=True)] if o == "Rennes" else [], [], [])
    )

    told = [act.sentence for act in dues.today("Léa", "Schiltigheim", "Rennes").acts]

    assert told == [
        "Rennes · Read",
        "Schiltigheim · Ada for Léa in Schiltigheim",
        "Rennes · Ada for Léa in Rennes",
    ]


@pytest.mark.django_db
def test_nothing_to_ask_asks_nothing(django_assert_num_queries):
    dues.watches.append(Watch(lambda p, o: None, lambda rows, p, o: [Act("never", "/")]))

    with django_assert_num_queries(0):
        assert dues.today("Léa", "Schiltigheim") == Today([], [], [])


@pytest.mark.django_db
def test_watch_with_no_row_tells_nothing():
    dues.watches.append(watch("Ada"))

    assert dues.today("Léa", "Schiltigheim").acts == []
    assert dues.read(watch("Ada"), "Léa", "Schiltigheim") == []


@pytest.mark.django_db
def test_facts_read_the_same_on_every_database():
    track = TrackFactory(name={"fr": "Titre « ville » d’été"}, years=6)
    rows = dues.facts(type(track).objects.filter(pk=track.pk), name="name", years="years", reports="reports")

    facts = Facts(rows.values_list("facts", flat=True)[0])

    assert (facts.words("name"), facts["years"]) == ({"fr": "Titre « ville » d’été"}, 6)
    assert facts.words("reports") == track.reports


def test_facts_read_moments_and_days():
    facts = Facts({"a": "2026-05-06 08:00:00", "b": "2026-05-06T10:00:00+02:00", "c": None, "d": "2026-05-06"})

    assert [facts.at(name) for name in "abc"] == [datetime(2026, 5, 6, 8, tzinfo=UTC)] * 2 + [None]
    assert (facts.on("d"), facts.on("c")) == (date(2026, 5, 6), None)
