"""What the worker does of the dossiers of a call in one file."""

from marelle.base import rounds
from marelle.mandates.operations import bundles


def register() -> None:
    """Join the rounds of the worker."""
    rounds.register(bundles.end_what_is_due)
