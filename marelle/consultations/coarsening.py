"""What is said of a child in the researchers' file, made wider until enough children share it. Plain values in, plain values out.

A sheet says a région, an age, a gender. Where too few sheets say the same three, these sheets, and no other, say
less, one step at a time: two ages instead of four, then no gender, no age, no région (docs/decisions/0015). Those who are
still too few are left out. What would tell more than was said goes too: answers to a question some of the ages were not
put, and weights that differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FLOOR, SENSITIVE_FLOOR = (
    30,
    100,
)  # sheets that say the same région, age and gender: of R1, specs/disclosure.md, section 7
NOT_TOLD = 0  # an age, a gender, a région that is left out
YOUNGER, OLDER = 5, 6  # 6-11 and 12-18, after the codes of the four ages
WIDER = np.array([NOT_TOLD, YOUNGER, YOUNGER, OLDER, OLDER, YOUNGER, OLDER], np.int64)  # by code of an age
REGION, AGE, GENDER = 0, 1, 2  # columns of what is said


@dataclass(frozen=True)
class Told:
    """What each sheet says, in the order of the sheets. `group`: sheets of one number say the same. `kept`: not left out."""

    region: Ints
    age: Ints
    gender: Ints
    group: Ints
    kept: Bools


def told(region: Ints, age: Ints, gender: Ints, *, floor: int = FLOOR) -> Told:
    """région: from 1, 0 unknown. age: 1 to 4. gender: 1 to 4. Each of these arrays has one value a sheet.

    floor: how many sheets must say the same; SENSITIVE_FLOOR when a question is sensitive.
    """
    said = np.stack([np.asarray(each, np.int64) for each in (region, age, gender)], axis=1)
    for step in (_two_ages, _no_gender, _no_age, _no_region):
        few = ~_enough(said, floor)[0]
        said[few] = step(said[few])
    enough, group = _enough(said, floor)
    return Told(said[:, REGION], said[:, AGE], said[:, GENDER], group, enough)


def weights(told: Told, weight: Ints) -> Ints:
    """The mean weight of those who say the same, in thousandths, halves upwards: one's own would tell the age that is left out."""
    if not len(weight):
        return weight
    sums = np.bincount(told.group, weights=weight.astype(np.float64))  # exact: whole numbers far under 2**53
    counts = np.bincount(told.group)
    mean: Ints = np.floor(sums / np.maximum(counts, 1) + 0.5).astype(np.int64)
    return mean[told.group]


def untold(told: Told, age: Ints, answers: Mapping[str, npt.NDArray[np.uint8]]) -> dict[str, Bools]:
    """Of each question, the sheets whose answer is left out: some of those who say the same are of an age it was not put to.

    answers: codes by question, 0 where it was not put.
    """
    ages = range(1, 5)
    there = {band: _groups_with(told, age == band) for band in ages}
    found = {}
    for name, codes in answers.items():
        put = {band for band in ages if bool((codes[age == band] != 0).any())}
        mixed = np.zeros(len(told.group), np.bool_)
        for band in ages:
            if band not in put:
                mixed |= there[band][told.group]
        found[name] = mixed
    return found


def _groups_with(told: Told, some: Bools) -> Bools:
    """By group, whether one of these sheets is in it."""
    groups = int(told.group.max(initial=-1)) + 1
    return np.asarray(np.bincount(told.group[some], minlength=groups) > 0)


def _enough(said: Ints, floor: int) -> tuple[Bools, Ints]:
    """Whether enough sheets say the same, and the number of what they say."""
    _values, group, counts = np.unique(said, axis=0, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    return np.asarray(counts[group] >= floor), group.astype(np.int64)


def _two_ages(said: Ints) -> Ints:
    said[:, AGE] = WIDER[said[:, AGE]]
    return said


def _no_gender(said: Ints) -> Ints:
    said[:, GENDER] = NOT_TOLD
    return said


def _no_age(said: Ints) -> Ints:
    said[:, AGE] = NOT_TOLD
    return said


def _no_region(said: Ints) -> Ints:
    said[:, REGION] = NOT_TOLD
    return said
