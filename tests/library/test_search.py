"""The shelf: words in any form and language, filters, order, those that look alike; how many questions are asked."""

from datetime import timedelta

import pytest

from marelle.framework.models import Domain
from marelle.library.models import Practice
from marelle.library.operations import practices as operations
from marelle.library.queries import practices as queries
from marelle.library.queries.practices import Filters
from marelle.library.registered.practices import searched
from tests.factories.events import IN_TIME
from tests.factories.framework import DomainFactory
from tests.factories.library import PracticeFactory, PracticeTextFactory, ServiceFactory
from tests.library.shelf import published

pytestmark = pytest.mark.django_db


def found(**asked):
    return [practice.words.name for practice in queries.cards(list(queries.shelf(Filters.read(asked))))]


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ("école", ["Les écoles ouvertes"]),
        ("ECOLE", ["Les écoles ouvertes"]),
        ("l'ecole", ["Les écoles ouvertes"]),
        ("enfants non accompagnés", ["Un tuteur par enfant"]),
        ("accompagnement tutelle", []),
        ("tuteurs", ["Un tuteur par enfant"]),
        ("child", ["The playing street"]),
        ("children play", ["The playing street"]),
        ("streets", ["The playing street"]),
        ("rien de tout cela", []),
        ("de la", []),
        ("'; DROP TABLE library_word; --", []),
        ("%", ["The playing street", "Les écoles ouvertes", "Un tuteur par enfant"][:0]),
    ],
)
def test_words_are_found_in_any_form(typed, answers):
    published("Les écoles ouvertes", "La cour ouvre le samedi.")
    published("Un tuteur par enfant", "Pour les mineurs non accompagnés.")
    published("The playing street", "Children close it to cars.", language="en")

    assert found(q=typed) == answers


LONG_QUESTION = "école " * 18 + "ouverte " + "z" * 300  # 415 characters: the last word goes past what is read


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ("journaux", ["Le journal des élèves"]),
        ("JOURNAL", ["Le journal des élèves"]),
        ("l’élève", ["Le journal des élèves"]),
        ("l'eleve journal", ["Le journal des élèves"]),
        ("tuyau", ["Des tuyaux pour la cour"]),
        ("tuyaux", ["Des tuyaux pour la cour"]),
        ("d'un tuyau", ["Des tuyaux pour la cour"]),
        ("porte à porte", ["Le porte-à-porte"]),
        ("porte-à-porte", ["Le porte-à-porte"]),
        ("portes", ["Le porte-à-porte"]),
        ("œil", ["Un œil sur la rue"]),
        ("yeux", ["Un œil sur la rue"]),
        ("oeil", ["Un œil sur la rue"]),
        ("child", ["Children’s teeth"]),
        ("children's", ["Children’s teeth"]),
        ("CHILDREN’S TOOTH", ["Children’s teeth"]),
        ("families", ["A family studied"]),
        ("study", ["A family studied"]),
        ("studies of families", ["A family studied"]),
        ("journ", []),
        ("", ["A family studied", "Children’s teeth", "Des tuyaux pour la cour"]),
        ("   ", ["A family studied", "Children’s teeth", "Des tuyaux pour la cour"]),
        ("%", []),
        ("_", []),
        ("%journal%", ["Le journal des élèves"]),
        ("journal_", ["Le journal des élèves"]),
        ('"journal"', ["Le journal des élèves"]),
        ("'", []),
        ('"', []),
        ("\\", []),
        ("journal; --", ["Le journal des élèves"]),
        ("journal\x00", ["Le journal des élèves"]),
        ("<script>", []),
        ("مدرسة", []),
        ("a" * 400, []),
        (LONG_QUESTION, ["L’école ouverte"]),
    ],
)
def test_nasty_questions_are_answered_as_agreed(typed, answers):
    for name in (
        "Le journal des élèves",
        "Des tuyaux pour la cour",
        "Le porte-à-porte",
        "Un œil sur la rue",
        "L’école ouverte",
    ):
        published(name)
    for name in ("Children’s teeth", "A family studied"):
        published(name, language="en")

    shown = sorted(found(q=typed))

    assert shown[: len(answers) or None] == answers
    assert len(shown) == (7 if not typed.strip() else len(answers))


