"""The researchers' file: asked for with a signed undertaking, agreed on by two persons, written by the worker, gone after a day.

It is written from the private answers, and lies among them: what destroys them destroys it (specs/disclosure.md, section 12).
The sealed file opens with the analyst's private key alone, which the house never has.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import files, journal, pending
from marelle.accounts.models import PendingAct, Person
from marelle.accounts.robot import robot
from marelle.accounts.rules import require
from marelle.base import clock, jobs
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Job
from marelle.consultations import rules
from marelle.consultations.catalogue import FRANCE
from marelle.consultations.letters import research as letters
from marelle.consultations.models import Consultation, Freeze, ResearchRequest
from marelle.consultations.operations.freezing import latest, private_files
from marelle.consultations.queries import published, research
from marelle.consultations.queries.geography import Geography
from marelle.consultations.queries.published import Edition
from marelle.consultations.questionnaires import REFERENCE
from marelle.consultations.states import RESEARCH_STEPS, ConsultationState, ResearchState
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

TASK = "consultation_research_file"
SEALED = ".zip.age"  # how the name of a sealed file ends
AGREE = "research_file_agreed"  # an act that waits for a second person
LIVES = timedelta(hours=24)  # specs/disclosure.md, section 12
FEW, GONE = "few", "gone"  # why there is no file
OLD = 3600  # seconds after which what a writer was making was left by one that died: a file takes a minute or two


@dataclass(frozen=True)
class Asked:
    """What a researcher asks for. `public_key`: `age1…`, whose private half they keep."""

    analyst: Person
    institution: str
    purpose: str
    questions: Sequence[str]
    public_key: str


# Asking --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask(consultation_id: int, asked: Asked, undertaking: UploadedFile, *, by: Person) -> ResearchRequest:
    """Write a request down, with the undertaking as it was signed.

    Raises NotAllowed, WrongState before results are public and once answers are destroyed, BadData for what is refused.
    """
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    read = _public(consultation)
    if not rules.is_analyst(asked.analyst, consultation):
        raise BadData(
            _("The researcher must first be an analyst of the committee: invite them on the page of the team.")
        )
    known = [question.name for question in research.questions(read)]
    if not asked.questions or set(asked.questions) - set(known):
        raise BadData(_("Choose the questions wanted, among those that were asked."))
    names, key = [name for name in known if name in asked.questions], _key(asked.public_key)
    _check_size(read, names)
    kept = files.take(undertaking, organisation=consultation.committee, by=by)
    kept.is_apart = True
    kept.save(update_fields=["is_apart"])
    made = ResearchRequest.rows.create(
        consultation=consultation,
        analyst=asked.analyst,
        institution=asked.institution,
        purpose=asked.purpose,
        questions=names,
        public_key=key,
        undertaking=kept,
        asked_by=by,
        asked_at=clock.now(),
    )
    _tell(made, "research_file_asked", by)
    return made


def _public(consultation: Consultation) -> Edition:
    """What is read of a published edition. Raises WrongState when there is none, or its answers are destroyed."""
    if consultation.state == ConsultationState.PURGED:
        raise WrongState(_("The answers were destroyed: no file can be written for research any more."))
    read = published.edition(consultation.code)
    if read is None:
        raise WrongState(
            _("The file for research is written once results are public, as long as the answers are kept.")
        )
    return read


def _key(typed: str) -> str:
    from marelle.consultations import research_files  # slow import

    try:
        return research_files.read_key(typed)
    except ValueError:
        raise BadData(_("This is not a public key of age: it begins with age1 and has 62 characters.")) from None


def _check_size(read: Edition, names: Sequence[str]) -> None:
    from marelle.consultations import research_files  # slow import

    country = read.freeze.zones.filter(zone=FRANCE, profile="", status="").first()
    children = max((column.base or 0 for column in country.columns), default=0) if country else 0
    if children * len(research_files.items_of(read.asked, names)) > research_files.MOST_VALUES:
        raise BadData(_("This file would be too large: choose fewer questions."))


# Two persons ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def agree(request_id: int, *, by: Person) -> PendingAct:
    """The first of two persons agrees. Raises NotAllowed, also for a file of one's own, WrongState."""
    request = _to_agree_on(request_id, by)
    return pending.propose(AGREE, research.reference(request), {}, by=by, organisation=request.consultation.committee)


@transaction.atomic
def confirm(request_id: int, *, by: Person) -> ResearchRequest:
    """The second person agrees: the worker writes the file. Raises NotAllowed for the first person, WrongState."""
    request = _to_agree_on(request_id, by)
    _public(request.consultation)
    if not rules.is_analyst(request.analyst, request.consultation):
        raise WrongState(_("The researcher is no longer an analyst of the committee."))
    act = _waiting(request)
    pending.confirm(act.code, kind=AGREE, by=by, organisation=request.consultation.committee)
    RESEARCH_STEPS.take(request, "agree")
    request.save(update_fields=["state"])
    jobs.enqueue(TASK, request.code, request=request.pk)
    _tell(request, "research_file_agreed", by)
    return request


