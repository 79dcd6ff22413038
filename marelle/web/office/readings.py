"""A reader's bench: the dossier, the criteria and one's remarks, the official figures, side by side."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import committee, programme_team
from marelle.accounts.models import Person
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.figures import MAX_POINTS
from marelle.mandates.models import Review
from marelle.mandates.operations import reviews, timing
from marelle.mandates.queries import bench, office, queue
from marelle.mandates.states import ReviewState
from marelle.web.office.remarks import shown
from marelle.web.parts.coherence import beside_dossier
from marelle.web.parts.coherence import shown as remarks_shown
from marelle.web.parts.forms import done, page
from marelle.web.parts.saving import Save, answer_one, save_typed

WITH = (
    "application__organisation__territory__departement",
    "application__organisation__territory__region",
    "application__organisation__territory__intercommunality",
    "application__call__framework",
    "application__call__committee",
    "application__track",
    "application__plan__framework",
)  # what the bench shows of a reading


class ReopenForm(forms.Form):
    """Why a reading is taken up again."""

    because = forms.CharField(
        label=gettext_lazy("Why is this reading taken up again? Its reader will read these words."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=250,
    )


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
def reading(request: HttpRequest, code: str) -> HttpResponse:
    """Read and write: without JavaScript, one button saves what changed. Before, say whether one has a conflict of interest."""
    review = _mine(request, code)
    if review.state == ReviewState.ASSIGNED:
        return render(request, "office/reading_begin.html", {"review": review})
    if request.method == "POST":
        outcome = save_typed(request, _names(request), _save(review, request.user))
        if outcome.conflicts:
            raise outcome.conflicts[0][1]
        if outcome.faults:
            return _show(request, review, [*outcome.faults.values()])
        messages.success(request, _("Saved."))
        return redirect("office:reading", code)
    return _show(request, review)


@door(committee)
@require_POST
@asks(acting=SECOND)
@once
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Say that one has no conflict of interest: the dossier opens."""
    reviews.begin_review(_mine(request, code).pk, by=request.user)
    return redirect("office:reading", code)


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
        return _show(request, review, faults)
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


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Take it back from a reader who has not begun."""
    review = get_object_or_404(Review.objects.visible_to(request.user).select_related(*WITH), code=code)
    reviews.take_back_review(review.pk, by=request.user)
    words = {"name": review.reviewer.name}
    messages.success(request, _("It is taken back from %(name)s, who has been told: give it to somebody else.") % words)
    return redirect("office:application", review.application.code)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Let a reader take up a finished reading again."""
    review = get_object_or_404(Review.objects.visible_to(request.user).select_related(*WITH), code=code)
    rules.require(rules.may_reopen_review, request.user, review)
    form = ReopenForm(request.POST or None)
    if done(form, lambda values: reviews.reopen_review(review.pk, by=request.user, **values)):
        messages.success(request, _("The reading is open again, and its reader has been told."))
        return redirect("office:application", review.application.code)
    return page(request, "office/reading_reopen.html", {"review": review, "form": form})


@door(committee)
@require_POST
@asks(acting=SECOND)
def sign(request: HttpRequest, code: str) -> JsonResponse:
    """The reader is at work: their time is counted if they asked for it. Answers the seconds of today."""
    noted = timing.note_sign(_mine(request, code).pk, by=request.user)
    return JsonResponse({"seconds": noted.seconds if noted else None})


def _mine(request: HttpRequest, code: str) -> Review:
    rows = queue.with_timing(Review.objects.visible_to(request.user).filter(reviewer=request.user))
    return get_object_or_404(rows.select_related(*WITH), code=code)


def _show(request: HttpRequest, review: Review, faults: Sequence[str] = ()) -> HttpResponse:
    """The bench; 422 when something typed was refused."""
    person, application = request.user, review.application
    found = bench.of(review)
    is_finished = review.state == ReviewState.FINISHED
    before, after = bench.neighbours(review, person)
    context = {
        "review": review,
        "bench": found,
        "points": range(MAX_POINTS + 1),
        "dossier": shown(request, application, found.handed_in, review, is_bench=True),
        "compared": office.compared(office.readings_of(application, person)) if is_finished else None,
        "remarks": remarks_shown(
            found.remarks, [part.domain for part in found.handed_in.written.outline], beside_dossier
        ),
        "is_timed": review.is_timed,  # type: ignore[attr-defined]
        "before": before,
        "after": after,
        "faults": faults,
    }
    return render(request, "office/reading.html", context, status=422 if faults else 200)


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
