"""The public questions and answers of a call."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from marelle.accounts import threads
from marelle.accounts.models import File, Message, Person
from marelle.framework.models import text
from marelle.mandates.models import Application, Call, CallAnswer
from marelle.mandates.queries.conversations import WITH_CITY


@dataclass(frozen=True)
class Told:
    """One question and its answer, in the reader's language."""

    code: str
    question: str
    answer: str
    file: File | None
    at: datetime


def told(call: Call) -> list[Told]:
    """What anyone reads on the page of the call, the latest answer first."""
    return [Told(row.code, text(row.question), text(row.answer), row.file, row.published_at) for row in shown(call)]


def shown(call: Call) -> QuerySet[CallAnswer]:
    """The answers of a call that stand, the latest first."""
    rows = CallAnswer.objects.filter(call=call, retired_at=None).select_related("file")
    return rows.order_by("-published_at", "-pk")


def asked_in(call: Call, code: str, person: Person) -> str:
    """What a city asked in a message of its application to this call, if this person reads that conversation; else ""."""
    message = Message.objects.filter(code=code).select_related("thread").first()
    model, _sep, application = message.thread.reference.partition(":") if message else ("", "", "")
    about = (
        model == WITH_CITY and Application.objects.filter(code=application, call=call).everyone(reason="found").exists()
    )
    return message.text if message and about and threads.may_read(message.thread.reference, person) else ""
