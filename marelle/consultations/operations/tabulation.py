"""What the tables will be made of, said before the freeze: the questions others are crossed with, what answers are weighted to.

Source: specs/disclosure.md, sections 7 (R3) and 9.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.rules import require
from marelle.base.errors import BadData, WrongState
from marelle.consultations import catalogue, rules, scores, weighing
from marelle.consultations.models import Consultation
from marelle.consultations.queries.results import asked_in
from marelle.consultations.questionnaires import Question
from marelle.consultations.states import HAS_SHEETS, ConsultationState

MOST = 10  # questions others are crossed with: R3
OVER = HAS_SHEETS | {ConsultationState.PURGED}


def crossable(consultation: Consultation) -> list[Question]:
    """The questions, and scores, others may be crossed with: one answer among few, nothing sensitive. None before the questionnaire is frozen."""
    asked = asked_in(consultation)
    known = [question for _part, question in scores.tabled(asked)] if asked else []
    return [question for question in known if catalogue.is_crossable(question, ("one", scores.SCORE))]


@transaction.atomic
def choose_profiles(consultation_id: int, names: Sequence[str], *, by: Person) -> Consultation:
    """Say which questions others are crossed with. Raises NotAllowed, WrongState once it is frozen, BadData."""
    consultation = _locked(consultation_id, by)
    offered = [question.name for question in crossable(consultation)]
    if set(names) - set(offered):
        raise BadData(_("This question cannot be crossed with others."))
    if len(set(names)) > MOST:
        raise BadData(_("Ten questions at most: each more would make the groups of all smaller."))
    consultation.profiles = [name for name in offered if name in names]
    consultation.version += 1
    consultation.save(update_fields=["profiles", "version"])
    told = ", ".join(consultation.profiles)
    journal.record(consultation, "profiles_chosen", by=by, organisation=consultation.committee, questions=told)
    return consultation


@transaction.atomic
def load_margins(consultation_id: int, data: bytes, source: str, *, by: Person) -> Consultation:
    """Say what is known of all children, as CSV, and where from. Raises NotAllowed, WrongState once it is frozen, BadData."""
    consultation = _locked(consultation_id, by)
    if not source.strip():
        raise BadData(_("Say where these figures come from, and their year."))
    try:
        rows = weighing.read_margins(data)
    except weighing.NotMargins as fault:
        raise BadData(_sentence(fault)) from fault
    consultation.margins = {"source": source.strip(), "rows": rows}
    return _kept(consultation, "margins_loaded", by)


@transaction.atomic
def forget_margins(consultation_id: int, *, by: Person) -> Consultation:
    """Every child counts once again. Raises NotAllowed, WrongState once it is frozen."""
    consultation = _locked(consultation_id, by)
    consultation.margins = {}
    return _kept(consultation, "margins_forgotten", by)


def _locked(consultation_id: int, by: Person) -> Consultation:
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    if consultation.state in OVER:
        raise WrongState(_("The tables are drawn already: this is said before the freeze."))
    return consultation


def _kept(consultation: Consultation, verb: str, by: Person) -> Consultation:
    consultation.version += 1
    consultation.save(update_fields=["margins", "version"])
    journal.record(consultation, verb, by=by, organisation=consultation.committee)
    return consultation


def _sentence(fault: weighing.NotMargins) -> str:
    said = {
        "unreadable": _("The file cannot be read: save it as CSV, in UTF-8."),
        "columns": _("The columns are variable, category, total, and neighbour if wanted."),
        "empty": _("The file has a header and no line."),
        "variable": _("The variable is region, age or gender."),
        "category": _("This category does not exist: ages are 6_8, 9_11, 12_14, 15_18, genders girl and boy."),
        "total": _("The total is a whole number of children, above 0."),
        "twice": _("This category stands there twice."),
    }[fault.why]
    return _("Line %(line)s: %(what)s") % {"line": fault.line, "what": said} if fault.line else said
