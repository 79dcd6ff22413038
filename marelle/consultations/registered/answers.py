"""What must hold of the answers' own database: every box can be opened one day, none is left behind."""

from collections.abc import Iterator

from django.conf import settings

from marelle.base import registers
from marelle.consultations import sealing, spool
from marelle.consultations.models import Consultation
from marelle.consultations.states import ConsultationState

BEFORE_THE_FREEZE = frozenset({ConsultationState.OPEN, ConsultationState.CLOSED})


def register() -> None:
    """Join `marelle check`."""
    registers.invariants["answers received can be opened one day"] = boxes_without_a_key
    registers.invariants["no answer is left behind by a freeze"] = boxes_left_behind


def boxes_without_a_key() -> Iterator[str]:
    """Boxes sealed to a key no consultation has."""
    known = set(keys())
    try:
        for table, kid, count in boxes():
            if kid not in known:
                yield f"{table}: {count} boxes of the key {kid.hex()}, which no consultation has"
    except spool.NotKept as error:
        yield f"the database of answers does not answer: {error}"


def boxes_left_behind() -> Iterator[str]:
    """Boxes of a consultation whose answers are frozen: they came too late, or the freeze did not end."""
    known = keys()
    try:
        for table, kid, count in boxes():
            consultation = known.get(kid)
            if table == "spool" and consultation and consultation.state not in BEFORE_THE_FREEZE:
                yield f"{count} boxes of {consultation.code}, which is {consultation.state}"
    except spool.NotKept:
        return  # told above


def keys() -> dict[bytes, Consultation]:
    """Consultations by the name of their key."""
    found = Consultation.rows.filter(public_key__isnull=False).order_by("pk")
    return {sealing.kid(bytes(consultation.public_key or b"")): consultation for consultation in found}


def boxes() -> Iterator[tuple[str, bytes, int]]:
    """How many boxes of each key lie in each table. Raises NotKept."""
    store = spool.store(settings.ANSWERS_URL)
    for table in ("spool", "spool_refused"):
        for kid, count in sorted(store.kids(table).items()):
            yield table, kid, count
