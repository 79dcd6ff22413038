"""Coming in through an OpenID Connect issuer: what is believed, what is refused, who ties an identity to an account."""

import time

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import caches
from django.test import Client

from marelle.accounts import identities, issuer, proof
from marelle.accounts.identities import Identity
from marelle.accounts.models import JournalContent, Notification, PendingAct
from marelle.accounts.states import Role
from marelle.base.errors import NotAllowed, WrongState
from marelle.base.models import Letter
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.issuer import CLIENT, OTHER_KEY, SECRET, listening
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
START, BACK, ASK, ANSWER = (
    "/compte/entrer/identite",
    "/compte/entrer/identite/retour",
    "/compte/identite",
    "/bureau/equipe/identites",
)


@pytest.fixture(scope="module")
def house():
    """The issuer, on a port of this machine."""
    with listening() as found:
        yield found


@pytest.fixture
def service(house, settings):
    """The issuer, honest again, and settings that name it."""
    house.__init__(house.address)
    caches["local"].clear()
    told = {"issuer": house.address, "client": CLIENT, "secret": SECRET, "name": "ProConnect"}
    settings.OIDC = {**told, "scope": ["openid", "email"], "acr": [], "amr": []}
    return house


def tie(service, person, *, sub="s-1", email="alix@ville.example"):
    """An identity of the issuer that opens the account of `person`."""
    return SocialAccount.objects.create(user=person, provider=service.address, uid=sub, extra_data={"email": email})


def come_back(browser, service, **said):
    """To the issuer and back, as a browser does."""
    place = browser.post(START, {"next": said.pop("next", "")}).context["place"]
    told = {"sub": "s-1", "email": "alix@ville.example", "name": "Alix Chef", **said}
    return browser.get(BACK, service.let_in(place, **told))


def who(browser):
    return browser.session.get("_auth_user_id")


def test_identity_opens_its_account(client, service):
    """trust A13. Issuer and subject; a code, a state, a nonce and PKCE; a light session until more is proved."""
    person = PersonFactory()
    tie(service, person)

    page = client.post(START, {"next": "/compte/moi"})
    done = client.get(BACK, service.let_in(page.context["place"], sub="s-1", email="Alix@ville.example"))

    asked = page.context["place"].partition("?")[2]
    assert (done.status_code, done["Location"], who(client)) == (302, "/compte/moi", str(person.pk))
    assert page.headers["Refresh"] == f"0;url={page.context['place']}"
    assert [word in asked for word in ("nonce=", "state=", "code_challenge=", "code_challenge_method=S256")] == [
        True
    ] * 4
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcompte%2Fentrer%2Fidentite%2Fretour" in asked
    assert proof.is_light(client.get("/compte/").wsgi_request)


def test_what_is_said_in_one_signed_piece_is_read(client, service):
    """ProConnect signs what it says of a person (OpenID Connect Core 1.0, section 5.3.2)."""
    person = PersonFactory()
    tie(service, person)
    service.signs_what_it_says = True

    come_back(client, service)

    assert who(client) == str(person.pk)


def unsigned(service):
    service.key, service.algorithm = None, "none"


def shared_secret(service):
    service.key, service.algorithm = SECRET * 2, "HS256"


def other_key(service):
    service.key = OTHER_KEY


