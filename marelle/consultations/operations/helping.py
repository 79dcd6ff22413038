"""Whom a child may call: the same numbers for every edition of a committee, on screen at once, on what is printed from then on."""

import re
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.rules import require
from marelle.base import stamps
from marelle.base.errors import BadData, WrongState
from marelle.consultations import rules
from marelle.consultations.languages import NATIVE
from marelle.consultations.models import Consultation
from marelle.consultations.questionnaires import REFERENCE

NUMBER = re.compile(r"^[0-9]{2,5}( ?[0-9]{2,3}){0,4}$")  # 119, 3018, 0 800 05 12 34 as 0800 05 12 34
MOST = 6  # numbers: a child reads them all
LONGEST = 60  # characters of who answers

Number = dict[str, str]  # {"number", language: who answers}


@transaction.atomic
def save_number(
    consultation_id: int, number: str, said: Mapping[str, str], *, was: str = "", place: int = MOST, by: Person
) -> Consultation:
    """Add a number, or change the one that was `was`; `said`: who answers, by language. Raises NotAllowed, BadData, WrongState."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    number, said = " ".join(number.split()), {code: text.strip() for code, text in said.items() if text.strip()}
    kept = [each for each in consultation.help_numbers if each["number"] != was]
    if was and len(kept) == len(consultation.help_numbers):
        raise WrongState(_("This number was changed or taken away meanwhile."))
    _check(number, said, kept)
    kept.insert(max(0, place - 1), {"number": number, **said})
    return _keep(consultation, kept, by=by)


@transaction.atomic
def remove_number(consultation_id: int, number: str, *, by: Person) -> Consultation:
    """Take a number away; one is left at least. Raises NotAllowed, BadData, WrongState."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    kept = [each for each in consultation.help_numbers if each["number"] != number]
    if len(kept) == len(consultation.help_numbers):
        raise WrongState(_("This number was changed or taken away meanwhile."))
    if not kept:
        raise BadData(_("A child always has a number to call: add another one first."))
    return _keep(consultation, kept, by=by)


def _check(number: str, said: Mapping[str, str], others: list[Number]) -> None:
    """Raises BadData."""
    faults = []
    if not NUMBER.match(number):
        faults.append(_("Write the number as it is dialled: figures, with spaces if you like."))
    if number.replace(" ", "") in {each["number"].replace(" ", "") for each in others}:
        faults.append(_("This number is there already."))
    if len(others) >= MOST:
        faults.append(_("Six numbers at most: a child reads them all."))
    if not said.get(REFERENCE):
        faults.append(_("Say in French who answers."))
    if set(said) - set(NATIVE) or any(len(text) > LONGEST for text in said.values()):
        faults.append(_("Say who answers in a few words: 60 characters at most."))
    if faults:
        raise BadData(faults[0], faults)


def _keep(consultation: Consultation, numbers: list[Number], *, by: Person) -> Consultation:
    """The same for every edition of the committee: each shows them to children or to those who come after."""
    committee = consultation.committee
    Consultation.rows.filter(committee=committee).update(help_numbers=numbers)
    consultation.help_numbers = numbers
    told = ", ".join(each["number"] for each in numbers)
    journal.record(consultation, "help_numbers_changed", by=by, organisation=committee, numbers=told)
    stamps.bump("public")
    return consultation
