"""Questions of the application asked of colleagues by link, and what they answered."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import member
from marelle.base.addresses import whole
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Asking
from marelle.mandates.operations import askings as operations
from marelle.mandates.queries import applications
from marelle.mandates.queries import askings as queries
from marelle.mandates.queries.applications import Dossier
from marelle.web.city.space import Space, application_or_404, enter, page
from marelle.web.parts.forms import done


class AskForm(forms.Form):
    """Which question, of whom."""

    key = forms.ChoiceField(label=gettext_lazy("Question"))
    whom = forms.CharField(
        label=gettext_lazy("Whom you ask"), max_length=120, help_text=gettext_lazy("For example: youth service.")
    )
    email = forms.EmailField(
        label=gettext_lazy("Their e-mail"), help_text=gettext_lazy("Used for this letter alone: it is not kept here.")
    )
    note = forms.CharField(
        label=gettext_lazy("A word to go with it"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, dossier: Dossier, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = queries.choices(dossier, operations.ASKED_BY_LINK)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def askings(request: HttpRequest, code: str) -> HttpResponse:
    """What was asked and answered; ask one more."""
    space = enter(request)
    dossier = applications.dossier(application_or_404(space))
    form = AskForm(dossier, request.POST or None, initial={"key": _first_of(dossier, request.GET.get("page", ""))})
    if done(form, lambda typed: _ask(request, space, dossier, typed)):
        return redirect("city:askings", code)
    context = {"application": dossier.application, "lines": queries.lines(dossier), "form": form}
    return page(request, "city/askings.html", space, status=422 if form.errors else 200, **context)


@door(member)
@require_POST
@once
def act(request: HttpRequest, code: str, asking: str) -> HttpResponse:
    """Take up what a colleague wrote, or set the question aside."""
    space = enter(request)
    found = get_object_or_404(Asking.objects.filter(application=application_or_404(space)), code=asking)
    verb = request.POST.get("act")
    if verb == "take_up":
        operations.take_up(found.pk, by=space.person)
        messages.success(request, _("Their words are in your application: read them over there."))
    elif verb == "set_aside":
        operations.set_aside(found.pk, by=space.person)
        messages.success(request, _("The link opens nothing any more."))
    else:
        raise Http404
    return redirect("city:askings", code)


def _ask(request: HttpRequest, space: Space, dossier: Dossier, typed: dict[str, Any]) -> None:
    _asking, secret = operations.ask(dossier.application.pk, by=space.person, **typed)
    link = whole("public:asked", secret, language=space.person.language)
    messages.success(
        request, _("The question is sent. The link, if you would rather give it yourself: %(link)s") % {"link": link}
    )


def _first_of(dossier: Dossier, place: str) -> str:
    """The first question of the page one comes from that can be asked."""
    name, _dot, slug = place.partition(".")
    section = dossier.section(name, slug)
    keys = [q.key for q in section.questions if q.kind in operations.ASKED_BY_LINK] if section else []
    return keys[0] if keys else ""
