"""Notes as pages read them: those of an action with what they said before, and those anyone may read."""

from collections import defaultdict
from collections.abc import Collection
from itertools import groupby
from typing import NamedTuple

from django.db.models import QuerySet

from marelle.plans.models import Action, Note, Plan

MOST = 200  # notes of an action on one page
MOST_SHOWN = 5  # of an action on a public page, the latest


class Told(NamedTuple):
    """A note as it stands, and its earlier versions, the latest first."""

    note: Note
    before: list[Note]


def of_action(action: Action) -> list[Told]:
    """The notes of an action, the latest day first. One question."""
    rows = Note.objects.filter(action=action).select_related("photo", "written_by").order_by("thread", "-pk")
    threads = [list(versions) for _thread, versions in groupby(rows[: MOST * 3], key=lambda note: note.thread)]
    found = [Told(versions[0], versions[1:]) for versions in threads if not versions[0].removed_at]
    return sorted(found, key=lambda told: (told.note.day, told.note.pk), reverse=True)


def of_plan(plan: Plan) -> dict[int, list[Note]]:
    """What was noted of each action of a plan, as it stands. One question."""
    held: dict[int, list[Note]] = defaultdict(list)
    for note in Note.objects.filter(action__objective__plan=plan, replaced_at=None, removed_at=None).order_by("pk"):
        held[note.action_id].append(note)
    return held


def shown() -> QuerySet[Note]:
    """Those anyone may read, where their plan is public."""
    return Note.objects.filter(shown_at__isnull=False, replaced_at=None, removed_at=None)


def shown_of(actions: Collection[Action]) -> dict[int, list[Note]]:
    """What anyone reads of each action, the latest day first, five at most. One question."""
    held: dict[int, list[Note]] = defaultdict(list)
    for note in shown().filter(action__in=actions).select_related("photo").order_by("-day", "-pk"):
        if len(held[note.action_id]) < MOST_SHOWN:
            held[note.action_id].append(note)
    return held
