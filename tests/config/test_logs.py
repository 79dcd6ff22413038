"""The console says no address that opens something."""

import logging

import pytest

from marelle.config.logs import Secrets


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/animer/k7abcdefgh", "Not Found: /animer/…"),
        ("/en/passation/partner.x.1.y/", "Not Found: /en/passation/…/"),
        ("/animer/k7abcdefgh/affiche.pdf", "Not Found: /animer/…/affiche.pdf"),
        ("/consultation/inscription/gAAAA", "Not Found: /consultation/inscription/…"),
        ("/e/ABCDEFGH", "Not Found: /e/…"),
        ("/espace/75056/plan", "Not Found: /espace/75056/plan"),
    ],
)
def test_an_address_that_is_a_secret_loses_it(path, said):
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", path), None)

    Secrets().filter(record)

    assert record.getMessage() == said
