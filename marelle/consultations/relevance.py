"""When a question is put: a small part of XLSForm's language, read into a condition (specs/consultation.md, section 3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from marelle.consultations.questionnaires import AGE_BAND, BANDS, GENDER, GENDERS, RATHER_NOT, Option, Question

MOST_CHARACTERS = 500
MOST_TESTS = 20
MOST_DEPTH = 8  # parentheses within parentheses
ORDER = ("<", "<=", ">", ">=")
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
GRAMMAR = r"""
    ?start: expr
    ?expr: conj ("or" conj)*
    ?conj: test ("and" test)*
    ?test: "not" "(" expr ")" -> not_
         | "(" expr ")" -> group
         | "selected" "(" ref "," STRING ")" -> selected
         | value CMP value -> compare
    ?value: ref | NUMBER | STRING
    ref: "${" NAME "}"
    CMP: "!=" | "<=" | ">=" | "=" | "<" | ">"
    NAME: /[a-z][a-z0-9_]{0,31}(?=\})/
    NUMBER: /-?[0-9]+(\.[0-9]+)?/
    STRING: /'[^']*'/ | /"[^"]*"/
    %ignore /\s+/
"""
HOUSE = {
    AGE_BAND: Question(AGE_BAND, "one", {}, options=tuple(Option(band, {}) for band in BANDS)),
    GENDER: Question(GENDER, "one", {}, options=tuple(Option(g, {}) for g in GENDERS if g != RATHER_NOT)),
}


class Unreadable(ValueError):
    """The expression says nothing we know. `why`: a word of WHY; `what`: the name or the place at fault."""

    def __init__(self, why: str, what: str = ""):
        super().__init__(why, what)
        self.why, self.what = why, what


WHY = frozenset(
    {
        "too_long", "too_many_tests", "too_deep", "syntax", "unknown_question", "forward", "itself", "other_part", "free_text",
        "not_answered", "needs_number", "needs_literal", "needs_integer", "needs_selected", "needs_many", "unknown_option",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What an expression may speak of: the questions before it in its part; the others only say why not."""

    before: Mapping[str, Question]
    after: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    own: str = ""

    def question(self, name: str) -> Question:
        """Raises Unreadable."""
        found = HOUSE.get(name) or self.before.get(name)
        if found is None:
            sets = (("itself", {self.own}), ("forward", self.after), ("other_part", self.elsewhere))
            raise Unreadable(next((why for why, names in sets if name in names), "unknown_question"), name)
        if found.kind == "text":
            raise Unreadable("free_text", name)
        if not found.is_asked:
            raise Unreadable("not_answered", name)
        return found


def parse(text: str, scope: Scope) -> list[Any]:
    """The expression as JSON: `["and", ["=", "age_band", "12_14"], ["has", "places", "ecole"]]`. Raises Unreadable."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable("too_long", str(len(text)))
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise Unreadable("syntax", _place(text, error)) from None
    if _tests(tree) > MOST_TESTS:
        raise Unreadable("too_many_tests", str(_tests(tree)))
    if _depth(tree) > MOST_DEPTH:
        raise Unreadable("too_deep", str(_depth(tree)))
    return _Told(scope).told(tree)


# From text to JSON ---------------------------------------------------------------------------------------------------
@cache
def _grammar() -> Lark:
    return Lark(GRAMMAR, parser="lalr")


def _place(text: str, error: UnexpectedInput) -> str:
    """What stands where reading stopped."""
    at_the_end = getattr(getattr(error, "token", None), "type", "") == "$END"
    place = error.pos_in_stream
    return "" if at_the_end or place is None or place < 0 else text[place : place + 20]


def _tests(tree: Any) -> int:
    return sum(1 for _ in tree.find_pred(lambda t: t.data in ("compare", "selected")))


def _depth(tree: Any) -> int:
    if not isinstance(tree, Tree):
        return 0
    return (tree.data in ("group", "not_")) + max(map(_depth, tree.children), default=0)


@dataclass
class _Told:
    """Reads the tree with the questions in hand."""

    scope: Scope

    def told(self, tree: Any) -> list[Any]:
        if tree.data == "group":
            return self.told(tree.children[0])
        if tree.data == "not_":
            return ["not", self.told(tree.children[0])]
        if tree.data in ("expr", "conj"):
            word = "or" if tree.data == "expr" else "and"
            return [word, *(self.told(child) for child in tree.children)]
        return self.selected(*tree.children) if tree.data == "selected" else self.compared(*tree.children)

    def selected(self, ref: Tree, literal: Token) -> list[Any]:
        question = self.scope.question(str(ref.children[0]))
        if question.kind != "many":
            raise Unreadable("needs_many", question.name)
        return ["has", question.name, _option(question, str(literal)[1:-1])]

    def compared(self, left: Any, sign: Token, right: Any) -> list[Any]:
        said = str(sign)
        if isinstance(left, Token):
            left, said, right = right, TURNED[said], left
        if not isinstance(left, Tree) or not isinstance(right, Token):
            raise Unreadable("needs_literal", "")
        question = self.scope.question(str(left.children[0]))
        if right.type == "STRING" and len(right) == 2 and said in ("=", "!="):
            return ["empty" if said == "=" else "filled", question.name]
        return [said, question.name, _literal(question, said, right)]


def _literal(question: Question, sign: str, token: Token) -> Any:
    """What a question is compared with. Raises Unreadable."""
    if question.kind == "integer":
        if token.type != "NUMBER":
            raise Unreadable("needs_number", question.name)
        return float(token) if "." in token else int(token)
    if sign in ORDER:
        raise Unreadable("needs_integer", question.name)
    if question.kind == "many":
        raise Unreadable("needs_selected", question.name)
    return _option(question, str(token) if token.type == "NUMBER" else str(token)[1:-1])


def _option(question: Question, name: str) -> str:
    if name not in (option.name for option in question.options):
        raise Unreadable("unknown_option", f"{question.name}: {name}")
    return name


def scopes(parts: Iterable[tuple[str, Sequence[Question]]]) -> dict[str, Scope]:
    """What each question's expression may speak of, for parts (name, questions in order)."""
    parts = list(parts)
    found = {}
    for name, questions in parts:
        elsewhere = frozenset(q.name for other, theirs in parts if other != name for q in theirs)
        for place, question in enumerate(questions):
            before = {q.name: q for q in questions[:place]}
            after = frozenset(q.name for q in questions[place + 1 :])
            found[question.name] = Scope(before, after, elsewhere, question.name)
    return found
