"""Practices in the workspace: telling one's own, taking others' over, saying what it gave."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts import rules as accounts
from marelle.accounts.doors import member
from marelle.base import clock, origins
from marelle.base.doors import door, signed_in
from marelle.base.files import EXTENSIONS, MAX_BYTES
from marelle.base.idempotency import once
from marelle.framework.models import Domain
from marelle.library.figures import next_result, results_due
from marelle.library.models import Adoption, Practice, Service
from marelle.library.operations import adoptions
from marelle.library.operations import practices as operations
from marelle.library.queries import practices as queries
from marelle.library.states import ADOPTION_STEPS, BEING_WRITTEN, PUBLIC_STATES, EvidenceLevel, Outcome
from marelle.mandates.queries.network import framework_in_force
from marelle.plans.models import Plan
from marelle.plans.queries import outline
from marelle.web.city.forms import FileForm, TypedForm
from marelle.web.city.space import Space, enter, page
from marelle.web.parts.practices import FIELDS, RIGHTS, answers, language_name
from marelle.web.parts.saving import Outcome as Saved
from marelle.web.parts.saving import answer_one, save_typed

KINDS = ", ".join(sorted({kind.upper() for kind in EXTENSIONS.values()}))
SPOKEN = ("fr", "en", "de", "es", "it", "ar", "pt", "nl")  # languages one may say one's people answer in


# ------------------------------------------------------------------------------------------------------------ the ledger
@door(member)
@require_GET
def practices(request: HttpRequest, code: str) -> HttpResponse:
    """One's own practices, what others made of them, what one took over."""
    space = enter(request)
    context = {
        "own": queries.with_words(queries.own(space.organisation, space.person)),
        "made_of_ours": told(queries.made_of_ours(space.organisation, space.person)),
        "taken_over": told(queries.taken_over(space.organisation, space.person)),
    }
    return page(request, "city/practices.html", space, **context)


def told(rows: list[Adoption]) -> list[dict[str, Any]]:
    """Each line of the ledger, with the day its next result is asked for."""
    return [
        {
            "adoption": row,
            "words": queries.words_of(row.practice),
            "next": next_result(day(row), given(row), clock.today()),
        }
        for row in rows
    ]


def day(adoption: Adoption) -> Any:
    return adoption.adopted_at.astimezone(clock.PARIS).date()


def given(adoption: Adoption) -> set[int]:
    return {result.after_months for result in adoption.results.all()}


