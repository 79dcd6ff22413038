"""Reminders before the end: 30, 7 and 1 days, the last six hours; one mail a person, whatever the number of files."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marelle.accounts.states import Role
from marelle.base.models import Letter
from marelle.mandates.operations.chasing import remind_writers
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import CLOSES, OPENS, ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db
ONE = """Bonjour,

La candidature (Bourg) à «\u202fAppel 2026\u202f» est un brouillon\u202f: elle n’est pas déposée. Elle peut l’être jusqu’au 1er juin 2026, 12\xa0h (heure de Paris).

Ce qui manque est listé ici, avec le chemin vers chaque réponse\u202f:
http://127.0.0.1:8000/espace/67447/candidature/depot

Ce qui est envoyé avant la fin et nous parvient dans les 15 minutes qui la suivent est dans les temps.

L’équipe du programme
"""
TWO = """Bonjour,

La candidature (Bourg) à «\u202fAppel 2026\u202f» est un brouillon\u202f: elle n’est pas déposée. Elle peut l’être jusqu’au 1er juin 2026, 12\xa0h (heure de Paris).

Ce qui manque est listé ici, avec le chemin vers chaque réponse\u202f:
http://127.0.0.1:8000/espace/67447/candidature/depot

La candidature (Pays) à «\u202fAppel 2026\u202f» est un brouillon\u202f: elle n’est pas déposée. Elle peut l’être jusqu’au 1er juin 2026, 12\xa0h (heure de Paris).

Ce qui manque est listé ici, avec le chemin vers chaque réponse\u202f:
http://127.0.0.1:8000/espace/246700488/candidature/depot

Ce qui est envoyé avant la fin et nous parvient dans les 15 minutes qui la suivent est dans les temps.

L’équipe du programme
"""
RETURNED = """Bonjour,

La candidature (Bourg) à «\u202fAppel 2026\u202f» a été renvoyée pour être complétée\u202f: elle n’a pas été redéposée. Elle peut l’être jusqu’au 21 juillet 2026, 0\xa0h (heure de Paris).

Ce qui manque est listé ici, avec le chemin vers chaque réponse\u202f:
http://127.0.0.1:8000/espace/67447/candidature/depot

Ce qui est envoyé avant la fin et nous parvient dans les 15 minutes qui la suivent est dans les temps.

L’équipe du programme
"""
PROBATION = """Bonjour,

La candidature (Bourg) à «\u202fAppel 2026\u202f» est en période probatoire\u202f: ce que demandent ses conditions n’a pas été déposé. Cela peut l’être jusqu’au 21 juillet 2026, 0\xa0h (heure de Paris).

Ce qui manque est listé ici, avec le chemin vers chaque réponse\u202f:
http://127.0.0.1:8000/espace/67447/candidature/depot

Ce qui est envoyé avant la fin et nous parvient dans les 15 minutes qui la suivent est dans les temps.

L’équipe du programme
"""


def town(name="Bourg", code="67447", **situation):
    """An application of a town, begun the day its call opened."""
    given = {"created_at": OPENS, "organisation__name": name, "organisation__code": code}
    return ApplicationFactory(**{**given, **situation})


def subjects():
    return list(Letter.objects.order_by("pk").values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=31), None),
        (timedelta(days=30), "plus que 30 jours"),
        (timedelta(days=29, hours=1), "plus que 30 jours"),
        (timedelta(days=7), "plus que 7 jours"),
        (timedelta(days=5), "plus que 5 jours"),
        (timedelta(days=1), "plus que 1 jour"),
        (timedelta(hours=7), "plus que 1 jour"),
        (timedelta(hours=6), "plus que 6 heures"),
        (timedelta(minutes=40), "plus que 1 heure"),
        (timedelta(0), None),
    ],
)
def test_reminder_says_what_is_left(left, said):
    """A worker that slept says what is left, not what should have been."""
    application = town()
    PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])

    remind_writers(CLOSES - left)

    assert subjects() == ([f"Bourg\u202f: votre candidature n’est pas déposée, {said}"] if said else [])


def test_each_reminder_leaves_once():
    application = town()
    person = PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])
    ApplicationFactory(call=application.call, submitted=True)

    for hours in (720, 700, 168, 168, 100, 24, 6, 5, 1):
        remind_writers(CLOSES - timedelta(hours=hours))

    assert list(Letter.objects.values_list("address", flat=True)) == [person.email] * 4
    assert Letter.objects.order_by("pk")[0].text == ONE


def test_one_mail_a_person_not_one_a_file():
    """An officer of a commune and of its intercommunality reads one letter; the colleague of one, that one."""
    commune = town()
    both = town("Pays", "246700488", call=commune.call)
    officer = PersonFactory(roles=[(commune.organisation, Role.CITY_EDITOR), (both.organisation, Role.CITY_EDITOR)])
    PersonFactory(roles=[(both.organisation, Role.ELECTED_LEAD)])

    told = remind_writers(CLOSES - timedelta(days=7))

    letter = Letter.objects.get(address=officer.email)
    assert (told, Letter.objects.count(), letter.text) == (2, 2, TWO)
    assert letter.subject == "2 candidatures ne sont pas déposées, plus que 7 jours"


@pytest.mark.parametrize(
    ("situation", "text"),
    [({"returned": True}, RETURNED), ({"on_probation": True}, PROBATION)],
    ids=["sent back", "on probation"],
)
def test_who_must_hand_in_again_is_reminded(situation, text):
    """Past the end of the call too: what counts is the day they were given."""
    application = town(**situation, complete_before=date(2026, 7, 20), reopened_at=CLOSES)
    PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])

    remind_writers(datetime(2026, 7, 14, tzinfo=UTC))

    assert [letter.text for letter in Letter.objects.all()] == [text]


def test_what_was_just_begun_or_reopened_is_left_in_peace():
    """Nobody is reminded the day they begin; the next reminder finds them."""
    begun = town(created_at=CLOSES - timedelta(days=5))
    PersonFactory(roles=[(begun.organisation, Role.CITY_EDITOR)])

    found = []
    for days in (4, 1):
        remind_writers(CLOSES - timedelta(days=days))
        found.append(len(subjects()))

    assert found == [0, 1]


def test_more_time_moves_the_reminders():
    """Whose end is later is reminded of that one, and of it alone."""
    late = town(late_until=CLOSES + timedelta(days=10))
    PersonFactory(roles=[(late.organisation, Role.CITY_EDITOR)])

    found = []
    for days in (1, -3, -9):
        remind_writers(CLOSES - timedelta(days=days))
        found.append(len(subjects()))

    assert found == [1, 2, 3]
    assert "jusqu’au 11 juin 2026" in Letter.objects.latest("pk").text


def test_nobody_is_reminded_of_a_call_in_preparation():
    application = town(call=CallFactory(draft=True))
    PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])

    assert (remind_writers(CLOSES - timedelta(days=1)), subjects()) == (0, [])
