"""The open data of a published consultation: what each file is for, what protects the children, how to cite; the files."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.consultations.exports.descriptors import MEDIA, File
from marelle.consultations.exports.lines import CROSSED, Field
from marelle.consultations.models import NationalTable
from marelle.consultations.queries import national, open_data
from marelle.consultations.queries.published import Edition
from marelle.consultations.telling import level, result_of
from marelle.web.parts import limits, tables
from marelle.web.parts.addresses import client_address
from marelle.web.parts.tables import Table
from marelle.web.public.open_data import MOST_FILES
from marelle.web.public.result_places import about, edition_or_404
from marelle.web.public.show import public, show

DICTIONARY = (
    tables.Column("name", gettext_lazy("Column"), lambda field: field.name),
    tables.Column("meaning", gettext_lazy("What it says"), lambda field: str(field.meaning)),
)


@public
def results_data(request: HttpRequest, code: str) -> HttpResponse:
    """The files with their size and what they are for, the dictionary of their columns, how to cite them."""
    read = edition_or_404(code)
    said, files = open_data.about(read), open_data.files_of(read.freeze)
    context = {
        "said": said,
        "levels": by_level(files),
        "others": [(file, purpose(file)) for file in files if not file.level],
        "national": tables_of_axes(read),
        "dictionary": dictionary(request),
    }
    return show(request, "public/results_data.html", about(read) | context)


def tables_of_axes(read: Edition) -> list[tuple[NationalTable, str, str]]:
    """Tables of the whole country over several axes: the question, what it is told by."""
    found = national.drawn(read)
    return [
        (each, result_of(read.questions[each.question][1], "", []).title, national.title(read, each.names))
        for each in found
    ]


def by_level(files: list[File]) -> list[dict[str, Any]]:
    """The tables gathered by level, the whole country first."""
    levels: dict[str, list[File]] = {}
    for file in files:
        if file.level:
            levels.setdefault(file.level, []).append(file)
    return [
        {
            "name": name,
            "title": level(name),
            "lines": found[0].lines,
            "files": [(file, purpose(file)) for file in found],
        }
        for name, found in levels.items()
    ]


def purpose(file: File) -> str:
    """What a file is for."""
    named = {
        "questions.csv": _("The questions and their answers in words: what the names in the tables mean."),
        "zones.csv": _("The places that have tables, with their names."),
        "codebook.xml": _("Codebook for archives and statisticians (DDI-Codebook 2.5), with what the whole country answered."),
        "csv-metadata.json": _("Types and meaning of the columns for programs (CSV on the Web)."),
        "datapackage.json": _("All the files with their columns and digests (Data Package)."),
    }  # fmt: skip
    kinds = {
        "csv": _("CSV: for every program"),
        "parquet": _("Parquet: for statistical programs, types included"),
        "xlsx": _("XLSX: for a spreadsheet"),
    }
    if file.name.endswith("-sdmx"):
        return _("SDMX-CSV 2.0: for statistical offices, crossed tables left out")
    if file.name.endswith("-crossed"):
        return _("Crossed with another question: %(kind)s") % {"kind": kinds[file.kind].partition(":")[0].strip()}
    return named.get(file.path) or kinds[file.kind]


def dictionary(request: HttpRequest) -> Table:
    """The columns of the tables, explained."""
    fields: list[Field] = list(CROSSED)
    return Table(
        request, name="columns", caption=_("Columns of the tables"), columns=DICTIONARY, rows=fields, formats=()
    )


@public
def results_data_file(request: HttpRequest, code: str, name: str, kind: str) -> FileResponse:
    """One file, as the worker wrote it. Raises Http404 until it has."""
    found = open_data.file_of(edition_or_404(code).freeze, name, kind)
    if found is None:
        raise Http404
    limits.count("open-data", client_address(request), most=MOST_FILES, seconds=limits.MINUTE)
    response = FileResponse(found.open("rb"), content_type=media(kind))
    response["Content-Disposition"] = f'attachment; filename="{filename(code, name, kind)}"'
    response["Access-Control-Allow-Origin"] = "*"  # open data: pages of other sites may read it
    return response


def media(kind: str) -> str:
    """The media type of a kind; texts are UTF-8."""
    return f"{MEDIA[kind]}; charset=utf-8" if kind == "csv" else MEDIA[kind]


def filename(code: str, name: str, kind: str) -> str:
    """What a file is called on the disk of who takes it; descriptors keep the name programs look for."""
    return f"{name}.{kind}" if kind == "json" else f"consultation-{code}-{name}.{kind}"
