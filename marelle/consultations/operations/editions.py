"""Editions of the consultation: prepared, changed while nothing is open, made again from a past one."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import require
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.consultations import rules
from marelle.consultations.models import Consultation, Medium, Questionnaire
from marelle.consultations.states import BEING_WRITTEN, CONSULTATION_STEPS, ConsultationState, VersionState

CODE = re.compile(r"^[0-9]{4}(-[a-z0-9]{1,15})?$")  # its year, and a word for a rehearsal
LEAST_FLOOR = 50  # sheets below which no zone stands by itself, specs/consultation.md, section 12
MOST_DAYS = 366


@dataclass(frozen=True)
class Edition:
    """What is said of an edition. `themes`: by language. `answered_on`: the day children are told what comes of it."""

    name: dict[str, str]
    opens_at: datetime
    closes_at: datetime
    themes: dict[str, str] = field(default_factory=dict)
    answered_on: date | None = None
    city_floor: int = LEAST_FLOOR


@transaction.atomic
def draft_edition(
    committee: Organisation, code: str, edition: Edition, *, by: Person, is_pilot: bool = False
) -> Consultation:
    """Prepare an edition. Nobody outside the team sees it. Raises NotAllowed, BadData."""
    require(rules.may_prepare, by, committee)
    _check(edition)
    return _draft(committee, code, edition, by=by, is_pilot=is_pilot)


def _draft(committee: Organisation, code: str, edition: Edition, *, by: Person, **more: Any) -> Consultation:
    if not CODE.match(code):
        raise BadData(_("Write the year of the edition, such as 2027, or 2027-pilote for a rehearsal."))
    consultation = Consultation(committee=committee, code=code, **vars(edition), **more)
    known = Consultation.rows.filter(committee=committee).order_by("-pk").values_list("help_numbers", flat=True).first()
    consultation.help_numbers = known or consultation.help_numbers
    try:
        with transaction.atomic():
            consultation.save()
    except IntegrityError as error:
        raise BadData(_("There is already an edition %(code)s.") % {"code": code}) from error
    journal.record(consultation, "consultation_drafted", by=by, organisation=committee)
    return consultation


@transaction.atomic
def change_edition(consultation_id: int, edition: Edition, *, by: Person) -> Consultation:
    """Change it. Once open only its end and the day of the answer may move, and the end only further.

    Raises NotAllowed, WrongState, BadData.
    """
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    _check(edition)
    kept = ("name", "themes", "opens_at", "city_floor")
    if consultation.state == ConsultationState.OPEN:
        if (
            any(getattr(consultation, key) != getattr(edition, key) for key in kept)
            or edition.closes_at < consultation.closes_at
        ):
            raise BadData(
                _("The consultation is open: only its end may be put off, and the day of the answer changed.")
            )
    elif consultation.state not in BEING_WRITTEN:
        raise WrongState(_("This edition is closed: it is no longer changed."))
    for key, value in vars(edition).items():
        setattr(consultation, key, value)
    consultation.version += 1
    consultation.save()
    journal.record(consultation, "consultation_changed", by=by, organisation=consultation.committee)
    stamps.bump("public")
    return consultation


@transaction.atomic
def begin_pilot(consultation_id: int, *, by: Person) -> Consultation:
    """A rehearsal begins: it is known of inside, its answers never join the real ones. Raises NotAllowed, WrongState."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    CONSULTATION_STEPS.take(consultation, "pilot")
    consultation.version += 1
    consultation.save(update_fields=["state", "version"])
    journal.record(consultation, "consultation_piloted", by=by, organisation=consultation.committee)
    return consultation


@transaction.atomic
def clone_edition(
    consultation_id: int, code: str, edition: Edition, *, by: Person, is_pilot: bool = False, at: datetime | None = None
) -> Consultation:
    """Make an edition from another: its last workbook as a first draft, its recordings and pictures. Raises NotAllowed, BadData."""
    source = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, source)
    _check(edition)
    at = at or clock.now()
    made = _draft(source.committee, code, edition, by=by, is_pilot=is_pilot, cloned_from=source)
    copies = [
        Medium(
            consultation=made,
            name=m.name,
            kind=m.kind,
            content_type=m.content_type,
            file=m.file,
            is_synthetic=m.is_synthetic,
            added_at=at,
        )
        for m in source.media.order_by("pk")
    ]
    Medium.rows.bulk_create(copies)
    last = source.questionnaires.exclude(state=VersionState.REPLACED).order_by("-number").first()
    if last is not None:
        same = ("workbook", "canonical", "content_hash", "waiver", "waived_by")
        Questionnaire.rows.create(
            consultation=made, number=1, added_by=by, added_at=at, **{name: getattr(last, name) for name in same}
        )
    journal.record(made, "consultation_cloned", by=by, organisation=made.committee, source=source.code)
    return made


def _check(edition: Edition) -> None:
    """Raises BadData."""
    faults = []
    if edition.closes_at <= edition.opens_at:
        faults.append(_("The end comes after the beginning."))
    elif (edition.closes_at - edition.opens_at).days > MOST_DAYS:
        faults.append(_("An edition lasts a year at most."))
    if edition.answered_on and edition.answered_on < edition.closes_at.date():
        faults.append(_("Children are answered once the consultation is closed."))
    if edition.city_floor < LEAST_FLOOR:
        faults.append(_("A town has a page of its own from %(least)s sheets on, never under.") % {"least": LEAST_FLOOR})
    if not edition.name.get("fr"):
        faults.append(_("Give the edition a name in French."))
    if faults:
        raise BadData(faults[0], faults)
