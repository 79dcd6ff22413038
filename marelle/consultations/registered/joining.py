"""When two accounts of one person become one. What two persons did stays with the two."""

from marelle.base import registers
from marelle.base.registers import Joined

STAYS = Joined("stays")
JOINED = {
    "consultations.Freeze.proposed_by": STAYS,
    "consultations.Freeze.confirmed_by": STAYS,
    "consultations.Booklet.first_by": Joined("stays", "second_by"),  # who typed first never types the second time
    "consultations.Booklet.second_by": STAYS,
}


def register() -> None:
    """Join the registers."""
    registers.joined.update(JOINED)
