"""Passkeys with a real browser and its virtual authenticator: added, used to come in, refused at a number."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from marelle.accounts.states import Role
from tests.browser.looks import assert_fine
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


OURS = {"localhost", "127.0.0.1"}


@pytest.fixture
def named(server):
    """The house at http://localhost: a passkey knows names."""
    assert urlsplit(server.url).hostname == "localhost"
    return server.url


def give_device(page, *, verified=True):
    """A device of the browser's own that keeps passkeys; whether its owner proves who they are."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    told = {**kind, "isUserVerified": verified, "automaticPresenceSimulation": True}
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": told})
    return talk


def come_in(page, client, address, person):
    """As after a code received by e-mail."""
    from django.conf import settings

    sign_in(client, person, proof="code")
    value = client.session.session_key
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


@pytest.fixture
def page_named(browser, server, named):
    """A window of 1280 px in French, at the house's name."""
    context = browser.new_context(base_url=named, locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page, faults, strangers = context.new_page(), [], []
    page.on("console", lambda said: faults.append(said.text) if "Policy" in said.text else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: None if urlsplit(asked.url).hostname in OURS else strangers.append(asked.url))
    yield page
    context.close()
    assert (faults, strangers) == ([], [])


def test_administrator_adds_a_passkey_and_comes_back_with_it(page_named, client, named):
    """trust A3. By the keyboard: added after a code by e-mail, it then opens by itself, and may act."""
    page = page_named
    person = PersonFactory(name="Alix Chef", roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])
    device = give_device(page)
    come_in(page, client, named, person)

    page.goto("/compte/securite")
    assert_fine(page)
    page.get_by_role("link", name="Ajouter une clé d’accès").press("Enter")
    page.get_by_label("Le nom que vous lui donnez").fill("Poste d’accueil")
    assert_fine(page)
    page.get_by_role("button", name="Ajouter une clé d’accès").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.goto("/compte/securite")
    expect(page.get_by_text("Poste d’accueil")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/compte/entrer?next=/compte/moi")
    assert_fine(page)
    page.get_by_role("button", name="Entrer avec ma clé d’accès").press("Enter")
    expect(page).to_have_url(f"{named}/compte/moi")

    page.goto("/compte/")
    expect(page.get_by_text("Votre rôle demande")).to_have_count(0)
    assert device is not None


def test_device_that_does_not_know_its_owner_opens_nothing(page_named, client, named):
    """trust A3. Without a finger, a face or a PIN nothing is added; the page says what to do."""
    page = page_named
    give_device(page, verified=False)
    come_in(page, client, named, PersonFactory())

    page.goto("/compte/securite/cles")
    page.get_by_role("button", name="Ajouter une clé d’accès").click()

    expect(page.get_by_role("alert").filter(has_text="Aucune clé d’accès")).to_be_visible()


def test_number_for_an_address_says_where_to_go(page_named, named):
    """settled 3. At 127.0.0.1 the page of signing in gives the address where passkeys work."""
    page = page_named

    page.goto(named.replace("localhost", "127.0.0.1") + "/compte/entrer")

    expect(page.get_by_role("link", name=named)).to_be_visible()
    expect(page.get_by_role("button", name="Entrer avec ma clé d’accès")).to_have_count(0)
    assert_fine(page)
