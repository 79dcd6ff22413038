"""The main road of the product, page after page, with what must stand at its end written by hand."""

import io
from collections import Counter

import pytest
from django.core import mail
from django.core.management import call_command

from marelle.accounts.models import JournalContent
from marelle.base import clock
from marelle.base.models import Job, Letter
from tests.factories.framework import DemonstrationFramework
from tests.factories.territories import TerritoryFactory
from tests.journeys.browser import Browser
from tests.journeys.road import Road, bytes_of, json_of, later, moment, sha256, text_of_pdf

pytestmark = pytest.mark.django_db(transaction=True)

LEAD, EDITOR, ADMIN, OFFICER = "alcaldesa@mairie.example", "ines@mairie.example", "admin@comite.example", "officer@comite.example"  # fmt: skip
MAILS = [
    ("Votre code pour entrer", [EDITOR]),
    ("Une invitation à rejoindre une équipe", [LEAD]),
    ("Bourg-sur-Carte\u202f: votre candidature est déposée", [LEAD, EDITOR]),
    ("Une candidature à lire\u202f: Bourg-sur-Carte", ["reader-1@comite.example", "reader-2@comite.example"]),
    ("Bourg-sur-Carte\u202f: la décision du conseil d’administration", [LEAD, EDITOR]),
    ("Convention à signer\u202f: Bourg-sur-Carte", [ADMIN, LEAD]),
    ("Bourg-sur-Carte\u202f: la convention est signée", [ADMIN, OFFICER, LEAD, EDITOR]),
]
JOURNAL = """
call_drafted 1, call_published 1, organisation_created 1, joined 2, invited 1, invitation_accepted 1, plan_started 1,
intent_declared 1, application_started 1, file_added 4, objective_added 5, action_added 5, indicator_added 5, submitted 1,
admitted 1, assigned 2, review_begun 2, review_finished 2, opinion_given 1, act_proposed 1, decision_proposed 1, act_confirmed 1,
decided 1, voted 1, agreement_prepared 1, agreement_sent 1, signed 2, mandate_started 1, sealed 1
"""
MEMBER = {
    "code": "60001",
    "name": "Bourg-sur-Carte",
    "kind": "commune",
    "departement": "75",
    "region": None,
    "population": 5000,
    "lon": 2.3488,
    "lat": 48.8534,
    "track": "titre",
    "state": "active",
    "mandate_start": "2026-09-01",
    "mandate_end": "2032-09-01",
    "url": "http://127.0.0.1:8000/villes/60001",
}


def test_road_from_a_call_to_the_map():
    TerritoryFactory(code="60001", name="Bourg-sur-Carte", placed=True)

    road = Road(DemonstrationFramework(), track="titre", place="60001").walk()

    application, agreement = road.application, road.agreement
    assert (application.state, application.plan.state, agreement.state) == ("signed", "running", "signed")
    assert (application.submitted_at, agreement.signed_at) == (moment(5, 2), moment(9, 10))
    assert sha256(bytes_of(application.receipt)) == application.fingerprint
    assert sha256(bytes_of(agreement.document)) == agreement.fingerprint
    assert sha256(bytes_of(agreement.sealed)) == agreement.sealed_fingerprint
    assert text_of_pdf(bytes_of(application.receipt)).startswith(
        "Dossier de candidature, tel que déposé Candidature : Bourg-sur-Carte Organisme : Bourg-sur-Carte (60001)"
    )
    assert "six ans, du 1er septembre 2026 au 31 août 2032" in text_of_pdf(bytes_of(agreement.sealed))
    letters = [(letter.subject, letter.to[0]) for letter in mail.outbox if not is_digest(letter)]
    assert {to for letter in mail.outbox for to in letter.to} == {
        *(LEAD, EDITOR, ADMIN, OFFICER, "reader-1@comite.example", "reader-2@comite.example")
    }
    assert sorted(letters) == sorted((subject, to) for subject, people in MAILS for to in people)
    assert Counter(JournalContent.objects.values_list("verb", flat=True)) == counted(JOURNAL)
    assert not Letter.objects.exclude(state="sent").exists()
    assert not Job.objects.exclude(state="done").exists()
    call_command("invariants", stdout=io.StringIO())  # raises when one is broken

    with clock.at(later(1)):
        visitor = Browser()
        assert json_of(visitor, "/villes.json") == [MEMBER]
        assert "1 membre" in visitor.open("/villes").text
        page = visitor.open("/villes/60001")
        journal = road.browsers["editor"].open("/espace/60001/equipe/journal")
    assert (page.marks["domain-card"], page.marks["hop"]) == (5, 6)
    assert "Année 1 sur 6" in page.text
    assert dict(visitor.client.cookies) == {}
    assert "Carmen Alcaldesa" in journal.text


def is_digest(letter) -> bool:
    return letter.subject.endswith(("nouvelle à lire", "nouvelles à lire"))


def counted(text: str) -> dict[str, int]:
    """“submitted 1, signed 2” as counts."""
    pairs = (piece.split() for piece in text.replace("\n", " ").split(","))
    return {verb: int(count) for verb, count in pairs}
