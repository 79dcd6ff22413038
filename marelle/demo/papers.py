"""The demonstration's papers: a page that says what it is, in PDF."""

from collections.abc import Sequence
from datetime import datetime

from marelle.base import pdf

KIND = {"fr": "Document de démonstration", "en": "Demonstration document"}
NOBODY = "Page inventée pour la démonstration : elle n’engage aucune commune."


def paper(
    title: str, *, at: datetime, subject: str = "", paragraphs: Sequence[str] = (NOBODY,), language: str = "fr"
) -> bytes:
    """A page of that title, dated `at`; `subject`: what it is about, blank for none."""
    content = {
        "kind": KIND[language],
        "facts": [{"name": "Objet", "value": subject}] if subject else [],
        "paragraphs": list(paragraphs),
        "words": {"fingerprint": "", "verify": "", "page": "page"},
    }
    return pdf.render("note", content, language=language, title=title, at=at)
