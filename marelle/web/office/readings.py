"""A reader's bench: the dossier, the criteria and one's remarks, the official figures, side by side."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import committee
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.idempotency import once
from marelle.mandates.figures import MAX_POINTS
from marelle.mandates.models import Review
from marelle.mandates.operations import reviews
from marelle.mandates.queries import bench, office


@door(committee)
@require_GET
def reading_list(request: HttpRequest) -> HttpResponse:
    """What is mine to read."""
    return render(request, "office/readings.html", {"reviews": office.reviews_waiting(request.user)})


@door(committee)
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, code: str) -> HttpResponse:
    """Read and write: without JavaScript, one button saves what changed."""
    review = _mine(request, code)
    if request.method == "POST":
        for name in _changed(request):
            _save(
                request, review, name, request.POST[name], request.POST[f"was.{name}"], request.POST[f"version.{name}"]
            )
        messages.success(request, _("Saved."))
        return redirect("office:reading", code)
    return render(request, "office/reading.html", _bench(review))


@door(committee)
@require_POST
def save_field(request: HttpRequest, code: str) -> HttpResponse:
    """Save one field while the reader writes; the answer carries its new version."""
    sent = request.POST
    version = _save(
        request, _mine(request, code), sent["name"], sent["value"], sent.get("was", ""), sent.get("version", "")
    )
    return JsonResponse({"version": version, "saved_at": f"{clock.now().astimezone(clock.PARIS):%H:%M}"})


@door(committee)
@require_POST
@once
def finish(request: HttpRequest, code: str) -> HttpResponse:
    """Close one's reading."""
    review = _mine(request, code)
    faults = reviews.unfinished(review)
    if faults:
        return render(request, "office/reading.html", _bench(review) | {"faults": faults}, status=422)
    reviews.finish_review(review.pk, by=request.user)
    messages.success(request, _("Your reading is finished: thank you."))
    return redirect("office:readings")


@door(committee)
@require_POST
@once
def step_aside(request: HttpRequest, code: str) -> HttpResponse:
    """Say that one has a conflict of interest."""
    reviews.step_aside(_mine(request, code).pk, by=request.user)
    messages.success(request, _("Thank you for saying so. The application will go to someone else."))
    return redirect("office:readings")


def _mine(request: HttpRequest, code: str) -> Review:
    rows = Review.objects.visible_to(request.user).filter(reviewer=request.user)
    return get_object_or_404(
        rows.select_related(
            "application__organisation__territory",
            "application__call__framework",
            "application__track",
            "application__plan",
        ),
        code=code,
    )


def _bench(review: Review) -> dict[str, Any]:
    return {"review": review, "bench": bench.of(review), "points": range(MAX_POINTS + 1)}


def _changed(request: HttpRequest) -> Iterator[str]:
    """The names of the fields whose text is not the one that was shown."""
    for key in request.POST:
        name = key.removeprefix("was.")
        if name != key and name in request.POST and _plain(request.POST[name]) != _plain(request.POST[key]):
            yield name


def _save(request: HttpRequest, review: Review, name: str, value: str, was: str, version: str) -> int:
    """Save "summary", or "<criterion>.points", or "<criterion>.remark"; the new version."""
    seen = int(version) if version.isdecimal() else 0
    if name == "summary":
        words = {"was": _plain(was), "version": seen, "by": request.user}
        return reviews.save_summary(review.pk, _plain(value), **words).version
    code, _dot, field = name.rpartition(".")
    criterion = get_object_or_404(review.application.call.framework.criteria, code=code)
    clean = _points if field == "points" else _plain
    return reviews.save_score(
        review.pk, criterion, field, clean(value), was=clean(was), version=seen, by=request.user
    ).version


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _points(text: str) -> int | None:
    if text.strip() == "":
        return None
    if not text.strip().isdecimal():
        raise BadData(_("Give from 0 to 4 points."))
    return int(text)
