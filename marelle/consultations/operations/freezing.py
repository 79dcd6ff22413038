"""The freeze: two persons and both shares of the key open the boxes; protected tables come out (specs/disclosure.md, section 2).

The key is in memory only. A freeze that is killed starts again from the boxes; when these are already rewritten, from the
sheets: nothing is counted twice, nothing is lost.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, pending
from marelle.accounts.models import PendingAct, Person
from marelle.accounts.robot import robot
from marelle.accounts.rules import require
from marelle.accounts.states import RequestState
from marelle.base import clock, stamps
from marelle.base.errors import BadData, NotAllowed, Unavailable, WrongState
from marelle.consultations import (
    catalogue,
    opening,
    questionnaires,
    rules,
    scores,
    sealing,
    sheets,
    spool,
    weighing,
    weights,
)
from marelle.consultations.figures import by_fives, shown
from marelle.consultations.items import items_of
from marelle.consultations.models import Consultation, Freeze, Questionnaire, ZoneTables
from marelle.consultations.opening import Frozen
from marelle.consultations.operations import keys
from marelle.consultations.queries.geography import Geography
from marelle.consultations.states import CONSULTATION_STEPS, HAS_SHEETS, ConsultationState, VersionState

if TYPE_CHECKING:
    from marelle.consultations.associating import Association
    from marelle.consultations.freezing import Told

Manifest = dict[str, Any]
CODE_VERSION = "0.1.0"  # of Marelle, as pyproject.toml says it
FREEZE, RESTORE = "consultation_frozen", "sheets_restored"  # acts that wait for a second person
CHANGES = "~"  # in the digest, what changes most with what: no question has this name
LOT = 100  # zones written at once
TRIES = 3  # openings begun again because a box came meanwhile
PUBLISHING = frozenset({ConsultationState.EMBARGOED, ConsultationState.PUBLISHED, ConsultationState.PURGED})
KEPT = timedelta(days=365)  # sheets, after the publication: specs/consultation.md, section 12
TEXTS_KEPT = timedelta(days=182)  # what children wrote, after the freeze: the same, section 15


@dataclass(frozen=True)
class Begun:
    """What both persons agreed on. `private` is nowhere else, and is not shown."""

    consultation: Consultation
    act: PendingAct
    by: Person
    private: bytes = field(default=b"", repr=False)


# Four eyes -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def propose(consultation_id: int, *, by: Person) -> PendingAct:
    """Ask a second person to freeze a consultation that has closed. Raises NotAllowed, WrongState."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    _require_never_published(consultation)
    _require(consultation, ConsultationState.CLOSED)
    return pending.propose(FREEZE, reference(consultation), {}, by=by, organisation=consultation.committee)


