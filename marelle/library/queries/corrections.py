"""What a correction of a practice changes, and the corrections before it."""

from dataclasses import dataclass
from typing import Any

from marelle.library.models import Practice, PracticeText
from marelle.library.states import IN_HAND, PracticeState

KEYS = ("id", "version", "practice", "language")
TOLD = tuple(field.name for field in PracticeText._meta.fields if field.name not in KEYS)  # what is told in words
SAID = ("evidence_level", "cost_eur", "rights", "languages")
SORTED = ("domains", "services", "files")


@dataclass(frozen=True)
class Change:
    """One thing a correction changes. `language`: that of the words, empty for what is said of the practice."""

    language: str
    field: str
    was: Any
    now: Any


def changes(correction: Practice) -> list[Change]:
    """What differs between the shelf and a correction in hand; between what stood and what took its place, once it is done."""
    if correction.corrects is None:
        return []
    before, after = correction.corrects, correction
    if correction.state == PracticeState.REPLACED:
        before, after = correction, _next(correction)
    return [*_told(before, after), *_said(before, after)]


def in_hand(practice: Practice) -> Practice | None:
    """The correction that is being written or read."""
    return practice.corrections.filter(state__in=IN_HAND).first()


def history(practice: Practice) -> list[Practice]:
    """The corrections made, the last one first: each holds the words it replaced."""
    return list(practice.corrections.filter(state=PracticeState.REPLACED).order_by("-corrected_at", "-pk"))


def _next(replaced: Practice) -> Practice:
    """What took the place of these words: those the next correction replaced, else those on the shelf."""
    later = replaced.corrects.corrections.filter(state=PracticeState.REPLACED, corrected_at__gt=replaced.corrected_at)  # type: ignore[union-attr]
    return later.order_by("corrected_at", "pk").first() or replaced.corrects  # type: ignore[return-value]


def _told(before: Practice, after: Practice) -> list[Change]:
    was, now = _words(before), _words(after)
    first = [after.language, *sorted({*was, *now} - {after.language})]
    nothing = PracticeText()
    return [
        Change(language, field, old, new)
        for language in first
        for field in TOLD
        for old, new in [
            (getattr(was.get(language, nothing), field), getattr(now.get(language, nothing), field)),
        ]
        if old != new
    ]


def _said(before: Practice, after: Practice) -> list[Change]:
    pairs = [(field, getattr(before, field), getattr(after, field)) for field in SAID]
    pairs += [(field, _ordered(before, field), _ordered(after, field)) for field in SORTED]
    return [Change("", field, was, now) for field, was, now in pairs if was != now]


def _words(practice: Practice) -> dict[str, PracticeText]:
    return {text.language: text for text in practice.texts.all()}


def _ordered(practice: Practice, field: str) -> list[Any]:
    return sorted(getattr(practice, field).all(), key=lambda one: one.pk)
