"""Resources in the office: tools, models and documents, prepared by one of the team, read over by another, shared."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.base.languages import native_name
from marelle.framework.models import Domain, text
from marelle.library import rules
from marelle.library.models import Resource, Service
from marelle.library.operations import practices as operations
from marelle.library.operations import resources
from marelle.library.queries import resources as shelf
from marelle.library.states import RESOURCE_STEPS, Audience, ResourceKind, ResourceState
from marelle.mandates.queries.network import framework_in_force
from marelle.web.office.practices import NoteForm, committees
from marelle.web.parts.forms import done, page
from marelle.web.parts.practices import RIGHTS
from marelle.web.parts.tables import Column, Table, answer


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
    domains = forms.ModelMultipleChoiceField(
        Domain.objects.none(), label=gettext_lazy("Domains"), required=False, widget=forms.CheckboxSelectMultiple
    )
    services = forms.ModelMultipleChoiceField(
        Service.objects.order_by("position", "pk"),
        label=gettext_lazy("Services"),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, resource: Resource | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs, initial=self.of(resource) if resource else None)
        offered = Q(framework=framework_in_force())
        if resource:  # what was chosen from an older list stays to be seen
            offered |= Q(pk__in=Resource.domains.through.objects.filter(resource=resource).values("domain"))
        self.fields["domains"].queryset = Domain.objects.filter(offered).order_by("framework", "position", "pk")  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As the operations take them."""
        said = self.cleaned_data
        by_language = {
            field: {code: said[f"{field}_{code}"].strip() for code in ("fr", "en") if said[f"{field}_{code}"].strip()}
            for field in ("name", "summary")
        }
        kept = {field: said[field] for field in ("kind", "audience", "author", "rights")}
        return by_language | kept | {"domains": list(said["domains"]), "services": list(said["services"])}

    @staticmethod
    def of(resource: Resource) -> dict[str, Any]:
        """A resource, as the form shows it."""
        words = {f"name_{code}": resource.name.get(code, "") for code in ("fr", "en")}
        words |= {f"summary_{code}": resource.summary.get(code, "") for code in ("fr", "en")}
        plain = {field: getattr(resource, field) for field in ("kind", "audience", "author", "rights")}
        about = {"domains": list(resource.domains.all()), "services": list(resource.services.all())}
        return words | plain | about


class VersionForm(forms.Form):
    """A file, in one language."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of this file"),
        choices=[(code, native_name(code)) for code in operations.LANGUAGES],
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
    form = ResourceForm(request.POST or None, resource=found)
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
def resource_back(request: HttpRequest, code: str) -> HttpResponse:
    """Give it back with what to complete."""
    found, form = own_resource(request, code), NoteForm(request.POST)
    if done(form, lambda values: resources.send_back_resource(found.pk, values["note"], by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("The resource goes back with your note."))
        return redirect("office:resource", code)
    return show_resource(request, found, note_form=form)


ACTS: dict[str, Any] = {
    "submit": resources.submit_resource,
    "publish": resources.publish_resource,
    "retain": resources.retain_resource,
    "retire": resources.retire_resource,
}
READ_OVER = ("send_back", "publish", "retain")


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def resource_act(request: HttpRequest, code: str) -> HttpResponse:
    """Propose it, publish it, retain it, or take it off the shelf."""
    found = own_resource(request, code)
    if request.POST.get("act") not in ACTS:
        raise Http404
    ACTS[request.POST["act"]](found.pk, by=request.user)
    messages.success(request, _("Saved."))
    return redirect("office:resource", code)


def own_resource(request: HttpRequest, code: str) -> Resource:
    """A resource of one of the reader's committees. Raises Http404."""
    rows = Resource.objects.visible_to(request.user).filter(committee__in=committees(request))  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("committee", "submitted_by"), code=code)


def show_resource(
    request: HttpRequest, found: Resource, *, form: Any = None, file_form: Any = None, note_form: Any = None
) -> HttpResponse:
    """One resource, and what this reader may do with it."""
    person: Any = request.user
    may = {step: RESOURCE_STEPS.allows(found, step) for step in (*ACTS, "send_back")}
    if not rules.may_read_over(person, found):
        may |= dict.fromkeys(READ_OVER, False)
    context = {
        "resource": found,
        "form": form or ResourceForm(resource=found),
        "file_form": file_form or VersionForm(),
        "note_form": note_form or NoteForm(),
        "files": [(kept, native_name(kept.language)) for kept in shelf.files_of(found)],
        "may": may,
        "is_for_another": found.state == ResourceState.PROPOSED and found.submitted_by == person,
        "is_over": found.state == ResourceState.RETIRED,
    }
    return page(request, "office/resource.html", context)