@transaction.atomic
def decline(consultation_id: int, *, by: Person) -> PendingAct:
    """The freeze, or the sheets to take back, are not agreed on. Raises NotAllowed, WrongState."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    return pending.decline(_waiting(consultation).code, by=by, organisation=consultation.committee)


@transaction.atomic
def begin(consultation_id: int, shares: tuple[str, str] | None, *, by: Person, at: datetime | None = None) -> Begun:
    """The second person brings both shares, as printed; a demonstration reads its file. From now on no box is taken.

    Raises NotAllowed for the person who proposed, WrongState, BadData.
    """
    at = at or clock.now()
    consultation, act = _proposed_by_another(consultation_id, FREEZE, ConsultationState.CLOSED, by)
    private = keys.demonstration_key(consultation)
    if private is None:
        if shares is None:
            raise BadData(_("Both shares of the key are needed."))
        private = keys.joined(consultation, shares)
    consultation.key_shares.update(returned_at=at)
    consultation.opening_began_at = consultation.opening_began_at or at
    consultation.save(update_fields=["opening_began_at"])
    journal.record(consultation, "key_brought_back", by=by, organisation=consultation.committee)
    return Begun(consultation, act, by, private)


def finish(begun: Begun, *, at: datetime | None = None, progress: opening.Progress = iter) -> Freeze:
    """Open every box, write the sheets, draw the tables. Raises Unavailable, WrongState when another freeze ended first."""
    store = spool.store(settings.ANSWERS_URL)
    try:
        refused = _rewritten(begun, store, progress)
        return _drawn(begun, store, at or clock.now(), few(refused))
    except spool.NotKept as error:
        raise Unavailable(
            _("The database of answers does not answer: nothing is lost, the freeze starts again.")
        ) from error


def confirm(
    consultation_id: int, shares: tuple[str, str] | None = None, *, by: Person, at: datetime | None = None
) -> Freeze:
    """`begin` and `finish` at once: for a command, a demonstration."""
    return finish(begin(consultation_id, shares, by=by, at=at), at=at)


def boxes_waiting(consultation: Consultation) -> int:
    """How many boxes are still sealed."""
    return sheets.waiting(spool.store(settings.ANSWERS_URL), _kid(consultation))


def _rewritten(begun: Begun, store: spool.Store, progress: opening.Progress) -> int:
    """How many boxes could not be opened, in all."""
    kid, code = _kid(begun.consultation), begun.consultation.code
    known = {q.short_hash: q for q in (questionnaires.read(v.canonical) for v in _asked(begun.consultation))}
    for _try in range(TRIES):
        opened = opening.open_all(sheets.boxes(store, kid), begun.private, known, Geography(), progress)
        try:
            sheets.rewrite(store, kid, code, opened)
        except sheets.Moved:
            continue
        return store.kids("spool_refused")[kid]
    raise Unavailable(_("Boxes still come in: wait a minute, then start again."))


# Sheets set aside ----------------------------------------------------------------------------------------------------
@transaction.atomic
def propose_restoring(consultation_id: int, why: str, *, by: Person) -> PendingAct:
    """Ask a second person to take back the sheets set aside for one reason.

    Raises NotAllowed, WrongState, also once results are agreed to be public: R5 of specs/disclosure.md, section 2.
    """
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    _require_never_published(consultation)
    _require(consultation, ConsultationState.FROZEN)
    if why not in latest(consultation).manifest["set_aside"]:
        raise WrongState(_("No sheet was set aside for this reason."))
    return pending.propose(RESTORE, reference(consultation), {"why": why}, by=by, organisation=consultation.committee)


def confirm_restoring(consultation_id: int, *, by: Person, at: datetime | None = None) -> Freeze:
    """They join the others; another freeze takes the place of the one nothing was published from.

    Raises NotAllowed for the person who proposed, WrongState.
    """
    with transaction.atomic():
        _require_never_published(Consultation.rows.lock(consultation_id))
        consultation, act = _proposed_by_another(consultation_id, RESTORE, ConsultationState.FROZEN, by)
    store, former = spool.store(settings.ANSWERS_URL), latest(consultation)
    sheets.restore(store, consultation.code, act.payload["why"])
    made = _drawn(Begun(consultation, act, by), store, at or clock.now(), former.manifest["refused"])
    _destroy(consultation, former.code)
    return made


# Tables --------------------------------------------------------------------------------------------------------------
def _drawn(begun: Begun, store: spool.Store, at: datetime, refused: int | None) -> Freeze:
    """Draw the protected tables of what is frozen, and store them; sheets taken back replace the tables there were."""
    from marelle.consultations import freezing  # slow import: what counts answers is needed by freezes alone

    consultation, kind, code = begun.consultation, begun.act.kind, next_code(at)
    read = questionnaires.read(_asked(consultation)[0].canonical)
    known = freezing.manifest(read) | {
        "code_version": CODE_VERSION,
        "profiles": consultation.profiles,
        "margins": consultation.margins.get("source", ""),
    }
    drawn = _told(consultation, code, sheets.frozen(store, consultation.code), read, known)
    aside = {why: by_fives(count) for why, count in sorted(sheets.set_aside(store, consultation.code).items())}
    changes = freezing.associations(drawn, read)
    rows = [_tables(told, changes.get(told.zone.name, ())) for told in drawn]
    known |= {"set_aside": aside, "refused": refused, "digest": digest_of(_published(rows))}
    with transaction.atomic():
        consultation = Consultation.rows.lock(consultation.pk)
        act = pending.confirm(begun.act.code, kind=kind, by=begun.by, organisation=consultation.committee)
        _move(consultation, kind)
        people = {"proposed_by": act.proposed_by, "confirmed_by": begun.by}
        made = Freeze.rows.create(code=code, consultation=consultation, manifest=known, frozen_at=at, **people)
        ZoneTables.objects.bulk_create([_of(made, row) for row in rows], batch_size=LOT)
        journal.record(consultation, kind, by=begun.by, organisation=consultation.committee, freeze=code)
        stamps.bump("public")
    return made


def _told(
    consultation: Consultation, code: str, kept: Iterable[Frozen], read: questionnaires.Questionnaire, known: Manifest
) -> list[Told]:
    """What each zone tells. Answers by code and their cube stay in the private folder of the freeze."""
    from marelle.consultations import cubes, freezing  # slow import

    place, asked = private_files(consultation, code), scores.counted(read)
    secret = freezing.make_secret(secret_place(consultation, code))
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    columns = freezing.responses(kept, items_of(read), secret=secret, freeze=code)
    if not len(columns["key"]):
        return []
    if consultation.margins:
        columns = _weighed(columns, consultation.margins["rows"])
        known["weights"] = weights.spread(columns["weight"])
    engine = cubes.connect(settings.ENGINE)
    columns = freezing.scored(engine, place, columns, read)
    cubes.write_responses(place / "responses.parquet", columns)
    cube = cubes.build(engine, place / "responses.parquet", place, [item.name for item in asked])
    zones = catalogue.plan(freezing.counts_of(columns), Geography().chain, floor=consultation.city_floor)
    told = list(freezing.tell(cube, zones, asked, known))
    return told + list(freezing.cross(engine, place, zones, asked, known))


def _weighed(columns: Manifest, margins: weighing.Rows) -> Manifest:
    """Raises BadData when the margins cannot be met: nothing is lost, they are mended and the freeze starts again."""
    from marelle.consultations import freezing  # slow import

    try:
        return freezing.weighed(columns, margins, Geography().chain)
    except weighing.Unrakable as error:
        raise BadData(_("The sheets cannot be weighted to these margins: %(why)s") % {"why": error}) from error


def _move(consultation: Consultation, kind: str) -> None:
    if kind == FREEZE:
        CONSULTATION_STEPS.take(consultation, "freeze")
        consultation.version += 1
        consultation.save(update_fields=["state", "version"])
    else:
        _require(consultation, ConsultationState.FROZEN)
        ZoneTables.objects.filter(freeze__consultation=consultation).delete()


def few(count: int) -> int | None:
    """How many; None for one to four, who could be found."""
    return shown(count) if count else 0


def _of(freeze: Freeze, tables: ZoneTables) -> ZoneTables:
    tables.freeze = freeze
    return tables


def _tables(told: Told, changes: Iterable[Association]) -> ZoneTables:
    """Everything one zone tells; what changes most with what stands beside its plain tables."""
    return ZoneTables(
        level=told.zone.level,
        zone=told.zone.name,
        profile=told.profile,
        status=told.zone.status,
        ages=told.zone.ages,
        genders=list(told.zone.genders),
        associations=[] if told.profile else [each.as_said() for each in changes],
        body=zlib.compress(told.written),
    )


def _published(rows: Iterable[ZoneTables]) -> Iterator[tuple[str, bytes]]:
    """Everything that is told, under the name it has in the digest."""
    for row in rows:
        yield name_of(row.zone, row.profile), zlib.decompress(row.body)
        if row.associations:
            yield name_of(row.zone, CHANGES), json.dumps(row.associations, sort_keys=True).encode()


def name_of(zone: str, profile: str) -> str:
    """What the tables of a zone are called in the digest."""
    return f"{zone}/{profile}" if profile else zone


def digest_of(drawn: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 of what is published: each zone with its columns, by name."""
    digest = hashlib.sha256()
    for zone, written in sorted(drawn):
        digest.update(f"{zone} {hashlib.sha256(written).hexdigest()}\n".encode())
    return digest.hexdigest()


