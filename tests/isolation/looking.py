"""Everybody who may come, each with a browser: what they ask changes nothing."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from marelle.accounts.models import Person
from tests.isolation.world import COMMITTEE_ROLES, World
from tests.signing_in import sign_in

TEAM = ("CR", "CE", "CA", "CA2", "EL")
HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Viewer:
    """Somebody, the town they belong to if they do, and as what."""

    role: str
    town: str
    client: Client
    session: str = ""

    @classmethod
    def of(cls, person: Person | None, role: str, town: str = "") -> "Viewer":
        """Signed in with a fresh proof; not at all for a visitor."""
        client = Client(headers=HERE, raise_request_exception=False)
        if person is None:
            return cls(role, town, client)
        sign_in(client, person)
        client.get("/compte/")  # the house notes where they are signed in
        return cls(role, town, client, client.session.session_key)

    def __str__(self) -> str:
        return f"{self.role} of {self.town}" if self.town else self.role

    def ask(self, address: str, method: str = "get", data: dict | None = None):
        """The answer; whatever it wrote is undone, and this person's browser is as it was."""
        cache.clear()
        with transaction.atomic():
            response = getattr(self.client, method)(address, data or {})
            if response.streaming:
                response.streaming_content = list(response.streaming_content)
            transaction.set_rollback(True)
        self.client.cookies.clear()
        if self.session:
            self.client.cookies["marelle"] = self.session
        return response


def everybody(world: World) -> list[Viewer]:
    """A visitor, somebody without any role, the team of `home`, who left a member and who asks there, the committee."""
    viewers = [Viewer.of(None, "visitor"), Viewer.of(world.people["nobody"], "nobody")]
    viewers += [Viewer.of(world.towns["home"].people[role], role, "home") for role in TEAM if role != "CA2"]
    viewers += [Viewer.of(world.towns["member"].people[role], role, "member") for role in ("gone", "asker")]
    return viewers + [Viewer.of(world.people[role], role) for role in COMMITTEE_ROLES if role != "PA2"]
