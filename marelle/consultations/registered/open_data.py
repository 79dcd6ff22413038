"""What the worker does for the open data of published editions."""

from marelle.base import rounds
from marelle.consultations.operations import open_data


def register() -> None:
    """Join the rounds of the worker."""
    rounds.register(open_data.prepare_what_is_published)
