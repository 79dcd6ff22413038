"""The questionnaire as an ODK XForm, for Kobo, ODK Collect or Enketo: what is standard in it, and nothing compulsory.

What XForm has no place for is left out: wordings of one age group, recordings, pictograms, numbers typed from paper. Our two
questions stand first; each list ends with “I don't know” and “I'd rather not say”, which no condition counts as an answer.
"""

import hashlib
from typing import Any

from marelle.consultations.languages import column, words_of
from marelle.consultations.questionnaires import (
    AGE_BAND,
    BANDS,
    GENDER,
    GENDERS,
    REFERENCE,
    Part,
    Question,
    Questionnaire,
    wording,
)
from marelle.consultations.xlsform import referee

Line = dict[str, str]
DK, RATHER_NOT = "dk", "rather_not"
HOUSE = frozenset({AGE_BAND, GENDER})


def xform(questionnaire: Questionnaire) -> str:
    """The XForm, as text."""
    name = questionnaire.title.get(REFERENCE) or "Consultation"
    default = column("", languages(questionnaire)[0])[2:]
    return referee.to_xform(sheets(questionnaire), name=name, language=default)


def sheets(questionnaire: Questionnaire) -> dict[str, list[Line]]:
    """The questionnaire as standard XLSForm sheets."""
    choices: dict[str, list[Line]] = {}
    spoken = languages(questionnaire)
    survey = _house(spoken, choices)
    kinds = {question.name: question.kind for question in questionnaire.questions()}
    for part in questionnaire.parts:
        survey += _part(part, spoken, choices, kinds)
    title = questionnaire.title.get(REFERENCE) or "Consultation"
    settings = [
        {"form_title": title, "form_id": f"marelle_{questionnaire.short_hash}", "version": questionnaire.short_hash}
    ]
    return {"survey": survey, "choices": [line for lines in choices.values() for line in lines], "settings": settings}


def languages(questionnaire: Questionnaire) -> tuple[str, ...]:
    return questionnaire.languages or (REFERENCE,)


# Lines ---------------------------------------------------------------------------------------------------------------
def _house(spoken: tuple[str, ...], choices: dict[str, list[Line]]) -> list[Line]:
    """Age and gender."""
    choices[AGE_BAND] = [{"list_name": AGE_BAND, "name": band, **_labels(f"band_{band}", spoken)} for band in BANDS]
    choices[GENDER] = [
        {"list_name": GENDER, "name": RATHER_NOT if g == "no" else g, **_labels(f"gender_{g}", spoken)} for g in GENDERS
    ]
    asked = ((AGE_BAND, "age"), (GENDER, "gender"))
    return [{"type": f"select_one {name}", "name": name, **_labels(word, spoken)} for name, word in asked]


def _labels(word: str, spoken: tuple[str, ...]) -> Line:
    """One of the house's words, in each language."""
    return {column("label", code): words_of(code)[word] for code in spoken}


def _part(part: Part, spoken: tuple[str, ...], choices: dict[str, list[Line]], kinds: dict[str, str]) -> list[Line]:
    titles = {column("label", code): part.title.get(code) or part.title.get(REFERENCE) or part.name for code in spoken}
    begin = {"type": "begin_group", "name": f"part_{part.name}", **titles, "appearance": "field-list"}
    lines = [_line(question, spoken, choices, kinds) for question in part.questions]
    return [begin, *lines, {"type": "end_group", "name": f"part_{part.name}"}]


def _line(question: Question, spoken: tuple[str, ...], choices: dict[str, list[Line]], kinds: dict[str, str]) -> Line:
    line = {"type": _kind(question, spoken, choices), "name": question.name}
    for code in spoken:
        line[column("label", code)] = wording(question, BANDS[-1], code)[0] or _any(question)
        if any(question.hint.values()):
            line[column("hint", code)] = (
                question.hint.get(code) or question.hint.get(REFERENCE) or next(iter(question.hint.values()))
            )
    tests = [_bands(question), expression(question.relevance, kinds)]
    relevant = " and ".join(f"({test})" for test in tests if test)
    return (
        line
        | ({"relevant": relevant} if relevant else {})
        | ({"parameters": "randomize=true"} if question.shuffled else {})
        | ({"appearance": question.scale} if question.scale else {})
    )


