"""Saving what was typed, field by field, with or without script; nothing typed is lost when two people write."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.base.errors import BadData, Conflict
from marelle.base.text import hour_in_words
from marelle.web.parts import error_pages

LONGEST_VERSION = 9  # digits
Save = Callable[..., Any]  # save(name, value, was=…, version=…) -> the thing saved, with its version


@dataclass
class Outcome:
    """What became of a form: texts that met another, sentences about fields that could not be taken."""

    conflicts: list[tuple[str, Conflict]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


def save_typed(request: HttpRequest, names: Iterable[str], save: Save) -> Outcome:
    """Save each field that was changed on the page; `was:<name>` holds what stood there when it was opened."""
    outcome = Outcome()
    for name in names:
        if name not in request.POST:
            continue
        value, was = _lines(request.POST[name]), _lines(request.POST.get(f"was:{name}", ""))
        outcome.typed[name] = value
        if value == was:
            continue
        try:
            save(name, value, was=was, version=0)
        except Conflict as conflict:
            conflict.facts.setdefault("who", "")  # who wrote a field of a plan is not kept
            conflict.facts.setdefault("own", False)
            outcome.conflicts.append((name, conflict))
        except BadData as error:
            outcome.faults[name] = error.sentence
    return outcome


def answer_one(request: HttpRequest, save: Save, *, title: str, back: str) -> HttpResponse:
    """Save one field and answer a script with JSON, a form with the page it came from; 409 shows both texts."""
    sent = request.POST
    name, value, was = sent.get("name", ""), _lines(sent.get("value", "")), _lines(sent.get("was", ""))
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        saved = save(name, value, was=was, version=_version(sent.get("version", "")))
    except Conflict as conflict:
        conflict.facts.update(field=name, label=title, back=back)
        return error_pages.conflict(request, conflict)
    except BadData as error:
        if by_script:
            return JsonResponse({"error": error.sentence}, status=422)
        raise
    if by_script:
        return JsonResponse({"saved_at": hour_in_words(clock.now().astimezone(clock.PARIS)), "saved": saved.version})
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(f"{back}#{name}")


def _version(sent: str) -> int:
    return int(sent) if sent.isdecimal() and len(sent) <= LONGEST_VERSION else 0


def _lines(words: str) -> str:
    return words.replace("\r\n", "\n")
