"""What somebody of the city says of the programme: proposed to the committee, withdrawn, consent taken back."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.base.files import MAX_BYTES
from marelle.base.idempotency import once
from marelle.mandates.models import Mandate, Testimony
from marelle.mandates.operations import contacts
from marelle.mandates.operations import testimonies as operations
from marelle.mandates.queries import testimonies as queries
from marelle.mandates.queries.contacts import steps_of_city
from marelle.mandates.states import MEMBER_STATES, TestimonyState
from marelle.web.city.space import Space, enter
from marelle.web.parts import forms as parts
from marelle.web.parts.testimonies import PictureForm, TestimonyForm, picture_of, stands

BEING_WRITTEN = frozenset({TestimonyState.PROPOSED, TestimonyState.RETURNED})


@door(member)
@require_safe
def testimony_list(request: HttpRequest, code: str) -> HttpResponse:
    """The city's own, and what became of each."""
    space = enter(request)
    rows = [(row, queries.said(row)) for row in queries.of_city(space.organisation, space.person)]
    is_member = _mandates(space).exists()
    return _page(request, "city/testimonies.html", space, rows=rows, may_propose=space.may_write and is_member)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def testimony_new(request: HttpRequest, code: str) -> HttpResponse:
    """Propose one."""
    space = enter(request)
    mandate = _mandates(space).order_by("-starts_on", "pk").first()
    if mandate is None:
        raise Http404
    form, picture = _forms(request, None)
    if picture.is_valid() and parts.done(form, lambda typed: _propose(space, mandate, form, picture)):
        messages.success(request, _("Your testimony goes to the committee, which reads it over."))
        return redirect("city:testimonies", code)
    return _page(request, "city/testimony.html", space, form=form, picture=picture, limit=MAX_BYTES)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def testimony(request: HttpRequest, code: str, testimony: str) -> HttpResponse:
    """Read one over; write it otherwise before it is published."""
    space = enter(request)
    found = _found(space, testimony)
    form, picture = _forms(request, found)
    if picture.is_valid() and parts.done(form, lambda typed: _change(request, found, form, picture)):
        messages.success(request, _("What you wrote is saved."))
        return redirect("city:testimonies", code)
    context: dict[str, Any] = {"form": form, "picture": picture, "testimony": found, "limit": MAX_BYTES}
    context |= {"was": TestimonyForm(initial=stands(found), prefix="was"), "told": queries.said(found)}
    context["may_change"] = space.may_write and found.state in BEING_WRITTEN
    return _page(request, "city/testimony.html", space, **context)


@door(member)
@require_POST
@once
def testimony_act(request: HttpRequest, code: str, testimony: str) -> HttpResponse:
    """Withdraw it, or record that consent is taken back."""
    space = enter(request)
    found = _found(space, testimony)
    if "revoke" in request.POST:
        operations.revoke_consent(found.pk, by=space.person)
        messages.success(request, _("It is gone from every page; its words and its picture are erased."))
    else:
        operations.withdraw_testimony(found.pk, by=space.person)
        messages.success(request, _("It is withdrawn."))
    return redirect("city:testimonies", code)


@door(member)
@require_safe
def testimony_picture(request: HttpRequest, code: str, testimony: str) -> FileResponse:
    """Its picture, for its own city."""
    found = _found(enter(request), testimony)
    if found.picture is None:
        raise Http404
    return picture_of(found.picture)


@door(member)
@require_POST
@once
def step_done(request: HttpRequest, code: str, contact: str) -> HttpResponse:
    """Say that what was agreed with the committee is done."""
    space = enter(request)
    found = get_object_or_404(steps_of_city(space.organisation, space.person), code=contact)
    contacts.finish_step(found.pk, by=space.person)
    messages.success(request, _("It is done."))
    return redirect("city:agreement", code)


def _mandates(space: Space) -> QuerySet[Mandate]:
    """The mandates that make the city a member."""
    rows = Mandate.objects.visible_to(space.person).filter(organisation=space.organisation)
    return rows.filter(state__in=sorted(MEMBER_STATES))


def _found(space: Space, code: str) -> Testimony:
    return get_object_or_404(queries.of_city(space.organisation, space.person), code=code)


def _forms(request: HttpRequest, found: Testimony | None) -> tuple[TestimonyForm, PictureForm]:
    typed = request.POST or None
    form = TestimonyForm(typed, initial=stands(found))
    return form, PictureForm(request.POST or {}, request.FILES)


def _propose(space: Space, mandate: Mandate, form: TestimonyForm, picture: PictureForm) -> None:
    given = picture.cleaned_data["picture"]
    operations.propose_testimony(mandate.pk, by=space.person, picture=given, **form.written)


def _change(request: HttpRequest, found: Testimony, form: TestimonyForm, picture: PictureForm) -> None:
    """With what stood on the page when it was opened."""
    was, version = TestimonyForm(request.POST, prefix="was"), request.POST.get("version", "")
    known = was.written if was.is_valid() else {}
    seen = int(version) if version.isdecimal() and len(version) < 10 else 0
    operations.change_testimony(
        found.pk,
        by=request.user,
        version=seen,
        was=known,
        **picture.cleaned_data,
        **form.written,  # type: ignore[arg-type]
    )


def _page(request: HttpRequest, template: str, space: Space, **context: Any) -> HttpResponse:
    return parts.page(request, template, {"space": space, "organisation": space.organisation, **context})
