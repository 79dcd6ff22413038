"""How often programs may ask."""

from django.conf import settings
from django.http import HttpRequest

from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address


def count_ask(request: HttpRequest, name: str, *, times: int = 1, by: int = 1) -> None:
    """So many a minute from one address, whoever asks: a header that says "our own page" is a word anyone may write (trust L3)."""
    request.is_for_one_reader = True  # type: ignore[attr-defined]  # a kept answer would not be counted
    most = settings.API_PER_MINUTE * times
    limits.count(name, client_address(request), most=most, seconds=limits.MINUTE, by=by)
