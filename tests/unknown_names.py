"""An unknown name in one of our templates fails the test that renders it; `{% if name %}` stays allowed."""

import sys
from typing import Any


class UnknownName(AssertionError):
    """A template names something its page does not give it."""


class Unknown(str):
    """Given to Django as `string_if_invalid`: refuses to be shown."""

    def __contains__(self, part: object) -> bool:
        return True  # so that Django formats it with the name

    def __bool__(self) -> bool:
        return True

    def __mod__(self, name: Any) -> str:
        context = sys._getframe(1).f_locals.get("context")
        template = getattr(context, "template", None)
        place = str(getattr(getattr(template, "origin", None), "name", "a template"))
        if "site-packages" in place:
            return ""
        raise UnknownName(f"{place} names {name}, which its page does not give it")
