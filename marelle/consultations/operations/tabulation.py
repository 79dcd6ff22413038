"""What the tables will be made of, said before the freeze: the questions others are crossed with (specs/disclosure.md, R3)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.rules import require
from marelle.base.errors import BadData, WrongState
from marelle.consultations import rules
from marelle.consultations.models import Consultation
from marelle.consultations.queries.results import asked_in
from marelle.consultations.questionnaires import Question
from marelle.consultations.states import HAS_SHEETS, ConsultationState

MOST = 10  # questions others are crossed with: R3
MOST_ANSWERS = 8  # of such a question: beyond, groups are too small to be told
OVER = HAS_SHEETS | {ConsultationState.PURGED}


def crossable(consultation: Consultation) -> list[Question]:
    """The questions others may be crossed with: one answer among few, nothing sensitive. None before the questionnaire is frozen."""
    asked = asked_in(consultation)
    return [question for question in asked.questions() if _is_crossable(question)] if asked else []


@transaction.atomic
def choose_profiles(consultation_id: int, names: Sequence[str], *, by: Person) -> Consultation:
    """Say which questions others are crossed with. Raises NotAllowed, WrongState once it is frozen, BadData."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    if consultation.state in OVER:
        raise WrongState(_("The tables are drawn already: this is said before the freeze."))
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


def _is_crossable(question: Question) -> bool:
    return question.kind == "one" and not question.sensitive and 1 < len(question.options) <= MOST_ANSWERS
