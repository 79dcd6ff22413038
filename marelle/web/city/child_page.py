"""The page for children as somebody of the town writes it: what the data says, and what is said instead."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.idempotency import once
from marelle.mandates.queries.network import promises_of
from marelle.plans import child_page as queries
from marelle.plans import proposals, voices
from marelle.plans.models import Plan
from marelle.plans.operations import child_page as operations
from marelle.web.city.space import Space, enter, page
from marelle.web.city.voices import in_force


@door(member)
@require_http_methods(["GET", "POST"])
@once
def child_page(request: HttpRequest, code: str) -> HttpResponse:
    """Each sentence of the page for children, to write again or to give back to the data."""
    space = enter(request)
    plan = in_force(space)
    if plan is None and request.method == "POST":
        raise Http404
    if plan is None:
        return page(request, "city/child_page.html", space, plan=None)
    facts = _facts(space, plan)
    if request.method == "POST":
        return _write(request, space, plan, queries.made_in_the_towns_words(plan, *facts))
    told = queries.page_of(plan, *facts)
    return page(request, "city/child_page.html", space, plan=plan, groups=_groups(told), longest=operations.LONGEST)


def _groups(told: queries.Page) -> list[tuple[str, list[tuple[queries.Sentence, voices.Ease]]]]:
    """The sentences with how easy each is, under the promise they belong to."""
    groups = [
        (_("The first words"), [told.welcome]),
        *((_("Promise %(n)s") % {"n": p.promise.position}, [p.words, p.stands]) for p in told.lines),
        (_("The last words"), [told.asked]),
    ]
    return [(title, [(s, voices.ease(s.words)) for s in sentences]) for title, sentences in groups]


def _write(request: HttpRequest, space: Space, plan: Plan, made: dict[str, str]) -> HttpResponse:
    part = request.POST.get("part", "")
    if part not in made:
        raise BadData(_("What you chose is no longer there. Open the page again."))
    operations.write(plan.pk, part, request.POST.get("words", ""), instead_of=made[part], by=space.person)
    messages.success(request, _("Saved."))
    return redirect("city:child_page", space.code)


def _facts(space: Space, plan: Plan) -> tuple[str, list[Any], int, int]:
    """What the sentences are made from, as everyone reads it."""
    shown = proposals.shown_to_everyone(space.organisation)
    return space.organisation.name, promises_of(plan), len(shown), sum(p.given is not None for p in shown)
