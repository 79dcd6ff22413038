"""The sheet the commission has before it during a hearing: what readers said and noted, as a tagged PDF."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base import clock, pdf
from marelle.base.text import hour_in_words
from marelle.mandates.documents import day
from marelle.mandates.models import Application, Hearing
from marelle.mandates.queries.office import readings_of
from marelle.mandates.queries.remarks import remarks_on


def sheet_pdf(application: Application, hearing: Hearing | None, person: Person) -> bytes:
    """For whoever prints it: no more than they may read. Dated today, in the language of the moment."""
    language = (get_language() or "fr")[:2]
    title = _("Hearing of %(city)s") % {"city": application.organisation.name}
    return pdf.render("hearing", printed(application, hearing, person), language=language, title=title, at=clock.now())


def printed(application: Application, hearing: Hearing | None, person: Person) -> dict[str, Any]:
    """All that the paper shows, as words."""
    return {
        "kind": _("Hearing sheet, for the commission alone"),
        "facts": _facts(application, hearing),
        "parts": [
            {"title": _("What the readers conclude"), "lines": _summaries(application, person)},
            {"title": _("What they noted, criterion by criterion"), "lines": _scores(application, person)},
            {"title": _("Remarks not settled yet"), "lines": _remarks(application, person)},
        ],
        "words": {
            "verify": "",
            "page": _("page"),
            "nothing": _("Nothing noted."),
            "notes": _("Notes"),
        },
    }


def _facts(application: Application, hearing: Hearing | None) -> list[dict[str, str]]:
    facts = [
        {"name": _("City"), "value": f"{application.organisation.name} ({application.organisation.code})"},
        {"name": _("Call"), "value": f"{application.call} – {application.track}"},
    ]
    if hearing is None or hearing.slot is None:
        return facts
    slot = hearing.slot
    local = slot.starts_at.astimezone(ZoneInfo(application.call.zone))
    when = _("%(day)s at %(hour)s, %(minutes)s minutes") % {
        "day": day(local.date()),
        "hour": hour_in_words(local),
        "minutes": slot.length_minutes,
    }
    return [*facts, {"name": _("When"), "value": when}, {"name": _("Where"), "value": slot.where}]


def _summaries(application: Application, person: Person) -> list[str]:
    read = [reading for reading in readings_of(application, person) if reading.review.summary]
    return [
        _("%(reader)s, %(total)s out of 100: %(words)s")
        % {
            "reader": r.review.reviewer.name,
            "total": "–" if r.total is None else round(r.total),
            "words": r.review.summary,
        }
        for r in read
    ]


def _scores(application: Application, person: Person) -> list[str]:
    scores = [(s, r) for r in readings_of(application, person) for s in r.review.scores.all() if s.remark]
    scores.sort(key=lambda pair: (pair[0].criterion.position, pair[0].criterion.pk))
    return [
        _("%(criterion)s (%(reader)s): %(words)s")
        % {"criterion": score.criterion, "reader": reading.review.reviewer.name, "words": score.remark}
        for score, reading in scores
    ]


def _remarks(application: Application, person: Person) -> list[str]:
    rows = remarks_on(application, person).filter(parent=None, resolved_at=None)
    return [
        _("%(part)s (%(author)s): %(words)s") % {"part": r.part or "–", "author": r.author.name, "words": r.text}
        for r in rows
    ]
