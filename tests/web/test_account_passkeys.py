"""Passkeys: added, used to come in and to prove again, renamed, removed; and all that is refused."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from marelle.accounts import proof
from marelle.accounts.models import Invitation
from marelle.accounts.states import Role
from marelle.base.models import Letter
from tests.factories.accounts import SECRET, OrganisationFactory, PersonFactory
from tests.passkeys import PRESENT, Device, options_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
ADD, ENTER, PROVE = "/compte/securite/cles", "/compte/entrer/cle", "/compte/preuve/cle"


@pytest.fixture
def browser():
    """A browser at http://localhost: passkeys know names, not numbers."""
    return Client(SERVER_NAME="localhost")


def add(browser, device, **typed):
    """Add the passkey of `device` for who is signed in."""
    credential = device.create(options_of(browser.get(ADD)))
    return browser.post(ADD, {"credential": json.dumps(credential), **typed})


def owner(device, *, role=None, name="Ordinateur du bureau"):
    """A person with that passkey, signed out."""
    person = PersonFactory(roles=[(OrganisationFactory(), role)] if role else [])
    browser = sign_in(Client(SERVER_NAME="localhost"), person, proof="code")
    assert add(browser, device, name=name).status_code == 302
    return person


def asked(browser):
    """What the page of signing in asks a browser for, when its button is pressed."""
    return browser.get(ENTER, HTTP_ACCEPT="application/json").json()["request_options"]


def enter(browser, credential, **typed):
    return browser.post(ENTER, {"credential": json.dumps(credential), **typed})


def who(browser):
    return browser.session.get("_auth_user_id")


def test_passkey_opens_the_space_by_itself(browser):
    """trust A3. Neither code nor password nor application; it counts as the second proof an administrator needs."""
    device = Device()
    person = owner(device, role=Role.CITY_ADMINISTRATOR)

    done = enter(browser, device.get(asked(browser)), next="/compte/moi")
    home = browser.get("/compte/")

    assert (done.status_code, done["Location"], who(browser)) == (302, "/compte/moi", str(person.pk))
    assert (home.context["must_protect"], proof.is_light(home.wsgi_request)) == (False, False)


def test_page_opens_passkeys_there_alone(browser):
    """trust W2. The one feature a page needs; closed everywhere else."""
    sign_in(browser, PersonFactory(), proof="code")

    told = {path: browser.get(path).headers["Permissions-Policy"] for path in (ADD, "/compte/securite")}
    entering = Client(SERVER_NAME="localhost").get("/compte/entrer").headers["Permissions-Policy"]

    assert "publickey-credentials-create=(self), publickey-credentials-get=()" in told[ADD]
    assert "publickey-credentials-create=(), publickey-credentials-get=()" in told["/compte/securite"]
    assert "publickey-credentials-create=(), publickey-credentials-get=(self)" in entering


def test_first_passkey_comes_with_recovery_codes_and_a_letter(browser):
    """trust A3. Ten codes for the day the device is lost; its owner is told by letter."""
    person = sign_in(browser, PersonFactory(), proof="code") and Authenticator.objects
    done = add(browser, Device(), name="Mon téléphone")

    assert done["Location"] == "/compte/securite/codes"
    assert sorted(person.values_list("type", flat=True)) == ["recovery_codes", "webauthn"]
    assert "une clé d’accès a été ajoutée" in Letter.objects.order_by("pk").first().text


def test_passkey_is_asked_after_a_code_by_email(browser):
    """trust A3. Who has one always uses it, or a recovery code: a mailbox alone does not open."""
    import re

    device = Device()
    person = owner(device)
    browser.post("/compte/entrer/code", {"email": person.email})
    code = re.search(r"^ {4}(\S+)$", Letter.objects.latest("pk").text, re.M)[1]

    first = browser.post("/compte/entrer/code/recu", {"code": code})
    before = who(browser)
    page = browser.get(first["Location"])
    done = browser.post(first["Location"], {"credential": json.dumps(device.get(options_of(page)))})

    assert (first["Location"], before) == ("/compte/entrer/application", None)
    assert (done["Location"], who(browser)) == ("/compte/", str(person.pk))


def test_act_is_done_after_the_passkey(browser):
    """trust A9, D1. A fresh proof by passkey: what was typed is sent after it."""
    city, device = OrganisationFactory(), Device()
    person = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])
    sign_in(browser, person, proof="code")
    add(browser, device)
    sign_in(browser, person, minutes_ago=11)
    act, typed = f"/espace/{city.code}/equipe/inviter", {"email": "a@villes.example", "role": Role.CITY_EDITOR}
    sign_in(browser, person, proof="code")

    place = browser.post(act, typed)["Location"]
    page = browser.get(place)
    done = browser.post(place, {"credential": json.dumps(device.get(options_of(page)))})

    assert (place, Invitation.objects.count()) == (f"{PROVE}?next=%2Fespace%2F{city.code}%2Fequipe%2Finviter", 1)
    assert done["Location"] == f"/espace/{city.code}/equipe"


