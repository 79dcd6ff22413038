"""When two accounts of one person become one. A signature stays; one place a person in a group."""

from marelle.base import registers
from marelle.base.registers import Joined

STAYS, FOLDS = Joined("stays"), Joined("folds")
JOINED = {
    "events.DeclarationSignature.signed_by": STAYS,
    "events.GroupMember.person": Joined("ends", "left_at"),
    "events.GroupInvitation.person": FOLDS,
}


def register() -> None:
    """Join the registers."""
    registers.joined.update(JOINED)
