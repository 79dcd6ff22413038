"""Open data: each list with the meaning of its columns, said once for the files, the interface for programs and the dictionary.

Names of lists and columns are read by other programs: adding is free, changing one is a decision (`tests/web/test_public_open_data.py`
holds them by hand).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marelle.accounts.states import OrganisationKind
from marelle.mandates.queries import open_data
from marelle.mandates.queries.open_data import Asked, Source
from marelle.plans.states import ActionState, AnswerKind, Direction, ProofLevel, RatedBy, ReportKind, Verdict

Words = str | Promise
TOWN, COMMITTEE = _("the town"), _("the committee")
OFFICIAL = _("official geographic code and census")
HOUSE, FRAMEWORK = _("this platform"), _("the framework of the programme")


@dataclass(frozen=True)
class Column:
    """One column. `kind`: type of its values; `values`: all it may hold, when they are few; `example`: one.

    `unit`: of a number; `source`: who says it; `may_be_unknown`: whether it may be empty.
    """

    name: str
    meaning: Words
    source: Words
    example: Any
    kind: type = str
    unit: Words = ""
    values: tuple[str, ...] = ()
    may_be_unknown: bool = False


@dataclass(frozen=True)
class Dataset:
    """One list that anyone may take away. `name`: in addresses."""

    name: str
    title: Words
    about: Words
    source: Source
    columns: tuple[Column, ...] = field(repr=False)

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.columns]

    def page(self, asked: Asked, after: str, size: int) -> list[dict[str, Any]]:
        """Some rows, after the one whose code is `after`."""
        return [self._row(row) for row in open_data.page(self.source, asked, after, size)]

    def every_one(self, asked: Asked) -> Iterator[dict[str, Any]]:
        """All the rows, one by one."""
        return (self._row(row) for row in open_data.every_one(self.source, asked))

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        found = row | {"url": address_of(row["code"])} if "url" in self.names else row
        return {name: found[name] for name in self.names}


def address_of(code: str) -> str:
    """The stable public address of a town, French: what others cite."""
    return f"{settings.SITE_ADDRESS}/villes/{code}"


def by_name(name: str) -> Dataset | None:
    """The list of that name."""
    return next((dataset for dataset in DATASETS if dataset.name == name), None)


# Columns shared by several lists
CODE = Column("code", _("Its own code, which never changes."), HOUSE, "h7k2m9p4q8r3s6t5v2w9x4y7z3")
ORGANISATION = Column("organisation", _("Code of the town: INSEE of a commune, SIREN of an intercommunality."), OFFICIAL, "67447")  # fmt: skip
PLAN = Column("plan", _("Code of the plan."), HOUSE, "p3q8r5s2t9v6w4x7y2z8a5b3c9")
OBJECTIVE = Column("objective", _("Code of the objective."), HOUSE, "b9c4d7e2f8g5h3j6k9m2n7p4q8")
DOMAIN = Column("domain", _("Domain of the framework."), FRAMEWORK, "education")
REASON = _("What is unknown is shown as unknown, never as zero: why there is no value; empty when there is one.")


def _day(name: str, meaning: Words, source: Words, example: date, *, unknown: bool = False) -> Column:
    return Column(name, meaning, source, example, date, may_be_unknown=unknown)


def _number(name: str, meaning: Words, source: Words, example: float, unit: Words = "", *, whole: bool = False) -> Column:  # fmt: skip
    return Column(name, meaning, source, example, int if whole else float, unit, may_be_unknown=True)


def _choice(name: str, meaning: Words, source: Words, values: Any) -> Column:
    listed = tuple(str(value) for value in values)
    return Column(name, meaning, source, listed[0], values=listed)


OF_INDICATOR = _("in the unit of the indicator")
DATASETS = (
    Dataset(
        "organisations",
        _("Towns"),
        _("The communes and intercommunalities whose mandate runs or has ended."),
        open_data.ORGANISATIONS,
        (
            Column("code", _("Code of the town: INSEE of a commune, SIREN of an intercommunality."), OFFICIAL, "67447"),
            Column("name", _("Its name."), OFFICIAL, "Schiltigheim"),
            _choice("kind", _("Commune or intercommunality."), OFFICIAL, [OrganisationKind.COMMUNE, OrganisationKind.INTERCOMMUNALITY]),
            Column("country", _("Its country, ISO 3166-1."), HOUSE, "FR"),
            Column("departement", _("INSEE code of its département."), OFFICIAL, "67", may_be_unknown=True),
            Column("departement_name", _("Name of its département."), OFFICIAL, "Bas-Rhin", may_be_unknown=True),
            Column("region", _("INSEE code of its région."), OFFICIAL, "44", may_be_unknown=True),
            Column("region_name", _("Name of its région."), OFFICIAL, "Grand Est", may_be_unknown=True),
            _number("population", _("Municipal population in force."), OFFICIAL, 34708, _("persons"), whole=True),
            _number("population_year", _("Year that population is of."), OFFICIAL, 2023, whole=True),
            _number("lon", _("Longitude of its middle, WGS 84."), OFFICIAL, 7.7493, _("degrees")),
            _number("lat", _("Latitude of its middle, WGS 84."), OFFICIAL, 48.6075, _("degrees")),
            Column("url", _("Address of its page."), HOUSE, "https://marelle.example/villes/67447"),
        ),
    ),
    Dataset(
        "mandates",
        _("Mandates"),
        _("The years of membership of each town: those that run, those that have ended."),
        open_data.MANDATES,
        (
            CODE,
            ORGANISATION,
            PLAN,
            Column("track", _("Way into the network."), COMMITTEE, "titre"),
            _choice("state", _("Running, prolonged or ended."), COMMITTEE, ["active", "prolonged", "ended"]),
            _day("starts_on", _("First day."), COMMITTEE, date(2026, 9, 1)),
            _day("ends_on", _("First day after the end."), COMMITTEE, date(2032, 9, 1)),
        ),
    ),
    Dataset(
        "plans",
        _("Action plans"),
        _("The plan each mandate is about."),
        open_data.PLANS,
        (
            CODE,
            ORGANISATION,
            Column("mandate", _("Code of the mandate."), HOUSE, "m4n7p2q9r5s8t3v6w2x9y4z7a5"),
            Column("framework", _("Code of the framework it follows."), FRAMEWORK, "fr-demo"),
            Column("framework_version", _("Version of that framework."), FRAMEWORK, "2026.1"),
            _day("adopted_on", _("Day the council adopted it."), TOWN, date(2026, 9, 14), unknown=True),
        ),
    ),
    Dataset(
        "objectives",
        _("Promises"),
        _("What each plan promises, in plain words."),
        open_data.OBJECTIVES,
        (
            CODE,
            ORGANISATION,
            PLAN,
            DOMAIN,
            Column("domain_name", _("Name of that domain."), FRAMEWORK, "Éducation"),
            Column("promise", _("The promise in plain words, else the name of the objective."), TOWN, "D’ici 2032, chaque rue d’école sera calme."),
        ),
    ),
    Dataset(
        "actions",
        _("Actions"),
        _("What is done for each promise, and where it stands."),
        open_data.ACTIONS,
        (
            CODE,
            ORGANISATION,
            OBJECTIVE,
            DOMAIN,
            Column("name", _("What is done."), TOWN, "Fermer la rue de l’école aux voitures"),
            Column("lead_service", _("Service in charge; may be empty."), TOWN, "Voirie"),
            _day("starts_on", _("First day planned."), TOWN, date(2027, 9, 1), unknown=True),
            _day("ends_on", _("Last day planned."), TOWN, date(2028, 7, 1), unknown=True),
            _choice("state", _("Where it stands."), TOWN, ActionState.values),
            _day("state_since", _("Day it came to that state."), TOWN, date(2027, 9, 2), unknown=True),
            Column("reason", _("Why it is blocked, postponed or given up; else empty."), TOWN, ""),
        ),
    ),
    Dataset(
        "indicators",
        _("Indicators"),
        _("How one will know whether a promise is kept: from where, to where."),
        open_data.INDICATORS,
        (
            CODE,
            ORGANISATION,
            OBJECTIVE,
            DOMAIN,
            Column("definition", _("Code in the library of the framework; unknown for an indicator of the town’s own."), FRAMEWORK, "I-3.2", may_be_unknown=True),
            Column("name", _("What is measured."), TOWN, "Écoles dont la rue est apaisée"),
            Column("kind", _("Kind of value: number, percent, ratio, yes_no (1 is yes), scale, milestone, money or duration."), FRAMEWORK, "percent"),
            Column("unit", _("Unit of its values; may be empty."), TOWN, "%"),
            _choice("direction", _("Which way is better."), FRAMEWORK, Direction.values),
            Column("rollup", _("How towns are put together: sum, mean, max, latest, ratio (of the parts) or none."), FRAMEWORK, "ratio"),
            _number("factor", _("By what the ratio of the parts is multiplied."), FRAMEWORK, 100, whole=True),
            _number("baseline", _("Value at the start."), TOWN, 20, OF_INDICATOR),
            _number("baseline_year", _("Year that value is of."), TOWN, 2025, whole=True),
            Column("baseline_missing_because", REASON, TOWN, ""),
            _number("target", _("Value aimed at."), TOWN, 80, OF_INDICATOR),
            Column("source", _("Where the values come from; may be empty."), TOWN, "Service voirie"),
        ),
    ),
    Dataset(
        "readings",
        pgettext_lazy("plan", "Readings"),
        _("What each indicator was, period after period, as it stands corrected. Of everyone: groups are not published."),
        open_data.READINGS,
        (
            CODE,
            ORGANISATION,
            Column("indicator", _("Code of the indicator."), HOUSE, "k8m3n6p9q2r7s4t8v5w3x6y9z2"),
            DOMAIN,
            Column("period", _("Period: 2027, 2027-S1, 2027-Q3, 2027-09 or 2027-09-14, as SDMX writes it."), TOWN, "2027"),
            _day("until", _("Last day of the period."), HOUSE, date(2027, 12, 31)),
            _number("value", _("What was read; unknown when nothing was."), TOWN, 40, OF_INDICATOR),
            _number("numerator", _("Upper part of a ratio."), TOWN, 8),
            _number("denominator", _("Lower part of a ratio."), TOWN, 20),
            Column("missing_because", REASON, TOWN, ""),
            _choice("proof", _("How sure it is: declared by the town, resting on evidence, verified by somebody else."), HOUSE, ProofLevel.values),
            Column("source", _("Where the value comes from; may be empty."), TOWN, "Service voirie"),
            _day("recorded_on", _("Day it was written here."), HOUSE, date(2028, 1, 15)),
            _day("verified_on", _("Day it was verified."), COMMITTEE, date(2028, 2, 3), unknown=True),
        ),
    ),
    Dataset(
        "reports",
        _("Reports"),
        _("Yearly sheets, mid-term and final reports that the committee has accepted."),
        open_data.REPORTS,
        (
            CODE,
            ORGANISATION,
            PLAN,
            _choice("kind", _("Which report."), FRAMEWORK, ReportKind.values),
            _number("year", _("Year it tells of, or is due in."), FRAMEWORK, 2027, whole=True),
            _day("covers_from", _("First day it tells of."), FRAMEWORK, date(2027, 1, 1)),
            _day("covers_until", _("Last day it tells of."), FRAMEWORK, date(2027, 12, 31)),
            _day("due_on", _("Day it was due."), COMMITTEE, date(2028, 1, 31)),
            _day("handed_in_on", _("Day it was handed in."), TOWN, date(2028, 1, 28), unknown=True),
            _day("accepted_on", _("Day it was accepted."), COMMITTEE, date(2028, 2, 20), unknown=True),
        ),
    ),
    Dataset(
        "ratings",
        _("Ratings"),
        _("How far each promise is, said by the town, by a group of its children and by the committee: never put together."),
        open_data.RATINGS,
        (
            CODE,
            ORGANISATION,
            Column("report", _("Code of the report."), HOUSE, "r6s3t8v5w2x9y4z7a3b8c5d2e9"),
            OBJECTIVE,
            DOMAIN,
            _choice("by", _("Who says so."), HOUSE, RatedBy.values),
            Column("group", _("Which group of children, five or more; each apart. Empty for the others."), HOUSE, "class-2"),
            _choice("verdict", _("How far it is."), HOUSE, Verdict.values),
            _day("rated_on", _("Day it was said."), HOUSE, date(2028, 1, 20)),
        ),
    ),
    Dataset(
        "proposals",
        _("Children’s proposals"),
        _("What groups of children proposed to their town, once somebody has read it over: dates and answer, never a child."),
        open_data.PROPOSALS,
        (
            CODE,
            ORGANISATION,
            _day("received_on", _("Day the town received it."), TOWN, date(2027, 3, 12), unknown=True),
            Column("answer", _("What the town answered."), TOWN, "yes", values=tuple(AnswerKind.values), may_be_unknown=True),
            _day("answered_on", _("Day the children were told."), TOWN, date(2027, 5, 4), unknown=True),
        ),
    ),
)  # fmt: skip
