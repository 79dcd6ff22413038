"""Which fields of a plan may be written, and how what was typed becomes a value. What is not here cannot be written."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marelle.base.errors import BadData
from marelle.framework.models import Framework
from marelle.plans.periods import FIRST_YEAR, LAST_YEAR
from marelle.plans.states import Direction

GREATEST = Decimal("99999999999")  # the column holds 14 digits, 3 of them after the comma
MOST_EUR = 2_147_483_647  # a positive integer in both databases
GROWN_UP = 18  # years: below it one is a child (Convention on the Rights of the Child, article 1)
ARTICLES = 54  # of the Convention on the Rights of the Child (1989)
SDG = re.compile(r"([1-9]|1[0-7])(\.([1-9]|1[0-9]|[a-d]))?", re.ASCII)  # 17 goals, their targets (UN, 70/1, 2015)
LONGEST_LIST = 200  # characters, as its column
MOST_YEARS = 20  # targets of one indicator: more than any mandate lasts
YEARLY = re.compile(r"(?P<year>[0-9]{4})\s*[:=]\s*(?P<value>\S.*)")
LONGEST = 20  # digits: beyond, Python itself refuses to read a number

Parse = Callable[[str, Framework], Any]


@dataclass(frozen=True)
class Field:
    """One field: how it is read from what was typed, and how it is typed back."""

    parse: Parse
    write: Callable[[Any], str] = str


def fits(limit: int) -> Field:
    """Words, up to `limit` characters."""

    def parse(typed: str, framework: Framework) -> str:
        words = typed.replace("\r\n", "\n").strip()
        if len(words) > limit:
            raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": limit})
        return words

    return Field(parse)


def line(limit: int) -> Field:
    """Words in one line, up to `limit` characters: the box they are typed in grows, and takes line breaks."""
    words = fits(limit)
    return Field(lambda typed, framework: words.parse(" ".join(typed.split()), framework))


def _day(typed: str, framework: Framework) -> date | None:
    try:
        return date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError:
        raise BadData(_("Give the day as year-month-day, for example 2027-09-01.")) from None


def _number(typed: str, framework: Framework | None) -> Decimal | None:
    plain = "".join(typed.split()).replace(",", ".")
    if not plain:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise BadData(_("Give a number, for example 12 or 12.5. Leave blank if unknown.")) from None
    if not number.is_finite() or abs(number) > GREATEST:
        raise BadData(_("Give a number, for example 12 or 12.5. Leave blank if unknown."))
    return number.quantize(Decimal("0.001"))


def _euros(typed: str, framework: Framework) -> int | None:
    plain = "".join(typed.split()).removesuffix("€")
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > LONGEST or int(plain) > MOST_EUR:
        raise BadData(_("Give the budget in whole euros, 0 or more. Leave blank if unknown."))
    return int(plain)


def _year(typed: str, framework: Framework) -> int | None:
    plain = typed.strip()
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > LONGEST or not FIRST_YEAR <= int(plain) <= LAST_YEAR:
        raise BadData(_("Give the year in four digits, for example 2025."))
    return int(plain)


def _age(typed: str, framework: Framework) -> int | None:
    plain = typed.strip()
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > LONGEST or int(plain) > GROWN_UP:
        raise BadData(_("Give an age in whole years, from 0 to 18. Leave blank if unknown."))
    return int(plain)


def yearly(words: str) -> list[tuple[int, Decimal]]:
    """Years and their targets, as written in whichever language, in order: "2027: 40; 2028: 55.5". Raises BadData."""
    found: dict[int, Decimal] = {}
    for piece in filter(None, (piece.strip() for piece in re.split(r"[;\n]", words))):
        pair = YEARLY.fullmatch(piece)
        value = _number(pair["value"], None) if pair else None
        year = int(pair["year"]) if pair else 0
        if value is None or year in found or not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadData(_("Give each year once, with its target, for example 2027: 40; 2028: 55."))
        found[year] = value
    if len(found) > MOST_YEARS:
        raise BadData(_("Give %(most)s years at most.") % {"most": MOST_YEARS})
    return sorted(found.items())


def yearly_words(pairs: Iterable[tuple[int, Decimal]]) -> str:
    """The same pairs as they are kept and compared, in no language."""
    return "; ".join(f"{year}: {(value.normalize() + 0):f}" for year, value in pairs)


def _yearly_back(words: str) -> str:
    told = (_("%(year)s: %(target)s") % {"year": year, "target": _number_back(v)} for year, v in yearly(words))
    return _("; ").join(told)


def _articles(typed: str, framework: Framework) -> str:
    found = set(_listed(typed))
    if not all(piece.isdecimal() and len(piece) <= LONGEST and 1 <= int(piece) <= ARTICLES for piece in found):
        raise BadData(_("Give the numbers of the articles, from 1 to 54, for example 12, 31."))
    return _joined(str(number) for number in sorted({int(piece) for piece in found}))


def _sdg(typed: str, framework: Framework) -> str:
    found = {piece.lower() for piece in _listed(typed)}
    if not all(SDG.fullmatch(piece) for piece in found):
        raise BadData(_("Give goals from 1 to 17, or their targets, for example 4.2, 11."))
    return _joined(sorted(found, key=_goal_order))


def _goal_order(piece: str) -> tuple[int, bool, int, str]:
    goal, _dot, target = piece.partition(".")
    return int(goal), target.isalpha(), int(target) if target.isdecimal() else 0, target


def _listed(typed: str) -> list[str]:
    return [piece for piece in re.split(r"[\s,;]+", typed) if piece]


def _joined(pieces: Iterable[str]) -> str:
    words = ", ".join(pieces)
    if len(words) > LONGEST_LIST:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST_LIST})
    return words


def _involvement(typed: str, framework: Framework) -> str:
    if typed and typed not in {level["code"] for level in framework.involvement}:
        raise BadData(_("Choose one of the answers offered."))
    return typed


def _direction(typed: str, framework: Framework) -> str:
    if typed not in Direction.values:
        raise BadData(_("Choose one of the answers offered."))
    return typed


def _number_back(value: Decimal) -> str:
    return number_format(value.normalize() + 0, use_l10n=True, force_grouping=False)


DAY = Field(_day, lambda value: value.isoformat())
NUMBER = Field(_number, _number_back)
EUROS = Field(_euros)
YEAR = Field(_year)
AGE = Field(_age)

FIELDS: dict[str, dict[str, Field]] = {
    "plan": {"vision": fits(5000)},
    "objective": {"name": line(300), "promise": line(300)},
    "action": {
        "name": line(300),
        "lead_service": line(120),
        "partners": line(300),
        "involvement": Field(_involvement),
        "starts_on": DAY,
        "ends_on": DAY,
        "budget_eur": EUROS,
        "funding": line(300),
        "target_children": line(300),
        "age_from": AGE,
        "age_to": AGE,
        "places": line(300),
        "output": line(300),
        "articles": Field(_articles),
        "sdg": Field(_sdg),
    },
    "indicator": {
        "name": line(300),
        "unit": line(60),
        "direction": Field(_direction),
        "baseline": NUMBER,
        "baseline_year": YEAR,
        "baseline_missing_because": line(300),
        "target": NUMBER,
        "yearly_targets": Field(lambda typed, framework: yearly_words(yearly(typed)), _yearly_back),
        "source": line(200),
        "means_of_verification": line(300),
        "breakdowns": line(200),
        "owner": line(120),
    },
}
MORE = {  # rarely written: out of the way until asked for
    "action": ("funding", "target_children", "age_from", "age_to", "places", "output", "articles", "sdg"),
    "indicator": ("means_of_verification", "breakdowns", "owner"),
}
SPANS = (("starts_on", "ends_on"), ("age_from", "age_to"))  # of an action: the second never comes before the first


def in_order(field: str, words: str | None) -> tuple[int, str] | None:
    """What was typed of an end of a span, to be compared with its other end; None when nothing was."""
    if not words:
        return None
    return (int(words), "") if field.startswith("age_") else (0, words)


def cross(span: tuple[str, str], words: Mapping[str, str]) -> bool:
    """Whether what was typed of both ends puts the last before the first."""
    first, last = (in_order(name, words.get(name)) for name in span)
    return bool(first and last and last < first)


def crossed(first: str) -> str:
    """What is said of an action whose two ends would cross. `first`: the field the span begins with, in `SPANS`."""
    if first == "age_from":
        return _("The age it ends with is the one it begins with, or above.")
    return _("An action ends on or after the day it starts.")


def typed(kind: str, field: str, value: Any) -> str:
    """A value as it would be typed in its field: "" when unknown, a comma in French decimals."""
    return "" if value is None else FIELDS[kind][field].write(value)


LIGHT = {
    "action": ("lead_service", "partners"),
    "indicator": ("source", "owner"),
}  # how a promise is held, not what it is