LIES = {
    "another nonce": {"nonce": "never-asked"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-client"},
    "several audiences, issued to another": {"aud": [CLIENT, "other"], "azp": "other"},
    "another issuer": {"iss": "https://evil.example"},
    "ended": {"exp": int(time.time()) - 3600},
    "no end": {"exp": None},
    "from tomorrow": {"iat": int(time.time()) + 86400},
    "no subject": {"sub": None},
    "a long subject": {"sub": "s" * 300},
    "of somebody else": {"sub": "s-2"},
}
FORGERIES = {"not signed": unsigned, "signed with our secret": shared_secret, "signed by another": other_key}


@pytest.mark.parametrize("lie", [*LIES, *FORGERIES])
def test_token_that_lies_opens_nothing(client, service, lie):
    """trust A13. Each thing a token says is checked; the page says what to do, and nothing has changed."""
    person = PersonFactory()
    tie(service, person)
    tie(service, PersonFactory(), sub="s-2")
    service.lies = LIES.get(lie, {})
    FORGERIES.get(lie, lambda service: None)(service)

    done = come_back(client, service)

    assert (done.status_code, who(client), PendingAct.objects.count()) == (401, None, 0)
    assert "n’a pas ouvert votre compte" in done.content.decode()


def test_code_serves_once(client, service):
    """trust A13. The same answer, brought a second time, here or in another browser."""
    person = PersonFactory()
    tie(service, person)
    place = client.post(START).context["place"]
    answer = service.let_in(place, sub="s-1", email="alix@ville.example")
    thief = Client()
    stolen = thief.get(BACK, answer)

    first = client.get(BACK, answer)
    client.post("/compte/sortir")
    again = client.get(BACK, answer)
    state = client.post(START).context["place"].partition("state=")[2].partition("&")[0]
    old_code = client.get(BACK, {**answer, "state": state})

    assert (stolen.status_code, first.status_code, again.status_code, old_code.status_code) == (401, 302, 401, 401)
    assert (who(thief), who(client)) == (None, None)


def test_code_of_another_browser_is_refused(client, service):
    """RFC 7636. A code put into somebody's browser with that browser's own state: the verifier does not go with it."""
    tie(service, PersonFactory())
    other = Client()
    stolen = service.let_in(other.post(START).context["place"], sub="s-1")
    state = client.post(START).context["place"].partition("state=")[2].partition("&")[0]

    done = client.get(BACK, {"code": stolen["code"], "state": state})

    assert (done.status_code, who(client)) == (401, None)


@pytest.mark.parametrize("query", [{}, {"state": "x", "code": "y"}, {"error": "access_denied"}, {"code": "y"}])
def test_coming_back_from_nowhere_opens_nothing(client, service, query):
    """trust A13. No state of ours, no exchange: the issuer is not even asked."""
    service.calls.clear()

    done = client.get(BACK, query)

    assert (done.status_code, who(client), "/token" in service.calls) == (401, None, False)


def test_who_gives_up_there_is_told_so(client, service):
    place = client.post(START).context["place"]
    state = place.partition("state=")[2].partition("&")[0]

    done = client.get(BACK, {"error": "access_denied", "state": state})

    assert "Vous avez renoncé en chemin" in done.content.decode()


@pytest.mark.parametrize("fault", ["down", "another name", "nonsense"])
def test_issuer_that_fails_leaves_the_other_ways_in(client, service, settings, fault):
    """trust F17. A page that says to come in otherwise, never a broken one."""
    if fault == "down":
        settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}
    service.config_lies = {
        "another name": {"issuer": "https://evil.example"},
        "nonsense": {"token_endpoint": None},
    }.get(fault, {})

    first = client.post(START)
    done = first if first.status_code == 401 else client.get(BACK, service.let_in(first.context["place"], sub="s-1"))

    assert (done.status_code, who(client)) == (401, None)


def test_unknown_subject_with_a_known_address_opens_nothing(client, service):
    """trust A13. Never by e-mail: the same words whether the address is known or not; no account is made."""
    known = PersonFactory(email="alix@ville.example")
    pages = []
    for address in ("alix@ville.example", "nobody@ville.example"):
        browser = Client()
        done = come_back(browser, service, sub="s-9", email=address)
        assert (done["Location"], who(browser)) == (ASK, None)
        pages.append(browser.get(ASK).content.decode().replace(address, ""))

    assert pages[0] == pages[1]
    assert "ne vous connaît pas encore" in pages[0]
    assert (SocialAccount.objects.count(), type(known).objects.count()) == (0, 1)


