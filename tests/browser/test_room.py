"""The page of a group shown to a room: read from the back of it, on whatever screen the school has."""

import pytest

from marelle.base import clock
from marelle.consultations.operations import sittings
from marelle.consultations.queries import access
from tests.factories.consultations import IN_TIME, SiteFactory

LEAST_SQUARE = 200  # pixels of the square on the narrowest screen: what a telephone reads at arm's length


@pytest.fixture
def projector(transactional_db):
    """A group that answers."""
    clock.start_at(IN_TIME)
    site = SiteFactory()
    link = access.Link(access.link_of(site.partner))
    _sitting, opened = sittings.open_now(site.pk, sittings.Group(("9_11",), 25), by=link)
    yield f"/animer/{opened.projector}"
    clock._shift = None


def test_code_its_square_and_the_press_that_closes_are_seen(open_page, projector):
    page, seen = open_page(width=320), []
    page.goto(f"{projector}?arret=1")

    for width, height in ((320, 640), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        code, square = page.locator(".room-code svg").bounding_box(), page.locator(".qr-code svg").bounding_box()
        close = page.get_by_role("button", name="Tout le monde a fini").bounding_box()
        within = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        seen.append((code["width"] > width * 0.75, square["width"] >= LEAST_SQUARE, within))

    assert seen == [(True, True, True)] * 2
    assert close["y"] + close["height"] <= 720
