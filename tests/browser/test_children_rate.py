"""A group of children rates a report by the code its adult holds: by keyboard, on a telephone, without account or cookie."""

import pytest
from playwright.sync_api import expect

from marelle.plans.models import Plan, Rating
from marelle.plans.operations import group_codes
from tests.browser.keyboard import follow, push, tab_to, write
from tests.browser.looks import assert_fine
from tests.browser.town import STORY, someone
from tests.factories.plans import ReportFactory

LEAST = 48  # pixels, what a child presses: IDENTITY §5


@pytest.fixture
def code(town):
    """Of a report that is being written, in the town of the story."""
    plan = Plan.rows.get(organisation__code=STORY, state="running")
    report = ReportFactory(plan=plan)
    return group_codes.make_code(report.pk, "council", by=someone("member-admin"))[1]


def test_group_says_what_it_thinks_and_leaves_no_trace(open_page, server, code):
    page = open_page(width=320)
    page.goto(f"/villes/{STORY}")
    follow(page, "La page des enfants")
    assert_fine(page)
    follow(page, "Votre groupe a un code", exact=False)
    assert_fine(page)

    write(page, "Le code", code.upper())
    push(page, "Commencer")
    assert_fine(page)
    choose_the_first_of_each(page)
    write(page, "Encore une chose à dire", "C’est mieux qu’avant.", exact=False)
    push(page, "Envoyer notre avis")

    expect(page.get_by_role("heading", level=1)).to_have_text("Merci\u202f!")
    assert_fine(page)
    assert set(Rating.objects.values_list("by", "verdict", "rated_by")) == {("children", "achieved", None)}
    assert page.context.cookies() == []


def choose_the_first_of_each(page) -> None:
    """In each group of drawings, the first, with the space bar; none is smaller than a finger."""
    groups = page.locator("main fieldset")
    assert groups.count() > 1
    for group in groups.all():
        heights = [label.bounding_box()["height"] for label in group.locator("label").all()]
        assert min(heights) >= LEAST
        tab_to(page, group.get_by_role("radio").first)
        page.keyboard.press("Space")
