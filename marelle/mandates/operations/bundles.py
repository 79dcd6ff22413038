"""All the dossiers of a call in one file: asked for by one person of the programme team, made by the worker, gone after a day."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.accounts import files, journal
from marelle.accounts.models import File, Person
from marelle.accounts.robot import robot
from marelle.base import clock, jobs
from marelle.base.errors import Unavailable, WrongState
from marelle.base.models import Job
from marelle.mandates import bundles, rules
from marelle.mandates.models import Bundle, Call
from marelle.mandates.queries.bundles import TASK, held_by, is_stopped, is_too_wide, job_of

LIVES = timedelta(hours=24)


@transaction.atomic
def ask(call_id: int, *, by: Person) -> Bundle:
    """Ask for the dossiers of a call one may read; what one had of it before goes. Raises NotAllowed, WrongState."""
    call = Call.rows.lock(call_id)
    rules.require(rules.may_bundle, by, call)
    living = Bundle.rows.filter(call=call, asked_by=by, ended_at=None).select_related("file", "call").first()
    if living is not None and living.is_waiting and not is_stopped(job_of(living)):
        raise WrongState(_("This file is being made already: it will be on this page."))
    if living is not None:
        _end(living, by)
    made = Bundle.rows.create(call=call, asked_by=by, asked_at=clock.now())
    _tell(made, "bundle_asked", by)
    jobs.enqueue(TASK, made.code, code=made.code)
    return made


@jobs.task(TASK)
def make_when_asked(job: Job, *, code: str) -> None:
    """The job of the worker. Delivered twice, or after a death, it begins anew: nothing is kept before it is whole."""
    bundle = Bundle.rows.select_related("call__committee", "asked_by").get(code=code)
    if not bundle.is_waiting:
        return
    if not rules.may_bundle(bundle.asked_by, bundle.call):
        with transaction.atomic():
            _end(_locked(bundle.pk), robot())
        return
    _make(bundle, job)


def _make(bundle: Bundle, job: Job) -> None:
    """Write it beside its place, then keep it, unless somebody was faster or called it off."""
    with override(bundle.asked_by.language), files.being_made() as place:
        with place.open("xb") as target:
            tell = partial(jobs.tell_progress, job)
            held = bundles.write(target, bundle.call, bundle.asked_by, tell=tell)
        with transaction.atomic():
            kept = _locked(bundle.pk)
            if kept.is_waiting and is_too_wide(kept, held):
                raise Unavailable(_("What this person may read changed while the file was made: it is begun anew."))
            if kept.is_waiting:
                _keep(kept, place, held)


def _keep(bundle: Bundle, place: Path, held: list[int]) -> None:
    label, committee = f"dossiers-{bundle.call.code}.zip", bundle.call.committee
    file = files.keep_made(place, label=label, kind="zip", organisation=committee, by=robot())
    file.is_apart = True
    file.save(update_fields=["is_apart"])
    bundle.file, bundle.ready_at = file, clock.now()
    bundle.expires_at = bundle.ready_at + LIVES
    bundle.save(update_fields=["file", "ready_at", "expires_at"])
    bundle.held.set(held)
    _tell(bundle, "bundle_made", robot(), dossiers=len(held))


@transaction.atomic
def take(bundle_id: int, *, by: Person) -> File:
    """The file, for who asked for it; each time is written in the journal. Raises NotAllowed, WrongState."""
    bundle = _locked(bundle_id)
    rules.require(rules.may_take_bundle, by, bundle)
    if bundle.file is None or not bundle.is_there(clock.now()):
        raise WrongState(_("This file is no longer there: it is destroyed a day after it was made. Ask for it again."))
    if is_too_wide(bundle, held_by(bundle)):
        raise WrongState(
            _("This file holds a dossier you may no longer read: it will be destroyed. Ask for a new one.")
        )
    _tell(bundle, "bundle_taken", by)
    return bundle.file


@transaction.atomic
def end(bundle_id: int, *, by: Person) -> Bundle:
    """Destroy a file before its day is over, or call off one being made. Raises NotAllowed."""
    bundle = _locked(bundle_id)
    rules.require(rules.may_take_bundle, by, bundle)
    return bundle if bundle.ended_at else _end(bundle, by)


def end_what_is_due(at: datetime) -> None:
    """A round of the worker: files are destroyed after a day, or once they hold what their owner may not read."""
    for pk in Bundle.rows.filter(ended_at=None, ready_at__isnull=False).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            bundle = _locked(pk)
            if bundle.ended_at is None and (not bundle.is_there(at) or is_too_wide(bundle, held_by(bundle))):
                _end(bundle, robot())


def _end(bundle: Bundle, by: Person) -> Bundle:
    bundle.ended_at = clock.now()
    bundle.save(update_fields=["ended_at"])
    if bundle.file is not None:
        files.forget(bundle.file)
    _tell(bundle, "bundle_destroyed", by)
    return bundle


def _locked(bundle_id: int) -> Bundle:
    rows = Bundle.rows.select_for_update(of=("self",)).select_related("call__committee", "asked_by", "file")
    return rows.get(pk=bundle_id)


def _tell(bundle: Bundle, verb: str, by: Person, **facts: int) -> None:
    journal.record(bundle.call, verb, by=by, organisation=bundle.call.committee, **facts)
