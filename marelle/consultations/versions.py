"""Two versions of a questionnaire side by side: what was said otherwise, and whether answers mean the same in both."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from marelle.consultations.questionnaires import REFERENCE, Cumulation, Option, Question, Questionnaire, Score

ALIKE, ABSENT, ASKED_OTHERWISE, WORDED_OTHERWISE = "", "absent", "meaning", "wording"  # of a question in two editions
Key = tuple[str, str, str, str, str]  # of a text: question or part, option, what it is, band, language
SAME_MEANING = (
    "kind",
    "start",
    "end",
    "bands",
    "sensitive",
    "free_text",
    "fallback_for",
    "relevance",
    "shuffled",
    "has_dont_know",
    "has_rather_not",
)


@dataclass(frozen=True)
class Difference:
    """`kind`: "added", "removed", "moved", "changed" (what answers mean), "wording" (a text), "media"; `what`: the field."""

    kind: str
    question: str
    what: str = ""
    option: str = ""
    band: str = ""
    language: str = ""
    was: str = ""
    becomes: str = ""


def differences(old: Questionnaire, new: Questionnaire) -> list[Difference]:
    """Everything, what answers mean first."""
    return [*_meaning(old, new), *_texts_changed(old, new)]


def is_compatible(old: Questionnaire, new: Questionnaire) -> bool:
    """Whether only words, voices and pictures change: same names, options, ages, conditions, in the same order."""
    return not any(True for _difference in _meaning(old, new))


def _meaning(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    was, becomes = _by_name(old), _by_name(new)
    for name in was.keys() - becomes.keys():
        yield Difference("removed", name)
    for name in becomes.keys() - was.keys():
        yield Difference("added", name)
    kept = [name for name in was if name in becomes]
    now = [name for name in becomes if name in was]
    for name in kept:
        if kept.index(name) != now.index(name) or was[name][0] != becomes[name][0]:
            yield Difference("moved", name, "part", was=was[name][0], becomes=becomes[name][0])
        yield from _changed(was[name][1], becomes[name][1])
    parts = [[part.name for part in each.parts if part.questions] for each in (old, new)]
    if parts[0] != parts[1]:
        yield Difference("moved", "", "parts", was=", ".join(parts[0]), becomes=", ".join(parts[1]))
    yield from _recipes_changed(old, new)


def _recipes_changed(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    was, becomes = _scores(old), _scores(new)
    yield from (Difference("removed", name, "score") for name in was.keys() - becomes.keys())
    yield from (Difference("added", name, "score") for name in becomes.keys() - was.keys())
    for name in was.keys() & becomes.keys():
        recipes = _recipe(was[name]), _recipe(becomes[name])
        if recipes[0] != recipes[1]:
            yield Difference("changed", name, "score", was=recipes[0], becomes=recipes[1])


def _scores(questionnaire: Questionnaire) -> dict[str, Score | Cumulation]:
    return {each.name: each for each in questionnaire.derived}


def _recipe(score: Score | Cumulation) -> str:
    """How it is worked out, its words left out."""
    said = asdict(score)
    said.pop("label")
    for band in said.get("bands", ()):
        band.pop("label")
    return json.dumps(said, sort_keys=True)


def _by_name(questionnaire: Questionnaire) -> dict[str, tuple[str, Question]]:
    return {question.name: (part.name, question) for part in questionnaire.parts for question in part.questions}


def _changed(old: Question, new: Question) -> Iterator[Difference]:
    for field in SAME_MEANING:
        if _plain(getattr(old, field)) != _plain(getattr(new, field)):
            yield Difference(
                "changed", old.name, field, was=_plain(getattr(old, field)), becomes=_plain(getattr(new, field))
            )
    options = [", ".join(option.name for option in question.options) for question in (old, new)]
    if options[0] != options[1]:
        yield Difference("changed", old.name, "options", was=options[0], becomes=options[1])


def _plain(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(_plain, value)) if all(isinstance(each, str) for each in value) else str(list(value))
    return "" if value in (None, False) else str(value)


def _texts_changed(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    was, becomes = dict(_texts(old)), dict(_texts(new))
    for key in dict.fromkeys([*was, *becomes]):
        if key[0] in _by_name(old) and key[0] not in _by_name(new):
            continue
        if was.get(key, "") != becomes.get(key, ""):
            name, option, what, band, language = key
            kind = "media" if what in ("audio", "pictogram", "image") else "wording"
            yield Difference(kind, name, what, option, band, language, was.get(key, ""), becomes.get(key, ""))
    for name in dict.fromkeys([*old.media, *new.media]):
        if name in old.media and name in new.media and old.media[name] != new.media[name]:
            yield Difference("media", "", name, was=old.media[name][:8], becomes=new.media[name][:8])


def _texts(questionnaire: Questionnaire) -> Iterator[tuple[Key, str]]:
    """Each text, by question, option, what it is, band and language."""
    for language, text in questionnaire.title.items():
        yield ("", "", "title", "", language), text
    for part in questionnaire.parts:
        for language, text in part.title.items():
            yield (part.name, "", "title", "", language), text
        for question in part.questions:
            for language, text in question.hint.items():
                yield (question.name, "", "hint", "", language), text
            yield (question.name, "", "image", "", ""), question.image
            yield from _of(question, question.name, "")
            for option in question.options:
                yield from _of(option, question.name, option.name)
    yield from _texts_of_scores(questionnaire)


def _texts_of_scores(questionnaire: Questionnaire) -> Iterator[tuple[Key, str]]:
    for score in questionnaire.derived:
        for language, text in score.label.items():
            yield (score.name, "", "wording", "", language), text
    for name, band in ((score.name, band) for score in questionnaire.scores for band in score.bands):
        for language, text in band.label.items():
            yield (name, band.name, "wording", "", language), text


def _of(thing: Question | Option, name: str, option: str) -> Iterator[tuple[Key, str]]:
    for band, texts in {"": thing.label, **thing.wordings}.items():
        for language, text in texts.items():
            yield (name, option, "wording", band, language), text
    for band, texts in thing.audio.items():
        for language, text in texts.items():
            yield (name, option, "audio", band, language), text
    yield (name, option, "pictogram", "", ""), thing.pictogram
    for language, text in thing.pictogram_alt.items():
        yield (name, option, "pictogram_alt", "", language), text


def files_named(questionnaire: Questionnaire) -> set[str]:
    """The recordings and pictures a questionnaire asks for, by name; a pictogram of the house is none."""
    found = set()
    for question in questionnaire.questions():
        found.add(question.image)
        things: tuple[Question | Option, ...] = (question, *question.options)
        for thing in things:
            found |= {name for texts in thing.audio.values() for name in texts.values()}
            found |= {thing.pictogram} if "." in thing.pictogram else set()
    return found - {""}


# One question in two editions ----------------------------------------------------------------------------------------
def unlikeness(old: Questionnaire, new: Questionnaire, name: str) -> str:
    """Why what two editions tell of a question may not be compared; ALIKE where words, answers and ages are the same.

    Of a score: its recipe and each question in it. Words are those of the language that is never missing.
    """
    if name in _scores(new):
        return _unlike_scores(old, new, name)
    was, becomes = _by_name(old).get(name), _by_name(new).get(name)
    if was is None or becomes is None:
        return ABSENT
    if any(_changed(was[1], becomes[1])):
        return ASKED_OTHERWISE
    return ALIKE if _said(old, name) == _said(new, name) else WORDED_OTHERWISE


def _unlike_scores(old: Questionnaire, new: Questionnaire, name: str) -> str:
    score, former = _scores(new)[name], _scores(old).get(name)
    if former is None:
        return ABSENT
    if _recipe(score) != _recipe(former):
        return ASKED_OTHERWISE
    items = [item.partition(".")[0] for item in score.points] if isinstance(score, Score) else score.scores
    return next((why for item in items if (why := unlikeness(old, new, item))), ALIKE)


def _said(questionnaire: Questionnaire, name: str) -> dict[Key, str]:
    """The words of one question and of its answers, as they are read by everyone."""
    texts = ((key, text) for key, text in _texts(questionnaire) if key[0] == name and text)
    return {key: text for key, text in texts if key[2] == "wording" and key[4] == REFERENCE}
