"""The questionnaire of an edition: workbooks kept as they came, recordings and pictures, mended while open, frozen at opening."""

from dataclasses import replace
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from marelle.accounts import files, journal, pending
from marelle.accounts.models import File, PendingAct, Person
from marelle.accounts.rules import require
from marelle.accounts.states import RequestState
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.base.files import MEDIA_TYPES, kind_from_name
from marelle.consultations import questionnaires, rules, versions
from marelle.consultations.instruments import translations
from marelle.consultations.letters import authoring as letters
from marelle.consultations.models import Consultation, Medium, Questionnaire
from marelle.consultations.states import BEING_WRITTEN, VERSION_STEPS, ConsultationState, MediumKind, VersionState
from marelle.consultations.xlsform import Reading, read_workbook
from marelle.consultations.xlsform.lines import PICTURE, SOUND

MEND = "questionnaire_mended"  # of an act that waits for a second person
MOST_SOUND = 2 * 2**20  # bytes: more than ten minutes at 24 kbit/s
MOST_FAULTS = 200  # shown at once
GAPS = frozenset({"wording", "audio", "audio_none", "french"})  # what is left to do and weighs at opening
SOUNDS = frozenset({"opus", "mp3"})
PICTURES = frozenset({"png", "webp"})


# Versions ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_version(
    consultation_id: int, upload: UploadedFile, *, by: Person, waiver: str = "", at: datetime | None = None
) -> Questionnaire:
    """A workbook becomes the next version; one with a fault becomes nothing, and each fault is told.

    While the consultation is open only words may change: the version then waits for a second person.
    Raises NotAllowed, WrongState, BadData.
    """
    at = at or clock.now()
    consultation = _written(consultation_id, by)
    kept = files.take(upload, organisation=consultation.committee, by=by)
    if kept.kind != "xlsx":
        raise BadData(_("Send the workbook as your spreadsheet saves it, in XLSX."))
    with files.opened(kept) as stream:
        read = _accepted(read_workbook(stream.read(), waived=bool(waiver.strip())))
    return _added(consultation, kept, read, waiver=waiver.strip(), by=by, at=at)


def _accepted(read: Reading) -> questionnaires.Questionnaire:
    if read.questionnaire is None:
        faults = [str(fault) for fault in read.faults[:MOST_FAULTS]]
        raise BadData(
            _("This workbook is not taken: what is wrong is told by sheet and cell."), faults, unmapped=read.unmapped
        )
    return read.questionnaire


def _added(
    consultation: Consultation, kept: File, read: questionnaires.Questionnaire, *, waiver: str, by: Person, at: datetime
) -> Questionnaire:
    known = _with_media(read, consultation)
    frozen = consultation.questionnaires.filter(state=VersionState.FROZEN).first()
    if frozen is not None and not versions.is_compatible(questionnaires.read(frozen.canonical), known):
        raise BadData(
            _(
                "The consultation is open: only words, recordings and pictures may change, neither questions nor options."
            )
        )
    for draft in consultation.questionnaires.filter(state=VersionState.DRAFT).order_by("pk"):
        _close_draft(draft, by)
    number = (consultation.questionnaires.aggregate(last=Max("number"))["last"] or 0) + 1
    made = Questionnaire.rows.create(
        consultation=consultation,
        number=number,
        workbook=kept,
        canonical=known.canonical,
        content_hash=known.content_hash,
        compatible_with=frozen,
        waiver=waiver,
        waived_by=by if waiver else None,
        added_by=by,
        added_at=at,
    )
    facts = {"number": number, "hash": known.short_hash, **({"waiver": True} if waiver else {})}
    journal.record(made, "questionnaire_added", by=by, organisation=consultation.committee, **facts)
    if frozen is not None:
        pending.propose(MEND, reference(made), {"number": number}, by=by, organisation=consultation.committee)
        letters.tell_mending(made, by=by)
    return made


def _close_draft(draft: Questionnaire, by: Person) -> None:
    half = waiting(draft)
    if half is not None:
        pending.decline(half.code, by=by, organisation=draft.consultation.committee)
    VERSION_STEPS.take(draft, "replace")
    draft.save(update_fields=["state"])


