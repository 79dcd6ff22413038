"""What may be read of a freeze: its protected tables, with the words of the questionnaire. Nothing true is here."""

from dataclasses import dataclass

from marelle.accounts.models import PendingAct
from marelle.accounts.states import RequestState
from marelle.consultations import questionnaires
from marelle.consultations.models import Consultation, Freeze, Table
from marelle.consultations.questionnaires import DONT_KNOW, Question
from marelle.consultations.states import VersionState
from marelle.consultations.tables import Shown
from marelle.framework.models import text


def waiting_act(consultation: Consultation) -> PendingAct | None:
    """What one administrator proposed and another has not answered yet."""
    asked = PendingAct.rows.filter(
        reference=f"consultations.consultation:{consultation.code}", state=RequestState.ASKED
    )
    return asked.select_related("proposed_by").first()


@dataclass(frozen=True)
class Result:
    """One question and its table. `names`: what each option is called in the reader’s language, by its name; a number is its own name."""

    question: Question
    part: str
    table: Table
    shown: tuple[Shown, ...]
    names: dict[str, str]


def latest_freeze(consultation: Consultation) -> Freeze | None:
    """The freeze that counts, with who agreed on it."""
    found = consultation.freezes.select_related("proposed_by", "confirmed_by")
    return found.order_by("-frozen_at", "-pk").first()


def results(consultation: Consultation, freeze: Freeze) -> list[Result]:
    """The tables of the whole edition, in the order children were asked."""
    version = consultation.questionnaires.filter(state=VersionState.FROZEN).order_by("-number").first()
    if version is None:
        return []
    drawn = {table.question: table for table in freeze.tables.filter(zone="FR", axis="none")}
    asked = questionnaires.read(version.canonical)
    return [
        _result(question, text(part.title) or part.name, drawn[question.name])
        for part in asked.parts
        for question in part.questions
        if question.name in drawn
    ]


def _result(question: Question, part: str, table: Table) -> Result:
    rows = tuple(Shown(**row) for row in table.rows_shown)
    names = {option.name: text(option.label) or option.name for option in question.options}
    numbers = {row.option: row.option for row in rows if row.option not in names and row.option != DONT_KNOW}
    return Result(question, part, table, rows, names | numbers)
