"""What an application asks, as data: sections from the framework and the track, each question with its reason.

A key names an answer for ever: "presentation.summary", "recommendation.R1.policy".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from marelle.accounts.models import File
from marelle.base.errors import BadData
from marelle.framework.models import Domain, Framework, Recommendation, Track, text

LONG, LINE = 6000, 200  # characters of a text, of a line
MINUTES_TEAM, MINUTES_DOCUMENTS = 4, 5  # ours, to be measured with people
MINUTES_RECOMMENDATION, MINUTES_PLAN_DOMAIN = 5, 15
MINUTES_OF = {"text": 4, "line": 1, "number": 1}  # of one question of the presentation, to be measured with people too
PROOF = ".proof"  # the end of the key of an answer that names the file which shows what a recommendation says
VOTE_FILE = "documents.vote_file"  # the code of the file that is the council's vote
MOST_CHILDREN = 1_000_000  # heard by one organisation: beyond, a digit slipped
MOST_BUDGET_EUR = 10_000_000_000  # a year: the budget of the largest city stands near it
YEARS = (1990, 2100)
AGES = (0, 17)  # a child is under eighteen: Convention on the Rights of the Child, article 1


@dataclass(frozen=True)
class Question:
    """One field. `kind`: text, line, number, choice, file or day. `only_after`: required only once that key has one of `when`.

    `when`: empty for any answer. `span`: the lowest and the highest whole number. `unit`: what it counts, "" for a year.
    """

    key: str
    title: str
    why: str = ""
    kind: str = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    only_after: str = ""
    when: frozenset[str] = frozenset()
    span: tuple[int, int] = (0, 0)
    unit: str = ""

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
        sections += [_self_assessment(framework, domain, files) for domain in domains if domain.recommendations.all()]
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
    if question.kind in ("choice", "file") and words and words not in dict(question.choices):
        raise BadData(_("Choose one of the answers offered."))
    if question.kind == "number" and words:
        return _whole(words, question.span)
    if question.kind == "day" and words:
        try:
            date.fromisoformat(words)
        except ValueError:
            raise BadData(_("Give the day as year-month-day, for example 2027-09-01.")) from None
    return words


def _whole(words: str, span: tuple[int, int]) -> str:
    """A whole number, whatever spaces hold its digits apart."""
    digits, (lowest, highest) = "".join(words.split()), span
    if not (digits.isascii() and digits.isdigit()) or not lowest <= int(digits) <= highest:
        limits = {"lowest": number_format(lowest), "highest": number_format(highest)}
        raise BadData(_("Give a whole number in figures, from %(lowest)s to %(highest)s.") % limits)
    return str(int(digits))


def is_asked(question: Question, answers: dict[str, str]) -> bool:
    """Whether the question must be answered before handing in, given the other answers."""
    if question.only_after:
        given = answers.get(question.only_after, "")
        return given in question.when if question.when else bool(given)
    return question.required


def contradictions(section: Section, answers: dict[str, str]) -> list[tuple[str, str]]:
    """What two answers of a section cannot both say: the key of the one to look at, and a sentence."""
    youngest, oldest = (answers.get(f"presentation.children_{end}_age", "") for end in ("from", "to"))
    if section.name == "presentation" and youngest and oldest and int(youngest) > int(oldest):
        return [("presentation.children_to_age", _("Children’s words: the oldest are younger than the youngest."))]
    return []


def said(question: Question, value: str) -> str:
    """An answer as it is read: the words of a choice, a day written out."""
    if question.kind == "day" and value:
        return date_format(date.fromisoformat(value), "j F Y")
    if question.kind == "number" and question.unit and value:
        return f"{number_format(int(value), force_grouping=True)} {question.unit}"
    return dict(question.choices).get(value, value)


def _presentation() -> Section:
    groups = (_place(), _diagnosis(), _children_words(), _governance(), _means())
    asked = [question for group in groups for question in group.questions]
    return Section(
        name="presentation",
        title=_("Presentation"),
        why=_("So that whoever reads you knows your place, your children and who steers."),
        minutes=sum(MINUTES_OF[question.kind] for question in asked),
        groups=groups,
    )


def _place() -> Group:
    return Group(
        "",
        (
            Question(
                "presentation.summary",
                _("Your place and its children, in a few lines"),
                _("It opens your application. Readers come back to it at each step."),
                required=True,
            ),
        ),
    )


def _diagnosis() -> Group:
    found = "presentation.diagnosis"
    return Group(
        _("Diagnosis"),
        (
            Question(
                found,
                _("What do you know that the official figures do not say?"),
                _("Your services count what nobody else counts: waiting lists, places, use. A need shown convinces."),
            ),
            Question(
                f"{found}_source",
                _("Where these local figures come from"),
                _("A reader believes a figure whose source is known: a service, a register, a study."),
                kind="line",
                only_after=found,
            ),
            Question(
                f"{found}_year",
                _("Year of these local figures"),
                _("So that they are compared with official ones of the same year."),
                kind="number",
                only_after=found,
                span=YEARS,
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
                _("Method, places and dates: readers see whether those who speak least could speak."),
                required=True,
            ),
            *_children_heard(),
            Question(
                "presentation.children_unheard",
                _("Which children have you not reached yet?"),
                _("Nobody reaches everyone at once. Saying it helps to plan."),
            ),
        ),
    )


def _children_heard() -> tuple[Question, ...]:
    """Ages and number, apart from the words: they are read across applications."""
    why_age = _("The committee sees which ages its cities do not hear yet.")
    return (
        Question(
            "presentation.children_from_age",
            _("Age of the youngest heard"),
            why_age,
            kind="number",
            span=AGES,
            unit=_("years old"),
        ),
        Question(
            "presentation.children_to_age",
            _("Age of the oldest heard"),
            why_age,
            kind="number",
            span=AGES,
            unit=_("years old"),
        ),
        Question(
            "presentation.children_count",
            _("How many children were heard, about"),
            _("An order of magnitude is enough, all groups together: it is read beside your number of children."),
            kind="number",
            span=(1, MOST_CHILDREN),
            unit=_("children"),
        ),
    )


def _governance() -> Group:
    return Group(
        _("Governance"),
        (
            Question(
                "presentation.governance",
                _("Who steers, with whom?"),
                _("Committee, services and partners: a plan holds when someone holds it."),
                required=True,
            ),
        ),
    )


def _means() -> Group:
    budget = "presentation.budget_eur"
    return Group(
        _("Means and risks"),
        (
            Question(
                budget,
                _("What you spend on children and young people in a year, in euros"),
                _("It gives the scale of the plan’s own budget. Leave blank if nobody has counted it."),
                kind="number",
                span=(0, MOST_BUDGET_EUR),
                unit="€",
            ),
            Question(
                "presentation.budget_year",
                _("Year of this budget"),
                _("So that it is compared with the accounts of that year."),
                kind="number",
                only_after=budget,
                span=YEARS,
            ),
            Question(
                "presentation.budget_counted",
                _("What this sum counts"),
                _("Running costs or works too, schools or not: two cities rarely count alike."),
                kind="line",
                only_after=budget,
            ),
            Question(
                "presentation.risks",
                _("What could hold the plan up, and what will you do then?"),
                _("Elections, a post that falls vacant, a partner who leaves: a risk foreseen is half met."),
            ),
        ),
    )


def _self_assessment(framework: Framework, domain: Domain, files: Sequence[File]) -> Section:
    recommendations = list(domain.recommendations.all())
    return Section(
        name="self_assessment",
        slug=domain.slug,
        title=_("Self-assessment: %(domain)s") % {"domain": domain.short_name},
        why=_("Where you stand today. An honest “no” is worth as much as a “yes”: it shows what the plan is for."),
        minutes=MINUTES_RECOMMENDATION * len(recommendations),
        groups=tuple(_recommendation(framework, recommendation, files) for recommendation in recommendations),
    )


def _recommendation(framework: Framework, recommendation: Recommendation, files: Sequence[File]) -> Group:
    """The policy, the prompts of the framework, and the file that shows it once some are joined."""
    policy = framework.self_assessment.get("policy") or {}
    answers = policy.get("answers") or []
    key = f"recommendation.{recommendation.code}"
    first = Question(
        f"{key}.policy",
        text(policy.get("name")) or _("Is there a policy?"),
        text(policy.get("why")) or _("Readers see at a glance where the plan starts from."),
        kind="choice",
        required=bool(answers),
        choices=tuple((answer["code"], text(answer["name"])) for answer in answers),
    )
    described = frozenset(answer["code"] for answer in answers if answer.get("described"))
    prompts = [
        Question(
            f"{key}.prompt{prompt['number']}",
            text(prompt["name"]),
            text(prompt.get("why")) or _("Readers set it beside what other cities answer to the same recommendation."),
            only_after=first.key if n == 0 else "",
            when=described,
        )
        for n, prompt in enumerate(framework.self_assessment.get("prompts") or [])
    ]
    return Group(str(recommendation), (first, *prompts, *([_proof(recommendation, files)] if files else [])))


def policy_key(recommendation: str) -> str:
    """The answer that says whether there is a policy."""
    return f"recommendation.{recommendation}.policy"


def proof_key(recommendation: str) -> str:
    """The answer that names the file which shows what a recommendation's answers say."""
    return f"recommendation.{recommendation}{PROOF}"


