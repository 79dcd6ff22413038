"""The researchers' file in the office: what is asked for, two persons who agree, the analyst who takes it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from marelle.accounts.doors import analyst, programme_team
from marelle.accounts.models import Person
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations import rules
from marelle.consultations.models import Consultation, ResearchRequest
from marelle.consultations.operations import research
from marelle.consultations.queries import published
from marelle.consultations.queries import research as queries
from marelle.consultations.states import ConsultationState, ResearchState
from marelle.consultations.telling import result_of
from marelle.web.office.consultation_running import governed
from marelle.web.office.consultations import own
from marelle.web.parts.files import attachment
from marelle.web.parts.forms import done, page

LIVING = (ResearchState.AGREED, ResearchState.READY)  # what may be called off


class RequestForm(forms.Form):
    """What a researcher asks for, as their signed undertaking says it."""

    analyst = forms.ChoiceField(
        label=gettext_lazy("Researcher"),
        help_text=gettext_lazy("Invited first, on the page of the team, as an analyst of the committee."),
    )
    institution = forms.CharField(label=gettext_lazy("Institution"), max_length=200)
    purpose = forms.CharField(
        label=gettext_lazy("What the file is for"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    undertaking = forms.FileField(
        label=gettext_lazy("Undertaking, signed"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    public_key = forms.CharField(
        label=gettext_lazy("Public key of the researcher"),
        max_length=80,
        help_text=gettext_lazy("It begins with age1. The private key never leaves the researcher’s computer."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Questions wanted"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Those the purpose needs, and no other."),
    )

    def __init__(self, found: Consultation, *args: Any):
        super().__init__(*args)
        read = published.edition(found.code)
        self.people = {person.code: person for person in queries.analysts(found)}
        known = queries.questions(read) if read else []
        self.fields["analyst"].choices = [(code, str(person)) for code, person in self.people.items()]  # type: ignore[attr-defined]
        self.fields["questions"].choices = [(each.name, result_of(each, "", []).title) for each in known]  # type: ignore[attr-defined]

    @property
    def asked(self) -> research.Asked:
        """What was typed, for the operation."""
        data = self.cleaned_data
        person = self.people[data["analyst"]]
        return research.Asked(person, data["institution"], data["purpose"], data["questions"], data["public_key"])


# The programme team --------------------------------------------------------------------------------------------------
@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def requests(request: HttpRequest, edition: str) -> HttpResponse:
    """The requests of an edition; write one down."""
    found, by = own(request, edition), request.user
    form = RequestForm(found, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if done(form, lambda data: research.ask(found.pk, form.asked, data["undertaking"], by=by)):  # type: ignore[arg-type]
        messages.success(request, _("The request is written down: two programme administrators agree, or not."))
        return redirect("office:consultation_research", edition)
    return page(request, "office/consultation_research.html", _context(found) | {"form": form})


def _context(found: Consultation) -> dict[str, Any]:
    return {
        "consultation": found,
        "tab": "research",
        "requests": queries.of_edition(found),
        "analysts": queries.analysts(found),
        "is_public": found.state == ConsultationState.PUBLISHED,
        "over": research.sentence(research.GONE) if found.state == ConsultationState.PURGED else "",
    }


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def one(request: HttpRequest, edition: str, asked: str) -> HttpResponse:
    """One request: agree, confirm as the second person, decline, destroy the file before its day is over."""
    found = governed(request, edition)
    chosen, act = _chosen(found, asked), request.POST.get("act", "")
    if act in ACTS:
        operation, told = ACTS[act]
        operation(chosen.pk, by=request.user)
        messages.success(request, str(told))
        return redirect("office:consultation_research_request", edition, asked)
    return page(request, "office/consultation_research_request.html", _told(request.user, found, chosen))  # type: ignore[arg-type]


ACTS: dict[str, Any] = {
    "agree": (research.agree, gettext_lazy("You agreed: another programme administrator confirms, or not.")),
    "confirm": (research.confirm, gettext_lazy("It is agreed: the file is written, sealed, and its analyst told.")),
    "decline": (research.decline, gettext_lazy("It is declined: nothing was written.")),
    "end": (research.end, gettext_lazy("The file is destroyed.")),
}


def _chosen(found: Consultation, code: str) -> ResearchRequest:
    rows = found.research_requests.select_related("consultation__committee", "analyst", "undertaking", "asked_by")
    return get_object_or_404(rows, code=code)


def _told(by: Person, found: Consultation, chosen: ResearchRequest) -> dict[str, Any]:
    read = published.edition(found.code)
    titles = {each.name: result_of(each, "", []).title for each in queries.questions(read)} if read else {}
    return {
        "consultation": found,
        "tab": "research",
        "chosen": chosen,
        "questions": [titles.get(name, name) for name in chosen.questions],
        "before": [
            (each.ready_at, [titles.get(name, name) for name in each.questions]) for each in queries.before(chosen)
        ],
        "waiting": queries.waiting_act(chosen) if chosen.state == ResearchState.ASKED else None,
        "is_asked": chosen.state == ResearchState.ASKED and found.state == ConsultationState.PUBLISHED,
        "may_agree": rules.may_agree_on(by, chosen),
        "may_end": chosen.state in LIVING and rules.may_open(by, found),
        "why": research.sentence(chosen.why),
    }


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def undertaking(request: HttpRequest, edition: str, asked: str) -> FileResponse:
    """The undertaking, as it was signed."""
    return attachment(_chosen(own(request, edition), asked).undertaking)


# The analyst ---------------------------------------------------------------------------------------------------------
@door(analyst)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
def files(request: HttpRequest) -> HttpResponse | FileResponse:
    """The files somebody is named for; take one. Each time is written in the journal."""
    found = queries.of_analyst(request.user)  # type: ignore[arg-type]
    if request.method == "POST":
        return _sealed(request, found)
    lines = [
        {"request": each, "is_there": queries.is_there(each, clock.now()), "why": research.sentence(each.why)}
        for each in found
    ]
    return page(request, "office/research_files.html", {"lines": lines})


def _sealed(request: HttpRequest, found: list[ResearchRequest]) -> FileResponse:
    """Raises Http404 for a file somebody else is named for, WrongState for one that is no longer there."""
    chosen = next((each for each in found if each.code == request.POST.get("request")), None)
    if chosen is None:
        raise Http404
    place = research.take(chosen.pk, by=request.user)  # type: ignore[arg-type]
    name = f"consultation-{chosen.consultation.code}-recherche.zip.age"
    return FileResponse(place.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")
