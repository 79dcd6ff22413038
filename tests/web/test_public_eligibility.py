"""May we join? Every way through the five questions."""

import pytest

from marelle.web.public.eligibility import QUESTIONS, Outcome, answer, answers_among

FULL = {"organisme": "commune", "services": "ours", "vote": "voted", "personnes": "both", "duree": "plan"}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, Outcome.FULL),
        ({"organisme": "intercommunality"}, Outcome.FULL),
        ({"organisme": "other"}, Outcome.NO),
        ({"vote": "soon"}, Outcome.FULL),
        ({"vote": "unsure"}, Outcome.LIGHT),
        ({"personnes": "one"}, Outcome.FULL),
        ({"personnes": "none"}, Outcome.NOT_YET),
        ({"duree": "light"}, Outcome.LIGHT),
        ({"duree": "unsure"}, Outcome.NOT_YET),
    ],
)
def test_answer_follows_the_five_questions(change, outcome):
    found = answer(FULL | change)

    assert found.outcome == outcome
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
    found = answer(FULL | {"organisme": organisme, "services": services})

    assert bool(found.with_other) == told


def test_answers_stop_at_the_first_that_is_missing_or_unknown():
    assert answers_among(FULL) == FULL
    assert answers_among(FULL | {"services": "x"}) == {"organisme": "commune"}
    assert answers_among({"duree": "plan"}) == {}
    assert [question.key for question in QUESTIONS] == list(FULL)


@pytest.mark.django_db
def test_the_check_is_one_question_a_page_and_keeps_nothing(client):
    first = client.get("/rejoindre/eligibilite").content.decode()
    second = client.get("/rejoindre/eligibilite?organisme=commune&question=organisme").content.decode()
    forgotten = client.get("/rejoindre/eligibilite?organisme=commune&question=services").content.decode()

    assert first.count("<fieldset") == second.count("<fieldset") == 1
    assert '<input type="hidden" name="organisme" value="commune">' in second
    assert "Choisissez une des réponses" not in second
    assert "Choisissez une des réponses" in forgotten


@pytest.mark.django_db
def test_the_check_ends_with_what_to_do(client):
    query = "&".join(f"{key}={value}" for key, value in (FULL | {"services": "shared"}).items())

    page = client.get(f"/rejoindre/eligibilite?{query}").content.decode()

    assert "Oui\u202f: vous pouvez demander le titre complet" in page
    assert "L’autre échelon doit candidater aussi" in page
    assert 'action="/rejoindre/ma-commune"' in page
