"""What a meeting left behind it: the practices told from it, those retained, its proceedings."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from marelle.base.models import Origin
from marelle.events.models import Event, ProgrammeItem
from marelle.framework.models import text
from marelle.library.models import Practice
from marelle.library.queries import practices
from marelle.library.states import PracticeState

PRACTICE = "library.practice:"  # how the thread names one


@dataclass(frozen=True)
class Told:
    """A practice told from a meeting, as anyone may read it."""

    title: str
    address: str
    is_retained: bool


def practices_told(event: Event, items: Iterable[ProgrammeItem]) -> list[Told]:
    """The public practices that come from a meeting or from a part of it, the first told first. One question, or three."""
    talks = {f"events.event:{event.code}", *(f"events.item:{item.code}" for item in items)}
    links = Origin.objects.filter(parent__in=talks, offspring__startswith=PRACTICE, withdrawn_at=None)
    codes = [
        link.removeprefix(PRACTICE) for link in links.order_by("made_at", "pk").values_list("offspring", flat=True)
    ]
    if not codes:
        return []
    public = {p.code: p for p in Practice.objects.public().filter(code__in=codes).prefetch_related("texts")}
    found = (public[code] for code in dict.fromkeys(codes) if code in public)
    return [
        Told(practices.words_of(p).name, reverse("public:practice", args=[p.code]), p.state == PracticeState.RETAINED)
        for p in found
    ]


def proceedings(items: Iterable[ProgrammeItem]) -> list[ProgrammeItem]:
    """The items that left something: words (`said`), documents (`papers`). One question of the database."""
    items = list(items)
    links = ProgrammeItem.files.through.objects.filter(programmeitem__in=[item.pk for item in items])
    living = links.filter(file__removed_at=None)
    counts: dict[int, int] = {}
    for key in living.values_list("programmeitem", flat=True):
        counts[key] = counts.get(key, 0) + 1
    for item in items:
        item.said, item.papers = text(item.outcome), counts.get(item.pk, 0)  # type: ignore[attr-defined]
    return [item for item in items if item.said or item.papers]  # type: ignore[attr-defined]