def _proof(recommendation: Recommendation, files: Sequence[File]) -> Question:
    return Question(
        proof_key(recommendation.code),
        _("The file that shows it best"),
        _("One is enough: readers open it beside your answer. You join it at the foot of this page."),
        kind="file",
        choices=tuple((file.code, file.label) for file in files),
    )


def _team() -> Section:
    return Section(
        name="team",
        title=_("Project team"),
        why=_("The two people the committee will talk to: one elected, one in your services."),
        minutes=MINUTES_TEAM,
        groups=(
            Group(_("Elected lead"), _elected()),
            Group(_("Officer lead"), _officer()),
        ),
    )


def _elected() -> tuple[Question, ...]:
    return (
        Question(
            "team.elected_name",
            _("Name of the elected lead"),
            _("The committee knows whom to invite, and who speaks for the council."),
            kind="line",
            required=True,
        ),
        Question("team.elected_duty", _("Their duty"), _("For example: deputy for childhood."), kind="line"),
    )


def _officer() -> tuple[Question, ...]:
    return (
        Question(
            "team.officer_name",
            _("Name of the officer lead"),
            _("The committee asks them first when something is unclear."),
            kind="line",
            required=True,
        ),
        Question(
            "team.officer_duty",
            _("Their post"),
            _("It tells from which service the plan is steered."),
            kind="line",
        ),
        Question(
            "team.officer_email",
            _("Their e-mail address"),
            _("A reader’s question should reach whoever holds the dossier, not a general address."),
            kind="line",
            required=True,
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
                    Question(
                        "documents.vote_number",
                        _("Number of the vote"),
                        _("It is the reference under which your records keep it."),
                        kind="line",
                        required=voted,
                    ),
                    Question(
                        "documents.voted_on",
                        _("Date of the vote"),
                        _("With its number, it is how anyone finds the vote again."),
                        kind="day",
                        required=voted,
                    ),
                ),
            ),
        )
        if track.council_vote != "none"
        else (),
    )
