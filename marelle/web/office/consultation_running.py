"""The consultation in the office: the key in two shares, opening, closing."""

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.rules import require
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations import rules
from marelle.consultations.models import Consultation
from marelle.consultations.operations import authoring, keys, running
from marelle.consultations.states import BEING_WRITTEN, VersionState
from marelle.web.office.consultation_run_forms import GroupForm, OpeningForm
from marelle.web.office.consultations import own
from marelle.web.parts.forms import done, page

DRAWS = {"first": keys.draw_first, "second": keys.draw_second}


def governed(request: HttpRequest, edition: str) -> Consultation:
    """An edition of one's committees; its administrators alone act on it. Raises Http404, NotAllowed."""
    found = own(request, edition)
    if request.method == "POST":
        require(rules.may_open, request.user, found)  # type: ignore[arg-type]
    return found


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def key(request: HttpRequest, edition: str) -> HttpResponse:
    """The key: who holds which share; take one, show that one holds it, declare it lost. A share is shown once."""
    found, act = governed(request, edition), request.POST.get("act", "")
    if act in DRAWS:
        return _handed(request, found, DRAWS[act](found.pk, by=request.user))  # type: ignore[arg-type]
    if act in ("anew", "file"):
        _changed(request, found, act)
        return redirect("office:consultation_key", edition)
    form = GroupForm(request.POST if act == "hold" else None)
    if done(form, lambda data: keys.acknowledge(found.pk, data["group"], by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("It is noted that you hold your share."))
        return redirect("office:consultation_key", edition)
    return page(request, "office/consultation_key.html", _context(request, found) | {"form": form})


def _handed(request: HttpRequest, found: Consultation, handed: keys.Handed) -> HttpResponse:
    """The share, once. The page is kept nowhere: neither here nor by the browser."""
    about = {"code": found.code, "position": handed.share.position}
    text = _("Consultation %(code)s, share %(position)s of the key:") % about + f"\n\n{handed.text}\n"
    context = {"consultation": found, "share": handed.share, "groups": handed.text.split()}
    context |= {"download": f"data:text/plain;charset=utf-8,{quote(text)}", "tab": "key"}
    answer = render(request, "office/consultation_share.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _changed(request: HttpRequest, found: Consultation, act: str) -> None:
    if act == "anew":
        keys.draw_anew(found.pk, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Both shares are void: two others are to be drawn."))
    else:
        keys.draw_for_demonstration(found.pk, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The key of this demonstration is in a file beside its data."))


def _context(request: HttpRequest, found: Consultation) -> dict[str, object]:
    shares = list(found.key_shares.select_related("holder").order_by("position"))
    mine = next((share for share in shares if share.holder == request.user), None)
    is_made = found.public_key is not None
    return {
        "consultation": found,
        "shares": shares,
        "mine": mine,
        "may_draw": "" if is_made or mine else "second" if shares else "first",
        "is_ready": keys.is_ready(found),
        "has_key": is_made or bool(shares),
        "is_in_file": keys.demonstration_key(found) is not None,
        "is_demonstration": settings.DEMO,
        "is_written": found.state in BEING_WRITTEN,
        "may_act": rules.may_open(request.user, found),  # type: ignore[arg-type]
        "tab": "key",
    }


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def opening(request: HttpRequest, edition: str) -> HttpResponse:
    """What must be ready before children answer; open, then close."""
    found = governed(request, edition)
    if request.POST.get("act") == "close":
        running.close_consultation(found.pk, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The consultation is closed: no answer is taken any more."))
        return redirect("office:consultation_opening", edition)
    form = OpeningForm(request.POST or None)
    if done(form, lambda data: running.open_consultation(found.pk, by=request.user, **data)):  # type: ignore[arg-type]
        messages.success(request, _("The consultation is open."))
        return redirect("office:consultation_opening", edition)
    return page(request, "office/consultation_opening.html", _ready(request, found) | {"form": form})


def _ready(request: HttpRequest, found: Consultation) -> dict[str, object]:
    """What is ready and what stops the opening."""
    version = authoring.latest(found)
    is_draft = version is not None and version.state == VersionState.DRAFT
    return {
        "consultation": found,
        "version": version,
        "stops": authoring.what_stops(version) if version and is_draft else [],
        "is_ready": keys.is_ready(found),
        "may_act": rules.may_open(request.user, found),  # type: ignore[arg-type]
        "tab": "opening",
    }
