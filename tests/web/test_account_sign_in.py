"""Signing in, proving again, passwords, applications, sessions: through the pages."""

import re
import statistics
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as product
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marelle.accounts.models import SignIn
from marelle.accounts.sessions import forget_old
from marelle.accounts.states import Role
from marelle.base.models import Letter
from tests.factories.accounts import SECRET, OrganisationFactory, PersonFactory
from tests.scale import SCALE
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "rhubarbe-trapèze-41-ciment"


def totp(steps=0):
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))


def code_of_last_letter():
    return re.search(r"^ {4}(\S+)$", Letter.objects.latest("pk").text, re.M)[1]


def ask_for_code(client, email):
    return client.post("/compte/entrer/code", {"email": email})


def is_signed_in(client):
    return client.get("/compte/").status_code == 200


def test_code_by_email_signs_in_once(client):
    """trust A6. Eight letters, good for one use, in the browser that asked."""
    person = PersonFactory()

    asked = ask_for_code(client, person.email)
    code = code_of_last_letter()
    other = Client()
    elsewhere = other.post("/compte/entrer/code/recu", {"code": code})
    done = client.post("/compte/entrer/code/recu", {"code": code.lower()})
    again = Client().post("/compte/entrer/code/recu", {"code": code})

    assert (asked.status_code, asked.url, len(code)) == (302, "/compte/entrer/code/recu", 9)
    assert (done.url, is_signed_in(client)) == ("/compte/", True)
    assert (elsewhere.status_code, is_signed_in(other), again.status_code) == (302, False, 302)


def test_code_by_email_ends_after_a_quarter_of_an_hour(client):
    """trust A6. Fifteen minutes."""
    ask_for_code(client, PersonFactory().email)
    code = code_of_last_letter()
    session = client.session
    login = session["account_login"]
    login["state"]["stages"]["login_by_code"]["data"]["at"] -= 15 * 60 + 1
    session["account_login"] = login
    session.save()

    client.post("/compte/entrer/code/recu", {"code": code})

    assert not is_signed_in(client)


def test_code_by_email_is_not_guessed(client):
    """trust L1. Five wrong codes end it."""
    ask_for_code(client, PersonFactory().email)
    code = code_of_last_letter()

    for _ in range(5):
        client.post("/compte/entrer/code/recu", {"code": "AAAA-AAAA"})
    client.post("/compte/entrer/code/recu", {"code": code})

    assert not is_signed_in(client)


def test_password_signs_in_with_a_new_session(client):
    """trust A8. The session's id changes at sign-in."""
    person = PersonFactory(secret_word=PASSWORD)
    client.get("/compte/entrer")
    client.session.save()
    before = client.cookies[product.SESSION_COOKIE_NAME].value if product.SESSION_COOKIE_NAME in client.cookies else ""

    done = client.post("/compte/entrer", {"login": person.email, "password": PASSWORD, "next": "/compte/moi"})

    assert done.url == "/compte/moi"
    assert client.cookies[product.SESSION_COOKIE_NAME].value != before


def test_application_is_asked_after_a_password_or_a_code(client):
    """trust A3. Who has an application always uses it."""
    person = PersonFactory(secret_word=PASSWORD, application=True)

    first = client.post("/compte/entrer", {"login": person.email, "password": PASSWORD})
    before = is_signed_in(client)
    done = client.post("/compte/entrer/application", {"code": totp()})

    assert (first.url, before) == ("/compte/entrer/application", False)
    assert (done.url, is_signed_in(client)) == ("/compte/", True)


def test_a_code_of_the_application_serves_once(client):
    """trust A3. The same six digits are refused a second time."""
    person = PersonFactory(secret_word=PASSWORD, application=True)
    code = totp()
    for browser in (client, other := Client()):
        browser.post("/compte/entrer", {"login": person.email, "password": PASSWORD})
        browser.post("/compte/entrer/application", {"code": code})

    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


