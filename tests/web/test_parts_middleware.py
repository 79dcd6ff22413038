"""What stands around every view: headers, kept pages, errors turned into pages."""

import gzip
import re
from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock, stamps
from marelle.web.parts import page_cache
from marelle.web.parts.addresses import client_address, safe_next
from marelle.web.parts.middleware import StampArrival
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.web import trial_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.trial_urls")]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


@pytest.fixture(autouse=True)
def nothing_done():
    for seen in (trial_urls.drawn, trial_urls.done, trial_urls.stuck):
        seen.clear()


@pytest.fixture
def kept_pages(settings):
    """The cache of public pages, which other tests do without."""
    settings.PAGE_CACHE_BYTES = 2**20


@pytest.fixture
def sturdy(client):
    client.raise_request_exception = False
    return client


# Headers -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/page", "/nulle-part", "/casse", "/erreur/closed", "/envoi", "/compte/erreur/no"])
def test_every_answer_has_the_strict_policy(sturdy, address):
    """trust W1. Error pages and redirects too; nothing inline is ever allowed."""
    response = sturdy.get(address)

    assert response.headers["Content-Security-Policy"] == POLICY


def test_every_answer_has_the_other_headers(client, settings):
    """trust W2."""
    settings.SECURE = True

    headers = client.get("/page").headers

    assert {name: headers[name] for name in sorted(headers) if name.startswith(("X-", "Ref", "Cross", "Strict"))} == {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert "microphone=()" in headers["Permissions-Policy"]
    assert re.findall(r"=\([^)]", headers["Permissions-Policy"]) == []


def test_without_https_no_promise_of_https(client):
    assert "Strict-Transport-Security" not in client.get("/page").headers


def test_what_is_behind_a_door_is_not_kept_by_browsers(client):
    """trust W10. The public page beside it may be."""
    town = OrganisationFactory()
    client.force_login(PersonFactory(roles=[(town, Role.CITY_READER)]))

    inside, public, wrong = client.get(f"/espace/{town.code}/voir"), client.get("/page"), client.get("/nulle-part")

    assert (inside.status_code, inside.headers["Cache-Control"]) == (200, "no-store")
    assert "no-store" not in public.headers.get("Cache-Control", "")
    assert wrong.headers["Cache-Control"] == "no-store"


# Kept pages ----------------------------------------------------------------------------------------------------------
def test_public_page_is_drawn_once_until_something_changes(client, kept_pages):
    first, second = client.get("/page"), client.get("/page")
    stamps.bump("public")
    third = client.get("/page")

    assert trial_urls.drawn == ["/page", "/page"]
    assert first.content == second.content == third.content


def test_public_page_costs_one_question_when_kept(client, kept_pages, django_assert_num_queries):
    client.get("/page")

    with django_assert_num_queries(1):
        client.get("/page")


def test_kept_page_depends_on_its_whole_address(client, kept_pages):
    client.get("/page?a=1")
    client.get("/page?a=2")

    assert trial_urls.drawn == ["/page?a=1", "/page?a=2"]


def test_kept_page_is_compressed_and_known_again(client, kept_pages):
    plain = client.get("/page")
    packed = client.get("/page", headers={"Accept-Encoding": "gzip, br"})
    again = client.get("/page", headers={"If-None-Match": plain.headers["ETag"]})

    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 4
    assert (again.status_code, again.content) == (304, b"")
    assert trial_urls.drawn == ["/page"]


def test_head_is_answered_from_the_kept_page(client, kept_pages):
    client.get("/page")

    response = client.head("/page")

    assert (response.status_code, response.content, len(trial_urls.drawn)) == (200, b"", 1)


@pytest.mark.parametrize("address", ["/formulaire", "/temoin"])
def test_page_of_one_reader_is_never_kept(client, kept_pages, address):
    """trust A12. A form's key or a cookie is for one reader."""
    client.get(address)
    client.get(address)

    assert trial_urls.drawn == [address, address]


def test_form_key_differs_at_each_showing(client, kept_pages):
    first, second = client.get("/formulaire").content, client.get("/formulaire").content

    assert first != second


def test_pages_behind_a_door_are_never_kept(client, kept_pages):
    town = OrganisationFactory(name="Bourg-Neuf")
    address = f"/espace/{town.code}/voir"
    client.force_login(PersonFactory(roles=[(town, Role.CITY_READER)]))

    inside = client.get(address)
    client.logout()
    outside = client.get(address)

    assert (inside.content.decode(), outside.status_code) == ("Bourg-Neuf", 302)


def test_pages_never_take_more_room_than_given():
    pages = page_cache.Pages(limit=10_000)
    for number in range(50):
        pages.keep(f"/{number}", page_cache.make_page(b"x" * 400, {}, stamp=1))

    assert pages.weight <= 10_000
    assert pages.find("/0", 1) is None
    assert pages.find("/49", 1).body == b"x" * 400
    assert pages.find("/49", 2) is None


def test_page_heavier_than_a_quarter_of_the_room_is_not_kept():
    pages = page_cache.Pages(limit=10_000)
    pages.keep("/lourd", page_cache.make_page(b"x" * 5000, {}, stamp=1))

    assert (pages.weight, pages.find("/lourd", 1)) == (0, None)


def test_public_pages_set_no_cookie_and_ask_for_none(client, kept_pages):
    """trust A12."""
    town = OrganisationFactory()
    client.force_login(PersonFactory(roles=[(town, Role.CITY_READER)]))

    responses = [client.get(address) for address in ("/page", "/formulaire", "/nulle-part", "/erreur/closed")]

    assert [dict(r.cookies) for r in responses] == [{}, {}, {}, {}]
    assert ["cookie" in r.headers.get("Vary", "").lower() for r in responses[:2]] == [False, False]


# Errors --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("closed", 409, "L’appel est clos."),
        ("bad", 422, "Ligne 3 : date inconnue."),
        ("many", 429, "Trop vite."),
        ("away", 503, "Le cachet ne répond pas."),
        ("no", 403, "Votre rôle ne le permet pas."),
    ],
)
def test_error_becomes_a_page_with_its_sentence_and_a_reference(client, caplog, name, status, words):
    response = client.get(f"/erreur/{name}")

    text = response.content.decode()
    reference = re.search(r"reference=(\w+)", caplog.text).group(1)
    assert response.status_code == status
    assert words in text
    assert reference in text


