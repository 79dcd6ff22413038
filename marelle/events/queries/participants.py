"""Those who come, without an account."""

from marelle.events.models import Participant, Registration


def by_key(key: str) -> Participant | None:
    """Whose secret link it is; None once they have been erased."""
    return Participant.objects.filter(key=key, erased_at=None).first()


def registrations_of(participant: Participant) -> list[Registration]:
    """All they asked for, by date: meetings, and what they chose in them."""
    rows = participant.registrations.select_related("occurrence__event", "item")
    return list(rows.order_by("occurrence__starts_at", "occurrence", "item__starts_at", "pk"))
