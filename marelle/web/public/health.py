"""`/sante`: whether the house stands, for those who watch over it."""

import os
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from marelle.base import rounds, stamps
from marelle.base.doors import anyone, door

SILENT_AFTER = 120  # seconds without a sign of the worker


@door(anyone)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """`ok`, or 503 saying what does not answer; as JSON, in words that no language changes.

    The database is asked first: the worker's sign lies there.
    """
    parts = {name: "ok" if answers() else "does not answer" for name, answers in PARTS.items()}
    sound = set(parts.values()) == {"ok"}
    if "application/json" in request.headers.get("Accept", ""):
        response: HttpResponse = JsonResponse({"state": "ok" if sound else "degraded", **parts})
    else:
        faults = [f"{SENTENCES[name]}\n" for name, state in parts.items() if state != "ok"]
        response = HttpResponse("ok\n" if sound else "".join(faults), content_type="text/plain; charset=utf-8")
    response.status_code = 200 if sound else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def database_answers() -> bool:
    """Whether a question gets an answer."""
    try:
        stamps.current("public")
    except DatabaseError:
        return False
    return True


def files_answer() -> bool:
    """Whether the folder of files can be written in."""
    try:
        settings.FILES_ROOT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.FILES_ROOT) as trial:
            trial.write(b"ok")
            os.fsync(trial.fileno())
    except OSError:
        return False
    return True


def worker_answers() -> bool:
    """Whether the worker gave a sign of life lately."""
    try:
        since = rounds.seconds_since_sign()
    except DatabaseError:
        return False
    return since is not None and since <= SILENT_AFTER


PARTS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "files": files_answer,
    "worker": worker_answers,
}
SENTENCES = {
    "database": _("The database does not answer."),
    "files": _("The folder of files cannot be written in."),
    "worker": _("The worker gives no sign of life."),
}