@pytest.mark.parametrize(("name", "seconds"), [("many", "30"), ("away", "5")])
def test_error_that_passes_says_when_to_come_back(client, name, seconds):
    assert client.get(f"/erreur/{name}").headers["Retry-After"] == seconds


def test_conflict_shows_both_texts(client):
    """trust D1."""
    text = client.get("/erreur/conflict").content.decode()

    assert ("mon" in text, "leur" in text, 'value="mon texte"' in text) == (True, True, True)


def test_conflict_is_a_fragment_for_a_form_that_saves_itself(client):
    response = client.get("/erreur/conflict", headers={"X-Requested-With": "fetch"})

    assert (response.status_code, b"<html" in response.content, b"mon texte" in response.content) == (409, False, True)


def test_proof_needed_leads_to_the_proof_and_back(client):
    response = client.get("/erreur/proof?a=1")

    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/compte/preuve?next=%2Ferreur%2Fproof%3Fa%3D1",
    )


def test_script_gets_the_sentence_as_json(client):
    response = client.get("/erreur/closed", headers={"Accept": "application/json"})

    assert (response.status_code, response.json()["error"]) == (409, "L’appel est clos.")


def test_broken_page_says_nothing_of_the_inside(sturdy, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = sturdy.get("/casse")

    assert response.status_code == 500
    assert b"canary" not in response.content
    assert b"RuntimeError" not in response.content


def test_refusal_is_written_in_the_journal(client):
    """trust J3."""
    town = OrganisationFactory()
    person = PersonFactory(roles=[(town, Role.CITY_READER)])
    client.force_login(person)

    response = client.get(f"/espace/{town.code}/interdit")

    content = JournalContent.objects.get()
    assert response.status_code == 403
    assert (content.person, content.verb, content.facts) == (person, "refused", {"rule": "may_submit"})
    assert content.entry.chain.organisation == town


@pytest.mark.parametrize("stuck", [1, 2])
def test_page_stopped_by_a_lock_is_tried_once_more(client, stuck):
    trial_urls.stuck.extend(["stuck"] * stuck)

    response = client.post("/verrou")

    assert trial_urls.done == ["tried", "tried"]
    assert (response.status_code, response.headers.get("Retry-After")) == ((200, None), (503, "5"))[stuck - 1]


# Doors ---------------------------------------------------------------------------------------------------------------
def test_workspace_opens_to_its_people_alone(client):
    """trust O3, R2. Outside is 404, never 403."""
    own, other = OrganisationFactory(), OrganisationFactory()
    client.force_login(PersonFactory(roles=[(own, Role.CITY_READER)]))

    statuses = [client.get(f"/espace/{code}/voir").status_code for code in (own.code, other.code, "99999")]

    assert statuses == [200, 404, 404]


def test_workspace_closes_at_the_request_after_a_role_ends(client):
    """trust R7."""
    town = OrganisationFactory()
    person = PersonFactory(roles=[(town, Role.CITY_READER)])
    client.force_login(person)
    before = client.get(f"/espace/{town.code}/voir").status_code

    person.memberships.update(ended_at=datetime(2026, 1, 5, tzinfo=UTC))

    assert (before, client.get(f"/espace/{town.code}/voir").status_code) == (200, 404)


@pytest.mark.parametrize(
    ("role", "statuses"), [(None, [404, 404]), (Role.REVIEWER, [200, 403]), (Role.PROGRAMME_OFFICER, [200, 200])]
)
def test_office_opens_to_the_committee(client, role, statuses):
    committee = OrganisationFactory(committee=True)
    client.force_login(PersonFactory(roles=[(committee, role)] if role else []))

    assert [client.get(address).status_code for address in ("/bureau/", "/bureau/equipe")] == statuses


# Forms without cookies -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, 204),
        ({"Origin": "http://testserver"}, 204),
        ({}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://ailleurs.example"}, 403),
        ({"Origin": "http://testserver.ailleurs.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_public_form_refuses_what_another_site_sends(client, headers, status):
    """trust W4."""
    response = client.post("/envoi", {}, headers=headers)

    assert (response.status_code, trial_urls.done) == (status, ["POST"] if status == 204 else [])


@pytest.mark.parametrize(
    ("method", "address", "sent"),
    [
        ("get", "/page?q=a%00b", {}),
        ("get", "/page?%00=1", {}),
        ("get", "/erreur/a%00b", {}),
        ("post", "/envoi", {"form_key": "a\x00"}),
        ("post", "/envoi", {"a\x00": "1"}),
    ],
    ids=["value", "name", "path", "typed", "field"],
)
def test_nul_is_a_bad_request_everywhere(client, method, address, sent):
    """trust W9. PostgreSQL keeps no NUL: it is refused at the door, whatever the view would do with it."""
    answer = getattr(client, method)(address, sent) if sent else client.get(address)

    assert answer.status_code == 400
    assert trial_urls.done == []


def test_limit_delays_and_says_until_when(client):
    """trust L6."""
    statuses = [client.get("/limite").status_code for _ in range(2)]
    response = client.get("/limite")

    assert statuses == [200, 200]
    page = response.content.decode()
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert (
        "<h1>C’était beaucoup en peu de temps. Réessayez dans une minute ou deux\u202f; rien n’est bloqué.</h1>" in page
    )
    assert [words for words in ("Too many", "That was", "Back to", "Reference", "saved") if words in page] == []


# Addresses -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_client_address_believes_our_proxies_alone(settings, proxies, header, expected):
    """trust W7."""
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": header})

    assert client_address(request) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("/espace/67447?x=1", "/espace/67447?x=1"),
        ("//ailleurs.example", "/"),
        ("https://ailleurs.example", "/"),
        ("/\\ailleurs.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://moi@testserver/", "/"),
        ("", "/"),
    ],
)
def test_redirect_stays_in_the_house(wanted, expected):
    """trust W5."""
    assert safe_next(RequestFactory().get("/", {"next": wanted}), "/") == expected


@pytest.mark.parametrize("method", ["get", "post"])
def test_arrival_is_stamped_by_the_house_clock(method):
    moment = datetime(2026, 5, 4, 12, tzinfo=UTC)
    request = getattr(RequestFactory(), method)("/")

    with clock.at(moment):
        StampArrival(lambda r: r)(request)

    assert request.arrived_at == moment