def _any(thing: Any) -> str:
    """A wording, whatever the language or the age."""
    texts = [thing.label, *thing.wordings.values()]
    return next((text for of_it in texts for text in of_it.values() if text), thing.name)


def _kind(question: Question, spoken: tuple[str, ...], choices: dict[str, list[Line]]) -> str:
    """The type; a list is written once however many questions share it."""
    if question.kind not in ("one", "many"):
        return question.kind if question.kind != "integer" else f"select_one {_steps(question, choices, spoken)}"
    lines: list[Line] = [
        {
            "name": option.name,
            **{column("label", code): wording(option, BANDS[-1], code)[0] or _any(option) for code in spoken},
        }
        for option in question.options
    ]
    return f"{'select_one' if question.kind == 'one' else 'select_multiple'} {_listed(lines + _outs(question, spoken), choices)}"


def _steps(question: Question, choices: dict[str, list[Line]], spoken: tuple[str, ...]) -> str:
    """Whole numbers are a list: nothing is constrained, and one may not know."""
    numbers = range(question.start or 0, (question.end or 0) + 1)
    lines = [{"name": str(n), **{column("label", code): str(n) for code in spoken}} for n in numbers]
    return _listed(lines + _outs(question, spoken), choices)


def _outs(question: Question, spoken: tuple[str, ...]) -> list[Line]:
    outs = ((DK, "dk", question.has_dont_know), (RATHER_NOT, "no", question.has_rather_not))
    return [{"name": name, **_labels(word, spoken)} for name, word, has in outs if has]


def _listed(lines: list[Line], choices: dict[str, list[Line]]) -> str:
    key = "l" + hashlib.sha256(repr(lines).encode()).hexdigest()[:10]
    choices.setdefault(key, [{"list_name": key, **line} for line in lines])
    return key


# Conditions ----------------------------------------------------------------------------------------------------------
def _bands(question: Question) -> str:
    """Who sees it, "" for all."""
    return (
        ""
        if set(question.bands) == set(BANDS)
        else " or ".join(f"${{{AGE_BAND}}} = '{band}'" for band in question.bands)
    )


def expression(tree: Any, kinds: dict[str, str]) -> str:
    """The JSON of a condition as XPath, with the same meaning: what is not answered makes a comparison false."""
    if not tree:
        return ""
    word, *rest = tree
    if word in ("and", "or"):
        return f" {word} ".join(f"({expression(each, kinds)})" for each in rest)
    if word == "not":
        return f"not({expression(rest[0], kinds)})"
    name = rest[0]
    is_many = kinds.get(name) == "many"
    if word == "has":
        return f"selected(${{{name}}}, '{rest[1]}')"
    is_filled = _filled(name, is_many=is_many)
    if word in ("filled", "empty"):
        return is_filled if word == "filled" else f"not({is_filled})"
    if word in ("=", "!=") and isinstance(rest[1], str):
        return f"${{{name}}} = '{rest[1]}'" if word == "=" else f"{is_filled} and ${{{name}}} != '{rest[1]}'"
    return f"{is_filled} and number(${{{name}}}) {word} {rest[1]}"


def _filled(name: str, *, is_many: bool) -> str:
    if name in HOUSE:
        return f"${{{name}}} != '' and ${{{name}}} != '{RATHER_NOT}'"
    if is_many:
        return (
            f"${{{name}}} != '' and not(selected(${{{name}}}, '{DK}')) and not(selected(${{{name}}}, '{RATHER_NOT}'))"
        )
    return f"${{{name}}} != '' and ${{{name}}} != '{DK}' and ${{{name}}} != '{RATHER_NOT}'"
