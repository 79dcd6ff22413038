"""What an application asks, as data: sections from the framework and the track, each question with its reason.

A key names an answer for ever: "presentation.summary", "recommendation.R1.policy".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marelle.accounts.models import File
from marelle.base.errors import BadData
from marelle.framework.models import Domain, Framework, Recommendation, Track, text

LONG, LINE = 6000, 200  # characters of a text, of a line
MINUTES_PRESENTATION, MINUTES_TEAM, MINUTES_DOCUMENTS = 20, 4, 5  # ours, to be measured with people
MINUTES_RECOMMENDATION, MINUTES_PLAN_DOMAIN = 5, 15
VOTE_FILE = "documents.vote_file"  # the code of the file that is the council's vote
DESCRIBED = frozenset({"yes", "partly"})  # a policy that exists is described


@dataclass(frozen=True)
class Question:
    """One field. `kind`: text, line, choice or day. `only_after`: required only when that key has one of `DESCRIBED`."""

    key: str
    title: str
    why: str = ""
    kind: str = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    only_after: str = ""

    @property
    def limit(self) -> int:
        """The longest answer, in characters."""
        return LONG if self.kind == "text" else LINE


@dataclass(frozen=True)
class Group:
    """Questions that go together: about one recommendation."""

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Section:
    """A page of the application. `name` and `slug` make its address."""

    name: str
    title: str
    why: str
    minutes: int
    groups: tuple[Group, ...]
    slug: str = ""

    @property
    def questions(self) -> list[Question]:
        """All of them, in order."""
        return [question for group in self.groups for question in group.questions]


def sections_of(
    track: Track, framework: Framework, domains: Sequence[Domain], files: Sequence[File] = ()
) -> list[Section]:
    """The sections an application of this track fills in, in order; `domains` with their recommendations already read.

    `files`: those joined, among which one is the council's vote.
    """
    sections = [_presentation()]
    if track.follows_framework:
        sections += [_self_assessment(framework, domain) for domain in domains if domain.recommendations.all()]
    return [*sections, _team(), _documents(track, files)]


def find(sections: Sequence[Section], key: str) -> Question:
    """The question of that key. Raises BadData when this application does not ask it."""
    for section in sections:
        for question in section.questions:
            if question.key == key:
                return question
    raise BadData(_("This field does not exist."), key=key)


def clean(question: Question, typed: str) -> str:
    """What is kept of what was typed. Raises BadData with what to do."""
    words = typed.replace("\r\n", "\n").strip()
    if len(words) > question.limit:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": question.limit})
    if question.kind == "choice" and words and words not in dict(question.choices):
        raise BadData(_("Choose one of the answers offered."))
    if question.kind == "day" and words:
        try:
            date.fromisoformat(words)
        except ValueError:
            raise BadData(_("Give the day as year-month-day, for example 2027-09-01.")) from None
    return words


def is_asked(question: Question, answers: dict[str, str]) -> bool:
    """Whether the question must be answered before handing in, given the other answers."""
    if question.only_after:
        return answers.get(question.only_after, "") in DESCRIBED
    return question.required


def said(question: Question, value: str) -> str:
    """An answer as it is read: the words of a choice, a day written out."""
    if question.kind == "day" and value:
        return date_format(date.fromisoformat(value), "j F Y")
    return dict(question.choices).get(value, value)


def policy_answers() -> dict[str, str]:
    """The answers of a self-assessment, in words."""
    return {
        "yes": pgettext("policy", "Yes"),
        "partly": pgettext("policy", "In part"),
        "no": pgettext("policy", "No"),
        "not_our_power": pgettext("policy", "It is not in our powers"),
    }


def _presentation() -> Section:
    return Section(
        name="presentation",
        title=_("Presentation"),
        why=_("So that whoever reads you knows your place, your children and who steers."),
        minutes=MINUTES_PRESENTATION,
        groups=(
            Group(
                "",
                (
                    Question(
                        "presentation.summary",
                        _("Your place and its children, in a few lines"),
                        _("It opens your application. Readers come back to it at each step."),
                        required=True,
                    ),
                ),
            ),
            _children_words(),
            Group(
                _("Governance"),
                (
                    Question(
                        "presentation.governance",
                        _("Who steers, with whom?"),
                        _("Committee, services and partners: a plan holds when someone holds it."),
                        required=True,
                    ),
                ),
            ),
        ),
    )


def _children_words() -> Group:
    return Group(
        _("Children’s words"),
        (
            Question(
                "presentation.children_words",
                _("What did children tell you?"),
                _("An application starts from what children say: quote them, without their names."),
                required=True,
            ),
            Question(
                "presentation.children_how",
                _("Who was heard, and how?"),
                _("Method, dates, how many children, of which ages."),
                required=True,
            ),
            Question(
                "presentation.children_unheard",
                _("Which children have you not reached yet?"),
                _("Nobody reaches everyone at once. Saying it helps to plan."),
            ),
        ),
    )


def _self_assessment(framework: Framework, domain: Domain) -> Section:
    recommendations = list(domain.recommendations.all())
    return Section(
        name="self_assessment",
        slug=domain.slug,
        title=_("Self-assessment: %(domain)s") % {"domain": domain.short_name},
        why=_("Where you stand today. An honest “no” is worth as much as a “yes”: it shows what the plan is for."),
        minutes=MINUTES_RECOMMENDATION * len(recommendations),
        groups=tuple(_recommendation(framework, recommendation) for recommendation in recommendations),
    )


def _recommendation(framework: Framework, recommendation: Recommendation) -> Group:
    policy = framework.self_assessment.get("policy") or {}
    words = policy_answers()
    key = f"recommendation.{recommendation.code}"
    first = Question(
        f"{key}.policy",
        text(policy.get("name")) or _("Is there a policy?"),
        kind="choice",
        required=True,
        choices=tuple((answer, words[answer]) for answer in policy.get("answers") or words),
    )
    prompts = [
        Question(f"{key}.prompt{number}", text(prompt), only_after=first.key if number == 1 else "")
        for number, prompt in enumerate(framework.self_assessment.get("prompts") or [], start=1)
    ]
    return Group(str(recommendation), (first, *prompts))


def _team() -> Section:
    return Section(
        name="team",
        title=_("Project team"),
        why=_("The two people the committee will talk to: one elected, one in your services."),
        minutes=MINUTES_TEAM,
        groups=(
            Group(
                _("Elected lead"),
                (
                    Question("team.elected_name", _("Name of the elected lead"), kind="line", required=True),
                    Question(
                        "team.elected_duty", _("Their duty"), _("For example: deputy for childhood."), kind="line"
                    ),
                ),
            ),
            Group(
                _("Officer lead"),
                (
                    Question("team.officer_name", _("Name of the officer lead"), kind="line", required=True),
                    Question("team.officer_duty", _("Their post"), kind="line"),
                    Question("team.officer_email", _("Their e-mail address"), kind="line", required=True),
                ),
            ),
        ),
    )


def _documents(track: Track, files: Sequence[File]) -> Section:
    voted = track.council_vote == "required"
    which = Question(
        VOTE_FILE,
        _("Which of the files joined is it?"),
        _("Readers find it at once."),
        kind="choice",
        required=voted,
        choices=tuple((file.code, file.label) for file in files),
    )
    return Section(
        name="documents",
        title=_("Documents"),
        why=_("The council’s vote of intent, and whatever helps to understand you."),
        minutes=MINUTES_DOCUMENTS,
        groups=(
            Group(
                text(track.vote_name) or _("Council’s vote of intent"),
                (
                    *([which] if files else []),
                    Question("documents.vote_number", _("Number of the vote"), kind="line", required=voted),
                    Question("documents.voted_on", _("Date of the vote"), kind="day", required=voted),
                ),
            ),
        )
        if track.council_vote != "none"
        else (),
    )
