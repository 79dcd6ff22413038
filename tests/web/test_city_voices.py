"""The workspace: what children propose, the answer, where it goes in the plan; a group's code; the page for children."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Action, Answer, ChildSentence, GroupCode, Proposal
from marelle.plans.operations import group_codes
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory, PlanFactory, ReportFactory
from tests.factories.voices import AnswerFactory, GroupCodeFactory, ProposalFactory

pytestmark = pytest.mark.django_db
# session, person, sign-in, memberships, proposals, answers, those counted
QUESTIONS_OF_PROPOSALS = 7
# session, person, sign-in, memberships, reports with their plans, codes
QUESTIONS_OF_CODES = 6
SPACE = "/espace/67447"


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def plan():
    return PlanFactory(running=True, organisation=OrganisationFactory(code="67447", name="Schiltigheim"))


@pytest.fixture
def officer(client, plan):
    person = PersonFactory(name="Léa Martin", roles=[(plan.organisation, Role.CITY_EDITOR)])
    client.force_login(person)
    return person


@pytest.fixture
def proposal(plan):
    return ProposalFactory(organisation=plan.organisation, plan=plan)


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_officer_writes_down_reads_over_and_answers(client, officer, plan):
    said = {"words": "Nous voulons des bancs.", "source": "council", "received_on": "2028-01-15", "names_nobody": "on"}

    kept = client.post(f"{SPACE}/propositions", said)
    client.post(f"{kept.url}/faire", {"act": "show"})
    client.post(kept.url, {"kind": "in_part", "why": "Deux bancs sont possibles.", "planned_for": "2029-S1"})

    page = text(client.get(kept.url))
    assert Proposal.rows.values_list("state", "plan", "shown_by").get() == ("answered", plan.pk, officer.pk)
    assert Answer.objects.values_list("kind", "answered_on").get() == ("in_part", date(2028, 4, 3))
    assert [w in page for w in ("Deux bancs sont possibles.", "en partie", "au premier semestre 2029")] == [True] * 3


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"names_nobody": ""}, "names_nobody"), ({"words": " "}, "words"), ({"received_on": "2028-04-04"}, None)],
    ids=["not read over", "no words", "tomorrow"],
)
def test_proposal_is_refused_and_what_was_typed_is_kept(client, officer, given, missing):
    said = {"words": "Des bancs.", "source": "class", "received_on": "2028-01-15", "names_nobody": "on"}

    response = client.post(f"{SPACE}/propositions", said | given)

    assert (response.status_code, Proposal.rows.count()) == (422, 0)
    assert set(response.context["form"].errors) == {missing or "__all__"}


def test_words_that_may_name_a_child_are_pointed_at_before_they_are_shown(client, officer, plan):
    proposal = ProposalFactory(organisation=plan.organisation, words="Avec Margaux, nous voulons voir Noé jouer.")

    page = text(client.get(f"{SPACE}/propositions/{proposal.code}"))

    assert "Un enfant est-il nommé" in page
    assert "Margaux" in page


def test_hard_answer_is_told_to_be_hard(client, officer, proposal):
    words = "Nous avons bien lu ce que vous proposez et nous allons en parler au conseil avec les élus de la ville."
    AnswerFactory(proposal=proposal, why=words)
    Proposal.rows.update(state="answered")

    assert "Pourrait-elle se lire plus facilement" in text(client.get(f"{SPACE}/propositions/{proposal.code}"))


def test_proposal_is_carried_on_in_two_clicks(client, officer, plan, proposal):
    objective = ObjectiveFactory(plan=plan)

    page = text(client.get(f"{SPACE}/propositions/{proposal.code}/reprendre"))
    made = client.post(f"{SPACE}/propositions/{proposal.code}/reprendre", {"to": f"objective.{objective.code}"})

    assert f'value="objective.{objective.code}"' in page
    assert made.url == f"{SPACE}/plan/actions/{Action.objects.get().code}"
    assert proposal.words in text(client.get(made.url))


def test_what_stands_already_is_said_to_answer(client, officer, plan, proposal):
    action = ActionFactory(objective=ObjectiveFactory(plan=plan))

    client.post(f"{SPACE}/propositions/{proposal.code}/reprendre", {"there": f"action.{action.code}"})

    assert action.name in text(client.get(f"{SPACE}/propositions/{proposal.code}"))
    assert Action.objects.count() == 1


def test_objective_is_offered_only_while_a_plan_is_written(client, officer, plan, proposal):
    ObjectiveFactory(plan=plan)
    running = text(client.get(f"{SPACE}/propositions/{proposal.code}/reprendre"))
    type(plan).rows.update(state="draft")
    draft = text(client.get(f"{SPACE}/propositions/{proposal.code}/reprendre"))

    assert ('value="domain.' in running, 'value="domain.' in draft) == (False, True)


def test_reader_sees_and_writes_nothing(client, plan, proposal):
    client.force_login(PersonFactory(roles=[(plan.organisation, Role.CITY_READER)]))
    page = text(client.get(f"{SPACE}/propositions/{proposal.code}"))

    refused = client.post(f"{SPACE}/propositions/{proposal.code}", {"kind": "no", "why": "Trop cher."})

    assert (proposal.words in page, "<textarea" in page) == (True, False)
    assert (refused.status_code, Answer.objects.count()) == (403, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_proposals_ask_a_fixed_number_of_questions(client, officer, plan, count, django_assert_num_queries):
    for _number in range(count):
        AnswerFactory(proposal__organisation=plan.organisation)

    client.get(SPACE)
    with django_assert_num_queries(QUESTIONS_OF_PROPOSALS):
        page = text(client.get(f"{SPACE}/propositions"))

    assert page.count("Nous voulons des bancs") == count


# Codes ---------------------------------------------------------------------------------------------------------------
def test_code_is_shown_once_and_opens_the_page_of_the_group(client, officer, plan, settings):
    report, objective = ReportFactory(plan=plan), ObjectiveFactory(plan=plan)

    made = client.post(f"{SPACE}/avis-des-enfants", {"report": report.code, "kind": "council"})
    again = text(client.get(f"{SPACE}/avis-des-enfants"))

    plain = made.context["plain"]
    assert (plain in text(made), plain in again, made.headers["Cache-Control"]) == (True, False, "no-store")
    assert f"{settings.SITE_ADDRESS}/avis" in text(made)
    assert objective.promise in text(Client().post("/avis", {"code": plain}))


def test_sentence_of_a_group_waits_to_be_read_over(client, officer, plan):
    held = GroupCodeFactory(report__plan=plan, sentence="La rue est calme.", sentence_state="waiting")

    before = text(client.get(f"{SPACE}/avis-des-enfants"))
    client.post(f"{SPACE}/avis-des-enfants/{held.code}", {"act": "show"})

    assert ("La rue est calme." in before, "à relire" in before) == (True, True)
    assert GroupCode.objects.values_list("sentence_state", "sentence_read_by").get() == ("shown", officer.pk)


def test_report_no_group_may_rate_nor_rated_is_not_listed(client, officer, plan):
    ReportFactory(plan=plan, yearly=True, submitted=True)
    rated = GroupCodeFactory(report__plan=plan, report__accepted=True).report

    page = client.get(f"{SPACE}/avis-des-enfants")

    assert [report.pk for report in page.context["reports"]] == [rated.pk]


def test_group_gets_another_code_from_its_adult(client, officer, plan):
    report = ReportFactory(plan=plan)
    held, before = group_codes.make_code(report.pk, "class", by=officer)
    elsewhere = GroupCodeFactory()

    made = client.post(f"{SPACE}/avis-des-enfants", {"group": held.code})
    other = client.post(f"{SPACE}/avis-des-enfants", {"group": elsewhere.code})

    assert (text(made).count(made.context["plain"]), other.status_code) == (1, 404)
    found = [group_codes.living(plain, clock.now()) for plain in (before, made.context["plain"])]
    assert found == [None, held]


def test_code_is_withdrawn(client, officer, plan):
    report = ReportFactory(plan=plan)
    held, plain = group_codes.make_code(report.pk, "class", by=officer)

    client.post(f"{SPACE}/avis-des-enfants/{held.code}", {"act": "revoke"})

    assert group_codes.living(plain, clock.now()) is None


@pytest.mark.parametrize("count", [1, 3])
def test_codes_ask_a_fixed_number_of_questions(client, officer, plan, count, django_assert_num_queries):
    for year in range(2027, 2027 + count):
        report = ReportFactory(plan=plan, yearly=True, year=year)
        group_codes.make_code(report.pk, "class", by=officer)

    client.get(SPACE)
    with django_assert_num_queries(QUESTIONS_OF_CODES):
        text(client.get(f"{SPACE}/avis-des-enfants"))


# The page for children -----------------------------------------------------------------------------------------------
def test_sentence_written_again_says_when_its_data_has_changed(client, officer, plan):
    objective = ObjectiveFactory(plan=plan)
    action = ActionFactory(objective=objective)
    part = f"stands.{objective.code}"
    client.post(f"{SPACE}/page-des-enfants", {"part": part, "words": "On commence bientôt !"})
    before = text(client.get(f"{SPACE}/page-des-enfants"))

    Action.objects.filter(pk=action.pk).update(state="in_progress")

    after = text(client.get(f"{SPACE}/page-des-enfants"))
    assert ChildSentence.objects.values_list("part", "words", "instead_of").get() == (
        part, "On commence bientôt !", "Ce n’est pas encore commencé."
    )  # fmt: skip
    assert [("a changé depuis" in page, "On commence bientôt" in page) for page in (before, after)] == [
        (False, True), (True, True)
    ]  # fmt: skip


def test_sentences_stand_under_the_promise_they_belong_to(client, officer, plan):
    objective = ObjectiveFactory(plan=plan)

    page = client.get(f"{SPACE}/page-des-enfants").content.decode()

    sections = re.findall(r"<h2 [^>]*>([^<]*)</h2>.*?</section>", page, re.DOTALL)
    parts = [re.findall(r'name="part" value="([^"]*)"', s) for s in page.split('<section aria-labelledby="group-')[1:]]
    assert (sections, parts) == (
        ["Les premiers mots", "Engagement 1", "Les derniers mots"],
        [["welcome"], [f"promise.{objective.code}", f"stands.{objective.code}"], ["asked"]],
    )


def test_blank_sentence_gives_the_word_back_to_the_data(client, officer, plan):
    client.post(f"{SPACE}/page-des-enfants", {"part": "welcome", "words": "Bienvenue !"})
    client.post(f"{SPACE}/page-des-enfants", {"part": "welcome", "words": " "})

    assert ChildSentence.objects.count() == 0


@pytest.mark.parametrize("part", ["stands.nowhere", "welcome.x", ""])
def test_page_for_children_takes_no_unknown_sentence(client, officer, plan, part):
    refused = client.post(f"{SPACE}/page-des-enfants", {"part": part, "words": "Bonjour"})

    assert (refused.status_code, ChildSentence.objects.count()) == (422, 0)


def test_page_for_children_opens_with_the_mandate(client, officer, plan):
    type(plan).rows.update(state="draft")

    assert "s’ouvre avec le mandat" in text(client.get(f"{SPACE}/page-des-enfants"))
