"""What was asked of colleagues, and what may be."""

from dataclasses import dataclass

from marelle.mandates.models import Asking
from marelle.mandates.queries.applications import Dossier, section_address


@dataclass(frozen=True)
class Line:
    """One question asked: its title, what stands in the dossier today."""

    asking: Asking
    title: str
    stands: str
    address: str


def lines(dossier: Dossier) -> list[Line]:
    """What was asked in an application, what waits for somebody here first, then the latest."""
    rows = Asking.objects.filter(application=dossier.application).select_related("asked_by")
    known = {
        question.key: (question.title, section_address(dossier.application, section))
        for section in dossier.sections
        for question in section.questions
    }
    found = [
        Line(row, known[row.key][0], dossier.answers.get(row.key, ""), f"{known[row.key][1]}#{row.key}")
        for row in rows.order_by("-asked_at", "-pk")
        if row.key in known
    ]
    return sorted(found, key=lambda line: (line.asking.closed_at is not None, line.asking.answered_at is None))


def choices(dossier: Dossier, kinds: frozenset[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions that can be asked, under their section, as a form offers them."""
    found = []
    for section in dossier.sections:
        asked = [
            (question.key, f"{group.title} · {question.title}" if group.title else question.title)
            for group in section.groups
            for question in group.questions
            if question.kind in kinds
        ]
        if asked:
            found.append((section.title, asked))
    return found
