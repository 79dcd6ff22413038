"""Errors, as pages: what happened, what is kept, what to do next, a reference to quote."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.states import OrganisationKind
from marelle.base.errors import Conflict, MarelleError, NotAllowed, ProofNeeded, TooMany, Unavailable
from marelle.base.text import random_id
from marelle.web.parts import scope
from marelle.web.templatetags.marelle import without_language

log = logging.getLogger("marelle.errors")
RETRY_AFTER = 5  # seconds, when nothing better is known
PASSING = (
    "locked",
    "lock timeout",
    "deadlock",
    "could not serialize",
    "canceling statement",
    "couldn't get a connection",
)


def is_passing(error: OperationalError) -> bool:
    """Whether the same question may get an answer a moment later."""
    words = str(error).lower()
    return any(sign in words for sign in PASSING)


def explain(request: HttpRequest, error: MarelleError) -> HttpResponse:
    """The page of an error a person may meet. Writes refusals to the journal (trust J3)."""
    if isinstance(error, ProofNeeded) and "address" in error.facts:
        address = error.facts["address"]
        if "?" not in address:  # `accounts.proof` says where to come back: a form is sent again, or its page opened
            address = f"{address}?{urlencode({'next': request.get_full_path()})}"
        return HttpResponseRedirect(address)
    reference = new_reference()
    log.warning("reference=%s %s refused: %s", reference, view_name(request), facts_for_log(error))
    if isinstance(error, NotAllowed):
        _write_refusal(request, error)
    if isinstance(error, Conflict):
        return conflict(request, error)
    template = "errors/explained.html" if error.sentence else f"errors/{error.status}.html"
    response = show(request, template, error.status, sentence=error.sentence, error=error, reference=reference)
    if isinstance(error, TooMany | Unavailable):
        response.headers["Retry-After"] = str(int(error.facts.get("retry_after", RETRY_AFTER)))
    return response


def conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    """Both texts, and one press to keep either; the fragment alone for a form that saves itself (trust D1)."""
    name = error.facts.get("field", "value")
    context = {
        "yours": error.yours,
        "theirs": error.theirs,
        "name": name,
        "label": error.facts.get("label", name),
        "version": error.version,
        "url": request.get_full_path(),
        "back": error.facts.get("back", request.get_full_path()),
        "who": error.facts.get("who", ""),
        "own": error.facts.get("own", False),
        "csrf": get_token(request),
    }
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(render_to_string("parts/conflict.html", context), status=error.status)
    return show(request, "errors/conflict.html", error.status, sentence=error.sentence, error=error, **context)


def busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """503: the database did not answer twice."""
    log.error("reference=%s %s: %s", new_reference(), view_name(request), type(error).__name__)
    return explain(
        request, Unavailable(_("Too many people are writing at this moment. Send it again in a few seconds."))
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return show(request, "errors/400.html", 400, reference=new_reference())


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403, also of a form whose protection against other sites is missing (trust W4)."""
    return show(request, "errors/403.html", 403, reference=new_reference(), is_form=bool(reason))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not for this reader; it does not say which (trust O3)."""
    return show(request, "errors/404.html", 404, reference="")


def broken(request: HttpRequest) -> HttpResponse:
    """500: asks nothing of the database, of the session, of the reader."""
    reference = new_reference()
    log.error("reference=%s %s broke", reference, view_name(request))
    context = {"reference": reference, "demo": settings.DEMO, "shell": "public/base.html"}
    return HttpResponse(render_to_string("errors/500.html", context), status=500)


def show(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """Draw an error's page; as JSON for a script."""
    if "json" in request.headers.get("Accept", "") and "html" not in request.headers.get("Accept", ""):
        return sentence_as_json(context.get("sentence", ""), status, context.get("reference", ""))
    around = {"status": status, "next_step": next_step(request), **shell_of(request, status)}
    return render(request, template, around | context, status=status)


def shell_of(request: HttpRequest, status: int) -> dict[str, Any]:
    """What stands around an error: the face one is at work in, with its menu; the public one for who is not signed in.

    Open faces do not know their readers (trust A12), and nothing is asked when the house itself is at fault.
    """
    if status >= 500 or not scope.is_behind_a_door(request.path_info) or not _is_signed_in(request):
        return {"shell": "public/base.html"}
    organisation = getattr(request, "organisation", None)
    if organisation is not None and organisation.kind != OrganisationKind.COMMITTEE:
        return {"shell": "city/base.html", "organisation": organisation}
    at_office = without_language(request.path_info).startswith("/bureau") and request.user.in_committee  # type: ignore[union-attr]  # signed in: a Person
    return {"shell": "office/base.html" if at_office else "account/base.html"}


def _is_signed_in(request: HttpRequest) -> bool:
    return hasattr(request, "user") and request.user.is_authenticated


def sentence_as_json(sentence: str, status: int, reference: str = "") -> HttpResponse:
    return JsonResponse({"error": str(sentence), "reference": reference}, status=status)


def next_step(request: HttpRequest) -> dict[str, str]:
    """Where to go from an error: back to the page one came from, or home."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and came_from.path.startswith("/") and request.method == "POST":
        query = f"?{came_from.query}" if came_from.query else ""
        return {"url": f"/{came_from.path.lstrip('/')}{query}", "title": _("Back to the page")}
    home = "/en/" if request.path.startswith("/en/") else "/"
    return {"url": home, "title": _("Back to the home page")}


def new_reference() -> str:
    """Short enough to be read on the telephone; found again in the log."""
    return random_id(40)


def view_name(request: HttpRequest) -> str:
    """Names things by id, never by words (STYLE 24)."""
    match = request.resolver_match
    return match.view_name if match else "nowhere"


def facts_for_log(error: MarelleError) -> str:
    facts = " ".join(f"{name}={value}" for name, value in sorted(error.facts.items()) if name != "address")
    return f"{type(error).__name__} {facts}".strip()


def _write_refusal(request: HttpRequest, error: NotAllowed) -> None:
    match = request.resolver_match
    if match is None or match.namespaces[:1] in (["public"], ["api"]) or not request.user.is_authenticated:
        return  # open faces do not know their readers (trust A12)
    journal.record_refusal(
        request.user, view_name(request), organisation=getattr(request, "organisation", None), **error.facts
    )
