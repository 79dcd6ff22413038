"""Practices and resources in the office: what is proposed is read, published, retained; what the committee shares is kept."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import origins
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.framework.models import text
from marelle.library.models import Practice, Resource, Service
from marelle.library.operations import practices as operations
from marelle.library.operations import resources
from marelle.library.queries import practices as queries
from marelle.library.queries import resources as shelf
from marelle.library.states import PRACTICE_STEPS, RESOURCE_STEPS, Audience, PracticeState, ResourceKind, ResourceState
from marelle.web.parts.forms import done, page
from marelle.web.parts.practices import RIGHTS, answers, language_name
from marelle.web.parts.tables import Column, Table, answer

ACTS: dict[str, Any] = {
    "publish": operations.publish,
    "retain": operations.retain,
    "retire": operations.retire,
}
SAID = {
    "publish": gettext_lazy("The practice is published."),
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
    states = [(value, word) for value, word in PracticeState.choices if value != PracticeState.DRAFT]
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
    ACTS[what](found.pk, by=request.user)
    messages.success(request, SAID[what])
    return redirect("office:practice", code)


def visible(request: HttpRequest, code: str) -> Practice:
    rows = Practice.objects.visible_to(request.user).filter(committee__in=committees(request))  # type: ignore[arg-type]
    return get_object_or_404(
        rows.select_related("organisation").prefetch_related("texts", "domains", "services"), code=code
    )


def committees(request: HttpRequest) -> list[Organisation]:
    """Those for whose programme the reader works."""
    return request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]


def show(request: HttpRequest, found: Practice, form: NoteForm) -> HttpResponse:
    told = sorted(found.texts.all(), key=lambda words: (words.language != found.language, words.language))
    named, others = queries.public_adoptions(found)
    context = {
        "practice": found,
        "words": queries.words_of(found),
        "told": [(words, language_name(words.language), answers(words)) for words in told if words.name],
        "files": list(found.files.filter(removed_at=None).order_by("label", "pk")),
        "may": {step: PRACTICE_STEPS.allows(found, step) for step in ("send_back", *ACTS)},
        "adoptions": named,
        "others": others,
        "strip": origins.strip_for(operations.reference(found), request.user),
        "form": form,
    }
    return page(request, "office/practice.html", context)


# ------------------------------------------------------------------------------------------------------------- resources
class ResourceForm(forms.Form):
    """What is said of a resource, in the languages of the house."""

    name_fr = forms.CharField(label=gettext_lazy("Name, in French"), max_length=200, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name, in English"), max_length=200, required=False)
    summary_fr = forms.CharField(
        label=gettext_lazy("What it is for, in French"),
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    summary_en = forms.CharField(
        label=gettext_lazy("What it is for, in English"),
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ResourceKind.choices)
    audience = forms.ChoiceField(label=gettext_lazy("For whom"), choices=Audience.choices)
    author = forms.CharField(
        label=gettext_lazy("Author"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A body, never a person’s name."),
    )
    rights = forms.ChoiceField(label=gettext_lazy("Under which terms may it be copied?"), choices=RIGHTS)
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = Service.objects.order_by("position", "pk")
        self.fields["services"].choices = [(service.code, str(service)) for service in offered]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As the operations take them."""
        said = self.cleaned_data
        by_language = {
            field: {code: said[f"{field}_{code}"].strip() for code in ("fr", "en") if said[f"{field}_{code}"].strip()}
            for field in ("name", "summary")
        }
        kept = {field: said[field] for field in ("kind", "audience", "author", "rights")}
        return by_language | kept | {"services": list(Service.objects.filter(code__in=said["services"]))}

    @staticmethod
    def of(resource: Resource) -> dict[str, Any]:
        """A resource, as the form shows it."""
        words = {f"name_{code}": resource.name.get(code, "") for code in ("fr", "en")}
        words |= {f"summary_{code}": resource.summary.get(code, "") for code in ("fr", "en")}
        plain = {field: getattr(resource, field) for field in ("kind", "audience", "author", "rights")}
        return words | plain | {"services": list(resource.services.values_list("code", flat=True))}


