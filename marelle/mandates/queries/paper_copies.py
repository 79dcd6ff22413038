"""Copies of an agreement signed on paper, as pages show them."""

from dataclasses import dataclass
from datetime import date

from marelle.accounts.models import Organisation
from marelle.mandates.models import Agreement, PaperCopy


@dataclass(frozen=True)
class Told:
    """Who signed a copy, as whoever gave it says."""

    organisation: Organisation
    name: str
    capacity: str
    on: date


def copies_of(agreement: Agreement) -> list[PaperCopy]:
    """Latest first, each with its `told`: who signed it, in the order of the parties. For whoever may see the agreement."""
    copies = list(
        PaperCopy.rows.filter(agreement=agreement)
        .select_related("file", "given_by", "answered_by")
        .order_by("-given_at", "-pk")
    )
    organisations = [party.organisation for party in agreement.parties.all()]
    for copy in copies:
        copy.agreement = agreement
        copy.told = [  # type: ignore[attr-defined]
            Told(organisation, said["name"], said["capacity"], date.fromisoformat(said["on"]))
            for organisation in organisations
            if (said := copy.signer_of(organisation.code))
        ]
    return copies


def copy_of(agreement: Agreement, code: str) -> PaperCopy | None:
    """One copy of an agreement that the reader may see."""
    return PaperCopy.rows.filter(agreement=agreement, code=code).select_related("file").first()
