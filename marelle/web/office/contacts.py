"""What was said with a city, and what follows: written by whoever spoke; who of the team follows a mandate."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Person
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.queries import people_of
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Contact, Mandate
from marelle.mandates.operations import contacts as operations
from marelle.mandates.queries.contacts import chronology
from marelle.mandates.queries.milestones import milestones_of
from marelle.mandates.states import ContactKind
from marelle.web.parts.forms import done, page

DAY = {"type": "date"}
CITY = "ville"  # who takes the next step


class ContactForm(forms.Form):
    """A visit, a call, a message, a meeting; and what follows."""

    kind = forms.ChoiceField(label=gettext_lazy("What it was"), choices=ContactKind.choices)
    on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    with_whom = forms.CharField(label=gettext_lazy("With whom"), max_length=200, required=False)
    said = forms.CharField(
        label=gettext_lazy("What was said"),
        widget=forms.Textarea({"rows": 5}),
        max_length=5000,
        required=False,
        help_text=gettext_lazy("For the programme team alone."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary for the city"), widget=forms.Textarea({"rows": 3}), max_length=2000, required=False
    )
    is_shared = forms.BooleanField(label=gettext_lazy("Share this summary with the city"), required=False)
    next_step = forms.CharField(label=gettext_lazy("Next step agreed"), max_length=300, required=False)
    next_who = forms.ChoiceField(label=gettext_lazy("By whom"), required=False)
    next_on = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(DAY, format="%Y-%m-%d"), required=False
    )

    def __init__(self, *args: Any, team: list[Person], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.team = {person.code: person for person in team}
        named = [(person.code, person.name) for person in team]
        self.fields["next_who"].choices = [("", _("nobody")), (CITY, _("the city")), *named]

    @property
    def written(self) -> dict[str, Any]:
        """As the operation takes it."""
        typed = dict(self.cleaned_data)
        who = typed.pop("next_who")
        return typed | {"next_is_city": who == CITY, "next_by": self.team.get(who)}


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def new_contact(request: HttpRequest, code: str) -> HttpResponse:
    """Note what was said."""
    mandate = mandate_or_404(request, code)
    form = _form(request, mandate, {"on": clock.today(), "kind": request.GET.get("genre", ContactKind.CALL)})
    if done(form, lambda typed: operations.record_contact(mandate.pk, by=request.user, **form.written)):  # type: ignore[arg-type]
        messages.success(request, _("It is noted."))
        return redirect("office:mandate", code)
    return page(request, "office/contact.html", {"mandate": mandate, "form": form})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def contact(request: HttpRequest, code: str, contact: str) -> HttpResponse:
    """Correct a note; what a colleague changed meanwhile is not lost."""
    mandate = mandate_or_404(request, code)
    found = contact_or_404(request, mandate, contact)
    form = _form(request, mandate, _stands(found))
    if done(form, lambda typed: _change(request, mandate, found, form)):
        messages.success(request, _("What you wrote is saved."))
        return redirect("office:mandate", code)
    was = ContactForm(initial=_stands(found), prefix="was", team=_team(mandate))
    return page(request, "office/contact.html", {"mandate": mandate, "form": form, "was": was, "contact": found})


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def step_done(request: HttpRequest, code: str, contact: str) -> HttpResponse:
    """Say that the step agreed is done, or that it is not after all."""
    found, takes_back = contact_or_404(request, mandate_or_404(request, code), contact), "back" in request.POST
    act = operations.take_step_up_again if takes_back else operations.finish_step
    act(found.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("It is to be done again.") if takes_back else _("It is done."))
    return redirect("office:mandate", code)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def officer(request: HttpRequest, code: str) -> HttpResponse:
    """Say who of the team follows this mandate."""
    mandate = mandate_or_404(request, code)
    named = {person.code: person for person in _team(mandate)}.get(request.POST.get("officer", ""))
    operations.name_officer(mandate.pk, named, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("It is noted."))
    return redirect("office:mandate", code)


def shown(request: HttpRequest, mandate: Mandate) -> dict[str, Any]:
    """What the page of a mandate shows to whoever follows it."""
    return {
        "mandate": mandate,
        "before": getattr(mandate, "renews", None),
        "milestones": milestones(mandate),
        "events": chronology(mandate, request.user),  # type: ignore[arg-type]
        "team": _team(mandate),
        "may_move": rules.may_move_mandate(request.user, mandate),  # type: ignore[arg-type]
        "kinds": ContactKind.choices,
    }


def milestones(mandate: Mandate) -> list[dict[str, Any]]:
    """The mandate line as the office reads it: where each report stands, and its page."""
    today = clock.today()
    return [
        {
            "name": found.name,
            "on": found.on,
            "done": found.is_done,
            "is_past": found.on < today,
            "word": found.word,
            "url": reverse("office:report", args=[found.report.code]) if found.report else "",
        }
        for found in milestones_of([mandate], today)[mandate.pk]
    ]


def mandate_or_404(request: HttpRequest, code: str) -> Mandate:
    """The mandate of an agreement, for whoever follows it. Raises Http404."""
    rows = Mandate.objects.visible_to(request.user)  # type: ignore[arg-type]
    related = ("agreement__application__call__committee", "agreement__application__organisation")
    followed = ("renewed_by__agreement", "renews__agreement")
    found = get_object_or_404(
        rows.select_related("organisation", "track", "officer", *related, *followed), agreement__code=code
    )
    if not rules.may_follow(request.user, found):  # type: ignore[arg-type]
        raise Http404
    return found


def contact_or_404(request: HttpRequest, mandate: Mandate, code: str) -> Contact:
    """An exchange about that mandate. Raises Http404."""
    rows = Contact.objects.visible_to(request.user).filter(mandate=mandate)  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("next_by"), code=code)


def _team(mandate: Mandate) -> list[Person]:
    return people_of([mandate.agreement.application.call.committee], PROGRAMME_TEAM)


def _form(request: HttpRequest, mandate: Mandate, initial: dict[str, Any]) -> ContactForm:
    return ContactForm(request.POST or None, initial=initial, team=_team(mandate))


def _stands(found: Contact) -> dict[str, Any]:
    who = CITY if found.next_is_city else found.next_by.code if found.next_by else ""
    plain = ("kind", "on", "with_whom", "said", "summary", "is_shared", "next_step", "next_on")
    return {name: getattr(found, name) for name in plain} | {"next_who": who}


def _change(request: HttpRequest, mandate: Mandate, found: Contact, form: ContactForm) -> None:
    """With what stood on the page when it was opened."""
    was, version = ContactForm(request.POST, prefix="was", team=_team(mandate)), request.POST.get("version", "")
    known = was.written if was.is_valid() else {}
    seen = int(version) if version.isdecimal() and len(version) < 10 else 0
    operations.change_contact(found.pk, by=request.user, version=seen, was=known, **form.written)  # type: ignore[arg-type]
