"""Opening calls: prepared as a draft, published, closed by its own dates, decided."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import File, Organisation, Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.framework.models import Framework, Track
from marelle.mandates import rules
from marelle.mandates.models import Application, Call, Stewardship
from marelle.mandates.states import BEFORE_DECISION, CALL_STEPS, NOT_HANDED_IN, OVER, CallState

UNDECIDED = BEFORE_DECISION - NOT_HANDED_IN  # handed in, no decision yet


@transaction.atomic
def draft_call(
    *,
    by: Person,
    committee: Organisation,
    code: str,
    name: dict[str, str],
    tracks: Sequence[Track],
    framework: Framework,
    opens_at: datetime,
    closes_at: datetime,
    mandate_starts_on: date,
    zone: str = "Europe/Paris",
    presentation: dict[str, str] | None = None,
    readers_required: int = 2,
) -> Call:
    """Prepare a call nobody outside the committee sees yet. A programme nobody runs is this committee's from then on.

    Raises NotAllowed, BadData.
    """
    rules.require(rules.may_open_call, by, committee)
    _check(code=code, tracks=tracks, opens_at=opens_at, closes_at=closes_at, mandate_starts_on=mandate_starts_on)
    _take_programmes(committee, tracks)
    call = Call(
        committee=committee,
        code=code,
        name=name,
        framework=framework,
        opens_at=opens_at,
        closes_at=closes_at,
        mandate_starts_on=mandate_starts_on,
        zone=zone,
        presentation=presentation or {},
        readers_required=readers_required,
    )
    _save(call)
    call.tracks.set(tracks)
    journal.record(call, "call_drafted", by=by, organisation=committee)
    return call


@transaction.atomic
def change_call(call_id: int, *, by: Person, tracks: Sequence[Track] | None = None, **values: Any) -> Call:
    """Change a call that is still a draft. Raises NotAllowed, WrongState, BadData."""
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_call, by, call)
    if call.state != CallState.DRAFT:
        raise WrongState(_("A published call no longer changes: cities rely on it."))
    for field, value in values.items():
        setattr(call, field, value)
    chosen = list(call.tracks.all()) if tracks is None else list(tracks)
    _check(
        code=call.code,
        tracks=chosen,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        mandate_starts_on=call.mandate_starts_on,
        but=call.pk,
    )
    _take_programmes(call.committee, chosen)
    _save(call)
    call.tracks.set(chosen)
    journal.record(call, "call_changed", by=by, organisation=call.committee)
    return call


@transaction.atomic
def add_document(call_id: int, file: File, *, by: Person) -> Call:
    """Join a document of the committee to a call: anyone may download it once the call is published. Raises NotAllowed."""
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_call, by, call)
    rules.require(rules.may_publish_file, by, file)
    if file.organisation_id != call.committee_id:
        raise BadData(_("This file belongs to another organisation."))
    File.rows.filter(pk=file.pk).update(is_public=True)
    call.documents.add(file)
    journal.record(call, "file_added", by=by, organisation=call.committee, label=file.label)
    stamps.bump("public")
    return call


@transaction.atomic
def publish_call(call_id: int, *, by: Person) -> Call:
    """Show the call to everyone and freeze its framework version. Raises NotAllowed, WrongState."""
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_call, by, call)
    CALL_STEPS.take(call, "publish")
    call.save(update_fields=["state"])
    Framework.objects.filter(pk=call.framework_id, frozen_at=None).update(frozen_at=clock.now())
    journal.record(call, "call_published", by=by, organisation=call.committee)
    stamps.bump("public")
    return call


@transaction.atomic
def close_decisions(call_id: int, *, by: Person, at: datetime | None = None) -> Call:
    """Say that every decision of a call whose window has ended is taken. Raises NotAllowed, WrongState."""
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_call, by, call)
    if call.closes_at > (at or clock.now()):
        raise WrongState(_("This call is still open."))
    late = Application.rows.filter(call=call, state__in=NOT_HANDED_IN, late_until__gt=at or clock.now())
    if late.exists():
        raise WrongState(_("An application of this call was given more time, which is not over."))
    if Application.rows.filter(call=call, state__in=UNDECIDED).exists():
        raise WrongState(_("Some applications handed in are not decided yet."))
    CALL_STEPS.take(call, "decide")
    call.save(update_fields=["state"])
    journal.record(call, "call_decided", by=by, organisation=call.committee)
    stamps.bump("public")
    return call


@transaction.atomic
def archive_call(call_id: int, *, by: Person) -> Call:
    """Put away a decided call of which nothing waits any more: each application is signed, or over.

    Raises NotAllowed, WrongState.
    """
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_call, by, call)
    if Application.rows.filter(call=call).exclude(state__in=sorted(OVER)).exists():
        raise WrongState(
            _("An application of this call is not over: a vote, a signature or conditions are waited for.")
        )
    CALL_STEPS.take(call, "archive")
    call.save(update_fields=["state"])
    journal.record(call, "call_archived", by=by, organisation=call.committee)
    return call


def _take_programmes(committee: Organisation, tracks: Sequence[Track]) -> None:
    """The programmes of the tracks are this committee's, or nobody's until now. Raises BadData."""
    for programme in sorted({track.programme_id for track in tracks}):
        held, _new = Stewardship.objects.get_or_create(programme_id=programme, defaults={"committee": committee})
        if held.committee_id != committee.pk:
            raise BadData(_("This call cannot be saved yet."), [_("Another committee runs this programme.")])


def _save(call: Call) -> None:
    """Raises BadData when a colleague took its short name since it was checked."""
    try:
        with transaction.atomic():
            call.save()
    except IntegrityError:
        raise BadData(_("This call cannot be saved yet."), [_taken()]) from None


def _taken() -> str:
    return _("Another call already has this short name: choose a different one.")


def _check(
    *,
    code: str,
    tracks: Sequence[Track],
    opens_at: datetime,
    closes_at: datetime,
    mandate_starts_on: date,
    but: int = 0,
) -> None:
    faults = []
    if not tracks:
        faults.append(_("Choose at least one track."))
    if opens_at >= closes_at:
        faults.append(_("The closing date must come after the opening date."))
    if mandate_starts_on < opens_at.date():
        faults.append(_("Mandates cannot start before the call opens."))
    if Call.objects.filter(code=code).exclude(pk=but).exists():
        faults.append(_taken())
    if faults:
        raise BadData(_("This call cannot be saved yet."), faults)
