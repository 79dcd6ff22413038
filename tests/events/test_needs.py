"""Needs: stated, ranked, made a theme; exchanges asked, answered, told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from marelle.accounts.models import JournalContent, Notification
from marelle.accounts.states import Role
from marelle.base import clock, dues, origins, registers
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.models import Letter, Origin
from marelle.events.models import Ballot, Event, Exchange, Need, ProgrammeItem, Ranked
from marelle.events.operations import exchanges, needs
from marelle.events.queries import needs as queries
from marelle.events.states import EXCHANGE_STEPS, NEED_STEPS
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    CLOSES,
    IN_TIME,
    OPENS,
    BallotFactory,
    EventFactory,
    ExchangeFactory,
    NeedFactory,
    RankingFactory,
)
from tests.factories.framework import DomainFactory
from tests.factories.library import AdoptionFactory, PracticeFactory, PracticeTextFactory, ServiceFactory
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def committee():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(committee):
    return PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])


@pytest.fixture
def city(committee):
    return OrganisationFactory(name="Bourg", territory=TerritoryFactory(population=40_000))


@pytest.fixture
def editor(city):
    return PersonFactory(name="Sacha", roles=[(city, Role.CITY_EDITOR)])


@pytest.fixture
def guardianship():
    return ServiceFactory(code="tutelle")


def stated(city, editor, about, **more):
    return needs.state_need(
        city.pk, by=editor, **{"name": "Trouver des tuteurs", "service": about, "urgency": 2, **more}
    )


def helper(service, name="Port-Vieux", **more):
    """A city whose practice is on that service, with somebody who writes for it."""
    place = OrganisationFactory(name=name, territory=TerritoryFactory(population=50_000))
    practice = PracticeFactory(organisation=place, **more)
    practice.services.add(service)
    PracticeTextFactory(practice=practice, name=f"Des tuteurs à {name}")
    return place, PersonFactory(roles=[(place, Role.CITY_EDITOR)]), practice


def verbs():
    return list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))


def test_need_steps_are_the_agreed_ones():
    assert NEED_STEPS.as_text() == (
        "met: reopen > stated\nstated: meet > met, withdraw > withdrawn\nwithdrawn: reopen > stated"
    )


def test_exchange_steps_are_the_agreed_ones():
    assert EXCHANGE_STEPS.as_text() == "accepted: tell > closed\nasked: accept > accepted, decline > declined"


def test_a_need_is_stated_to_the_committee_that_looks_after_the_city(city, editor, officer, committee, guardianship):
    need = stated(city, editor, guardianship, childrens_words="« Je change de foyer tous les mois. »")

    assert (need.state, need.committee, need.organisation, need.stated_at) == ("stated", committee, city, IN_TIME)
    assert verbs() == ["need_stated"]
    assert list(Notification.objects.values_list("person", "address")) == [
        (officer.pk, f"/bureau/rencontres/besoins/{need.code}")
    ]


@pytest.mark.parametrize(
    ("role", "words", "error"),
    [
        (Role.CITY_READER, {}, NotAllowed),
        (Role.CITY_EDITOR, {"name": "  "}, BadData),
        (Role.CITY_EDITOR, {"urgency": 9}, BadData),
        (Role.CITY_EDITOR, {"service": None}, BadData),
    ],
    ids=["a reader", "no name", "unknown urgency", "neither service nor domain"],
)
def test_state_need_refuses(city, guardianship, role, words, error):
    person = PersonFactory(roles=[(city, role)])

    with pytest.raises(error):
        stated(city, person, guardianship, **words)

    assert (Need.rows.count(), verbs()) == (0, [])


def test_two_colleagues_change_two_fields_and_keep_both(city, editor, guardianship):
    need = stated(city, editor, guardianship)

    needs.change_need(need.pk, by=editor, version=1, was={"urgency": 2}, urgency=3)
    needs.change_need(need.pk, by=editor, version=1, was={"what_was_tried": ""}, what_was_tried="Un appel.")

    need.refresh_from_db()
    assert (need.urgency, need.what_was_tried) == (3, "Un appel.")


def test_change_need_keeps_what_a_colleague_wrote(city, editor, guardianship):
    need = stated(city, editor, guardianship)
    needs.change_need(need.pk, by=editor, version=1, was={"name": need.name}, name="Former des tuteurs")

    with pytest.raises(BadData, match="meanwhile|entre-temps"):
        needs.change_need(need.pk, by=editor, version=1, was={"name": need.name}, name="Payer des tuteurs")

    need.refresh_from_db()
    assert need.name == "Former des tuteurs"


def test_a_need_is_withdrawn_stated_again_and_met(city, editor, guardianship):
    need = stated(city, editor, guardianship)

    states = [act(need.pk, by=editor).state for act in (needs.withdraw_need, needs.reopen_need, needs.meet_need)]

    assert states == ["withdrawn", "stated", "met"]
    assert verbs() == ["need_stated", "need_withdrawn", "need_reopened", "need_met"]


@pytest.mark.parametrize("act", [needs.withdraw_need, needs.meet_need, needs.reopen_need])
def test_another_city_moves_no_need(city, editor, guardianship, act):
    need = stated(city, editor, guardianship)
    stranger = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])

    with pytest.raises(NotAllowed):
        act(need.pk, by=stranger)

    need.refresh_from_db()
    assert need.state == "stated"


# Rankings ------------------------------------------------------------------------------------------------------------
def test_a_ranking_is_opened_by_the_team_alone(committee, officer):
    reader = PersonFactory(roles=[(committee, Role.REVIEWER)])
    window = {"opens_at": OPENS, "closes_at": CLOSES, "name": {"fr": "Automne"}, "points": 5}

    ranking = needs.open_ranking(committee, by=officer, **window)

    assert (ranking.points, verbs()) == (5, ["ranking_opened"])
    with pytest.raises(NotAllowed):
        needs.open_ranking(committee, by=reader, **window)
    with pytest.raises(BadData):
        needs.open_ranking(committee, by=officer, **{**window, "closes_at": OPENS})


def test_points_given_again_replace_those_before(city, editor, committee, guardianship):
    ranking, first, second = RankingFactory(committee=committee), *NeedFactory.create_batch(2, committee=committee)

    needs.rank(ranking.pk, city, {first.code: 5}, by=editor)
    needs.rank(ranking.pk, city, {first.code: 1, second.code: 4}, by=editor)

    assert list(Ranked.objects.order_by("points").values_list("need", "points")) == [(first.pk, 1), (second.pk, 4)]
    assert list(Ballot.objects.values_list("organisation", "given", "had")) == [(city.pk, 5, 5)]


@pytest.mark.parametrize(
    ("at", "points", "role", "error"),
    [
        (IN_TIME, 6, Role.CITY_EDITOR, BadData),
        (IN_TIME, -1, Role.CITY_EDITOR, BadData),
        (IN_TIME, 2, Role.CITY_READER, NotAllowed),
        (CLOSES, 2, Role.CITY_EDITOR, Closed),
        (OPENS - timedelta(seconds=1), 2, Role.CITY_EDITOR, Closed),
    ],
    ids=["too many", "below zero", "a reader", "the closing second", "before"],
)
def test_rank_refuses(city, committee, at, points, role, error):
    ranking, need = RankingFactory(committee=committee), NeedFactory(committee=committee)
    person = PersonFactory(roles=[(city, role)])

    with pytest.raises(error):
        needs.rank(ranking.pk, city, {need.code: points}, by=person, at=at)

    assert (Ranked.objects.count(), Ballot.objects.count()) == (0, 0)


def test_a_need_met_meanwhile_gets_no_point(city, editor, committee):
    ranking, need = RankingFactory(committee=committee), NeedFactory(committee=committee, state="met")

    with pytest.raises(BadData):
        needs.rank(ranking.pk, city, {need.code: 1}, by=editor)

    assert Ballot.objects.count() == 0


def test_the_database_refuses_more_points_than_a_city_has():
    with pytest.raises(IntegrityError), transaction.atomic():
        BallotFactory(given=6, had=5)

    assert Ballot.objects.count() == 0


def test_the_result_is_in_order_of_points_then_of_cities(officer, committee):
    ranking = RankingFactory(committee=committee)
    few, many, spread = [NeedFactory(committee=committee, name=name) for name in ("few", "many", "spread")]
    for points in ({few: 1, many: 4}, {spread: 2, many: 1}, {spread: 3}):
        place = OrganisationFactory(territory=TerritoryFactory())
        by = PersonFactory(roles=[(place, Role.CITY_EDITOR)])
        needs.rank(ranking.pk, place, {need.code: n for need, n in points.items()}, by=by)

    found = [(need.name, need.points, need.voters) for need in queries.result_of(ranking, officer)]

    assert found == [("many", 5, 2), ("spread", 5, 2), ("few", 1, 1)]
    assert list(registers.invariants["no city gives more points than it has"]()) == []


# Themes --------------------------------------------------------------------------------------------------------------
def test_a_need_becomes_a_webinar_that_says_where_it_comes_from(city, editor, officer, guardianship):
    need = stated(city, editor, guardianship)

    event = needs.take_up(need.pk, by=officer)

    assert (event.kind, event.state, event.name, list(event.services.all())) == (
        "webinar",
        "draft",
        {"fr": "Trouver des tuteurs"},
        [guardianship],
    )
    assert list(Origin.objects.values_list("kind", "parent", "offspring", "label")) == [
        ("need", f"events.need:{need.code}", f"events.event:{event.code}", "Trouver des tuteurs")
    ]
    assert [link.label for link in origins.strip_for(f"events.event:{event.code}", officer).parents] == [need.name]
    assert [link.label for link in origins.strip_for(f"events.need:{need.code}", officer).offspring] == [need.name]


def test_a_need_taken_up_twice_in_a_meeting_is_one_part(city, editor, officer, committee, guardianship):
    need = stated(city, editor, guardianship)
    meeting = EventFactory(state="draft", committee=committee)

    first, again = (needs.take_up(need.pk, by=officer, event=meeting) for _time in range(2))

    assert (first, ProgrammeItem.objects.count(), Event.rows.count()) == (again, 1, 1)
    assert [link.visible for link in origins.strip_for(f"events.item:{first.code}", None).parents] == [False]


@pytest.mark.parametrize("situation", ["a city", "announced", "another committee"])
def test_take_up_refuses(city, editor, officer, committee, guardianship, situation):
    need = stated(city, editor, guardianship)
    elsewhere = OrganisationFactory(committee=True, code="o-other")
    meeting = EventFactory(
        state="published" if situation == "announced" else "draft",
        committee=elsewhere if situation == "another committee" else committee,
    )

    with pytest.raises(NotAllowed if situation == "a city" else WrongState):
        needs.take_up(need.pk, by=editor if situation == "a city" else officer, event=meeting)

    assert (ProgrammeItem.objects.count(), Origin.objects.count()) == (0, 0)


# Who may help --------------------------------------------------------------------------------------------------------
def test_help_says_who_and_why(city, editor, guardianship):
    need = stated(city, editor, guardianship)
    port, _writer, practice = helper(guardianship, evidence_level="counted", languages=["fr"])
    helper(ServiceFactory(code="logement"), name="Ailleurs")
    draft = PracticeFactory(state="draft", organisation=port)
    draft.services.add(guardianship)
    AdoptionFactory(practice=practice)

    found = queries.help_for(need)

    why = [("service", 30), ("size", 15), ("language", 10), ("counted", 5), ("adopted", 3)]
    assert [(h.practice, h.title, h.points) for h in found.practices] == [(practice, "Des tuteurs à Port-Vieux", 63)]
    assert [(h.organisation, [(r.term, r.points) for r in h.reasons]) for h in found.cities] == [(port, why)]


def test_a_domain_of_another_framework_is_the_same_by_its_code(city, editor):
    need = stated(city, editor, None, domain=DomainFactory(code="droits"))
    practice = PracticeFactory()
    practice.domains.add(DomainFactory(code="droits"))

    assert [h.practice for h in queries.help_for(need).practices] == [practice]


def test_a_city_that_met_such_a_need_may_help(city, editor, committee, guardianship):
    need = stated(city, editor, guardianship)
    met = NeedFactory(committee=committee, service=guardianship, state="met")
    NeedFactory(committee=committee, service=guardianship)

    found = queries.help_for(need)

    assert [(h.organisation, [r.term for r in h.reasons]) for h in found.cities] == [
        (met.organisation, ["service", "met", "language"])
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_help_asks_as_many_questions_whatever_is_there(city, editor, guardianship, count, django_assert_num_queries):
    need = stated(city, editor, guardianship)
    for number in range(count):
        helper(guardianship, name=f"Port {number}")
    need = Need.rows.select_related("service", "domain", "organisation__territory").get(pk=need.pk)

    with django_assert_num_queries(5):
        queries.help_for(need)


# Exchanges -----------------------------------------------------------------------------------------------------------
def test_an_exchange_is_asked_once_with_its_reasons(city, editor, guardianship):
    need = stated(city, editor, guardianship)
    port, writer, practice = helper(guardianship)

    first = exchanges.ask(need.pk, port, by=editor, message="Deux heures en visio ?")
    again = exchanges.ask(need.pk, port, by=editor)

    assert (again, Exchange.rows.count(), first.practice, first.state) == (first, 1, practice, "asked")
    assert first.reasons == [["service", 30], ["size", 15], ["language", 10]]
    assert list(Letter.objects.values_list("kind", "address")) == [("exchange_asked", writer.email)]
    assert [act.sentence for act in dues.today(writer, port).acts][:1] == [
        "Répondre à Bourg, qui vous demande un échange"
    ]


def test_an_answer_is_told_to_the_city_that_asked(city, editor, guardianship):
    need = stated(city, editor, guardianship)
    port, writer, _practice = helper(guardianship)
    exchange = exchanges.ask(need.pk, port, by=editor)

    exchanges.answer(exchange.pk, accept=True, by=writer)

    exchange.refresh_from_db()
    assert (exchange.state, exchange.answered_at) == ("accepted", IN_TIME)
    letter = Letter.objects.get(kind="exchange_answered")
    assert (letter.address, writer.email in letter.text) == (editor.email, True)


def test_declined_it_may_be_asked_again(city, editor, guardianship):
    need = stated(city, editor, guardianship)
    port, writer, _practice = helper(guardianship)
    first = exchanges.ask(need.pk, port, by=editor)
    exchanges.answer(first.pk, accept=False, by=writer)

    again = exchanges.ask(need.pk, port, by=editor)

    assert (again == first, Exchange.rows.count()) == (False, 2)


def test_ask_refuses_a_city_that_may_not_help(city, editor, guardianship):
    need = stated(city, editor, guardianship)

    with pytest.raises(WrongState):
        exchanges.ask(need.pk, OrganisationFactory(), by=editor)

    assert (Exchange.rows.count(), Letter.objects.count()) == (0, 0)


@pytest.mark.parametrize("act", ["answer", "tell"])
def test_a_stranger_moves_no_exchange(act):
    exchange = ExchangeFactory(state="asked" if act == "answer" else "accepted")
    stranger = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_EDITOR)])

    with pytest.raises(NotAllowed):
        if act == "answer":
            exchanges.answer(exchange.pk, accept=True, by=stranger)
        else:
            exchanges.tell(exchange.pk, outcome="Bien.", by=stranger)

    before = exchange.state
    exchange.refresh_from_db()
    assert exchange.state == before


def test_three_months_later_both_are_asked_what_it_gave_once(city, editor, guardianship):
    need = stated(city, editor, guardianship)
    port, writer, _practice = helper(guardianship)
    exchange = exchanges.ask(need.pk, port, by=editor)
    exchanges.answer(exchange.pk, accept=True, by=writer)
    Notification.objects.all().delete()

    exchanges.ask_outcomes(IN_TIME + timedelta(days=90, hours=23))
    early = Notification.objects.count()
    for _round in range(2):
        exchanges.ask_outcomes(IN_TIME + timedelta(days=91))

    assert early == 0
    assert sorted(Notification.objects.values_list("person", "kind")) == sorted(
        [(editor.pk, "exchange_outcome"), (writer.pk, "exchange_outcome")]
    )
    assert exchanges.tell(exchange.pk, outcome="Un tuteur formé.", by=editor).state == "closed"


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_ask_one_exchange(city, editor, guardianship):
    need = stated(city, editor, guardianship)
    port, _writer, _practice = helper(guardianship)

    def press(_number):
        try:
            with clock.at(IN_TIME):
                return exchanges.ask(need.pk, port, by=editor).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(press, range(4)))

    assert (len(found), Exchange.rows.count()) == (1, 1)
