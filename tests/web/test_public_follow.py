"""Following a town: the feed, and a mail a month for whoever says yes, without a cookie."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from marelle.base import clock, outbox
from marelle.base.models import Letter
from marelle.mandates.models import Follower
from tests.factories.mandates import FollowerFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, NoteFactory, ReadingFactory
from tests.web.public_town import NOW, member, promise

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
# mandate, promises, then one of each: readings, actions, reports, answers, amendments, notes
QUESTIONS_OF_FEED = 8


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(NOW):
        yield


@pytest.fixture
def town():
    return member()


@pytest.fixture
def objective(town):
    return promise(town)


def entries(client, address="/villes/67447.atom"):
    feed = ElementTree.fromstring(client.get(address).content)
    return [
        (entry.find(f"{ATOM}title").text, entry.find(f"{ATOM}summary").text, entry.find(f"{ATOM}link").get("href"))
        for entry in feed.iter(f"{ATOM}entry")
    ]


def press(client, address: str, **given):
    return client.post(address, given, headers={"Sec-Fetch-Site": "same-origin"})


def test_feed_holds_no_character_that_would_break_it(client, objective):
    ActionFactory(objective=objective, name="Fermer\x0b la \ufffe<rue>\x1f", state="done", moved_on=date(2027, 2, 25))

    assert [said for _title, said, _link in entries(client)] == ["Fermer la <rue>"]


def test_feed_tells_what_was_read_and_done(client, objective):
    promised = "http://127.0.0.1:8000/villes/67447/engagements/1"
    indicator = IndicatorFactory(objective=objective)
    read = datetime(2027, 2, 20, 9, tzinfo=UTC)
    ReadingFactory(indicator=indicator, period="2025", value=None, missing_because="Pas compté.", recorded_at=read)
    ReadingFactory(indicator=indicator, period="2026", value="12.5", recorded_at=NOW)
    ReadingFactory(indicator=indicator, period="2024", replaced_at=NOW)
    ReadingFactory(indicator=indicator, period="2023", breakdown="district:Marais")
    ActionFactory(objective=objective, state="done", moved_on=date(2027, 2, 25))
    ActionFactory(objective=objective, state="blocked", reason="Le marché", moved_on=date(2027, 2, 26))

    assert entries(client) == [
        ("Nouveau relevé pour 2026\u202f: Écoles dont la rue est apaisée", "12.5 %", promised),
        ("Fait", "Fermer la rue de l’école aux voitures", promised),
        ("Nouveau relevé pour 2025\u202f: Écoles dont la rue est apaisée", "Pas compté.", promised),
    ]


def test_feed_tells_the_notes_that_are_shown(client, objective):
    action = ActionFactory(objective=objective)
    NoteFactory(action=action, shown_at=NOW)
    NoteFactory(action=action, words="Secret")
    NoteFactory(action=action, words="Secret", shown_at=NOW, replaced_at=NOW)

    assert [entry[:2] for entry in entries(client)] == [
        ("Fermer la rue de l’école aux voitures", "Les bancs sont posés.")
    ]


def test_feed_keeps_the_name_of_each_fact(client, objective):
    reading = ReadingFactory(indicator=IndicatorFactory(objective=objective))

    feed = ElementTree.fromstring(client.get("/en/villes/67447.atom").content)

    assert [e.find(f"{ATOM}id").text for e in feed.iter(f"{ATOM}entry")] == [
        f"http://127.0.0.1:8000/villes/67447#releve-{reading.code}"
    ]


def test_feed_of_a_town_without_news_is_a_feed(client, town):
    feed = ElementTree.fromstring(client.get("/villes/67447.atom").content)

    assert (feed.find(f"{ATOM}updated").text[:10], entries(client)) == ("2026-09-01", [])


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_asks_the_database_as_much_whatever_its_length(client, objective, rows, django_assert_num_queries):
    for number in range(rows):
        indicator = IndicatorFactory(objective=objective)
        ReadingFactory(indicator=indicator)
        ActionFactory(objective=objective, state="done", moved_on=date(2027, 2, 1 + number))

    with django_assert_num_queries(QUESTIONS_OF_FEED):
        response = client.get("/villes/67447.atom")

    assert response.content.count(b"<entry>") == 2 * rows


@pytest.mark.parametrize("path", ["67482.atom", "67482/suivre", "67482/vignette", "67482/badge.svg"])
def test_only_members_are_followed(client, path):
    member("67482", "Strasbourg", state="suspended")

    assert client.get(f"/villes/{path}").status_code == 404


def test_visitor_follows_by_the_link_of_a_letter_then_stops(client, town):
    asked = press(client, "/villes/67447/suivre", email="ana@courriel.example")
    letter = Letter.objects.get()
    link = next(line for line in letter.text.splitlines() if "/suivre/" in line).removeprefix("http://127.0.0.1:8000")
    seen = client.get(link)
    nothing_yet = Follower.objects.count()
    confirmed = press(client, link)
    follower = Follower.objects.get()
    stopped = press(client, f"/suivi/{follower.key}")

    assert (asked.status_code, asked["Location"]) == (302, "/villes/67447/suivre?courriel=1")
    assert "Oui, un courriel par mois" in seen.content.decode() and nothing_yet == 0
    assert "Vous suivez Schiltigheim" in confirmed.content.decode()
    assert "votre adresse est effacée" in stopped.content.decode()
    assert (Follower.objects.count(), Letter.objects.count()) == (0, 0)
    assert [dict(r.cookies) for r in (asked, seen, confirmed, stopped)] == [{}] * 4
    assert [r.headers["Cache-Control"] for r in (seen, confirmed, stopped)] == ["no-store"] * 3


def test_answer_is_the_same_for_an_address_that_follows(client, town):
    FollowerFactory(organisation=town.organisation, email="ana@courriel.example")

    answers = [press(client, "/villes/67447/suivre", email=f"{who}@courriel.example") for who in ("ana", "bo")]

    assert [(r.status_code, r["Location"], r.content) for r in answers][0] == (
        302,
        "/villes/67447/suivre?courriel=1",
        b"",
    )
    assert len({(r.status_code, r["Location"], r.content) for r in answers}) == 1
    assert [letter.subject.split("\u202f")[0] for letter in Letter.objects.all()] == ["Suivre Schiltigheim "[:-1]] * 2


def test_nobody_fills_the_box_of_another(client, town):
    """trust L1. The same answer, and no second letter within the hour."""
    answers = [
        press(client, "/villes/67447/suivre", email=e) for e in ("ana@courriel.example", " ANA@courriel.example")
    ]

    assert ([r.status_code for r in answers], Letter.objects.count()) == ([302, 302], 1)


def test_asking_too_often_is_delayed(client, town):
    statuses = [press(client, "/villes/67447/suivre", email=f"a{n}@courriel.example").status_code for n in range(6)]

    assert statuses == [302] * 5 + [429]


@pytest.mark.parametrize("email", ["", "ana", "ana@x\nBcc: b@c.example"])
def test_address_that_is_none_is_refused(client, town, email):
    response = press(client, "/villes/67447/suivre", email=email)

    assert (response.status_code, Letter.objects.count()) == (422, 0)


def test_form_of_another_site_is_refused(client, town):
    response = client.post("/villes/67447/suivre", {"email": "ana@c.example"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (response.status_code, Letter.objects.count()) == (403, 0)


def test_link_that_has_ended_says_what_to_do(client, town):
    response = client.get("/suivre/gAAAAABunknown")

    assert (response.status_code, "demandez-en un autre" in response.content.decode()) == (422, True)


def test_mail_program_stops_in_one_press(client, town):
    """RFC 8058: a POST from nowhere, with its own word and no page behind."""
    follower = FollowerFactory(organisation=town.organisation)

    first = client.post(f"/suivi/{follower.key}", {"List-Unsubscribe": "One-Click"})
    again = client.post(f"/suivi/{follower.key}", {"List-Unsubscribe": "One-Click"})

    assert (first.status_code, again.status_code, Follower.objects.count()) == (200, 200, 0)


def test_looking_at_the_link_stops_nothing(client, town):
    follower = FollowerFactory(organisation=town.organisation)

    text = client.get(f"/suivi/{follower.key}").content.decode()

    assert ("Ne plus suivre Schiltigheim" in text, follower.email in text, Follower.objects.count()) == (True, False, 1)


def test_city_page_leads_to_following_it(client, town):
    assert 'href="/villes/67447/suivre"' in client.get("/villes/67447").content.decode()


def test_letter_that_asks_leaves(client, town):
    press(client, "/villes/67447/suivre", email="ana@courriel.example")

    assert outbox.send_waiting() == 1