@pytest.mark.parametrize("path", ["/compte/entrer/code", "/compte/mot-de-passe/oublie"])
def test_known_and_unknown_addresses_look_alike(path):
    """trust A5. Same words, same status, same number of letters, medians within 20 ms."""
    person = PersonFactory(secret_word=PASSWORD)
    answers, times = [], {True: [], False: []}
    for number in range(max(8, int(100 * SCALE))):
        for known in (True, False):
            cache.clear()
            client = Client()
            address = person.email if known else f"stranger{number}@marelle.example"
            began = time.perf_counter()
            response = client.post(path, {"email": address})
            times[known].append(time.perf_counter() - began)
            page = client.get(response.url).content.decode().replace(address, "")
            answers.append((response.status_code, response.url, re.sub(r'value="[\w-]{64}"', "", page)))

    assert len(set(answers)) == 1
    assert Letter.objects.count() == len(answers)
    assert abs(statistics.median(times[True]) - statistics.median(times[False])) < 0.02


def test_wrong_password_looks_alike_for_unknown_addresses(client):
    """trust A5. Same words whether the account exists or not."""
    person = PersonFactory(secret_word=PASSWORD)

    pages = [
        client.post("/compte/entrer", {"login": address, "password": "rien de bon ici"}).content.decode()
        for address in (person.email, "stranger@marelle.example")
    ]

    pages = [re.sub(r'value="[^"]*"', "", page) for page in pages]
    assert pages[0] == pages[1]
    assert "ne vont pas ensemble" in pages[0]


def test_sign_in_is_slowed_then_opens_again(client, settings):
    """trust L1, L6. Five wrong passwords in a quarter of an hour; a code by e-mail still opens."""
    person = PersonFactory(secret_word=PASSWORD)
    for _ in range(5):
        client.post("/compte/entrer", {"login": person.email, "password": "faux mot de passe"})

    slowed = client.post("/compte/entrer", {"login": person.email, "password": PASSWORD})
    ask_for_code(client, person.email)
    client.post("/compte/entrer/code/recu", {"code": code_of_last_letter()})

    assert slowed.status_code == 200
    assert "Trop d’essais" in slowed.content.decode()
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("near", "far"), [("192.0.2.{}", "198.51.100.1"), ("2001:db8:7:{}::1", "2001:db8:8::1")], ids=["IPv4", "IPv6"]
)
def test_a_neighbourhood_is_slowed(client, settings, near, far):
    """trust L1. Fifty tries from one /24, or one /48 of IPv6, whatever the account; 429 says how long to wait."""
    assert settings.ACCOUNT_RATE_LIMITS["login"] == "50/15m/ip"
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/15m/ip"}
    statuses = [
        client.post(
            "/compte/entrer", {"login": f"a{n}@marelle.example", "password": "x"}, REMOTE_ADDR=near.format(n)
        ).status_code
        for n in range(4)
    ]
    elsewhere = client.post("/compte/entrer", {"login": "a@b.example", "password": "x"}, REMOTE_ADDR=far)

    assert (statuses, elsewhere.status_code) == ([200, 200, 200, 429], 200)


