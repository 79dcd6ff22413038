"""The public questions and answers of a call: what stands on its page, one more, one taken off."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Call
from marelle.mandates.operations import call_answers as operations
from marelle.mandates.queries import call_answers as queries
from marelle.web.parts.forms import done, page

AREA = forms.Textarea(attrs={"rows": 4})
SHORT = forms.Textarea(attrs={"rows": 2})


class AnswerForm(forms.Form):
    """A question and its answer, in French and perhaps in English."""

    question_fr = forms.CharField(
        label=gettext_lazy("Question in French"),
        widget=SHORT,
        max_length=operations.LONGEST,
        help_text=gettext_lazy("In your own words: name neither the municipality nor the person who asked."),
    )
    answer_fr = forms.CharField(label=gettext_lazy("Answer in French"), widget=AREA, max_length=operations.LONGEST)
    question_en = forms.CharField(
        label=gettext_lazy("Question in English"), widget=SHORT, max_length=operations.LONGEST, required=False
    )
    answer_en = forms.CharField(
        label=gettext_lazy("Answer in English"), widget=AREA, max_length=operations.LONGEST, required=False
    )
    upload = forms.FileField(
        label=gettext_lazy("File to join"),
        required=False,
        help_text=gettext_lazy("Everybody may take it. 20 MB at most."),
    )
    instead_of = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def clean(self) -> dict[str, Any]:
        """English is given whole, or not at all."""
        typed: dict[str, Any] = super().clean() or {}
        if bool(typed.get("question_en")) != bool(typed.get("answer_en")):
            self.add_error(None, _("Give both the question and its answer in English, or neither."))
        return typed

    def values(self) -> dict[str, Any]:
        """What the operation takes."""
        typed = self.cleaned_data
        words = {what: {code: typed[f"{what}_{code}"] for code in ("fr", "en")} for what in ("question", "answer")}
        return {**words, "upload": typed["upload"], "instead_of": typed["instead_of"]}


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """What stands on the page of the call; publish one more, or one instead of another."""
    found = _call(request, code)
    form = AnswerForm(request.POST or None, request.FILES or None, initial=_begun(request, found))
    if done(form, lambda typed: operations.publish_answer(found.pk, by=request.user, **form.values())):
        messages.success(request, _("Published on the page of the call. Those who write an application are told."))
        return redirect("office:call_answers", code)
    return page(request, "office/call_answers.html", {"call": found, "form": form, "answers": queries.told(found)})


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def retire(request: HttpRequest, code: str, answer: str) -> HttpResponse:
    """Take one off the page of the call."""
    operations.retire_answer(_call(request, code).pk, answer, by=request.user)
    messages.success(request, _("Taken off the page of the call."))
    return redirect("office:call_answers", code)


def _begun(request: HttpRequest, call: Call) -> dict[str, str]:
    """What the form starts from: a city's message, an answer to write anew, or nothing."""
    asked = queries.asked_in(call, request.GET.get("message", ""), request.user)
    old = queries.shown(call).filter(code=request.GET.get("de", "")).first()
    if old is None:
        return {"question_fr": asked}
    words = {f"question_{code}": said for code, said in old.question.items()}
    return words | {f"answer_{code}": said for code, said in old.answer.items()} | {"instead_of": old.code}


def _call(request: HttpRequest, code: str) -> Call:
    rows = Call.objects.visible_to(request.user).select_related("committee")  # type: ignore[arg-type]
    return get_object_or_404(rows, code=code)
