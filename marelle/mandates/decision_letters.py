"""The decision of the board as a letter on paper: what a city is told, or would be if the board confirms what is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.accounts.models import PendingAct
from marelle.base import clock, pdf
from marelle.mandates.documents import day
from marelle.mandates.models import Application, Decision
from marelle.mandates.queries.sessions import Agenda
from marelle.mandates.states import Outcome


@dataclass(frozen=True)
class Written:
    """A decision in words. `is_draft`: proposed, not confirmed by the board yet."""

    application: Application
    outcome: str
    reasons: str
    conditions: list[str]
    due_on: date | None
    on: date
    is_draft: bool


def confirmed(decision: Decision, application: Application) -> Written:
    """What the board decided."""
    conditions, due_on = decision.conditions.splitlines(), decision.conditions_due_on
    words = (decision.outcome, decision.reasons, conditions, due_on, decision.session_on)
    return Written(application, *words, is_draft=False)


def proposed(act: PendingAct, application: Application) -> Written:
    """What the board is asked to confirm."""
    words = act.payload
    due_on = date.fromisoformat(words["conditions_due_on"]) if words["conditions_due_on"] else None
    on = date.fromisoformat(words["session_on"])
    return Written(
        application, words["outcome"], words["reasons"], words["conditions"].splitlines(), due_on, on, is_draft=True
    )


def of_agenda(agenda: Agenda, *, drafts: bool) -> list[Written]:
    """The letters of a session in the order of its agenda: of what was decided, or (`drafts`) of what waits for the board."""
    if drafts:
        return [proposed(line.waiting, line.application) for line in agenda.lines if line.waiting]
    return [confirmed(line.decision, line.application) for line in agenda.lines if line.decision]


def letters_pdf(letters: Sequence[Written], *, title: str) -> bytes:
    """One tagged PDF, each letter on a page of its own, in the language of the moment."""
    language = (get_language() or "fr")[:2]
    content = {"letters": [printed(letter) for letter in letters], "words": _words()}
    return pdf.render("decision", content, language=language, title=title, at=clock.now())


def letter_title(application: Application) -> str:
    """What the letter of one application is called."""
    return _("%(city)s: the board’s decision") % {"city": application.organisation.name}


def printed(letter: Written) -> dict[str, Any]:
    """All that one letter shows, as words."""
    application = letter.application
    return {
        "draft": _("Draft: the board has not confirmed this decision; it binds nobody.") if letter.is_draft else "",
        "sender": application.call.committee.name,
        "city": f"{application.organisation.name} ({application.organisation.code})",
        "subject": letter_title(application),
        "call": f"{application.call} – {application.track}",
        "sentence": _sentence(letter),
        "reasons": letter.reasons,
        "conditions": letter.conditions,
        "next": _next(letter),
    }


def _sentence(letter: Written) -> str:
    words = {
        "day": day(letter.on),
        "city": letter.application.organisation.name,
        "until": day(letter.due_on),
    }
    sentences = {
        Outcome.GRANTED: _("On %(day)s the board granted the title to %(city)s."),
        Outcome.PROBATION: _("On %(day)s the board put %(city)s on probation until %(until)s."),
        Outcome.REFUSED: _("On %(day)s the board did not grant the title to %(city)s."),
    }
    return sentences[Outcome(letter.outcome)] % words


def _next(letter: Written) -> str:
    sentences = {
        Outcome.GRANTED: _("What comes next: your council votes the plan and the agreement, then each party signs."),
        Outcome.PROBATION: _(
            "Answer each condition on the platform, then hand in again before the end of that day: "
            "the readers read your application again."
        ),
        Outcome.REFUSED: _("You may apply again at the next call, starting from this dossier."),
    }
    return sentences[Outcome(letter.outcome)]


def _words() -> dict[str, str]:
    return {
        "verify": "",
        "page": _("page"),
        "greeting": _("To the elected officials and the team of your town,"),
        "reasons": _("The reasons of the board"),
        "conditions": _("The conditions"),
        "signed": _("For the board, name and signature"),
    }
