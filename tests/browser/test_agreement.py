"""A mayor reads the agreement, signs it by keyboard, and sees the mandate open; anyone then checks the document."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from marelle.base.models import Job
from marelle.mandates.operations.agreements import seal_agreement, sign_agreement
from tests.mandates.agreements_scene import SIGNS, scene
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def enter(page, person, server):
    """Bring someone in, with a fresh proof."""
    cookie = sign_in(Client(), person).cookies["marelle"]
    page.context.add_cookies([{"name": "marelle", "value": cookie.value, "url": server.url}])


@pytest.mark.parametrize("width", [320, 1280])
def test_mayor_signs_by_keyboard_and_the_mandate_opens(open_page, server, width):
    world = scene()
    agreement = world.sent()
    sign_agreement(
        agreement.pk,
        organisation=world.committee,
        by=world.chief,
        fingerprint_seen=agreement.fingerprint,
        capacity="Déléguée",
        at=SIGNS,
    )
    page = open_page(width=width)
    enter(page, world.mayor, server)

    page.goto("/espace/10001/convention")
    page.get_by_role("link", name="Relire et signer").press("Enter")
    page.get_by_label("Vous signez en qualité de").fill("Maire")
    page.get_by_label("J’ai lu cette convention").press("Space")
    page.get_by_role("button", name="Signer").press("Enter")

    expect(page.get_by_role("heading", name="Tout le monde a signé")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_anyone_checks_a_document_without_a_cookie(open_page, server, tmp_path):
    world = scene()
    agreement = world.sent()
    for organisation, by in [(world.committee, world.chief), (world.city, world.mayor)]:
        sign_agreement(
            agreement.pk,
            organisation=organisation,
            by=by,
            fingerprint_seen=agreement.fingerprint,
            capacity="Maire",
            at=SIGNS,
        )
    seal_agreement(Job.objects.get(task="seal_agreement"), code=agreement.code)
    agreement.refresh_from_db()
    page = open_page(width=320)

    page.goto("/verifier")
    page.get_by_label("Ou son empreinte").fill(agreement.sealed_fingerprint)
    page.get_by_role("button", name="Vérifier").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Ce document est authentique et intact")
    assert page.context.cookies() == []
