"""A city's needs: stated, changed, ranked with the others'; who may help, and the exchanges asked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.accounts import rules as accounts
from marelle.accounts.doors import member
from marelle.accounts.models import Organisation
from marelle.accounts.queries import committees_of
from marelle.base import clock, origins
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Exchange, Need, Ranking
from marelle.events.operations import exchanges
from marelle.events.operations import needs as operations
from marelle.events.queries import needs as queries
from marelle.web.city.space import Space, enter, page
from marelle.web.parts.forms import done
from marelle.web.parts.needs import NeedForm, reasons_in_words, weights

MOVES = {"retirer": operations.withdraw_need, "resolu": operations.meet_need, "rouvrir": operations.reopen_need}


class OutcomeForm(forms.Form):
    """What an exchange gave."""

    outcome = forms.CharField(
        label=gettext_lazy("What did it give?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=3000
    )


@door(member)
@require_safe
def needs(request: HttpRequest, code: str) -> HttpResponse:
    """A city's needs, the rankings open to it, its exchanges."""
    space = enter(request)
    return page(
        request,
        "city/needs.html",
        space,
        needs=queries.of_city(space.organisation, space.person),
        rankings=queries.rankings_for(space.organisation, clock.now()),
        exchanges=queries.exchanges_of(space.organisation, space.person),
    )


@door(member)
@require_http_methods(["GET", "POST"])
@once
def need_new(request: HttpRequest, code: str) -> HttpResponse:
    """State a need."""
    space, made = enter(request), []
    form = NeedForm(request.POST or None)

    def state(written: dict[str, Any]) -> None:
        made.append(operations.state_need(space.organisation.pk, by=space.person, **written))

    if done(form, state):
        messages.success(request, _("Your need is stated. Here is who may help."))
        return redirect("city:need", code, made[0].code)
    return page(request, "city/need_form.html", space, status=_status(form), form=form, need=None)


@door(member)
@require_safe
def need(request: HttpRequest, code: str, need: str) -> HttpResponse:
    """One need: what is said of it, where it leads, who may help and why."""
    space, found = enter(request), _need(request, need)
    asked = {e.asked_of_id: e for e in found.exchanges.exclude(state="declined").select_related("asked_of")}
    helpful = queries.help_for(found)
    cities = [
        {"found": h, "reasons": reasons_in_words(h.reasons), "exchange": asked.get(h.organisation.pk)}
        for h in helpful.cities
    ]
    practices = [{"found": h, "reasons": reasons_in_words(h.reasons)} for h in helpful.practices]
    strip = origins.strip_for(f"events.need:{found.code}", space.person)
    return page(
        request, "city/need.html", space, need=found, cities=cities, practices=practices, weights=weights(), strip=strip
    )


@door(member)
@require_http_methods(["GET", "POST"])
@once
def need_change(request: HttpRequest, code: str, need: str) -> HttpResponse:
    """Write a need otherwise; what a colleague changed meanwhile is not lost."""
    space, found = enter(request), _need(request, need)
    stands = {name: getattr(found, name) for name in operations.WRITTEN}
    form = NeedForm(request.POST or None, initial=stands)
    if done(form, lambda written: _change(request, found, written)):
        messages.success(request, _("What you wrote is saved."))
        return redirect("city:need", code, found.code)
    was = NeedForm(initial=stands, prefix="was")
    return page(request, "city/need_form.html", space, status=_status(form), form=form, was=was, need=found)


def _change(request: HttpRequest, need: Need, written: dict[str, Any]) -> None:
    """With what stood on the page when it was opened."""
    was, version = NeedForm(request.POST, prefix="was"), request.POST.get("version", "")
    known = was.cleaned_data if was.is_valid() else {}
    seen = int(version) if version.isdecimal() and len(version) < 10 else 0
    operations.change_need(need.pk, by=request.user, version=seen, was=known, **written)  # type: ignore[arg-type]


