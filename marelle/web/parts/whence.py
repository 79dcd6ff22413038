""" "Where does this figure come from?": the formula, what went into it, its day. Said once, by `parts/whence.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.base import clock
from marelle.mandates.queries.figures import Value
from marelle.plans.attainment import MILLION, Degree, Tally
from marelle.plans.following import Followed
from marelle.plans.models import Indicator
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


class Input(NamedTuple):
    """One thing that went into a figure. `of_town`: its words are the town's."""

    name: Any
    words: Any
    url: str = ""
    of_town: bool = False


@dataclass(frozen=True)
class Whence:
    """Where some figures come from. `address`: of every number behind the inputs, with its `words`."""

    formula: str
    inputs: Sequence[Input]
    on: date | None = None
    address: str = ""
    words: str = ""


def of_places(degrees: dict[str, Degree], tally: Tally, on: date, address: str = "") -> Whence:
    """A mean of mandates, each counting once."""
    formula = _(
        "Of each mandate, the mean way of its indicators: (reading − baseline) ÷ (target − baseline), between 0 and 100 %. "
        "Then the mean of the mandates. What is not known counts nowhere: never as zero."
    )
    inputs = [Input(title, _of_mandates(degrees[proof])) for proof, title in ProofLevel.choices]
    inputs.append(Input(_("unknown"), _unknown(tally)))
    return Whence(formula, inputs, on, address, _("Mandate by mandate"))


def of_plan(tally: Tally, on: date | None = None, address: str = "") -> Whence:
    """A mean of indicators, each counting once."""
    formula = _(
        "The mean way of the indicators: (reading − baseline) ÷ (target − baseline), between 0 and 100 %. "
        "What is not known counts nowhere: never as zero."
    )
    inputs = [Input(title, _of_indicators(tally[proof])) for proof, title in ProofLevel.choices]
    inputs.append(Input(_("unknown"), _unknown(tally)))
    return Whence(formula, inputs, on, address, _("Indicator by indicator"))


def of_indicator(followed: Followed) -> Whence:
    """One indicator of a plan: its newest reading against where it began and where it should arrive."""
    indicator, read, unit = followed.indicator, followed.known, _unit(followed.indicator)
    formula = _("(reading − baseline) ÷ (target − baseline), between 0 and 100 %, rounded down.")
    inputs = [
        Input(
            _("reading"),
            _("unknown") if read is None else f"{_value(read.value, unit)} ({read.period_words})",
            "",
            bool(read),
        ),
        Input(_("baseline"), _value(indicator.baseline, unit), "", indicator.baseline is not None),
        Input(_("target"), _value(indicator.target, unit), "", indicator.target is not None),
        Input(_("way"), _("unknown") if followed.percent is None else f"{number(followed.percent, 0)} %"),
    ]
    if read is not None:
        inputs.append(Input(_("proof"), read.proof_level_word))
        inputs += [Input(_("source"), read.source, "", True)] if read.source else []
        inputs += [Input(_("evidence"), _("its address"), read.evidence_address)] if read.evidence_address else []
    return Whence(formula, inputs, clock.day_of(read.recorded_at) if read else None)


def of_values(values: Sequence[Value], rule: str, on: date | None = None, address: str = "") -> Whence:
    """An indicator of the library over a place."""
    inputs = [Input(ProofLevel(value.proof).label, _counted(value)) for value in values]
    known = sum(value.counted for value in values)
    asked = max((value.asked for value in values), default=0)
    inputs.append(Input(_("unknown"), _("%(n)s of %(asked)s") % {"n": number(asked - known), "asked": number(asked)}))
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


def _unit(indicator: Indicator) -> str:
    return indicator.unit or (indicator.definition.unit_name if indicator.definition else "")


def _value(value: Decimal | None, unit: str) -> str:
    """A value of the plan, in its unit; a yes or no is 1 or 0."""
    if value is None:
        return _("unknown")
    return f"{number(value, 0 if value == value.to_integral_value() else 1)} {unit}".strip()


def _counted(value: Value) -> str:
    words = ngettext("%(n)s town", "%(n)s towns", value.counted)
    return words % {"n": number(value.counted)}


def _unknown(tally: Tally) -> str:
    words = ngettext("%(n)s of %(asked)s indicator", "%(n)s of %(asked)s indicators", tally.asked)
    return words % {"n": number(tally.unknown), "asked": number(tally.asked)}
