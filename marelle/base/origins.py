"""Where a thing comes from, and what became of it: the thread that holds the house together.

A reference is "package.model:public-id". Packages register how theirs show themselves;
what a reader may not see is told without a name.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
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


Resolver = Callable[[Collection[str], Any], dict[str, Shown]]
_resolvers: dict[str, Resolver] = {}
Story = Callable[[str, Collection[str]], tuple[list[str], list[str]]]
_stories: list[Story] = []


def register(model: str, resolver: Resolver) -> None:
    """Say how `model` ("package.model") shows itself: `resolver(public_ids, reader)`, without those not visible."""
    _resolvers[model] = resolver


def register_steps_to_come(steps: Story) -> None:
    """Steps of the demonstration's story not built yet: `steps(reference, offspring)` gives those before and after it."""
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


def link_new(kind: str, ends: Iterable[tuple[str, str, str, str]], *, by: Any) -> None:
    """Say where many things made just now come from: parent, offspring, label, excerpt of each."""
    at = clock.now()
    Origin.objects.bulk_create(
        [
            Origin(
                kind=kind,
                parent=parent,
                offspring=offspring,
                label=label[:200],
                excerpt=excerpt,
                fingerprint=fingerprint(label[:200] + "\n" + excerpt),
                made_by=by.code,
                made_at=at,
            )
            for parent, offspring, label, excerpt in ends
        ],
        batch_size=500,
    )


def withdraw(code: str) -> None:
    """Mark a link as withdrawn; it is not erased."""
    Origin.objects.filter(code=code, withdrawn_at=None).update(withdrawn_at=clock.now())


def strip_for(ref: str, reader: Any) -> Strip:
    """Both ends of the thread at `ref`, as `reader` may see them. Nearest parents first, offspring by date.

    One question, and one call for each kind of thing at its ends.
    """
    rows = list(Origin.objects.filter(Q(offspring=ref) | Q(parent=ref), withdrawn_at=None).order_by("made_at", "pk"))
    up = sorted((o for o in rows if o.offspring == ref), key=lambda o: o.made_at, reverse=True)
    down = [o for o in rows if o.parent == ref]
    today = _shown([*(o.parent for o in up), *(o.offspring for o in down)], reader)
    told = [story(ref, [o.offspring for o in down]) for story in _stories]
    return Strip(
        parents=[_link(o, today.get(o.parent), frozen=True) for o in up],
        offspring=[_link(o, today.get(o.offspring), frozen=False) for o in down],
        steps_to_come=[step for _before, after in told for step in after],
        roots_to_come=[step for before, _after in told for step in before],
    )


def shown(ref: str, reader: Any) -> Shown | None:
    """How one thing shows itself today to `reader`; None when it is not for them, or gone."""
    return _shown([ref], reader).get(ref)


def offspring_of(references: Collection[str], reader: Any) -> dict[str, list[Link]]:
    """What became of each of several things, by date, as far as `reader` may see it. One question, and those of what is shown."""
    rows = Origin.objects.filter(parent__in=references, withdrawn_at=None).order_by("made_at", "pk")
    kept = list(rows) if references else []
    today = _shown([origin.offspring for origin in kept], reader)
    found: dict[str, list[Link]] = {}
    for origin in kept:
        if origin.offspring in today:
            found.setdefault(origin.parent, []).append(_link(origin, today[origin.offspring], frozen=False))
    return found


def taken_from(start: str, end: str) -> list[str]:
    """The references things come from that begin and end so: of one question, in every place."""
    rows = Origin.objects.filter(parent__startswith=start, parent__endswith=end, withdrawn_at=None)
    return sorted(set(rows.values_list("parent", flat=True)))


def _shown(references: Iterable[str], reader: Any) -> dict[str, Shown]:
    """How each shows itself today, by reference: those `reader` may see."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for model, _sep, public_id in (ref.partition(":") for ref in references):
        named[model].append(public_id)
    return {
        reference(model, public_id): shown
        for model in named.keys() & _resolvers.keys()
        for public_id, shown in _resolvers[model](named[model], reader).items()
    }


def _link(origin: Origin, shown: Shown | None, *, frozen: bool) -> Link:
    if shown is None:
        return Link(origin.kind, _("a source that is not public"), "", "", "", origin.made_at, False, False)
    label = origin.label if frozen else shown.title
    excerpt = origin.excerpt if frozen else shown.sentence
    changed = frozen and fingerprint(shown.title[:200] + "\n" + shown.sentence) != origin.fingerprint
    return Link(origin.kind, label, excerpt, shown.address, shown.state, shown.on or origin.made_at, True, changed)
