"""When two accounts of one person become one. What was signed, handed in or decided stays under the account that did it; lists of one’s own fold."""

from marelle.base import registers
from marelle.base.registers import Joined

STAYS, FOLDS = Joined("stays"), Joined("folds")
JOINED = {
    "mandates.HandIn.handed_in_by": STAYS,
    "mandates.Decision.proposed_by": STAYS,
    "mandates.Decision.confirmed_by": STAYS,
    "mandates.Signature.person": STAYS,
    "mandates.AmendmentSignature.person": STAYS,
    "mandates.Bundle.asked_by": STAYS,
    "mandates.BoardSession_present.person": FOLDS,
    "mandates.SavedView.owner": FOLDS,
    "mandates.Timing.person": FOLDS,
}


def register() -> None:
    """Join the registers."""
    registers.joined.update(JOINED)
