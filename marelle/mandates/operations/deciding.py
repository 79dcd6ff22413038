"""Decisions of a whole session: each proposed, confirmed or declined for itself, what is refused told beside the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from marelle.accounts.models import Person
from marelle.base.errors import BadData, MarelleError
from marelle.mandates.models import Application, BoardSession
from marelle.mandates.operations import decisions


@dataclass(frozen=True)
class Drafted:
    """What is to be proposed for one application; `conditions`: one a line, for a probation."""

    outcome: str
    reasons: str
    conditions: str = ""
    conditions_due_on: date | None = None


@dataclass(frozen=True)
class Told:
    """What became of one application: "" when it was done, else why it was refused; then nothing of it changed."""

    application: Application
    refused: str = ""


def propose_all(session: BoardSession, drafted: Mapping[Application, Drafted], *, by: Person) -> list[Told]:
    """Propose each decision to the board. Raises nothing: a refusal is told, and leaves its application as it was."""

    def propose(application: Application) -> None:
        words = drafted[application]
        decisions.propose_decision(
            application.pk,
            by=by,
            outcome=words.outcome,
            reasons=words.reasons,
            conditions=words.conditions,
            conditions_due_on=words.conditions_due_on,
            session_on=session.day,
        )

    return each(list(drafted), propose)


def confirm_all(read: Mapping[Application, str], *, by: Person) -> list[Told]:
    """Confirm each proposal that was read, by its code. Raises nothing: a refusal is told, and leaves its application as it was."""
    return each(list(read), lambda a: decisions.confirm_decision(a.pk, by=by, read=read[a]))


def decline_all(read: Mapping[Application, str], *, by: Person) -> list[Told]:
    """Decline each proposal that was read, by its code. Raises nothing, as `confirm_all`."""
    return each(list(read), lambda a: decisions.decline_decision(a.pk, by=by, read=read[a]))


def each(applications: Sequence[Application], act: Callable[[Application], object]) -> list[Told]:
    """Act on each, in a transaction of its own: what is refused is told, and leaves its application as it was."""
    told = []
    for application in applications:
        try:
            with transaction.atomic():
                act(application)
        except BadData as error:
            told.append(Told(application, " ".join([error.sentence, *error.faults])))
        except MarelleError as error:
            told.append(Told(application, error.sentence))
        else:
            told.append(Told(application))
    return told
