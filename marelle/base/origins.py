"""Where a thing comes from, and what became of it: the thread that holds the house together.

A reference is "package.model:public-id". Packages register how theirs show themselves;
what a reader may not see is told without a name.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.base.models import Origin

KINDS = frozenset(
    [
        "result",
        "proposal",
        "recommendation",
        "figure",
        "need",
        "practice",
        "objective",
        "action",
        "reading",
        "report",
        "page",
        "talk",
        "application",
        "mandate",
        "renewal",
    ]
)


@dataclass(frozen=True)
class Shown:
    """How a thing shows itself today to one reader."""

    title: str
    sentence: str
    address: str
    state: str = ""
    on: datetime | None = None


@dataclass(frozen=True)
class Link:
    """One end of the strip: what was frozen, and what stands today (None: not for this reader, or gone)."""

    kind: str
    label: str
    excerpt: str
    address: str
    state: str
    at: datetime
    visible: bool
    changed: bool


@dataclass(frozen=True)
class Strip:
    """« D'où ça vient » and « Ce que ça devient » of one thing."""

    parents: list[Link]
    offspring: list[Link]
    steps_to_come: list[str]
    roots_to_come: list[str] = field(default_factory=list)


Resolver = Callable[[str, Any], Shown | None]
_resolvers: dict[str, Resolver] = {}
Story = Callable[[str], tuple[list[str], list[str]]]
_stories: list[Story] = []


def register(model: str, resolver: Resolver) -> None:
    """Say how `model` ("package.model") shows itself: `resolver(public_id, reader)`, None when not visible."""
    _resolvers[model] = resolver


def register_steps_to_come(steps: Story) -> None:
    """Steps of the demonstration's story not built yet: `steps(reference)` gives those before it and those after it."""
    _stories.append(steps)


def reference(model: str, public_id: str) -> str:
    """`reference("plans.objective", "k7…")`."""
    return f"{model}:{public_id}"


def fingerprint(text: str) -> str:
    """SHA-256 of a frozen text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def link(
    kind: str, *, parent: str, offspring: str, label: str, excerpt: str = "", address: str = "", by: Any
) -> Origin:
    """Say that `offspring` comes from `parent`, with the parent's words frozen as they are today."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of origin: {kind}")
    made, _new = Origin.objects.get_or_create(
        parent=parent,
        offspring=offspring,
        withdrawn_at=None,
        defaults={
            "kind": kind,
            "label": label[:200],
            "excerpt": excerpt,
            "address": address,
            "fingerprint": fingerprint(label[:200] + "\n" + excerpt),
            "made_by": by.code,
            "made_at": clock.now(),
        },
    )
    return made


def withdraw(code: str) -> None:
    """Mark a link as withdrawn; it is not erased."""
    Origin.objects.filter(code=code, withdrawn_at=None).update(withdrawn_at=clock.now())


def strip_for(ref: str, reader: Any) -> Strip:
    """Both ends of the thread at `ref`, as `reader` may see them. Nearest parents first, offspring by date."""
    up = Origin.objects.filter(offspring=ref, withdrawn_at=None).order_by("-made_at", "pk")
    down = Origin.objects.filter(parent=ref, withdrawn_at=None).order_by("made_at", "pk")
    return Strip(
        parents=[_link(o, o.parent, reader, frozen=True) for o in up],
        offspring=[_link(o, o.offspring, reader, frozen=False) for o in down],
        steps_to_come=[step for story in _stories for step in story(ref)[1]],
        roots_to_come=[step for story in _stories for step in story(ref)[0]],
    )


def offspring_of(references: Collection[str], reader: Any) -> dict[str, list[Link]]:
    """What became of each of several things, by date, as far as `reader` may see it. One question, and those of what is shown."""
    rows = Origin.objects.filter(parent__in=references, withdrawn_at=None).order_by("made_at", "pk")
    found: dict[str, list[Link]] = {}
    for origin in rows if references else ():
        link = _link(origin, origin.offspring, reader, frozen=False)
        if link.visible:
            found.setdefault(origin.parent, []).append(link)
    return found


def _link(origin: Origin, ref: str, reader: Any, *, frozen: bool) -> Link:
    model, _sep, public_id = ref.partition(":")
    resolver = _resolvers.get(model)
    shown = resolver(public_id, reader) if resolver else None
    if shown is None:
        return Link(origin.kind, _("a source that is not public"), "", "", "", origin.made_at, False, False)
    label = origin.label if frozen else shown.title
    excerpt = origin.excerpt if frozen else shown.sentence
    changed = frozen and fingerprint(shown.title[:200] + "\n" + shown.sentence) != origin.fingerprint
    return Link(origin.kind, label, excerpt, shown.address, shown.state, shown.on or origin.made_at, True, changed)
