"""What a town shows on its own site: a frame without cookie or script, and a badge. Everything else stays unframed."""

import re
from xml.etree import ElementTree

import pytest

from marelle.base import clock
from tests.factories.plans import ActionFactory
from tests.web.public_town import NOW, member, promise

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town():
    with clock.at(NOW):
        yield member()


def test_vignette_tells_the_town_its_years_and_its_promises(client, town):
    ActionFactory(objective=promise(town), state="done")
    ActionFactory(objective=promise(town, "Des cantines calmes"))

    text = client.get("/villes/67447/vignette").content.decode()

    told = ('<h1 class="title">Schiltigheim</h1>', "2026-2032", "2 engagements", "1 action faite sur 2")
    assert [words in text for words in told] == [True] * 4


def test_vignette_may_be_framed_and_does_nothing_else(client):
    """trust W1, W2."""
    response = client.get("/villes/67447/vignette")
    text = response.content.decode()

    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers
    assert (dict(response.cookies), "<script" in text, "<form" in text, "style=" in text) == ({}, False, False, False)
    assert '<base target="_top">' in text
    assert set(re.findall(r'<a href="([^"]+)"', text)) == {"http://127.0.0.1:8000/villes/67447"}


@pytest.mark.parametrize("path", ["/villes/67447", "/villes/67447/suivre", "/compte/entrer", "/villes/67482/vignette"])
def test_nothing_else_may_be_framed(client, path):
    response = client.get(path)

    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


def test_vignette_asks_the_database_two_questions(client, town, django_assert_num_queries):
    for words in ("Un", "Deux", "Trois"):
        promise(town, words)

    with django_assert_num_queries(2):
        client.get("/villes/67447/vignette")


def test_badge_is_a_picture_any_site_may_show(client):
    response = client.get("/villes/67447/badge.svg")
    picture = ElementTree.fromstring(response.content)

    assert (response["Content-Type"], response["Cross-Origin-Resource-Policy"]) == (
        "image/svg+xml; charset=utf-8",
        "cross-origin",
    )
    assert picture.get("aria-label") == "Schiltigheim, membre du réseau des villes amies des enfants"
    assert [t.text for t in picture.iter("{http://www.w3.org/2000/svg}text")] == [
        "Schiltigheim",
        "Ville amie des enfants · 2026-2032",
    ]


def test_badge_takes_no_markup_from_a_name(client):
    member("67482", 'A"><script>&')

    assert (
        ElementTree.fromstring(client.get("/villes/67482/badge.svg").content)
        .get("aria-label")
        .startswith('A"><script>&,')
    )


def test_page_to_follow_gives_the_lines_to_copy(client):
    text = client.get("/villes/67447/suivre").content.decode()

    assert '&lt;iframe src="http://127.0.0.1:8000/villes/67447/vignette" width="300"' in text
    assert '&lt;img src="http://127.0.0.1:8000/villes/67447/badge.svg"' in text
