"""Menus say where one is: on each page, the entry it belongs to, and no other."""

import re

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from marelle.accounts.states import Role
from tests.factories.accounts import OrganisationFactory, PersonFactory

ENTRY = re.compile(r'<li><a href="[^"]*" aria-current="(?:page|true)">([^<]*)</a></li>')


def marked(face, here, **context):
    """The entries of the menu of a face that are marked, on the page of that address."""
    request = RequestFactory().get(here)
    request.user = context.pop("user", None)
    page = engines["django"].from_string(f'{{% extends "{face}/base.html" %}}').render(context, request)
    return ENTRY.findall(page.partition('<nav class="menu"')[2].partition("</nav>")[0])


@pytest.mark.parametrize(
    ("here", "entry"),
    [
        ("/villes", "Le réseau"),
        ("/villes/67482", "Le réseau"),
        ("/rejoindre/eligibilite", "Rejoindre"),
        ("/appels/abc", "Rejoindre"),
        ("/ressources/abc", "Ressources"),
        ("/pratiques", "Ressources"),
        ("/pratiques/abc", "Ressources"),
        ("/rendez-vous/courriel", "Rendez-vous"),
        ("/webinaires", "Rendez-vous"),
        ("/webinaires/abc/direct", "Rendez-vous"),
        ("/rencontre/2026", "Rendez-vous"),
        ("/rencontre/2026/abc", "Rendez-vous"),
        ("/mes-rencontres/abc", "Rendez-vous"),
        ("/", None),
        ("/rendez-vousailleurs", None),
        ("/sources", None),
    ],
)
def test_public_menu_marks_the_entry_of_the_page(here, entry):
    assert marked("public", here) == ([entry] if entry else [])


def test_public_menu_marks_the_entry_in_english_too():
    with translation.override("en"):
        assert marked("public", "/en/rencontre/2026") == ["Meetings"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("here", "entry"),
    [
        ("", "Aujourd’hui"),
        ("/messages", "Aujourd’hui"),
        ("/recherche", "Aujourd’hui"),
        ("/candidature/plan/ajouter", "Candidature"),
        ("/candidatures/abc", "Candidature"),
        ("/plan/actions/abc", "Plan"),
        ("/convention/signer", "Documents"),
        ("/bilans/abc", "Documents"),
        ("/rencontres/besoins/classements/abc", "Rendez-vous"),
        ("/rencontres/nationales/abc/delegation", "Rendez-vous"),
        ("/equipe/journal", "Équipe"),
    ],
)
def test_workspace_menu_marks_the_entry_of_the_page(here, entry):
    town = OrganisationFactory()
    person = PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR)])

    assert marked("city", f"/espace/{town.code}{here}", user=person, organisation=town) == [entry]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "here", "entry"),
    [
        (Role.PROGRAMME_OFFICER, "/bureau/", "Aujourd’hui"),
        (Role.PROGRAMME_OFFICER, "/bureau/messages", "Aujourd’hui"),
        (Role.PROGRAMME_OFFICER, "/bureau/candidatures/abc", "Appels"),
        (Role.PROGRAMME_OFFICER, "/bureau/candidatures/abc/decision", "Appels"),
        (Role.BOARD_MEMBER, "/bureau/candidatures/abc/decision", "Décisions"),
        (Role.BOARD_MEMBER, "/bureau/candidatures/abc", "Appels"),
        (Role.REVIEWER, "/bureau/lectures/abc/terminer", "À lire"),
        (Role.PROGRAMME_OFFICER, "/bureau/conventions/preparer/abc", "Pilotage"),
        (Role.PROGRAMME_OFFICER, "/bureau/bilans/abc", "Pilotage"),
        (Role.BOARD_MEMBER, "/bureau/modifications/abc", "Modifications"),
        (Role.PROGRAMME_OFFICER, "/bureau/rencontres/pratiques/abc", "Rendez-vous"),
        (Role.PROGRAMME_OFFICER, "/bureau/villes/abc/ecrire", "Pilotage"),
        (Role.PROGRAMME_ADMINISTRATOR, "/bureau/equipe/journal", "Maison"),
        (Role.PROGRAMME_ADMINISTRATOR, "/bureau/maison/invariants", "Maison"),
    ],
)
def test_office_menu_marks_the_entry_of_the_page(role, here, entry):
    person = PersonFactory(roles=[(OrganisationFactory(committee=True), role)])

    assert marked("office", here, user=person) == [entry]
