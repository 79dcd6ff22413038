""" "Where does this figure come from?": the formula, what went into it, its day. Said once, by `parts/whence.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.mandates.queries.figures import Value
from marelle.plans.attainment import MILLION, Degree, Tally
from marelle.plans.states import ProofLevel
from marelle.web.templatetags.marelle import number

RULES = {
    "sum": lambda: _("The readings of the towns are added up."),
    "mean": lambda: _("The mean of the readings of the towns: each counts once."),
    "max": lambda: _("The greatest of the readings of the towns."),
    "latest": lambda: _("The newest of the readings of the towns."),
    "ratio": lambda: _("Numerators added up, over denominators added up: a large town weighs what it counts."),
    "none": lambda: _("Readings of this indicator are never put together: only how far the towns are is told."),
}


@dataclass(frozen=True)
class Whence:
    """Where some figures come from. `inputs`: pairs of words; `address`: of every number behind them, with its `words`."""

    formula: str
    inputs: Sequence[tuple[Any, ...]]
    on: date | None = None
    address: str = ""
    words: str = ""


def of_places(degrees: dict[str, Degree], tally: Tally, on: date, address: str = "") -> Whence:
    """A mean of mandates, each counting once."""
    formula = _(
        "Of each mandate, the mean way of its indicators: (reading − baseline) ÷ (target − baseline), between 0 and 100 %. "
        "Then the mean of the mandates. What is not known counts nowhere: never as zero."
    )
    inputs = [(title, _of_mandates(degrees[proof])) for proof, title in ProofLevel.choices]
    inputs.append((_("unknown"), _unknown(tally)))
    return Whence(formula, inputs, on, address, _("Mandate by mandate"))


def of_plan(tally: Tally, on: date | None = None, address: str = "") -> Whence:
    """A mean of indicators, each counting once."""
    formula = _(
        "The mean way of the indicators: (reading − baseline) ÷ (target − baseline), between 0 and 100 %. "
        "What is not known counts nowhere: never as zero."
    )
    inputs = [(title, _of_indicators(tally[proof])) for proof, title in ProofLevel.choices]
    inputs.append((_("unknown"), _unknown(tally)))
    return Whence(formula, inputs, on, address, _("Indicator by indicator"))


def of_values(values: Sequence[Value], rule: str, on: date | None = None, address: str = "") -> Whence:
    """An indicator of the library over a place."""
    inputs = [(ProofLevel(value.proof).label, _counted(value)) for value in values]
    known = sum(value.counted for value in values)
    asked = max((value.asked for value in values), default=0)
    inputs.append((_("unknown"), _("%(n)s of %(asked)s") % {"n": number(asked - known), "asked": number(asked)}))
    return Whence(RULES[rule](), inputs, on, address, _("Département by département"))


def degrees_of(degrees: dict[str, Degree]) -> list[dict[str, Any]]:
    """Three numbers for a card: title, whole per cent (None when nothing is known), how many they are the mean of."""
    return [
        {"proof": proof, "title": title, "percent": degrees[proof].percent, "known": degrees[proof].known}
        for proof, title in ProofLevel.choices
    ]


def _of_mandates(degree: Degree) -> str:
    if not degree.known:
        return _("no mandate")
    words = ngettext("%(sum)s ÷ %(n)s mandate = %(share)s %%", "%(sum)s ÷ %(n)s mandates = %(share)s %%", degree.known)
    return words % _sum(degree)


def _of_indicators(degree: Degree) -> str:
    if not degree.known:
        return _("no indicator")
    words = ngettext(
        "%(sum)s ÷ %(n)s indicator = %(share)s %%", "%(sum)s ÷ %(n)s indicators = %(share)s %%", degree.known
    )
    return words % _sum(degree)


def _sum(degree: Degree) -> dict[str, str]:
    """The sum of the shares, how many they are, and their mean in per cent."""
    total = Decimal(degree.total) / MILLION
    return {"sum": number(total, 3), "n": number(degree.known), "share": number(degree.percent)}


def _counted(value: Value) -> str:
    words = ngettext("%(n)s town", "%(n)s towns", value.counted)
    return words % {"n": number(value.counted)}


def _unknown(tally: Tally) -> str:
    words = ngettext("%(n)s of %(asked)s indicator", "%(n)s of %(asked)s indicators", tally.asked)
    return words % {"n": number(tally.unknown), "asked": number(tally.asked)}
