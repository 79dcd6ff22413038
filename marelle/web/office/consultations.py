"""The consultation in the office: its editions, one edition, preparing it, changing it, making it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations.models import Consultation
from marelle.consultations.operations import authoring, editions
from marelle.consultations.queries import authoring as queries
from marelle.consultations.states import BEING_WRITTEN
from marelle.web.office.consultation_forms import EditionForm
from marelle.web.parts.forms import done, page


@door(programme_team)
@require_GET
def edition_list(request: HttpRequest) -> HttpResponse:
    """The editions of one's committees, the newest first."""
    return render(request, "office/consultations.html", {"editions": queries.of_team(request.user)})  # type: ignore[arg-type]


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """One edition: its window, where its questionnaire stands, what comes next."""
    found = own(request, edition)
    version = authoring.latest(found)
    context = {"consultation": found, "version": version, "counts": queries.counts(found), "tab": "edition"}
    return render(request, "office/consultation.html", context | {"is_written": found.state in BEING_WRITTEN})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def new_edition(request: HttpRequest) -> HttpResponse:
    """Prepare an edition."""
    form = EditionForm(request.user.committees_as(PROGRAMME_TEAM), request.POST or None)  # type: ignore[union-attr]
    if done(form, lambda data: _draft(request, form)):
        messages.success(request, _("The edition is prepared: nobody outside the team sees it yet."))
        return redirect("office:consultation", form.cleaned_data["code"])
    return page(request, "office/consultation_form.html", {"form": form, "act": "new"})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def change_edition(request: HttpRequest, edition: str) -> HttpResponse:
    """Change its window, its themes; once open, put its end off."""
    found = own(request, edition)
    form = EditionForm([found.committee], request.POST or None, consultation=found, initial=EditionForm.of(found))
    if done(form, lambda data: editions.change_edition(found.pk, form.edition(), by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("The edition is saved."))
        return redirect("office:consultation", edition)
    return page(request, "office/consultation_form.html", {"form": form, "act": "change", "consultation": found})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def clone_edition(request: HttpRequest, edition: str) -> HttpResponse:
    """Make another edition from this one: its questionnaire, its recordings, its pictures."""
    found = own(request, edition)
    form = EditionForm([found.committee], request.POST or None)
    if done(form, lambda data: _clone(request, form, found)):
        messages.success(request, _("The edition is made: its questionnaire is a draft."))
        return redirect("office:consultation", form.cleaned_data["code"])
    return page(request, "office/consultation_form.html", {"form": form, "act": "clone", "consultation": found})


@door(programme_team)
@require_POST
@asks(acting=FRESH)
@once
def begin_pilot(request: HttpRequest, edition: str) -> HttpResponse:
    """The rehearsal begins."""
    editions.begin_pilot(own(request, edition).pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The rehearsal has begun."))
    return redirect("office:consultation", edition)


def own(request: HttpRequest, code: str) -> Consultation:
    """An edition of one's committees. Raises Http404."""
    return get_object_or_404(queries.of_team(request.user).select_related("committee"), code=code)  # type: ignore[arg-type]


def _draft(request: HttpRequest, form: EditionForm) -> Consultation:
    data = form.cleaned_data
    by, is_pilot = request.user, data["is_pilot"]
    return editions.draft_edition(form.for_committee, data["code"], form.edition(), by=by, is_pilot=is_pilot)  # type: ignore[arg-type]


def _clone(request: HttpRequest, form: EditionForm, source: Consultation) -> Consultation:
    data = form.cleaned_data
    by, is_pilot = request.user, data["is_pilot"]
    return editions.clone_edition(source.pk, data["code"], form.edition(), by=by, is_pilot=is_pilot)  # type: ignore[arg-type]
