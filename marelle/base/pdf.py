"""PDFs of the house, drawn by typst in a child process (trust P1-P5).

The child alone holds the engine: 20 seconds, 512 MB, killed beyond. It reads our templates and
fonts, gets the content as one JSON text, and has no reason to touch anything else.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.base.errors import Unavailable
from marelle.base.pdf_child import UNDRAWN

TEMPLATES = Path(__file__).resolve().parents[1] / "pdf"
CHILD = Path(__file__).with_name("pdf_child.py")
FONT_PACKAGES = ("fontpkg_atkinson_hyperlegible", "fontpkg_bricolage_grotesque")
LONGEST = 30  # seconds of waiting: 20 of computing (trust P4), and a busy machine


class Undrawn(Unavailable):
    """None of the typefaces draws some letter, and none may be given up."""


def render(
    template: str,
    content: dict[str, Any],
    *,
    language: str,
    title: str,
    at: datetime,
    fonts: Sequence[str] = (),
    whole: bool = False,
) -> bytes:
    """A tagged PDF (PDF/UA-1) of `marelle/pdf/<template>.typ`. The same arguments give the same bytes.

    `content` holds strings, numbers, lists and dictionaries; its words are shown, never run. `fonts`: files of more
    typefaces. `whole`: a letter nobody draws is no square, it stops everything.
    Raises Unavailable when the engine refuses, or takes too long; Undrawn.
    """
    given = {**content, "title": title, "language": language, "verify_at": f"{settings.SITE_ADDRESS}/verifier"}
    if settings.DEMO:
        with override(language):
            given["demonstration"] = _("Demonstration: real places, invented content. This document binds nobody.")
    with tempfile.TemporaryDirectory(prefix="marelle-pdf-") as place:
        empty, more = Path(place, "empty"), Path(place, "fonts")
        for folder in (empty, more):
            folder.mkdir()
        for file in fonts:
            shutil.copy(file, more)  # the engine looks for typefaces in folders alone
        order = {
            "template": str(template_path(template)),
            "root": str(TEMPLATES),
            "fonts": [*font_folders(), str(more)],
            "whole": whole,
            "empty": str(empty),
            "given": given,
            "at": int(at.timestamp()),
        }
        return _ask_child(order, template)


def template_path(name: str) -> Path:
    """The template of that name. Raises ValueError for a name that is not one of ours."""
    if name not in template_names():
        raise ValueError(f"no PDF template {name!r}")
    return TEMPLATES / f"{name}.typ"


@cache
def template_names() -> frozenset[str]:
    """The templates there are. Raises RuntimeError if a link lies among them (trust P2: typst follows links)."""
    links = [path.name for path in (TEMPLATES, *TEMPLATES.rglob("*")) if path.is_symlink()]
    if links:
        raise RuntimeError(f"symbolic links among the PDF templates: {', '.join(links)}")
    return frozenset(path.stem for path in TEMPLATES.glob("*.typ"))


@cache
def font_folders() -> list[str]:
    """Where our two typefaces lie: the wheels that carry them."""
    found = [importlib.util.find_spec(name) for name in FONT_PACKAGES]
    return [str(Path(spec.origin).parent / "files") for spec in found if spec and spec.origin]


def _ask_child(order: dict[str, Any], template: str) -> bytes:
    sentence = _("The document could not be drawn. Try again in a moment.")
    try:
        answer = subprocess.run(  # noqa: S603  our own file, no shell, nothing of a person's in the arguments
            [sys.executable, "-I", str(CHILD)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=LONGEST,
            env={"TZ": "UTC", "LC_ALL": "C.UTF-8"},
            cwd=order["empty"],
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(sentence, template=template, cause="timeout", retry_after=60) from error
    if answer.returncode or not answer.stdout.startswith(b"%PDF-"):
        cause = answer.stderr.decode(errors="replace").strip().splitlines()[-1:] or [f"status {answer.returncode}"]
        if answer.returncode == UNDRAWN:
            raise Undrawn(_("No typeface of this house draws every letter of this document."), template=template)
        raise Unavailable(sentence, template=template, cause=cause[0][:200], retry_after=60)
    return answer.stdout