def city_and_chiefs():
    """A city's editor, and two administrators of the committee that looks after it."""
    committee = OrganisationFactory(committee=True)
    chiefs = [PersonFactory(application=True, roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)]) for _ in range(2)]
    return PersonFactory(name="Alix Chef", roles=[(OrganisationFactory(), Role.CITY_EDITOR)]), chiefs


def test_person_asks_and_an_administrator_confirms(client, service):
    """trust A13, J1. From one's own account; told to administrators; the letter, and the journal; then it opens."""
    person, (chief, _other) = city_and_chiefs()
    come_back(client, service)
    sign_in(client, person, proof="code")
    come_back(client, service)
    asked = client.post(ASK)
    act = PendingAct.objects.get(kind="identity")
    browser = Client()

    before = come_back(browser, service)["Location"]
    office = sign_in(Client(), chief)
    page = office.get(ANSWER).content.decode()
    done = office.post(f"{ANSWER}/{act.code}")
    come_back(browser, service)

    act.refresh_from_db()
    assert (asked["Location"], before, done["Location"], who(browser)) == (
        "/compte/securite",
        ASK,
        ANSWER,
        str(person.pk),
    )
    assert ("alix@ville.example" in page, person.email in page) == (True, True)
    assert Notification.objects.filter(kind="identity_asked", person=chief).count() == 1
    assert set(JournalContent.objects.values_list("verb", flat=True)) == {
        "act_proposed",
        "act_confirmed",
        "identity_tied",
    }
    assert (act.state, act.payload) == ("accepted", {})
    assert Letter.objects.filter(address=person.email).latest("pk").text == (
        "Bonjour,\n\nSur votre compte Marelle, ProConnect a été ajouté comme moyen d’entrer.\n\n"
        "Ce n’était pas vous\u202f? Déconnectez aussitôt tous les navigateurs, ici\u202f:\n"
        "http://127.0.0.1:8000/compte/securite\n\nMarelle\n"
    )


def test_changed_address_goes_to_an_administrator(client, service):
    """trust A13. Known, but the issuer says another address: nobody comes in, one request, and the account is as it was."""
    person, (chief, _other) = city_and_chiefs()
    account = tie(service, person)

    first = come_back(client, service, email="autre@ville.example")
    again = come_back(client, service, email="autre@ville.example")

    account.refresh_from_db()
    assert (first["Location"], again["Location"], who(client)) == ("/compte/identite/changee",) * 2 + (None,)
    assert (account.extra_data, PendingAct.objects.count()) == ({"email": "alix@ville.example"}, 1)
    identities.confirm(PendingAct.objects.get().code, by=chief)
    come_back(client, service, email="autre@ville.example")
    assert who(client) == str(person.pk)


def test_other_subject_of_the_same_person_replaces_the_first_once_confirmed(client, service):
    """trust A13. A changed subject: the old one opens nothing any more."""
    person, (chief, _other) = city_and_chiefs()
    tie(service, person)
    act = identities.ask(Identity(service.address, "s-new", "alix@ville.example"), by=person)

    identities.confirm(act.code, by=chief)
    come_back(client, service)
    old = who(client)
    come_back(client, service, sub="s-new")

    assert (old, who(client)) == (None, str(person.pk))


def stranger_of(person, chiefs):
    return PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])


@pytest.mark.parametrize(
    ("who_answers", "error"),
    [
        (lambda person, chiefs: person, NotAllowed),
        (stranger_of, NotAllowed),
        (lambda person, chiefs: PersonFactory(roles=[(person.living_memberships[0].organisation, Role.CITY_ADMINISTRATOR)]), NotAllowed),
    ],
    ids=["who asked", "stranger", "administrator of the city"],
)  # fmt: skip
def test_confirm_refuses(service, who_answers, error):
    """trust R5. Another person, a programme administrator; else nothing has changed."""
    person, chiefs = city_and_chiefs()
    act = identities.ask(Identity(service.address, "s-1"), by=person)

    with pytest.raises(error):
        identities.confirm(act.code, by=who_answers(person, chiefs))

    act.refresh_from_db()
    assert (act.state, act.payload["subject"], SocialAccount.objects.count()) == ("asked", "s-1", 0)


