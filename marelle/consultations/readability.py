"""How hard a French wording is to read and how long a part takes: indicators for whoever writes, never a judgement.

Ease: Kandel and Moles's adaptation of Flesch's index to French, 207 - 1.015 × words a sentence - 73.6 × syllables a word.
Source: L. Kandel, A. Moles, « Application de l'indice de Flesch à la langue française », Cahiers d'études de radio-télévision,
19, 1958, p. 253-274. It was fitted on pages, not on questions of eight words: hence wide bounds, and no refusal.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from marelle.consultations.questionnaires import Part, Question, wording

EASE_WANTED = {
    "6_8": 80,
    "9_11": 70,
    "12_14": 60,
    "15_18": 50,
}  # Flesch's steps: easy, fairly easy, standard, fairly hard
MOST_WORDS = {
    "6_8": 12,
    "9_11": 15,
    "12_14": 20,
    "15_18": 25,
}  # of a sentence: the house's choice, to be tried with children
WORDS_A_MINUTE = {"6_8": 60, "9_11": 112, "12_14": 146, "15_18": 146}
# Read aloud, half the children at the end of the first, third and sixth years of school. Source: J. Hasbrouck, G. Tindal, « An
# update to compiled ORF norms », Behavioral Research and Teaching, University of Oregon, technical report 1702, 2017 (English).
SECONDS_TO_CHOOSE = 4  # for each question, the house's choice
FRENCH = frozenset({"fr", "fr-x-simple"})
FEWEST_WORDS = 4  # below, the index says nothing
LETTERS = "[A-Za-zÀ-ÖØ-öø-ÿŒœÆæ]+"
WORD = re.compile(rf"{LETTERS}(?:['’]{LETTERS})*|\d+")
SENTENCE_END = re.compile(r"[.!?…:;]+(?:\s|$)|\n")
VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+", re.IGNORECASE)
SILENT = re.compile(r"(?<=[^aeiouyàâäéèêëîïôöùûüœæ])(?:e|es|ent)$", re.IGNORECASE)


@dataclass(frozen=True)
class Measure:
    """`ease`: 0 (very hard) to 100 or so (very easy), None for too few words. `longest`: words of the longest sentence."""

    words: int
    longest: int
    ease: float | None


def measure(text: str) -> Measure:
    """The measure of a French text."""
    sentences = [WORD.findall(sentence) for sentence in SENTENCE_END.split(text)]
    sentences = [words for words in sentences if words]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEWEST_WORDS:
        return Measure(len(words), len(words), None)
    syllables = sum(map(count_syllables, words))
    ease = 207 - 1.015 * len(words) / len(sentences) - 73.6 * syllables / len(words)
    return Measure(len(words), max(map(len, sentences)), round(ease, 1))


def count_syllables(word: str) -> int:
    """Groups of vowels of a French word, its silent ending apart; one at least."""
    if word.isdigit():
        return len(word)
    found = len(VOWELS.findall(word))
    return max(1, found - bool(SILENT.search(word) and found > 1))


def minutes(part: Part, band: str, language: str = "fr") -> float:
    """About how long a part takes to those of one band, everything read aloud: reading and choosing."""
    asked = [question for question in part.questions if band in question.bands]
    words = sum(len(WORD.findall(text)) for question in asked for text in texts(question, band, language))
    return words / WORDS_A_MINUTE[band] + len([q for q in asked if q.is_asked]) * SECONDS_TO_CHOOSE / 60


def texts(question: Question, band: str, language: str) -> Iterable[str]:
    """What is read: the question, then its options."""
    yield wording(question, band, language)[0]
    for option in question.options:
        yield wording(option, band, language)[0]
