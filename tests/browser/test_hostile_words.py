"""Every text people type is hostile, every page is opened: words stay words (trust V5, W1, W6)."""

import pytest
from django.test import Client
from playwright.sync_api import Page

from marelle.accounts.models import Person
from marelle.base import clock
from tests.isolation.addresses import EVERY
from tests.isolation.canaries import Canaries
from tests.isolation.world import NOW, World, make_world
from tests.signing_in import sign_in

ADDRESSES = {"address", "own address", "invited address"}  # an address takes no such character, nor does a file's name
LIVING = 'img[src="x"], [onerror], [onload], script:not([src])'  # nothing of ours is so
VIEWS = ("?vue=tableau", "?vue=imprimer")


class Hostile(Canaries):
    """Each word closes what it stands in, then tries to act."""

    def plant(self, owner: str, what: str, which: object = "") -> str:
        word = super().plant(owner, what, which)
        return word if what in ADDRESSES else f'"><img src=x onerror=alert(1)>{word[:8]}'


@pytest.fixture
def world(transactional_db) -> World:
    """The towns of the isolation tests, on the day everything is looked at, for the server's threads too."""
    made = make_world(Hostile())
    clock.start_at(NOW)
    yield made
    clock._shift = None


def come_in(page: Page, server, person: Person | None) -> None:
    """Another browser's worth of cookies."""
    page.context.clear_cookies()
    if person is not None:
        cookie = sign_in(Client(), person).cookies["marelle"]
        page.context.add_cookies([{"name": "marelle", "value": cookie.value, "url": server.url}])


def pages_of(page: Page, world: World, key: str, faces: set[str]):
    """Every address of these faces that shows this reader a page, in French."""
    for pattern in EVERY:
        if pattern.face not in faces:
            continue
        for address in pattern.addresses(world, world.towns[key]):
            for way in (address, *(address + view for view in VIEWS if pattern.name.endswith("plan"))):
                answer = page.request.get(way, max_redirects=0)
                if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
                    yield way


def test_hostile_words_stay_words_on_every_page(page_fr, server, world):
    """Any dialog, script or broken policy makes `page_fr` fail. Each reader's pages hold hostile words to show."""
    home, draft, house = world.towns["home"], world.towns["draft"], world.people
    readers = [
        (None, "home", {"public"}),
        (home.people["CA"], "home", {"city", "account"}),
        (draft.people["CA"], "draft", {"city"}),
        (house["PA"], "home", {"office", "account"}),
        (house["PA"], "read", {"office"}),
        (house["RV"], "read", {"office"}),
    ]
    page, living, seen = page_fr, [], []

    for person, key, faces in readers:
        come_in(page, server, person)
        hostile = 0
        for way in pages_of(page, world, key, faces):
            page.goto(way, wait_until="load")
            living += [way] * page.locator(LIVING).count()
            hostile += "onerror=alert(1)" in page.content()
        seen.append(hostile)

    assert living == []
    assert [number >= 3 for number in seen] == [True] * len(readers)
