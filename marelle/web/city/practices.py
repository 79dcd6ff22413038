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
from marelle.base import clock
from marelle.base.doors import door, signed_in
from marelle.base.idempotency import once
from marelle.framework.queries import domains_of
from marelle.library.figures import next_result, results_due
from marelle.library.models import Adoption, Practice
from marelle.library.operations import adoptions
from marelle.library.operations import practices as operations
from marelle.library.queries import practices as queries
from marelle.library.states import ADOPTION_STEPS, BEING_WRITTEN, Outcome
from marelle.plans.models import Plan
from marelle.plans.queries import bones
from marelle.web.city.space import Space, enter, page
from marelle.web.parts import practice_editor as writing
from marelle.web.parts.forms import FileForm
from marelle.web.parts.saving import Outcome as Saved
from marelle.web.parts.saving import answer_one


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
    return clock.day_of(adoption.adopted_at)


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
    saved = writing.save(request, found, space.person)
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
    return answer_one(request, writing.saver(found, space.person), title=_("a field of the practice"), back=back)


@door(member)
@require_POST
def describe(request: HttpRequest, code: str, practice: str) -> HttpResponse:
    """What it is about: domains, services, languages its people answer in."""
    space = enter(request)
    writing.describe(request, own_or_404(space, practice), space.person)
    messages.success(request, _("Saved."))
    return redirect("city:practice", code, practice)


@door(member)
@require_POST
@once
def act(request: HttpRequest, code: str, practice: str) -> HttpResponse:
    """Propose it, tell it in one more language, agree to be asked or take that back, take a file off, correct it."""
    space = enter(request)
    found, what = own_or_404(space, practice), request.POST.get("act", "")
    next_one, fault = writing.attempt(what, found, request.POST.get("value", ""), space.person)
    if fault:
        return show(request, space, found, Saved(faults={"submit": fault}))
    said = {"submit": _("Your practice is proposed: the programme team will read it."), "agree": _("Thank you.")}
    messages.success(request, said.get(what, _("Saved.")))
    return redirect("city:practice", code, next_one.code)


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
    return show(request, space, found, Saved(), file_form=form)


def own_or_404(space: Space, code: str) -> Practice:
    """A practice this organisation tells. Raises Http404."""
    rows = Practice.objects.visible_to(space.person).filter(organisation=space.organisation)
    rows = rows.select_related("organisation", "contact", "committee", "corrects")
    return get_object_or_404(rows.prefetch_related("texts"), code=code)


def show(request: HttpRequest, space: Space, found: Practice, saved: Saved, *, file_form: Any = None) -> HttpResponse:
    """The editor, or the sheet once it has been proposed."""
    context = writing.shown(found, space.person)
    context["may_be_asked"] = accounts.belongs_to(space.person, space.organisation)
    if found.state not in BEING_WRITTEN or not space.may_write:
        return page(request, "city/practice_read.html", space, **context)
    context |= writing.editor(found, saved, file_form) | {"ways": ways(found)}
    return page(request, "city/practice_edit.html", space, status=writing.status(saved, file_form), **context)


def ways(found: Practice) -> dict[str, str]:
    """Where the forms of the editor go."""
    names = {"page": "", "field": "_field", "subject": "_describe", "act": "_act", "file": "_attach"}
    place = [found.organisation.code, found.code]
    return {key: reverse(f"city:practice{name}", args=place) for key, name in names.items()}


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
    found = queries.sheet(practice, "texts", "domains")
    plan = queries.plan_for(space.organisation, space.person)
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
    held = Adoption.objects.visible_to(space.person).filter(organisation=space.organisation, practice=found)
    return {
        "practice": found,
        "words": queries.words_of(found),
        "plan": plan,
        "domains": [part for part in bones(plan, domains_of(plan.framework)) if part.objectives] if plan else [],
        "already": held.exclude(state="dropped").order_by("-adopted_at", "-pk").first(),
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