@transaction.atomic
def translate(consultation_id: int, upload: UploadedFile, *, by: Person, at: datetime | None = None) -> Questionnaire:
    """A translator's sheet, put in a copy of the last workbook, becomes the next version. Raises NotAllowed, WrongState, BadData."""
    at = at or clock.now()
    consultation = _written(consultation_id, by)
    last = latest(consultation)
    if last is None:
        raise WrongState(_("There is no questionnaire yet."))
    sheet = files.take(upload, organisation=consultation.committee, by=by)
    with files.opened(last.workbook) as was, files.opened(sheet) as stream:
        content = was.read()
        changed = translations.changes(content, stream.read())
    if not changed:
        raise BadData(_("This sheet changes nothing."))
    copy = translations.merged(content, changed)
    read = _accepted(read_workbook(copy, waived=bool(last.waiver)))
    kept = files.keep(copy, label=last.workbook.label, kind="xlsx", organisation=consultation.committee, by=by)
    return _added(consultation, kept, read, waiver=last.waiver, by=by, at=at)


@transaction.atomic
def confirm_mending(questionnaire_id: int, *, by: Person, at: datetime | None = None) -> Questionnaire:
    """A second person reads the differences and lets the mended words take the place of the frozen ones.

    Raises NotAllowed, WrongState.
    """
    at = at or clock.now()
    version = Questionnaire.rows.lock(questionnaire_id)
    consultation = Consultation.rows.lock(version.consultation_id)
    require(rules.may_write, by, consultation)
    half = waiting(version)
    if half is None or consultation.state != ConsultationState.OPEN:
        raise WrongState(_("This is no longer possible: things have moved on meanwhile."))
    faults = what_stops(version, accepts_gaps=True)
    if faults:
        raise BadData(_("The questionnaire cannot be frozen yet."), faults)
    pending.confirm(half.code, kind=MEND, by=by, organisation=consultation.committee)
    frozen = consultation.questionnaires.get(state=VersionState.FROZEN)
    VERSION_STEPS.take(frozen, "replace")
    frozen.save(update_fields=["state"])
    _freeze(version, at)
    journal.record(version, MEND, by=by, organisation=consultation.committee, number=version.number)
    return version


@transaction.atomic
def freeze_version(
    consultation_id: int, *, by: Person, accepts_gaps: bool = False, at: datetime | None = None
) -> Questionnaire:
    """The last draft becomes what children are asked, by its content hash; called when the consultation opens.

    `accepts_gaps`: the team knows that wordings or recordings lack, and opens all the same. Raises NotAllowed, WrongState, BadData.
    """
    at = at or clock.now()
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    version = latest(consultation)
    if version is None or version.state != VersionState.DRAFT:
        raise WrongState(_("There is no draft of the questionnaire to freeze."))
    _refresh(version)
    faults = what_stops(version, accepts_gaps=accepts_gaps)
    if faults:
        raise BadData(_("The questionnaire cannot be frozen yet."), faults)
    _freeze(version, at)
    facts = {"number": version.number, "hash": version.content_hash[:16]}
    journal.record(version, "questionnaire_frozen", by=by, organisation=consultation.committee, **facts)
    return version


def _freeze(version: Questionnaire, at: datetime) -> None:
    VERSION_STEPS.take(version, "freeze")
    version.frozen_at = at
    version.save(update_fields=["state", "frozen_at", "canonical", "content_hash"])


def what_stops(version: Questionnaire, *, accepts_gaps: bool = False) -> list[str]:
    """What must be done before opening, a sentence each."""
    questionnaire = questionnaires.read(version.canonical)
    lacking = sorted(versions.files_named(questionnaire) - set(questionnaire.media))
    faults = [_("The file %(name)s is named in the workbook and was not sent.") % {"name": name} for name in lacking]
    if not any(question.is_asked for question in questionnaire.questions()):
        faults.append(_("There is no question in this questionnaire."))
    if not accepts_gaps:
        with files.opened(version.workbook) as stream:
            todos = read_workbook(stream.read(), waived=bool(version.waiver)).todos
        faults += [f"{todo.sheet}!{todo.cell}: {todo.sentence}" for todo in todos if todo.kind in GAPS][:MOST_FAULTS]
    return faults


