"""The pages of a workbook that comes back: giving it, reading what it would do, settling clashes, confirming."""

from collections import Counter
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marelle.accounts import imports
from marelle.accounts.models import Import, Person
from marelle.base.models import JobState
from marelle.web.parts.tables import Column, Table

ORDER = ("fault", "remove", "change", "create", "differs", "there")
WORDS = {
    "fault": gettext_lazy("not taken"),
    "remove": gettext_lazy("goes away"),
    "change": gettext_lazy("changes"),
    "create": gettext_lazy("is added"),
    "differs": gettext_lazy("stands otherwise, left so"),
    "there": gettext_lazy("stands already"),
}
XLSX = ".xlsx"


class WorkbookForm(forms.Form):
    """A workbook, as a spreadsheet saves it."""

    file = forms.FileField(label=gettext_lazy("The workbook, saved as XLSX"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"auto_id": "%s"}))
        self.fields["file"].widget.attrs["accept"] = XLSX

    def clean_file(self) -> UploadedFile:
        """Its name says a workbook. Raises ValidationError."""
        given: UploadedFile = self.cleaned_data["file"]
        if not (given.name or "").lower().endswith(XLSX):
            raise forms.ValidationError(_("Save it as a workbook (XLSX) from your spreadsheet, then give it again."))
        return given


class PlanWorkbookForm(WorkbookForm):
    """The same, of a plan whose lines may go."""

    removes = forms.BooleanField(
        label=gettext_lazy("Take out of the plan the lines that I erased from the workbook"), required=False
    )


def told(request: HttpRequest, given: Import) -> dict[str, Any]:
    """What the page of an import shows."""
    lines = [{**line, "number": number} for number, line in enumerate(given.told)]
    job = imports.job_of(given)
    return {
        "given": given,
        "job": job,
        "is_stopped": bool(job and job.state == JobState.PARKED),
        "counts": counts(given),
        "clashes": [line for line in lines if line["what"] == "clash"],
        "table": _table(request, lines, is_written=given.state == "written"),
        "acts": sum(line["what"] in ("create", "change", "remove", "clash") for line in lines),
    }


def choices(request: HttpRequest) -> dict[str, str]:
    """The clashes settled for the file, by their number."""
    chosen = {n.removeprefix("clash."): v for n, v in request.POST.items() if n.startswith("clash.")}
    return {number: "file" for number, value in chosen.items() if value == "file"}


def answer(request: HttpRequest, given: Import, by: Person) -> str:
    """Confirm what was read, or drop it; what is to be said of it."""
    if "drop" in request.POST:
        imports.drop(given.pk, by=by)
        return _("Nothing was written. The file is forgotten.")
    done = imports.confirm(given.pk, seen=request.POST.get("seen", ""), choices=choices(request), by=by)
    return _("It is written.") if done.state == "written" else ""


def counts(given: Import) -> list[str]:
    """How many lines of each fate, in words."""
    found = Counter(line["what"] for line in given.told)
    words = {
        "create": ngettext("%(n)s line is added", "%(n)s lines are added", found["create"]),
        "change": ngettext("%(n)s change", "%(n)s changes", found["change"]),
        "remove": ngettext("%(n)s line goes away", "%(n)s lines go away", found["remove"]),
        "clash": ngettext("%(n)s clash to settle", "%(n)s clashes to settle", found["clash"]),
        "fault": ngettext("%(n)s thing cannot be taken", "%(n)s things cannot be taken", found["fault"]),
        "differs": ngettext(
            "%(n)s line stands otherwise, left so", "%(n)s lines stand otherwise, left so", found["differs"]
        ),
        "there": ngettext("%(n)s line stands already", "%(n)s lines stand already", found["there"]),
    }
    return [words[what] % {"n": found[what]} for what in words if found[what]]


def _table(request: HttpRequest, lines: list[dict[str, Any]], *, is_written: bool) -> Table:
    columns = [
        Column("place", _("Where"), lambda line: line["place"]),
        Column("what", _("What becomes of it"), lambda line: line["what"], shown=lambda line: WORDS[line["what"]]),
        Column("name", _("Line"), lambda line: line["name"]),
        Column("field", _("What"), lambda line: line["field"]),
        Column("old", _("In Marelle"), lambda line: line["old"]),
        Column("new", _("In the file"), lambda line: line["new"]),
        Column("note", _("Note"), lambda line: line["note"]),
    ]
    rows = sorted((line for line in lines if line["what"] in ORDER), key=lambda line: ORDER.index(line["what"]))
    caption = _("What this file did") if is_written else _("What this file would do")
    empty = _("Nothing: the file says what Marelle holds already.")
    return Table(request, name="import", caption=caption, columns=columns, rows=rows, empty=empty)
