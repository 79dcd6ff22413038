"""A protected result in the thread: what children said, as far as it may be said, where a promise comes from it."""

from collections.abc import Collection
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import origins
from marelle.base.origins import Shown
from marelle.consultations.models import Table
from marelle.consultations.questionnaires import DONT_KNOW, Question, read
from marelle.consultations.states import ConsultationState, VersionState
from marelle.framework.models import text

MODEL = "consultations.table"


def register() -> None:
    """Join the thread."""
    origins.register(MODEL, show_results)


def reference(table: Table) -> str:
    """By the freeze and the question: 2026-01.way_fear."""
    return origins.reference(MODEL, f"{table.freeze.code}.{table.question}")


def show_results(ids: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Those that are published to anyone; before that to the programme team."""
    freezes = {each.partition(".")[0] for each in ids}
    rows = Table.objects.filter(freeze__code__in=freezes, question__in={each.partition(".")[2] for each in ids})
    rows = rows.select_related("freeze__consultation__committee").order_by("pk")
    found = {f"{row.freeze.code}.{row.question}": row for row in rows if row.zone == "FR" and row.axis == "none"}
    return {each: shown(row) for each, row in found.items() if each in ids and _is_for(row, reader)}


def _is_for(table: Table, reader: Person | None) -> bool:
    consultation = table.freeze.consultation
    if consultation.state == ConsultationState.PUBLISHED:
        return True
    is_somebody = reader is not None and reader.is_authenticated
    return is_somebody and consultation.committee in reader.committees_as(PROGRAMME_TEAM)


def shown(table: Table) -> Shown:
    """The question as children read it, and the protected shares."""
    consultation = table.freeze.consultation
    version = consultation.questionnaires.filter(state=VersionState.FROZEN).first()
    asked = {question.name: question for question in read(version.canonical).questions()} if version else {}
    question = asked.get(table.question)
    words = _said(question.label) if question else table.question
    return Shown(
        title=_("%(edition)s: “%(question)s”") % {"edition": text(consultation.name), "question": words},
        sentence=", ".join(_row(row, question) for row in table.rows_shown),
        address=f"/bureau/consultation/{consultation.code}/resultats",
        state=consultation.get_state_display(),
        on=table.freeze.frozen_at,
    )


def _row(row: dict[str, Any], question: Question | None) -> str:
    names = {option.name: _said(option.label) for option in question.options} if question else {}
    name = _("I don’t know") if row["option"] == DONT_KNOW else names.get(row["option"], row["option"])
    if row["at_most"] is not None:
        return _("%(name)s at most %(percent)s%%") % {"name": name, "percent": row["at_most"]}
    if row["at_least"] is not None:
        return _("%(name)s at least %(percent)s%%") % {"name": name, "percent": row["at_least"]}
    if row["percent"] is None:
        return _("%(name)s not shown") % {"name": name}
    return _("%(name)s %(percent)s%%") % {"name": name, "percent": f"{row['percent']:g}"}


def _said(texts: Any) -> str:
    return texts.get(translation.get_language() or "fr") or texts.get("fr", "")
