"""The national gathering in the workspace: the answer to its invitation, who is sent, what each chooses, what is signed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.accounts import rules as accounts
from marelle.accounts.doors import member
from marelle.accounts.models import Organisation
from marelle.accounts.proof import has_fresh_proof, require_fresh_proof
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Declaration, DeclarationSignature, Event, Invitation, Registration
from marelle.events.operations import gatherings, invitations
from marelle.events.operations.declarations import sign_declaration
from marelle.events.operations.registrations import Coming
from marelle.events.queries import gatherings as queries
from marelle.events.queries import meetings as webinars
from marelle.events.states import EventKind
from marelle.framework.models import text
from marelle.web.city.space import Space, enter, page
from marelle.web.parts.forms import done

AT_ONCE = 4  # people in one showing of the form
ACTS = {"annuler": gatherings.cancel_for, "prendre": gatherings.accept_for}


class PersonForm(forms.Form):
    """One person of the delegation; all blank: nobody."""

    name = forms.CharField(label=gettext_lazy("First name and last name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), help_text=gettext_lazy("Their own page, without a password, is sent there.")
    )
    function = forms.CharField(label=gettext_lazy("Function"), max_length=120, required=False)
    dietary = forms.CharField(label=gettext_lazy("For meals"), max_length=300, required=False)
    access = forms.CharField(
        label=gettext_lazy("To take part in comfort"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("A ramp, a seat in front, an interpreter… Erased 15 days after the gathering."),
    )


class ConfirmForm(forms.Form):
    """Nothing but a press; it carries what the operation refuses."""


class SignForm(forms.Form):
    """The signature of a declaration: the text one has read."""

    read = forms.BooleanField(label=gettext_lazy("I have read this text, and I sign it for my organisation"))
    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)


People = forms.formset_factory(PersonForm, extra=AT_ONCE, max_num=AT_ONCE)


@door(member)
@require_safe
def meetings(request: HttpRequest, code: str) -> HttpResponse:
    """What the network offers this organisation to meet others: invitations, and the way to each part."""
    space = enter(request)
    run = webinars.run_by(space.person, space.organisation).filter(kind=EventKind.WEBINAR).order_by("-pk")
    invited = list(queries.invited(space.organisation))
    coming = webinars.coming(clock.now(), EventKind.WEBINAR)
    return page(request, "city/meetings.html", space, invitations=invited, webinars=list(run), coming=coming)


@door(member)
@require_safe
def gathering(request: HttpRequest, code: str, event: str) -> HttpResponse:
    """The invitation, the answer, the delegation."""
    space, invitation = _found(request, event)
    return page(request, "city/gathering.html", space, **_context(space, invitation))


@door(member)
@require_POST
@once
def reply(request: HttpRequest, code: str, event: str) -> HttpResponse:
    """Say that the organisation comes, or not."""
    space, invitation = _found(request, event)
    invitations.reply(invitation.pk, request.POST.get("reply", ""), by=space.person)
    messages.success(request, _("Your answer is recorded. You may change it while registration is open."))
    return redirect("city:gathering", code, event)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def delegation(request: HttpRequest, code: str, event: str) -> HttpResponse:
    """Register up to four people in one form."""
    space, invitation = _found(request, event)
    people, form = People(request.POST or None, prefix="people"), ConfirmForm(request.POST or None)
    if people.is_bound and people.is_valid() and done(form, lambda values: _send(space, invitation, people)):
        messages.success(request, _("Your delegation is registered: each person receives the link to their own page."))
        return redirect("city:gathering", code, event)
    context = {"people": people, "form": form, "event": invitation.event}
    return page(request, "city/gathering_delegation.html", space, status=422 if people.is_bound else 200, **context)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def choices(request: HttpRequest, code: str, event: str, place: str) -> HttpResponse:
    """What one person of the delegation chooses, hour by hour."""
    space, invitation = _found(request, event)
    registration = _place(space, invitation, place)
    form = ConfirmForm(request.POST or None)
    if done(form, lambda values: _choose(request, registration, space)):
        messages.success(request, _("The choice is recorded."))
        return redirect("city:gathering_choices", code, event, place)
    context = _choices(registration, invitation.event) | {"form": form}
    return page(request, "city/gathering_choices.html", space, status=422 if form.errors else 200, **context)


@door(member)
@require_POST
@once
def act(request: HttpRequest, code: str, event: str, place: str, verb: str) -> HttpResponse:
    """Give a place back, or take the one that is offered."""
    space, invitation = _found(request, event)
    if verb not in ACTS:
        raise Http404
    ACTS[verb](_place(space, invitation, place).pk, by=space.person)
    messages.success(request, _("Done. The person has been told by e-mail."))
    return redirect("city:gathering", code, event)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def declaration(request: HttpRequest, code: str, event: str, declaration: str) -> HttpResponse:
    """Read a declaration, prove again who one is, sign it for the organisation."""
    space, invitation = _found(request, event)
    found = get_object_or_404(queries.declarations_of(invitation.event, opened=True), code=declaration)
    if request.method == "POST":
        require_fresh_proof(request)
    form = SignForm(request.POST or None, initial={"fingerprint": found.fingerprint})
    if done(form, lambda values: _sign(found, space, values)):
        messages.success(request, _("You have signed. Thank you."))
        return redirect("city:gathering", code, event)
    context = _to_sign(request, space, found) | {"form": form, "event": invitation.event}
    return page(request, "city/gathering_declaration.html", space, status=422 if form.errors else 200, **context)


def _to_sign(request: HttpRequest, space: Space, found: Declaration) -> dict[str, Any]:
    return {
        "declaration": found,
        "words": text(found.text),
        "fresh": has_fresh_proof(request),
        "may_sign": accounts.may_sign_for(space.person, space.organisation),
        "signed": found.signatures.filter(organisation=space.organisation).select_related("signed_by").first(),
    }


def _sign(found: Declaration, space: Space, values: dict[str, Any]) -> None:
    sign_declaration(found.pk, space.organisation, fingerprint_seen=values["fingerprint"], by=space.person)


def _send(space: Space, invitation: Invitation, people: Any) -> None:
    named = [values for values in people.cleaned_data if values]
    language = (get_language() or "fr")[:2]
    coming = [Coming(organisation=space.organisation, language=language, **values) for values in named]
    gatherings.send_delegation(invitation.event_id, space.organisation, coming, by=space.person)


def _choose(request: HttpRequest, registration: Registration, space: Space) -> None:
    item = get_object_or_404(registration.occurrence.event.items, code=request.POST.get("item", ""))
    gatherings.choose_for(registration.pk, item.code, by=space.person)


def _choices(registration: Registration, event: Event) -> dict[str, Any]:
    """The programme, each item with its places and whether this person chose it."""
    return {"registration": registration, "event": event, "days": queries.programme_of(registration).days}


def _context(space: Space, invitation: Invitation) -> dict[str, Any]:
    event, organisation = invitation.event, space.organisation
    sent = queries.delegation_of(event, organisation)
    people = queries.delegates(sent) if sent else []
    everyone = [registration for delegate in people for registration in (delegate.registration, *delegate.choices)]
    positions = queries.waiting_positions(everyone)
    for registration in everyone:
        registration.position = positions.get(registration.pk)  # type: ignore[attr-defined]
    return {
        "invitation": invitation,
        "event": event,
        "occurrence": queries.occurrence_of(event),
        "people": people,
        "is_open": queries.is_open(event, clock.now()) and event.state == "published",
        "declarations": _declarations(event, organisation),
    }


def _declarations(event: Event, organisation: Organisation) -> list[Declaration]:
    """The texts open for signature, each saying whether this organisation has signed."""
    found = list(queries.declarations_of(event, opened=True))
    signed = set(DeclarationSignature.objects.filter(organisation=organisation).values_list("declaration", flat=True))
    for declaration in found:
        declaration.is_signed = declaration.pk in signed  # type: ignore[attr-defined]
    return found


def _place(space: Space, invitation: Invitation, code: str) -> Registration:
    rows = Registration.objects.filter(
        delegation__organisation=space.organisation, occurrence__event=invitation.event_id
    )
    return get_object_or_404(rows.select_related("participant", "occurrence__event", "item"), code=code)


def _found(request: HttpRequest, event: str) -> tuple[Space, Invitation]:
    space = enter(request)
    return space, get_object_or_404(queries.invited(space.organisation), event__code=event)
