"""What a city and the programme team say to one another about its application."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from marelle.accounts import threads
from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Application
from marelle.mandates.queries import conversations
from marelle.web.city.space import Space, application_or_404, enter, page
from marelle.web.parts import threads as shared
from marelle.web.parts.files import attachment


@door(member)
@require_http_methods(["GET", "POST"])
@once
def conversation(request: HttpRequest, code: str) -> HttpResponse:
    """Read what was said, and answer."""
    space = enter(request)
    application = application_or_404(space)
    reference = conversations.reference_with_city(application)
    refused = shared.sent(request, reference, space.person) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        return redirect("city:application_conversation", code)
    context = {"application": application, "thread": _thread(space, application, refused)}
    return page(request, "city/application_conversation.html", space, status=422 if refused else 200, **context)


@door(member)
@require_safe
def file(request: HttpRequest, code: str, file: str) -> HttpResponseBase:
    """A file joined to a message."""
    space = enter(request)
    reference = conversations.reference_with_city(application_or_404(space))
    return attachment(get_object_or_404(threads.files_of(reference, space.person), code=file))


def _thread(space: Space, application: Application, refused: shared.MessageForm | None) -> dict[str, Any]:
    return shared.show(
        conversations.reference_with_city(application),
        space.person,
        may_write=conversations.may_write_with_city(space.person, application),
        form=refused,
        file_address=partial(_file_address, space.code),
    )


def _file_address(code: str, file: str) -> str:
    return reverse("city:application_conversation_file", args=[code, file])