@transaction.atomic
def decline(request_id: int, *, by: Person) -> ResearchRequest:
    """The request is not agreed on. Raises NotAllowed, WrongState."""
    request = _to_agree_on(request_id, by)
    act = research.waiting_act(request)
    if act is not None:
        pending.decline(act.code, by=by, organisation=request.consultation.committee)
    RESEARCH_STEPS.take(request, "decline")
    request.save(update_fields=["state"])
    _tell(request, "research_file_declined", by)
    return request


def _to_agree_on(request_id: int, by: Person) -> ResearchRequest:
    request = _locked(request_id)
    require(rules.may_agree_on, by, request)
    if request.state != ResearchState.ASKED:
        raise WrongState(_("This request has been answered already."), state=request.state)
    return request


def _waiting(request: ResearchRequest) -> PendingAct:
    found = research.waiting_act(request)
    if found is None:
        raise WrongState(_("A first person must agree before you."))
    return found


# Writing -------------------------------------------------------------------------------------------------------------
@jobs.task(TASK)
def write_when_asked(job: Job, request: int) -> None:
    """The job of the worker. May be delivered twice: a file that is written, or impossible, stays so."""
    write(request)


def write(request_id: int, *, at: datetime | None = None) -> ResearchRequest:
    """Write the sealed file from the private answers; or say why there is none."""
    request = ResearchRequest.rows.select_related("consultation__committee").get(pk=request_id)
    if request.state != ResearchState.AGREED:
        return request
    read = published.edition(request.consultation.code)
    if read is None or not (private_files(request.consultation, read.freeze.code) / "responses.parquet").exists():
        return _refused(request, GONE)
    place = place_of(request, read.freeze.code)
    _tidy(place)
    made = place.with_name(f"{place.name}.{secrets.token_hex(4)}")  # its own: another worker may be writing the same
    if not _is_written(request, read, made):
        return _refused(request, FEW)
    try:
        return _ready(request, read, made, at or clock.now())
    finally:
        made.unlink(missing_ok=True)


def place_of(request: ResearchRequest, freeze: str = "") -> Path:
    """Where the sealed file of a request lies: among the private files of the freeze."""
    return private_files(request.consultation, freeze or request.freeze) / f"research-{request.code}{SEALED}"


def sentence(why: str) -> str:
    """Why there is no file, in words; "" when there is one."""
    known = {
        FEW: _("Too few children answered for a file in which nobody could be found."),
        GONE: _("The answers were destroyed: no file can be written for research any more."),
    }
    return known.get(why, "")


def _clear(place: Path) -> None:
    """Take away the file, and all that workers left of it or are writing."""
    for left in (*_unfinished(place), place):
        _remove(left)


def _tidy(place: Path) -> None:
    """Take away what a worker that was killed left; never what another one is writing, nor the file itself."""
    for left in _unfinished(place):
        if _is_old(left):
            _remove(left)


def _unfinished(place: Path) -> list[Path]:
    return [left for left in place.parent.glob(f"*{place.name}*") if left != place]


def _is_old(left: Path) -> bool:
    """Whether nobody has written in it for an hour; what is gone meanwhile is not."""
    return left.exists() and left.stat().st_mtime < time.time() - OLD


def _remove(left: Path) -> None:
    if left.is_dir():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)


def _is_written(request: ResearchRequest, read: Edition, place: Path) -> bool:
    """Whether enough children answered for a file; it is then on the disk."""
    from marelle.consultations import cubes, research_files  # slow import

    items = research_files.items_of(read.asked, request.questions)
    sheets = cubes.sheets_of(place.parent / "responses.parquet", [item.name for item in items])
    regions = _regions(sheets["zone"])
    try:
        table = research_files.drawn(sheets, regions, items)
    except research_files.TooFew:
        return False
    rows = Territory.objects.filter(kind=TerritoryKind.REGION, code__in=set(regions)).order_by("code")
    edition = request.consultation
    title = edition.name.get(REFERENCE, edition.code)
    about = research_files.About(
        edition.code, title, edition.committee.name, read.freeze.code, research_files.floor_of(items)
    )
    described = research_files.variables(items, dict(rows.values_list("code", "name")))
    research_files.write(place, table, described, about, request.public_key)
    return True


def _regions(zones: Sequence[str]) -> list[str]:
    """The code of the région of each sheet, or "" where it is unknown."""
    areas = Geography()
    of = {zone: _region_of(areas.chain(zone)) for zone in set(zones)}
    return [of[zone] for zone in zones]


def _region_of(chain: Sequence[str]) -> str:
    return next((code for kind, _mark, code in (zone.partition(":") for zone in chain) if kind == "region"), "")


