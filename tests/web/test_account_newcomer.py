"""Coming in through one's commune, or with an invitation; files taken away."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from marelle.accounts import files, operations
from marelle.accounts.models import JoinRequest, Organisation, Person
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Letter
from tests.factories.accounts import SECRET, OrganisationFactory, PersonFactory
from tests.factories.territories import TerritoryFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WHO = {"name": "Dominique Neuf", "email": "dominique@marelle.example"}


@pytest.fixture
def place():
    return TerritoryFactory(code="67447", name="Schiltigheim", siren="216704478", population=34000)


def code_of_last_letter():
    return re.search(r"^ {4}(\S+)$", Letter.objects.latest("pk").text, re.M)[1]


def come(client, who=WHO):
    asked = client.post("/compte/commune/67447", who)
    return client.post(asked.url, {"code": code_of_last_letter()})


def test_newcomer_opens_the_space_of_their_commune(client, place):
    """trust A4, A11. Two screens: who you are, the code; then one administers one's commune, in a light session."""
    page = client.get("/compte/commune/67447").content.decode()

    done = come(client)

    person = Person.objects.get(email=WHO["email"])
    city = Organisation.objects.get(code="67447")
    assert "34\u202f000 habitants" in page
    assert (done.url.rstrip("/"), person.name) == ("/espace/67447", "Dominique Neuf")
    assert person.roles_in(city) == {Role.CITY_ADMINISTRATOR}
    assert client.get("/espace/67447/equipe").context["is_light"] is True


def test_newcomer_asks_to_join_a_space_already_open(client, place):
    """trust R2. The request goes to those who hold it; the newcomer sees nothing of the space yet."""
    operations.create_organisation(place, by=PersonFactory())

    done = come(client)

    assert done.url == "/compte/"
    assert JoinRequest.objects.get().person.email == WHO["email"]
    assert client.get("/espace/67447/equipe").status_code == 404
    assert "Schiltigheim" in client.get("/compte/").content.decode()


def test_newcomer_with_an_application_uses_it(client, place):
    """trust A3. A known address with an application: its code too, then one press."""
    PersonFactory(email=WHO["email"], application=True)

    first = come(client)
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    second = client.post(first.url, {"code": format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))})
    nothing_yet = Organisation.objects.count()
    third = client.post(second.url)

    assert (first.url, second.url, nothing_yet) == ("/compte/entrer/application", "/compte/commune/67447", 0)
    assert third.url.rstrip("/") == "/espace/67447"


def test_newcomer_page_says_the_same_for_known_addresses(place):
    """trust A5. Same words and one letter each, whether the address has an account or not."""
    PersonFactory(email=WHO["email"])
    pages = []
    for address in (WHO["email"], "unknown@marelle.example"):
        client = Client()
        asked = client.post("/compte/commune/67447", {**WHO, "email": address})
        page = client.get(asked.url).content.decode().replace(address, "")
        pages.append((asked.status_code, re.sub(r'value="[^"]*"', "", page)))

    assert pages[0] == pages[1]
    assert list(Letter.objects.values_list("kind", flat=True)) == ["login_code", "login_code"]


def test_newcomer_code_belongs_to_the_browser_that_asked(client, place):
    """trust A6. Elsewhere the code opens nothing; and nothing is written before it is typed."""
    client.post("/compte/commune/67447", WHO)
    before = (Person.objects.count(), Organisation.objects.count())

    elsewhere = Client().post("/compte/commune/67447/code", {"code": code_of_last_letter()})

    assert (before, elsewhere.url) == ((0, 0), "/compte/commune/67447")
    assert Person.objects.count() == 0


@pytest.mark.parametrize("situation", ["five wrong codes", "sixteen minutes"])
def test_newcomer_code_ends(client, place, situation):
    """trust A6, L1. Five tries, fifteen minutes."""
    client.post("/compte/commune/67447", WHO)
    code = code_of_last_letter()
    if situation == "five wrong codes":
        answers = [client.post("/compte/commune/67447/code", {"code": "AAAA-AAAA"}).status_code for _ in range(5)]
        assert answers == [422, 422, 422, 422, 302]
    else:
        session = client.session
        session["newcomer"] = {**session["newcomer"], "at": time.time() - 960}
        session.save()

    client.post("/compte/commune/67447/code", {"code": code})

    assert Person.objects.count() == 0


def test_newcomer_letters_are_limited(client, place):
    """trust L2. Three an hour to one address."""
    statuses = [client.post("/compte/commune/67447", WHO).status_code for _ in range(4)]

    assert statuses == [302, 302, 302, 429]


def test_newcomer_fields_beyond_the_form_change_nothing(client, place):
    """trust O10. Posting a role, an organisation or a territory adds nothing."""
    other = OrganisationFactory()
    asked = client.post(
        "/compte/commune/67447", {**WHO, "role": "PA", "organisation": other.code, "territory": "75056"}
    )
    client.post(asked.url, {"code": code_of_last_letter(), "email": "evil@marelle.example"})

    person = Person.objects.get()
    assert (person.email, [m.role for m in person.living_memberships]) == (WHO["email"], ["CA"])


