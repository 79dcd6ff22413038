"""The letter that asks one question of a colleague."""

from marelle.base import outbox
from marelle.base.addresses import whole
from marelle.mandates.models import Asking
from marelle.mandates.questions import Question

ASKED = "question_asked"


def send(asking: Asking, question: Question, *, email: str, secret: str) -> None:
    """The question and the link that answers it, to an address kept here alone."""
    language = asking.asked_by.language
    outbox.write(
        ASKED,
        to=email,
        language=language,
        key=f"{ASKED}:{asking.code}",
        reference=f"mandates.asking:{asking.code}",
        context={
            "asking": asking,
            "question": question,
            "address": whole("public:asked", secret, language=language),
        },
    )
