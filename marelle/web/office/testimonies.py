"""Testimonies in the office: what cities propose is read over, published, sent back; consent taken back is final."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Testimony
from marelle.mandates.operations import testimonies as operations
from marelle.mandates.queries import testimonies as queries
from marelle.mandates.states import TESTIMONY_STEPS, TestimonyState
from marelle.web.parts.forms import done, page
from marelle.web.parts.tables import Column, Table, answer
from marelle.web.parts.testimonies import picture_of


class BackForm(forms.Form):
    """What is to be completed."""

    note = forms.CharField(
        label=gettext_lazy("What is to be completed"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class PublishForm(forms.Form):
    """Whoever publishes has read it over."""

    names_nobody = forms.BooleanField(
        label=gettext_lazy("I have read it over: nothing in it lets a child be told, and consent covers it"),
        required=False,
    )


@door(programme_team)
@require_GET
def testimony_list(request: HttpRequest) -> HttpResponse:
    """What cities proposed to one's committees, those to read over first."""
    state, rows = request.GET.get("etat", ""), queries.tray(request.user)  # type: ignore[arg-type]
    rows = rows.filter(state=state) if state in TestimonyState.values else rows
    context = {"states": TestimonyState.choices, "state": state}
    return answer(request, "office/testimonies.html", testimony_table(request, rows), context)


def testimony_table(request: HttpRequest, rows: Any) -> Table:
    """The tray as a list."""
    return Table(
        request,
        name="temoignages",
        caption=_("Testimonies"),
        columns=[
            Column(
                "ville",
                _("City"),
                lambda row: row.mandate.organisation.name,
                order="mandate__organisation__name",
                address=lambda row: f"{request.path}/{row.code}",
            ),
            Column("qui", _("Who speaks"), queries.who),
            Column("propose", _("Proposed"), lambda row: row.proposed_at, order="proposed_at"),
            Column("publie", _("Published"), lambda row: row.published_at, order="published_at"),
            Column("etat", _("State"), lambda row: row.state, kind="state", shown=lambda row: row.get_state_display()),
        ],
        rows=rows,
        empty=_("No city has proposed a testimony yet."),
    )


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def testimony(request: HttpRequest, code: str) -> HttpResponse:
    """One, as it would be read, and what may be done with it."""
    return _shown(request, _found(request, code), PublishForm(), BackForm())


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def testimony_act(request: HttpRequest, code: str) -> HttpResponse:
    """Publish it, send it back, withdraw it, record that consent is taken back."""
    found = _found(request, code)
    by: Any = request.user
    publish, back = PublishForm(), BackForm()
    if "publish" in request.POST:
        publish = PublishForm(request.POST)
        is_done = done(publish, lambda typed: operations.publish_testimony(found.pk, by=by, **typed))
    elif "send_back" in request.POST:
        back = BackForm(request.POST)
        is_done = done(back, lambda typed: operations.send_testimony_back(found.pk, typed["note"], by=by))
    else:
        end = operations.revoke_consent if "revoke" in request.POST else operations.withdraw_testimony
        is_done = bool(end(found.pk, by=by))
    return _told(request, code) if is_done else _shown(request, found, publish, back)


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def testimony_picture(request: HttpRequest, code: str) -> FileResponse:
    """Its picture, for whoever reads it over."""
    found = _found(request, code)
    if found.picture is None:
        raise Http404
    return picture_of(found.picture)


def _told(request: HttpRequest, code: str) -> HttpResponse:
    messages.success(request, _("It is done."))
    return redirect("office:testimony", code)


def _shown(request: HttpRequest, found: Testimony, publish: PublishForm, back: BackForm) -> HttpResponse:
    steps = [step.name for step in TESTIMONY_STEPS if TESTIMONY_STEPS.allows(found, step.name)]
    quotes = sorted(found.quotes.items())
    context = {"testimony": found, "told": queries.said(found), "quotes": quotes, "steps": steps}
    return page(request, "office/testimony.html", context | {"publish": publish, "back": back})


def _found(request: HttpRequest, code: str) -> Testimony:
    rows = queries.tray(request.user).select_related("proposed_by", "published_by")  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("mandate__organisation", "picture"), code=code)