def next_code(at: datetime) -> str:
    """2026-01: the year and a number."""
    last = Freeze.rows.filter(code__startswith=f"{at.year}-").order_by("-code").values_list("code", flat=True).first()
    return f"{at.year}-{int(last.partition('-')[2]) + 1 if last else 1:02}"


def secret_place(consultation: Consultation, freeze: str) -> Path:
    """The secret of one freeze: in a file of its own, outside the database."""
    return Path(settings.DATA) / "freezes" / consultation.code / f"{freeze}.secret"


def private_files(consultation: Consultation, freeze: str) -> Path:
    """The folder of the answers by code, and of their cube: read by the freeze alone, never backed up."""
    return secret_place(consultation, freeze).with_suffix("")


def _destroy(consultation: Consultation, freeze: str) -> None:
    """The secret of one freeze, and the answers by code. Raises OSError when something of them is left."""
    secret_place(consultation, freeze).unlink(missing_ok=True)
    place = private_files(consultation, freeze)
    shutil.rmtree(place, ignore_errors=True)  # a file that was being written may come in between
    if place.exists():
        shutil.rmtree(place)


# The end -------------------------------------------------------------------------------------------------------------
def purge_what_is_due(at: datetime) -> None:
    """A round of the worker: a year after the publication sheets, secrets and boxes are destroyed; tables stay."""
    due = Consultation.rows.filter(state=ConsultationState.PUBLISHED, published_at__lte=at - KEPT).order_by("pk")
    for consultation in due:
        sheets.purge(spool.store(settings.ANSWERS_URL), consultation.code, _kid(consultation))
        for freeze in consultation.freezes.order_by("pk"):
            _destroy(consultation, freeze.code)
        keys.demonstration_place(consultation).unlink(missing_ok=True)
        _purged(consultation.pk)


