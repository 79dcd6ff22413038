"""What the public pages bring to the search and to calendars."""

from datetime import UTC, datetime

import pytest

from marelle.base import registers
from tests.factories.mandates import CallFactory
from tests.factories.territories import TerritoryFactory
from tests.web.public_town import area, member

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_members_and_other_territories():
    member()
    TerritoryFactory(code="67448", name="Schiltigheim-le-Petit", departement=area("departement", "67", "Bas-Rhin"))

    found = registers.search("schilt", None)

    assert [(f.kind, f.title, f.sentence, f.address) for f in found] == [
        ("membre", "Schiltigheim", "Bas-Rhin", "/villes/67447"),
        ("territoire", "Schiltigheim-le-Petit", "Bas-Rhin", "/villes/67448"),
    ]


def test_the_public_calendar_holds_published_calls_only():
    CallFactory(code="appel-2026", name={"fr": "Appel 2026"})
    CallFactory(code="secret", draft=True)
    CallFactory(code="passe", decided=True)

    dates = [(m.code, m.title, m.starts_at, m.address) for m in registers.moments(None, None)]

    assert dates == [
        (
            "call-appel-2026-opens",
            "Ouverture\u202f: Appel 2026",
            datetime(2026, 4, 1, 7, tzinfo=UTC),
            "/appels/appel-2026",
        ),
        (
            "call-appel-2026-closes",
            "Dernier jour pour candidater\u202f: Appel 2026",
            datetime(2026, 6, 1, 10, tzinfo=UTC),
            "/appels/appel-2026",
        ),
    ]
