"""Files handed over: asked for when a lead leaves and after elections, a successor named, said to be done."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marelle.accounts.models import Invitation, JournalContent
from marelle.accounts.states import Role
from marelle.base import clock, dues
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Election, Handover
from marelle.mandates.operations import handovers
from marelle.mandates.registered.handovers import ask
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 4, 10, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(NOW):
        yield


@pytest.fixture
def mandate():
    return MandateFactory()


@pytest.fixture
def chief(mandate):
    return PersonFactory(roles=[(mandate.organisation, Role.CITY_ADMINISTRATOR)])


def left(organisation, role, days):
    person = PersonFactory(name="Ana Partie", roles=[(organisation, role)])
    person.memberships.update(ended_at=NOW - timedelta(days=days), started_at=NOW - timedelta(days=900))
    return person


@pytest.mark.parametrize(
    ("role", "days", "runs", "asked"),
    [
        (Role.ELECTED_LEAD, 3, True, True),
        (Role.CITY_ADMINISTRATOR, 13, True, True),
        (Role.CITY_EDITOR, 3, True, False),
        (Role.ELECTED_LEAD, 15, True, False),
        (Role.ELECTED_LEAD, 3, False, False),
    ],
    ids=["lead", "administrator", "editor", "long ago", "no mandate"],
)
def test_handover_is_asked_for_when_a_lead_leaves(chief, mandate, role, days, runs, asked):
    place = mandate.organisation if runs else OrganisationFactory()
    gone = left(place, role, days)

    for _round in range(2):
        ask(NOW)

    found = [(h.why, h.left, h.since) for h in Handover.rows.all()]
    assert found == ([("left", gone, (NOW - timedelta(days=days)).date())] if asked else [])
    assert list(Letter.objects.values_list("kind", "address")) == ([("handover_asked", chief.email)] if asked else [])


def test_it_stands_on_the_first_page_until_it_is_done(chief, mandate):
    left(mandate.organisation, Role.ELECTED_LEAD, 3)
    ask(NOW)
    told = [act.sentence for act in dues.today(chief, mandate.organisation).acts]

    handovers.close_handover(Handover.rows.get().pk, by=chief)
    ask(NOW + timedelta(days=1))

    assert told == ["Passer le dossier\u202f: départ de Ana Partie"]
    assert dues.today(chief, mandate.organisation).acts == []
    assert Handover.rows.count() == 1


def test_towns_are_asked_the_day_after_elections(chief, mandate):
    house = mandate.agreement.application.call.committee
    handovers.set_election(house, date(2028, 4, 10), by=works_as(Role.PROGRAMME_OFFICER, house))

    ask(NOW)
    before = Handover.rows.count()
    for _round in range(2):
        ask(NOW + timedelta(days=1))

    assert (before, [(h.why, h.since, h.organisation) for h in Handover.rows.all()]) == (
        0,
        [("elections", date(2028, 4, 10), mandate.organisation)],
    )
    assert "Les communes ont élu leurs conseils le 10 avril 2028" in Letter.objects.get().text


def test_elections_of_another_committee_ask_nothing(chief, mandate):
    Election.objects.create(committee=OrganisationFactory(committee=True, code="o-other"), on=date(2028, 4, 1))

    ask(NOW)

    assert Handover.rows.count() == 0


def test_successor_comes_in_by_the_invitation_of_the_house_and_reads_first(chief, mandate):
    handovers.name_successor(
        mandate.organisation.pk, email="Neuve@Ville.example", role=Role.CITY_ADMINISTRATOR, by=chief
    )
    successor = PersonFactory(email="neuve@ville.example", roles=[(mandate.organisation, Role.CITY_ADMINISTRATOR)])

    acts = [act.sentence for act in dues.today(successor, mandate.organisation).acts]

    assert acts == ["Lire le dossier de passation\u202f: vous prenez la suite"]
    assert (Invitation.objects.get().email, Handover.rows.get().successor) == ("neuve@ville.example",) * 2
    assert list(JournalContent.objects.order_by("pk").values_list("verb", flat=True)) == ["invited", "handover_asked"]


@pytest.mark.parametrize("role", [Role.CITY_EDITOR, Role.CITY_READER, Role.ELECTED_LEAD, None])
def test_only_an_administrator_names_who_takes_over(mandate, role):
    person = PersonFactory(roles=[(mandate.organisation, role)] if role else [])

    with pytest.raises(NotAllowed):
        handovers.name_successor(mandate.organisation.pk, email="x@ville.example", role=Role.CITY_EDITOR, by=person)

    assert (Invitation.objects.count(), Handover.rows.count(), Letter.objects.count()) == (0, 0, 0)


def test_closing_twice_and_by_a_reader_is_refused(chief, mandate):
    handover = handovers.ask_handover(mandate.organisation.pk, by=chief)
    reader = PersonFactory(roles=[(mandate.organisation, Role.CITY_READER)])

    with pytest.raises(NotAllowed):
        handovers.close_handover(handover.pk, by=reader)
    handovers.close_handover(handover.pk, by=chief)
    with pytest.raises(WrongState):
        handovers.close_handover(handover.pk, by=chief)

    assert Handover.rows.get().closed_by == chief


def test_day_of_elections_is_written_once_and_taken_back_before_it(mandate):
    house = mandate.agreement.application.call.committee
    officer = works_as(Role.PROGRAMME_OFFICER, house)
    election = handovers.set_election(house, date(2032, 3, 21), by=officer)

    with pytest.raises(BadData):
        handovers.set_election(house, date(2032, 3, 21), by=officer)
    with pytest.raises(NotAllowed):
        handovers.forget_election(election.pk, by=works_as(Role.BOARD_MEMBER, house))
    handovers.forget_election(election.pk, by=officer)

    assert Election.objects.count() == 0
