"""Words as a QR code, in SVG."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def printed(words: str) -> str:
    """For a document: a file of its own."""
    drawing = io.BytesIO()
    segno.make(words, micro=False, error="m").save(drawing, kind="svg", border=2, xmldecl=False, svgns=True)
    return drawing.getvalue().decode()


def shown(words: str) -> SafeString:
    """For a page: dark on light whatever its colours, as large as the sheet of styles says."""
    drawing = segno.make(words, micro=False, error="m").svg_inline(
        border=3, light="#fff", dark="#000", svgclass=None, lineclass=None, omitsize=True
    )
    return mark_safe(drawing)  # drawn here: nothing of the words stands in it
