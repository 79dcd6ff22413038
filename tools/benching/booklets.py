"""A booklet of 40 questions, drawn: what a facilitator waits for."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median

from benching import limits
from benching.rows import Row
from marelle.consultations import printing
from marelle.consultations.booklets import Printed
from marelle.consultations.questionnaires import Option, Part, Question, Questionnaire

QUESTIONS, PARTS, BAR = 40, 4, 3  # seconds, specs/consultation.md, section 18
AT = datetime(2026, 11, 3, tzinfo=UTC)
ANSWERS = tuple(Option(f"o{n}", {"fr": f"La réponse {n}"}, pictogram="oui") for n in range(1, 6))


def measure(*, quick: bool) -> Iterator[Row]:
    """Seconds, the middle of a few drawings; pictures for the young, large print."""
    edition = {"fr": "Consultation"}
    for band, form in (("9_11", "a5"),) if quick else (("9_11", "a5"), ("15_18", "large")):
        printed = Printed(asked(), band, "fr", edition, ({"number": "119", "fr": "enfant en danger"},))
        seconds = median(_seconds(printed, form) for _n in range(3))
        name = f"booklet of {QUESTIONS} questions, {form}"
        yield Row(name, seconds, "s", bar=("<=", BAR, "value"), conditions=limits.here())


def asked() -> Questionnaire:
    """Forty questions of five answers, in four parts."""
    each = QUESTIONS // PARTS
    questions = [
        Question(f"q{n:03}", "one", {"fr": f"Que penses-tu de la question {n} ?"}, options=ANSWERS, pictogram="ecole")
        for n in range(QUESTIONS)
    ]
    parts = [Part(f"p{n}", {"fr": f"Partie {n}"}, tuple(questions[n * each : (n + 1) * each])) for n in range(PARTS)]
    return Questionnaire({"fr": "Consultation"}, ("fr",), tuple(parts))


def _seconds(printed: Printed, form: str) -> float:
    started = time.perf_counter()
    printing.draw(printed, printing.draw_numbers(1), form=form, at=AT)
    return time.perf_counter() - started
