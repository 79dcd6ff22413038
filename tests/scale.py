"""How much of a long test is run: `make test` at 0.05, `make soak` at 1. The seed is always the same."""

import os

SCALE = float(os.environ.get("MARELLE_SCALE", "0.05"))
SEED = 20260101


def scaled(count: int, least: int = 1) -> int:
    """The share of `count` repetitions to do now, never fewer than `least`."""
    return max(least, round(count * SCALE))
