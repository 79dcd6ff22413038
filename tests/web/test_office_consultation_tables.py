"""The office chooses, before the freeze, what questions are crossed with."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

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


def test_margins_are_loaded_told_and_taken_away(answers):
    edition = Edition(answers)
    page, place = office(edition.one), at("tables", edition.consultation)
    file = SimpleUploadedFile("marges.csv", b"variable,category,total\nage,6_8,10\nage,9_11,12\n")

    told = page.post(place, {"act": "margins", "file": file, "source": "Insee, 2021"}, follow=True).content.decode()
    forgotten = page.post(place, {"act": "forget"}, follow=True).content.decode()

    assert "2 classes, Insee, 2021." in told
    assert "Aucune marge" in forgotten and Consultation.rows.get().margins == {}


def test_margins_at_fault_are_told_by_line_and_the_source_stays_typed(answers):
    edition = Edition(answers)
    file = SimpleUploadedFile("marges.csv", b"variable,category,total\nage,7_9,10\n")

    refused = office(edition.one).post(
        at("tables", edition.consultation), {"act": "margins", "file": file, "source": "Insee, 2021"}
    )

    shown = refused.content.decode()
    assert refused.status_code == 422 and "Ligne 2" in shown and 'value="Insee, 2021"' in shown
