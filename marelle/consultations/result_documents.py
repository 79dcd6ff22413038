"""The report of one place on paper: what its page says, in the same words, from published tables alone."""

from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from marelle.base import clock, pdf
from marelle.base.text import hour_in_words
from marelle.consultations import method, telling
from marelle.consultations.catalogue import EVERYONE
from marelle.consultations.drawing import Column, Row
from marelle.consultations.exports.caution import day
from marelle.consultations.queries import changes, open_data
from marelle.consultations.queries.contrasts import Difference, differences, rows_of, who
from marelle.consultations.queries.published import Told
from marelle.consultations.queries.reports import Report, address_of
from marelle.consultations.telling import Result
from marelle.framework.models import text

LANGUAGES = ("fr", "en")  # a report is drawn in each


def report(told: Report, language: str) -> bytes:
    """The report as a tagged PDF, dated as its freeze: the same tables give the same bytes. Raises Unavailable."""
    with override(language):
        given = content(told)
        return pdf.render("results", given, language=language, title=given["title"], at=told.read.freeze.frozen_at)


def content(told: Report) -> dict[str, Any]:
    """All that the report says, in the language now spoken."""
    edition, here = told.read.consultation, told.here
    return {
        "author": edition.committee.name,
        "kind": text(edition.name),
        "title": _("What children said in %(place)s") % {"place": told.place.name},
        "facts": facts(told),
        "lead": _("About %(children)s children answered here. They chose to: their answers speak of those who answered.")
        % {"children": telling.plain(here.children or 0)},
        "apart": apart(told),
        "parts": [{"title": title, "questions": [_question(told, one) for one in asked]} for title, asked in here.parts.items()],
        "who": [[capfirst(group), telling.plain(base)] for group, base in who(here.results)],
        "who_columns": [pgettext("of children", "Group"), _("Children, about")],
        "method": sentences(told),
        "protection": method.protection(told.read.consultation),
        "recipe": recipe(told),
        "citation": citation(told),
        "words": _words(told),
    }  # fmt: skip


def facts(told: Report) -> list[dict[str, str]]:
    """What stands first: the days, how many children, the freeze, the page."""
    first, last = (day(on) for on in open_data.fieldwork(told.read.consultation))
    said = {
        _("Children asked"): _("from %(start)s to %(end)s") % {"start": first, "end": last},
        _("Children, about"): telling.plain(told.here.children or 0),
        pgettext("of answers", "Freeze"): method.frozen(told.read),
        _("This report on the web"): address_of(told.read.consultation.code, told.place),
    }
    return [{"name": name, "value": value} for name, value in said.items()]


def moment(at: datetime) -> dict[str, str]:
    """A day and an hour in Paris, in words."""
    here = at.astimezone(clock.PARIS)
    return {"day": day(here.date()), "hour": hour_in_words(here)}


def _words(told: Report) -> dict[str, str]:
    return {
        "page": _("page"),
        "verify": "",
        "apart": _("What sets %(place)s apart") % {"place": told.place.name} if told.others else "",
        "who": _("Who answered"),
        "method": _("How these numbers are made"),
        "protection": _("What protects the children"),
        "recipe": _("The recipe of this edition"),
        "citation": _("How to cite"),
        "licence": _("Licence: etalab-2.0. One may use it again, also for money, by saying where it comes from."),
        "not_additive": _(
            "About how many answered the question most of the group answered. Groups told apart do not always add up: each was moved and rounded on its own, and some are not told."
        ),
    }


# What sets the place apart -------------------------------------------------------------------------------------------
def apart(told: Report) -> list[str]:
    """Where it differs from the country beyond noise, a sentence each; that nothing does; none for the country itself."""
    if not told.others:
        return []
    found = differences(told.here, told.others[-1])
    nothing = [_("Nothing that stands out of the noise: children answer here as elsewhere.")]
    return [_difference(each, told.others[-1]) for each in found] or nothing


def _difference(found: Difference, there: Told) -> str:
    said = {
        "question": found.title,
        "answer": found.answer,
        "word": found.word,
        "here": found.here,
        "there": found.there,
        "place": there.place.name,
    }
    return _("%(question)s “%(answer)s”: %(here)s, against %(there)s in %(place)s, %(word)s.") % said