def test_siren_of_a_commune_leads_to_its_code(client, place):
    """settled 17. A commune's SIREN redirects; an unknown code is 404."""
    assert client.get("/compte/commune/216704478").url == "/compte/commune/67447"
    assert client.get("/compte/commune/99999").status_code == 404


def test_signed_in_person_presses_once(client, place):
    """trust R2. Someone of another town opens one more space without typing anything."""
    person = PersonFactory()
    sign_in(client, person, proof="code")

    done = client.post("/compte/commune/67447")

    assert done.url.rstrip("/") == "/espace/67447"
    assert client.get("/compte/commune/67447").url.rstrip("/") == "/espace/67447"


# Invitations ---------------------------------------------------------------------------------------------------------
def invited(email="ada@marelle.example"):
    city = OrganisationFactory(name="Bourg")
    chief = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])
    _invitation, token = operations.invite(city.pk, email=email, role=Role.CITY_EDITOR, by=chief)
    return city, f"/compte/invitation/{token}"


def test_invitation_lets_somebody_new_in(client):
    """trust A6. A name, and one is in, in a light session."""
    city, path = invited()
    page = client.get(path).content.decode()

    done = client.post(path, {"name": "Ada"})

    person = Person.objects.get(email="ada@marelle.example")
    assert "Bourg" in page
    assert (done.url.rstrip("/"), person.roles_in(city)) == (f"/espace/{city.code}", {Role.CITY_EDITOR})
    assert client.get("/compte/").status_code == 200


def test_invitation_of_a_known_person_asks_to_sign_in(client):
    """trust V10. The link alone does not open somebody's account, nor another signed-in one."""
    person = PersonFactory(email="ada@marelle.example")
    city, path = invited()
    outside = client.post(path, {"name": "Eve"})
    sign_in(other := Client(), PersonFactory())
    elsewhere = other.post(path, {"name": "Eve"})
    sign_in(client, person, proof="code")

    done = client.post(path, {"name": "Ada"})

    assert (outside.status_code, elsewhere.status_code) == (200, 200)
    assert "Connectez-vous pour accepter" in outside.content.decode()
    assert done.url.rstrip("/") == f"/espace/{city.code}"


@pytest.mark.parametrize("situation", ["used", "too late"])
def test_ended_invitation_says_so(client, situation):
    """trust A6. 409, with a sentence; an invented link is 404."""
    moment = datetime(2026, 5, 4, 8, tzinfo=UTC)
    with clock.at(moment):
        _city, path = invited()
        if situation == "used":
            Client().post(path, {"name": "Ada"})
    with clock.at(moment + timedelta(days=15 if situation == "too late" else 1)):
        ended = client.get(path)

    assert (ended.status_code, client.get("/compte/invitation/xyz").status_code) == (409, 404)
    assert "invitation" in ended.content.decode()


# Account -------------------------------------------------------------------------------------------------------------
def test_details_are_changed_by_oneself(client):
    """trust R1. Name and language."""
    person = PersonFactory()
    sign_in(client, person, proof="code")

    client.post("/compte/moi", {"name": "Nouveau Nom", "language": "en", "email": "x@y.example", "is_active": ""})

    person.refresh_from_db()
    assert (person.name, person.language, person.is_active) == ("Nouveau Nom", "en", True)


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_a_fixed_number_of_questions(client, django_assert_num_queries, count):
    """STYLE 21. Whatever the number of places."""
    person = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_EDITOR) for _ in range(count)])
    sign_in(client, person)
    client.get("/compte/")

    with django_assert_num_queries(6):
        client.get("/compte/")


def test_account_pages_need_someone(client):
    """trust O1. Signed out, one is led to the door."""
    for path in ("/compte/", "/compte/moi", "/compte/securite", "/compte/adresse", "/compte/mot-de-passe"):
        assert client.get(path).url == f"/compte/entrer?next={path}"


# Files ---------------------------------------------------------------------------------------------------------------
@pytest.fixture
def kept():
    city = OrganisationFactory()
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    return files.keep(b"<b>%PDF</b>", label="plan école.pdf", kind="pdf", organisation=city, by=editor), editor


def test_file_is_taken_away_never_shown(client, kept):
    """trust U6. An attachment, not sniffed, in a sandbox, kept nowhere."""
    file, editor = kept
    sign_in(client, editor)

    response = client.get(f"/compte/fichiers/{file.code}")

    assert b"".join(response.streaming_content) == b"<b>%PDF</b>"
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''plan%20%C3%A9cole.pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", ["nobody", "another city", "committee before it is shared", "role ended", "removed"])
def test_file_is_not_there_for_others(client, kept, who):
    """trust U6, V1. Replaying the address signed out, as another city, after losing the role: nothing."""
    file, editor = kept
    if who == "another city":
        sign_in(client, PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)]))
    elif who == "committee before it is shared":
        house = OrganisationFactory(committee=True)
        sign_in(client, PersonFactory(roles=[(house, Role.PROGRAMME_ADMINISTRATOR)]))
    elif who != "nobody":
        sign_in(client, editor)
        if who == "removed":
            files.remove(file, by=editor)
        else:
            editor.memberships.update(ended_at=clock.now())

    status = client.get(f"/compte/fichiers/{file.code}").status_code

    assert status == (302 if who == "nobody" else 404)
