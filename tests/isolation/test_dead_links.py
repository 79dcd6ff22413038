"""Whatever becomes of a mandate, its town's workspace leads nowhere that does not answer."""

import re
from html import unescape

import pytest

from marelle.mandates.models import Mandate
from marelle.mandates.operations.mandates import close_plan_and_agreement
from tests.isolation.looking import Viewer
from tests.isolation.world import World

pytestmark = pytest.mark.django_db

LINK = re.compile(r'(?:href|src)="(/[^"]*)"')
OVER = ("ended", "withdrawn", "renounced")
ANSWERED = {200, 302}


def put(world: World, state: str) -> None:
    """The mandate of `home` in that state, its plan closed if it is over."""
    mandate = Mandate.rows.select_related("plan").get(organisation=world.towns["home"].organisation)
    Mandate.rows.filter(pk=mandate.pk).update(state=state)
    if state in OVER:
        close_plan_and_agreement(mandate)


def links_of(text: str) -> set[str]:
    """Addresses of the house a page leads to, once each, without what stands after `#`."""
    found = {unescape(link).partition("#")[0] for link in LINK.findall(text)}
    return {link for link in found if not link.startswith(("/static/", "/en/", "/compte/"))}


def dead_from(viewer: Viewer, start: str) -> list[tuple[str, str]]:
    """Each address that does not answer, with the page that leads there; every page of the workspace is walked."""
    seen, waiting, dead = {start}, [(start, "")], []
    while waiting:
        address, leads = waiting.pop()
        response = viewer.ask(address)
        if response.status_code not in ANSWERED:
            dead.append((address, leads))
        elif address.startswith(start) and response["Content-Type"].startswith("text/html"):
            new = links_of(response.content.decode()) - seen
            seen |= new
            waiting += [(link, address) for link in sorted(new)]
    return dead


@pytest.mark.parametrize("state", ["active", "on_watch", "suspended", "prolonged", "withdrawn", "ended"])
def test_workspace_leads_nowhere_that_does_not_answer(world, state):
    put(world, state)
    town = world.towns["home"]
    viewer = Viewer.of(town.people["CA"], "CA", "home")

    assert dead_from(viewer, f"/espace/{town.code}") == []
