"""Practices in the office: what is proposed is read, published, retained; a correction takes the place of what stood."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.library import rules
from marelle.library.models import Practice
from marelle.library.operations import corrections
from marelle.library.operations import practices as operations
from marelle.library.queries import practices as queries
from marelle.library.states import BEING_WRITTEN, PRACTICE_STEPS, PUBLIC_STATES, PracticeState
from marelle.web.parts import practice_editor as writing
from marelle.web.parts.forms import done, page
from marelle.web.parts.tables import Column, Table, answer

ACTS: dict[str, Any] = {
    "publish": operations.publish,
    "replace": corrections.replace,
    "retain": operations.retain,
    "retire": operations.retire,
}
SAID = {
    "publish": gettext_lazy("The practice is published."),
    "replace": gettext_lazy("The correction is on the public page."),
    "retain": gettext_lazy("The practice is retained for the programme."),
    "retire": gettext_lazy("The practice is off the shelf."),
}


@door(programme_team)
@require_GET
def practice_list(request: HttpRequest) -> HttpResponse:
    """What was proposed to one's committees: to read first, then what stands on the shelf."""
    state = request.GET.get("etat", "")
    rows = queries.tray(request.user)  # type: ignore[arg-type]
    rows = rows.filter(state=state) if state in PracticeState.values else rows
    states = [(value, word) for value, word in PracticeState.choices if value != PracticeState.REPLACED]
    return answer(request, "office/practices.html", practice_table(request, rows), {"states": states, "state": state})


def practice_table(request: HttpRequest, rows: Any) -> Table:
    """The tray as a list."""
    return Table(
        request,
        name="pratiques",
        caption=_("Practices"),
        columns=[
            Column(
                "nom",
                _("Name"),
                lambda row: queries.words_of(row).name,
                address=lambda row: f"{request.path}/{row.code}",
            ),
            Column("ville", _("City"), lambda row: row.organisation.name, order="organisation__name"),
            Column(
                "etat",
                _("State"),
                lambda row: row.state,
                kind="state",
                order="state",
                shown=lambda row: row.get_state_display(),
            ),
            Column("genre", _("Kind"), lambda row: str(_("correction") if row.corrects_id else _("practice"))),
            Column("niveau", _("Evidence"), lambda row: str(row.get_evidence_level_display()), order="evidence_level"),
            Column("publication", _("Published"), lambda row: row.published_at, order="published_at"),
        ],
        rows=rows,
        empty=_("Nothing has been proposed yet."),
    )


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def practice(request: HttpRequest, code: str) -> HttpResponse:
    """One practice, whole, and what may be done with it."""
    return show(request, visible(request, code), NoteForm())


class NoteForm(forms.Form):
    """What is to be completed."""

    note = forms.CharField(
        label=gettext_lazy("What is to be completed"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def practice_back(request: HttpRequest, code: str) -> HttpResponse:
    """Send it back to its authors with a note."""
    found, form = visible(request, code), NoteForm(request.POST)
    if done(form, lambda values: operations.send_back(found.pk, values["note"], by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("The practice is with its authors again."))
        return redirect("office:practices")
    return show(request, found, form)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def practice_act(request: HttpRequest, code: str) -> HttpResponse:
    """Publish, retain, or take off the shelf."""
    found, what = visible(request, code), request.POST.get("act", "")
    if what not in ACTS:
        raise Http404
    changed = ACTS[what](found.pk, by=request.user)
    messages.success(request, SAID[what])
    return redirect("office:practice", changed.code)


def visible(request: HttpRequest, code: str) -> Practice:
    """A practice of one of the reader's committees. Raises Http404."""
    rows = Practice.objects.visible_to(request.user).filter(committee__in=committees(request))  # type: ignore[arg-type]
    rows = rows.select_related("organisation", "committee", "contact", "corrects", "submitted_by")
    return get_object_or_404(rows.prefetch_related("texts", "domains", "services"), code=code)


def committees(request: HttpRequest) -> list[Organisation]:
    """Those for whose programme the reader works."""
    return request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]


def show(request: HttpRequest, found: Practice, form: NoteForm) -> HttpResponse:
    person: Any = request.user
    context = writing.shown(found, person) | {"may": acts(person, found), "form": form}
    context["told"] = [line for line in context["told"] if line[0].name]
    context["adoptions"], context["others"] = queries.public_adoptions(found)
    return page(request, "office/practice.html", context)


def acts(person: Any, found: Practice) -> dict[str, bool]:
    """What this reader may do with a practice as it stands."""
    may = {step: PRACTICE_STEPS.allows(found, step) for step in ("send_back", *ACTS)}
    may["publish"] &= found.corrects_id is None
    may["replace"] &= found.corrects_id is not None
    if not rules.may_review(person, found):
        may |= dict.fromkeys(("send_back", "publish", "replace", "retain"), False)
    writes = rules.may_write(person, found)
    may["write"] = writes and found.state in BEING_WRITTEN
    may["correct"] = writes and found.state in PUBLIC_STATES
    return may | {"other": found.state == PracticeState.PROPOSED and found.submitted_by == person}