def test_forged_client_address_lifts_no_limit(client, settings):
    """trust W7. X-Forwarded-For is not read without a proxy of ours."""
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/15m/ip"}
    statuses = [
        client.post(
            "/compte/entrer", {"login": "a@b.example", "password": "x"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"
        ).status_code
        for n in range(2)
    ]

    assert statuses == [200, 429]


@pytest.mark.parametrize("path", ["/compte/entrer/code", "/compte/mot-de-passe/oublie"])
def test_letters_to_an_address_are_limited(path):
    """trust L2. Three an hour, from any browser."""
    person = PersonFactory()
    for _ in range(5):
        Client().post(path, {"email": person.email})

    assert Letter.objects.filter(address=person.email).count() == 3


def reset_link(client, person):
    client.post("/compte/mot-de-passe/oublie", {"email": person.email})
    link = re.search(r"https?://\S+", Letter.objects.latest("pk").text)[0]
    assert link.startswith(product.SITE_ADDRESS), "trust E4: from settings, never from Host"
    return urlsplit(link).path


def use_link(client, path, password):
    form = client.get(path)
    if form.status_code != 302:
        return form
    return client.post(form.url, {"password1": password, "password2": password})


def test_reset_link_serves_once_and_keeps_the_application(client):
    """trust A6, A7. A new password; the same link is worthless; the application stays."""
    person = PersonFactory(secret_word=PASSWORD, application=True)
    path = reset_link(client, person)

    use_link(client, path, "nouvelle-girafe-sous-7-ponts")
    second = use_link(Client(), path, "encore-une-autre-3-phrase")

    person.refresh_from_db()
    assert person.check_password("nouvelle-girafe-sous-7-ponts")
    assert "n’ouvre plus rien" in second.content.decode()
    assert Authenticator.objects.filter(user=person, type="totp").count() == 1
    assert "mot de passe" in Letter.objects.latest("pk").text


def test_reset_link_ends_after_a_day(client, settings):
    """trust A6. Twenty-four hours."""
    path = reset_link(client, PersonFactory(secret_word=PASSWORD))
    assert product.PASSWORD_RESET_TIMEOUT == 24 * 3600
    settings.PASSWORD_RESET_TIMEOUT = -1

    late = client.get(path)

    assert "n’ouvre plus rien" in late.content.decode()


@pytest.mark.parametrize(
    "password",
    [
        "courte",
        "Strasbourg2026!",
        "camille-essai-67",
        "ville amie des enfants",
        "motdepasse123",
        "azertyuiop12",
        "x" * 129,
    ],
)
def test_weak_passwords_are_refused(client, password):
    """trust A2. Too short, too long, known, or made of the programme's, the city's or one's own words."""
    city = OrganisationFactory(name="Strasbourg")
    person = PersonFactory(name="Camille Essai", roles=[(city, Role.CITY_EDITOR)])
    sign_in(client, person, proof="code")

    refused = client.post("/compte/mot-de-passe/choisir", {"password1": password, "password2": password})

    person.refresh_from_db()
    assert (refused.status_code, person.has_usable_password()) == (200, False)


@pytest.mark.parametrize("password", [PASSWORD, "quatre chevaux mangent du 8", "🦒" * 3 + " et deux zèbres bleus"])
def test_long_passwords_of_any_kind_are_taken(client, password):
    """trust A2. Any composition, spaces and pasting included."""
    person = PersonFactory()
    sign_in(client, person, proof="code")

    done = client.post("/compte/mot-de-passe/choisir", {"password1": password, "password2": password})

    person.refresh_from_db()
    assert (done.status_code, person.check_password(password)) == (302, True)


def test_passwords_are_kept_with_argon2():
    """trust A1. The product's own list, not that of the tests."""
    from marelle.config import settings as own

    assert own.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_secrets_are_encrypted_and_keys_rotate(settings):
    """trust A3, S2. Secrets and recovery codes are unreadable in the database, and outlive the key."""
    from allauth.mfa.utils import decrypt, encrypt

    settings.SECRET_KEY_FALLBACKS = []
    written = encrypt("SECRET")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50

    assert ("SECRET" in written, decrypt(written)) == (False, "SECRET")


def test_application_is_set_up_with_ten_codes(client):
    """trust A3. The first code proves; ten recovery codes follow, each good once; then back to one's act."""
    city = OrganisationFactory()
    person = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])
    sign_in(client, person, proof="code")
    page = client.get("/compte/securite/application?next=/compte/moi")
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    done = client.post("/compte/securite/application", {"code": code, "next": "/compte/moi"})
    codes = client.get(done.url).context["unused_codes"]
    browser = Client()
    ask_for_code(browser, person.email)
    browser.post("/compte/entrer/code/recu", {"code": code_of_last_letter()})
    browser.post("/compte/entrer/application", {"code": codes[0]})

    assert (done.url, len(codes)) == ("/compte/securite/codes?next=/compte/moi", 10)
    assert is_signed_in(browser)
    assert codes[0] not in client.get(done.url).context["unused_codes"]
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert (secret in stored, codes[1] in stored) == (False, False)


