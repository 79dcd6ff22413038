"""What anyone reads of what children said; the page for children; the page where a group rates: no account, no cookie."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates import report_documents
from marelle.plans import reporting
from marelle.plans.models import GroupCode, Rating
from marelle.plans.operations import group_codes
from tests.factories.accounts import PersonFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory, RatingFactory, ReportFactory
from tests.factories.voices import CODE, AnswerFactory, ChildSentenceFactory, GroupCodeFactory, ProposalFactory
from tests.web.public_town import NOW, member, promise

pytestmark = pytest.mark.django_db
DAY = datetime(2029, 5, 10, 9, tzinfo=UTC)  # the code of the factory lives


@pytest.fixture(autouse=True)
def at_that_time():
    with clock.at(NOW):
        yield


@pytest.fixture
def town():
    return member()


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


# What they said ------------------------------------------------------------------------------------------------------
def test_only_what_was_read_over_is_shown(client, town):
    shown = ProposalFactory(organisation=town.organisation, words="Des bancs partout.", shown=True)
    ProposalFactory(organisation=town.organisation, words="Du savon.")
    ProposalFactory(organisation=town.organisation, words="Des chiens.", shown=True, withdrawn=True)
    AnswerFactory(proposal=shown, why="Vous avez raison.")

    pages = [
        text(client.get(address))
        for address in ("/villes/67447", "/villes/67447/propositions", "/villes/67447/enfants")
    ]

    words = ("Des bancs partout.", "Vous avez raison.", "Du savon.", "Des chiens.")
    assert [[w in page for w in words] for page in pages] == [[True, True, False, False]] * 3
    assert client.cookies == {}


def test_share_answered_in_time_counts_what_is_not_shown_too(client, town):
    AnswerFactory(proposal__organisation=town.organisation, proposal__shown=True)
    with clock.at(datetime(2028, 12, 1, tzinfo=UTC)):
        ProposalFactory(organisation=town.organisation)
        page = text(client.get("/villes/67447/propositions"))

    assert "réponse en trois mois\u202f: 1 sur 2" in page


@pytest.mark.parametrize("address", ["/villes/68000/propositions", "/villes/68000/enfants"])
def test_town_that_is_not_a_member_has_no_such_page(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "questions"), [("propositions", 5), ("enfants", 7)])
def test_pages_ask_a_fixed_number_of_questions(client, town, address, questions, count, django_assert_num_queries):
    for _number in range(count):
        promise(town)
        AnswerFactory(proposal__organisation=town.organisation, proposal__shown=True)

    with django_assert_num_queries(questions):
        text(client.get(f"/villes/67447/{address}"))


# The page for children -----------------------------------------------------------------------------------------------
def test_page_for_children_is_made_from_the_data(client, town):
    one, two = promise(town, "Ta rue sera calme."), promise(town, "Tu auras des bancs.")
    ActionFactory(objective=one, state="done")
    ActionFactory(objective=two, state="done")
    ActionFactory(objective=two, state="in_progress")

    page = text(client.get("/villes/67447/enfants"))

    told = (
        "Schiltigheim a fait 2 promesses aux enfants.",
        "Ta rue sera calme.",
        "C’est fait\u202f!",
        "1 chose sur 2 est faite.",
    )
    assert [words in page for words in told] == [True] * 4
    assert 'href="/villes/67447"' in page
    assert 'href="/villes/67447/enfants"' in text(client.get("/villes/67447"))


def test_edited_sentence_takes_the_place_of_the_datas(client, town):
    promise(town)
    ChildSentenceFactory(plan=town.plan, words="Bienvenue chez toi !")

    page = text(client.get("/villes/67447/enfants"))

    assert ("Bienvenue chez toi !" in page, "a fait 1 promesse" in page) == (True, False)


def test_what_a_group_of_children_says_is_shown_once_the_report_is_accepted(client, town):
    objective = promise(town)
    report = ReportFactory(plan=town.plan)
    RatingFactory(report=report, objective=objective, children=True, verdict="no_progress")
    GroupCodeFactory(report=report, sentence="On attend.", sentence_state="shown", sentence_read_by=PersonFactory())
    before = text(client.get("/villes/67447/enfants"))

    type(report).rows.update(
        state="accepted", submitted_at=NOW, submitted_by=PersonFactory(), fingerprint="c" * 64, accepted_at=NOW
    )

    after = text(Client().get("/villes/67447/enfants?"))
    assert [("Rien n’a changé" in page, "On attend." in page) for page in (before, after)] == [
        (False, False),
        (True, True),
    ]


def test_report_tells_what_the_group_added_and_nothing_that_was_kept_back(client, town):
    report = ReportFactory(plan=town.plan, accepted=True)
    report.content = reporting.content(report, reporting.situation(report))
    report.save()
    for sentence, state in (("On attend.", "shown"), ("Chut.", "kept")):
        past = clock.now()
        GroupCodeFactory(
            report=report, digest=sentence, sentence=sentence, sentence_state=state, sentence_read_by=PersonFactory(),
            revoked_at=past, answered_at=past, number=len(sentence),
        )  # fmt: skip

    page = text(client.get(f"/villes/{town.organisation.code}/bilans/{report.code}"))

    assert ("On attend." in page, "Chut." in page) == (True, False)


def test_each_group_stands_apart_wherever_a_report_is_read(client, town):
    """On the page for children, on the report's own page, in words on paper: two lines, never one number."""
    said = promise(town)
    report = ReportFactory(plan=town.plan, accepted=True)
    report.content = reporting.content(report, reporting.situation(report))
    report.save()
    for kind, verdict in (("council", "no_progress"), ("class", "achieved")):
        group = GroupCodeFactory(report=report, kind=kind, digest=kind)
        RatingFactory(report=report, objective=said, children=True, group=group, verdict=verdict)

    own = text(client.get("/villes/67447/enfants"))
    page = text(client.get(f"/villes/67447/bilans/{report.code}"))
    paper = report_documents.printed(report.content, report_documents.sides(report))["domains"][0]["objectives"][0]

    assert [f"Un groupe d’enfants ({who}) dit" in own for who in ("un conseil d’enfants", "une classe")] == [True, True]
    assert [who in page for who in ("Un conseil d’enfants", "Une classe")] == [True, True]
    assert paper["sides"] == [
        ["La collectivité", "non noté", "–"],
        ["Un conseil d’enfants", "sans avancée", "–"],
        ["Une classe", "atteint", "–"],
        ["Le comité", "non noté", "–"],
    ]


