"""The office tells a practice itself, for a city or for an organisation abroad; somebody else of the team reads it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import OrganisationKind
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.operations.meetings import add_organisation_abroad
from marelle.library import rules
from marelle.library.models import Practice
from marelle.library.operations import practices as operations
from marelle.library.states import BEING_WRITTEN
from marelle.web.office.practices import committees, visible
from marelle.web.parts import practice_editor as writing
from marelle.web.parts.forms import CountryField, FileForm, done, page
from marelle.web.parts.saving import Outcome as Saved
from marelle.web.parts.saving import answer_one


class ForWhomForm(forms.Form):
    """Whose practice it is: somebody the committee looks after, or a city abroad met for the first time."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Whose practice it is"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("A city abroad, named below"),
    )
    abroad = forms.CharField(label=gettext_lazy("Its name, abroad"), max_length=200, required=False)
    country = CountryField(label=gettext_lazy("Its country"), required=False)
    name = forms.CharField(label=gettext_lazy("The name of the practice, in a few words"), max_length=200)

    def __init__(self, committee: Organisation, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = Organisation.objects.looked_after_by([committee]).order_by("folded_name", "pk")
        self.fields["organisation"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two is said."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("organisation") and not (said.get("abroad") and said.get("country")):
            raise ValidationError(_("Choose an organisation, or give the name and the country of a city abroad."))
        return said


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def practice_new(request: HttpRequest) -> HttpResponse:
    """Say whose practice it is, and its name."""
    house, made = committees(request)[0], []
    form = ForWhomForm(house, request.POST or None)
    if done(form, lambda values: made.append(begun(request, house, values))):
        messages.success(request, _("The practice is begun: those who write for this organisation have been told."))
        return redirect("office:practice_write", made[0].code)
    return page(request, "office/practice_new.html", {"form": form})


def begun(request: HttpRequest, house: Organisation, said: dict[str, Any]) -> Practice:
    """A draft in the name of the organisation chosen, or of the city abroad that was named."""
    person: Any = request.user
    town = said["organisation"]
    if town is None:
        kind, country = OrganisationKind.COMMUNE, said["country"].upper()
        town = add_organisation_abroad(
            by=person, committee=house, name=said["abroad"], country=country, kind=kind, lon=None, lat=None
        )
    return operations.draft(town, by=person, committee=house, name=said["name"])


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def practice_write(request: HttpRequest, code: str) -> HttpResponse:
    """Write it: every field in one press, then what the buttons say."""
    found, what = written_or_404(request, code), request.POST.get("act", "")
    if request.method != "POST":
        return show(request, found, Saved())
    if what == "attach":
        return attach(request, found)
    if what:
        return act(request, found, what)
    saved = writing.save(request, found, request.user)  # type: ignore[arg-type]
    if saved.conflicts or saved.faults:
        return show(request, found, saved)
    return told(request, found)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
def practice_field(request: HttpRequest, code: str) -> HttpResponse:
    """Save one field while it is written."""
    found = written_or_404(request, code)
    back = reverse("office:practice_write", args=[code])
    save = writing.saver(found, request.user)  # type: ignore[arg-type]
    return answer_one(request, save, title=_("a field of the practice"), back=back)


def act(request: HttpRequest, found: Practice, what: str) -> HttpResponse:
    """Sort it, propose it, tell it in one more language, take a file off, correct it, leave a correction."""
    person: Any = request.user
    if what == "describe":
        writing.describe(request, found, person)
        return told(request, found)
    if what not in ("submit", "language", "detach", "correct", "give_up"):
        raise Http404
    next_one = writing.do(what, found, request.POST.get("value", ""), person) or found
    return told(request, next_one)


def attach(request: HttpRequest, found: Practice) -> HttpResponse:
    """Join a file."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, found, Saved(), form)
    operations.attach(found.pk, form.cleaned_data["file"], by=request.user)  # type: ignore[arg-type]
    return told(request, found)


def told(request: HttpRequest, found: Practice) -> HttpResponse:
    """Where one goes on: the editor while it is written, else the sheet."""
    found.refresh_from_db()
    messages.success(request, _("Saved."))
    name = "office:practice_write" if found.state in BEING_WRITTEN else "office:practice"
    return redirect(name, found.code)


def written_or_404(request: HttpRequest, code: str) -> Practice:
    """A practice that the committee tells itself. Raises Http404."""
    found = visible(request, code)
    if not rules.may_write(request.user, found):  # type: ignore[arg-type]
        raise Http404
    return found


def show(request: HttpRequest, found: Practice, saved: Saved, file_form: Any = None) -> HttpResponse:
    """The editor; the sheet, once it has been proposed."""
    if found.state not in BEING_WRITTEN:
        return redirect("office:practice", found.code)
    here, field = (reverse(f"office:practice_{name}", args=[found.code]) for name in ("write", "field"))
    context = writing.shown(found, request.user) | writing.editor(found, saved, file_form)  # type: ignore[arg-type]
    context["ways"] = {"page": here, "subject": here, "act": here, "file": here, "field": field}
    answer = page(request, "office/practice_write.html", context)
    answer.status_code = writing.status(saved, file_form)
    return answer
