"""What was said at a meeting and may be kept: each talk, who may tell it as a practice, the practices made of it."""

from dataclasses import dataclass
from datetime import datetime

from marelle.accounts.models import Organisation, Person
from marelle.base import origins
from marelle.base.origins import Link
from marelle.events.models import Event, ProgrammeItem
from marelle.events.states import OVER, EventKind, ItemKind

NOT_TOLD = frozenset({ItemKind.BREAK, ItemKind.MARKET})  # nobody says anything there


@dataclass(frozen=True)
class Talk:
    """A part that was held; `tellers`: whose practice it may become; `practices`: those made of it."""

    item: ProgrammeItem
    tellers: list[Organisation]
    practices: list[Link]


def talks_of(event: Event, reader: Person, at: datetime) -> list[Talk]:
    """The talks given by `at`, in order: three questions, and those of the practices made; none before a webinar is over."""
    if event.kind != EventKind.GATHERING and event.state not in OVER:
        return []
    rows = event.items.exclude(kind__in=NOT_TOLD).order_by("starts_at", "position", "pk")
    given = [item for item in rows if was_given(event, item, at)]
    tellers = tellers_of(event)
    kept = origins.offspring_of([reference(item) for item in given], reader)
    return [Talk(item, tellers.get(item.pk) or tellers[None], kept.get(reference(item), [])) for item in given]


def was_given(event: Event, item: ProgrammeItem, at: datetime) -> bool:
    """Whether it has been said: its hour has come at a gathering, the whole webinar was held."""
    if event.kind == EventKind.GATHERING:
        return item.starts_at is not None and item.starts_at <= at
    return event.state in OVER


def tellers_of(event: Event) -> dict[int | None, list[Organisation]]:
    """The organisations of those who speak in each part, by its key; under None, of those who speak in all, else the committee."""
    found: dict[int | None, dict[int, Organisation]] = {}
    for role in event.roles.exclude(organisation=None).select_related("organisation").order_by("position", "pk"):
        if role.organisation is not None:
            found.setdefault(role.item_id, {})[role.organisation.pk] = role.organisation
    found.setdefault(None, {event.committee.pk: event.committee})
    return {item: list(organisations.values()) for item, organisations in found.items()}


def reference(item: ProgrammeItem) -> str:
    """How the thread names it."""
    return origins.reference("events.item", item.code)
