"""What a text taken back takes with it."""

from datetime import datetime

from marelle.mandates.models import Agreement, PaperCopy, Signature
from marelle.mandates.states import PAPER_COPY_STEPS, PaperCopyState


def void_signatures(agreement: Agreement, at: datetime) -> int:
    """Every signature of this text is void, no copy of it is checked any more; how many signatures. Called by who holds it."""
    for copy in PaperCopy.rows.select_for_update().filter(agreement=agreement, state=PaperCopyState.GIVEN):
        PAPER_COPY_STEPS.take(copy, "drop")
        copy.save(update_fields=["state"])
    return Signature.objects.filter(party__agreement=agreement, void_at=None).update(void_at=at)
