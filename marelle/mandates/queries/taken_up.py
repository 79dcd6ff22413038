"""What an application took from the one before, and what differs from it since."""

from typing import Any

from marelle.mandates.models import Application, TakenUp
from marelle.mandates.queries.applications import Dossier, differing
from marelle.plans.amendments import Change, differences, parts_of


def of(application: Application) -> TakenUp | None:
    """What it took from the one before; None when nothing was. One question."""
    rows = TakenUp.objects.filter(application=application)
    return rows.select_related("previous__call").first()


def answers_changed(taken: TakenUp, dossier: Dossier) -> list[dict[str, str]]:
    """The answers taken up that say something else today: key, group, title, before, after."""
    before = taken.content["answers"]
    now = {key: dossier.answers.get(key, "") for key in before}
    return differing(dossier.sections, before, now)


def plan_changed(taken: TakenUp, plan: dict[str, Any]) -> list[Change]:
    """What the plan became since it was copied; `plan`: its content today. Nothing when none was copied."""
    return differences(taken.content["plan"], plan) if taken.content["plan"] else []


def parts_taken(taken: TakenUp) -> dict[str, dict[str, Any]]:
    """Each part of the plan as it was copied, by its code."""
    plan = taken.content["plan"]
    return {held.part["code"]: dict(held.part) for held in parts_of(plan)} if plan else {}
