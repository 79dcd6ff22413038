"""Notes and photos of an action: written, corrected, shown to everyone, taken back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts import files
from marelle.accounts.doors import member
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.files import PICTURES
from marelle.base.idempotency import once
from marelle.plans import notes as queries
from marelle.plans.models import Action, Note
from marelle.plans.operations import notes
from marelle.plans.states import FOLLOWED, PhotoUse
from marelle.web.city.running import action_or_404
from marelle.web.city.space import Space, enter
from marelle.web.parts import forms as parts
from marelle.web.parts.files import attachment

NOBODY = ("", gettext_lazy("It shows nobody who could be recognised"))
ACTS: dict[str, tuple[Callable[..., Note], Any]] = {
    "show": (notes.show_note, gettext_lazy("Everyone may read it now.")),
    "hide": (notes.hide_note, gettext_lazy("It is read inside again.")),
    "withdraw": (notes.withdraw_consent, gettext_lazy("The photo is gone, from every page and from the disk.")),
    "remove": (notes.remove_note, gettext_lazy("The note is removed.")),
}


class NoteForm(forms.Form):
    """A few words, a day, a photo with its rights or none."""

    words = forms.CharField(
        label=gettext_lazy("What happened"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    day = forms.DateField(
        label=gettext_lazy("Which day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"), required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP. Where and when it was taken is removed from the file."),
    )  # fmt: skip
    photo_alt = forms.CharField(
        label=gettext_lazy("What it shows"), max_length=300, required=False,
        help_text=gettext_lazy("For those who do not see it."),
    )  # fmt: skip
    photo_credit = forms.CharField(label=gettext_lazy("Who took it"), max_length=120, required=False)
    photo_use = forms.ChoiceField(
        label=gettext_lazy("The persons it shows agreed to be seen"), required=False, widget=forms.RadioSelect,
        choices=[NOBODY, *PhotoUse.choices],
    )  # fmt: skip
    consent = forms.CharField(
        label=gettext_lazy("How and when they agreed"), max_length=300, required=False,
        help_text=gettext_lazy("“Written agreement of the parents, March 2028”: no name. For a child, both parents and the child."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, auto_id="%s")
        self.fields["photo"].widget.attrs["accept"] = ",".join(f".{kind}" for kind in sorted(PICTURES))


@door(member)
@require_http_methods(["GET", "POST"])
def notes_of(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """The notes of an action, and one more."""
    space = enter(request)
    action = action_or_404(space, part)
    form = NoteForm(request.POST or None, request.FILES or None, initial={"day": clock.today()})
    if parts.done(form, lambda typed: notes.write_note(action.pk, _written(typed, space), by=space.person)):
        messages.success(request, _("Written down. Your own people read it; show it when it is ready."))
        return redirect("city:action_notes", code, part)
    told = queries.of_action(action)
    return parts.page(request, "city/action_notes.html", _context(space, action, form) | {"notes": told})


@door(member)
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, code: str, part: str, note: str) -> HttpResponse:
    """Write a note otherwise."""
    space = enter(request)
    action, found = note_or_404(space, part, note)
    form = NoteForm(request.POST or None, request.FILES or None, initial=vars(found) | {"photo": None})
    if parts.done(form, lambda typed: notes.correct_note(found.pk, _written(typed, space), by=space.person)):
        messages.success(request, _("Corrected: what it said is kept below it."))
        return redirect("city:action_notes", code, part)
    return parts.page(request, "city/action_note.html", _context(space, action, form) | {"note": found})


@door(member)
@require_POST
@once
def note_act(request: HttpRequest, code: str, part: str, note: str) -> HttpResponse:
    """Show a note, keep it inside, take its photo or itself away."""
    space = enter(request)
    _action, found = note_or_404(space, part, note)
    if request.POST.get("act") not in ACTS:
        raise BadData(_("This page does not know that step. Open it again."))
    act, said = ACTS[request.POST["act"]]
    act(found.pk, by=space.person)
    messages.success(request, said)
    return redirect("city:action_notes", code, part)


@door(member)
@require_GET
def note_photo(request: HttpRequest, code: str, part: str, note: str) -> FileResponse:
    """The photo of a note, for the town's own people."""
    _action, found = note_or_404(enter(request), part, note)
    if found.photo is None or found.photo.removed_at:
        raise Http404
    return attachment(found.photo)


def note_or_404(space: Space, part: str, note: str) -> tuple[Action, Note]:
    """A note of an action of the organisation's plans, as it stands. Raises Http404."""
    action = action_or_404(space, part)
    rows = Note.objects.filter(action=action, replaced_at=None, removed_at=None).select_related("photo")
    return action, get_object_or_404(rows, code=note)


def _context(space: Space, action: Action, form: NoteForm) -> dict[str, Any]:
    may_write = space.may_write and action.objective.plan.state in FOLLOWED
    return {"action": action, "form": form, "may_note": may_write, "space": space, "organisation": space.organisation}


def _written(typed: dict[str, Any], space: Space) -> notes.Written:
    upload = typed.pop("photo")
    photo = files.take(upload, organisation=space.organisation, by=space.person) if upload else None
    return notes.Written(photo=photo, **typed)