# Recordings and pictures ---------------------------------------------------------------------------------------------
@transaction.atomic
def add_medium(
    consultation_id: int, upload: UploadedFile, *, by: Person, is_synthetic: bool = False, at: datetime | None = None
) -> Medium:
    """Keep a recording or a picture under the name the workbook gives it; the same name again takes its place.

    Raises NotAllowed, WrongState, BadData.
    """
    consultation = _written(consultation_id, by)
    name = (upload.name or "").strip()
    _check_free(consultation, name)
    kind = kind_from_name(name) if SOUND.match(name) or PICTURE.match(name) else ""
    if kind not in SOUNDS | PICTURES:
        raise BadData(
            _("A recording is an OPUS, OGG or MP3 file, a picture a PNG or WebP file, each with a plain name.")
        )
    if kind in SOUNDS and (upload.size or 0) > MOST_SOUND:
        raise BadData(_("This recording is too heavy: 2 MB at most."))
    kept = files.take(upload, organisation=consultation.committee, by=by)
    medium, _made = Medium.rows.update_or_create(
        consultation=consultation,
        name=name,
        defaults={
            "kind": MediumKind.AUDIO if kind in SOUNDS else MediumKind.PICTURE,
            "content_type": MEDIA_TYPES[kind],
            "file": kept,
            "is_synthetic": is_synthetic,
            "added_at": at or clock.now(),
        },
    )
    _refresh(latest(consultation))
    journal.record(medium, "medium_added", by=by, organisation=consultation.committee, consultation=consultation.code)
    return medium


@transaction.atomic
def remove_medium(medium_id: int, *, by: Person) -> None:
    """Take a recording or a picture away while nothing is open. Raises NotAllowed, WrongState."""
    medium = Medium.rows.select_related("consultation__committee").get(pk=medium_id)
    consultation = _written(medium.consultation_id, by)
    _check_free(consultation, medium.name)
    journal.record(medium, "medium_removed", by=by, organisation=consultation.committee, consultation=consultation.code)
    medium.delete()
    _refresh(latest(consultation))


def _check_free(consultation: Consultation, name: str) -> None:
    """What children already see or hear stays as it is. Raises WrongState."""
    frozen = consultation.questionnaires.filter(state=VersionState.FROZEN).first()
    if frozen is not None and name in questionnaires.read(frozen.canonical).media:
        raise WrongState(
            _("Children already see or hear this file: give the new one another name, and name it in the workbook.")
        )


# What they share -----------------------------------------------------------------------------------------------------
def reference(version: Questionnaire) -> str:
    return f"consultations.questionnaire:{version.code}"


def waiting(version: Questionnaire) -> PendingAct | None:
    """The half of an act that waits for a second person."""
    asked = PendingAct.rows.filter(kind=MEND, reference=reference(version), state=RequestState.ASKED)
    return asked.select_related("proposed_by").first()


def latest(consultation: Consultation) -> Questionnaire | None:
    """The last version that was not replaced by another."""
    kept = consultation.questionnaires.exclude(state=VersionState.REPLACED)
    return kept.select_related("workbook", "consultation__committee").order_by("-number").first()


def _written(consultation_id: int, by: Person) -> Consultation:
    """The edition, locked, if its questionnaire may still change."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    if consultation.state not in BEING_WRITTEN | {ConsultationState.OPEN}:
        raise WrongState(_("This edition is closed: its questionnaire is no longer changed."))
    return consultation


def _with_media(read: questionnaires.Questionnaire, consultation: Consultation) -> questionnaires.Questionnaire:
    """With the digest of each file it names that was sent."""
    named = versions.files_named(read)
    sent = consultation.media.filter(name__in=named).order_by("name").values_list("name", "file__sha256")
    return replace(read, media=dict(sent))


def _refresh(version: Questionnaire | None) -> None:
    """The digests of a draft, after its files have changed."""
    if version is None or version.state != VersionState.DRAFT:
        return
    known = _with_media(questionnaires.read(version.canonical), version.consultation)
    version.canonical, version.content_hash = known.canonical, known.content_hash
    version.save(update_fields=["canonical", "content_hash"])
