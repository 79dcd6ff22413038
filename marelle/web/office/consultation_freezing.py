"""The consultation in the office: the freeze by two persons, and what comes out of it."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations import directory, rules
from marelle.consultations.models import Consultation
from marelle.consultations.operations import freezing, keys
from marelle.consultations.queries import quality
from marelle.consultations.queries.results import latest_freeze, waiting_act
from marelle.consultations.spool import NotKept
from marelle.web.office.consultation_run_forms import SharesForm
from marelle.web.office.consultation_running import governed
from marelle.web.parts.forms import done, page

AT_ONCE = 2000  # boxes opened while the page is waited for; more are opened beside it
TOLD_EVERY = 500  # boxes
LIVES = 120  # seconds without a word, after which an opening is taken for killed
log = logging.getLogger("marelle.freezing")


@door(programme_team)
@sensitive_post_parameters("first", "second")
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def freeze(request: HttpRequest, edition: str) -> HttpResponse:
    """Propose the freeze; the second person brings both shares, typed or as files."""
    found, act = governed(request, edition), request.POST.get("act", "")
    if act in ACTS:
        messages.success(request, ACTS[act](request, found))
        return redirect("office:consultation_freeze", edition)
    asked = request.POST if act == "confirm" else None
    form = SharesForm(keys.demonstration_key(found) is None, asked, request.FILES if asked else None)
    if done(form, lambda data: start(freezing.begin(found.pk, form.shares, by=request.user))):  # type: ignore[arg-type]
        return redirect("office:consultation_freeze", edition)
    return page(request, "office/consultation_freeze.html", _context(request, found) | {"form": form})


def _proposed(request: HttpRequest, found: Consultation) -> str:
    freezing.propose(found.pk, by=request.user)  # type: ignore[arg-type]
    return _("The freeze is proposed: another programme administrator confirms it, with both shares of the key.")


def _declined(request: HttpRequest, found: Consultation) -> str:
    freezing.decline(found.pk, by=request.user)  # type: ignore[arg-type]
    return _("It is declined: nothing has changed.")


def _to_restore(request: HttpRequest, found: Consultation) -> str:
    freezing.propose_restoring(found.pk, request.POST.get("why", ""), by=request.user)  # type: ignore[arg-type]
    return _("It is proposed: another programme administrator confirms it.")


def _restored(request: HttpRequest, found: Consultation) -> str:
    freezing.confirm_restoring(found.pk, by=request.user)  # type: ignore[arg-type]
    return _("These sheets are counted with the others: the tables have been drawn anew.")


ACTS: dict[str, Callable[[HttpRequest, Consultation], str]] = {
    "propose": _proposed,
    "decline": _declined,
    "propose_restoring": _to_restore,
    "restore": _restored,
}


def _context(request: HttpRequest, found: Consultation) -> dict[str, Any]:
    done_of, freeze = cache.get(_place(found)), latest_freeze(found)
    return {
        "consultation": found,
        "waiting": waiting_act(found, freezing.FREEZE, freezing.RESTORE),
        "boxes": _boxes(found),
        "job": done_of if done_of and "failed" not in done_of else None,
        "failed": (done_of or {}).get("failed", ""),
        "freeze": freeze,
        "reasons": quality.reasons(freeze.manifest) if freeze else [],
        "is_in_file": keys.demonstration_key(found) is not None,
        "may_act": rules.may_open(request.user, found),  # type: ignore[arg-type]
        "tab": "freeze",
    }


def _boxes(found: Consultation) -> int | None:
    """How many answers are sealed; None under five, or when nobody can say."""
    try:
        return freezing.few(freezing.boxes_waiting(found)) if found.public_key else None
    except NotKept:
        return None


# Beside the page -----------------------------------------------------------------------------------------------------
def start(begun: freezing.Begun) -> None:
    """Open the boxes once `begun` is known to all: at once when they are few, else beside the page, which shows how far."""
    place, total = _place(begun.consultation), freezing.boxes_waiting(begun.consultation)
    if total <= AT_ONCE:
        transaction.on_commit(lambda: _finish(begun, place, total))
        return
    cache.set(place, {"done": 0, "total": total}, LIVES)
    beside = threading.Thread(target=_beside, args=(begun, place, total), name="freeze", daemon=True)
    transaction.on_commit(beside.start)


def _beside(begun: freezing.Begun, place: str, total: int) -> None:
    try:
        _finish(begun, place, total)
    finally:
        connections.close_all()


def _finish(begun: freezing.Begun, place: str, total: int) -> None:
    time.sleep(directory.LIVES)  # until no process lets a box in any more: one told received is opened with the others
    try:
        freezing.finish(begun, progress=lambda rows: _told(rows, place, total))
        cache.delete(place)
    except Exception as error:  # whatever it is, the page tells; the boxes are as they were
        log.error("consultation=%s freeze failed: %s", begun.consultation.pk, type(error).__name__)
        cache.set(place, {"failed": type(error).__name__}, 3600)


def _told(rows: Iterable[Any], place: str, total: int) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if number % TOLD_EVERY == 0:
            cache.set(place, {"done": number, "total": total}, LIVES)
        yield row
    cache.set(place, {"done": total, "total": total}, 3600)  # writing takes as long as it takes


def _place(found: Consultation) -> str:
    return f"consultations:freeze:{found.code}"
