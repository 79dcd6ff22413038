"""Promises among what anyone may find: objectives and actions of the plans of the members of today."""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.core.cache import caches
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.base import stamps
from marelle.base.registers import Found
from marelle.base.text import fold, random_id
from marelle.mandates.queries.members import members
from marelle.plans.models import Action, Objective

MOST_READ = 20_000  # promises, and as many actions, that one process keeps at hand
KEPT = 3600  # seconds


class Line(NamedTuple):
    """What is found by its `folded` words: a promise, or an action of it, of the member `code`."""

    folded: str
    is_action: bool
    title: str
    member: str
    code: str
    position: int


_kept: dict[str | None, list[Line]] = {}


def find_promises(text: str, person: Any, limit: int) -> Iterator[Found]:
    """Promises, then actions, whose words hold every word of `text`, whatever the accents. The same for everyone."""
    words = fold(text).split()
    found = (line for line in lines() if words and all(word in line.folded for word in words))
    return islice((_shown(line) for line in found), limit)


def lines() -> list[Line]:
    """Every promise and action made public; read again when something public changes.

    The cache holds a name for what this process keeps, not the lines: it would copy all of them at each search.
    """
    name = caches["local"].get_or_set(f"promises:{stamps.current()}", random_id, KEPT)
    found = _kept.get(name)
    if found is None:
        found = list(_read())
        _kept.clear()
        _kept[name] = found
    return found


def _read() -> Iterator[Line]:
    """Two questions. A promise's place in its plan is the one of its address (`network.promises_of`)."""
    plans = members().order_by().values("plan")
    rows = Objective.objects.filter(plan__in=plans).exclude(promise="", name="").select_related("plan__organisation")
    rows = rows.order_by("plan", "domain__position", "position", "pk")[:MOST_READ]
    at: dict[int, Line] = {}
    for _plan, objectives in groupby(rows, key=lambda objective: objective.plan_id):
        for position, o in enumerate(objectives, start=1):
            member, words = o.plan.organisation, o.promise or o.name
            at[o.pk] = Line(fold(f"{words} {o.name}"), False, words, member.name, member.code, o.number or position)
    yield from at.values()
    actions = Action.objects.filter(objective__plan__in=plans).exclude(name="").order_by("objective", "position", "pk")
    for objective, name in actions.values_list("objective", "name")[:MOST_READ]:
        if objective in at:
            yield at[objective]._replace(folded=fold(name), is_action=True, title=name)


def _shown(line: Line) -> Found:
    return Found(
        kind=_("action") if line.is_action else _("promise"),
        title=line.title,
        sentence=line.member,
        address=reverse("public:promise", args=[line.code, line.position]),
    )
