"""The handover pack on paper: one PDF, the same parts in the same order as the page."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.base import clock, pdf
from marelle.mandates.documents import day
from marelle.mandates.queries.handovers import Pack, Promises


def handover_pdf(pack: Pack) -> bytes:
    """The pack as a tagged PDF in the language of the moment, dated today."""
    language = (get_language() or "fr")[:2]
    title = _("Handover pack of %(organisation)s") % {"organisation": pack.organisation.name}
    return pdf.render("handover", printed(pack), language=language, title=title, at=clock.now())


def printed(pack: Pack) -> dict[str, Any]:
    """All that the paper shows, as words."""
    return {
        "kind": _("Handover pack"),
        "facts": [
            {"name": _("Organisation"), "value": f"{pack.organisation.name} ({pack.organisation.code})"},
            {"name": _("As of"), "value": day(clock.today())},
        ],
        "parts": [
            _list(_("People"), _people(pack)),
            *(part for held in pack.promises for part in _promises(held)),
            _table(
                _("Dates to come"),
                [_("Day"), _("What")],
                [[day(clock.day_of(m.starts_at)), m.title] for m in pack.dates],
            ),
            _list(_("Open points"), [point["words"] for point in pack.points]),
            _table(
                _("Files"),
                [_("Day"), _("File")],
                [[day(clock.day_of(f.added_at)), f.label] for f in pack.files],
            ),
            _list(
                _("Last exchanges with the committee"),
                [f"{day(clock.day_of(e.at))}, {e.title}\n{e.words}" for e in pack.exchanges],
            ),
        ],
        "words": {
            "verify": "",
            "page": _("page"),
            "nothing": _("Nothing to hand over here."),
            "nothing_written": _("Nothing written."),
        },
    }


def _people(pack: Pack) -> list[str]:
    here = [
        f"{c.person.name}, {', '.join(str(m.get_role_display()) for m in c.memberships)}, {c.person.email}"
        for c in pack.team
    ]
    gone = [
        _("%(name)s, %(role)s until %(day)s")
        % {"name": m.person.name, "role": m.get_role_display(), "day": day(clock.day_of(m.ended_at))}
        for m in pack.gone
        if m.ended_at
    ]
    return [*here, *gone, *(_("%(name)s, the committee’s programme team") % {"name": p.name} for p in pack.committee)]


def _promises(held: Promises) -> list[dict[str, Any]]:
    """One table a domain that holds something."""
    return [
        _table(
            f"{held.mandate.track}. {part.outline.domain}",
            [_("Promise"), _("Actions"), _("Indicators never read")],
            [
                [
                    objective.promise or objective.name,
                    "\n".join(
                        _("%(name)s: %(state)s") % {"name": a.name, "state": a.get_state_display()}
                        for a in objective.actions.all()
                    ),
                    "\n".join(i.name for i in objective.indicators.all() if not i.followed.readings) or "–",  # type: ignore[attr-defined]
                ]
                for objective in part.outline.objectives
            ],
        )
        for part in held.domains
        if part.outline.objectives
    ]


def _table(title: str, columns: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": title, "columns": columns, "rows": rows, "lines": []}


def _list(title: str, lines: list[str]) -> dict[str, Any]:
    return {"title": title, "columns": [], "rows": [], "lines": lines}
