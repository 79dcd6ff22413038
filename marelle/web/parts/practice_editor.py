"""A practice being written: its forms, its acts, what is shown of it. The same for the town that tells it and for the office."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base import origins
from marelle.base.errors import BadData
from marelle.base.files import EXTENSIONS, MAX_BYTES
from marelle.base.languages import native_name
from marelle.framework.models import Domain
from marelle.library.models import Practice, Service
from marelle.library.operations import corrections
from marelle.library.operations import practices as operations
from marelle.library.queries import corrections as past
from marelle.library.queries import practices as queries
from marelle.library.states import PUBLIC_STATES, EvidenceLevel
from marelle.mandates.queries.network import framework_in_force
from marelle.web.parts.forms import FileForm, TypedForm
from marelle.web.parts.practices import FIELDS, RIGHTS, answers, told_changes
from marelle.web.parts.saving import Outcome as Saved
from marelle.web.parts.saving import save_typed

KINDS = ", ".join(sorted({kind.upper() for kind in EXTENSIONS.values()}))
SPOKEN = ("fr", "en", "de", "es", "it", "ar", "pt", "nl")  # languages one may say one's people answer in


def save(request: HttpRequest, found: Practice, by: Person) -> Saved:
    """Save every field that was changed on the page."""
    names = [name for name in request.POST if f"was:{name}" in request.POST]
    return save_typed(request, names, saver(found, by))


def saver(found: Practice, by: Person) -> Callable[..., Any]:
    """How a field of this practice is saved."""

    def keep(name: str, value: str, *, was: str, version: int) -> Any:
        return operations.save_field(found.pk, name, value, was=was, version=version, by=by)

    return keep


def describe(request: HttpRequest, found: Practice, by: Person) -> None:
    """What it is about: domains, services, languages its people answer in."""
    sent = request.POST
    about = {name: sent.getlist(field) for name, field in (("domains", "domain"), ("services", "service"))}
    operations.describe(found.pk, **about, languages=sent.getlist("language"), by=by)


def do(what: str, found: Practice, value: str, by: Person) -> Practice | None:
    """The act a button names; the practice to go to, when it is another one. Raises Http404 for what it does not know."""
    acts: dict[str, Callable[[], Any]] = {
        "submit": lambda: operations.submit(found.pk, by=by),
        "language": lambda: operations.add_language(found.pk, value, by=by),
        "agree": lambda: operations.agree_to_be_asked(found.pk, by=by),
        "stop": lambda: operations.stop_being_asked(found.pk, by=by),
        "detach": lambda: operations.detach(found.pk, value, by=by),
        "correct": lambda: corrections.correct(found.pk, by=by),
        "give_up": lambda: corrections.give_up(found.pk, by=by),
    }
    if what not in acts:
        raise Http404
    made = acts[what]()
    return made if what in ("correct", "give_up") else None


# ----------------------------------------------------------------------------------------------------------- what is shown
def shown(found: Practice, reader: Person) -> dict[str, Any]:
    """A practice as whoever works on it reads it."""
    return {
        "practice": found,
        "words": queries.words_of(found),
        "told": [(text, native_name(text.language), answers(text)) for text in _in_order(found)],
        "files": found.files.filter(removed_at=None).order_by("label", "pk"),
        "strip": origins.strip_for(operations.reference(found), reader),
        "is_public": found.state in PUBLIC_STATES,
        "changes": told_changes(past.changes(found)),
        "in_hand": past.in_hand(found) if found.state in PUBLIC_STATES else None,
        "history": past.history(found),
    }


def attempt(what: str, found: Practice, value: str, person: Person) -> tuple[Practice, str]:
    """The same, and the sentence of what it lacks when it is not done."""
    try:
        return do(what, found, value, person) or found, ""
    except BadData as error:
        return found, error.sentence


def editor(found: Practice, saved: Saved, file_form: Any = None) -> dict[str, Any]:
    """The forms of a practice being written, and what was refused of what was typed."""
    languages = [text.language for text in found.texts.all()]
    framework = framework_in_force()
    return {
        "forms": [(native_name(text.language), text.language, text_form(text, saved)) for text in _in_order(found)],
        "about": about_form(found, saved),
        "untold": [(code, native_name(code)) for code in operations.LANGUAGES if code not in languages],
        "domains": chosen_first(Domain.objects.filter(framework=framework).order_by("position"), found.domains.all()),
        "services": chosen_first(Service.objects.order_by("position", "pk"), found.services.all()),
        "spoken": [(code, native_name(code), code in found.languages) for code in SPOKEN],
        "missing": operations.unfinished(found),
        "file_form": file_form or FileForm(),
        "kinds": KINDS,
        "limit": MAX_BYTES,
        "conflicts": [(name, _("a field of the practice"), conflict) for name, conflict in saved.conflicts],
        "faults": [(name, "", fault) for name, fault in saved.faults.items()],
    }


def status(saved: Saved, file_form: Any = None) -> int:
    """What the page answers."""
    refused = bool(saved.faults) or bool(file_form is not None and file_form.errors)
    return 409 if saved.conflicts else 422 if refused else 200


def chosen_first(offered: Any, chosen: Any) -> list[tuple[Any, bool]]:
    """What is offered, and whether it is chosen; what was chosen from an older list stays to be seen."""
    held = {one.pk for one in chosen}
    rows = list(offered)
    rows += [one for one in chosen if one.pk not in {row.pk for row in rows}]
    return [(row, row.pk in held) for row in rows]


def text_form(text: Any, saved: Saved) -> TypedForm:
    """What is told in one language, question by question."""
    stored = {f"{text.language}.{name}": getattr(text, name) for name in operations.TEXTS}
    fields = {}
    for name, limit in operations.TEXTS.items():
        title, hint = FIELDS[name]
        attrs: dict[str, Any] = {"lang": text.language}
        widget = forms.TextInput(attrs) if limit <= 200 else forms.Textarea({**attrs, "rows": 3, "maxlength": limit})
        fields[f"{text.language}.{name}"] = forms.CharField(
            label=title, help_text=hint, max_length=limit, required=name in operations.ASKED, widget=widget
        )
    return _typed_form(fields, stored, saved)


def about_form(found: Practice, saved: Saved) -> TypedForm:
    """Evidence, cost, rights; of a correction, what it changes."""
    cost = "" if found.cost_eur is None else str(found.cost_eur)
    stored = {"about.evidence_level": found.evidence_level, "about.cost_eur": cost, "about.rights": found.rights}
    fields: dict[str, forms.Field] = {
        "about.evidence_level": forms.ChoiceField(
            label=_("How sure is one of the effect?"), choices=EvidenceLevel.choices
        ),
        "about.cost_eur": forms.CharField(
            label=_("Cost of the first year, in euros"),
            required=False,
            help_text=_("Whole euros. Leave blank if unknown."),
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        ),
        "about.rights": forms.ChoiceField(label=_("Under which terms may it be copied?"), choices=RIGHTS),
    }
    if found.corrects_id:
        stored["about.what_changed"] = found.what_changed
        fields["about.what_changed"] = forms.CharField(
            label=_("What changes, in a sentence"),
            help_text=_("Shown on the public page, with its date."),
            max_length=operations.LONGEST_CHANGE,
        )
    return _typed_form(fields, stored, saved)


def _typed_form(fields: Any, stored: dict[str, str], saved: Saved) -> TypedForm:
    mine = {name: words for name, words in saved.typed.items() if name in stored}
    return TypedForm(fields, {**stored, **mine}, saved.faults, was=stored)


def _in_order(found: Practice) -> list[Any]:
    """Its own language first."""
    return sorted(found.texts.all(), key=lambda text: (text.language != found.language, text.language))
