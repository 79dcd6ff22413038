"""The office chooses, before the freeze, what questions are crossed with."""

import pytest

from marelle.accounts.states import Role
from marelle.consultations.models import Consultation
from tests.consultations.frozen import Edition
from tests.web.test_office_consultation_running import at, office

pytestmark = pytest.mark.django_db


def test_officer_crosses_two_questions_and_finds_them_again(answers):
    edition = Edition(answers)
    page = office(edition.administrator(Role.PROGRAMME_OFFICER))

    shown = page.get(at("tables", edition.consultation)).content.decode()
    told = page.post(at("tables", edition.consultation), {"profiles": ["sport", "safe"]}, follow=True).content.decode()

    assert "Fais-tu du sport ?" in shown and "Es-tu triste ?" not in shown
    assert "ces tableaux seront établis au gel" in told and told.count("checked") == 2
    assert Consultation.rows.get().profiles == ["safe", "sport"]


def test_question_that_is_not_offered_is_refused_and_nothing_changes(answers):
    edition = Edition(answers)

    refused = office(edition.one).post(at("tables", edition.consultation), {"profiles": ["sad"]})

    assert refused.status_code == 422 and Consultation.rows.get().profiles == []


def test_after_the_freeze_the_choice_is_read_and_stays(answers):
    edition = Edition(answers, "frozen")
    Consultation.rows.update(profiles=["sport"])
    page = office(edition.one)

    shown = page.get(at("tables", edition.consultation)).content.decode()

    assert "Fais-tu du sport ?" in shown and '<form method="post"' not in shown.split("<main")[1]
    assert page.post(at("tables", edition.consultation), {"profiles": ["safe"]}).status_code == 409
    assert Consultation.rows.get().profiles == ["sport"]
