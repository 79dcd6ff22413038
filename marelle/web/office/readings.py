"""A reader's bench: the dossier, the criteria and one's remarks, the official figures, side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import committee
from marelle.accounts.models import Person
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.idempotency import once
from marelle.mandates.figures import MAX_POINTS
from marelle.mandates.models import Review
from marelle.mandates.operations import reviews
from marelle.mandates.queries import bench, office
from marelle.web.parts.saving import Save, answer_one, save_typed


@door(committee)
@require_GET
def reading_list(request: HttpRequest) -> HttpResponse:
    """What is mine to read."""
    return render(request, "office/readings.html", {"reviews": office.reviews_waiting(request.user)})


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
def reading(request: HttpRequest, code: str) -> HttpResponse:
    """Read and write: without JavaScript, one button saves what changed."""
    review = _mine(request, code)
    if request.method == "POST":
        outcome = save_typed(request, _names(request), _save(review, request.user))
        if outcome.conflicts:
            raise outcome.conflicts[0][1]
        if outcome.faults:
            return render(
                request, "office/reading.html", _bench(review) | {"faults": [*outcome.faults.values()]}, status=422
            )
        messages.success(request, _("Saved."))
        return redirect("office:reading", code)
    return render(request, "office/reading.html", _bench(review))


@door(committee)
@require_POST
@asks(acting=SECOND)
def save_field(request: HttpRequest, code: str) -> HttpResponse:
    """Save one field while the reader writes."""
    review = _mine(request, code)
    back = reverse("office:reading", args=[code])
    return answer_one(request, _save(review, request.user), title=_("a field of the reading"), back=back)


@door(committee)
@require_POST
@asks(acting=SECOND)
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
@asks(acting=SECOND)
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


def _names(request: HttpRequest) -> list[str]:
    """The fields of the form: those that say what stood there."""
    return [name for name in request.POST if f"was:{name}" in request.POST]


def _save(review: Review, by: Person) -> Save:
    """How a field is saved: "summary", "<criterion>.points" or "<criterion>.remark"."""

    def save(name: str, value: str, *, was: str, version: int) -> Any:
        if name == "summary":
            return reviews.save_summary(review.pk, value.strip(), was=was.strip(), version=version, by=by)
        code, _dot, field = name.rpartition(".")
        criterion = get_object_or_404(review.application.call.framework.criteria, code=code)
        clean = _points if field == "points" else str.strip
        return reviews.save_score(review.pk, criterion, field, clean(value), was=clean(was), version=version, by=by)

    return save


def _points(text: str) -> int | None:
    if text.strip() == "":
        return None
    if not text.strip().isdecimal() or len(text.strip()) > 1:
        raise BadData(_("Give from 0 to 4 points."))
    return int(text)
