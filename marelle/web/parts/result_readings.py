"""What helps to read one question: how a score is worked out, how many times as often, what changes most with it, editions before."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.consultations import associating, catalogue, estimates, items, scores, telling, versions
from marelle.consultations.catalogue import EVERYONE, Group
from marelle.consultations.drawing import Column, Row
from marelle.consultations.estimates import ASSOCIATION_FLOOR
from marelle.consultations.items import Item
from marelle.consultations.queries import changes, formers
from marelle.consultations.queries.formers import Former
from marelle.consultations.queries.published import Edition, Told
from marelle.consultations.questionnaires import Cumulation, Question, Score
from marelle.consultations.telling import Result, result_of

BY = {associating.AGE: "age", associating.GENDER: "genre"}  # as the address of a table says it


# Scores --------------------------------------------------------------------------------------------------------------
def recipe_of(read: Edition, question: Question) -> dict[str, Any] | None:
    """How a score is worked out, in plain words; None for a question children were asked."""
    declared = scores.declared(read.asked, question.name)
    if declared is None:
        return None
    if isinstance(declared, Cumulation):
        titles = [(name, _title(read.questions[name][1])) for name in declared.scores]
        return {"scores": titles, "items": [], "bands": [], "sentences": []}
    known = [item for item in items.items_of(read.asked) if item.name in declared.points]
    told = result_of(question, "", [])
    bands = [(told.name(band.name), _points(band.low, band.high)) for band in declared.bands]
    return {
        "scores": [],
        "items": [_item(item, declared.points[item.name]) for item in known],
        "bands": bands,
        "sentences": _sentences(declared, told),
    }


def _title(question: Question) -> str:
    return result_of(question, "", []).title


def _item(item: Item, points: Mapping[str, int]) -> dict[str, Any]:
    """A question with the answers that give points."""
    told, name = result_of(item.question, "", []), item.option
    given = [(answer, count) for answer, count in points.items() if count]
    if name:
        words = {"yes": _("“%(answer)s” chosen"), "no": _("“%(answer)s” not chosen")}
        answers = [(words[answer] % {"answer": told.name(name)}, count) for answer, count in given]
    else:
        answers = [(told.name(answer), count) for answer, count in given]
    return {"name": item.question.name, "title": told.title, "answers": [(a, _points(n, n)) for a, n in answers]}


def _points(low: int, high: int) -> str:
    if low == high:
        return ngettext("%(number)s point", "%(number)s points", low) % {"number": low}
    return _("%(low)s to %(high)s points") % {"low": low, "high": high}


def _sentences(score: Score, told: Result) -> list[str]:
    share = telling.percent(float(100 * Fraction(score.min_answered)))
    said = [_("A child has a score once %(share)s at least of these questions, among those put to them, are answered.") % {"share": share}]  # fmt: skip
    if score.prorate:
        said.append(_("Points are carried over to the questions left unanswered, to the nearest whole number."))
    inside = [told.name(band.name) for band in score.bands if band.low >= score.cutoff]
    words = ", ".join(_("“%(answer)s”") % {"answer": name} for name in inside)
    said.append(
        ngettext("In situation from %(cutoff)s point on: %(bands)s.", "In situation from %(cutoff)s points on: %(bands)s.", score.cutoff)
        % {"cutoff": score.cutoff, "bands": words}
    )  # fmt: skip
    return said


# How many times as often ---------------------------------------------------------------------------------------------
def ratios(result: Result, profile: Question, found: Mapping[tuple[str, Group], Column], level: str) -> dict[str, Any] | None:  # fmt: skip
    """Each answer among each group beside the first one, from published shares; None under a thousand children, or below régions."""
    first, *others = (option.name for option in profile.options)
    beside, words = found.get((first, EVERYONE)), result_of(profile, "", [])
    compared = [(name, column) for name in others if (column := found.get((name, EVERYONE))) and not column.status]
    compared = [(name, column) for name, column in compared if beside and _holds(beside, column)]
    if level not in catalogue.COUNTED or beside is None or beside.status or not compared:
        return None
    lines = [_line(result, row, [column for _name, column in compared]) for row in beside.shares]
    told = [line for line in lines if any(line["cells"])]
    groups = [words.name(name) for name, _column in compared]
    return {"beside": words.name(first), "groups": groups, "lines": told} if told else None


def _holds(one: Column, other: Column) -> bool:
    return (one.base or 0) + (other.base or 0) >= ASSOCIATION_FLOOR


def _line(result: Result, row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    return {"name": result.name(row.option), "cells": [times(column.row(row.option), row) for column in columns]}


def times(one: Row | None, beside: Row) -> dict[str, str] | None:
    """ "×2.7", its interval, and that nothing is shown where this one holds 1; None where a share is not told as a number."""
    if one is None or one.share is None or beside.share is None or not one.effective or not beside.effective:
        return None
    found = estimates.risk_ratio(one.share / 100, beside.share / 100, (one.effective, beside.effective))
    if found is None:
        return None
    ends = {"low": telling.plain(found.low), "high": telling.plain(found.high)}
    word = _("no difference shown") if found.low <= 1 <= found.high else ""
    return {"shown": f"×{telling.plain(found.ratio)}", "between": _("%(low)s to %(high)s") % ends, "word": word}


# What changes most with what -----------------------------------------------------------------------------------------
def changes_of(read: Edition, here: Told, question: str) -> dict[str, Any] | None:
    """What the answers change most with in a place, and what changes most with them; None where nothing was weighed."""
    mine, with_it = changes.with_what(here, question), changes.most_with(here, question)
    if not mine and not with_it:
        return None
    return {
        "is_in_order": any(each.ranks for each in mine),
        "axes": [(changes.axis_in_words(read, each.axis), _address(each.axis), each) for each in mine],
        "questions": [(changes.title_of(read, each.question), f"croise={question}", each) for each in with_it],
        "strength": changes.what_strength_is(),
    }


def _address(axis: str) -> str:
    """How the address of its table says an axis."""
    return f"par={BY[axis]}" if axis in BY else f"croise={axis}"


# Editions before -----------------------------------------------------------------------------------------------------
def over_editions(read: Edition, here: Told, question: str) -> dict[str, Any] | None:
    """One question beside the editions before, where words, answers and ages are the same; None when there is none before."""
    result, found = here.result(question), formers.formers(read, here.place, question)
    if result is None or not result.is_told or not found:
        return None
    compared = [former for former in found if former.column is not None]
    return {
        "years": [former.consultation.code for former in compared] + [read.consultation.code],
        "lines": [_over(result, row, compared) for row in result.everyone.shares] if compared else [],
        "apart": [(former.consultation.code, why_apart(former.why)) for former in found if former.why],
    }


def _over(result: Result, row: Row, compared: Iterable[Former]) -> dict[str, Any]:
    """One answer over the editions, and whether it moved beyond noise since the one before."""
    rows = [former.column.row(row.option) for former in compared if former.column]
    shown = [telling.share(each) if each else _("not told") for each in (*rows, row)]
    return {"name": result.name(row.option), "shares": shown, **_moved(rows[-1], row)}


def _moved(before: Row | None, now: Row) -> dict[str, Any]:
    if before is None or before.share is None or now.share is None:
        return {"sign": 0, "word": ""}
    sign = telling.differ(now, before)
    return {"sign": sign, "word": {1: _("differs, higher"), -1: _("differs, lower")}.get(sign, _("does not differ"))}


def why_apart(why: str) -> str:
    """Why an edition is not compared."""
    return {
        versions.ABSENT: _("it was not in that edition"),
        versions.ASKED_OTHERWISE: _("its answers, its ages or the way it is worked out were others"),
        versions.WORDED_OTHERWISE: _("it was worded otherwise"),
        formers.WEIGHED_OTHERWISE: _("shares were not weighted in the same way"),
    }.get(why, _("not told of this place"))
