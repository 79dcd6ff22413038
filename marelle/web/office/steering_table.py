"""The steering page's list: every mandate and its milestones, drawn small on screen, whole in files."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.mandates.queries.milestones import Milestone, MilestoneState
from marelle.mandates.queries.reasons import sentence
from marelle.mandates.queries.steering import Row, Rows
from marelle.mandates.red_list import Reason, Why
from marelle.mandates.states import MandateState
from marelle.plans.states import ProofLevel, ReportKind
from marelle.web.parts.tables import Column, Table
from marelle.web.templatetags.marelle import icon, number

PER_PAGE = 300  # a whole network on one page
ANY = "any-code"  # stands for a code in an address looked up once
S = MilestoneState
MARKS = {
    S.AHEAD: "square",
    S.DUE: "clock",
    S.OVERDUE: "warning",
    S.RETURNED: "back",
    S.SUBMITTED: "letter",
    S.ACCEPTED: "tick",
    S.PASSED: "dot",
}
WRITE = frozenset({Reason.SILENT, Reason.LEAD})  # what one answers by writing to the city
FOLLOW = frozenset({Reason.READING, Reason.BLOCKED})  # what one reads in its plan
ON_ITS_PAGE = {
    Reason.STEP: "#echanges",
    Reason.WATCH: "#moves",
    Reason.END: "#moves",
}  # what the mandate's own page settles


def steering(request: HttpRequest, rows: Rows, titles: dict[str, str]) -> Table:
    """The list. `titles`: words of what stands in one of its filters, for its name."""
    report = {kind: lambda row, kind=kind: row.report(kind) for kind in (ReportKind.MID_TERM, ReportKind.FINAL)}
    columns = [
        Column("ville", _("City"), lambda row: row.mandate.organisation.name, order="organisation__name", shown=_city),
        Column("code", _("Code"), lambda row: row.mandate.organisation.code, only="files"),
        Column("departement", _("Département"), lambda row: row.mandate.departement, only="files"),
        Column("voie", _("Track"), lambda row: str(row.mandate.track), only="files"),
        Column("etat", _("State"), lambda row: row.mandate.get_state_display(), only="files"),
        Column(
            "silence",
            _("Silent (days)"),
            lambda row: row.silent_days,
            "number",
            "organisation__journal_chain__acted_at",
        ),
        Column("raisons", _("What needs attention"), _reasons, shown=_reason_links),
        Column("dernier_acte", _("Last act"), lambda row: row.facts.acted_on, only="files"),
        Column("convention", _("Agreement"), _signed_on, order="agreement__signed_at", shown=_signed),
        Column("fiches", _("Yearly sheets"), _sheets, shown=lambda row: _marks(row.sheets)),
        *_report_columns("mi_parcours", _("Mid-term"), report[ReportKind.MID_TERM]),
        *_report_columns("final", _("Final"), report[ReportKind.FINAL]),
        Column("fin", _("Renewal"), lambda row: row.mandate.ends_on, order="ends_on", shown=_renewal),
        Column("renouvellement", _("Renewal under way"), lambda row: row.facts.is_followed, only="files"),
        Column("avancement", _("Progress"), _progress, only="screen"),
        *[_degree(proof) for proof in ProofLevel],
        Column("charge", _("Followed by"), _officer, only="files"),
        Column("relance", _("Reminded"), lambda row: row.reminded_on, only="files"),
    ]
    caption = _("Mandates") + (f"{_(': ')}{', '.join(titles.values())}" if titles else "")
    empty = _("No mandate answers these filters.")
    return Table(request, name="pilotage", caption=caption, columns=columns, rows=rows, per_page=PER_PAGE, empty=empty)


def _report_columns(name: str, title: str, find: Callable[[Row], Milestone | None]) -> list[Column]:
    """A report on screen; its state and its day in files."""

    def state(row: Row) -> str:
        found = find(row)
        return str(found.state.label) if found else ""

    def on(row: Row) -> Any:
        found = find(row)
        return found.on if found else None

    def mark(row: Row) -> str:
        found = find(row)
        return _mark(found.state, found.name, _month(found.on), get_language() or "") if found else ""

    return [Column(name, title, state, shown=mark), Column(f"{name}_le", title, on, only="files")]


def _degree(proof: ProofLevel) -> Column:
    return Column(f"{proof}_pourcent", proof.label, lambda row: _percent(row, proof), "number", only="files")


# Cells ---------------------------------------------------------------------------------------------------------------
def _city(row: Row) -> SafeString:
    """The box one ticks to write to several, the name, where it is and where it stands."""
    mandate, language = row.mandate, get_language() or ""
    name, place = conditional_escape(mandate.organisation.name), conditional_escape(mandate.departement)
    choose = _("Choose %(city)s") % {"city": name}
    stands = " · ".join(filter(None, [place, _state_word(mandate.state, language), conditional_escape(_officer(row))]))
    return mark_safe(
        f'<input type="checkbox" name="mandat" value="{mandate.code}" aria-label="{choose}"> '
        f'<a href="{_page_of(row)}">{name}</a><br><span class="small quiet">{stands}</span>'
    )


@lru_cache(maxsize=256)
def _state_word(state: str, language: str) -> str:
    return conditional_escape(MandateState(state).label)


def _page_of(row: Row) -> str:
    return _address("office:mandate", row.mandate.agreement_code)


def _address(name: str, code: str) -> str:
    """The address of a page that takes one code: looked up once, not once a row."""
    return _pattern(name, get_language() or "").replace(ANY, code)


@lru_cache(maxsize=64)
def _pattern(name: str, language: str) -> str:
    return reverse(name, args=[ANY])


def _signed_on(row: Row) -> Any:
    signed_at = row.mandate.signed_at
    return clock.day_of(signed_at) if signed_at else None


def _signed(row: Row) -> str:
    on = _signed_on(row)
    return _mark(S.ACCEPTED, _("Agreement signed"), _month(on), get_language() or "") if on else ""


def _sheets(row: Row) -> str:
    return ", ".join(f"{sheet.year}: {sheet.state.label}" for sheet in row.sheets)


def _marks(reports: list[Milestone]) -> SafeString:
    language = get_language() or ""
    marks = [_mark(found.state, found.name, f"{found.year % 100:02}", language) for found in reports]
    return mark_safe(f'<span class="in-ones">{" ".join(marks)}</span>')


def _month(on: Any) -> str:
    return date_format(on, "m/y")


@lru_cache(maxsize=4096)
def _mark(state: str, name: str, short: str, language: str) -> SafeString:
    """A small shape with its name, and a few figures; the same for hundreds of rows."""
    title = f"{name}{_(': ')}{MilestoneState(state).label}"
    return format_html("<span>{} {}</span>", icon(MARKS[MilestoneState(state)], label=title), short)


def _renewal(row: Row) -> str:
    state = S.ACCEPTED if row.facts.is_followed else S.AHEAD
    name = _("Renewal under way") if row.facts.is_followed else _("Nothing prepared")
    return _plain(MARKS[state], name, _month(row.mandate.ends_on), get_language() or "")


@lru_cache(maxsize=4096)
def _plain(shape: str, name: str, short: str, language: str) -> SafeString:
    return format_html("<span>{} {}</span>", icon(shape, label=name), short)


def _percent(row: Row, proof: str) -> int | None:
    degree = row.degrees.get(proof)
    return degree.percent if degree else None


def _progress(row: Row) -> str:
    """Declared, evidenced and verified apart; nothing known is said so."""
    known = [(proof, _percent(row, proof)) for proof in ProofLevel]
    said = [_degree_word(proof, percent, get_language() or "") for proof, percent in known if percent is not None]
    return " · ".join(said) or _("not measured")


@lru_cache(maxsize=4096)
def _degree_word(proof: str, percent: int, language: str) -> str:
    return f"{ProofLevel(proof).label} {number(percent)}\u202f%"


def _reasons(row: Row) -> str:
    return " ; ".join(sentence(row, why) for why in row.whys)


def _reason_links(row: Row) -> SafeString:
    """Each reason, and where one does something about it."""
    told = [f'<a href="{_where(row, why)}">{conditional_escape(sentence(row, why))}</a>' for why in row.whys]
    return mark_safe(f"<span>{'<br>'.join(told)}</span>")


def _where(row: Row, why: Why) -> str:
    if why.reason in WRITE:
        return _address("office:city_write", row.mandate.organisation.code)
    if why.reason in FOLLOW:
        return _address("office:followed", row.mandate.agreement_code)
    if why.reason == Reason.REPORT and row.overdue and row.overdue.report:
        return _address("office:report", row.overdue.report.code)
    return f"{_page_of(row)}{ON_ITS_PAGE.get(why.reason, '')}"


def _officer(row: Row) -> str:
    return row.mandate.officer.name if row.mandate.officer else ""


def key() -> list[tuple[str, str]]:
    """What each shape means."""
    return [(shape, str(S(state).label)) for state, shape in MARKS.items()]