# A group rates -------------------------------------------------------------------------------------------------------
@pytest.fixture
def held(town):
    return GroupCodeFactory(report=ReportFactory(plan=town.plan))


def sent(*objectives, five="yes", verdict="on_track", **more):
    return {"code": CODE, "five": five, "act": "send"} | {f"o-{o.code}": verdict for o in objectives} | more


def test_group_rates_without_account_or_cookie(client, town, held):
    one, two = promise(town, "Ta rue sera calme."), promise(town, "Tu auras des bancs.")

    with clock.at(DAY):
        opened = client.post("/avis", {"code": CODE.upper()})
        thanked = client.post("/avis", sent(one, two, sentence="C’est mieux."))

    assert [w in text(opened) for w in ("Ta rue sera calme.", "On ne sait pas", "Ça avance")] == [True] * 3
    assert "Merci" in text(thanked)
    assert list(Rating.objects.order_by("pk").values_list("objective", "by", "verdict", "rated_by")) == [
        (one.pk, "children", "on_track", None), (two.pk, "children", "on_track", None)
    ]  # fmt: skip
    assert GroupCode.objects.values_list("sentence", "sentence_state").get() == ("C’est mieux.", "waiting")
    assert (client.cookies, thanked.headers["Cache-Control"]) == ({}, "no-store")


def test_group_of_fewer_than_five_is_told_kindly_and_nothing_is_kept(client, town, held):
    objective = promise(town)
    before = GroupCode.objects.values().get()

    with clock.at(DAY):
        answer = client.post("/avis", sent(objective, five="no", sentence="Nous."))

    assert "Vous n’êtes pas assez" in text(answer)
    assert (Rating.objects.count(), GroupCode.objects.values().get()) == (0, before)


def test_group_that_left_one_promise_out_keeps_what_it_chose(client, town, held):
    one, two = promise(town), promise(town, "Tu auras des bancs.")

    with clock.at(DAY):
        answer = client.post("/avis", sent(one))

    assert (answer.status_code, Rating.objects.count()) == (422, 0)
    assert answer.context["form"][f"o-{one.code}"].value() == "on_track"
    assert set(answer.context["form"].errors) == {f"o-{two.code}"}


@pytest.mark.parametrize("why", ["wrong", "expired", "withdrawn"])
def test_dead_code_says_the_same_whatever_the_reason(client, town, held, why):
    code = "zzzz2345" if why == "wrong" else CODE
    GroupCode.objects.update(revoked_at=DAY if why == "withdrawn" else None)

    with clock.at(held.expires_at if why == "expired" else DAY):
        answer = client.post("/avis", {"code": code})

    assert (answer.status_code, answer.context["form"].errors["code"]) == (
        422, ["Ce code n’ouvre rien aujourd’hui. Relisez chaque lettre, ou demandez à la personne qui vous l’a donné."]
    )  # fmt: skip


def test_codes_are_not_tried_without_end(client, town, held):
    with clock.at(DAY):
        tries = [client.post("/avis", {"code": "zzzz2345"}).status_code for _try in range(41)]

    assert (tries[0], tries[39], tries[40]) == (422, 422, 429)


def test_form_of_another_site_is_refused(client, town, held):
    objective = promise(town)

    with clock.at(DAY):
        answer = client.post("/avis", sent(objective), headers={"origin": "https://ailleurs.example"})

    assert (answer.status_code, Rating.objects.count()) == (403, 0)


def test_group_that_answers_again_finds_what_it_sent(client, town, held):
    objective = promise(town)

    with clock.at(DAY):
        client.post("/avis", sent(objective, verdict="achieved"))
        again = client.post("/avis", {"code": CODE})

    assert "a déjà répondu" in text(again)
    assert again.context["form"].initial[f"o-{objective.code}"] == "achieved"


def test_next_group_finds_nothing_of_the_one_before(client, town, held):
    objective = promise(town)
    with clock.at(DAY):
        client.post("/avis", sent(objective, verdict="achieved"))
        officer = PersonFactory(roles=[(town.plan.organisation, Role.CITY_EDITOR)])
        _made, plain = group_codes.make_code(held.report_id, "class", by=officer)
        other = client.post("/avis", {"code": plain})

    assert other.context["form"].initial == {"sentence": ""}


def test_objectives_without_words_are_not_asked(client, town, held):
    promise(town)
    ObjectiveFactory(plan=town.plan, domain=town.plan.objectives.get().domain, name="", promise="")

    with clock.at(DAY):
        opened = client.post("/avis", {"code": CODE})

    assert len(opened.context["form"].objectives) == 1
