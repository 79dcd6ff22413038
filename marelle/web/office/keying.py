"""Booklets in the office: the groups of an edition whose booklets are typed in, and typing those of partners without a space."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations.models import Sitting
from marelle.consultations.queries import keying as queries
from marelle.web.office.consultations import own
from marelle.web.parts import keying as shared
from marelle.web.parts.keying import Batch


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def batches(request: HttpRequest, edition: str) -> HttpResponse:
    """The groups whose booklets are typed in, and how many booklets of each wait."""
    found = own(request, edition)
    rows = Sitting.objects.visible_to(request.user).filter(consultation=found, state="keying")  # type: ignore[arg-type]
    rows = rows.select_related(*shared.RELATED)
    lines = queries.in_keying(list(rows.order_by("added_at", "pk")))
    return render(request, "office/keying.html", {"consultation": found, "lines": lines, "tab": "keying"})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def booklets(request: HttpRequest, edition: str, sitting: str) -> HttpResponse:
    """The booklets that wait, what is left to do, how often keys were wrong; printing some."""
    batch = _batch(request, edition, sitting)
    answer = shared.act_on(batch) if request.method == "POST" else None
    return answer or _page(batch, "parts/keying.html", shared.show(batch))


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def booklet_type(request: HttpRequest, edition: str, sitting: str) -> HttpResponse:
    """Type one booklet, the first time or the second: nobody is told which."""
    batch = _batch(request, edition, sitting)
    context, answer = shared.typing(batch)
    return answer or _page(batch, "parts/keying_form.html", context)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def booklet_settle(request: HttpRequest, edition: str, sitting: str, number: int) -> HttpResponse:
    """Settle what two persons read otherwise."""
    batch = _batch(request, edition, sitting)
    context, answer = shared.settling(batch, number)
    return answer or _page(batch, "parts/keying_settle.html", context)


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def booklets_print(request: HttpRequest, edition: str, sitting: str, run: str) -> HttpResponseBase:
    """Booklets that were drawn, to print."""
    return shared.printed(_batch(request, edition, sitting), run)


def _batch(request: HttpRequest, edition: str, sitting: str) -> Batch:
    rows = (
        Sitting.objects.visible_to(request.user)
        .filter(consultation=own(request, edition))
        .select_related(*shared.RELATED)
    )
    home = reverse("office:booklets", args=[edition, sitting])
    return Batch(request, get_object_or_404(rows, code=sitting), "office/base.html", home)


def _page(batch: Batch, template: str, context: dict[str, object]) -> HttpResponse:
    up = reverse("office:keying", args=[batch.sitting.consultation.code])
    answer = render(batch.request, template, {**context, "up": up}, status=shared.status(context))
    answer.headers["Cache-Control"] = "no-store"
    return answer
