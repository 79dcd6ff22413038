"""What the public pages bring to the search and to calendars."""

from datetime import UTC, datetime

import pytest

from marelle.base import registers, stamps
from marelle.mandates.queries import promises
from marelle.mandates.queries.promises import find_promises
from tests.factories.mandates import CallFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory, PlanFactory
from tests.factories.territories import TerritoryFactory
from tests.web.public_town import area, member, promise

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_members_and_other_territories():
    member()
    TerritoryFactory(code="67448", name="Schiltigheim-le-Petit", departement=area("departement", "67", "Bas-Rhin"))

    found = registers.search("schilt", None)

    assert [(f.kind, f.title, f.sentence, f.address) for f in found] == [
        ("membre", "Schiltigheim", "Bas-Rhin", "/villes/67447"),
        ("commune", "Schiltigheim-le-Petit", "Bas-Rhin", "/villes/67448"),
    ]


def test_a_visitor_finds_promises_and_their_actions(client):
    first, other = member(), member("67348", "Obernai")
    for mandate in (first, other):
        promise(mandate, "Une place de jeu à cinq minutes")
    kept = promise(first, "Des cours d’école à l’ombre")
    ActionFactory(objective=kept, name="Planter des érables")
    draft = PlanFactory()
    ObjectiveFactory(plan=draft, promise="Des cours secrètes à l’ombre")

    found = [
        [(f.kind, f.title, f.sentence, f.address) for f in registers.search(text, None)]
        for text in ("OMBRE école", "erable")
    ]

    assert found == [
        [("engagement", "Des cours d’école à l’ombre", "Schiltigheim", "/villes/67447/engagements/2")],
        [("action", "Planter des érables", "Schiltigheim", "/villes/67447/engagements/2")],
    ]
    assert "Planter des érables" in client.get("/villes/67447/engagements/2").content.decode()


def test_promises_are_read_once_and_again_when_the_public_sees_something_else(django_assert_num_queries):
    promise(member(), "Des cours d’école à l’ombre")
    list(find_promises("ombre", None, 5))

    with django_assert_num_queries(1):  # the stamp
        assert len(list(find_promises("ombre", None, 5))) == 1
    promise(member("67348", "Obernai"), "De l’ombre au parc")
    stamps.bump("public")

    assert len(list(find_promises("ombre", None, 5))) == 2


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


def test_promises_are_copied_by_no_search():
    promise(member(), "Des cours d’école à l’ombre")

    assert promises.lines() is promises.lines()

    kept = promises.lines()
    stamps.bump("public")

    assert promises.lines() is not kept
