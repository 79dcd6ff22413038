"""How one joins: the two tracks, the open calls, my commune, the check."""

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from marelle.base import clock
from marelle.framework.models import text
from marelle.framework.queries import domains_of
from marelle.mandates.queries import call_answers, network
from marelle.territories.queries import suggest
from marelle.web.parts.files import attachment
from marelle.web.public.eligibility import answer, answers_among, questions
from marelle.web.public.show import public, show

MOST_FOUND = 20
LONGEST = 120  # characters read of what was typed: trust W9


@public
def join(request: HttpRequest) -> HttpResponse:
    """The tracks side by side, when one can apply, what it costs."""
    framework = network.framework_in_force()
    domains = domains_of(framework) if framework else []
    context = {
        "tracks": network.city_tracks(),
        "calls": network.calls_to_show(),
        "now": clock.now(),
        "domains": domains,
        "recommendations": sum(len(domain.recommendations.all()) for domain in domains),
        "costs": [(text(cost["name"]), text(cost["text"])) for cost in framework.joining.get("costs", [])]
        if framework
        else [],
        "questions": len(questions(framework.joining)) if framework else 0,
    }
    return show(request, "public/join.html", context)


@public
def my_commune(request: HttpRequest) -> HttpResponse:
    """What the type-ahead shows, as a page: each answer leads to opening its space."""
    typed = (request.GET.get("q") or "").replace("\x00", "").strip()[:LONGEST]
    found = suggest(typed, network.CITY_TERRITORIES, MOST_FOUND) if typed else []
    known = network.members_among(suggestion.code for suggestion in found)
    context = {"typed": typed, "found": [(s, s.code in known) for s in found], "noindex": True}
    return show(request, "public/my_commune.html", context)


@public
def eligibility(request: HttpRequest) -> HttpResponse:
    """One question a page; the address carries the answers, nothing is kept."""
    framework = network.framework_in_force()
    check = framework.joining if framework else {}
    asked, answers = questions(check), answers_among(check, request.GET)
    position, found = len(answers), answer(check, answers)
    question = None if found or not asked else asked[position]
    context: dict[str, Any] = {
        "answers": answers,
        "position": position + 1,
        "total": len(asked),
        "question": question,
        "unanswered": bool(question) and request.GET.get("question") == question.key,
        "back": "?" + urlencode(dict(list(answers.items())[:-1])) if answers else "",
        "answer": found,
        "calls": network.calls_to_show() if found and found.may_apply else [],
        "now": clock.now(),
        "noindex": bool(answers),
    }
    return show(request, "public/eligibility.html", context)


@public
def call(request: HttpRequest, code: str) -> HttpResponse:
    """A published call: its dates, its tracks, its documents."""
    found = network.public_call(code)
    if found is None:
        raise Http404
    context = {
        "call": found,
        "presentation": text(found.presentation),
        "is_open": found.is_open(clock.now()),
        "now": clock.now(),
        "tracks": list(found.tracks.order_by("position", "-years", "pk")),
        "documents": list(network.documents_of(found)),
        "answers": call_answers.told(found),
        "domains": domains_of(found.framework),
    }
    return show(request, "public/call.html", context)


@public
def document(request: HttpRequest, code: str, file_code: str) -> FileResponse:
    """A document of a published call, for anyone; any other file is a 404."""
    found = network.public_call(code)
    if found is None:
        raise Http404
    file = get_object_or_404(network.files_of(found), code=file_code)
    return attachment(file)
