"""The consultation in the workspace: registering to relay it, groups of children, their codes, counts and nothing else."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.accounts.doors import member
from marelle.base import clock, qr_codes
from marelle.base.doors import door
from marelle.base.files import MEDIA_TYPES
from marelle.base.idempotency import once
from marelle.base.languages import language_name
from marelle.consultations import codes, documents, rules
from marelle.consultations.letters import partners as letters
from marelle.consultations.models import Consultation, Partner, Sitting
from marelle.consultations.operations import partners as operations
from marelle.consultations.operations import sittings
from marelle.consultations.operations.partners import TAKES_PARTNERS, Relay
from marelle.consultations.queries import access, monitoring, shown
from marelle.consultations.states import BEING_WRITTEN, RELAYS, SITTING_STEPS, ConsultationState, SiteKind
from marelle.web.city.space import Space, enter, page
from marelle.web.parts.forms import done
from marelle.web.parts.sittings import PLACES, GroupForm, group_of

ACTS = ("prepare", "begin", "raise", "close", "reopen", "cancel")
SAID = {
    "prepare": gettext_lazy("The code is ready: it opens at the hour you chose."),
    "begin": gettext_lazy("The group has begun."),
    "raise": gettext_lazy("Five more children are expected."),
    "close": gettext_lazy("The group is closed, its code erased."),
    "reopen": gettext_lazy("The group is open again, with another code."),
    "cancel": gettext_lazy("The group is called off."),
}


class RegisterForm(forms.Form):
    """Whom the programme team writes to."""

    kind = forms.ChoiceField(label=gettext_lazy("Where children answer, above all"), choices=PLACES)
    contact_name = forms.CharField(label=gettext_lazy("Person we may write to"), max_length=120)
    contact_email = forms.EmailField(label=gettext_lazy("E-mail"))


class PlannedForm(GroupForm):
    """The same group, now or on a day to come."""

    day = forms.SplitDateTimeField(
        label=gettext_lazy("When"), required=False,
        widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"}, date_format="%Y-%m-%d", time_format="%H:%M"),
    )  # fmt: skip


@door(member)
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """How to read what children are asked, once it is frozen: for officers of the town."""
    enter(request)
    edition = shown.shown_to_all()
    asked = shown.asked_in(edition) if edition else None
    if edition is None or asked is None:
        raise Http404
    response = HttpResponse(documents.officers_guide(edition, asked), content_type=MEDIA_TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="guide-de-lecture-{edition.code}.xlsx"'
    return response


@door(member)
@require_http_methods(["GET", "POST"])
@once
def consultation(request: HttpRequest, code: str) -> HttpResponse:
    """The edition of the day: register, or its groups and their counts."""
    space, edition = enter(request), shown.shown_to_all()
    partner = _partner(space, edition)
    form = RegisterForm(request.POST or None, initial=_known(space), auto_id="%s") if edition and not partner else None
    if form and done(form, lambda typed: _register(space, edition, typed)):
        messages.success(request, _("Registered. The programme team reads it, and answers by letter."))
        return redirect("city:consultation", code)
    status = 422 if form and form.errors else 200
    may_relay = rules.may_relay_for(space.person, space.organisation)
    context = {"edition": edition, "partner": partner, "form": form, "may_relay": may_relay, "now": clock.now()}
    context["has_guide"] = bool(edition and edition.state not in BEING_WRITTEN)
    context["takes_partners"] = bool(edition and edition.state in TAKES_PARTNERS)
    return page(request, "city/consultation.html", space, status=status, **context, **_groups(partner))


def _groups(partner: Partner | None) -> dict[str, Any]:
    """The groups, their counts, the link for who holds one."""
    if partner is None:
        return {}
    told = {"groups": monitoring.groups_of(partner), "told": monitoring.of_partner(partner)}
    relays = partner.state in RELAYS
    is_open = partner.consultation.state == ConsultationState.OPEN
    return told | {"relays": relays, "opens": relays and is_open, "opening": letters.opening_address(partner)}


def _partner(space: Space, edition: Consultation | None) -> Partner | None:
    mine = Partner.objects.visible_to(space.person).filter(organisation=space.organisation, consultation=edition)
    return mine.select_related("consultation__committee", "organisation", "territory").first() if edition else None


def _known(space: Space) -> dict[str, Any]:
    return {"contact_name": space.person.name, "contact_email": space.person.email, "kind": SiteKind.LEISURE}


def _register(space: Space, edition: Consultation | None, typed: dict[str, Any]) -> None:
    territory = space.organisation.territory
    if edition is None or territory is None:
        raise Http404
    relay = Relay(space.organisation.name, territory=territory, language=(get_language() or "fr")[:2], **typed)
    operations.register(edition.pk, space.organisation, relay, by=space.person)


def _partner_or_404(space: Space) -> Partner:
    partner = _partner(space, shown.shown_to_all())
    if partner is None:
        raise Http404
    return partner


@door(member)
@require_POST
@once
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the partner's link anew."""
    partner = _partner_or_404(enter(request))
    operations.draw_link(partner.pk, by=request.user)
    messages.success(request, _("The link is renewed: the one before has stopped working."))
    return redirect("city:consultation", code)