def forget_texts_due(at: datetime) -> None:
    """A round of the worker: half a year after they were opened, free texts are destroyed."""
    due = Consultation.rows.filter(state__in=sorted(HAS_SHEETS), freezes__frozen_at__lte=at - TEXTS_KEPT)
    for consultation in due.distinct().order_by("pk"):
        if sheets.forget_texts(spool.store(settings.ANSWERS_URL), consultation.code):
            journal.record(consultation, "free_texts_destroyed", by=robot(), organisation=consultation.committee)


@transaction.atomic
def _purged(consultation_id: int) -> None:
    consultation = Consultation.rows.lock(consultation_id)
    CONSULTATION_STEPS.take(consultation, "purge")
    consultation.version += 1
    consultation.save(update_fields=["state", "version"])
    journal.record(consultation, "consultation_purged", by=robot(), organisation=consultation.committee)


# What must hold ------------------------------------------------------------------------------------------------------
def faults() -> list[str]:
    """Frozen sheets a child could be found by, tables that are not those that were drawn."""
    store, areas, found = spool.store(settings.ANSWERS_URL), Geography(), []
    for consultation in Consultation.rows.filter(state__in=sorted(HAS_SHEETS)).order_by("pk"):
        found += [f"{consultation.code}: {fault}" for fault in sheets.faults(store, consultation.code, areas)]
    return found


def altered_tables() -> list[str]:
    """Freezes whose tables are not those that were drawn."""
    found = []
    for freeze in Freeze.rows.filter(zones__isnull=False, manifest__has_key="digest").distinct().order_by("pk"):
        if is_altered(freeze):
            found.append(f"{freeze.code}: its tables are not those that were drawn")
    return found


def is_altered(freeze: Freeze) -> bool:
    """Whether the tables of a freeze are not those that were drawn, as far as it says which were."""
    drawn = freeze.manifest.get("digest")
    return drawn is not None and digest_of(_published(freeze.zones.iterator())) != drawn


# What they share -----------------------------------------------------------------------------------------------------
def latest(consultation: Consultation) -> Freeze:
    """The freeze that counts. Raises WrongState when there is none."""
    found = consultation.freezes.order_by("-frozen_at", "-pk").first()
    if found is None:
        raise WrongState(_("This consultation is not frozen."))
    return found


def reference(consultation: Consultation) -> str:
    return f"consultations.consultation:{consultation.code}"


def _proposed_by_another(
    consultation_id: int, kind: str, state: ConsultationState, by: Person
) -> tuple[Consultation, PendingAct]:
    """The edition, locked, and what somebody else proposed of it. Raises NotAllowed, WrongState."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    _require(consultation, state)
    act = _waiting(consultation, kind)
    if act.proposed_by_id == by.pk:
        raise NotAllowed(_("The person who proposed cannot confirm: a second person must."))
    return consultation, act


def _waiting(consultation: Consultation, *kinds: str) -> PendingAct:
    asked = PendingAct.rows.filter(reference=reference(consultation), state=RequestState.ASKED)
    found = asked.filter(kind__in=kinds or (FREEZE, RESTORE)).first()
    if found is None:
        raise WrongState(_("Nothing waits for a second person."))
    return found


def _require(consultation: Consultation, state: ConsultationState) -> None:
    if consultation.state != state:
        raise WrongState(_("This is no longer possible: things have moved on meanwhile."), state=consultation.state)


def _require_never_published(consultation: Consultation) -> None:
    """No second freeze of published answers: what a new secret tells less what the former told is the sheets taken back.

    R5 lets one be published a year later, or for régions and France alone. By then the answers are destroyed, and the
    difference of two régions is as small as that of two towns where few sheets come back: it is refused at every level.
    """
    if consultation.state not in PUBLISHING:
        return
    published = consultation.published_at
    if published is not None and clock.now() >= published + KEPT:
        raise WrongState(_("Answers are destroyed a year after their publication: nothing is counted again."))
    raise WrongState(
        _(
            "These results are public, or about to be. Counted again, the same children could be found by comparing both."
        )
    )


def _asked(consultation: Consultation) -> list[Questionnaire]:
    """Versions that were put to children, today's wording first."""
    versions = consultation.questionnaires.filter(frozen_at__isnull=False).order_by("-number")
    return sorted(versions, key=lambda version: version.state != VersionState.FROZEN)


def _kid(consultation: Consultation) -> bytes:
    return sealing.kid(bytes(consultation.public_key or b""))
