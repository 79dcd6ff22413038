"""May we join? Five questions, and an answer with its reasons. Plain values, nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Outcome(StrEnum):
    FULL = "full"
    LIGHT = "light"
    NOT_YET = "not_yet"
    NO = "no"


@dataclass(frozen=True)
class Question:
    """One page of the check: `options` are (value, words)."""

    key: str
    title: Promise
    hint: Promise
    options: tuple[tuple[str, Promise], ...]


@dataclass(frozen=True)
class Answer:
    """What one may do, why, and what to do next. `with_other`: the other level must apply too."""

    outcome: Outcome
    reasons: list[str]
    to_do: list[str] = field(default_factory=list)
    with_other: str = ""


QUESTIONS = (
    Question(
        "organisme",
        gettext_lazy("On whose behalf are you asking?"),
        gettext_lazy("The title goes to municipalities and to intercommunalities, whatever their size."),
        (
            ("commune", gettext_lazy("A municipality")),
            ("intercommunality", gettext_lazy("An intercommunality")),
            ("other", gettext_lazy("A school, an association, someone else")),
        ),
    ),
    Question(
        "services",
        gettext_lazy("Who runs the services for children?"),
        gettext_lazy(
            "Early childhood, after-school care, youth: think of the powers themselves, not of the buildings."
        ),
        (
            ("ours", gettext_lazy("We do")),
            (
                "shared",
                gettext_lazy("We share them with the other level (the intercommunality, or its municipalities)"),
            ),
            ("other", gettext_lazy("Mostly the other level")),
        ),
    ),
    Question(
        "vote",
        gettext_lazy("Where does your council stand?"),
        gettext_lazy("The full title asks for a vote on the plan and the agreement, before the signatures."),
        (
            ("voted", gettext_lazy("It has voted, or a date is set")),
            ("soon", gettext_lazy("It could vote within the year")),
            ("unsure", gettext_lazy("It is not ready to vote")),
        ),
    ),
    Question(
        "personnes",
        gettext_lazy("Who would carry it?"),
        gettext_lazy(
            "An elected lead speaks and signs; an officer lead knows the file. It need not be a full-time post."
        ),
        (
            ("both", gettext_lazy("An elected lead and an officer lead are named")),
            ("one", gettext_lazy("One of the two")),
            ("none", gettext_lazy("Nobody yet")),
        ),
    ),
    Question(
        "duree",
        gettext_lazy("What are you ready for?"),
        gettext_lazy(
            "The full title lasts as long as a municipal term: a plan, children who are asked, results made public."
        ),
        (
            ("plan", gettext_lazy("A plan over the whole mandate, with children, and its results made public")),
            ("light", gettext_lazy("A first year, to begin with")),
            ("unsure", gettext_lazy("We do not know yet")),
        ),
    ),
)


def answers_among(given: Mapping[str, str]) -> dict[str, str]:
    """The answers of an address, in order, up to the first that is missing or unknown."""
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        value = given.get(question.key, "")
        if value not in {option for option, _words in question.options}:
            break
        answers[question.key] = value
    return answers


def answer(given: Mapping[str, str]) -> Answer:
    """What the five answers lead to. Raises KeyError when one is missing."""
    if given["organisme"] == "other":
        return Answer(
            Outcome.NO,
            [_("Only a municipality or an intercommunality can become a member.")],
            [
                _("Speak of it to your town hall: you may be a partner of its plan."),
                _("If you are a school, a three-year journey is being prepared for you."),
            ],
        )
    if given["personnes"] == "none":
        return Answer(
            Outcome.NOT_YET,
            [_("Without anyone to carry it, a plan stops at the first election or departure.")],
            [_("Name an elected lead first, then an officer who knows the town’s services for children.")],
        )
    if given["duree"] == "unsure":
        return Answer(
            Outcome.NOT_YET,
            [_("The two ways in do not ask for the same thing: better to choose knowingly.")],
            [_("Read the two tracks side by side, then ask a member city near you what it costs and what it brings.")],
        )
    if given["duree"] == "light" or given["vote"] == "unsure":
        return Answer(Outcome.LIGHT, [_light_reason(given)], _to_do(given, vote=False))
    return Answer(
        Outcome.FULL,
        [_("Your council, your people and your intention answer what the full title asks.")],
        _to_do(given, vote=True),
        _with_other(given),
    )


def _light_reason(given: Mapping[str, str]) -> str:
    if given["duree"] == "light":
        return _("The light network asks for one year and no title is granted: one can then apply for the full title.")
    return _("The full title asks for a vote of the council; the light network can begin without it.")


def _to_do(given: Mapping[str, str], *, vote: bool) -> list[str]:
    to_do = []
    if given["personnes"] == "one":
        to_do.append(_("Name the second lead: the elected one signs, the officer one follows the file."))
    if vote and given["vote"] == "soon":
        to_do.append(_("Plan the council’s vote: it comes after the decision, before the signatures."))
    return [*to_do, _("Find your municipality below: what is public about it is already filled in.")]


def _with_other(given: Mapping[str, str]) -> str:
    """Why the other level must apply too: the title of one is not the title of the other."""
    if given["services"] == "ours":
        return ""
    if given["organisme"] == "commune":
        return _(
            "Your intercommunality runs services for children: it applies too. Two files, two plans, two agreements;"
            " what is common is written once."
        )
    return _(
        "Your municipalities keep services for children: each of them that wants the title applies too. Its title is"
        " not yours, and the other way round."
    )
