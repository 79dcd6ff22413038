"""Applications of a call side by side: what each holds, what its readers gave, as far as one may see it."""

import csv
import io

import pytest

from marelle.accounts.states import Role
from tests import signing_in
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import CriterionFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, HandInFactory, ReviewFactory, ScoreFactory
from tests.factories.sessions import AgendaItemFactory, BoardSessionFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
ADDRESS = "/bureau/appels/2026/comparer"


@pytest.fixture
def call():
    made = CallFactory(committee=OrganisationFactory(committee=True), code="2026")
    CriterionFactory(framework=made.framework, name={"fr": "Clarté", "en": "Clarity"})
    return made


@pytest.fixture
def officer(client, call):
    person = works_as(Role.PROGRAMME_OFFICER, call.committee)
    signing_in.sign_in(client, person)
    return person


def action(code, **fields):
    return {"code": code, "name": code, "indicators": [], **fields}


def dossier(call, name, *actions, **more):
    application = ApplicationFactory(call=call, organisation__name=name, under_review=True, **more)
    objective = {
        "code": "o1",
        "name": "Jouer dehors",
        "domain": "participation",
        "recommendations": [],
        "actions": list(actions),
        "indicators": [],
    }
    plan = {"vision": "", "objectives": [objective]}
    HandInFactory(application=application, content={"answers": {}, "plan": plan, "files": []})
    return application


def read(application, name, *points):
    review = ReviewFactory(application=application, reviewer=PersonFactory(name=name), finished=True)
    for criterion, given in zip(application.call.framework.criteria.order_by("position"), points, strict=True):
        ScoreFactory(review=review, criterion=criterion, points=given)
    return review


def asked(*applications):
    return f"{ADDRESS}?" + "&".join(f"candidature={each.code}" for each in applications)


def lines(client, *applications):
    said = client.get(f"{asked(*applications)}&format=csv").content.decode("utf-8-sig")
    return {line[0]: line[1:] for line in csv.reader(io.StringIO(said))}


def test_what_each_plan_holds_stands_side_by_side(client, call, officer):
    calm = dossier(
        call, "Rezé", action("a1", involvement="consulted", budget_eur="1500.50"), action("a2", budget_eur=500)
    )
    other = dossier(call, "Nantes", action("b1"))

    said = lines(client, calm, other)

    assert said["Actions"] == ["1", "2"]  # by name: Nantes, then Rezé
    assert said["Actions auxquelles des enfants prennent part"] == ["0", "1"]
    assert said["Budget des actions qui en ont un, en euros"] == ["", "2000.50"]
    assert said["Objectifs"] == ["1", "1"]


def test_points_are_those_of_each_reading_one_may_see(client, call, officer):
    calm, other = dossier(call, "Rezé"), dossier(call, "Nantes")
    read(calm, "Ada", 4)
    read(calm, "Ben", 2)
    assert lines(client, calm, other)["Clarté"] == ["", "4 et 2"]


def test_reader_still_blind_sees_no_points_of_the_others(client, call):
    reader = works_as(Role.REVIEWER, call.committee)
    signing_in.sign_in(client, reader)
    calm, other = dossier(call, "Rezé"), dossier(call, "Nantes")
    for each in (calm, other):
        read(each, "Ada", 4)
        ReviewFactory(application=each, reviewer=reader, state="started")

    said = lines(client, calm, other)

    assert said["Clarté"] == ["", ""]


def test_dossier_one_has_a_tie_with_is_neither_offered_nor_shown(client, call, officer):
    calm, other, tied = dossier(call, "Rezé"), dossier(call, "Nantes"), dossier(call, "Brest")
    ReviewFactory(application=tied, reviewer=officer, state="stepped_aside")

    page = client.get(asked(calm, other, tied)).text

    assert "Brest" not in page


def test_one_or_six_are_too_few_or_too_many(client, call, officer):
    six = [dossier(call, f"Ville {number}") for number in range(6)]

    for chosen in (six[:1], six):
        page = client.get(asked(*chosen)).text
        assert "Choisissez de deux à cinq candidatures." in page and "<table" not in page
        assert page.count(" checked>") == len(chosen)  # nothing one chose is lost


def test_it_is_found_from_the_call_and_from_an_agenda(client, call, officer):
    session = BoardSessionFactory(call=call)
    pair = [dossier(call, name) for name in ("Rezé", "Nantes")]
    for position, application in enumerate(pair, start=1):
        AgendaItemFactory(session=session, application=application, position=position)

    assert f'href="{ADDRESS}"' in client.get("/bureau/appels/2026").text
    assert asked(*pair).replace("&", "&amp;") in client.get(f"/bureau/seances/{session.code}").text


def test_one_more_application_asks_three_questions_more(client, call, officer, django_assert_max_num_queries):
    five = [dossier(call, f"Ville {number}") for number in range(5)]
    for each in five:
        read(each, "Ada", 3)
    client.get(asked(*five))
    with django_assert_max_num_queries(12 + 3 * 5):
        client.get(asked(*five))