def test_what_was_typed_is_sent_once_a_passkey_is_added(browser):
    """trust D1, A3. Who has nothing to prove with adds a passkey in the middle of a form, and types nothing again."""
    city = OrganisationFactory()
    sign_in(browser, PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)]), proof="code")
    act = f"/espace/{city.code}/equipe/inviter"
    place = browser.post(act, {"email": "a@villes.example", "role": Role.CITY_EDITOR})["Location"]

    offered = browser.get(place).content.decode()
    page = browser.get(f"{ADD}?next={act}")
    codes = browser.post(ADD, {"credential": json.dumps(Device().create(options_of(page))), "next": act})["Location"]
    before = Invitation.objects.count()
    browser.post(codes, {"next": act})

    assert (f'href="{ADD}?next={act}"' in offered, page.context["keeps"], before) == (True, True, 0)
    assert list(Invitation.objects.values_list("email", flat=True)) == ["a@villes.example"]


def spoiled(case, device, options):
    """An answer of `device` with one thing wrong in it."""
    if case == "user not verified":
        device.flags = PRESENT
    elif case == "nobody there":
        device.flags = 0
    elif case == "another site":
        device.origin = "https://marelle.example.evil.example"
    elif case == "another domain":
        device.domain = "evil.example"
    elif case == "another challenge":
        options = {"publicKey": {**options["publicKey"], "challenge": "AAAAAAAAAAAAAAAAAAAAAA"}}
    elif case == "another key":
        device.key = Device().key
    elif case == "counter gone back":
        device.counter -= 1
    return device.get(options)


CASES = ["user not verified", "nobody there", "another site", "another domain", "another challenge", "another key"]


@pytest.mark.parametrize("case", [*CASES, "counter gone back"])
def test_spoiled_passkey_opens_nothing(browser, case):
    """trust A3. Each thing a passkey proves is checked; a counter that did not move tells a copy."""
    device = Device()
    person = owner(device)
    before = Authenticator.objects.filter(user=person).values("data", "last_used_at").order_by("pk")
    kept = list(before)

    done = enter(browser, spoiled(case, device, asked(browser)))

    assert (done["Location"], who(browser), list(before.all())) == ("/compte/entrer", None, kept)


@pytest.mark.parametrize("case", CASES)
def test_spoiled_passkey_is_not_added(browser, case):
    """trust A3. The same is checked when a passkey is added."""
    sign_in(browser, PersonFactory(), proof="code")
    device = Device()
    options = options_of(browser.get(ADD))
    if case == "another key":
        options = {"publicKey": {**options["publicKey"], "challenge": "AAAA"}}
    spoil = {"get": device.create}
    device.get = spoil["get"]

    done = browser.post(ADD, {"credential": json.dumps(spoiled(case, device, options))})

    assert (done.status_code, Authenticator.objects.count()) == (200, 0)


def test_answer_serves_once(browser):
    """trust A3. What a browser answered is worth nothing a second time, nor in another browser."""
    device = Device(counter=0)
    owner(device)
    credential = device.get(asked(browser))
    thief = Client(SERVER_NAME="localhost")
    asked(thief)

    stolen = enter(thief, credential)
    first = enter(browser, credential)
    browser.post("/compte/sortir")
    asked(browser)
    again = enter(browser, credential)

    assert (stolen["Location"], first["Location"], again["Location"]) == (
        "/compte/entrer",
        "/compte/",
        "/compte/entrer",
    )
    assert (who(thief), who(browser)) == (None, None)


def test_counter_that_stays_at_nought_is_no_copy(browser):
    """trust A3. Telephones do not count; they are let in each time."""
    device = Device(counter=0)
    person = owner(device)

    for _time in range(2):
        enter(browser, device.get(asked(browser)))
        assert who(browser) == str(person.pk)
        browser.post("/compte/sortir")


def test_copied_passkey_is_refused_once_the_other_was_used(browser):
    """trust A3. Two devices with one key: the one left behind is refused, and the words say why."""
    device = Device()
    owner(device)
    copy = Device(counter=device.counter)
    copy.key, copy.credential_id, copy.handle = device.key, device.credential_id, device.handle
    enter(Client(SERVER_NAME="localhost"), device.get(asked(held := Client(SERVER_NAME="localhost"))))
    enter(held, device.get(asked(held)))

    enter(browser, copy.get(asked(browser)))

    assert who(browser) is None
    assert "a peut-être été copiée" in browser.get("/compte/entrer").content.decode()


def test_passkey_of_somebody_else_opens_no_account_but_its_own(browser):
    """trust A3. Claimed for another person, at the door or as their second step, it opens nothing."""
    mine, theirs = Device(), Device()
    me, other = owner(mine), owner(theirs)

    claimed = enter(browser, mine.get(asked(browser), handle=theirs.handle))
    sign_in(browser, other, minutes_ago=11)
    page = browser.get(PROVE)
    proved = browser.post(PROVE, {"credential": json.dumps(mine.get(options_of(page)))})

    assert (claimed["Location"], proved.status_code) == ("/compte/entrer", 200)
    assert not proof.has_fresh_proof(browser.get("/compte/").wsgi_request)
    assert me != other


