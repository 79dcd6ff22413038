"""The thread, walked by its strip alone: forward and back, in French and in English."""

import re

import pytest
from playwright.sync_api import expect

from marelle.demo import network
from marelle.plans.models import Objective
from tests.browser.keyboard import tab_to
from tests.browser.looks import assert_fine
from tests.browser.town import STORY, enter

MOST_CLICKS = 7  # specs/thread.md, proof 1
STRIP = ".thread"


def links_of(page, side: str) -> list[str]:
    """Where one side of the strip leads: « D'où ça vient » or « Ce que ça devient »."""
    column = page.locator(f"{STRIP} > div").filter(has=page.get_by_role("heading", name=side))
    return [link.get_attribute("href") for link in column.get_by_role("link").all()]


def walk(page, side: str) -> list[str]:
    """Follow the strip as far as it goes; the addresses gone through. Each answers, and none comes twice."""
    seen = []
    for _click in range(MOST_CLICKS + 1):
        ways = [way for way in links_of(page, side) if way not in seen]
        if not ways:
            return seen
        link = page.locator(f'{STRIP} a[href="{ways[0]}"]').first
        tab_to(page, link)
        with page.expect_navigation() as answer:
            page.keyboard.press("Enter")
        assert answer.value.ok, f"dead: {ways[0]}"
        seen.append(ways[0])
    raise AssertionError(f"more than {MOST_CLICKS} clicks: {seen}")


@pytest.mark.parametrize(
    ("language", "forward", "back"),
    [("", "Ce que ça devient", "D’où ça vient"), ("/en", "What it becomes", "Where it comes from")],
    ids=["French", "English"],
)
def test_story_is_walked_forward_and_back_by_its_strip(page_fr, server, town, language, forward, back):
    page = page_fr
    enter(page, server, "member-admin")
    start = f"{language}/espace/{STORY}/plan/objectifs/{objective().code}"
    page.goto(start)
    assert_fine(page)

    ahead = walk(page, forward)
    assert_fine(page)
    page.goto(ahead[0])  # the sheet of a practice is public: it names no page of a workspace
    behind = walk(page, back)

    action, practice, *_beyond = ahead
    assert action in [f"{language}/espace/{STORY}/plan/actions/{a.code}" for a in objective().actions.all()]
    assert practice.startswith(f"{language}/pratiques/")
    objective_again, said = behind
    assert objective_again == start
    assert said.startswith(f"{language}/espace/{STORY}/propositions/")  # what the class said: the root of the story


@pytest.mark.parametrize("language", ["", "/en"], ids=["French", "English"])
def test_public_strip_names_what_is_public_and_greys_what_is_to_come(page_fr, server, town, language):
    page_fr.goto(f"{language}/villes/{STORY}/engagements/1")
    strip = page_fr.locator(STRIP)

    expect(strip).to_contain_text(objective().actions.order_by("position")[0].name)
    expect(strip.locator(".to-come")).to_have_count(2)
    expect(strip.locator(".to-come a")).to_have_count(0)
    hidden = strip.get_by_text("une source non publique", exact=True).or_(
        strip.get_by_text("a source that is not public", exact=True)
    )
    expect(hidden).to_have_count(0)
    said = strip.get_by_role("link", name=re.compile("2025"))  # what the town’s children said in the edition before
    expect(said).to_have_attribute("href", f"{language}/consultation/2025/way_fear?lieu=commune-{STORY}")
    assert {a.get_attribute("href").startswith("/en/") for a in strip.get_by_role("link").all()} == {language == "/en"}
    assert_fine(page_fr)


def objective() -> Objective:
    """The one the demonstration's story is about."""
    return Objective.objects.get(name=network.content()["story"]["objective"])