def test_administrator_of_another_country_sees_nothing(client, service):
    """trust O2. Another committee's people do not exist: neither listed, nor answered."""
    person, _chiefs = city_and_chiefs()
    act = identities.ask(Identity(service.address, "s-1"), by=person)
    abroad = OrganisationFactory(committee=True, code="o-abroad", name="Comité belge", country="BE")
    sign_in(client, PersonFactory(application=True, roles=[(abroad, Role.PROGRAMME_ADMINISTRATOR)]))

    page, done = client.get(ANSWER), client.post(f"{ANSWER}/{act.code}")

    act.refresh_from_db()
    assert (person.name in page.content.decode(), done.status_code, act.state) == (False, 404, "asked")


def test_identity_opens_one_account(service):
    """trust A13. Asked by two, it opens the account of the first confirmed, and the other's request stays."""
    person, (chief, _other) = city_and_chiefs()
    second = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_EDITOR)])
    one, two = (identities.ask(Identity(service.address, "s-1"), by=someone) for someone in (person, second))
    identities.confirm(one.code, by=chief)

    with pytest.raises(WrongState):
        identities.confirm(two.code, by=chief)
    with pytest.raises(WrongState):
        identities.ask(Identity(service.address, "s-1"), by=PersonFactory())

    assert list(SocialAccount.objects.values_list("user", flat=True)) == [person.pk]


def test_request_is_declined_or_taken_back(client, service):
    """trust A13. By an administrator, or by who asked; what the issuer said is forgotten with it."""
    person, (chief, _other) = city_and_chiefs()
    act = identities.ask(Identity(service.address, "s-1", "alix@ville.example"), by=person)

    declined = sign_in(Client(), chief).post(f"{ANSWER}/{act.code}", {"decline": "1"})
    identities.ask(Identity(service.address, "s-1", "alix@ville.example"), by=person)
    sign_in(client, person, proof="code").post("/compte/identite/reprendre")

    states = PendingAct.objects.order_by("pk").values_list("state", "payload")
    assert (declined["Location"], list(states)) == (ANSWER, [("declined", {})] * 2)
    assert SocialAccount.objects.count() == 0


def test_untied_identity_opens_nothing(client, service):
    """trust A13. By its person alone, from the page of security."""
    person = PersonFactory()
    tie(service, person)
    sign_in(client, person, proof="code")

    client.post("/compte/identite/detacher")
    done = come_back(Client(), service)

    assert (done["Location"], SocialAccount.objects.count()) == (ASK, 0)


