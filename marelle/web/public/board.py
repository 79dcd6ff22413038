"""The live board for anyone: questions and answers, in the reader's language, the same bytes for all until it changes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from marelle.events.models import Event
from marelle.events.queries import meetings as queries
from marelle.events.states import EventState
from marelle.web.public.meetings import alone
from marelle.web.public.show import public, show


@public
def board(request: HttpRequest, code: str) -> HttpResponse:
    """The board of a webinar, read by anyone. It looks after itself with a script; without, one reloads."""
    event = open_to_all(code)
    return show(request, "public/board.html", {"event": event, "questions": asked(event), "noindex": True})


@public
def questions(request: HttpRequest, code: str) -> HttpResponse:
    """The board's inside alone, asked for every five seconds; with `?voix=1`, with the buttons of who may vote."""
    event = open_to_all(code)
    may_vote = request.GET.get("voix") == "1"
    return show(request, "parts/board.html", {"questions": asked(event), "may_vote": may_vote})


def open_to_all(code: str) -> Event:
    """The webinar. Raises Http404 when its board is not for everyone."""
    event = alone(code)
    if event.state == EventState.CANCELLED or not queries.is_public_board(event):
        raise Http404
    return event


def asked(event: Event) -> list[queries.Asked]:
    """What stands on it, in the reader's language."""
    return queries.board(event, get_language() or "fr")
