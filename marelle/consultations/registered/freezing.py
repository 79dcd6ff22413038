"""What must hold of a freeze, and what the worker destroys when its time has come."""

from collections.abc import Iterator

from marelle.base import registers, rounds
from marelle.consultations import spool
from marelle.consultations.operations import freezing, national_tables, publishing


def register() -> None:
    """Join `marelle check` and the rounds of the worker."""
    registers.invariants["a child is one of ten among frozen answers"] = sheets_one_is_found_by
    registers.invariants["published tables are those that were drawn"] = altered_tables
    rounds.register(publishing.publish_what_is_due)
    rounds.register(freezing.purge_what_is_due)
    rounds.register(freezing.forget_texts_due)


def sheets_one_is_found_by() -> Iterator[str]:
    """Zones, values and wholes too few share."""
    try:
        yield from freezing.faults()
    except spool.NotKept as error:
        yield f"the database of answers does not answer: {error}"


def altered_tables() -> Iterator[str]:
    """Freezes whose tables changed since."""
    yield from freezing.altered_tables()
    yield from national_tables.altered()
