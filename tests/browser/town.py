"""A small network for the tests in a browser, built once by the operations people use, then put back in an instant."""

import io
import sqlite3
from contextlib import contextmanager

from django.db import connection
from django.test import Client

from marelle.accounts.models import Person
from marelle.base import clock, origins
from marelle.demo import building, consultation, story
from marelle.demo.people import DOMAIN
from marelle.demo.stages import STAGES
from tests.factories.framework import DemonstrationFramework
from tests.factories.territories import TerritoryFactory
from tests.signing_in import sign_in

NEWCOMERS, STORY, BEGINS, WRITES, SUBMITTED, ACCEPTED = "60001", "44143", "55029", "67447", "58194", "24322"
PLACES = {
    STORY: ("Rezé", "44", -1.5605, 47.1814),  # its mandate runs; the demonstration's story
    BEGINS: ("Bar-le-Duc", "55", 5.1600, 48.7730),  # has declared its intent
    WRITES: ("Schiltigheim", "67", 7.7467, 48.6061),  # its dossier is complete; the characters work there
    SUBMITTED: ("Nevers", "58", 3.1580, 46.9880),
    ACCEPTED: ("Périgueux", "24", 0.7184, 45.1839),
    "54395": ("Nancy", "54", 6.1844, 48.6921),  # a decision waits for the board
    "81004": ("Albi", "81", 2.1486, 43.9289),  # refused in 2025
}
kept: list[sqlite3.Connection] = []


def lay_out() -> None:
    """The places at their stages, at the moment of the stage `review`, in September 2026."""
    for code, (name, departement, lon, lat) in PLACES.items():
        around = TerritoryFactory(departement_kind=True, code=departement, name=f"Département {departement}")
        TerritoryFactory(code=code, name=name, departement=around, lon=lon, lat=lat, point_quality="exact")
    TerritoryFactory(code=NEWCOMERS, name="Fontaine-la-Marelle", departement=around)
    DemonstrationFramework()
    building.build("review", only=list(PLACES), out=io.StringIO())
    consultation.forget()  # its boxes lie in another database, which is not put back


@contextmanager
def standing():
    """The network stands, and the clock of every thread shows its day, its story is told."""
    clock.start_at(STAGES["review"])
    if story.steps_to_come not in origins._stories:
        story.register()
    connection.ensure_connection()
    try:
        if kept:
            kept[0].backup(connection.connection)
        else:
            lay_out()
            kept.append(sqlite3.connect(":memory:"))
            connection.connection.backup(kept[0])
        yield
    finally:
        clock._shift = None
        origins._stories.remove(story.steps_to_come)


def someone(key: str) -> Person:
    """A character of the demonstration; or `elu-24322`, `ville-24322`: the elected lead, the administrator of a place."""
    return Person.objects.get(email=f"{key}@{DOMAIN}")


def enter(page, server, key: str, *, proof: str = "mfa", minutes_ago: float = 0) -> Person:
    """Bring someone in; their last proof may be a light one (`code`), or old."""
    person = someone(key)
    page.context.clear_cookies()
    cookie = sign_in(Client(), person, proof=proof, minutes_ago=minutes_ago).cookies["marelle"]
    page.context.add_cookies([{"name": "marelle", "value": cookie.value, "url": server.url}])
    return person
