"""The gathering: an officer registers a delegation of four by keyboard; the door goes on while the network is cut."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from marelle.accounts.models import Organisation
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock
from marelle.events.models import Registration
from marelle.events.operations import gatherings, invitations
from marelle.events.operations.gatherings import Dates, Part
from marelle.events.operations.registrations import Coming
from tests.browser.keyboard import follow, push, write
from tests.browser.looks import assert_fine
from tests.browser.town import STORY, enter, someone
from tests.factories.accounts import PersonFactory

NAMES = ("Aya Ben", "Bo Lune", "Chloé Roc", "Dan Vent")
MEALS = ("sans porc", "sans gluten", "végétarien", "sans arachide")


@pytest.fixture
def gathering(town):
    """Announced, six weeks ahead, with a workshop; the town of the story is invited."""
    house = Organisation.objects.get(kind=OrganisationKind.COMMITTEE)
    officer = PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])
    begins = clock.now() + timedelta(days=42)
    dates = Dates(begins, begins + timedelta(days=1), "Europe/Paris", "Strasbourg", None, begins, None)
    name = {"fr": "Assises de l’essai", "en": "Trial gathering"}
    event = gatherings.draft_gathering(house, year=2027, name=name, objectives={}, dates=dates, by=officer)
    workshop = Part("workshop", {"fr": "Atelier", "en": "Workshop"}, begins, 90, is_choice=True, capacity=3)
    gatherings.save_item(event.pk, workshop, by=officer)
    gatherings.publish_gathering(event.pk, by=officer)
    invitations.invite(event, Organisation.objects.get(code=STORY), at=clock.now())
    return event


def test_officer_registers_a_delegation_of_four(page_fr, server, gathering):
    page = page_fr
    enter(page, server, "member-admin")

    page.goto(f"/espace/{STORY}/rencontres")
    assert_fine(page)
    follow(page, "Assises de l’essai")
    assert_fine(page)
    push(page, "Nous venons")
    follow(page, "Inscrire des personnes")
    for number, name in enumerate(NAMES):
        person = page.get_by_role("group", name=f"Personne {number + 1}")
        write(page, re.compile("^Prénom et nom"), name, within=person, exact=False)
        write(page, re.compile("^Courriel"), f"p{number}@ville.example", within=person, exact=False)
        write(page, re.compile("^Fonction"), "animation", within=person, exact=False)
        write(page, re.compile("^Pour les repas"), MEALS[number], within=person, exact=False)
        write(page, re.compile("^Pour participer"), "fauteuil", within=person, exact=False)
    assert_fine(page)
    push(page, "Inscrire ces personnes")
    assert_fine(page)
    for name in NAMES:
        follow(page, "Choisir des ateliers", within=page.get_by_role("article").filter(has_text=name))
        push(page, "Choisir «\u202fAtelier\u202f»")
        if name == NAMES[0]:
            assert_fine(page)
        follow(page, "Assises de l’essai")
    assert_fine(page)

    mains = Registration.objects.filter(item=None).order_by("pk")
    assert [
        (r.participant.name, r.participant.function, r.state, r.comfort.dietary, r.comfort.access) for r in mains
    ] == [(name, "animation", "confirmed", meal, "fauteuil") for name, meal in zip(NAMES, MEALS, strict=True)]
    choices = Registration.objects.exclude(item=None).order_by("pk")
    assert [(choice.participant.name, choice.state) for choice in choices] == [
        *((name, "confirmed") for name in NAMES[:3]),
        (NAMES[3], "waiting"),
    ]
    expect(page.get_by_role("article").filter(has_text=NAMES[3])).to_contain_text("numéro 1 sur la liste d’attente")


def test_the_door_goes_on_while_the_network_is_cut(page_fr, server, gathering):
    page, city = page_fr, Organisation.objects.get(code=STORY)
    coming = [Coming(email=f"p{n}@ville.example", name=name, organisation=city) for n, name in enumerate(NAMES)]
    gatherings.send_delegation(gathering.pk, city, coming, by=someone("member-admin"))
    enter(page, server, "committee-officer")
    page.goto(f"/bureau/rencontres/nationales/{gathering.code}/accueil")
    assert_fine(page)
    waits = page.locator("[data-door-waits]")

    page.context.set_offline(True)
    for name in NAMES[:2]:
        page.get_by_role("button", name=f"{name} est là").press("Enter")
    expect(waits).to_contain_text("2 présences attendent le réseau")
    during = Registration.objects.filter(state="present").count()
    page.context.set_offline(False)
    expect(waits).to_be_empty(timeout=15_000)

    assert during == 0
    assert sorted(Registration.objects.filter(state="present").values_list("participant__name", flat=True)) == [
        "Aya Ben",
        "Bo Lune",
    ]
