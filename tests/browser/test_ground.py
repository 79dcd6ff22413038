"""The browser itself."""

import pytest


@pytest.mark.parametrize("width", [320, 1280])
def test_browser_reaches_the_server(open_page, width):
    page = open_page(width=width)

    answer = page.goto("/adresse-inconnue")

    assert (answer.status, page.evaluate("innerWidth")) == (404, width)