def test_who_has_no_recovery_codes_is_led_to_make_some(client):
    """An application set up for them, as the demonstration's people have: no page they are led to is missing."""
    person = PersonFactory(application=True)
    sign_in(client, person)
    view, make = "/compte/securite/codes", "/compte/securite/codes/nouveaux"

    before = client.get("/compte/securite").content.decode()
    client.post("/compte/preuve/application", {"code": totp()})
    asked = client.get(make)
    client.post(make)
    after = client.get("/compte/securite").content.decode()

    assert [f'href="{address}"' in before for address in (view, make)] == [False, True]
    said = [word in asked.content.decode() for word in ("Dix codes", "Créer mes codes", "Garder les anciens")]
    assert (asked.status_code, said) == (200, [True, True, False])
    assert [f'href="{address}"' in after for address in (view, make)] == [True, False]
    assert client.get(view).status_code == 200


def test_proof_by_password_is_not_enough_with_an_application(client):
    """trust A3, A9. The password page leads to the application's."""
    person = PersonFactory(secret_word=PASSWORD, application=True)
    sign_in(client, person, proof="code")

    led = client.get("/compte/preuve/mot-de-passe?next=/compte/moi")

    assert led.url == "/compte/preuve/application?next=%2Fcompte%2Fmoi"


@pytest.mark.parametrize("path", ["/compte/securite/application/retirer", "/compte/securite/codes/nouveaux"])
def test_security_changes_ask_for_a_fresh_proof(client, path):
    """trust A9. Ten minutes after the last proof, it is asked again."""
    person = PersonFactory(application=True)
    sign_in(client, person, minutes_ago=11)

    led = client.get(path)

    assert led.url.startswith("/compte/preuve/application?next=")


def test_address_changes_with_a_fresh_proof_and_a_code(client):
    """trust A9. The new address must be proved; the old one is told."""
    person = PersonFactory(secret_word=PASSWORD)
    old = person.email
    sign_in(client, person, proof="password")
    asked = client.post("/compte/adresse", {"email": "nouvelle@marelle.example", "action_add": "1"})
    client.post(asked.url, {"password": PASSWORD, "next": "/compte/adresse"})
    client.post("/compte/adresse", {"email": "nouvelle@marelle.example", "action_add": "1"})

    client.post("/compte/adresse/code", {"code": code_of_last_letter(), "action": "verify"})

    person.refresh_from_db()
    assert asked.url.startswith("/compte/preuve/mot-de-passe")
    assert person.email == "nouvelle@marelle.example"
    assert old in Letter.objects.filter(kind="account_changed").values_list("address", flat=True)


# Sessions ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seen", "started", "stays"),
    [
        (timedelta(hours=1, minutes=59), timedelta(hours=3), True),
        (timedelta(hours=2), timedelta(hours=3), False),
        (timedelta(minutes=1), timedelta(hours=11, minutes=59), True),
        (timedelta(minutes=1), timedelta(hours=12), False),
    ],
    ids=["1 h 59 away", "2 h away", "11 h 59 in all", "12 h in all"],
)
def test_sessions_end(client, seen, started, stays):
    """trust A8. Two hours without a page, twelve hours in all."""
    sign_in(client, PersonFactory())
    client.get("/compte/")
    now = timezone.now()
    SignIn.objects.update(seen_at=now - seen, started_at=now - started)

    assert is_signed_in(client) == stays
    assert is_signed_in(client) == stays