# Groups --------------------------------------------------------------------------------------------------------------
@door(member)
@require_http_methods(["GET", "POST"])
@once
def sitting_new(request: HttpRequest, code: str) -> HttpResponse:
    """Open a group now, or plan it for a day to come."""
    space, made = enter(request), []
    partner = _partner_or_404(space)
    form = PlannedForm(partner, request.POST or None, language_names=language_name)
    if done(form, lambda typed: made.append(_made(space, partner, typed))):
        return redirect("city:sitting", code, made[0].code)
    return page(request, "city/sitting_new.html", space, status=422 if form.errors else 200, form=form, partner=partner)


def _made(space: Space, partner: Partner, typed: dict[str, Any]) -> Sitting:
    site = sittings.add_site(partner.pk, typed["where"], by=space.person)
    day: datetime | None = typed["day"]
    if day:
        return sittings.plan_sitting(site.pk, group_of(typed), day, by=space.person)
    return sittings.open_now(site.pk, group_of(typed), by=space.person)[0]


@door(member)
@require_safe
def sitting(request: HttpRequest, code: str, sitting: str) -> HttpResponse:
    """One group: its code for who holds it, its page for the room, its counts."""
    space = enter(request)
    found = _sitting_or_404(space, sitting)
    may_hold = rules.may_hold(space.person, found)
    opened = access.unseal(found) if may_hold else None
    context: dict[str, Any] = {"sitting": found, "may_hold": may_hold, "now": clock.now(), "opened": opened}
    if opened:
        context |= {"shown": codes.shown(opened.code), "qr_code": qr_codes.shown(letters.child_address(opened))}
    context["steps"] = {step.name for step in SITTING_STEPS if SITTING_STEPS.allows(found, step.name)}
    context["parts"] = monitoring.parts_of(found)
    answer = page(request, "city/sitting.html", space, **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@door(member)
@require_POST
@once
def sitting_act(request: HttpRequest, code: str, sitting: str) -> HttpResponse:
    """Draw the code, begin, raise the number, close, open again, call off."""
    space, act = enter(request), request.POST.get("act", "")
    found = _sitting_or_404(space, sitting)
    if act not in ACTS:
        raise Http404
    _take(act, found, space)
    messages.success(request, SAID[act])
    return redirect("city:sitting", code, sitting)


def _take(act: str, found: Sitting, space: Space) -> None:
    by = space.person
    if act == "raise":
        sittings.raise_head_count(found.pk, min((found.head_count or 0) + 5, sittings.MOST_CHILDREN), by=by)
    elif act == "reopen":
        sittings.reopen(found.pk, sittings.AGAIN, by=by)
    else:
        plain = {
            "prepare": sittings.prepare,
            "begin": sittings.begin,
            "close": sittings.close,
            "cancel": sittings.cancel,
        }
        plain[act](found.pk, by=by)


@door(member)
@require_safe
def poster(request: HttpRequest, code: str, sitting: str) -> HttpResponse:
    """The code and its square, to hang on a wall."""
    space = enter(request)
    found = _sitting_or_404(space, sitting)
    opened = access.unseal(found) if rules.may_hold(space.person, found) else None
    if opened is None:
        raise Http404
    drawn = documents.poster(found, opened.code, (get_language() or "fr")[:2])
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="affiche.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _sittings(space: Space) -> QuerySet[Sitting]:
    mine = Sitting.objects.visible_to(space.person).filter(site__partner__organisation=space.organisation)
    related = ("site__partner__organisation", "consultation__committee", "site__partner__consultation__committee")
    return mine.select_related(*related).annotate(came=monitoring.received())


def _sitting_or_404(space: Space, code: str) -> Sitting:
    return get_object_or_404(_sittings(space), code=code)
