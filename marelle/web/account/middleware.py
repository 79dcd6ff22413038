"""How long a session lasts: two hours without a page, twelve hours in all (trust A8)."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from marelle.accounts import sessions
from marelle.web.parts.middleware import OPEN_FACES, face_of


class SessionLimits:
    """Note each page of a signed-in person, and sign out whoever stayed away too long. Open faces are left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if face_of(request) in OPEN_FACES or not request.user.is_authenticated or sessions.notice(request):
            return None
        logout(request)
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/compte/")
