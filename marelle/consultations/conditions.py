"""A condition: JSON for the page, a function for the server, from one tree (specs/consultation.md, section 3).

`["and", ["=", "age_band", "12_14"], ["has", "places", "ecole"]]`. A question not answered, not shown, or answered by "I don't
know" or "I'd rather not say" makes any comparison false, `!=` too; "filled" and "empty" ask whether there is an answer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Answers = Mapping[str, Any]  # substantive ones: an option's name, a frozenset of names, a whole number
Predicate = Callable[[Answers], bool]


def predicate(tree: Sequence[Any] | None) -> Predicate:
    """A function of the answers so far; always true without an expression."""
    if not tree:
        return lambda answers: True
    word, *rest = tree
    if word in ("and", "or"):
        inner, every = [predicate(each) for each in rest], all if word == "and" else any
        return lambda answers: every(one(answers) for one in inner)
    if word == "not":
        one = predicate(rest[0])
        return lambda answers: not one(answers)
    return _TESTS[word](*rest)


def references(tree: Sequence[Any] | None) -> set[str]:
    """The names an expression speaks of."""
    if not tree:
        return set()
    word, *rest = tree
    return set().union(*map(references, rest)) if word in ("and", "or", "not") else {rest[0]}


# What each test asks -------------------------------------------------------------------------------------------------
def _equal(name: str, wanted: Any) -> Predicate:
    return lambda answers: name in answers and bool(answers[name] == wanted)


def _different(name: str, wanted: Any) -> Predicate:
    return lambda answers: name in answers and bool(answers[name] != wanted)


def _has(name: str, option: str) -> Predicate:
    return lambda answers: option in answers.get(name, ())


_TESTS: dict[str, Callable[..., Predicate]] = {
    "=": _equal,
    "!=": _different,
    "<": lambda name, than: lambda answers: name in answers and answers[name] < than,
    "<=": lambda name, than: lambda answers: name in answers and answers[name] <= than,
    ">": lambda name, than: lambda answers: name in answers and answers[name] > than,
    ">=": lambda name, than: lambda answers: name in answers and answers[name] >= than,
    "has": _has,
    "filled": lambda name: lambda answers: name in answers,
    "empty": lambda name: lambda answers: name not in answers,
}
