"""The workbook of its plan that a town has brought back, read and not confirmed yet."""

from typing import Any

from marelle.accounts.models import Import
from tests.factories.accounts import ImportFactory


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
