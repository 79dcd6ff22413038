"""One letter to several cities: choose them, write it with blanks, read each over, let it leave."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Person
from marelle.accounts.proof import SECOND, asks
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Mandate, Reminding
from marelle.mandates.operations import reminders as operations
from marelle.mandates.queries import reasons, reminders, steering
from marelle.mandates.queries.steering import Wanted
from marelle.web.office.steering import committee_of
from marelle.web.parts.forms import done, page
from marelle.web.parts.tables import Column, Table, answer

PER_PAGE = 50  # letters read over at once


class LetterForm(forms.Form):
    """The words of the letter, with their blanks."""

    words = forms.CharField(label=gettext_lazy("Your letter"), widget=forms.Textarea({"rows": 10}), max_length=5000)


@door(programme_team)
@require_GET
def reminding_list(request: HttpRequest) -> HttpResponse:
    """The letters to several cities, the latest first."""
    return answer(request, "office/remindings.html", reminding_table(request))


def reminding_table(request: HttpRequest) -> Table:
    """How many cities each went to, and how far it is."""
    return Table(
        request,
        name="relances",
        caption=_("Letters to several cities"),
        columns=[
            Column("jour", _("Begun"), lambda row: row.made_at, address=lambda row: f"{request.path}/{row.code}"),
            Column("auteur", _("By"), lambda row: row.made_by.name),
            Column("villes", _("Cities"), lambda row: row.cities, kind="number", order="cities"),
            Column("parties", _("Left"), lambda row: row.sent, kind="number", order="sent"),
            Column("etat", _("State"), lambda row: row.state, kind="state", shown=lambda row: row.get_state_display()),
        ],
        rows=reminders.listed(request.user),  # type: ignore[arg-type]
        empty=_("No letter to several cities yet: choose them on the steering page."),
    )


@door(programme_team)
@require_POST
@once
def new_reminding(request: HttpRequest) -> HttpResponse:
    """Begin a letter to the cities ticked, or to the whole list."""
    person: Person = request.user  # type: ignore[assignment]
    asked = {name.removeprefix("f:"): value for name, value in request.POST.items() if name.startswith("f:")}
    rows = steering.asked_for(person, Wanted.read(asked))
    if request.POST.get("who") != "all":
        rows = steering.mandates_of(person).filter(code__in=request.POST.getlist("mandat"))
    house = committee_of(request)
    rows = rows.filter(agreement__application__call__committee=house)
    made = operations.draft_reminding(house, _whole(rows), by=person)
    return redirect("office:reminding", made.code)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def reminding(request: HttpRequest, code: str) -> HttpResponse:
    """Write the letter; read over what each city will receive."""
    found = _found(request, code)
    form = LetterForm(request.POST or None, initial={"words": found.words or _("Good morning,\n\n")})
    if done(form, lambda typed: _write(request, found, typed["words"])):
        messages.success(request, _("Saved: read each letter over below."))
        return redirect("office:reminding", code)
    return page(request, "office/reminding.html", _shown(request, found, form))


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Take cities out, give the letter up, or let it leave as it was read over."""
    found, by = _found(request, code), request.user
    if "drop" in request.POST:
        operations.drop_reminding(found.pk, by=by)  # type: ignore[arg-type]
        return redirect("office:remindings")
    if "leave_out" in request.POST:
        left = operations.leave_out(found.pk, request.POST.getlist("mandat"), by=by)  # type: ignore[arg-type]
        messages.success(request, ngettext("%(n)s city taken out.", "%(n)s cities taken out.", left) % {"n": left})
    else:
        version = request.POST.get("version", "")
        read = int(version) if version.isdecimal() and len(version) < 10 else 0
        operations.confirm_reminding(found.pk, by=by, version=read)  # type: ignore[arg-type]
        messages.success(request, _("It leaves: each city receives its own letter, once."))
    return redirect("office:reminding", code)


def _found(request: HttpRequest, code: str) -> Reminding:
    rows = Reminding.objects.visible_to(request.user).select_related("made_by", "committee")  # type: ignore[arg-type]
    return get_object_or_404(rows, code=code)


def _whole(rows: Any) -> list[Mandate]:
    """With what the rule reads of each."""
    return list(rows.select_related("agreement__application__call", "agreement__application__organisation"))


def _write(request: HttpRequest, found: Reminding, words: str) -> None:
    version, was = request.POST.get("version", ""), request.POST.get("was", "").replace("\r\n", "\n")
    read = int(version) if version.isdecimal() and len(version) < 10 else 0
    operations.write_reminding(found.pk, words, by=request.user, was=was, version=read)  # type: ignore[arg-type]


def _shown(request: HttpRequest, found: Reminding, form: LetterForm) -> dict[str, Any]:
    """The letters of one page, and who is pointed out."""
    pages = Paginator(reminders.letters_of(found), PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    lately, late = operations.lately_reminded(found), operations.LATELY.days
    context = {"reminding": found, "form": form, "page": shown, "total": pages.count, "lately_days": late}
    context["letters"] = reminders.previews(list(shown), found, lately, clock.today())
    context["blanks"] = [(f"{{{name}}}", title) for name, (title, _told) in reasons.BLANKS.items()]
    context["sent"] = reminders.sent_of(found)
    context["reminded"] = len(lately)
    return context
