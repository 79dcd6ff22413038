"""How many practices each answer of each filter leaves, counted by hand; one question, whatever is there."""

import pytest

from marelle.library.models import Practice
from marelle.library.queries import practices as queries
from marelle.library.queries.facets import facets
from marelle.library.queries.practices import Filters
from tests.factories.accounts import OrganisationFactory
from tests.factories.framework import DomainFactory
from tests.factories.library import PracticeFactory, PracticeTextFactory, ServiceFactory
from tests.factories.territories import TerritoryFactory
from tests.library.shelf import published

pytestmark = pytest.mark.django_db


def town(population=None, **given):
    territory = TerritoryFactory(population=population, population_year=population and 2023)
    return OrganisationFactory(territory=territory, **given)


@pytest.fixture
def shelf():
    """Three practices on the shelf, one draft."""
    housing, school = ServiceFactory(code="logement"), ServiceFactory(code="education")
    rights = [DomainFactory(slug="droits"), DomainFactory(slug="droits")]
    street = published("La rue", organisation=town(4_999), evidence_level="counted")
    home = published("Le toit", "Une rue plus loin", organisation=town(5_000), state="retained")
    port = published("The harbour", "A street", language="en", organisation=town(country="IT"))
    PracticeTextFactory(practice=port, language="fr", name="")  # begun in French, not told yet
    street.services.add(housing, school)
    home.services.add(housing)
    street.domains.add(*rights)  # the same domain in two versions of the framework is one answer
    PracticeFactory(state="draft").services.add(housing)


ALL = {
    "domain": {"droits": 1},
    "service": {"logement": 2, "education": 1},
    "evidence": {"counted": 1, "told": 2},
    "language": {"fr": 2, "en": 1},
    "population": {"0-5000": 1, "5000-20000": 1},
    "country": {"FR": 2, "IT": 1},
    "retained": {"1": 1},
}


@pytest.mark.parametrize(
    ("asked", "differs"),
    [
        ({}, {}),
        (
            {"country": "IT"},
            {
                "domain": {},
                "service": {},
                "evidence": {"told": 1},
                "language": {"en": 1},
                "population": {},
                "retained": {},
            },
        ),
        (
            {"service": "education"},
            {
                "evidence": {"counted": 1},
                "language": {"fr": 1},
                "population": {"0-5000": 1},
                "country": {"FR": 1},
                "retained": {},
            },
        ),
        (
            {"q": "toit"},
            {
                "domain": {},
                "service": {"logement": 1},
                "evidence": {"told": 1},
                "language": {"fr": 1},
                "population": {"5000-20000": 1},
                "country": {"FR": 1},
                "retained": {"1": 1},
            },
        ),
        ({"q": "de la"}, dict.fromkeys(ALL, {})),
    ],
    ids=["nothing asked", "a country", "a service", "a word", "nothing but empty words"],
)
def test_each_answer_is_counted_under_the_other_filters(shelf, asked, differs):
    assert facets(Filters.read(asked)) == ALL | differs


@pytest.mark.parametrize(
    "asked",
    [
        {"population": "0-5000"},
        {"country": "IT"},
        {"retained": "1"},
        {"evidence": "told"},
        {"q": "rue", "language": "fr"},
    ],
)
def test_what_is_counted_is_what_is_found(shelf, asked):
    filters = Filters.read(asked)

    counts = {
        (name, answer): (found, len(queries.shelf(Filters.read(asked | {name: answer}))))
        for name, answers in facets(filters).items()
        for answer, found in answers.items()
    }

    assert {key: pair for key, pair in counts.items() if pair[0] != pair[1]} == {}
    assert len(counts) >= 4


@pytest.mark.parametrize(
    "asked", [{"population": "many"}, {"country": "it"}, {"country": "<b>"}, {"country": "ITA"}, {"population": "0"}]
)
def test_what_is_not_an_answer_is_left_aside(asked):
    assert Filters.read(asked) == Filters()


@pytest.mark.parametrize("count", [1, 3])
def test_all_filters_are_one_question(count, django_assert_num_queries):
    for _number in range(count):
        published("La rue").services.add(ServiceFactory())

    with django_assert_num_queries(1):
        facets(Filters(q="rue"))

    assert Practice.rows.count() == count
