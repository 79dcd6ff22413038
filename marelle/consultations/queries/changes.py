"""What the answers to a question change most with, in one place: ages, gender, the questions others are crossed with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from marelle.consultations import associating, estimates, telling
from marelle.consultations.queries.published import Edition, Told
from marelle.consultations.telling import result_of

MOST_TOLD = 5  # questions that change most with one


@dataclass(frozen=True)
class Change:
    """One question with one axis. `strength`: Cramér's V in words; `word`: how sure; `ranks`: the same of ranks, or ""."""

    question: str
    axis: str
    strength: str
    word: str
    ranks: str


def with_what(here: Told, question: str) -> list[Change]:
    """What its answers change with, the strongest first; none where nothing was weighed."""
    return [_change(each) for each in here.associations if each["question"] == question]


def most_with(here: Told, axis: str) -> list[Change]:
    """The questions whose answers change most with one, beyond noise."""
    found = [each for each in here.associations if each["axis"] == axis and each["below"]]
    return [_change(each) for each in sorted(found, key=lambda each: (-each["strength"], each["question"]))[:MOST_TOLD]]


def axis_in_words(read: Edition, axis: str) -> str:
    """Age, gender, or the words of a question."""
    if axis in (associating.AGE, associating.GENDER):
        return {associating.AGE: _("age"), associating.GENDER: _("gender")}[axis]
    return _("“%(answer)s”") % {"answer": title_of(read, axis)}


def title_of(read: Edition, question: str) -> str:
    """The words of a question."""
    return result_of(read.questions[question][1], "", []).title


def what_strength_is() -> str:
    """What the strength is, and how sure it is."""
    return _("Strength is Cramér’s V: 0 when the answers are the same in every group, near 1 when the group says the answer. Told from 1,000 children on, rounded; p by Rao and Scott, corrected for all that is compared (Holm).")  # fmt: skip


def sure(below: float | None) -> str:
    """One of four classes in words."""
    if below is None:
        return _("not shown to differ")
    return _("differs (p < %(limit)s)") % {"limit": telling.plain(below)}


def _change(each: Mapping[str, Any]) -> Change:
    ranks = each.get("ranks")
    by_ranks = "" if ranks is None else sure(ranks if ranks in estimates.CLASSES else None)
    return Change(each["question"], each["axis"], telling.plain(each["strength"]), sure(each["below"]), by_ranks)
