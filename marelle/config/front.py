"""Who answers which address: `/e` and below is the intake's, the rest Django's. Both stand in one process.

A part waits for the disk, so many may wait at once: a process has more threads than pages are drawn at once, and the
others are the intake's (docs/decisions/0013-boxes-through-one-door.md).
"""

import gzip
import os
import re
from collections.abc import Callable, Iterable
from functools import cache
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from marelle.consultations.questionnaires import Questionnaire
from marelle.web.kids import preview
from marelle.web.kids.drawing import Assets
from marelle.web.kids.pages import KidsPages
from marelle.web.parts import arrival

INTAKE_THREADS = 28  # beyond those that draw pages: parts on their way to the disk together
PAGES_AT_ONCE = "MARELLE_PAGES_AT_ONCE"  # said by `marelle serve` to the processes it makes
TABLET = "/e/tablet.js"  # beside the pages it serves: a service worker reaches no higher than its own address
TABLET_HEADERS = [
    ("Cache-Control", "no-cache"),
    ("Content-Security-Policy", "default-src 'none'; connect-src 'self'"),
    ("X-Content-Type-Options", "nosniff"),
]
PACKED, WORTH, LEVEL = (
    ("text/html", "application/json"),
    1000,
    4,
)  # kinds, bytes, gzip's level: a third of a millisecond
FACE = re.compile(r"@font-face\s*\{[^}]*woff2[^}]*\}")  # letters that are fetched
FONT = re.compile(r"""url\(["']?(?:\.\./built/)?(fonts/[\w-]+\.woff2)["']?\)""")
WEIGHS = re.compile(r"font-weight:\s*(\w+)")
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Front:
    """The WSGI callable of a process."""

    def __init__(self, house: Application, intake: Application, at_once: int | None = None):
        self.house, self.intake = house, intake
        self._places = BoundedSemaphore(at_once or int(os.environ.get(PAGES_AT_ONCE, "4")))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == TABLET:
            start_response("200 OK", [("Content-Type", "text/javascript"), *TABLET_HEADERS])
            return [tablet_script()]
        if path == "/e" or path.startswith("/e/"):
            return packed(self.intake, environ, start_response)
        arrival.note(environ)
        with self._places:
            return self.house(environ, start_response)


def packed(intake: Application, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A page of the intake, compressed for who reads gzip: a part of ten questions is 25 KB, and 3 packed."""
    told: list[Any] = []
    content = intake(environ, lambda *said: told.extend(said))
    if told and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        status, headers = told
        kind = dict(headers).get("Content-Type", "").partition(";")[0]
        whole = b"".join(content)
        if kind in PACKED and len(whole) > WORTH:
            whole = gzip.compress(whole, LEVEL)
            headers = [(name, value) for name, value in headers if name != "Content-Length"]
            headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(whole)))]
        told, content = [status, headers], [whole]
    if told:
        start_response(*told)
    return content


@cache
def tablet_script() -> bytes:
    """What an enrolled tablet runs."""
    return (settings.BASE / "marelle" / "static" / "kids" / "tablet.js").read_bytes()


def kids_pages() -> KidsPages:
    """The child's pages."""
    return KidsPages(kids_assets)


def child_preview(questionnaire: Questionnaire, part: str, **told: Any) -> str:
    """A part as a child of one age would see it, for the office, which knows no other face."""
    return preview.draw(questionnaire, part, assets=kids_assets(), is_demonstration=settings.DEMO, **told)


def kids_assets() -> Assets:
    """What they bring along: addresses as they are served, names of the pictograms drawn."""
    place = settings.BASE / "marelle" / "static"
    names = ("built/kids.css", "built/js/kids.js", "kids/pictograms.svg")
    css, js, drawings = map(static, names)
    drawn = frozenset(re.findall(r'<symbol id="([\w-]+)"', (place / names[2]).read_text()))
    sheet = (place / names[0]).read_text() if (place / names[0]).exists() else ""
    faces = [_face(face) for face in FACE.findall(sheet)]
    brought = [place / name for name in (*names, *(f"built/{file}" for _weight, file in faces))]
    return Assets(
        css,
        js,
        drawings,
        drawn,
        FACE.sub("", sheet),
        sum(path.stat().st_size for path in brought if path.exists()),
        tuple((weight, static(f"built/{file}")) for weight, file in faces),
    )


def _face(rule: str) -> tuple[str, str]:
    """How heavy its letters are, and their file."""
    weight, file = WEIGHS.search(rule), FONT.search(rule)
    return weight[1] if weight else "400", file[1] if file else ""