# One question --------------------------------------------------------------------------------------------------------
def _question(told: Report, result: Result) -> dict[str, Any]:
    """Its sentence, then its bars, then ages and larger places where they are told; or why it is not told."""
    said: dict[str, Any] = {
        "title": result.title,
        "sentence": result.sentence(EVERYONE),
        "rows": [],
        "beside": None,
        "changes": "",
        "notes": "",
    }
    if not result.is_told:
        return said
    return said | {
        "base": _("About %(base)s children") % {"base": telling.plain(result.everyone.base or 0)},
        "columns": [
            pgettext("to a question", "Answer"),
            pgettext("of answers", "Share"),
            _("Indicative interval"),
        ],
        "rows": [_bar(result, row) for row in result.everyone.shares],
        "beside": beside(told, result),
        "changes": changing(told, result.question.name),
        "notes": notes(result),
    }


def _bar(result: Result, row: Row) -> dict[str, Any]:
    """A line of the table, with the bar drawn under its answer. `ends`: of the interval, none where it is not told."""
    return {
        "answer": result.name(row.option),
        "share": telling.share(row),
        "between": telling.between(row),
        "value": telling.height(row),
        "ends": [] if row.low is None or row.high is None else [row.low, row.high],
    }


def notes(result: Result) -> str:
    """Whether several answers were possible, how many gave none."""
    refused = _("Would rather not say, or skipped: about %(refused)s%%.") % {"refused": result.everyone.refused}
    several = _("Several answers were possible.")
    return f"{several} {refused}" if result.question.kind == "many" else refused


def changing(told: Report, question: str) -> str:
    """What the answers change most with, the strongest first; "" where nothing was weighed."""
    found = changes.with_what(told.here, question)
    said = [
        _("%(axis)s (%(strength)s), %(word)s")
        % {"axis": changes.axis_in_words(told.read, each.axis), "strength": each.strength, "word": each.word}
        for each in found
    ]
    return (
        _("How much the answers change with what, from 0 to 1: %(axes)s.")
        % {"axes": pgettext("between items of a list", "; ").join(said)}
        if said
        else ""
    )


def beside(told: Report, result: Result) -> dict[str, Any] | None:
    """Ages and larger places, a column each; None when neither is told."""
    ages = [(group, column) for group in told.ages if (column := result.columns.get(group))]
    others = [(each.place.name, rows) for each in told.others if (rows := rows_of(each.result(result.question.name)))]
    if not ages and not others:
        return None
    names = [telling.age(group[0]) for group, _column in ages] + [name for name, _rows in others]
    return {
        "columns": [pgettext("to a question", "Answer"), *names],
        "rows": [_line(result, row, ages, others) for row in result.everyone.shares],
        "withheld": [
            _("%(group)s: %(why)s") % {"group": capfirst(telling.group(group)), "why": telling.why_not(column.status)}
            for group, column in ages
            if column.status
        ],
    }


def _line(result: Result, row: Row, ages: list[Any], others: list[Any]) -> list[str]:
    told = [_of_age(column, row.option) for _group, column in ages]
    compared = [_compared(row, rows.get(row.option)) for _name, rows in others]
    return [result.name(row.option), *told, *compared]


def _of_age(column: Column, option: str) -> str:
    found = column.row(option)
    return telling.share(found) if found and not column.status else _("not told")


def _compared(row: Row, other: Row | None) -> str:
    """The share there, and the word where the two differ beyond noise."""
    word = telling.differs(telling.differ(row, other)) if other else ""
    shown = telling.share(other) if other else _("not told")
    return f"{shown}, {word}" if word else shown


# Behind the numbers --------------------------------------------------------------------------------------------------
def sentences(told: Report) -> list[str]:
    """How the numbers are made, as the page of the method says it, and what the strength of a change is."""
    made = [said for section in method.sections(told.read.consultation) for said in section.sentences]
    return made + ([changes.what_strength_is()] if told.here.associations else [])


def recipe(told: Report) -> list[dict[str, str]]:
    """What a number is made of, as the pages say it."""
    known = method.recipe(told.read, told.place.zone)
    return [{"name": fact.name, "value": fact.value} for fact in known if fact.value]


def citation(told: Report) -> str:
    """Who, what, where, which freeze, which address."""
    address = address_of(told.read.consultation.code, told.place)
    return f"{method.citation(told.read, told.place.name)}, {address}"
