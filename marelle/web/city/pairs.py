"""A joint candidature in the workspace: proposed, agreed on, who exercises what, the two plans side by side."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from marelle.accounts.doors import member
from marelle.accounts.models import Organisation
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Application, Pair
from marelle.mandates.operations import pairs as operations
from marelle.mandates.queries import applications
from marelle.mandates.queries import pairs as queries
from marelle.mandates.states import Holder
from marelle.web.city.space import Space, enter, page


class ProposeForm(forms.Form):
    """With whom."""

    other = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("With"), to_field_name="code", empty_label=None
    )

    def __init__(self, offered: list[Organisation], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = Organisation.objects.filter(pk__in=[o.pk for o in offered]).order_by("name")


class PowerForm(forms.Form):
    """Who exercises one domain."""

    holder = forms.ChoiceField(label=gettext_lazy("Exercised by"), choices=Holder)
    words = forms.CharField(
        label=gettext_lazy("Which services"),
        required=False,
        max_length=operations.LONGEST,
        help_text=gettext_lazy("For example: nurseries by the intercommunality, schools by the commune."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@door(member)
@require_safe
def pairs(request: HttpRequest, code: str) -> HttpResponse:
    """The joint candidatures one stands in, those proposed, and proposing one."""
    space = enter(request)
    return _home(request, space)


@door(member)
@require_POST
@once
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose to apply together."""
    space = enter(request)
    application = _application(space)
    if application is None:
        raise Http404
    form = ProposeForm(queries.partners_for(application.call, space.organisation), request.POST)
    if not form.is_valid():
        return _home(request, space, form)
    other = form.cleaned_data["other"]
    operations.propose_pair(application.call_id, space.organisation, other, by=space.person)
    messages.success(request, _("%(name)s has been told of your proposal.") % {"name": other})
    return redirect("city:pairs", code)


@door(member)
@require_safe
def pair(request: HttpRequest, code: str, pair: str) -> HttpResponse:
    """One joint candidature: who exercises what, the two plans, the actions carried by both."""
    space = enter(request)
    return _one(request, space, _pair(space, pair))


@door(member)
@require_POST
@once
def act(request: HttpRequest, code: str, pair: str) -> HttpResponse:
    """Accept it, end it, say who exercises a domain, share an action or take it back."""
    space = enter(request)
    found = _pair(space, pair)
    verb = request.POST.get("act", "")
    if verb == "power":
        return _write_power(request, space, found)
    if verb not in ACTS:
        raise Http404
    messages.success(request, ACTS[verb](found, space, request))
    return redirect("city:pairs", code) if verb == "end" else redirect("city:pair", code, pair)


def _accept(found: Pair, space: Space, request: HttpRequest) -> str:
    operations.accept_pair(found.pk, by=space.person)
    return _("You apply together: each of you reads the other’s plan.")


def _end(found: Pair, space: Space, request: HttpRequest) -> str:
    operations.end_pair(found.pk, space.organisation, by=space.person)
    return _("The joint application has ended. Your own goes on.")


def _share(found: Pair, space: Space, request: HttpRequest) -> str:
    action = request.POST.get("action", "")
    operations.share_action(found.pk, action, organisation=space.organisation, by=space.person)
    return _("The action is carried by both.")


def _unshare(found: Pair, space: Space, request: HttpRequest) -> str:
    action = request.POST.get("action", "")
    operations.unshare_action(found.pk, action, organisation=space.organisation, by=space.person)
    return _("The action is your own alone again.")


ACTS: dict[str, Callable[[Pair, Space, HttpRequest], str]] = {
    "accept": _accept,
    "end": _end,
    "share": _share,
    "unshare": _unshare,
}


def _write_power(request: HttpRequest, space: Space, found: Pair) -> HttpResponse:
    domain = get_object_or_404(found.call.framework.domains, code=request.POST.get("domain", ""))
    form = PowerForm(request.POST, auto_id=f"{domain.slug}-%s")
    if not form.is_valid():
        return _one(request, space, found, {domain.pk: form})
    operations.write_power(found.pk, domain.code, organisation=space.organisation, by=space.person, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect(f"{request.path.removesuffix('/faire')}#{domain.slug}")


def _home(request: HttpRequest, space: Space, form: ProposeForm | None = None) -> HttpResponse:
    application = _application(space)
    standing = queries.pairs_of(application.call, space.organisation) if application else []
    offered = queries.partners_for(application.call, space.organisation) if application else []
    context = {
        "application": application,
        "pairs": [_line(pair, space.organisation) for pair in standing],
        "asked": [_line(p, space.organisation) for p in queries.waiting_for(space.organisation) if p not in standing],
        "form": form or (ProposeForm(offered) if offered else None),
    }
    return page(request, "city/pairs.html", space, status=422 if form else 200, **context)


def _line(pair: Pair, organisation: Organisation) -> dict[str, Any]:
    return {"pair": pair, "other": pair.other(organisation), "is_asked": pair.proposed_from_id != organisation.pk}


def _one(request: HttpRequest, space: Space, found: Pair, refused: dict[int, PowerForm] | None = None) -> HttpResponse:
    application = _application(space)
    both = queries.applications_of(found) if found.is_accepted else []
    shared = queries.shared(found)
    writes = space.may_write and application is not None and application.is_being_written
    lines = [
        {"line": line, "form": (refused or {}).get(line.domain.pk) or _power_form(line)}
        for line in queries.lines(found, {one.organisation_id: queries.as_written(one) for one in both})
    ]
    context = {
        **_line(found, space.organisation),
        "lines": lines,
        "shared": shared,
        "both": both,
        "own": _own_actions(lines, found, space.organisation, {line.action.code for line in shared}),
        "writes": writes,
    }
    return page(request, "city/pair.html", space, status=422 if refused else 200, **context)


def _power_form(line: queries.Line) -> PowerForm:
    power = line.power
    told = {"holder": power.holder, "words": power.words, "version": power.version} if power else {"version": 0}
    return PowerForm(initial=told, auto_id=f"{line.domain.slug}-%s")


def _own_actions(
    lines: list[dict[str, Any]], pair: Pair, organisation: Organisation, shared: set[str]
) -> list[dict[str, Any]]:
    """The actions of one's own plan that could be shared."""
    parts = [line["line"].commune if organisation == pair.commune else line["line"].intercommunality for line in lines]
    actions = [action for part in parts for objective in part or [] for action in objective["actions"]]
    return [action for action in actions if action["name"] and action["code"] not in shared]


def _application(space: Space) -> Application | None:
    return applications.current(space.organisation, space.person)


def _pair(space: Space, code: str) -> Pair:
    """One in which the organisation stands. Raises Http404."""
    own = Pair.objects.filter(commune=space.organisation) | Pair.objects.filter(intercommunality=space.organisation)
    rows = own.filter(ended_at=None).select_related("call__framework", "commune", "intercommunality", "proposed_from")
    return get_object_or_404(rows, code=code)
