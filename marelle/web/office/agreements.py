"""Agreements in the office: prepare, write, send, take back, sign for the committee."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import OrganisationKind
from marelle.base.doors import door
from marelle.base.errors import NotAllowed
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Agreement, Application
from marelle.mandates.operations import agreements as operations
from marelle.mandates.queries import agreements
from marelle.mandates.states import SigningOrder
from marelle.web.parts.agreements import pdf_of, shown, signing
from marelle.web.parts.forms import done, page

AREA = forms.Textarea(attrs={"rows": 6})
SPARE = 1  # empty articles under the last one


class PrepareForm(forms.Form):
    """Who else is a party, and in which language."""

    intercommunality = forms.CharField(
        label=gettext_lazy("SIREN of the intercommunality, if it takes part"), max_length=9, required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"), choices=[("fr", "Français"), ("en", "English")]
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Its parties sign"), choices=SigningOrder, initial=SigningOrder.ANY, required=False
    )

    def clean_order(self) -> str:
        """Any order, unless one is chosen."""
        return self.cleaned_data["order"] or SigningOrder.ANY

    def clean_intercommunality(self) -> Organisation | None:
        """The intercommunality of that code, which must be known here."""
        code = self.cleaned_data["intercommunality"].replace(" ", "")
        if not code:
            return None
        found = Organisation.objects.filter(code=code, kind=OrganisationKind.INTERCOMMUNALITY).first()
        if found is None:
            raise forms.ValidationError(
                _("No intercommunality of this network has this SIREN. Check it, or leave blank.")
            )
        return found


class ArticleForm(forms.Form):
    """One article; leave both blank to take it out."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)
    text = forms.CharField(label=gettext_lazy("Text"), widget=AREA, required=False)


class TextForm(forms.Form):
    """What comes before the articles, and the version one has read."""

    preamble = forms.CharField(label=gettext_lazy("Preamble"), widget=AREA, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


Articles = forms.formset_factory(ArticleForm, extra=SPARE)


@door(programme_team)
@require_GET
def agreement_list(request: HttpRequest) -> HttpResponse:
    """Agreements being prepared, waiting for signatures, signed; and who waits for one."""
    context = {"agreements": agreements.waiting_first(request.user), "to_prepare": agreements.to_prepare(request.user)}
    return page(request, "office/agreements.html", context)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def prepare(request: HttpRequest, code: str) -> HttpResponse:
    """Write the first text from the application."""
    application = get_object_or_404(Application.objects.visible_to(request.user), code=code)
    form = PrepareForm(request.POST or None)
    if done(form, lambda values: operations.prepare_agreement(application.pk, by=request.user, **values)):
        return redirect("office:agreement", application.agreement.code)
    return page(request, "office/agreement_prepare.html", {"application": application, "form": form})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """One agreement: its text, its parties, what comes next."""
    found = _visible(request, code)
    may_move = rules.may_propose_decision(request.user, found.application)  # type: ignore[arg-type]
    return page(request, "office/agreement.html", shown(request, found) | {"may_move": may_move})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def write(request: HttpRequest, code: str) -> HttpResponse:
    """Change the words of a draft."""
    found = _visible(request, code)
    words = {"preamble": found.content["preamble"], "version": found.version}
    form = TextForm(request.POST or None, initial=words)
    articles = Articles(request.POST or None, initial=found.content["articles"], prefix="articles")
    if (
        articles.is_bound
        and articles.is_valid()
        and done(form, lambda values: _write(request, found, values, articles))
    ):
        messages.success(request, _("The text is saved."))
        return redirect("office:agreement", code)
    context = {"agreement": found, "form": form, "articles": articles}
    return page(request, "office/agreement_write.html", context)


@door(programme_team)
@require_POST
@asks(acting=FRESH)
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze the text and ask every party to sign."""
    operations.send_agreement(_visible(request, code).pk, by=request.user)
    messages.success(request, _("The agreement is sent: its parties are asked to sign."))
    return redirect("office:agreement", code)


@door(programme_team)
@require_POST
@asks(acting=FRESH)
@once
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Take the text back: signatures are void."""
    operations.change_agreement(_visible(request, code).pk, by=request.user)
    messages.success(request, _("The agreement is yours to change again. Signatures given no longer count."))
    return redirect("office:agreement", code)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Sign for the committee."""
    found = _visible(request, code)
    form, act = signing(request, found, _committee(found))
    if done(form, act):
        messages.success(request, _("The committee has signed."))
        return redirect("office:agreement", code)
    return page(request, "office/agreement_sign.html", shown(request, found) | {"form": form})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def document(request: HttpRequest, code: str, which: str) -> FileResponse:
    """The PDF to sign, or the sealed one."""
    return pdf_of(_visible(request, code), which)


def _write(request: HttpRequest, found: Agreement, values: dict[str, Any], articles: Any) -> None:
    pieces = [{"title": f.get("title", ""), "text": f.get("text", "")} for f in articles.cleaned_data]
    operations.write_agreement(found.pk, by=request.user, articles=pieces, **values)


def _committee(found: Agreement) -> Organisation:
    for party in found.parties.all():
        if party.organisation.kind == OrganisationKind.COMMITTEE:
            return party.organisation
    raise NotAllowed(_("The committee is not a party to this agreement."))


def _visible(request: HttpRequest, code: str) -> Agreement:
    rows = agreements.with_signatures(Agreement.objects.visible_to(request.user))  # type: ignore[arg-type]
    return get_object_or_404(rows, code=code)