class VersionForm(forms.Form):
    """A file, in one language."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of this file"),
        choices=[(code, language_name(code)) for code in operations.LANGUAGES],
    )
    file = forms.FileField(label=gettext_lazy("File to join"))


@door(programme_team)
@require_GET
def resource_list(request: HttpRequest) -> HttpResponse:
    """What one's committees share: drafts first."""
    return answer(request, "office/resources.html", resource_table(request))


def resource_table(request: HttpRequest) -> Table:
    """The committees' own shelf as a list."""
    return Table(
        request,
        name="ressources",
        caption=_("Resources"),
        columns=[
            Column("nom", _("Name"), lambda row: text(row.name), address=lambda row: f"{request.path}/{row.code}"),
            Column("genre", _("Kind"), lambda row: str(row.get_kind_display()), order="kind"),
            Column(
                "etat",
                _("State"),
                lambda row: row.state,
                kind="state",
                order="state",
                shown=lambda row: row.get_state_display(),
            ),
            Column("publication", _("Published"), lambda row: row.published_at, order="published_at"),
        ],
        rows=shelf.of_team(request.user),  # type: ignore[arg-type]
        empty=_("Nothing is shared yet."),
    )


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def new_resource(request: HttpRequest) -> HttpResponse:
    """Prepare a resource."""
    form, made = ResourceForm(request.POST or None), []
    house = committees(request)[0]
    if done(form, lambda values: made.append(resources.draft_resource(house, by=request.user, **form.values()))):  # type: ignore[arg-type]
        messages.success(request, _("The resource is saved as a draft: join its files."))
        return redirect("office:resource", made[0].code)
    return page(request, "office/resource_form.html", {"form": form})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """One resource: its words, its files, publishing."""
    found = own_resource(request, code)
    form = ResourceForm(request.POST or None, initial=ResourceForm.of(found))
    if done(form, lambda values: resources.change_resource(found.pk, by=request.user, **form.values())):  # type: ignore[arg-type]
        messages.success(request, _("Saved."))
        return redirect("office:resource", code)
    return show_resource(request, found, form=form)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def resource_file(request: HttpRequest, code: str) -> HttpResponse:
    """Join a version in one language."""
    found, form = own_resource(request, code), VersionForm(request.POST, request.FILES)
    if done(form, lambda values: resources.add_file(found.pk, values["file"], values["language"], by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("The file is joined."))
        return redirect("office:resource", code)
    return show_resource(request, found, file_form=form)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def resource_act(request: HttpRequest, code: str) -> HttpResponse:
    """Publish it, or take it off the shelf."""
    found = own_resource(request, code)
    acts = {"publish": resources.publish_resource, "retire": resources.retire_resource}
    if request.POST.get("act") not in acts:
        raise Http404
    acts[request.POST["act"]](found.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Saved."))
    return redirect("office:resource", code)


def own_resource(request: HttpRequest, code: str) -> Resource:
    rows = Resource.objects.visible_to(request.user).filter(committee__in=committees(request))  # type: ignore[arg-type]
    return get_object_or_404(rows, code=code)


def show_resource(request: HttpRequest, found: Resource, *, form: Any = None, file_form: Any = None) -> HttpResponse:
    context = {
        "resource": found,
        "form": form or ResourceForm(initial=ResourceForm.of(found)),
        "file_form": file_form or VersionForm(),
        "files": [(kept, language_name(kept.language)) for kept in shelf.files_of(found)],
        "may": {step: RESOURCE_STEPS.allows(found, step) for step in ("publish", "retire")},
        "is_over": found.state == ResourceState.RETIRED,
    }
    return page(request, "office/resource.html", context)