def test_session_whose_sign_in_was_tidied_away_stays_ended(client):
    """trust A8. The worker drops the line of a browser idle for two hours: its cookie opens nothing more."""
    sign_in(client, PersonFactory())
    before = is_signed_in(client)
    SignIn.objects.update(seen_at=timezone.now() - timedelta(hours=3))

    forget_old(timezone.now())

    assert (before, SignIn.objects.count(), is_signed_in(client)) == (True, 0, False)


def test_sessions_are_listed_and_ended(client):
    """trust A8. One sees where one is signed in, and ends it from afar; never somebody else's."""
    person = PersonFactory()
    far, stranger = Client(), Client()
    for browser, who in ((client, person), (far, person), (stranger, PersonFactory())):
        sign_in(browser, who).get("/compte/", HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    page = client.get("/compte/securite")
    elsewhere = SignIn.objects.get(session_key=far.session.session_key)
    foreign = SignIn.objects.get(session_key=stranger.session.session_key)

    refused = client.post(f"/compte/sessions/{foreign.code}/terminer")
    client.post(f"/compte/sessions/{elsewhere.code}/terminer")

    assert [s.browser for s in page.context["sign_ins"]] == ["Firefox, Linux"] * 2
    assert refused.status_code == 404
    assert (is_signed_in(client), is_signed_in(far), is_signed_in(stranger)) == (True, False, True)


def test_all_other_sessions_end_at_once(client):
    """trust A8. Everywhere but here."""
    person, far = PersonFactory(), Client()
    for browser in (client, far):
        sign_in(browser, person).get("/compte/")

    client.post("/compte/sessions/terminer")

    assert (is_signed_in(client), is_signed_in(far)) == (True, False)


def test_sign_out_clears_the_browser(client):
    """trust W10. Clear-Site-Data, and no session left."""
    sign_in(client, PersonFactory())
    client.get("/compte/")

    left = client.post("/compte/sortir")

    assert (left.url, left.headers["Clear-Site-Data"]) == ("/", '"cache", "cookies", "storage"')
    assert (is_signed_in(client), Session.objects.count()) == (False, 0)


def test_cookies_are_closed():
    """trust A10. HttpOnly, Lax; Secure and __Host- wherever the address is https."""
    import os
    import subprocess
    import sys

    words = "from marelle.config import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)"
    env = {**os.environ, "MARELLE_MODE": "test", "MARELLE_ADDRESS": "https://marelle.example"}
    said = subprocess.run([sys.executable, "-c", words], env=env, capture_output=True, text=True, check=True).stdout

    assert said.split() == ["__Host-marelle", "__Host-marelle-csrf", "True", "True", "True", "Lax"]


@pytest.mark.parametrize(
    "next_",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "https://u@evil.example"],
)
def test_next_stays_in_the_house(client, next_):
    """trust W5. After signing in one stays here."""
    person = PersonFactory(secret_word=PASSWORD)

    done = client.post("/compte/entrer", {"login": person.email, "password": PASSWORD, "next": next_})

    assert done.url == "/compte/"


def test_demo_code_is_shown_in_demonstration_only(client, settings):
    """settled 24. The page writes the code of an invented person; never outside the demonstration."""
    sign_in(client, PersonFactory(application=True), proof="code")
    outside = client.get("/compte/preuve/application").content.decode()
    settings.DEMO = True

    inside = client.get("/compte/preuve/application").content.decode()

    assert ("data-demo-code" in outside, f"data-demo-code>{totp()}" in inside) == (False, True)


def test_nobody_signs_up_out_of_the_blue(client):
    """trust A11. There is no sign-up page: one comes through one's commune or an invitation."""
    assert client.get(reverse("account_signup")).url == "/rejoindre"
    assert client.post(reverse("account_signup"), {"email": "a@b.example"}).url == "/rejoindre"


def test_robot_never_signs_in(client):
    """trust A11. The house's own account has no way in."""
    robot = PersonFactory(robot=True)

    ask_for_code(client, robot.email)
    client.post("/compte/entrer/code/recu", {"code": code_of_last_letter()})

    assert not is_signed_in(client)
