"""What is taken out of a plan being written: kept whole, to be put back where it stood."""

from typing import Any

from django.core import serializers
from django.db import models

from marelle.accounts.models import Person
from marelle.base import clock, origins
from marelle.base.models import Origin
from marelle.plans.models import Action, Indicator, Objective, Plan, Removal, YearlyTarget

Part = Objective | Action | Indicator


def keep(plan: Plan, part: Part, kind: str, *, by: Person) -> Removal:
    """Take a part away with what it holds, every word kept; its origins are withdrawn in that same moment."""
    held: list[models.Model] = [part]
    if isinstance(part, Objective):
        held += [*part.actions.order_by("pk"), *part.indicators.order_by("pk")]
    aims = YearlyTarget.rows.filter(indicator__in=[thing.pk for thing in held if isinstance(thing, Indicator)])
    removal = Removal.rows.create(
        plan=plan,
        kind=kind,
        name=part.name,
        words=serializers.serialize("json", [*held, *aims.order_by("pk")]),
        references=[f"{thing._meta.label_lower}:{thing.code}" for thing in held],  # type: ignore[attr-defined]
        removed_by=by,
        removed_at=clock.now(),
    )
    living = Origin.objects.filter(offspring__in=removal.references, withdrawn_at=None)
    living.update(withdrawn_at=removal.removed_at)
    part.delete()
    return removal


def put_back(removal: Removal, *, by: Person) -> Part | None:
    """The part as it stood, with what it held and where it came from; None when its objective is not there."""
    things: list[Any] = list(serializers.deserialize("json", removal.words, ignorenonexistent=True))
    part: Part = things[0].object
    if not isinstance(part, Objective) and not removal.plan.objectives.filter(pk=part.objective_id).exists():
        return None
    for thing in things:
        thing.save()
    for origin in Origin.objects.filter(offspring__in=removal.references, withdrawn_at=removal.removed_at):
        same = {name: getattr(origin, name) for name in ("parent", "offspring", "label", "excerpt", "address")}
        origins.link(origin.kind, by=by, **same)
    removal.delete()
    return part
