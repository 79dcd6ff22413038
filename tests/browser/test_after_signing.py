"""After the decision, by keyboard: a copy signed on paper given then taken; an amendment both sides sign."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from marelle.mandates.models import Agreement, AgreementAmendment, Mandate, PaperCopy
from marelle.mandates.operations.agreements import sign_agreement
from tests.browser.keyboard import follow, push, tick, upload, write, write_day
from tests.browser.looks import assert_fine
from tests.browser.test_agreement import enter
from tests.mandates.agreements_scene import SIGNS, scene

pytestmark = pytest.mark.django_db(transaction=True)
SCAN = {
    "name": "scan.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
}


@pytest.mark.parametrize("width", [320, 1280])
def test_agreement_signed_on_paper_opens_the_mandate(open_page, server, width):
    world = scene()
    agreement = world.sent()
    page = open_page(width=width)

    enter(page, world.mayor, server)
    page.goto("/espace/10001/convention")
    follow(page, "Signée sur papier\u202f? Déposer la copie numérisée")
    assert_fine(page)
    upload(page, "Copie numérisée", SCAN)
    for name, who, capacity in [
        ("Bourg-sur-Test", "Ana Maire", "Maire"),
        (world.committee.name, "Luc Président", "Président"),
    ]:
        write(page, f"{name}\u202f: qui a signé", who, exact=False)
        write(page, f"{name}\u202f: en quelle qualité", capacity, exact=False)
        write_day(page, re.compile(f"^{re.escape(name)}\u202f: jour de la signature"), date(2026, 9, 24))
    push(page, "Déposer cette copie")
    expect(page.locator("main")).to_contain_text("Ana Maire, Maire, le 24 septembre 2026")
    assert_fine(page)

    enter(page, world.chief, server)
    page.goto(f"/bureau/conventions/{agreement.code}")
    follow(page, "Copies signées sur papier")
    assert_fine(page)
    tick(page, "J’ai comparé cette copie au texte, page à page, et j’y ai lu ces signatures")
    push(page, "Retenir cette copie\u202f: ses signatures comptent")
    expect(page.locator("main")).to_contain_text("a signé sur papier le 24 septembre 2026")
    assert_fine(page)

    assert (PaperCopy.rows.get().state, Mandate.rows.get().state) == ("accepted", "active")


@pytest.mark.parametrize("width", [320, 1280])
def test_amendment_is_asked_for_then_signed_by_both(open_page, server, width):
    world = scene()
    agreement = world.sent()
    for organisation, person in [(world.committee, world.chief), (world.city, world.mayor)]:
        seen = {"fingerprint_seen": agreement.fingerprint, "capacity": "élu", "at": SIGNS}
        sign_agreement(agreement.pk, organisation=organisation, by=person, **seen)
    page = open_page(width=width)
    enter(page, world.mayor, server)
    page.goto("/espace/10001/convention")
    follow(page, "Avenants à la convention")
    assert_fine(page)
    page.get_by_role("radio", name="changement du texte").press("Space")
    write(page, "Ce qui change", "La ville désigne deux personnes élues.", exact=False)
    write(page, "Raisons", "Les travaux de l’école ont pris du retard.")
    push(page, "Demander cet avenant")

    enter(page, world.officer, server)
    amendment = AgreementAmendment.rows.get()
    page.goto(f"/bureau/conventions/{agreement.code}/avenants/{amendment.code}")
    assert_fine(page)
    push(page, "Envoyer à la signature")
    for person, place in [
        (world.mayor, "/espace/10001/convention"),
        (world.chief, f"/bureau/conventions/{agreement.code}"),
    ]:
        enter(page, person, server)
        page.goto(f"{place}/avenants/{amendment.code}")
        assert_fine(page)
        write(page, "Vous signez en qualité de", "Maire")
        tick(page, "J’ai lu cette convention")
        push(page, "Signer")
    expect(page.locator("main")).to_contain_text("signée par tous")
    assert_fine(page)

    assert (AgreementAmendment.rows.get().state, Agreement.rows.get().state) == ("signed", "amended")
