"""What a city changed of its plan between two handings-in, field by field."""

from typing import Any

from marelle.mandates.models import Application, HandIn
from marelle.plans import queries as plans
from marelle.plans.amendments import Change, differences


def since_last(application: Application) -> list[Change]:
    """What the plan being written has become since it was last handed in; nothing while it never was."""
    last = _last(application, 1)
    return differences(_plan(last[0]), plans.content(application.plan)) if last else []


def at_last(application: Application) -> list[Change]:
    """What the last handing-in changed of the plan; nothing after the first one."""
    found = _last(application, 2)
    return differences(_plan(found[1]), _plan(found[0])) if len(found) == 2 else []


def _plan(hand_in: HandIn) -> dict[str, Any]:
    """What it held of a plan; a track without a plan hands none in."""
    return {"vision": "", "objectives": [], **hand_in.content["plan"]}


def _last(application: Application, count: int) -> list[HandIn]:
    return list(application.hand_ins.order_by("-number")[:count])
