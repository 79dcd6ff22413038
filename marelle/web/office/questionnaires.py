"""The questionnaire of an edition in the office: workbook, languages, recordings, preview, versions, other formats."""

import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts import files
from marelle.accounts.doors import programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.base.languages import language_name
from marelle.consultations import documents, printing, questionnaires, readability, versions
from marelle.consultations.booklets import Printed
from marelle.consultations.instruments import blanks, codebooks, translations, xforms
from marelle.consultations.languages import NATIVE
from marelle.consultations.models import Consultation, Medium, Questionnaire
from marelle.consultations.operations import authoring
from marelle.consultations.queries import authoring as queries
from marelle.consultations.questionnaires import BANDS
from marelle.consultations.xlsform.building import years
from marelle.framework.models import text
from marelle.web.office.consultation_forms import MediumForm, SheetForm, WorkbookForm
from marelle.web.office.consultations import own
from marelle.web.parts.files import attachment
from marelle.web.parts.forms import done, page

TODO_KINDS = {
    "french": gettext_lazy("Wordings"),
    "wording": gettext_lazy("Wordings"),
    "part_title": gettext_lazy("Wordings"),
    "score_wording": gettext_lazy("Wordings"),
    "audio": gettext_lazy("Recordings"),
    "audio_none": gettext_lazy("Recordings"),
    "pictogram": gettext_lazy("Pictograms"),
    "pictogram_alt": gettext_lazy("Pictograms"),
    "reading": gettext_lazy("Easy to read"),
    "sentence": gettext_lazy("Easy to read"),
    "many_questions": gettext_lazy("Length"),
    "long_part": gettext_lazy("Length"),
    "long_part_reckoned": gettext_lazy("Length"),
}  # the others: the workbook itself
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOOKLET = re.compile(r"livret-(?P<band>[0-9_]+)-(?P<language>[A-Za-z-]+)\.pdf")
NO_NUMBER = "000000"  # of a booklet: those drawn by chance begin at 100000
MOST_SHOWN = 30  # lines of one kind and language
MEANS = {"ecran": gettext_lazy("screen"), "papier": gettext_lazy("paper")}


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def questionnaire(request: HttpRequest, edition: str) -> HttpResponse:
    """What is asked, part by part; a workbook is sent here."""
    found = own(request, edition)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if done(form, lambda data: authoring.add_version(found.pk, data["file"], waiver=data["waiver"], by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("The workbook is read: it is the last version of the questionnaire."))
        return redirect("office:questionnaire", edition)
    return page(request, "office/questionnaire.html", _standing(found, "questionnaire") | {"form": form})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def todo(request: HttpRequest, edition: str) -> HttpResponse:
    """What is left to do, by language; sheets for translators leave and come back here."""
    found = own(request, edition)
    form = SheetForm(request.POST or None, request.FILES or None)
    if done(form, lambda data: authoring.translate(found.pk, data["file"], by=request.user)):  # type: ignore[arg-type]
        messages.success(
            request, _("The sheet is read: here is what it changes, in a new version of the questionnaire.")
        )
        return redirect("office:questionnaire_version", edition, _version(found).code)
    context = _standing(found, "todo")
    version = context["version"]
    return page(
        request,
        "office/questionnaire_todo.html",
        context | {"form": form, "groups": _grouped(version), "offered": _offered(context)},
    )


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def translation_sheet(request: HttpRequest, edition: str) -> HttpResponse:
    """The sheet of one language, for its translator; of the first one when none is named."""
    version = _version(own(request, edition))
    spoken = queries.read(version).languages
    language = request.GET.get("langue") or spoken[0]
    if language not in {*NATIVE, *spoken}:
        raise Http404
    with files.opened(version.workbook) as stream:
        content = translations.sheet_for(stream.read(), [language])
    return _sent(content, f"traduction-{edition}-{language}.xlsx", XLSX)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def media(request: HttpRequest, edition: str) -> HttpResponse:
    """Recordings and pictures: those sent, those the workbook names and nobody sent."""
    found = own(request, edition)
    form = MediumForm(request.POST or None, request.FILES or None)
    if done(
        form,
        lambda data: authoring.add_medium(found.pk, data["file"], is_synthetic=data["is_synthetic"], by=request.user),  # type: ignore[arg-type]
    ):
        messages.success(request, _("The file is kept."))
        return redirect("office:questionnaire_media", edition)
    context = _standing(found, "media")
    sent, lacking = queries.files_of(found, context["version"])
    return page(request, "office/questionnaire_media.html", context | {"form": form, "sent": sent, "lacking": lacking})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def medium(request: HttpRequest, edition: str, medium: str) -> HttpResponseBase:
    """A recording or a picture, taken away."""
    return attachment(_medium(request, edition, medium).file)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def remove_medium(request: HttpRequest, edition: str, medium: str) -> HttpResponse:
    """Take it out of the questionnaire."""
    authoring.remove_medium(_medium(request, edition, medium).pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The file is taken out."))
    return redirect("office:questionnaire_media", edition)


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def preview(request: HttpRequest, edition: str) -> HttpResponse:
    """The questionnaire as one age group reads it, in one language, on screen or on paper."""
    context = _standing(own(request, edition), "preview")
    if context["version"] is None:
        return render(request, "office/questionnaire_preview.html", context)
    read = context["read"]
    band = _chosen(request, "age", BANDS)
    language = _chosen(request, "langue", read.languages)
    means = _chosen(request, "support", tuple(MEANS))
    shown = {"band": band, "language": language, "means": means, "parts": queries.shown_to(read, band, language)}
    choices = {
        "bands": [(b, years([b])) for b in BANDS],
        "spoken": queries.languages_of(read),
        "all_means": MEANS.items(),
    }
    return render(request, "office/questionnaire_preview.html", context | shown | choices)


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def screen(request: HttpRequest, edition: str, part: str) -> HttpResponse:
    """A part on the very page a child sees, by age and language: what is pressed on it sends nothing."""
    found = own(request, edition)
    read = queries.read(_version(found))
    if part not in [each.name for each in read.parts]:
        raise Http404
    told = {"band": _chosen(request, "age", BANDS), "language": _chosen(request, "langue", read.languages)}
    draw = import_string(settings.CHILD_PREVIEW)  # the child's face, which this one does not know
    return HttpResponse(draw(read, part, help_numbers=found.help_numbers, **told))


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def version_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every version, the last first."""
    found = own(request, edition)
    context = {"consultation": found, "tab": "versions", "versions": queries.versions_of(found)}
    return render(request, "office/questionnaire_versions.html", context)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def version(request: HttpRequest, edition: str, version: str) -> HttpResponse:
    """A version beside the one before it; while open, a second person lets it take its place."""
    found = own(request, edition)
    shown = get_object_or_404(queries.versions_of(found).select_related("compatible_with"), code=version)
    if request.method == "POST":
        authoring.confirm_mending(shown.pk, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The mended questionnaire is what children read from now on."))
        return redirect("office:questionnaire_versions", edition)
    context = {"consultation": found, "tab": "versions", "version": shown, **_beside(shown)}
    return render(request, "office/questionnaire_version.html", context | {"waiting": authoring.waiting(shown)})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def export_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The questionnaire in other houses' formats."""
    context = _standing(own(request, edition), "exports")
    bands = [(band, years([band])) for band in BANDS]
    languages = queries.languages_of(context["read"]) if context["read"] else []
    return render(request, "office/questionnaire_exports.html", context | {"bands": bands, "languages": languages})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def export(request: HttpRequest, edition: str, file: str) -> HttpResponseBase:
    """The workbook itself, an ODK XForm, a DDI codebook, JSON, the guide of city officers, a booklet; an empty workbook."""
    found = own(request, edition)
    if file == "modele.xlsx":
        return _sent(blanks.workbook(), "modele-questionnaire.xlsx", XLSX)
    shown = _version(found)
    if file == "classeur.xlsx":
        return attachment(shown.workbook)
    if file in FORMATS:
        draw, name, kind = FORMATS[file]
        return _sent(draw(found, queries.read(shown)), f"{name}-{edition}{Path(file).suffix}", kind)
    return _sent(_booklet(found, queries.read(shown), file), f"{edition}-{file}", "application/pdf")


def _booklet(found: Consultation, read: questionnaires.Questionnaire, file: str) -> bytes:
    """One booklet of an age and a language, to be read over: it has no number that can be typed in. Raises Http404, BadData."""
    named = BOOKLET.fullmatch(file)
    if named is None or named["band"] not in BANDS or named["language"] not in read.languages:
        raise Http404
    booklet = Printed(read, named["band"], named["language"], found.name, found.help_numbers)
    return printing.draw(booklet, [NO_NUMBER], form="a5", at=found.opens_at)


FORMATS: dict[str, tuple[Callable[[Consultation, questionnaires.Questionnaire], bytes], str, str]] = {
    "xform.xml": (lambda _found, read: xforms.xform(read).encode(), "questionnaire", "application/xml"),
    "ddi.xml": (lambda found, read: codebooks.codebook(read, documents.study(found)), "ddi", "application/xml"),
    "questionnaire.json": (lambda _found, read: read.canonical.encode(), "questionnaire", "application/json"),
    "guide.xlsx": (documents.officers_guide, "guide-de-lecture", XLSX),
}  # by the name in their address: how they are drawn, what the file is called


# What they share -----------------------------------------------------------------------------------------------------
def _standing(consultation: Consultation, tab: str) -> dict[str, Any]:
    """The edition, its last version, and what was read of it with its meters."""
    version = authoring.latest(consultation)
    read = queries.read(version) if version else None
    meters = [_meter(part) for part in read.parts if part.questions] if read else []
    scores = [text(score.label) or score.name for score in read.derived] if read else []
    standing = {"consultation": consultation, "tab": tab, "version": version, "read": read}
    return standing | {"meters": meters, "scores": scores}


def _meter(part: Any) -> dict[str, Any]:
    """A part: its questions, and about how long it takes each age group."""
    taken = [
        (years([band]), round(readability.minutes(part, band)))
        for band in BANDS
        if any(band in q.bands for q in part.questions)
    ]
    return {
        "title": text(part.title) or part.name,
        "part": part,
        "asked": sum(question.is_asked for question in part.questions),
        "taken": taken,
    }


def _version(consultation: Consultation) -> Questionnaire:
    """The last version. Raises Http404 when there is none."""
    found = authoring.latest(consultation)
    if found is None:
        raise Http404
    return found


def _medium(request: HttpRequest, edition: str, code: str) -> Medium:
    return get_object_or_404(
        Medium.objects.filter(consultation=own(request, edition)).select_related("file"), code=code
    )


def _chosen(request: HttpRequest, name: str, offered: tuple[str, ...]) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in offered else offered[0]


def _grouped(version: Questionnaire | None) -> list[dict[str, Any]]:
    """What is left to do, by kind and language; the longest lists are cut, and say how many they hold."""
    if version is None:
        return []
    todos = sorted(
        queries.todos_of(version),
        key=lambda todo: (list(TODO_KINDS).index(todo.kind) if todo.kind in TODO_KINDS else 99, todo.language),
    )
    groups = []
    for (word, language), of_it in groupby(
        todos, key=lambda todo: (str(TODO_KINDS.get(todo.kind, _("The workbook"))), todo.language)
    ):
        lines = list(of_it)
        title = f"{word}{_(': ')}{language_name(language)}" if language else word
        groups.append(
            {"title": title, "count": len(lines), "lines": lines[:MOST_SHOWN], "more": max(0, len(lines) - MOST_SHOWN)}
        )
    return groups


def _offered(context: dict[str, Any]) -> list[tuple[str, str]]:
    """The languages a sheet may be asked for: those of the questionnaire, then those the house knows."""
    spoken = context["read"].languages if context["read"] else ()
    return (
        [(code, language_name(code)) for code in dict.fromkeys([*spoken, *NATIVE]) if code != "fr"]
        if context["version"]
        else []
    )


def _beside(version: Questionnaire) -> dict[str, Any]:
    """What a version says otherwise than the one before."""
    was = queries.before(version)
    if was is None:
        return {"was": None, "differences": [], "is_compatible": None}
    old, new = queries.read(was), queries.read(version)
    return {
        "was": was,
        "differences": versions.differences(old, new),
        "is_compatible": versions.is_compatible(old, new),
    }


def _sent(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file made now, taken away."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
