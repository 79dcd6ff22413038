"""Workbooks read and not confirmed yet: of its plan, that a town brought back; of a network, that the committee gave."""

from typing import Any

from marelle.accounts.models import Import
from tests.factories.accounts import FileFactory, ImportFactory


def make_brought(builder: Any) -> Import:
    """What it would change says the town's own words."""
    action = builder.made["action"]
    told = {"what": "change", "place": "Actions!E3", "name": action.name, "field": "Partenaires", "note": ""}
    return ImportFactory(
        file=builder.made["file"],
        reference=f"plans.plan:{builder.application.plan.code}",
        state="read",
        told=[told | {"old": "", "new": action.partners}],
        digest="d" * 64,
        given_by=builder.people["CE"],
    )


def make_network(world: Any) -> Import:
    """It says the name of whoever gave it."""
    return ImportFactory(
        file=FileFactory(organisation=world.house, kind="xlsx"),
        kind="network",
        reference=f"accounts.organisation:{world.house.code}",
        state="read",
        told=[{"what": "create", "place": "Mandats!B3", "name": "", "field": "", "old": "", "new": "", "note": ""}],
        digest="e" * 64,
        given_by=world.people["PA"],
    )
