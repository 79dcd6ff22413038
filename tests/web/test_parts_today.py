"""« Aujourd'hui », messages, search, calendars: shared by the faces, scoped to the reader."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from marelle.accounts.models import Notification
from marelle.accounts.states import Role
from marelle.base import clock, dues, feeds, registers
from marelle.base.calendars import as_ical
from marelle.base.registers import Act, Change, Found, Moment, Today
from marelle.web.parts import search
from tests.factories.accounts import NotificationFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
QUESTIONS_OF_TODAY = 6  # session, person, sign-in, memberships, key of the calendar, notifications
NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Registers with nobody in them, at noon on 4 May 2026 in Paris."""
    for name in ("search_providers", "public_search_providers", "today_providers", "calendar_providers"):
        monkeypatch.setattr(registers, name, [])
    monkeypatch.setattr(dues, "watches", [])
    with clock.at(NOON):
        yield


@pytest.fixture
def town():
    return OrganisationFactory(code="67447", name="Schiltigheim")


@pytest.fixture
def officer(client, town):
    """An editor of the town, signed in."""
    person = PersonFactory(roles=[(town, Role.CITY_EDITOR)])
    client.force_login(person)
    return person


@pytest.fixture
def member_of_committee(client):
    person = PersonFactory(roles=[(OrganisationFactory(committee=True), Role.PROGRAMME_OFFICER)])
    client.force_login(person)
    return person


def day(number, hour=10):
    return datetime(2026, 5, number, hour, tzinfo=UTC)


def provide(acts=(), moments=(), changes=()):
    registers.today_providers.append(lambda person, organisation: Today(list(acts), list(moments), list(changes)))


# Today ---------------------------------------------------------------------------------------------------------------
def test_today_shows_the_next_date_three_acts_and_what_changed(client, officer):
    provide(
        acts=[Act(f"Faire {n}", f"/espace/67447/{n}", day(5 + n)) for n in range(5)],
        moments=[Moment("past", "Passée", day(1), "/a"), Moment("next", "Fin de l’appel", day(9), "/b")],
        changes=[Change("Le plan a changé.", day(3), "/espace/67447/plan")],
    )

    text = client.get("/espace/67447").content.decode()

    assert [word in text for word in ("Faire 0", "Faire 2", "Faire 3", "Passée")] == [True, True, False, False]
    assert [word in text for word in ("Fin de l’appel", "Le plan a changé.", "6 mai 2026")] == [True, True, True]


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (day(4), "En retard depuis le 4 mai 2026, 12"),
        (day(6), "Jusqu’au 6 mai 2026, 12"),
    ],
    ids=["late", "to come"],
)
def test_what_is_late_says_so(client, officer, due, words):
    provide(acts=[Act("Faire", "/espace/67447/1", due)])

    with clock.at(day(5)):
        text = client.get("/espace/67447").content.decode()

    assert words in text


def test_today_is_found_with_a_slash_too(client, officer):
    response = client.get("/espace/67447/")

    assert (response.status_code, response.headers["Location"]) == (302, "/espace/67447")


def test_today_leads_to_pages_in_the_language_of_the_reader(client, officer):
    provide(acts=[Act("Do it", "/espace/67447/plan")])

    assert 'href="/en/espace/67447/plan"' in client.get("/en/espace/67447").content.decode()


def test_today_gives_each_provider_the_reader_and_the_place(client, officer, town):
    asked = []
    registers.today_providers.append(lambda *who: asked.append(who) or Today([], [], []))

    client.get("/espace/67447")

    assert asked == [(officer, town)]


@pytest.mark.parametrize("count", [1, 3])
def test_today_asks_a_fixed_number_of_questions(client, officer, django_assert_num_queries, count):
    NotificationFactory.create_batch(count, person=officer, address="/espace/67447/plan")
    client.get("/espace/67447")  # the first page of a session writes it down

    with django_assert_num_queries(QUESTIONS_OF_TODAY):
        client.get("/espace/67447")


def test_office_has_its_today(client, member_of_committee):
    provide(acts=[Act("Lire une candidature", "/bureau/lectures/x")])

    assert "Lire une candidature" in client.get("/bureau/").content.decode()
    assert client.get("/bureau").headers["Location"] == "/bureau/"


@pytest.mark.parametrize(
    "address", ["/espace/67447", "/espace/67447/messages", "/espace/67447/recherche", "/bureau/", "/bureau/recherche"]
)
def test_pages_are_walls_for_others(client, town, address):
    """trust O3."""
    client.force_login(PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)]))

    assert client.get(address).status_code == 404


# Messages ------------------------------------------------------------------------------------------------------------
def test_messages_of_a_place_are_ones_own_about_it(client, officer):
    """trust O6, V14."""
    NotificationFactory(person=officer, sentence="Ici", address="/espace/67447/plan")
    NotificationFactory(person=officer, sentence="Ailleurs", address="/espace/67482/plan")
    NotificationFactory(sentence="Autrui", address="/espace/67447/plan")

    text = client.get("/espace/67447/messages").content.decode()
    all_mine = client.get("/compte/messages").content.decode()

    assert [word in text for word in ("Ici", "Ailleurs", "Autrui")] == [True, False, False]
    assert [word in all_mine for word in ("Ici", "Ailleurs", "Autrui")] == [True, True, False]


