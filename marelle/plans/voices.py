"""What children propose and are answered: when an answer is due, how many came in time, how easy words are to read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from marelle.base.clock import months_after

MONTHS_TO_ANSWER = 3  # the programme's promise to children; docs/handbook/paroles-d-enfants.md
LONGEST_SENTENCE = 12  # words a reader of nine holds in mind
LONGEST_WORD = 11  # letters, beyond which a word is worth another look


def answer_due(received_on: date | None) -> date | None:
    """The last day to answer: the same day three months later, the last one of a shorter month; None if unknown."""
    return None if received_on is None else months_after(received_on, MONTHS_TO_ANSWER)


@dataclass(frozen=True)
class Heard:
    """Proposals counted: answered within three months, later or not at all; those left aside, not yet due or undated."""

    in_time: int = 0
    late: int = 0
    not_yet_due: int = 0
    undated: int = 0

    @property
    def counted(self) -> int:
        """Those that can be judged."""
        return self.in_time + self.late

    @property
    def share(self) -> float | None:
        """Answered within three months among those that can be judged, 0 to 1; None when none can."""
        return self.in_time / self.counted if self.counted else None

    @property
    def percent(self) -> int | None:
        """The same in whole per cent, rounded down; None when none can be judged."""
        return 100 * self.in_time // self.counted if self.counted else None


def heard(days: Iterable[tuple[date | None, date | None]], today: date) -> Heard:
    """Count proposals by the day each was received and the day it was answered (None: unknown, not answered).

    One whose day is unknown, or whose three months run still, is never counted as wrong: it is left aside.
    """
    in_time = late = not_yet_due = undated = 0
    for received_on, answered_on in days:
        due = answer_due(received_on)
        if due is None:
            undated += 1
        elif answered_on is not None and answered_on <= due:
            in_time += 1
        elif answered_on is None and today <= due:
            not_yet_due += 1
        else:
            late += 1
    return Heard(in_time, late, not_yet_due, undated)


@dataclass(frozen=True)
class Ease:
    """How easy a text is for a reader of nine. Counts of words; `long_words`: those worth another look, once each."""

    words: int
    longest_sentence: int
    long_words: tuple[str, ...]

    @property
    def is_easy(self) -> bool:
        """Short sentences, hardly a long word."""
        return self.longest_sentence <= LONGEST_SENTENCE and len(self.long_words) <= 1


def ease(text: str) -> Ease:
    """Measure a text: its words, the longest of its sentences, its long words."""
    sentences = [re.findall(r"(?:[^\W\d_]+[’'])*([^\W\d_]+|\d+)", part) for part in re.split(r"[.!?…;:\n]+", text)]
    words = [word for sentence in sentences for word in sentence]  # “l’école” is one word, its article left out
    long_words = tuple(dict.fromkeys(word for word in words if len(word) > LONGEST_WORD))
    return Ease(len(words), max(map(len, sentences), default=0), long_words)


def perhaps_names(text: str) -> list[str]:
    """Words with a capital inside a sentence: they may name a child. Once each, in order; capitals alone are initials of bodies."""
    found = re.findall(r"(?<![.!?…:«»\"“\n])(?<=\S)\s+([A-ZÀ-Þ][a-zà-ÿ]+(?:-[A-ZÀ-Þ][a-zà-ÿ]+)*)", text.strip())
    return list(dict.fromkeys(found))
