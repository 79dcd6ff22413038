"""Booklets drawn: A5 to be folded (four pages a sheet) or large print, each copy with a number of chance (specs/consultation.md, section 14)."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

import marelle
from marelle.base import pdf
from marelle.base.errors import BadData
from marelle.consultations import booklets, numbering
from marelle.consultations.booklets import Printed

FORMS = ("a5", "large")
SPRITE = Path(marelle.__file__).parent / "static" / "kids" / "pictograms.svg"
SYMBOL = re.compile(r'<symbol id="([\w-]+)" (viewBox="[^"]+")>(.*?)</symbol>', re.DOTALL)
OWN, OWN_TITLE = "Atkinson Hyperlegible", "Bricolage Grotesque 96pt"
PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts")  # of the machine's typefaces
LETTERS = {  # of languages ours do not write: family, then the files looked for; the first there is serves
    "ar": (
        ("Noto Naskh Arabic", ("NotoNaskhArabic-Regular.ttf", "NotoNaskhArabic-Bold.ttf")),
        ("Noto Sans Arabic", ("NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf")),
        ("Amiri", ("Amiri-Regular.ttf", "Amiri-Bold.ttf")),
        ("DejaVu Sans", ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")),
    ),
    "uk": (
        ("Noto Sans", ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")),
        ("DejaVu Sans", ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")),
        ("Liberation Sans", ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf")),
    ),
}


def draw_numbers(count: int) -> list[str]:
    """Numbers of chance, six figures, all different: they say nothing, not even an order."""
    drawn: set[int] = set()
    while len(drawn) < count:
        drawn.add(numbering.LOWEST + secrets.randbelow(numbering.NUMBERS))
    return [str(number) for number in secrets.SystemRandom().sample(sorted(drawn), count)]


def draw(printed: Printed, numbers: Sequence[str], *, form: str, at: datetime) -> bytes:
    """One PDF with a copy for each number. Raises BadData when no typeface here has the letters, Unavailable."""
    families, files = typefaces(printed.language)
    content = booklets.booklet(printed)
    given: dict[str, Any] = {
        "booklet": content,
        "form": form if form in FORMS else "a5",
        "young": printed.band == "6_8",
        "numbers": list(numbers),
        "fonts": [OWN, *families],
        "titling": [OWN_TITLE, "Bricolage Grotesque", OWN, *families],
        "pictures": {name: drawn for name, drawn in drawings().items() if name in booklets.pictograms(content)},
        "author": "Marelle",
    }
    if settings.DEMO:
        given["demonstration"] = printed.words("demonstration")
    title = f"{content['title']['t']}, {printed.words(f'band_{printed.band}')}"
    try:
        return pdf.render("booklet", given, language=content["l"], title=title, at=at, fonts=files, whole=True)
    except pdf.Undrawn as error:
        raise _without_letters(printed.language) from error


def typefaces(language: str) -> tuple[list[str], list[str]]:
    """Families and files of the machine that write a language ours do not. Raises BadData when it has none."""
    wanted = LETTERS.get(language.partition("-")[0])
    if wanted is None:
        return [], []
    for family, names in wanted:
        found = [path for name in names if (path := find_font(name))]
        if len(found) == len(names):
            return [family], found
    raise _without_letters(language)


@cache
def find_font(name: str) -> str:
    """Where the machine keeps a typeface; "" when it does not."""
    for place in PLACES:
        found = next(Path(place).rglob(name), None) if Path(place).is_dir() else None
        if found:
            return str(found)
    return ""


@cache
def drawings() -> dict[str, str]:
    """The house's pictograms, each as a drawing of its own."""
    sprite = SPRITE.read_text()
    opening = re.match(r"<svg ([^>]*)>", sprite)
    looks = opening[1] if opening else 'xmlns="http://www.w3.org/2000/svg"'
    return {name: f"<svg {looks} {box}>{inside}</svg>" for name, box, inside in SYMBOL.findall(sprite)}


def _without_letters(language: str) -> BadData:
    sentence = _(
        "No typeface installed on this server writes this language (%(language)s): the booklet would show empty squares, "
        "so it is not printed. Install the Noto or Amiri typefaces, then try again."
    )
    return BadData(sentence % {"language": language})
