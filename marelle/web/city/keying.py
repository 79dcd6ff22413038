"""Booklets of a group in the workspace of who holds it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations import rules
from marelle.consultations.models import Sitting
from marelle.web.city.space import Space, enter, page
from marelle.web.parts import keying as shared
from marelle.web.parts.keying import Batch


@door(member)
@require_http_methods(["GET", "POST"])
@once
def booklets(request: HttpRequest, code: str, sitting: str) -> HttpResponse:
    """The booklets that wait, what is left to do, how often keys were wrong; printing some."""
    space, batch = _batch(request, sitting)
    answer = shared.act_on(batch) if request.method == "POST" else None
    return answer or _page(space, batch, "parts/keying.html", shared.show(batch))


@door(member)
@require_http_methods(["GET", "POST"])
@once
def booklet_type(request: HttpRequest, code: str, sitting: str) -> HttpResponse:
    """Type one booklet, the first time or the second: nobody is told which."""
    space, batch = _batch(request, sitting)
    context, answer = shared.typing(batch)
    return answer or _page(space, batch, "parts/keying_form.html", context)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def booklet_settle(request: HttpRequest, code: str, sitting: str, number: int) -> HttpResponse:
    """Settle what two persons read otherwise."""
    space, batch = _batch(request, sitting)
    context, answer = shared.settling(batch, number)
    return answer or _page(space, batch, "parts/keying_settle.html", context)


@door(member)
@require_safe
def booklets_print(request: HttpRequest, code: str, sitting: str, run: str) -> HttpResponseBase:
    """Booklets that were drawn, to print."""
    return shared.printed(_batch(request, sitting)[1], run)


def _batch(request: HttpRequest, sitting: str) -> tuple[Space, Batch]:
    """Another organisation's is a 404; so is what one may not hold."""
    space = enter(request)
    mine = Sitting.objects.visible_to(space.person).filter(site__partner__organisation=space.organisation)
    found = get_object_or_404(mine.select_related(*shared.RELATED), code=sitting)
    if not rules.may_hold(space.person, found):
        raise Http404
    return space, Batch(request, found, "city/base.html", reverse("city:booklets", args=[space.code, sitting]))


def _page(space: Space, batch: Batch, template: str, context: dict[str, object]) -> HttpResponse:
    up = reverse("city:sitting", args=[space.code, batch.sitting.code])
    answer = page(batch.request, template, space, status=shared.status(context), up=up, **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