# --------------------------------------------------------------------------------------------------------------- writing
@door(member)
@require_POST
@once
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin to tell a practice."""
    space = enter(request)
    made = operations.draft(space.organisation, by=space.person, name=request.POST.get("name", ""))
    return redirect("city:practice", code, made.code)


@door(member)
@require_http_methods(["GET", "POST"])
def practice(request: HttpRequest, code: str, practice: str) -> HttpResponse:
    """A practice of the organisation: written while it may be, read afterwards."""
    space = enter(request)
    found = own_or_404(space, practice)
    if request.method != "POST":
        return show(request, space, found, Saved())
    names = [name for name in request.POST if f"was:{name}" in request.POST]
    saved = save_typed(request, names, saver(found, space))
    if saved.conflicts or saved.faults:
        return show(request, space, found, saved)
    messages.success(request, _("Saved."))
    return redirect("city:practice", code, practice)


@door(member)
@require_POST
def field(request: HttpRequest, code: str, practice: str) -> HttpResponse:
    """Save one field while it is written."""
    space = enter(request)
    found = own_or_404(space, practice)
    back = reverse("city:practice", args=[code, practice])
    return answer_one(request, saver(found, space), title=_("a field of the practice"), back=back)


@door(member)
@require_POST
def describe(request: HttpRequest, code: str, practice: str) -> HttpResponse:
    """What it is about: domains, services, languages its people answer in."""
    space = enter(request)
    found, sent = own_or_404(space, practice), request.POST
    operations.describe(
        found.pk,
        domains=sent.getlist("domain"),
        services=sent.getlist("service"),
        languages=sent.getlist("language"),
        by=space.person,
    )
    messages.success(request, _("Saved."))
    return redirect("city:practice", code, practice)


@door(member)
@require_POST
@once
def act(request: HttpRequest, code: str, practice: str) -> HttpResponse:
    """Propose it, tell it in one more language, agree to be asked or take that back, take a file off."""
    space = enter(request)
    found, what = own_or_404(space, practice), request.POST.get("act", "")
    do(what, found, request.POST.get("value", ""), space)
    said = {"submit": _("Your practice is proposed: the programme team will read it."), "agree": _("Thank you.")}
    messages.success(request, said.get(what, _("Saved.")))
    return redirect("city:practice", code, practice)


def do(what: str, found: Practice, value: str, space: Space) -> None:
    """The act a button names. Raises Http404 for what it does not know."""
    acts = {
        "submit": lambda: operations.submit(found.pk, by=space.person),
        "language": lambda: operations.add_language(found.pk, value, by=space.person),
        "agree": lambda: operations.agree_to_be_asked(found.pk, by=space.person),
        "stop": lambda: operations.stop_being_asked(found.pk, by=space.person),
        "detach": lambda: operations.detach(found.pk, value, by=space.person),
    }
    if what not in acts:
        raise Http404
    acts[what]()


@door(member)
@require_POST
@once
def attach(request: HttpRequest, code: str, practice: str) -> HttpResponse:
    """Join a file."""
    space = enter(request)
    found = own_or_404(space, practice)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        operations.attach(found.pk, form.cleaned_data["file"], by=space.person)
        messages.success(request, _("The file is joined."))
        return redirect("city:practice", code, practice)
    return show(request, space, found, Saved(), file_form=form, status=422)


def own_or_404(space: Space, code: str) -> Practice:
    """A practice this organisation tells. Raises Http404."""
    rows = Practice.objects.visible_to(space.person).filter(organisation=space.organisation)
    return get_object_or_404(rows.select_related("organisation", "contact").prefetch_related("texts"), code=code)


def saver(found: Practice, space: Space) -> Any:
    """How a field of this practice is saved."""

    def save(name: str, value: str, *, was: str, version: int) -> Any:
        return operations.save_field(found.pk, name, value, was=was, version=version, by=space.person)

    return save


def show(
    request: HttpRequest, space: Space, found: Practice, saved: Saved, *, file_form: Any = None, status: int = 0
) -> HttpResponse:
    """The editor, or the sheet once it has been proposed."""
    writing = found.state in BEING_WRITTEN and space.may_write
    context: dict[str, Any] = {
        "practice": found,
        "words": queries.words_of(found),
        "told": [
            (text, language_name(text.language), answers(text))
            for text in sorted(found.texts.all(), key=lambda text: (text.language != found.language, text.language))
        ],
        "files": found.files.filter(removed_at=None).order_by("label", "pk"),
        "strip": origins.strip_for(operations.reference(found), space.person),
        "is_public": found.state in PUBLIC_STATES,
        "may_be_asked": accounts.belongs_to(space.person, space.organisation),
    }
    if not writing:
        return page(request, "city/practice_read.html", space, **context)
    context |= editor(found, saved) | {"file_form": file_form or FileForm(), "kinds": KINDS, "limit": MAX_BYTES}
    context["conflicts"] = [(name, _("a field of the practice"), conflict) for name, conflict in saved.conflicts]
    context["faults"] = [(name, "", fault) for name, fault in saved.faults.items()]
    status = status or (409 if saved.conflicts else 422 if saved.faults else 200)
    return page(request, "city/practice_edit.html", space, status=status, **context)


def editor(found: Practice, saved: Saved) -> dict[str, Any]:
    """The forms of a practice being written."""
    languages = [text.language for text in found.texts.all()]
    framework = framework_in_force()
    return {
        "forms": [
            (language_name(text.language), text.language, text_form(text, saved))
            for text in sorted(found.texts.all(), key=lambda text: (text.language != found.language, text.language))
        ],
        "about": about_form(found, saved),
        "untold": [(code, language_name(code)) for code in operations.LANGUAGES if code not in languages],
        "domains": chosen_first(Domain.objects.filter(framework=framework).order_by("position"), found.domains.all()),
        "services": chosen_first(Service.objects.order_by("position", "pk"), found.services.all()),
        "spoken": [(code, language_name(code), code in found.languages) for code in SPOKEN],
        "missing": operations.unfinished(found),
    }


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
    return typed_form(fields, stored, saved)


def about_form(found: Practice, saved: Saved) -> TypedForm:
    """Evidence, cost, rights."""
    cost = "" if found.cost_eur is None else str(found.cost_eur)
    stored = {"about.evidence_level": found.evidence_level, "about.cost_eur": cost, "about.rights": found.rights}
    fields = {
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
    return typed_form(fields, stored, saved)


def typed_form(fields: Any, stored: dict[str, str], saved: Saved) -> TypedForm:
    mine = {name: words for name, words in saved.typed.items() if name in stored}
    return TypedForm(fields, {**stored, **mine}, saved.faults, was=stored)


# ------------------------------------------------------------------------------------------------------------ taking over
@door(signed_in)
@require_GET
def which_space(request: HttpRequest, practice: str) -> HttpResponse:
    """From the public sheet: to the workspace of whoever reads, a choice when they have several."""
    person: Any = request.user
    own = {m.organisation_id: m.organisation for m in person.living_memberships}
    places = [organisation for organisation in own.values() if accounts.may_write(person, organisation)]
    if queries.sheet(practice) is None:
        raise Http404
    if len(places) == 1:
        return redirect("city:take_over", places[0].code, practice)
    return render(request, "city/practice_which_space.html", {"practice": practice, "places": places})


@door(member)
@require_http_methods(["GET", "POST"])
@once
def take_over(request: HttpRequest, code: str, practice: str) -> HttpResponse:
    """Choose the objective the practice goes to: one press, and the plan holds one action more."""
    space = enter(request)
    found, plan = queries.sheet(practice), queries.plan_for(space.organisation, space.person)
    if found is None or (plan is None and request.method == "POST"):
        raise Http404
    if request.method != "POST" or plan is None:
        return page(request, "city/practice_take_over.html", space, **offered(space, found, plan))
    objective = request.POST.get("objective", "")
    made = adoptions.take_over(found.pk, space.organisation, plan.pk, objective, by=space.person)
    messages.success(request, _("“%(name)s” is in your plan.") % {"name": queries.words_of(found).name})
    return redirect("city:adoption", code, made.code)


def offered(space: Space, found: Practice, plan: Plan | None) -> dict[str, Any]:
    """The objectives it may go under, or why it may not."""
    held = queries.taken_over(space.organisation, space.person)
    return {
        "practice": found,
        "words": queries.words_of(found),
        "plan": plan,
        "domains": [part for part in outline(plan, covered=False) if part.objectives] if plan else [],
        "already": next((row for row in held if row.practice_id == found.pk and row.state != "dropped"), None),
        "is_ours": found.organisation_id == space.organisation.pk,
        "close": {domain.slug for domain in found.domains.all()},
    }


class ResultForm(forms.Form):
    """What it gave."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What does it give here?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("In a few words"),
        required=False,
        max_length=adoptions.LONGEST_WORDS,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Shown on the public page of the practice once your plan runs: name no child."),
    )


