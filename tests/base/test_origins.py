"""Where a thing comes from, and what became of it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from marelle.base import clock, origins
from marelle.base.models import Origin
from marelle.base.origins import Shown
from tests.append_only import opened
from tests.base.threads import at_once

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEED, ACTION, PRACTICE = "trial.need:n1", "trial.action:a1", "trial.practice:p1"


@dataclass
class Reader:
    code: str = "r1"
    may_see: bool = True


@pytest.fixture(autouse=True)
def house(monkeypatch):
    """Three things that show themselves; the need only to some."""
    shown = {
        "n1": Shown("Une rue calme", "On a peur en traversant.", "/besoins/n1"),
        "a1": Shown("Rue aux écoles", "Fermée aux voitures.", "/actions/a1", state="begun"),
        "p1": Shown("La rue aux enfants", "Racontée en webinaire.", "/pratiques/p1"),
    }
    monkeypatch.setattr(origins, "_resolvers", {})
    monkeypatch.setattr(origins, "_stories", [])

    def found(codes, reader):
        return {code: shown[code] for code in codes if code in shown}

    origins.register("trial.need", lambda codes, reader: found(codes, reader) if reader.may_see else {})
    origins.register("trial.action", found)
    origins.register("trial.practice", found)
    return shown


def linked(parent=NEED, offspring=ACTION, kind="need", label="Une rue calme", excerpt="On a peur en traversant."):
    with clock.at(DAY):
        return origins.link(
            kind, parent=parent, offspring=offspring, label=label, excerpt=excerpt, address="/besoins/n1", by=Reader()
        )


def test_strip_shows_both_ends():
    linked()
    linked(parent=ACTION, offspring=PRACTICE, kind="action", label="Rue aux écoles", excerpt="Fermée aux voitures.")

    strip = origins.strip_for(ACTION, Reader())

    assert [(p.label, p.address, p.changed) for p in strip.parents] == [("Une rue calme", "/besoins/n1", False)]
    assert [(o.label, o.address, o.at) for o in strip.offspring] == [("La rue aux enfants", "/pratiques/p1", DAY)]


def test_frozen_words_survive_a_rename(house):
    linked()
    house["n1"] = Shown("Un boulevard", "Autre chose.", "/besoins/ailleurs")

    parent = origins.strip_for(ACTION, Reader()).parents[0]

    assert (parent.label, parent.excerpt) == ("Une rue calme", "On a peur en traversant.")
    assert (parent.address, parent.changed) == ("/besoins/ailleurs", True)


def test_offspring_shows_how_it_stands_today(house):
    linked()
    house["a1"] = Shown("Rue aux écoles, deuxième tronçon", "", "/actions/a1", state="done")

    offspring = origins.strip_for(NEED, Reader()).offspring[0]

    assert (offspring.label, offspring.state) == ("Rue aux écoles, deuxième tronçon", "done")


def test_source_the_reader_may_not_see_has_no_name():
    """trust O6."""
    linked()

    parent = origins.strip_for(ACTION, Reader(may_see=False)).parents[0]

    assert (parent.label, parent.excerpt, parent.address, parent.visible) == (
        "une source non publique",
        "",
        "",
        False,
    )


def test_source_of_a_kind_nobody_registered_has_no_name():
    linked(parent="gone.thing:1")

    assert origins.strip_for(ACTION, Reader()).parents[0].visible is False


def test_link_made_twice_is_one():
    """trust D2."""
    assert linked().pk == linked(label="Autre").pk
    assert Origin.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_links_at_once_are_one():
    """trust D2, F6."""
    answers = at_once(lambda n: linked(), 8)

    assert {getattr(a, "pk", a) for a in answers} == {Origin.objects.get().pk}


def test_withdrawn_link_is_marked_and_may_be_made_again():
    first = linked()

    origins.withdraw(first.code)

    assert origins.strip_for(ACTION, Reader()).parents == []
    assert linked().pk != first.pk
    assert Origin.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(label="autre"),
        lambda rows: rows.update(excerpt="autre"),
        lambda rows: rows.update(parent="x:1", withdrawn_at=DAY),
        lambda rows: rows.delete(),
        lambda rows: rows.first().delete(),
    ],
    ids=["label", "excerpt", "parent while withdrawing", "delete", "delete one"],
)
def test_database_refuses_to_rewrite_an_origin(change):
    """trust J1. Origins are append-only, whoever asks."""
    linked()
    before = Origin.objects.values().get()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(Origin.objects.all())

    assert Origin.objects.values().get() == before


def test_database_refuses_to_bring_a_withdrawn_link_back():
    origins.withdraw(linked().code)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Origin.objects.update(withdrawn_at=None)


def test_tests_may_open_what_is_append_only_and_close_it_again():
    linked()

    with opened():
        Origin.objects.update(label="autre")

    with pytest.raises(IntegrityError), transaction.atomic():
        Origin.objects.update(label="encore")
    assert connection.vendor in {"sqlite", "postgresql"}


def test_unknown_kind_is_a_fault_of_ours():
    with pytest.raises(ValueError):
        linked(kind="rumour")


def test_steps_to_come_are_told_without_address():
    told = (["Ce que des enfants ont dit"], ["Une pratique, retenue"])
    origins.register_steps_to_come(lambda ref, offspring: told if ref == ACTION else ([], []))

    assert origins.strip_for(ACTION, Reader()).roots_to_come == ["Ce que des enfants ont dit"]
    assert origins.strip_for(ACTION, Reader()).steps_to_come == ["Une pratique, retenue"]
    assert origins.strip_for(NEED, Reader()).steps_to_come == []


@pytest.mark.parametrize("count", [1, 3])
def test_strip_asks_one_question_of_the_database(django_assert_num_queries, count):
    for number in range(count):
        linked(parent=f"trial.need:n{number}")
        linked(parent=ACTION, offspring=f"trial.practice:p{number}")

    with django_assert_num_queries(1):
        origins.strip_for(ACTION, Reader())


def test_strip_asks_each_kind_of_thing_once():
    asked = []
    for number in range(3):
        linked(parent=f"trial.need:n{number}")
        linked(parent=ACTION, offspring=f"trial.practice:p{number}")
    for model in ("trial.need", "trial.practice"):
        origins.register(model, lambda codes, reader: asked.append(sorted(codes)) or {})

    origins.strip_for(ACTION, Reader())

    assert sorted(asked) == [["n0", "n1", "n2"], ["p0", "p1", "p2"]]