def test_second_factor_is_asked_before_a_way_in_changes(client, service):
    """trust A9. Who has an application proves it afresh; nothing is asked, nothing is untied meanwhile."""
    person = PersonFactory(application=True)
    tie(service, person)
    sign_in(client, person, minutes_ago=11)
    come_back_as = client.session
    come_back_as[issuer.WAITING] = {"told": {"issuer": service.address, "subject": "s-2"}, "at": time.time()}
    come_back_as.save()

    places = [client.post(path)["Location"].split("?")[0] for path in (ASK, "/compte/identite/detacher")]

    assert places == ["/compte/preuve/application"] * 2
    assert (PendingAct.objects.count(), SocialAccount.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("named", "said", "opens", "light", "fresh"),
    [
        ({}, {"acr": "eidas3", "amr": ["mfa"]}, False, True, False),
        ({"acr": ["eidas2"]}, {"acr": "eidas2"}, True, False, False),
        ({"acr": ["eidas2"]}, {"acr": "eidas2", "auth_time": "now"}, True, False, True),
        ({"acr": ["eidas2"]}, {"acr": "eidas1"}, False, True, False),
        ({"amr": ["mfa"]}, {"amr": ["pwd", "mfa"]}, True, False, False),
        ({"amr": ["mfa"]}, {"amr": "mfa"}, False, True, False),
        ({"amr": ["mfa"]}, {}, False, True, False),
    ],
    ids=["not named", "acr", "acr, just now", "another acr", "amr", "amr not a list", "nothing said"],
)
def test_second_factor_of_the_issuer_counts_when_settings_say_so(
    client, service, settings, named, said, opens, light, fresh
):
    """trust A3. Else who has an application is asked for it, and who has none comes in lightly."""
    settings.OIDC = {**settings.OIDC, **named}
    city = OrganisationFactory()
    protected = PersonFactory(application=True, roles=[(city, Role.CITY_ADMINISTRATOR)])
    bare = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])
    tie(service, protected), tie(service, bare, sub="s-2")
    said = {name: time.time() if value == "now" else value for name, value in said.items()}
    other = Client()

    done = come_back(client, service, **said)
    come_back(other, service, sub="s-2", **said)
    request = other.get("/compte/").wsgi_request

    assert done["Location"] == ("/compte/" if opens else "/compte/entrer/application")
    assert (who(other), proof.is_light(request), proof.has_fresh_proof(request)) == (str(bare.pk), light, fresh)


def test_application_is_asked_after_the_issuer(client, service):
    """trust A3. The second step, then in."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    from tests.factories.accounts import SECRET as OF_APPLICATION

    person = PersonFactory(application=True)
    tie(service, person)

    first = come_back(client, service)
    code = format_hotp_value(hotp_value(OF_APPLICATION, int(time.time()) // 30))
    done = client.post(first["Location"], {"code": code})

    assert (first["Location"], done["Location"], who(client)) == (
        "/compte/entrer/application",
        "/compte/",
        str(person.pk),
    )


@pytest.mark.parametrize("closed", [{"disabled": True}, {"robot": True}], ids=["closed", "robot"])
def test_closed_account_stays_closed(client, service, closed):
    """trust A11. An issuer opens no account that is closed, nor the house's own."""
    tie(service, PersonFactory(**closed))

    come_back(client, service)

    assert who(client) is None


def test_without_an_issuer_there_is_nothing(client, settings):
    """trust W3. No button, and addresses that do not exist."""
    settings.OIDC = {}
    page = client.get("/compte/entrer").content.decode()

    statuses = [
        client.post(START).status_code,
        *(client.get(path).status_code for path in (BACK, ASK, f"{ASK}/changee", f"{OUT}/identite/retour")),
    ]

    assert (START in page, statuses) == (False, [404] * 5)


OUT = "/compte/sortir"


def test_signing_out_signs_out_there_too(client, service):
    """RP-Initiated Logout 1.0. Signed out here first; the hint, the way back and the state are what the issuer believes."""
    tie(service, PersonFactory())
    come_back(client, service)

    done = client.post(OUT)
    place = done.context["place"]
    back = service.sign_out(place)
    page = client.get(back)

    assert (who(client), service.signed_out) == (None, ["s-1"])
    assert place.startswith(f"{service.address}/end?")
    assert (done.headers["Refresh"], done.headers["Clear-Site-Data"]) == (
        f"0;url={place}",
        '"cache", "cookies", "storage"',
    )
    assert ("Vous êtes déconnecté" in page.content.decode(), "ProConnect" in page.content.decode()) == (True, True)


