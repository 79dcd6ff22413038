"""Whole addresses of this house: from settings, never from a request (specs/trust.md, E4)."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override


def whole(name: str, *args: str, language: str | None = None) -> str:
    """The address of a page in a language; in the one now spoken, when none is said."""
    with override(language or get_language()):
        return settings.SITE_ADDRESS + reverse(name, args=args)
