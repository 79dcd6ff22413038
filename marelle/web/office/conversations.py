"""What is said of an application in the office: with its city, and among the committee alone."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from marelle.accounts import threads
from marelle.accounts.doors import committee
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Application
from marelle.mandates.queries import conversations
from marelle.web.parts import threads as shared
from marelle.web.parts.files import attachment


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def with_city(request: HttpRequest, code: str) -> HttpResponse:
    """The conversation with the city, for the programme team."""
    application = _application(code)
    reference = conversations.reference_with_city(application)
    may_write = conversations.may_write_with_city(request.user, application)
    more = {"may_write": may_write, "carry_address": partial(_carry_address, application.call.code)}
    return _conversation(request, application, reference, "office/conversation.html", **more)


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def notes(request: HttpRequest, code: str) -> HttpResponse:
    """The committee's own notes on the application."""
    application = _application(code)
    reference = conversations.reference_internal(application)
    return _conversation(request, application, reference, "office/application_notes.html", may_write=True)


@door(committee)
@require_safe
@asks(reading=SECOND)
def file(request: HttpRequest, code: str, file: str) -> HttpResponseBase:
    """A file joined to what was said with the city."""
    reference = conversations.reference_with_city(_application(code))
    _readable(reference, request)
    return attachment(get_object_or_404(threads.files_of(reference, request.user), code=file))


def _conversation(
    request: HttpRequest, application: Application, reference: str, template: str, **shown: Any
) -> HttpResponse:
    _readable(reference, request)
    refused = shared.sent(request, reference, request.user) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        return redirect(request.path)
    address = partial(_file_address, application.code)
    thread = shared.show(reference, request.user, form=refused, file_address=address, **shown)
    context = {"application": application, "thread": thread}
    return render(request, template, context, status=422 if refused else 200)


def _application(code: str) -> Application:
    found = conversations.find(code)
    if found is None:
        raise Http404
    return found


def _readable(reference: str, request: HttpRequest) -> None:
    if not threads.may_read(reference, request.user):
        raise Http404


def _carry_address(call: str, message: str) -> str:
    """The page of the call's public answers, begun from a message."""
    return f"{reverse('office:call_answers', args=[call])}?message={message}#answer"


def _file_address(code: str, file: str) -> str:
    return reverse("office:application_conversation_file", args=[code, file])
