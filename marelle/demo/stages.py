"""The stages of the demonstration, and its clock: fixed when it is built, ticking since, the same for every process."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from marelle.base import clock

STAGES = {
    "call": datetime(2026, 5, 12, 10, 0, tzinfo=clock.PARIS),
    "review": datetime(2026, 9, 22, 10, 0, tzinfo=clock.PARIS),
    "mid-term": datetime(2028, 11, 22, 10, 0, tzinfo=clock.PARIS),
    "ended": datetime(2031, 12, 3, 10, 0, tzinfo=clock.PARIS),
}


def note_path() -> Path:
    """Where it is written at which stage the demonstration was built, and when."""
    return settings.DATA / "demonstration.json"


def built_stage() -> str | None:
    """The stage of what stands, None when nothing does."""
    return json.loads(note_path().read_text())["stage"] if note_path().exists() else None


def note_built(stage: str) -> None:
    """Write down that the demonstration now stands at `stage`."""
    note_path().write_text(json.dumps({"stage": stage, "built_at": timezone.now().isoformat()}))


def start_clock() -> None:
    """Let this process's clock show the demonstration's time."""
    if not note_path().exists():
        return
    note = json.loads(note_path().read_text())
    elapsed = timezone.now() - datetime.fromisoformat(note["built_at"])
    clock.start_at(STAGES[note["stage"]] + elapsed)
