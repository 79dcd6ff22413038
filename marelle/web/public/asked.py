"""A question of an application, answered by link: no account, nothing else of the dossier."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from marelle.base.doors import anyone, door
from marelle.mandates import questions
from marelle.mandates.operations import askings as operations
from marelle.mandates.queries import applications
from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address
from marelle.web.parts.forms import done
from marelle.web.parts.forms_guard import same_origin
from marelle.web.public.follow import private
from marelle.web.public.show import show

MOST_SENT = 20  # a quarter of an hour, from one address


class AnswerForm(forms.Form):
    """The answer."""

    words = forms.CharField(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 8}), max_length=questions.LONG)


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, secret: str) -> HttpResponse:
    """The question, what was answered already if anything, and a box."""
    asking = operations.find(secret)
    if asking is None:
        raise Http404
    if request.method == "POST":
        limits.count("asked", client_address(request), most=MOST_SENT, seconds=limits.QUARTER)
    form = AnswerForm(request.POST or None, initial={"words": asking.answer})
    if done(form, lambda typed: operations.answer(secret, typed["words"])):
        return redirect(reverse("public:asked", args=[secret]) + "?merci=1")
    question = questions.find(applications.dossier(asking.application).sections, asking.key)
    context = {"asking": asking, "question": question, "form": form, "noindex": True}
    context["is_kept"] = request.GET.get("merci") == "1" and bool(asking.answer)
    return private(show(request, "public/asked.html", context, status=422 if form.errors else 200))
