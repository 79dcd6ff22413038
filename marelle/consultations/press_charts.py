"""One question as a drawing that stands alone (SVG): bars, numbers, indicative intervals, where it comes from."""

import textwrap
from xml.sax.saxutils import escape

from marelle.consultations import telling
from marelle.consultations.drawing import Row
from marelle.consultations.telling import Result

WIDTH, MARGIN, LINE = 720, 24, 22  # units of the drawing
BARS = WIDTH - 2 * MARGIN - 220  # how long a hundred per cent is: beside it stand the share and its interval
STEP, BAR = 46, 14  # from an answer to the next; height of a bar
LONGEST = 66  # letters on a line of the question, at its size
INK, QUIET, FILL, PAPER, GROUND = "#1B2340", "#5A6075", "#0F5C73", "#FFFDF7", "#F4EDE0"  # IDENTITY.md
LETTERS = "Atkinson Hyperlegible, Verdana, sans-serif"


def chart(result: Result, source: str) -> str:
    """All children together, an answer a bar. `source`: what stands at its foot."""
    lines, rows = textwrap.wrap(result.title, LONGEST) or [""], result.everyone.shares
    top = MARGIN + LINE * len(lines) + 34
    height = top + STEP * len(rows) + 12 + 18 * len(textwrap.wrap(source, 100))
    said = [f"{result.name(row.option)} {telling.share(row)}" for row in rows]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc" font-family="{LETTERS}">',
        f'<title id="title">{escape(result.title)}</title>',
        f'<desc id="desc">{escape(", ".join(said))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        *(_text(MARGIN, MARGIN + LINE * number, line, 18, bold=True) for number, line in enumerate(lines, start=1)),
        _text(MARGIN, top - 10, telling.children(result.everyone.base), 13, ink=QUIET),
        *(piece for number, row in enumerate(rows) for piece in _bar(result, row, top + STEP * number)),
        *(_text(MARGIN, top + STEP * len(rows) + 18 * n, line, 11, ink=QUIET) for n, line in enumerate(textwrap.wrap(source, 100), start=1)),
        "</svg>\n",
    ])  # fmt: skip


def _bar(result: Result, row: Row, y: int) -> list[str]:
    """The answer, its bar, its interval as a line with two ends, its numbers in words."""
    foot, between = y + 22, telling.between(row)
    shown = f"{telling.share(row)} ({between})" if between else telling.share(row)
    drawn = [
        _text(MARGIN, y + 16, result.name(row.option), 14),
        f'<rect x="{MARGIN}" y="{foot}" width="{BARS}" height="{BAR}" fill="{GROUND}"/>',
        f'<rect x="{MARGIN}" y="{foot}" width="{_long(telling.height(row))}" height="{BAR}" fill="{FILL}"/>',
        _text(MARGIN + BARS + 12, foot + 12, shown, 13),
    ]
    if row.low is None or row.high is None:
        return drawn
    low, high = MARGIN + _long(row.low), MARGIN + _long(row.high)
    path = f"M{low} {foot + BAR // 2}H{high}M{low} {foot + 2}V{foot + BAR - 2}M{high} {foot + 2}V{foot + BAR - 2}"
    thick = f'<path d="{path}" fill="none" stroke="{PAPER}" stroke-width="4"/>'
    return [*drawn, thick, f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.5"/>']


def _long(share: float) -> int:
    return round(BARS * share / 100)


def _text(x: int, y: int, words: str, size: int, *, ink: str = INK, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{ink}"{weight}>{escape(words)}</text>'