def test_messages_are_marked_read_where_they_were_seen(client, officer):
    here = NotificationFactory(person=officer, address="/espace/67447/plan")
    elsewhere = NotificationFactory(person=officer, address="/espace/67482/plan")
    other = NotificationFactory(address="/espace/67447/plan")

    response = client.post("/espace/67447/messages/lus")

    read = set(Notification.objects.exclude(read_at=None).values_list("pk", flat=True))
    assert (response.status_code, read) == (302, {here.pk})
    client.post("/compte/messages/lus")
    assert set(Notification.objects.filter(read_at=None)) == {other}
    assert Notification.objects.get(pk=elsewhere.pk).read_at == NOON


def test_messages_unread_come_first(client, officer):
    NotificationFactory(person=officer, sentence="Lue", address="/bureau", made_at=day(4), read_at=day(4))
    NotificationFactory(person=officer, sentence="Neuve", address="/bureau", made_at=day(2))

    text = client.get("/compte/messages").content.decode()

    assert text.index("Neuve") < text.index("Lue")


# Search --------------------------------------------------------------------------------------------------------------
def test_search_asks_for_the_reader_and_shows_what_it_got(client, officer):
    asked = []
    registers.search_providers.append(
        lambda text, person, limit: asked.append((text, person)) or [Found("action", "Rue aux écoles", "Schil", "/x")]
    )

    text = client.get("/espace/67447/recherche?q=%20rue%20%20calme").content.decode()

    assert asked == [("rue calme", officer)]
    assert 'href="/x">Rue aux écoles</a>' in text


def test_public_search_knows_nobody(client, officer):
    """trust A12, O6. Even with a session, the public face asks for nobody."""
    asked = []
    registers.search_providers.append(lambda text, person, limit: asked.append(person) or [])

    response = client.get("/recherche?q=parc")

    assert (asked, dict(response.cookies), response.headers.get("Vary", "")) == ([None], {}, "Accept-Language")


@pytest.mark.parametrize("asked", ["", "a", "%20%20"])
def test_search_too_short_asks_nothing(client, asked):
    registers.search_providers.append(lambda *a: pytest.fail("asked"))

    assert client.get(f"/recherche?q={asked}").status_code == 200


def test_search_is_cut(rf):
    """trust W9."""
    shown = search.show(rf.get("/", {"q": "é" * 5000}), None)

    assert len(shown["text"]) == 80


def test_search_shows_text_as_text(client):
    """trust V5."""
    assert "<script>" not in client.get("/recherche?q=<script>alert(1)</script>").content.decode()


# Calendars -----------------------------------------------------------------------------------------------------------
def test_calendar_has_zones_stable_names_and_whole_addresses(settings):
    """trust E4."""
    settings.SITE_ADDRESS = "https://villes.example"
    moments = [Moment("call-k1-closes", "Fin de l’appel", datetime(2026, 7, 1, 21, 59, tzinfo=UTC), "/appels/k1")]

    text = as_ical(moments, "Appels").decode()

    assert "UID:call-k1-closes@villes.example\r\n" in text
    assert "DTSTART;TZID=Europe/Paris:20260701T235900\r\n" in text
    assert "BEGIN:VTIMEZONE\r\n" in text
    assert "URL:https://villes.example/appels/k1\r\n" in text
    assert as_ical(moments, "Appels").decode() == text


def test_calendar_tells_a_date_in_the_zone_of_its_call():
    noon = datetime(2026, 7, 1, 8, tzinfo=UTC)
    moments = [Moment("call-k1-closes", "Fin", noon, "/appels/k1", zone="Indian/Reunion")]

    assert "DTSTART;TZID=Indian/Reunion:20260701T120000\r\n" in as_ical(moments, "Appels").decode()


def test_public_calendar_holds_public_dates(client):
    registers.calendar_providers.append(lambda p, o: [Moment("m", "Ouverture", day(9), "/")] if p is o is None else [])

    response = client.get("/appels.ics")

    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert [str(e["summary"]) for e in events] == ["Ouverture"]


def test_own_calendar_is_made_changed_and_closed(client, officer):
    client.post("/espace/67447/agenda", {"act": "open"})
    first = feeds.living(officer.code, "67447")
    client.post("/espace/67447/agenda", {"act": "open"})
    second = feeds.living(officer.code, "67447")
    shown = second.code in client.get("/espace/67447").content.decode()
    statuses = [client.get(f"/espace/67447/agenda/{key.code}.ics").status_code for key in (first, second)]
    client.post("/espace/67447/agenda", {"act": "close"})
    closed = client.get(f"/espace/67447/agenda/{second.code}.ics").status_code

    assert (shown, statuses, closed) == (True, [404, 200], 404)


def test_own_calendar_needs_no_sign_in_and_sets_no_cookie(client, officer, town):
    """trust O6. Read with the rights of the day."""
    asked = []
    registers.calendar_providers.append(lambda *who: asked.append(who) or [])
    key = feeds.open_feed(officer.code, "67447")
    client.logout()

    response = client.get(f"/espace/67447/agenda/{key.code}.ics")

    assert (response.status_code, dict(response.cookies), asked) == (200, {}, [(officer, town)])
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("change", ["role", "person", "organisation"])
def test_own_calendar_ends_with_the_right_to_read(client, officer, town, change):
    """trust R7, O9."""
    key = feeds.open_feed(officer.code, "67447")
    code = "67447"
    if change == "role":
        officer.memberships.update(ended_at=NOON)
    elif change == "person":
        type(officer).objects.filter(pk=officer.pk).update(is_active=False)
    else:
        code = OrganisationFactory().code

    assert client.get(f"/espace/{code}/agenda/{key.code}.ics").status_code == 404
