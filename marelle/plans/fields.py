"""Which fields of a plan may be written, and how what was typed becomes a value. What is not here cannot be written."""

from collections.abc import Callable
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


def _number(typed: str, framework: Framework) -> Decimal | None:
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
    },
    "indicator": {
        "name": line(300),
        "unit": line(60),
        "direction": Field(_direction),
        "baseline": NUMBER,
        "baseline_year": YEAR,
        "baseline_missing_because": line(300),
        "target": NUMBER,
        "source": line(200),
    },
}


def typed(kind: str, field: str, value: Any) -> str:
    """A value as it would be typed in its field: "" when unknown, a comma in French decimals."""
    return "" if value is None else FIELDS[kind][field].write(value)


LIGHT = {"action": ("lead_service", "partners"), "indicator": ("source",)}  # how a promise is held, not what it is
