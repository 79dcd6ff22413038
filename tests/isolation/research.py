"""A researcher asks for a file of the edition of the world; nobody has agreed yet."""

from typing import Any

from marelle.accounts import files
from marelle.consultations.models import ResearchRequest
from tests.factories.consultations import ResearchRequestFactory


def make_request(world: Any) -> ResearchRequest:
    """Written down by the programme team, for its analyst; the undertaking is a real file."""
    by = world.people["PO"]
    undertaking = files.keep(b"%PDF-1.7", label="engagement.pdf", kind="pdf", organisation=world.house, by=by)
    undertaking.is_apart = True
    undertaking.save(update_fields=["is_apart"])
    return ResearchRequestFactory(
        consultation=world.consulting.consultation,
        analyst=world.people["AN"],
        institution=world.canaries.plant(world.owner, "institution of a researcher"),
        purpose=world.canaries.plant(world.owner, "purpose of a researcher"),
        undertaking=undertaking,
        asked_by=by,
    )
