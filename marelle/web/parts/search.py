"""One search for every face: what the reader may see, each kind in turn."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from marelle.accounts.models import Person
from marelle.base import registers
from marelle.base.registers import Found
from marelle.web.templatetags.marelle import here

LONGEST, SHORTEST = 80, 2  # characters, trust W9
MOST = 30  # answers on a page


def show(request: HttpRequest, person: Person | None) -> dict[str, Any]:
    """What the page of the search needs. `person` is None on the public face, which knows nobody."""
    text = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:LONGEST]
    found = find(text, person) if len(text) >= SHORTEST else []
    return {"text": text, "found": found, "too_short": bool(text) and len(text) < SHORTEST}


def find(text: str, person: Person | None) -> list[Found]:
    """At most thirty answers, no address twice, addresses in the reader's language."""
    answers: dict[str, Found] = {}
    for found in registers.search(text, person, MOST):
        answers.setdefault(here(found.address), found)
    return [replace(found, address=address) for address, found in answers.items()]
