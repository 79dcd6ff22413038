"""A published column in words: what an option is called, a share, its interval, the sentence a person would say."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, sqrt

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from marelle.consultations import catalogue, estimates
from marelle.consultations.catalogue import ALL, Group
from marelle.consultations.drawing import Column, Row
from marelle.consultations.items import SCORE
from marelle.consultations.questionnaires import DONT_KNOW, Question
from marelle.framework.models import text

THIN_SPACE = "\u202f"  # between thousands, in French


@dataclass(frozen=True)
class Result:
    """One question in one zone. `columns`: by group, those that are told and those that say why they are not."""

    question: Question
    part: str
    columns: Mapping[Group, Column]

    @property
    def everyone(self) -> Column:
        """All children of the zone together."""
        return self.columns[catalogue.EVERYONE]

    @property
    def title(self) -> str:
        """The question in the reader’s language."""
        return text(self.question.label) or self.question.name

    @property
    def is_told(self) -> bool:
        """Whether anything is told of everyone together."""
        return not self.everyone.status

    def name(self, option: str) -> str:
        """What an option is called in the reader’s language; a number is its own name."""
        if option == DONT_KNOW:
            return _("I don’t know")
        found = {each.name: text(each.label) for each in self.question.options}
        return found.get(option) or option

    def sentence(self, group: Group = catalogue.EVERYONE) -> str:
        """What one should remember of a group."""
        column = self.columns.get(group)
        if column is None or column.status:
            return why_not(column.status if column else catalogue.OUTSIDE)
        most = max(column.shares, key=height)
        said = {"answer": self.name(most.option), "share": share(most)}
        if self.question.kind == SCORE:
            return _("Most often: “%(answer)s”, %(share)s.") % said
        return _("The answer given most often: “%(answer)s”, %(share)s.") % said


def result_of(question: Question, part: str, columns: list[Column]) -> Result:
    """The columns of one question."""
    return Result(question, part, {column.group: column for column in columns})


def why_not(status: str) -> str:
    """Why nothing is told, as one says it to a reader."""
    return {
        catalogue.NOT_ASKED: _("This question was put to nobody here."),
        catalogue.SENSITIVE_LEVEL: _("A sensitive question: told from the département up, and from 100 children on."),
        catalogue.ZONE_DIFFERENCE: _("Not told: by subtraction, a few children could be found."),
        catalogue.SIBLING: _("Not told: by subtraction, a smaller group could be found."),
        catalogue.OUTSIDE: _("This table does not exist."),
    }.get(status, _("Not enough answers to protect the children."))


def share(row: Row) -> str:
    """A share in words; near 0 and 100 no number is told."""
    if row.edge > 0:
        return _("%(percent)s or more") % {"percent": percent(100 - row.edge)}
    if row.edge < 0:
        return _("%(percent)s or less") % {"percent": percent(-row.edge)}
    return percent(row.share) if row.share is not None else _("not told")


def between(row: Row) -> str:
    """The indicative interval in words; none where the share is not told as a number."""
    if row.low is None or row.high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": plain(row.low), "high": percent(row.high)}


def height(row: Row) -> float:
    """How long its bar is, in per cent: a coded share goes to its code."""
    if row.share is not None:
        return row.share
    return float(100 - row.edge if row.edge > 0 else -row.edge)


def percent(value: float) -> str:
    """6 %, in the reader’s way."""
    return _("%(number)s%%") % {"number": plain(value)}


def plain(value: float) -> str:
    """A number as one says it: 6, and not 6.0; 26 410 in French, 26,410 in English."""
    whole = int(value) if value == int(value) else value
    return number_format(whole, use_l10n=True, force_grouping=True).replace("\xa0", THIN_SPACE)


def children(base: int | None) -> str:
    """How many children are behind a column, about."""
    if base is None:
        return ""
    return ngettext("about %(number)s child", "about %(number)s children", base) % {"number": plain(base)}


def age(name: str) -> str:
    """An age group in words."""
    if name == ALL:
        return _("all ages")
    first, _mark, last = name.partition("_")
    return _("%(first)s to %(last)s years") % {"first": first, "last": last}


def gender(name: str) -> str:
    """A gender, as children were asked."""
    return {
        ALL: pgettext("children", "all"),
        "girl": pgettext("children", "girls"),
        "boy": pgettext("children", "boys"),
        "other": pgettext("children", "otherwise"),
        "no": pgettext("children", "would rather not say"),
    }[name]


def level(name: str) -> str:
    """What places of one level are called."""
    return {
        catalogue.COMMUNE: _("Towns"),
        catalogue.EPCI: _("Intercommunalities"),
        catalogue.DEPARTEMENT: _("Départements"),
        catalogue.REGION: _("Régions"),
        catalogue.COUNTRY: _("The whole country"),
    }[name]


def group(wanted: Group) -> str:
    """Who is meant: "9 to 11 years, girls"."""
    said = [age(wanted[0])] if wanted[0] != ALL else []
    said += [gender(wanted[1])] if wanted[1] != ALL else []
    return ", ".join(said) or _("all children")


def rules(name: str) -> str:
    """The rules of protection a freeze followed, in words; their own name for those that have none."""
    known = {
        "disclosure 2026-11": _("rules of November 2026: floors, counts moved a little, extremes told as “or more”")
    }
    return known.get(name, name)


# Two places, two groups ----------------------------------------------------------------------------------------------
def distance(one: Row, other: Row) -> float | None:
    """How far apart two shares are, in standard deviations of their difference; None where one is not told as a number.

    A place counts in the larger ones: the two are nearer than they are taken for, and fewer differences are told.
    """
    if one.share is None or other.share is None or not one.effective or not other.effective:
        return None
    first, second = variance(one.share, one.effective), variance(other.share, other.effective)
    return (one.share - other.share) / 100 / sqrt(first + second) if first + second else None


def differ(one: Row, other: Row) -> int:
    """1 when the first share is higher beyond noise, -1 when it is lower, 0 when nothing may be said."""
    if one.share is None or other.share is None or not one.effective or not other.effective:
        return 0
    variances = variance(one.share, one.effective), variance(other.share, other.effective)
    return estimates.differ(one.share / 100, other.share / 100, variances)


def variance(share: float, effective: int) -> float:
    """Of a share in per cent that is worth so many children: p(1 - p) / effective (specs/disclosure.md, section 6)."""
    return share / 100 * (1 - share / 100) / effective


def differs(sign: int) -> str:
    """A difference in words; none where nothing may be said."""
    return {1: pgettext("a share", "higher here"), -1: pgettext("a share", "lower here")}.get(sign, "")


# Said to children ----------------------------------------------------------------------------------------------------
def out_of_ten(row: Row) -> int:
    """How many children out of ten, to the nearest: 66 % is seven."""
    return floor(height(row) / 10 + 0.5)


def to_children(row: Row, answer: str) -> str:
    """One answer as one says it to a nine-year-old."""
    ten = out_of_ten(row)
    if ten == 0:
        return _("Very few children say: “%(answer)s”") % {"answer": answer}
    if ten == 10:
        return _("Nearly all children say: “%(answer)s”") % {"answer": answer}
    said = {"ten": ten, "answer": answer}
    return (
        ngettext("Out of 10 children, %(ten)s says: “%(answer)s”", "Out of 10 children, %(ten)s say: “%(answer)s”", ten)
        % said
    )
