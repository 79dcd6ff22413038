"""The minutes of a session of the board, as a tagged PDF: who was there, what was decided of each application, and why."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base import clock, pdf
from marelle.base.text import hour_in_words
from marelle.mandates.documents import day
from marelle.mandates.models import BoardSession
from marelle.mandates.queries.sessions import Agenda, Line, agenda_of


def minutes_pdf(session: BoardSession, person: Person) -> bytes:
    """For whoever prints it: no more than they may read. Dated today, in the language of the moment."""
    language = (get_language() or "fr")[:2]
    title = _("Minutes of the board, %(day)s") % {"day": day(session.day)}
    content = printed(session, agenda_of(session, person))
    return pdf.render("session", content, language=language, title=title, at=clock.now())


def printed(session: BoardSession, agenda: Agenda) -> dict[str, Any]:
    """All that the paper shows, as words."""
    return {
        "kind": _("Session of the board") if session.held_at else _("Session of the board, before it was held"),
        "facts": _facts(session),
        "present": _present(session),
        "items": [_item(session, line) for line in agenda.lines],
        "kept_back": kept_back(agenda),
        "minutes": session.minutes,
        "words": {
            "verify": "",
            "page": _("page"),
            "present": _("Who was present"),
            "agenda": _("Agenda and decisions"),
            "said": _("What was said"),
            "conditions": _("Conditions"),
            "nothing": _("Nothing is written yet."),
            "signed": _("For the board, name and signature"),
        },
    }


def kept_back(agenda: Agenda) -> str:
    """A sentence when something of the agenda is not shown to this reader, who has a tie with it; else ""."""
    if not agenda.kept_back:
        return ""
    sentence = ngettext(
        "%(count)s application of this agenda is not shown to you: you have a tie with it.",
        "%(count)s applications of this agenda are not shown to you: you have a tie with them.",
        agenda.kept_back,
    )
    return sentence % {"count": agenda.kept_back}


def _facts(session: BoardSession) -> list[dict[str, str]]:
    local = session.starts_at.astimezone(ZoneInfo(session.call.zone))
    when = _("%(day)s at %(hour)s") % {"day": day(local.date()), "hour": hour_in_words(local)}
    return [
        {"name": _("Committee"), "value": session.call.committee.name},
        {"name": _("Call"), "value": str(session.call)},
        {"name": _("When"), "value": when},
        {"name": _("Where"), "value": session.place},
    ]


def _present(session: BoardSession) -> list[str]:
    members = [person.name for person in session.present.order_by("name", "pk")]
    return [*members, *([session.also_present] if session.also_present else [])]


def _item(session: BoardSession, line: Line) -> dict[str, Any]:
    """One application: what was decided of it, its reasons, its conditions."""
    item = {"title": f"{line.number}. {line.application.organisation.name}", "track": str(line.application.track)}
    decision = line.decision
    if decision is None:
        waits = _("Put off: nothing was decided.") if session.held_at else _("To be decided.")
        return {**item, "outcome": waits, "reasons": "", "until": "", "conditions": []}
    due = decision.conditions_due_on
    return {
        **item,
        "outcome": str(decision.get_outcome_display()).capitalize(),
        "reasons": decision.reasons,
        "until": _("To be answered until %(day)s.") % {"day": day(due)} if due else "",
        "conditions": decision.conditions.splitlines(),
    }
