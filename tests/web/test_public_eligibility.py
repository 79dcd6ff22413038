"""May we join? Every way through the demonstration's questions; another framework brings its own."""

from urllib.parse import urlencode

import pytest

from marelle.framework.operations import load_framework, read_framework
from marelle.web.public.eligibility import answer, answers_among, questions
from tests.factories.framework import DEMONSTRATION, DemonstrationFramework
from tests.journeys.test_second_programme import SECOND

CHECK = read_framework(DEMONSTRATION)["joining"]
YES, LIGHT = "Oui\u202f: vous pouvez demander le titre complet", "Oui, en commençant par le réseau léger"
NOT_YET, NO = "Pas encore, et voici ce qui manque", "Non, mais une place vous attend"
FULL = {"organisme": "commune", "services": "ours", "vote": "voted", "personnes": "both", "duree": "plan"}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, YES),
        ({"organisme": "intercommunality"}, YES),
        ({"organisme": "other"}, NO),
        ({"vote": "soon"}, YES),
        ({"vote": "unsure"}, LIGHT),
        ({"personnes": "one"}, YES),
        ({"personnes": "none"}, NOT_YET),
        ({"duree": "light"}, LIGHT),
        ({"duree": "unsure"}, NOT_YET),
    ],
)
def test_answer_follows_the_five_questions(change, outcome):
    found = answer(CHECK, FULL | change)

    assert (found.title, found.may_apply) == (outcome, outcome in (YES, LIGHT))
    assert len(found.reasons) == 1
    assert len(found.to_do) >= 1


@pytest.mark.parametrize(
    ("organisme", "services", "told"),
    [
        ("commune", "ours", False),
        ("commune", "shared", True),
        ("commune", "other", True),
        ("intercommunality", "ours", False),
        ("intercommunality", "other", True),
    ],
)
def test_answer_says_when_the_other_level_must_apply_too(organisme, services, told):
    found = answer(CHECK, FULL | {"organisme": organisme, "services": services})

    assert [title for title, _words in found.notes] == ["L’autre échelon doit candidater aussi"] * told


def test_answers_stop_at_the_first_that_is_missing_or_unknown():
    assert answers_among(CHECK, FULL) == FULL
    assert answers_among(CHECK, FULL | {"services": "x"}) == {"organisme": "commune"}
    assert answers_among(CHECK, {"duree": "plan"}) == {}
    assert [question.key for question in questions(CHECK)] == list(FULL)


@pytest.mark.django_db
def test_the_check_is_one_question_a_page_and_keeps_nothing(client):
    DemonstrationFramework()

    first = client.get("/rejoindre/eligibilite").content.decode()
    second = client.get("/rejoindre/eligibilite?organisme=commune&question=organisme").content.decode()
    forgotten = client.get("/rejoindre/eligibilite?organisme=commune&question=services").content.decode()

    assert first.count("<fieldset") == second.count("<fieldset") == 1
    assert '<input type="hidden" name="organisme" value="commune">' in second
    assert "Choisissez une des réponses" not in second
    assert "Choisissez une des réponses" in forgotten


@pytest.mark.django_db
def test_the_check_ends_with_what_to_do(client):
    DemonstrationFramework()
    query = urlencode(FULL | {"services": "shared"})

    page = client.get(f"/rejoindre/eligibilite?{query}").content.decode()

    assert "Oui\u202f: vous pouvez demander le titre complet" in page
    assert "L’autre échelon doit candidater aussi" in page
    assert 'action="/rejoindre/ma-commune"' in page


@pytest.mark.parametrize("answers", [{"organisme": "other"}, {"organisme": "other", "services": "ours"}])
def test_an_answer_told_at_once_waits_for_no_other_question(answers):
    found = answer(CHECK, answers)

    assert (found.title, answer(CHECK, {"organisme": "commune"})) == (NO, None)


@pytest.mark.django_db
def test_another_framework_asks_its_own_two_questions(client):
    load_framework(read_framework(SECOND / "framework.yaml"))

    first, second, at_once, end = (
        client.get(f"/rejoindre/eligibilite?{query}").content.decode()
        for query in ("", "pleno=si", "pleno=todavia", "pleno=si&presupuesto=parte")
    )

    assert "Question 1 sur 2" in first and "¿Lo ha aprobado su pleno?" in first
    assert "Question 2 sur 2" in second
    assert "Falta el acuerdo del pleno" in at_once and "/rejoindre/ma-commune" not in at_once
    assert "Adelante: pueden presentarse" in end and "Complete el presupuesto antes del cierre." in end
    assert 'action="/rejoindre/ma-commune"' in end
    assert "<dt>" not in client.get("/rejoindre").content.decode().split("Ce que cela coûte")[1].split("</section>")[0]


@pytest.mark.django_db
def test_the_check_without_a_framework_says_so(client):
    page = client.get("/rejoindre/eligibilite")

    assert (page.status_code, "Les questions n’ont pas encore été publiées." in page.content.decode()) == (200, True)
