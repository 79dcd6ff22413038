"""The workbook by which a living network comes in: its sheets, and the empty one to be filled in."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marelle.accounts.models import Organisation
from marelle.accounts.states import CITY_ROLES, Role
from marelle.base import clock
from marelle.base.workbooks.columns import Column, Identity, Line, Sheet
from marelle.base.workbooks.writing import write
from marelle.framework.models import Framework, Track, text
from marelle.framework.queries import domains_of
from marelle.plans import sheets
from marelle.plans.states import ReportKind

KIND = "network"
WIDE, NARROW = 40, 14  # characters
WORDS_OF_REPORT = ("highlights", "difficulties", "participation", "fairness", "next_steps")


def template(
    committee: Organisation,
    framework: Framework,
    tracks: Sequence[Track],
    lines: Mapping[str, Sequence[Line]] | None = None,
) -> bytes:
    """The workbook to fill in, with the lists of this framework and of these tracks; `lines`: of an example, by sheet."""
    reference = f"accounts.organisation:{committee.code}"
    identity = Identity(KIND, reference, _("A network to be brought in"), clock.now())
    notice = [
        _("One line a thing, under the titles. Each sheet names the organisation by its INSEE or SIREN code."),
        _("A code of before a merger is followed to the municipality of today."),
        _("Nothing is written before two administrators have read the fate of every line."),
        _("Brought back a second time, the file adds only what is not there: nothing is changed, nothing twice."),
        _("No letter leaves: people are invited when you decide it."),
        _("Marks (O1, I1…) are yours: they say which objective an action is under, in one organisation."),
    ]
    if lines:
        notice.insert(0, _("An example: everything in it is invented, but for the codes of the municipalities."))
    held = lines or {}
    return write(identity, [(sheet, held.get(sheet.name, [])) for sheet in sheets_of(framework, tracks)], notice)


def sheets_of(framework: Framework, tracks: Sequence[Track]) -> list[Sheet]:
    """The sheets, in the order in which they are brought in."""
    domains = [(domain.code, domain.short_name) for domain in domains_of(framework)]
    levels = [(level["code"], text(level["name"])) for level in framework.involvement]
    return [
        _sheet("organisations", _("Organisations"), [Column("name", _("Name"), width=WIDE)], _("who has a space here")),
        _sheet("mandates", _("Mandates"), _mandate_columns(tracks), _("years of membership, and the agreement signed")),
        _sheet("people", _("People"), _people_columns(), _("elected leads, officers, colleagues: to be invited")),
        _sheet(
            "objectives",
            _("Objectives"),
            [*_plan(_mark()), *sheets.objective_fields(domains)],
            _("what each plan aims at"),
        ),
        _sheet(
            "actions",
            _("Actions"),
            [*_plan(_under()), *sheets.action_fields(levels), *sheets.state_fields()],
            _("what is done, under its objective"),
        ),
        _sheet("indicators", _("Indicators"), [*_plan(_mark(), _under()), *_indicator()], _("how one knows")),
        _sheet(
            "readings", pgettext("plan", "Readings"), [*_plan(_of()), *_reading()], _("what was measured, and when")
        ),
        _sheet("reports", _("Reports"), [*_plan(), *_report()], _("those accepted in the past, in a few lines")),
    ]


def _sheet(name: str, title: str, columns: list[Column], explained: str) -> Sheet:
    code = Column("organisation", _("INSEE or SIREN code"), is_mark=True, width=NARROW)
    return Sheet(name, title, [code, *columns], explained, spare=20_000)


def _plan(*marks: Column) -> list[Column]:
    """Which of the organisation's plans a line is of, and the marks that tell lines apart."""
    return [Column("since", _("Year the mandate began"), "whole", is_mark=True, width=NARROW), *marks]


def _mark() -> Column:
    return Column("mark", _("Mark"), is_mark=True, width=NARROW)


def _under() -> Column:
    return Column("objective", _("Objective’s mark"), is_mark=True, width=NARROW)


def _of() -> Column:
    return Column("indicator", _("Indicator’s mark"), is_mark=True, width=NARROW)


def _mandate_columns(tracks: Sequence[Track]) -> list[Column]:
    return [
        Column("track", _("Track"), "choice", choices=[(track.code, str(track)) for track in tracks], width=24),
        Column("starts_on", _("First day"), "day", width=NARROW),
        Column("ends_on", _("Day after the last"), "day", width=NARROW),
        Column("signed_on", _("Agreement signed on"), "day", width=NARROW),
        Column("vote_number", _("Number of the council’s vote")),
        Column("voted_on", _("Day of the vote"), "day", width=NARROW),
        Column("vision", _("Vision"), width=WIDE),
    ]


def _people_columns() -> list[Column]:
    roles = [(role.value, role.label) for role in Role if role in CITY_ROLES]
    return [
        Column("name", _("Name")),
        Column("email", _("E-mail address"), width=WIDE),
        Column("role", _("Role"), "choice", choices=roles, width=24),
    ]


def _indicator() -> list[Column]:
    return [Column("definition", _("Code in the library"), width=NARROW), *sheets.indicator_fields()]


def _reading() -> list[Column]:
    return [
        Column("period", _("Period"), width=NARROW),
        Column("breakdown", _("Group")),
        *sheets.measure_fields(),
    ]


def _report() -> list[Column]:
    return [
        Column("kind", _("Report"), "choice", choices=[(k.value, k.label) for k in ReportKind], width=24),
        Column("year", _("Year"), "whole", width=NARROW),
        Column("handed_in_on", _("Handed in on"), "day", width=NARROW),
        Column("highlights", _("What went well"), width=WIDE),
        Column("difficulties", _("What is difficult"), width=WIDE),
        Column("participation", _("How children took part"), width=WIDE),
        Column("fairness", _("What was done against discrimination"), width=WIDE),
        Column("next_steps", _("What comes next"), width=WIDE),
    ]
