"""The letter that asks for a handover."""

from marelle.base import outbox
from marelle.mandates.models import Handover
from marelle.mandates.queries import people

KIND = "handover_asked"


def queue_asked(handover: Handover) -> None:
    """Ask whoever writes for the organisation to hand its file over, and say what the pack holds."""
    for person in people.writers_of(handover.organisation):
        outbox.write(
            KIND,
            to=person.email,
            language=person.language,
            reference=f"accounts.organisation:{handover.organisation.code}",
            key=f"{KIND}:{handover.code}:{person.code}",
            context={"handover": handover, "organisation": handover.organisation, "person": person},
        )
