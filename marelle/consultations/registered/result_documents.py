"""What the worker does for the reports and the press kit of published editions."""

from marelle.base import rounds
from marelle.consultations.operations import former_documents, result_documents


def register() -> None:
    """Join the rounds of the worker."""
    rounds.register(former_documents.forget_what_nobody_reads)
    rounds.register(result_documents.prepare_what_is_published)
