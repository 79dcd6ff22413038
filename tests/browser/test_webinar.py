"""A webinar held twice: somebody of a city abroad moderates it by keyboard, from its run sheet to what is kept of it."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from marelle.accounts.models import Organisation
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock
from marelle.base.models import Letter
from marelle.demo.people import DOMAIN
from marelle.events.models import Event, Registration
from marelle.events.operations import meetings, run_sheets
from marelle.events.operations.meetings import Held
from tests.browser.keyboard import choose, follow, press, push, tick, write
from tests.browser.looks import assert_fine
from tests.browser.town import enter
from tests.factories.accounts import PersonFactory

DAY = datetime(2026, 10, 15, 10, 0, tzinfo=clock.PARIS)
NAME = {"fr": "Un tuteur pour chaque enfant", "en": "A guardian for each child"}
QUESTION, IN_ENGLISH = "Qui paie l’interprète ?", "Who pays the interpreter?"
ANSWER, ANSWERED = "Le département, la première année.", "The département, for the first year."
KEPT, WE_KEEP = "Un fonds commun d’interprètes entre villes.", "A pool of interpreters shared between cities."
PARTS = (
    ("peer_learning", 40, "Entre pairs", "Between peers"),
    ("presentation", 25, "Le registre des tuteurs", "The register of guardians"),
    ("questions", 25, "Vos questions", "Your questions"),
)


@pytest.fixture
def webinar(town):
    """Announced for 15 October, in French at ten and in English at two; a city of Tunisia moderates it."""
    house = Organisation.objects.get(kind=OrganisationKind.COMMITTEE)
    officer = PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])
    abroad = meetings.add_organisation_abroad(
        by=officer, committee=house, name="Sfax", country="TN", kind="commune", lon=10.76, lat=34.74
    )
    moderator = PersonFactory(email=f"animation@{DOMAIN}", name="Nour Jasmin", roles=[(abroad, Role.CITY_EDITOR)])
    event = meetings.draft_webinar(by=officer, committee=house, name=NAME)
    meetings.write_note(
        event.pk, by=officer, version=1, objectives={"fr": "Nommer un tuteur vite.", "en": "Naming a guardian soon."}
    )
    for kind, minutes, fr, en in PARTS:
        run_sheets.add_part(event.pk, by=officer, kind=kind, name={"fr": fr, "en": en}, minutes=minutes)
    for language, hours in (("fr", 0), ("en", 4)):
        starts = DAY + timedelta(hours=hours)
        held = Held(language, starts, starts + timedelta(minutes=90), f"https://salle.example/{language}", capacity=300)
        meetings.hold_in(event.pk, held, by=officer)
    meetings.add_host(event.pk, abroad, "partner", by=officer)
    meetings.give_part(
        event.pk, by=officer, role="moderator", name="Nour Jasmin", organisation=abroad, person=moderator
    )
    return meetings.publish(event.pk, by=officer)


def at(hour: int, minute: int = 0) -> None:
    """The clock of the house on the day of the webinar."""
    clock.start_at(DAY.replace(hour=hour, minute=minute))


def own_page() -> str:
    """The link in the letter of whoever registered last."""
    letter = Letter.objects.filter(kind="place_confirmed").latest("pk")
    return re.search(r"https?://\S+/mes-rencontres/\S+", letter.text).group()


def register(page, webinar) -> None:
    """Somebody without an account asks for a place in French, then opens the link of their letter."""
    page.goto("/webinaires")
    assert_fine(page)
    follow(page, NAME["fr"], exact=False)
    assert_fine(page)
    tick(page, "Français, 15 octobre")
    write(page, "Votre nom", "Ali Sable", exact=False)
    write(page, "Courriel", "ali@ville.example", exact=False)
    push(page, "S’inscrire")
    assert_fine(page)
    page.goto(own_page())
    assert_fine(page)


def test_moderator_abroad_runs_the_twin_webinar_to_its_lessons(open_page, server, webinar):
    page, reader, english = open_page(), open_page(), open_page(language="en-GB")
    register(reader, webinar)
    space = enter(page, server, "animation").living_memberships[0].organisation.code
    page.goto(f"/espace/{space}")
    follow(page, "Rendez-vous")
    follow(page, NAME["fr"])

    # the run sheet, minute by minute, at the hours of both sessions
    push(page, "Le remplir à partir des parties")
    assert_fine(page)
    sheet = page.locator("#sheet li").all_inner_texts()
    assert [re.findall(r"Minute \d+|\d+\s?h(?:\s\d+)?", line) for line in sheet] == [
        ["Minute 0", "10\u00a0h", "14\u00a0h"],
        ["Minute 40", "10\u00a0h\u00a040", "14\u00a0h\u00a040"],
        ["Minute 65", "11\u00a0h\u00a005", "15\u00a0h\u00a005"],
        ["Minute 90", "11\u00a0h\u00a030", "15\u00a0h\u00a030"],
    ]

    # live: a question is proposed, read, translated, answered, in both languages
    at(10, 5)
    reader.reload()
    push(reader, "Entrez")
    assert_fine(reader)
    follow(reader, "Questions en direct", exact=False)
    write(reader, "Votre question", QUESTION)
    push(reader, "La proposer")
    assert_fine(reader)
    follow(page, "Recharger le tableau")
    assert QUESTION not in reader.locator("#board").inner_text()
    push(page, "La mettre au tableau", exact=False)
    reader.goto(f"/webinaires/{webinar.code}/direct")
    expect(reader.locator("#board")).to_contain_text(QUESTION)
    say(page, "La question dans une autre langue", "Traduire", IN_ENGLISH)
    say(page, "Ce qui a été répondu", "Répondue", ANSWER)
    say(page, "Ce qui a été répondu", "Répondue", ANSWERED, language="Anglais")
    assert_fine(page)
    english.goto(f"/en/webinaires/{webinar.code}/direct")
    board = english.locator("#board")
    for words in (IN_ENGLISH, QUESTION, ANSWERED):
        expect(board).to_contain_text(words)
    assert_fine(english)
    expect(reader.locator("#board")).to_contain_text(ANSWER)  # the page looked after itself
    expect(page.locator("main")).to_contain_text("1 présence")

    # over: the note is drafted from all this, completed, published
    at(15, 40)
    page.reload()
    push(page, "Elle a eu lieu")
    push(page, "Ébaucher la note")
    drafted = page.get_by_label("Ce que nous en retenons (français)").input_value()
    for words in ("Nommer un tuteur vite.", *(fr for _kind, _minutes, fr, _en in PARTS), QUESTION, ANSWER):
        assert words in drafted
    write(page, "Ce que nous en retenons (français)", drafted.replace("(à écrire)", KEPT), exact=False)
    in_english = page.get_by_label("Ce que nous en retenons (anglais)").input_value()
    write(page, "Ce que nous en retenons (anglais)", in_english.replace("(to be written)", WE_KEEP), exact=False)
    push(page, "Enregistrer la note", within=page.locator("#lessons"))
    push(page, "Publier la note")
    assert_fine(page)
    reader.goto(f"/webinaires/{webinar.code}")
    english.goto(f"/en/webinaires/{webinar.code}")
    for window, words in ((reader, (KEPT, QUESTION, ANSWER)), (english, (WE_KEEP, IN_ENGLISH, ANSWERED))):
        for said in words:
            expect(window.locator("main")).to_contain_text(said)
        assert_fine(window)
    assert Event.rows.get(pk=webinar.pk).state == "documented"
    assert Registration.objects.get(occurrence__event=webinar).state == "present"
    assert reader.context.cookies() == []


def say(page, field, button, words, language="") -> None:
    """Open what stands under a question, write in one of its two forms, in the language proposed or another."""
    summary = page.locator("summary", has_text="Répondre, traduire")
    press(page, summary)
    form = page.locator("form").filter(has=page.get_by_role("button", name=button, exact=True))
    write(page, field, words, within=form)
    if language:
        choose(page, "Langue", language, within=form)
    push(page, button, within=form)
