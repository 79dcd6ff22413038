"""A booklet to fill in with a pen, as plain values: what one band reads in one language, from the version children see on screen.

Says in words what the screen does by itself: « Si tu as répondu « Oui » à la question 4 ». Knows no page and no drawing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from marelle.consultations import languages, numbering
from marelle.consultations.questionnaires import (
    AGE_BAND,
    GENDER,
    GENDERS,
    PICTURES,
    REFERENCE,
    Option,
    Part,
    Question,
    Questionnaire,
    Text,
    wording,
)

RIGHTS = ("rights_why", "rights_nobody", "rights_stop")
HOW = ("how_box", "how_change", "how_no_name", "how_numbers")
MOST_CASES = 6  # alternatives written out one by one in a condition

Said = dict[str, Any]  # {"t": text, "l": language, "r": whether it is read from the right}
Tree = Sequence[Any] | None


@dataclass(frozen=True)
class Printed:
    """What a booklet is made from. `title`, `help_numbers`: the edition's."""

    questionnaire: Questionnaire
    band: str
    language: str
    title: Text
    help_numbers: Sequence[Mapping[str, str]] = ()

    def words(self, name: str, **facts: Any) -> str:
        """A sentence of the paper or of the screen."""
        said = words(self.language)[name]
        return said.format(**facts) if facts else said

    def says(self, name: str, **facts: Any) -> Said:
        """The same, with the language it is in."""
        return said(self.words(name, **facts), spoken(self.language))

    def of(self, text: Text) -> Said:
        """A text of the edition, else its French."""
        known = next((code for code in (self.language, REFERENCE) if text.get(code)), REFERENCE)
        return said(text.get(known, ""), known)

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each question."""
        return numbering.question_numbers(self.questionnaire)


def said(text: str, language: str) -> Said:
    """A text that knows its language and the side it is read from."""
    return {"t": text, "l": language.partition("-")[0], "r": languages.is_right_to_left(language)}


def spoken(language: str) -> str:
    """The language the words of the interface are really in: French when nobody wrote them."""
    return languages.spoken(language, languages.PAPER)


@cache
def words(language: str) -> dict[str, str]:
    """The words of the screen and of the paper in a language."""
    known = spoken(language)
    return languages.words_of(known) | languages.words_of(known, languages.PAPER)


def booklet(printed: Printed) -> dict[str, Any]:
    """Everything a booklet says, in order, its number aside."""
    own = spoken(printed.language)
    return {
        "title": printed.of(printed.title),
        "code": printed.questionnaire.content_hash[:4],
        "l": own.partition("-")[0],
        "r": languages.is_right_to_left(own),
        "words": {
            name: printed.words(name)
            for name in ("kind", "number", "page", "blank", "how_title", "rights_title", "last_title", "help")
        },
        "rights": [printed.says(name) for name in RIGHTS],
        "how": [printed.says(name) for name in HOW],
        "band": [printed.says("for_band"), printed.says(f"band_{printed.band}")],
        "gender": {
            "label": printed.says("gender"),
            "options": [
                _box(str(place), printed.says(f"gender_{gender}")) for place, gender in enumerate(GENDERS, start=1)
            ],
        },
        "parts": [drawn for part in printed.questionnaire.parts if (drawn := _part(printed, part))["questions"]],
        "last": [printed.says("last_text")],
        "stop": printed.says("stop_text"),
        "help": help_box(printed),
    }


def help_box(printed: Printed) -> dict[str, Any]:
    """Whom to call, as on screen."""
    language = printed.language
    lines = []
    for each in printed.help_numbers:
        code = next((c for c in (language, language.partition("-")[0]) if each.get(c)), REFERENCE)
        lines.append({"number": each["number"], "whom": said(each.get(code, ""), code)})
    return {"text": printed.says("help_text"), "lines": lines, "adult": printed.says("help_adult")}


def pictograms(content: Mapping[str, Any]) -> set[str]:
    """Every pictogram a booklet names."""
    questions = [question for part in content["parts"] for question in part["questions"]]
    return {each["picture"] for q in questions for each in (q, *q["options"])} - {""}


def is_printed(question: Question, part: Part, band: str) -> bool:
    """Whether a band's booklet holds a question: not when its condition can never be met there."""
    return _known(question.relevance, band, part) is not False


# Parts and questions -------------------------------------------------------------------------------------------------
def _part(printed: Printed, part: Part) -> dict[str, Any]:
    questions = [
        _question(printed, part, question)
        for question in part.seen_by(printed.band)
        if _known(question.relevance, printed.band, part) is not False
    ]
    if not any(question["kind"] != "note" for question in questions):
        questions = []
    return {"title": printed.of(part.title), "questions": questions}


def _question(printed: Printed, part: Part, question: Question) -> dict[str, Any]:
    is_text, condition = question.kind == "text", _condition(printed, part, question)
    hint = printed.says("text_left") if is_text else printed.of(question.hint)
    return {
        "kind": question.kind,
        "number": str(printed.numbers[question.name]) if question.is_asked else "",
        "label": _worded(printed, question),
        "hint": hint if hint["t"] else None,
        "several": printed.says("several") if question.kind == "many" else None,
        "condition": said(condition, spoken(printed.language)) if condition else None,
        "picture": question.pictogram if printed.band in PICTURES else "",
        "options": _options(printed, question),
        "others": [_box(key, printed.says(code)) for key, code in numbering.special_keys(question).items()]
        if question.is_asked
        else [],
        "warning": printed.says("text_warning") if is_text else None,
        "sensitive": printed.says("sensitive") if question.sensitive else None,
    }