@pytest.mark.parametrize(
    "said",
    ["", "x", "[]", "{}", "null", '{"response": []}', '{"id": 3, "rawId": 4, "type": "public-key", "response": {}}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "authenticatorData": "AA",'
     ' "signature": "AA", "userHandle": "////"}}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}'],
)  # fmt: skip
def test_nonsense_is_refused_and_breaks_nothing(browser, said):
    """trust O10. Whatever is sent in the place of a passkey."""
    asked(browser)
    entered = browser.post(ENTER, {"credential": said})
    person = owner(Device())
    sign_in(browser, person, proof="mfa")
    browser.get(ADD)
    added = browser.post(ADD, {"credential": said})
    proved = browser.post(PROVE, {"credential": said})

    assert (entered["Location"], proved.status_code) == ("/compte/entrer", 200)
    assert (added.status_code, Authenticator.objects.filter(type="webauthn").count()) in [(200, 1), (302, 1)]


def test_passkey_is_renamed_then_removed_by_its_owner_alone(browser):
    """trust O1. Somebody else's does not exist; the last one takes the recovery codes with it."""
    person = owner(Device(), name="Vieux poste")
    key = Authenticator.objects.get(type="webauthn")
    stranger = sign_in(Client(SERVER_NAME="localhost"), PersonFactory(), proof="code")
    refused = [stranger.post(f"{ADD}/{key.pk}{end}", {"name": "À moi"}).status_code for end in ("", "/retirer")]
    device = Device()
    sign_in(browser, person)
    session = browser.session
    session["account_authentication_methods"][0]["reauthenticated"] = True
    session.save()

    browser.post(f"{ADD}/{key.pk}", {"name": "Poste d’accueil"})
    shown = browser.get("/compte/securite").content.decode()
    done = browser.post(f"{ADD}/{key.pk}/retirer")

    assert (refused, "Poste d’accueil" in shown, "Vieux poste" in shown) == ([404, 404], True, False)
    assert (done["Location"], Authenticator.objects.count()) == ("/compte/securite", 0)
    assert "une clé d’accès a été retirée" in Letter.objects.latest("pk").text
    assert device.counter == 1


def test_old_proof_does_not_change_passkeys(browser):
    """trust A9. Adding, renaming and removing ask for the proof again after ten minutes."""
    person = owner(Device())
    key = Authenticator.objects.get(type="webauthn")
    sign_in(browser, person, minutes_ago=11)

    places = [
        browser.post(f"{ADD}{end}", {"name": "x"})["Location"] for end in ("", f"/{key.pk}", f"/{key.pk}/retirer")
    ]

    assert [place.split("?")[0] for place in places] == [PROVE] * 3
    assert Authenticator.objects.get(pk=key.pk).wrap().name == "Ordinateur du bureau"


def test_number_for_an_address_is_told_clearly(settings):
    """settled 3. At 127.0.0.1 the page says where passkeys work; in a house without a name it says nothing of them."""
    at_number = Client(SERVER_NAME="127.0.0.1")
    sign_in(at_number, PersonFactory(), proof="code")

    told = at_number.get("/compte/securite").content.decode()
    settings.PASSKEY_DOMAIN = ""
    silent = at_number.get("/compte/securite").content.decode()

    assert 'href="http://localhost:8000"' in told
    assert ("elle ne fonctionne pas à cette adresse" in told, ADD in told) == (True, False)
    assert "clés d’accès" not in silent.lower().split("<h2", 1)[1]


@pytest.mark.parametrize(
    ("host", "asked_for"), [("localhost", "localhost"), ("evil.localhost", "localhost")], ids=["ours", "forged"]
)
def test_domain_comes_from_settings(settings, host, asked_for):
    """settled 3. Never from the Host of the request."""
    settings.ALLOWED_HOSTS = ["*"]

    assert asked(Client(SERVER_NAME=host))["publicKey"]["rpId"] == asked_for


def test_application_and_passkey_prove_either_way(browser):
    """trust A9. Who has both is asked for the passkey, and may type a code instead."""
    person = PersonFactory(application=True)
    sign_in(browser, person)
    session = browser.session
    session["account_authentication_methods"][0]["reauthenticated"] = True
    session.save()
    add(browser, Device())

    page = browser.get(f"{PROVE}?next=/compte/moi")
    other = page.context["reauthentication_alternatives"][0]["url"]
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    done = browser.post(other, {"code": code, "next": "/compte/moi"})

    assert (proof.address_of_proof(person), other) == (PROVE, "/compte/preuve/application?next=%2Fcompte%2Fmoi")
    assert done["Location"] == "/compte/moi"
