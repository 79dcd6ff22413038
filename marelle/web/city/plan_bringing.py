"""The plan a city already has: pasted or given as a file, then confirmed line by line."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import member
from marelle.accounts.rules import require
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.idempotency import once
from marelle.base.lines import MAX_BYTES
from marelle.framework.models import Domain
from marelle.framework.queries import domains_of
from marelle.mandates.models import Application
from marelle.mandates.queries import applications as queries
from marelle.plans.models import BroughtText, Plan
from marelle.plans.operations import bringing
from marelle.plans.rules import may_write_plan
from marelle.web.city.space import Space, application_or_404, enter, page
from marelle.web.parts.forms import done
from marelle.web.parts.saving import Save, answer_one, save_typed

PER_PAGE = 100  # lines: each is a choice to make
FILES = ".docx,.odt,.txt,.xlsx,.ods,.csv"


class BringForm(forms.Form):
    """A file, or a text that was pasted."""

    file = forms.FileField(label=gettext_lazy("The file of your plan"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its text, pasted here"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"auto_id": "%s"}))
        self.fields["file"].widget.attrs["accept"] = FILES

    def clean(self) -> dict[str, Any]:
        """One of the two. Raises ValidationError."""
        given = super().clean() or {}
        if not given.get("file") and not given.get("text", "").strip():
            raise forms.ValidationError(_("Give a file, or paste a text."))
        return given


@door(member)
@require_http_methods(["GET", "POST"])
@once
def bring(request: HttpRequest, code: str) -> HttpResponse:
    """Give the plan one already has; those that wait to be confirmed."""
    space = enter(request)
    application = application_or_404(space)
    form = BringForm(request.POST or None, request.FILES or None)
    made: list[BroughtText] = []
    if done(form, lambda given: made.append(_brought(application.plan, given, space))):
        return redirect("city:brought", code, made[0].code)
    context = _about(application) | {"form": form, "limit": MAX_BYTES, "waiting": _rows(application)}
    return page(request, "city/plan_bring.html", space, status=422 if form.errors else 200, **context)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def brought(request: HttpRequest, code: str, text: str) -> HttpResponse:
    """Confirm lines; "write" puts those that are confirmed into the plan."""
    space = enter(request)
    found = _text_or_404(space, text)
    if request.method == "GET":
        return _show(request, space, found, [])
    outcome = save_typed(request, [n for n in request.POST if f"was:{n}" in request.POST], _save(found, space))
    for _name, conflict in outcome.conflicts:
        raise conflict
    faults = list(outcome.faults.values()) or _written(request, found, space)
    return _show(request, space, found, faults) if faults else HttpResponseRedirect(request.get_full_path())


@door(member)
@require_POST
def brought_field(request: HttpRequest, code: str, text: str) -> HttpResponse:
    """Keep one choice while it is made."""
    space = enter(request)
    found = _text_or_404(space, text)
    back = reverse("city:brought", args=[code, text])
    return answer_one(request, _save(found, space), title=_("a line of the text"), back=back)


@door(member)
@require_POST
@once
def brought_forget(request: HttpRequest, code: str, text: str) -> HttpResponse:
    """Let the lines go."""
    space = enter(request)
    bringing.forget(_text_or_404(space, text).pk, by=space.person)
    messages.success(request, _("The lines are gone. What you put into your plan is still there."))
    return redirect("city:bring_plan", code)


def _brought(plan: Plan, given: dict[str, Any], space: Space) -> BroughtText:
    upload: UploadedFile | None = given.get("file")
    if upload is None:
        return bringing.bring_text(plan.pk, given["text"], by=space.person)
    return bringing.bring_file(plan.pk, upload.temporary_file_path(), upload.name or "", by=space.person)


def _rows(application: Application) -> Any:
    return BroughtText.objects.filter(plan=application.plan_id).select_related("given_by").order_by("-given_at", "-pk")


def _text_or_404(space: Space, code: str) -> BroughtText:
    """A text of the plan being written, to who may write it."""
    found: BroughtText = get_object_or_404(_rows(application_or_404(space)).select_related("plan"), code=code)
    require(may_write_plan, space.person, found.plan)
    return found


def _save(found: BroughtText, space: Space) -> Save:
    def save(name: str, value: str, *, was: str, version: int) -> Any:
        return bringing.choose(found.pk, name, value, was=was, version=version, by=space.person)

    return save


def _written(request: HttpRequest, found: BroughtText, space: Space) -> list[str]:
    """What stops the lines from being written; nothing when they are, or when they are only kept."""
    if "write" not in request.POST:
        messages.success(request, _("Saved."))
        return []
    try:
        count = bringing.write_chosen(found.pk, by=space.person)
    except BadData as error:
        return list(error.faults) or [error.sentence]
    words = ngettext("%(count)s line is now in your plan.", "%(count)s lines are now in your plan.", count)
    messages.success(request, words % {"count": count})
    return []


def _about(application: Application) -> dict[str, Any]:
    return {"application": application, "closes_at": queries.closes_at(application)}


def _show(request: HttpRequest, space: Space, found: BroughtText, faults: list[str]) -> HttpResponse:
    found.refresh_from_db()
    application = application_or_404(space)
    domains = domains_of(application.call.framework)
    objectives = list(application.plan.objectives.order_by("domain__position", "position", "pk"))
    at = Paginator(range(len(found.lines)), PER_PAGE).get_page(request.GET.get("page"))
    context = _about(application) | {
        "brought": found,
        "at": at,
        "lines": [_line(found, n, domains) for n in at],
        "domains": [(f"{bringing.OBJECTIVE}:{d.code}", str(d)) for d in domains],
        "objectives": [(f"{bringing.ACTION}:{o.code}", o.name) for o in objectives],
        "faults": faults,
    }
    return page(request, "city/plan_brought.html", space, status=422 if faults else 200, **context)


def _line(found: BroughtText, n: int, domains: list[Domain]) -> dict[str, Any]:
    words, place, code = found.lines[n]
    number = str(n)
    return {
        "number": number,
        "shown": n + 1,
        "words": words,
        "place": place,
        "under": next((str(d) for d in domains if d.code == code), ""),
        "suggested": f"{bringing.OBJECTIVE}:{code}" if code else "",
        "choice": found.choices.get(number, ""),
        "is_long": len(words) > bringing.LONGEST_NAME,
        "name": found.names.get(number, ""),
        "written": found.written.get(number, ""),
    }
