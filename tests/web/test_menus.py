"""Menus say where one is: on each page, the entry it belongs to, and no other."""

import re

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Application
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import ApplicationFactory
from tests.factories.plans import PlanFactory

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
        ("/plan/actions/abc", "Candidature"),
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
    ("plan", "application", "entries"),
    [
        (None, None, ["Candidature"]),
        ("draft", "draft", ["Candidature"]),
        ("running", None, ["Plan"]),
        ("running", "signed", ["Plan"]),
        ("closed", "declined", ["Plan"]),
        ("running", "draft", ["Candidature"]),
        ("running", "accepted", ["Candidature"]),
    ],
)
def test_workspace_menu_has_six_entries_whatever_stands_beside_a_plan(plan, application, entries):
    """One entry leads to the plan, or to the application while there is one; each page shows the other beside it."""
    town = OrganisationFactory()
    if plan:
        PlanFactory(organisation=town, state=plan)
    if application:
        own = PlanFactory(organisation=town, state="draft")
        ApplicationFactory(organisation=town, state="draft", plan=own)
        Application.rows.filter(organisation=town).update(state=application, submitted_at=clock.now())
    request = RequestFactory().get(f"/espace/{town.code}")
    request.user = PersonFactory(roles=[(town, Role.CITY_EDITOR)])

    page = engines["django"].from_string('{% extends "city/base.html" %}').render({"organisation": town}, request)

    menu = page.partition('<nav class="menu"')[2].partition("</nav>")[0]
    names = re.findall(r'<li><a href="[^"]*"[^>]*>([^<]*)</a></li>', menu)
    assert names == ["Aujourd’hui", *entries, "Enfants", "Rendez-vous", "Documents", "Équipe"]


@pytest.mark.django_db
def test_plan_and_application_stand_side_by_side(client):
    town = OrganisationFactory()
    PlanFactory(organisation=town, state="running")
    client.force_login(PersonFactory(roles=[(town, Role.CITY_EDITOR)]))

    pages = [client.get(f"/espace/{town.code}/{place}").content.decode() for place in ("plan", "candidature")]

    rows = [re.findall(r'<nav class="tabs.*?</nav>', page, re.DOTALL) for page in pages]
    links = [re.findall(r'href="([^"]*)"( aria-current)?', row) for [row] in rows]
    plan, application = f"/espace/{town.code}/plan", f"/espace/{town.code}/candidature"
    assert (links[0][0], links[0][-1]) == ((plan, " aria-current"), (application, ""))
    assert links[1] == [(plan, ""), (application, " aria-current")]


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
        (Role.PROGRAMME_ADMINISTRATOR, "/bureau/import/abc", "Maison"),
    ],
)
def test_office_menu_marks_the_entry_of_the_page(role, here, entry):
    person = PersonFactory(roles=[(OrganisationFactory(committee=True), role)])

    assert marked("office", here, user=person) == [entry]