def test_signing_out_after_the_application_signs_out_there_too(client, service):
    """trust A3. The way in is remembered through the second step."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    from tests.factories.accounts import SECRET as OF_APPLICATION

    tie(service, PersonFactory(application=True))
    first = come_back(client, service)
    client.post(first["Location"], {"code": format_hotp_value(hotp_value(OF_APPLICATION, int(time.time()) // 30))})

    done = client.post(OUT)

    assert (service.sign_out(done.context["place"]) is None, service.signed_out) == (False, ["s-1"])


FAULTY_ENDS = {
    "down": None,
    "no way out": {"end_session_endpoint": None},
    "a script": {"end_session_endpoint": "javascript:alert(1)"},
    "not an address": {"end_session_endpoint": 7},
    "another name": {"issuer": "https://evil.example"},
}


@pytest.mark.parametrize("fault", FAULTY_ENDS)
def test_signing_out_here_never_waits_for_the_issuer(client, service, settings, fault):
    """trust F17. Whatever the issuer says, one is signed out here, as without it."""
    tie(service, PersonFactory())
    come_back(client, service)
    caches["local"].clear()
    service.config_lies = FAULTY_ENDS[fault] or {}
    if fault == "down":
        session = client.session
        session[issuer.OPENED_BY] = {**session[issuer.OPENED_BY], "issuer": "http://127.0.0.1:9"}
        session.save()
        settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}

    done = client.post(OUT)

    assert (done.status_code, done["Location"], who(client)) == (302, "/", None)
    assert done.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_who_came_in_otherwise_is_not_sent_to_the_issuer(client, service):
    """The issuer does not learn of those who did not come in through it."""
    service.calls.clear()
    sign_in(client, PersonFactory(), proof="code")

    done = client.post(OUT)

    assert (done.status_code, done["Location"], service.calls) == (302, "/", [])


def test_issuer_named_anew_is_not_told_of_the_old_one(client, service, settings):
    """A token of one issuer goes to that one alone."""
    tie(service, PersonFactory())
    come_back(client, service)
    settings.OIDC = {**settings.OIDC, "issuer": "https://other.example"}

    assert client.post(OUT)["Location"] == "/"


def test_signing_out_on_the_way_to_an_invitation_stays_in_the_house(client, service):
    """The link of an invitation is a secret: the issuer does not see it, and one chooses."""
    tie(service, PersonFactory())
    come_back(client, service)

    done = client.post(OUT, {"next": "/compte/invitation/secret"})

    assert (who(client), "Refresh" in done.headers, "secret" in done.context["place"]) == (None, False, False)
    assert 'href="/compte/invitation/secret"' in done.content.decode()


@pytest.mark.parametrize("state", ["", "forged", "IjEi:1:x"])
def test_coming_back_from_a_sign_out_nobody_asked_says_nothing(client, service, state):
    """The state is ours or the page tells nothing."""
    assert client.get(f"{OUT}/identite/retour", {"state": state})["Location"] == "/compte/entrer"


def test_button_names_the_service(client, service):
    """The name of settings, and no request to it before one presses."""
    service.calls.clear()

    page = client.get("/compte/entrer").content.decode()

    assert ("Entrer avec ProConnect" in page, service.calls) == (True, [])


def test_next_stays_in_the_house(client, service):
    """trust W5. After the issuer one stays here."""
    tie(service, PersonFactory())

    assert come_back(client, service, next="https://evil.example/")["Location"] == "/compte/"


def test_unknown_key_is_read_anew(client, service):
    """An issuer may change its keys at any time: what was kept is asked again, once."""
    person = PersonFactory()
    tie(service, person)
    caches["local"].set(
        f"keys:{service.address}", {"keys": [{**jwt.PyJWK(service.keys()["keys"][0])._jwk_data, "kid": "old"}]}
    )

    come_back(client, service)

    assert who(client) == str(person.pk)


def test_erased_person_leaves_no_identity(service):
    """trust T8. What ties them to an issuer goes with them, and what it said."""
    from marelle.accounts import erasures

    person, _chiefs = city_and_chiefs()
    tie(service, person)
    identities.ask(Identity(service.address, "s-2", "alix@ville.example"), by=person)

    erasures.forget(person)

    assert (SocialAccount.objects.count(), PendingAct.objects.get().payload) == (0, {})