@transaction.atomic
def _ready(request: ResearchRequest, read: Edition, made: Path, at: datetime) -> ResearchRequest:
    """`made`: what was sealed; it takes its place unless another worker was faster, it was called off, or answers are gone."""
    with made.open("rb") as sealed:
        digest = hashlib.file_digest(sealed, "sha256").hexdigest()
    kept = _locked(request.pk)
    if kept.state != ResearchState.AGREED or kept.consultation.state != ConsultationState.PUBLISHED:
        return kept
    made.replace(place_of(request, read.freeze.code))
    RESEARCH_STEPS.take(kept, "write")
    kept.freeze, kept.digest, kept.ready_at, kept.expires_at = read.freeze.code, digest, at, at + LIVES
    kept.save(update_fields=["state", "freeze", "digest", "ready_at", "expires_at"])
    _tell(kept, "research_file_written", robot())
    letters.tell_analyst(kept)
    return kept


@transaction.atomic
def _refused(request: ResearchRequest, why: str) -> ResearchRequest:
    kept = _locked(request.pk)
    if kept.state not in (ResearchState.ASKED, ResearchState.AGREED):
        return kept
    RESEARCH_STEPS.take(kept, "refuse")
    kept.why = why
    kept.save(update_fields=["state", "why"])
    _tell(kept, "research_file_impossible", robot())
    return kept


# Taking it, and its end ----------------------------------------------------------------------------------------------
@transaction.atomic
def take(request_id: int, *, by: Person) -> Path:
    """The sealed file, for the analyst who is named; each time is written in the journal. Raises NotAllowed, WrongState."""
    request = _locked(request_id)
    require(rules.may_take, by, request)
    place = place_of(request)
    if not research.is_there(request, clock.now()) or not place.exists():
        raise WrongState(_("This file is no longer there: it is destroyed a day after it was written."))
    _tell(request, "research_file_taken", by)
    return place


@transaction.atomic
def end(request_id: int, *, by: Person) -> ResearchRequest:
    """Destroy a file before its day is over, or call off one being written. Raises NotAllowed, WrongState."""
    request = _locked(request_id)
    require(rules.may_open, by, request.consultation)
    return _ended(request, by)


def end_what_is_due(at: datetime) -> None:
    """A round of the worker: files are destroyed after a day; what waits for answers that are gone is refused."""
    over = ResearchRequest.rows.filter(consultation__state=ConsultationState.PURGED)
    for request in over.filter(state__in=(ResearchState.ASKED, ResearchState.AGREED)).order_by("pk"):
        _refused(request, GONE)
    ready = ResearchRequest.rows.filter(state=ResearchState.READY)
    for request in (ready.filter(expires_at__lte=at) | ready & over).distinct().order_by("pk"):
        with transaction.atomic():
            kept = _locked(request.pk)
            if kept.state == ResearchState.READY:
                _ended(kept, robot())


def _ended(request: ResearchRequest, by: Person) -> ResearchRequest:
    RESEARCH_STEPS.take(request, "end")
    request.save(update_fields=["state"])
    _tell(request, "research_file_destroyed", by)
    place = place_of(request, request.freeze or latest(request.consultation).code)
    transaction.on_commit(lambda: _clear(place))
    return request


def _locked(request_id: int) -> ResearchRequest:
    rows = ResearchRequest.rows.select_for_update(of=("self",))
    return rows.select_related("consultation__committee", "analyst").get(pk=request_id)


def _tell(request: ResearchRequest, verb: str, by: Person) -> None:
    committee = request.consultation.committee
    journal.record(research.reference(request), verb, by=by, organisation=committee, edition=request.consultation.code)


# What must hold ------------------------------------------------------------------------------------------------------
def left_behind() -> list[str]:
    """Files that should be gone, or are not as they were sealed; what a writer that was killed left."""
    found = [said for request in ResearchRequest.rows.exclude(freeze="").order_by("pk") if (said := _fault(request))]
    awaited = list(ResearchRequest.rows.filter(state=ResearchState.AGREED).values_list("code", flat=True))
    for freeze in Freeze.rows.select_related("consultation").order_by("pk"):
        place = private_files(freeze.consultation, freeze.code)
        if freeze.consultation.state == ConsultationState.PURGED and place.exists():
            found.append(f"freeze={freeze.code} was destroyed and its folder is still there")
        unfinished = sorted(set(place.glob("*research-*")) - set(place.glob(f"research-*{SEALED}")))
        left = [each.name for each in unfinished if _is_old(each) and not any(code in each.name for code in awaited)]
        found += [f"{name} was left by a writer" for name in left]
    return found


def _fault(request: ResearchRequest) -> str:
    place = place_of(request)
    if request.state != ResearchState.READY:
        return f"research={request.pk} is over and its file is still there" if place.exists() else ""
    if not place.exists():
        return (
            f"research={request.pk} is ready and its file is missing" if research.is_there(request, clock.now()) else ""
        )
    is_whole = hashlib.sha256(place.read_bytes()).hexdigest() == request.digest
    return "" if is_whole else f"research={request.pk} is not the file that was sealed"