def test_a_name_weighs_more_than_a_text():
    told = published("Des vélos", "Une rue où l’on joue.")
    named = published("La rue", "Sans voiture.")

    keys = list(queries.shelf(Filters(q="rue")))

    assert keys == [named.pk, told.pk]


def test_the_town_is_found_by_its_name():
    practice = published("La rue")

    assert list(queries.shelf(Filters(q=practice.organisation.name))) == [practice.pk]


@pytest.mark.parametrize("state", ["draft", "proposed", "returned", "retired"])
def test_what_is_not_public_is_not_found(state):
    practice = PracticeFactory(state=state)
    PracticeTextFactory(practice=practice)

    assert (found(), found(q="rue"), queries.sheet(practice.code), queries.every_one()) == ([], [], None, [])


def test_filters_narrow_the_shelf():
    service, domain = ServiceFactory(code="logement"), DomainFactory(slug="droits")
    kept = published("Kept", state="retained", evidence_level="compared")
    kept.services.add(service)
    kept.domains.add(domain)
    PracticeTextFactory(practice=kept, language="en", name="Kept")
    published("Plain")

    asked = [
        {"service": "logement"},
        {"domain": "droits"},
        {"evidence": "compared"},
        {"language": "en"},
        {"retained": "1"},
        {"q": "kept", "service": "logement"},
    ]

    assert [found(**one) for one in asked] == [["Kept"]] * len(asked)
    assert (found(service="rien"), found(evidence="<b>"), found(q="plain", retained="1")) == ([], ["Kept", "Plain"], [])


def test_a_domain_is_the_same_through_the_versions_of_the_framework():
    for _version in range(2):
        practice = published("Rue")
        practice.domains.add(DomainFactory(slug="droits"))

    assert Domain.objects.filter(slug="droits").count() == 2
    assert len(found(domain="droits")) == 2
    assert len(queries.choices()["domains"]) == 1


def test_retained_stand_first_then_the_newest():
    published("Ancienne", published_at=IN_TIME - timedelta(days=9))
    published("Récente")
    published("Retenue", state="retained", published_at=IN_TIME - timedelta(days=20))

    assert found() == ["Retenue", "Récente", "Ancienne"]


def test_those_that_look_alike_share_words_domains_or_services():
    service = ServiceFactory()
    this = published("La rue aux enfants", "Fermer la rue aux voitures")
    near = published("Une rue pour jouer", "Sans voitures")
    closer = published("La rue calme", "Sans voitures")
    published("Le repas bio", "À la cantine")
    for practice in (this, closer):
        practice.services.add(service)

    assert [practice.pk for practice in queries.sheet_and_similar(this.code)[1]] == [closer.pk, near.pk]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("typed", "questions"), [("rue enfants", 5), ("", 5)])
def test_the_shelf_asks_a_fixed_number_of_questions(count, typed, questions, django_assert_num_queries):
    for _number in range(count):
        published("La rue aux enfants").services.add(ServiceFactory())

    with django_assert_num_queries(questions):
        queries.cards(list(queries.shelf(Filters(q=typed))[:20]))


def test_the_search_holds_what_is_public_and_it_alone():
    lost = PracticeFactory()
    kept = published("La rue")
    Practice.rows.filter(pk=kept.pk).update(state="retired")

    assert sorted(searched()) == sorted(
        [
            f"practice {kept.code}: found by the search, and not public",
            f"practice {lost.code}: public, and not found by the search",
        ]
    )


def test_indexing_twice_is_once():
    practice = published("La rue")

    operations.index(practice)

    assert list(queries.shelf(Filters(q="rue"))) == [practice.pk]
