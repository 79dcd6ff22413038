"""The consultation in the office: tables of the whole country over two or three axes, asked for once results are public."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations import free_axes
from marelle.consultations.models import Consultation, NationalTable
from marelle.consultations.operations import national_tables
from marelle.consultations.queries import national, published
from marelle.consultations.queries.published import Edition
from marelle.consultations.states import ConsultationState, NationalTableState
from marelle.consultations.telling import result_of
from marelle.web.office.consultations import own
from marelle.web.parts.forms import done, page

Choices = list[tuple[str, str]]


class NationalTableForm(forms.Form):
    """A question, and what it is told by."""

    question = forms.ChoiceField(label=gettext_lazy("Question to tell"))
    first = forms.ChoiceField(label=gettext_lazy("Told by"))
    second = forms.ChoiceField(label=gettext_lazy("and by"))
    third = forms.ChoiceField(label=gettext_lazy("and by, if wanted"), required=False)

    def __init__(self, questions: Choices, axes: Choices, *args: Any):
        super().__init__(*args)
        self.fields["question"].choices = questions  # type: ignore[attr-defined]
        for name in ("first", "second", "third"):
            nothing = [] if self.fields[name].required else [("", _("nothing else"))]
            self.fields[name].choices = [*nothing, *axes]  # type: ignore[attr-defined]

    @property
    def names(self) -> list[str]:
        """The axes chosen."""
        return [each for name in ("first", "second", "third") if (each := self.cleaned_data[name])]


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def tables(request: HttpRequest, edition: str) -> HttpResponse:
    """Ask for a table; those that were asked for, and why some do not exist."""
    found, read = own(request, edition), published.edition(edition)
    form = NationalTableForm(*choices(read), *([request.POST] if request.method == "POST" else []))
    if done(form, lambda data: _ask(found, form, request)):
        messages.success(request, _("It is asked for: it is counted, then public, or refused, in a minute or two."))
        return redirect("office:consultation_national_tables", edition)
    return page(request, "office/consultation_national_tables.html", _context(found, read) | {"form": form})


def _ask(found: Consultation, form: NationalTableForm, request: HttpRequest) -> NationalTable:
    question, by = form.cleaned_data["question"], request.user
    return national_tables.ask(found.pk, question, form.names, by=by)  # type: ignore[arg-type]


def choices(read: Edition | None) -> tuple[Choices, Choices]:
    """The questions that may be told, and what by; none before results are public."""
    told = national.country(read) if read else None
    if read is None or told is None:
        return [], []
    questions = [(name, result_of(each, "", []).title) for name, (_part, each) in read.questions.items()]
    return questions, [(name, national.title(read, [name])) for name in national.offered(read, told)]


def _context(found: Consultation, read: Edition | None) -> dict[str, Any]:
    asked = national.asked_for(read) if read else []
    return {
        "consultation": found,
        "tab": "tables",
        "is_public": found.state == ConsultationState.PUBLISHED,
        "over": national_tables.sentence(national_tables.GONE) if found.state == ConsultationState.PURGED else "",
        "most": free_axes.MOST_TABLES,
        "tables": [_line(read, table) for table in asked if read and table.question in read.questions],
    }


def _line(read: Edition, table: NationalTable) -> dict[str, Any]:
    """One table as it is listed. `why` it does not exist, or ""."""
    return {
        "table": table,
        "title": result_of(read.questions[table.question][1], "", []).title,
        "axes": national.title(read, table.names),
        "why": national_tables.sentence(table.why) if table.why else "",
        "is_drawn": table.state == NationalTableState.DRAWN,
    }
