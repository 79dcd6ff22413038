"""How a public page is shown: same bytes for everyone, its own address, its other languages."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marelle.base.doors import anyone, door
from marelle.web.templatetags.marelle import in_language, without_language

View = Callable[..., Any]  # pages, files, streams


def public(view: View) -> View:
    """A page for anyone, read only: `@public` above a view."""
    return door(anyone)(require_safe(view))


def show(request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Render without person, session or message; with the addresses search engines and cards need."""
    plain = without_language(request.path)
    addresses = {
        "site": settings.SITE_ADDRESS,
        "canonical": settings.SITE_ADDRESS + request.path,
        "alternates": [(code, settings.SITE_ADDRESS + in_language(plain, code)) for code, _ in settings.LANGUAGES],
        "messages": (),  # asking for them would open the session
    }
    return render(request, template, addresses | (context or {}), status=status)
