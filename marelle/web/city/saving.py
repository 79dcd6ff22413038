"""Which operation saves which field of an application, and where that field stands."""

from typing import Any

from django.utils.translation import gettext as _

from marelle.mandates.operations.applications import save_answer
from marelle.mandates.queries.applications import Dossier, plan_address, section_address
from marelle.plans.operations.writing import save_plan_field
from marelle.web.parts.saving import Save

PLAN_PARTS = frozenset({"plan", "objective", "action", "indicator"})


def save_field(dossier: Dossier, by: Any) -> Save:
    """How a field of this application is saved: an answer, or a field of its plan."""
    application = dossier.application

    def save(name: str, value: str, *, was: str, version: int) -> Any:
        if name.partition(".")[0] in PLAN_PARTS:
            name = name.removeprefix("plan.")
            return save_plan_field(application.plan_id, name, value, was=was, version=version, by=by)
        return save_answer(application.pk, name, value, was=was, version=version, by=by)

    return save


def place_of(dossier: Dossier, name: str) -> tuple[str, str]:
    """The title of a field, and the page it stands on."""
    for section in dossier.sections:
        for question in section.questions:
            if question.key == name:
                return question.title, section_address(dossier.application, section)
    return _("a field of the plan"), plan_address(dossier.application)
