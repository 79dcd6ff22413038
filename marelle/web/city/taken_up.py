"""What an application took from the one before, as its writers see it: on each field, and all together."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from marelle.mandates.models import TakenUp
from marelle.mandates.queries import taken_up as queries
from marelle.mandates.queries.applications import Dossier
from marelle.plans.amendments import parts_of
from marelle.plans.queries import content
from marelle.web.parts.amendments import Words, told
from marelle.web.parts.forms import TypedForm


def differences(dossier: Dossier, taken: TakenUp | None) -> dict[str, Any]:
    """Every difference, answers then plan, for the page of the application."""
    if taken is None:
        return {}
    framework, plan = dossier.application.call.framework, {}
    if taken.content["plan"]:
        plan = content(dossier.application.plan)
    return {
        "taken": taken,
        "taken_changed": queries.answers_changed(taken, dossier),
        "taken_plan_changed": told(queries.plan_changed(taken, plan), framework) if plan else [],
    }


def mark_plan(domains: Iterable[dict[str, Any]], taken: TakenUp | None, dossier_plan: Any) -> None:
    """Say on each field of the editor what was taken from the plan before, and what it said where it says something else."""
    copied = queries.parts_taken(taken) if taken else {}
    if not taken or not copied:
        return
    now = {held.part["code"]: held.part for held in parts_of(content(dossier_plan))}
    words = Words(dossier_plan.framework)
    for form in _forms(domains):
        for name, field in form.fields.items():
            _kind, code, what = name.split(".")
            if hint := _hint(what, copied.get(code, {}), now.get(code, {}), taken, words):
                field.help_text = f"{field.help_text} {hint}".strip()


def _forms(domains: Iterable[dict[str, Any]]) -> Iterable[TypedForm]:
    for domain in domains:
        for objective in domain["objectives"]:
            yield objective["form"]
            yield from (part["form"] for part in [*objective["actions"], *objective["indicators"]])


def _hint(what: str, was: dict[str, Any], now: dict[str, Any], taken: TakenUp, words: Words) -> str:
    """The words beside a field; "" when nothing was taken into it."""
    said = was.get(what)
    if said in (None, "", []):
        return ""
    if now.get(what) != said:
        return _("Taken up, it said: %(was)s.") % {"was": words.value(what, said)}
    if what == "baseline" and was["code"] in taken.content["read"]:
        return _("Last value read in the mandate before, in %(year)s: read it again.") % {"year": was["baseline_year"]}
    return _("Taken from “%(call)s”: read it again.") % {"call": taken.previous.call}