@door(member)
@require_http_methods(["GET", "POST"])
@once
def adoption(request: HttpRequest, code: str, adoption: str) -> HttpResponse:
    """A practice taken over: what was changed, what it gave after 6 and 12 months, why it was given up."""
    space = enter(request)
    rows = Adoption.objects.visible_to(space.person).filter(organisation=space.organisation)
    rows = rows.select_related("practice__organisation", "action__objective").prefetch_related("results")
    found = get_object_or_404(rows, code=adoption)
    due = results_due(day(found), given(found), clock.today())
    form = ResultForm(request.POST if request.POST.get("act") == "result" else None)
    if request.method == "POST" and follow(request, space, found, due, form):
        messages.success(request, _("Saved."))
        return redirect("city:adoption", code, adoption)
    status = 422 if form.errors else 200
    return page(request, "city/adoption.html", space, status=status, form=form, **story(space, found, due))


def story(space: Space, found: Adoption, due: list[int]) -> dict[str, Any]:
    """What became of it so far, and what may be said today."""
    return {
        "adoption": found,
        "words": queries.words_of(found.practice),
        "results": sorted(found.results.all(), key=lambda result: result.after_months),
        "due": due[-1] if due and ADOPTION_STEPS.allows(found, "give_result") else None,
        "next": next_result(day(found), given(found), clock.today()),
        "may_adapt": space.may_write and ADOPTION_STEPS.allows(found, "adapt"),
        "may_drop": space.may_write and ADOPTION_STEPS.allows(found, "drop"),
    }


def follow(request: HttpRequest, space: Space, found: Adoption, due: list[int], form: ResultForm) -> bool:
    """Do what the page was sent for; False when its form is to be shown again. Raises Http404 for what it does not know."""
    what, words = request.POST.get("act", ""), request.POST.get("words", "")
    if what == "adapt":
        adoptions.adapt(found.pk, words, by=space.person)
    elif what == "drop":
        adoptions.drop(found.pk, words, by=space.person)
    elif what == "result":
        if not form.is_valid():
            return False
        months = due[-1] if due else 0
        said = form.cleaned_data
        adoptions.give_result(found.pk, months, said["outcome"], said["words"], by=space.person)
    else:
        raise Http404
    return True
