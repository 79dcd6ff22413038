"""The questions of an application: each says why it is asked, takes what it can mean, and counts its minutes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed
from marelle.framework.checks import faults_of
from marelle.framework.operations import read_framework
from marelle.mandates import questions
from marelle.mandates.operations.applications import attach_file, remove_file, submit_application
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import written
from tests.factories.accounts import PersonFactory
from tests.factories.framework import DEMONSTRATION, DemonstrationFramework, FrameworkFactory
from tests.factories.mandates import IN_TIME, AnswerFactory, ApplicationFactory, ReadyApplication

pytestmark = pytest.mark.django_db


def demonstration(**situation):
    return ApplicationFactory(call__framework=DemonstrationFramework(), **situation)


def sections_of(application):
    return queries.dossier(application).sections


@pytest.mark.parametrize(
    "make", [demonstration, ReadyApplication], ids=["demonstration", "a framework without reasons"]
)
def test_each_question_says_why_it_is_asked(make):
    sections = sections_of(make())

    assert [q.key for section in sections for q in section.questions if not q.why.strip()] == []
    assert len([q for section in sections for q in section.questions]) > 20


def test_the_minutes_of_a_dossier_are_those_of_its_questions():
    """Seven texts and eight short answers, five minutes a recommendation: about three hours, far from the twelve allowed."""
    application = demonstration()

    tasks = queries.tasks(queries.dossier(application), application.created_by)

    minutes = [task.minutes for task in tasks if task.minutes]
    assert (minutes[0], sum(minutes[1:6]), minutes[6:]) == (7 * 4 + 8, 13 * 5, [4, 5 * 15, 5])


def test_a_dossier_asks_no_more_than_this():
    """Each question more is minutes of an officer: this count is changed knowingly."""
    sections = sections_of(demonstration())

    counted = [(s.name, len(s.questions), sum(q.required for q in s.questions)) for s in sections]
    assert (counted[0], counted[-2:]) == (("presentation", 15, 4), [("team", 5, 3), ("documents", 2, 2)])
    assert [sum(of) for of in zip(*(numbers for _name, *numbers in counted[1:-2]), strict=True)] == [13 * 5, 13]


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("presentation.children_from_age", " 3 ", "3"),
        ("presentation.children_from_age", "", ""),
        ("presentation.children_to_age", "17", "17"),
        ("presentation.children_to_age", "18", None),
        ("presentation.children_count", "1\u202f200", "1200"),
        ("presentation.children_count", "0", None),
        ("presentation.children_count", "une centaine", None),
        ("presentation.children_count", "-3", None),
        ("presentation.children_count", "²", None),
        ("presentation.budget_eur", "1 250 000", "1250000"),
        ("presentation.budget_eur", "1250,50", None),
        ("presentation.budget_year", "25", None),
        ("presentation.budget_year", "2025", "2025"),
    ],
)
def test_clean_takes_whole_numbers_within_their_span(key, typed, kept):
    question = questions.find(sections_of(ApplicationFactory()), key)

    if kept is None:
        with pytest.raises(BadData):
            questions.clean(question, typed)
    else:
        assert questions.clean(question, typed) == kept


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("presentation.children_from_age", "6", "6 ans"),
        ("presentation.children_count", "1200", "1\u202f200 enfants"),
        ("presentation.budget_eur", "1250000", "1\u202f250\u202f000 €"),
        ("presentation.budget_year", "2025", "2025"),
    ],
)
def test_said_writes_a_number_with_its_unit(key, value, said):
    question = questions.find(sections_of(ApplicationFactory()), key)

    assert questions.said(question, value).replace("\xa0", "\u202f") == said


def test_a_local_figure_is_asked_its_source_and_its_year():
    application = ApplicationFactory()
    before = {gap.address.partition("#")[2] for gap in queries.missing(queries.dossier(application))}
    AnswerFactory(application=application, key="presentation.diagnosis", value="42 familles attendent une place.")
    AnswerFactory(application=application, key="presentation.budget_eur", value="12000")

    after = {gap.address.partition("#")[2] for gap in queries.missing(queries.dossier(application))}

    assert after - before == {
        "presentation.diagnosis_source",
        "presentation.diagnosis_year",
        "presentation.budget_year",
        "presentation.budget_counted",
    }


def test_ages_the_wrong_way_round_are_told():
    application = ReadyApplication()
    application.answers.filter(key="presentation.children_from_age").update(value="12")
    right = queries.missing(queries.dossier(application))
    application.answers.filter(key="presentation.children_to_age").update(value="9")

    wrong = queries.missing(queries.dossier(application))

    assert right == []
    assert [(gap.sentence, gap.address.partition("#")[2]) for gap in wrong] == [
        (
            "Parole des enfants\u202f: les plus âgés sont plus jeunes que les plus jeunes.",
            "presentation.children_to_age",
        )
    ]


def test_a_policy_that_is_planned_is_an_answer_of_the_framework_and_asks_no_description():
    sections = sections_of(demonstration())
    policy = questions.find(sections, "recommendation.R1.policy")
    described = questions.find(sections, "recommendation.R1.prompt1")

    asked = {code: questions.is_asked(described, {policy.key: code}) for code, _words in policy.choices}
    assert asked == {"yes": True, "partly": True, "no": False, "planned": False, "not_our_power": False}
    assert dict(policy.choices)["planned"] == "Pas encore, elle est prévue"


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda p: p["policy"].pop("answers"), "self_assessment.policy.answers: missing"),
        (lambda p: p["policy"]["answers"].append({**p["policy"]["answers"][0]}), "self_assessment.policy.answers: code yes stands twice"),
        (lambda p: p["policy"]["answers"][3].pop("name"), "self_assessment.policy.answers[planned].name: expected words for each language, such as {fr: …, en: …}"),
        (lambda p: p["policy"]["answers"][0].update(described="oui"), "self_assessment.policy.answers[yes].described: expected true or false"),
        (lambda p: p["policy"].pop("why"), "self_assessment.policy.why: expected words for each language, such as {fr: …, en: …}"),
        (lambda p: p["prompts"][0].pop("why"), "self_assessment.prompts[1].why: expected words for each language, such as {fr: …, en: …}"),
        (lambda p: p["prompts"][1].update(number=1), "self_assessment.prompts: number 1 stands twice"),
        (lambda p: p["prompts"][0].update(number="un"), "self_assessment.prompts[un].number: expected a whole number, 1 or more"),
    ],
)  # fmt: skip
def test_a_framework_whose_self_assessment_lacks_something_is_refused(spoil, fault):
    data = read_framework(DEMONSTRATION)
    spoil(data["self_assessment"])

    assert faults_of(data) == [fault]


def test_a_framework_of_yesterday_keeps_its_answers_and_gains_their_words():
    """The migration of what was loaded before: every code, every number of a prompt stays."""
    from importlib import import_module

    from django.apps import apps

    move = import_module("marelle.framework.migrations.0008_words_of_the_self_assessment")
    before = {"policy": {"name": {"fr": "Une politique ?"}, "answers": ["yes", "no"]}, "prompts": [{"fr": "Quoi ?"}, {"fr": "Où ?"}]}  # fmt: skip
    framework = FrameworkFactory(self_assessment=before)

    move.write_words(apps, None)
    framework.refresh_from_db()
    after = framework.self_assessment
    move.write_codes(apps, None)
    framework.refresh_from_db()

    assert after == {
        "policy": {
            "name": {"fr": "Une politique ?"},
            "answers": [
                {"code": "yes", "described": True, "name": {"fr": "Oui", "en": "Yes"}},
                {"code": "no", "described": False, "name": {"fr": "Non", "en": "No"}},
            ],
        },
        "prompts": [{"number": 1, "name": {"fr": "Quoi ?"}}, {"number": 2, "name": {"fr": "Où ?"}}],
    }
    assert framework.self_assessment == before


def pdf(name="preuve.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")


def test_a_file_stands_beside_the_recommendation_it_shows_until_it_is_removed():
    """Another takes its place, the vote is not touched, the reader opens it from the answer."""
    application = ReadyApplication()
    lead, editor = (PersonFactory(roles=[(application.organisation, r)]) for r in (Role.ELECTED_LEAD, Role.CITY_EDITOR))
    vote, (recommendation,) = application.files.get(), application.call.framework.domains.get().recommendations.all()
    key = f"recommendation.{recommendation.code}.proof"

    _first, second = (attach_file(application.pk, pdf(), by=editor, shows=recommendation.code) for _time in range(2))
    stood = application.answers.get(key=key).value
    shown = written.kept(application).sections[1]["fields"][-1]
    handed_in = submit_application(application.pk, by=lead, at=IN_TIME)
    read = written.handed_in(handed_in).written.sections[1]["fields"][-1]

    assert stood == second.code
    assert shown == read == {
        "title": f"{recommendation} – La pièce qui le montre le mieux",
        "state": "",
        "value": "preuve.pdf",
        "key": key,
        "file": second.code,
    }  # fmt: skip
    assert application.answers.get(key="documents.vote_file").value == vote.code


def test_a_file_removed_shows_nothing_any_more():
    application = ReadyApplication()
    editor = PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])
    (recommendation,) = application.call.framework.domains.get().recommendations.all()
    file = attach_file(application.pk, pdf(), by=editor, shows=recommendation.code)

    remove_file(application.pk, file.code, by=editor)

    assert not application.answers.filter(key=f"recommendation.{recommendation.code}.proof").exists()


@pytest.mark.parametrize(
    ("role", "shows", "upload", "error"),
    [
        (Role.CITY_EDITOR, "R99", pdf(), BadData),
        (Role.CITY_EDITOR, "", SimpleUploadedFile("x.svg", b"<svg/>"), BadData),
        (Role.CITY_READER, "", pdf(), NotAllowed),
    ],
    ids=["not asked here", "kind refused", "reader"],
)
def test_a_file_that_shows_nothing_is_refused(role, shows, upload, error):
    application = ReadyApplication()
    (recommendation,) = application.call.framework.domains.get().recommendations.all()
    person, before = PersonFactory(roles=[(application.organisation, role)]), list(application.files.all())

    with pytest.raises(error):
        attach_file(application.pk, upload, by=person, shows=shows or recommendation.code)

    assert list(application.files.all()) == before
    assert not application.answers.filter(key__endswith=".proof").exists()
