"""A lead leaves: the house asks, a colleague names who takes over, the successor is at work in a few steps, by keyboard."""

import re

from playwright.sync_api import expect

from marelle.accounts import operations as accounts
from marelle.accounts.models import Membership
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Letter
from marelle.mandates.models import Handover
from marelle.mandates.registered.handovers import ask
from tests.browser.keyboard import follow, push, write
from tests.browser.looks import assert_fine
from tests.browser.town import STORY, enter


def held(role: Role) -> Membership:
    """Who holds a role in the town of the story."""
    return Membership.objects.living().filter(organisation__code=STORY, role=role).order_by("pk")[0]


def test_successor_takes_over_in_few_steps(page_fr, open_page, server, town):
    page, (chief, lead) = page_fr, (held(role) for role in (Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD))
    gone = accounts.end_role(lead.pk, by=chief.person).person
    ask(clock.now())

    enter(page, server, chief.person.email.partition("@")[0])
    page.goto(f"/espace/{STORY}")
    follow(page, f"Passer le dossier\u202f: départ de {gone.name}")
    assert_fine(page)
    expect(page.locator("main")).to_contain_text("Points ouverts")
    write(page, "Courriel de la personne à inviter", "nouvelle.elue@ville.example")
    push(page, "Envoyer l’invitation")
    expect(page.locator("main")).to_contain_text("nouvelle.elue@ville.example")

    letter = Letter.objects.get(kind="invitation", address="nouvelle.elue@ville.example")
    other = open_page()
    other.goto(re.search(r"http\S+/compte/invitation/\S+", letter.text)[0])
    assert_fine(other)
    write(other, "Votre nom", "Ana Nouvelle")
    push(other, "Accepter")
    other.goto(f"/espace/{STORY}")
    follow(other, "Lire le dossier de passation\u202f: vous prenez la suite")
    assert_fine(other)
    expect(other.locator("main")).to_contain_text("Vous prenez la suite de ce dossier.")
    push(other, "Le dossier est transmis")

    assert Handover.rows.get().closed_by.name == "Ana Nouvelle"
