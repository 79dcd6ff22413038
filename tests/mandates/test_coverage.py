"""Rights and recommendations the network works on, agreed by hand."""

import json

import pytest

from marelle.mandates.queries.coverage import coverage
from tests.factories.framework import (
    DomainFactory,
    FrameworkFactory,
    LibraryObjectiveFactory,
    RecommendationFactory,
    RightFactory,
)
from tests.factories.plans import ObjectiveFactory
from tests.web.public_town import area, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def framework():
    """One domain (articles 3, 12, 24), two objectives (O1: 12; O2: 24 and 31), two recommendations (R1 → O1, R2 → O2)."""
    found = FrameworkFactory()
    domain = DomainFactory(framework=found, rights=[3, 12, 24])
    for article in (1, 3, 12, 24, 31):
        RightFactory(framework=found, article=article, name={"fr": f"Droit {article}"})
    LibraryObjectiveFactory(domain=domain, code="O1", rights=[12])
    LibraryObjectiveFactory(domain=domain, code="O2", rights=[24, 31])
    RecommendationFactory(domain=domain, code="R1", objectives=["O1"])
    RecommendationFactory(domain=domain, code="R2", objectives=["O2"])
    return found


def town(framework, code, **given):
    return member(code, f"Ville {code}", agreement__application__call__framework=framework, **given)


def aims(mandate, library="", answers="", words="Être entendu"):
    """One more objective: from the library, or in one's own words, answering a recommendation or not."""
    domain = mandate.plan.framework.domains.get()
    taken = domain.objectives.get(code=library) if library else None
    objective = ObjectiveFactory(plan=mandate.plan, domain=domain, library=taken, promise=words, name=words)
    objective.recommendations.set(domain.recommendations.filter(code=answers))
    return objective


def counted(found):
    return {c.code: (c.direct, c.through, c.perhaps, c.state) for c in found.lines}


def test_each_town_counts_once_in_the_surest_column(framework):
    """A: O1 from the library, twice. B: own words answering R2. C: own words alone. D: nothing said."""
    a, b, c, _d = (town(framework, code) for code in ("67001", "67002", "67003", "67004"))
    aims(a, library="O1"), aims(a, library="O1"), aims(a, answers="R1")
    aims(b, answers="R2")
    aims(c), aims(c, words="Jouer")

    found = coverage(framework)

    assert counted(found) == {
        "1": (0, 0, 0, "unnamed"),
        "3": (0, 0, 3, "perhaps"),  # the domain names it, no objective of the library does
        "12": (1, 0, 2, "somebody"),
        "24": (0, 1, 2, "somebody"),
        "31": (0, 1, 0, "somebody"),
        "R1": (1, 0, 0, "somebody"),
        "R2": (1, 0, 0, "somebody"),
    }
    assert (found.towns, found.empty, found.elsewhere, found.loose) == (4, 1, 0, 2)


def test_those_nobody_works_on_come_first_in_a_region(framework):
    far = {"departement": area("departement", "974", "La Réunion"), "region": area("region", "04", "La Réunion")}
    aims(town(framework, "67001"), library="O1")
    aims(town(framework, "97401", **far), library="O2")
    town(FrameworkFactory(), "67005")

    everywhere, reunion = coverage(framework), coverage(framework, "04")

    assert [(c.code, c.state) for c in everywhere.lines][:2] == [("1", "unnamed"), ("3", "perhaps")]
    assert [c.code for c in reunion.lines if c.state == "nobody"] == ["R1"]
    assert (everywhere.towns, everywhere.elsewhere, reunion.towns, reunion.elsewhere) == (2, 1, 1, 0)


def test_an_empty_objective_or_a_town_that_left_covers_nothing(framework):
    aims(town(framework, "67001"), library="O1", words="")
    aims(town(framework, "67002", state="withdrawn"), library="O1")

    found = coverage(framework)

    assert {c.code: c.towns for c in found.lines if c.towns} == {}
    assert [c.code for c in found.lines if c.state == "nobody"] == ["3", "12", "24", "31", "R1", "R2"]


@pytest.mark.parametrize("count", [1, 3])
def test_coverage_asks_eight_questions_whatever_the_network(framework, count, django_assert_num_queries):
    for n in range(count):
        aims(town(framework, f"6700{n}"), library="O1")

    with django_assert_num_queries(8):
        coverage(framework)


@pytest.mark.parametrize(("towns", "of", "step"), [(0, 10, 0), (1, 10, 1), (2, 10, 1), (3, 10, 2), (10, 10, 5)])
def test_shade_is_a_fifth_of_the_towns(framework, towns, of, step):
    for n in range(of):
        mandate = town(framework, f"670{n:02}")
        if n < towns:
            aims(mandate, library="O1")
    found = coverage(framework)

    assert found.step(next(c for c in found.rights if c.code == "12")) == step


def test_page_lists_what_nobody_works_on_and_gives_it_away(client, framework):
    aims(town(framework, "67001"), library="O1")

    page = client.get("/reseau/droits").content.decode()
    rows = json.loads(client.get("/reseau/droits?format=json").content)
    assert "Sans aucune ville connue" in page
    assert 'fill="url(#hatch)"' in page
    assert [(r["kind"], r["code"], r["towns"], r["state"]) for r in rows][0] == ("article", "31", 0, "nobody")
    assert client.get("/reseau/droits?region=inconnue").status_code == 200


def test_page_turns_every_twenty_lines_and_files_hold_them_all(client, framework):
    for number in range(3, 20):
        RecommendationFactory(domain=framework.domains.get(), code=f"R{number}")

    pages = [client.get(f"/reseau/droits?page={number}").content.decode() for number in (1, 2)]
    rows = json.loads(client.get("/reseau/droits?format=json").content)

    assert ([p.partition("<tbody>")[2].count("<tr>") for p in pages], len(rows)) == ([20, 4], 24)
