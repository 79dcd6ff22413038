"""What looks after booklets being typed in, and those that were drawn to be printed."""

from marelle.base import rounds
from marelle.consultations.operations import keying, printing


def register() -> None:
    """Join the rounds of the worker."""
    rounds.register(keying.look_after)
    rounds.register(printing.forget_old)