@door(member)
@require_POST
@once
def need_move(request: HttpRequest, code: str, need: str) -> HttpResponse:
    """Withdraw it, say that it is met, or state it again."""
    move = MOVES.get(request.POST.get("act", ""))
    if move is None:
        raise Http404
    found = move(_need(request, need).pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("This need is now: %(state)s.") % {"state": found.get_state_display()})
    return redirect("city:need", code, found.code)


@door(member)
@require_POST
@once
def need_ask(request: HttpRequest, code: str, need: str) -> HttpResponse:
    """Ask a city that may help for an exchange."""
    found = _need(request, need)
    asked_of = get_object_or_404(Organisation, code=request.POST.get("city", ""))
    message = request.POST.get("message", "")[:3000]
    exchange = exchanges.ask(found.pk, asked_of, by=request.user, message=message)  # type: ignore[arg-type]
    messages.success(request, _("%(city)s has been asked. You will be told its answer.") % {"city": asked_of})
    return redirect("city:exchange", code, exchange.code)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def ranking(request: HttpRequest, code: str, ranking: str) -> HttpResponse:
    """Give the city's points: one press for all of them."""
    space = enter(request)
    found = get_object_or_404(Ranking.objects.filter(committee__in=committees_of(space.organisation)), code=ranking)
    is_open = found.opens_at <= clock.now() < found.closes_at
    given = queries.given_by(space.organisation, found)
    listed = [need for need in queries.to_rank(found) if is_open or need.code in given]
    form = RankingForm(listed, given, found.points, request.POST or None)

    def give(written: dict[str, Any]) -> None:
        operations.rank(found.pk, space.organisation, written, by=space.person)

    if done(form, give):
        messages.success(request, _("Your points are given. You may change them until the ranking closes."))
        return redirect("city:ranking", code, found.code)
    return page(request, "city/ranking.html", space, status=_status(form), ranking=found, form=form, is_open=is_open)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def exchange(request: HttpRequest, code: str, exchange: str) -> HttpResponse:
    """An exchange: why this city, its answer, what it gave."""
    space = enter(request)
    found, act = _exchange(space, exchange), request.POST.get("act", "")
    if act in ("accept", "decline"):
        exchanges.answer(found.pk, accept=act == "accept", by=space.person)
        messages.success(request, _("Your answer has been sent."))
        return redirect("city:exchange", code, found.code)
    form = OutcomeForm(request.POST if act == "tell" else None)
    if done(form, lambda written: exchanges.tell(found.pk, by=space.person, **written)):
        messages.success(request, _("Thank you: what it gave is kept with the need."))
        return redirect("city:exchange", code, found.code)
    return page(request, "city/exchange.html", space, status=_status(form), form=form, **_told(space, found))


def _told(space: Space, exchange: Exchange) -> dict[str, Any]:
    """What the page of an exchange says."""
    is_asked = exchange.asked_of_id == space.organisation.pk
    may_answer = is_asked and accounts.may_write(space.person, space.organisation)
    reasons = reasons_in_words(exchange.reasons)
    return {"exchange": exchange, "is_asked": is_asked, "may_answer": may_answer, "reasons": reasons}


class RankingForm(forms.Form):
    """A number of points for each need."""

    def __init__(self, needs: list[Need], given: dict[str, int], points: int, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for need in needs:
            about = ", ".join(filter(None, [need.organisation.name, str(need.service or need.domain or "")]))
            self.fields[need.code] = forms.IntegerField(
                label=need.name,
                help_text=about,
                min_value=0,
                max_value=points,
                required=False,
                initial=given.get(need.code, 0),
            )


def _need(request: HttpRequest, code: str) -> Need:
    space = enter(request)
    rows = Need.objects.visible_to(space.person).filter(organisation=space.organisation)
    return get_object_or_404(
        rows.select_related("service", "domain", "organisation__territory", "committee"), code=code
    )


def _exchange(space: Space, code: str) -> Exchange:
    rows = queries.exchanges_of(space.organisation, space.person)
    return get_object_or_404(rows, code=code)


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200