def _options(printed: Printed, question: Question) -> list[dict[str, Any]]:
    keys = numbering.option_keys(question)
    if question.kind == "integer":
        return [_box(key, said(key, REFERENCE)) for key in keys]
    shown = {code: key for key, code in keys.items()}
    return [
        _box(
            shown[code],
            _worded(printed, option),
            option.pictogram if printed.band in PICTURES else "",
        )
        for code, option in enumerate(question.options, start=1)
    ]


def _box(key: str, label: Said, picture: str = "") -> dict[str, Any]:
    return {"key": key, "label": label, "picture": picture}


def _worded(printed: Printed, of: Question | Option) -> Said:
    return said(*wording(of, printed.band, printed.language))


# Conditions ----------------------------------------------------------------------------------------------------------
def _condition(printed: Printed, part: Part, question: Question) -> str:
    """The sentence before a question that is not for all; "" when it is."""
    known = _known(question.relevance, printed.band, part)
    return "" if isinstance(known, bool) else printed.words("if", what=_tell(known, printed, part))


def _known(tree: Tree, band: str, part: Part) -> Any:
    """The tree without what the band alone decides: True, False or what is left of it, "not" at its leaves."""
    if not tree:
        return True
    word, *rest = tree
    if word in ("and", "or"):
        return _gathered(word, [_known(each, band, part) for each in rest])
    if word == "not":
        return _turned(_known(rest[0], band, part))
    name = rest[0]
    if name == AGE_BAND:
        same = word != "filled" and band == rest[1]
        return {"=": same, "!=": not same, "filled": True}.get(word, False)
    if name != GENDER and part.by_name[name] not in part.seen_by(band):
        return word == "empty"  # never put to this band, so never answered
    return list(tree)


def _gathered(word: str, inner: list[Any]) -> Any:
    decides = word == "or"  # what settles it whatever the rest is
    if any(each is decides for each in inner):
        return decides
    left = [each for each in inner if not isinstance(each, bool)]
    return (not decides) if not left else left[0] if len(left) == 1 else [word, *left]


def _turned(tree: Any) -> Any:
    """The contrary: "not" goes down to the leaves."""
    if isinstance(tree, bool):
        return not tree
    word, *rest = tree
    if word in ("and", "or"):
        return ["or" if word == "and" else "and", *(_turned(each) for each in rest)]
    if word == "not":
        return rest[0]
    contrary = {"filled": "empty", "empty": "filled"}.get(word)
    return [contrary, *rest] if contrary else ["not", list(tree)]


def _tell(tree: Any, printed: Printed, part: Part) -> str:
    """The tree in words: cases one after the other, tests inside each."""
    cases = _cases(tree)
    if len(cases) <= MOST_CASES:
        told = [printed.words("and").join(_leaf(each, printed, part) for each in case) for case in cases]
        return printed.words("or").join(told)
    word, *rest = tree
    return printed.words(word).join(
        f"({_tell(each, printed, part)})" if each[0] in ("and", "or") else _leaf(each, printed, part) for each in rest
    )


def _cases(tree: Any) -> list[list[Any]]:
    """Every way for the tree to be true, as lists of tests that hold together."""
    word, *rest = tree
    if word == "or":
        return [case for each in rest for case in _cases(each)]
    if word != "and":
        return [[tree]]
    found: list[list[Any]] = [[]]
    for each in rest:
        found = [[*one, *other] for one in found for other in _cases(each)]
    return found


def _leaf(test: Any, printed: Printed, part: Part) -> str:
    if test[0] == "not":
        return _never(test[1], printed, part)
    word, name, *value = test
    if name == GENDER:
        return _of_gender(word, value, printed)
    question, n = part.by_name[name], printed.numbers[name]
    if word in ("filled", "empty"):
        return printed.words(word, n=n)
    if question.kind == "integer":
        word = {"=": "number_is", "!=": "number_is_not"}.get(word, word)
        return printed.words(word, n=n, value=value[0])
    return printed.words(
        {"=": "is", "!=": "other_than", "has": "has"}[word], n=n, option=_option(question, value[0], printed)
    )


def _never(test: Any, printed: Printed, part: Part) -> str:
    word, name, *value = test
    if name != GENDER and part.by_name[name].kind != "integer":
        words = {"=": "is_not", "!=": "not_other_than", "has": "has_not"}[word]
        question = part.by_name[name]
        return printed.words(words, n=printed.numbers[name], option=_option(question, value[0], printed))
    return printed.words("never", what=_leaf(test, printed, part))


def _of_gender(word: str, value: Sequence[str], printed: Printed) -> str:
    if word in ("filled", "empty"):
        return printed.words(f"gender_{word}")
    return printed.words({"=": "gender_is", "!=": "gender_is_not"}[word], option=printed.words(f"gender_{value[0]}"))


def _option(question: Question, name: str, printed: Printed) -> str:
    option = question.options[question.code_of(name) - 1]
    return wording(option, printed.band, printed.language)[0]
