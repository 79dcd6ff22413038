"""The picture of a shared page: name, place, and the hopscotch of the mandate. Drawn here, no outside service."""

import io
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630  # what the sites that show such cards ask for
MARGIN = 80
INK, PAPER, QUIET, SUN, MINT = "#1B2340", "#FFFDF7", "#5A6075", "#FFC83D", "#BFE8D4"  # tokens.css
FONTS = Path(settings.BASE) / "marelle" / "static" / "built" / "fonts"
MOST_SQUARES = 10


def draw(name: str, where: str, first_year: int, last_year: int, year: int | None) -> bytes:
    """PNG, 1200 by 630. `year`: which year of the mandate it is, from 1; None outside it."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, 70), _("Child-friendly city, member of the network"), font=font("atkinson-400", 34), fill=QUIET)
    title, size = fitted(name)
    top = 128
    for line in title:
        pen.text((MARGIN, top), line, font=font("bricolage-700", size), fill=INK)
        top += int(size * 1.12)
    pen.text((MARGIN, top + 16), where, font=font("atkinson-400", 38), fill=QUIET)
    hopscotch(pen, max(1, min(last_year - first_year, MOST_SQUARES)), year)
    pen.text((MARGIN, HEIGHT - 74), f"Marelle · {first_year}-{last_year}", font=font("atkinson-700", 32), fill=INK)
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def hopscotch(pen: ImageDraw.ImageDraw, years: int, year: int | None) -> None:
    """One square a year, those begun filled, and the half-sun at the end."""
    side, top = min(110, (WIDTH - 2 * MARGIN - 190) // years), 408
    for number in range(1, years + 1):
        left = MARGIN + (number - 1) * side
        lift = 4 if number % 2 else -4
        begun = year is not None and number <= year
        fill = SUN if number == year else MINT if begun else PAPER
        pen.rounded_rectangle(
            (left, top + lift, left + side, top + side + lift), radius=8, fill=fill, outline=INK, width=5
        )
    sun = MARGIN + years * side + 30
    pen.pieslice((sun, top + side - 75, sun + 150, top + side + 75), 180, 360, fill=SUN, outline=INK, width=5)


def fitted(name: str) -> tuple[list[str], int]:
    """The name on one line or two, at the largest size that holds."""
    for size in (96, 80, 66, 54):
        lines = wrapped(name, size)
        if len(lines) <= 2:
            return lines, size
    return [*wrapped(name, 54)[:1], wrapped(name, 54)[1][:40] + "…"], 54


def wrapped(name: str, size: int) -> list[str]:
    """Words on lines no wider than the card."""
    letters, lines = font("bricolage-700", size), [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and letters.getlength(longer) > WIDTH - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@lru_cache(maxsize=32)
def font(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The house's letters when they have been built, else the plain ones of the drawing library."""
    path = FONTS / f"{name}.woff2"
    try:
        return ImageFont.truetype(path, size)
    except OSError:
        return ImageFont.load_default(size)
