"""The worker takes the nights that are due; `marelle check` takes the last one again and compares."""

from marelle.base import registers, rounds
from marelle.mandates import checks
from marelle.mandates.operations.snapshots import ask_for_due_nights


def register() -> None:
    """Join the registers."""
    rounds.register(ask_for_due_nights)
    registers.invariants["the figures of the last night are those of the readings"] = checks.nights_are_true
    registers.invariants["the figures of places are the sum of their mandates’"] = checks.places_add_up
