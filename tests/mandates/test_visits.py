"""What was said with a city is noted; its next step stands where the day begins; the city reads what is shared, no more."""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.journal_words import WORDS
from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock, dues
from marelle.base.errors import BadData, NotAllowed
from marelle.mandates.models import Contact
from marelle.mandates.operations.contacts import (
    change_contact,
    finish_step,
    name_officer,
    record_contact,
    take_step_up_again,
)
from marelle.mandates.queries.contacts import MAIN, chronology, told_to_city
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.contacts import ContactFactory
from tests.factories.mandates import MandateFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2028, 11, 22, 11, tzinfo=UTC)
CALL = {"kind": "call", "on": date(2028, 11, 20), "with_whom": "Le maire", "said": "Il hésite."}
STEP = {"next_step": "Envoyer le calendrier", "next_on": date(2028, 12, 1)}


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def mandate():
    return MandateFactory(agreement__application__organisation__name="Rennes")


@pytest.fixture
def committee(mandate):
    return mandate.agreement.application.call.committee


@pytest.fixture
def officer(committee):
    return PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])


@pytest.fixture
def editor(mandate):
    return PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])


def test_call_is_noted_with_its_next_step(mandate, officer):
    contact = record_contact(mandate.pk, by=officer, next_by=officer, **CALL | STEP)

    entry = JournalContent.objects.get(verb="contact_recorded")
    assert (contact.recorded_by, contact.recorded_at, contact.next_by) == (officer, NOON, officer)
    assert (entry.person, entry.facts) == (officer, {"kind": "call"})  # what was said stays out of the journal


@pytest.mark.parametrize(
    "differs",
    [
        {"on": date(2028, 11, 23)},
        {"said": ""},
        {"is_shared": True},
        {"next_step": "Rappeler"},
        {"next_on": date(2028, 12, 1)},
        {"next_is_city": True},
        STEP,
    ],
    ids=["tomorrow", "nothing said", "shared without words", "no day, nobody", "no step", "only who", "by nobody"],
)
def test_note_is_refused_whole(mandate, officer, differs):
    with pytest.raises(BadData):
        record_contact(mandate.pk, by=officer, **CALL | differs)

    assert Contact.rows.count() == 0


@pytest.mark.parametrize("who", ["stranger", "editor", "board", "both"])
def test_note_is_the_programme_teams_alone(mandate, committee, editor, who):
    roles = {
        "stranger": [(OrganisationFactory(committee=True, code="o-b"), Role.PROGRAMME_OFFICER)],
        "board": [(committee, Role.BOARD_MEMBER)],
        "both": [(committee, Role.PROGRAMME_OFFICER), (mandate.organisation, Role.CITY_EDITOR)],
    }
    contact = ContactFactory(mandate=mandate)
    person = editor if who == "editor" else PersonFactory(roles=roles[who])

    with pytest.raises(NotAllowed):
        record_contact(mandate.pk, by=person, **CALL)

    assert (Contact.rows.count(), list(Contact.objects.visible_to(person))) == (1, [])
    assert contact not in Contact.objects.visible_to(person)


def test_step_is_agreed_with_somebody_of_the_team(mandate, officer, editor):
    with pytest.raises(BadData) as refused:
        record_contact(mandate.pk, by=officer, next_by=editor, **CALL | STEP)

    assert refused.value.faults == ["Choisissez quelqu’un de l’équipe du programme."]


# Whose day it is in --------------------------------------------------------------------------------------------------
def acts(person, organisation):
    return [(act.sentence, act.address, act.urgent) for act in dues.today(person, organisation).acts]


def test_step_of_an_officer_stands_on_their_page_and_on_no_colleagues(mandate, committee, officer):
    ContactFactory(mandate=mandate, next_step="Rappeler", next_on=date(2028, 11, 21), next_by=officer)
    colleague = PersonFactory(roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)])

    there = f"/bureau/conventions/{mandate.agreement.code}/mandat#echanges"
    assert acts(officer, committee) == [("Rennes\u202f: Rappeler", there, True)]
    assert acts(colleague, committee) == []


def test_step_of_the_city_stands_on_its_page_until_it_is_done(mandate, editor):
    contact = ContactFactory(
        mandate=mandate, next_step="Envoyer le plan", next_on=date(2028, 11, 22), next_is_city=True
    )
    reader = PersonFactory(roles=[(mandate.organisation, Role.CITY_READER)])
    before, of_reader = acts(editor, mandate.organisation), acts(reader, mandate.organisation)

    for _press in range(2):
        finish_step(contact.pk, by=editor)

    there = f"/espace/{mandate.organisation.code}/convention#echanges"
    assert (("Envoyer le plan", there, False) in before, of_reader) == (True, [])
    assert "Envoyer le plan" not in [act[0] for act in acts(editor, mandate.organisation)]
    assert JournalContent.objects.filter(verb="step_done").count() == 1


def test_step_said_done_too_soon_is_taken_up_again(mandate, officer):
    contact = ContactFactory(mandate=mandate, next_step="Rappeler", next_on=date(2028, 12, 1), next_by=officer)
    finish_step(contact.pk, by=officer)

    for _press in range(2):
        take_step_up_again(contact.pk, by=officer)

    contact.refresh_from_db()
    assert (contact.done_at, contact.done_by) == (None, None)
    assert JournalContent.objects.filter(verb="step_not_done").count() == 1


def test_city_does_not_finish_the_committees_step(mandate, officer, editor):
    contact = ContactFactory(mandate=mandate, next_step="Rappeler", next_on=date(2028, 12, 1), next_by=officer)

    with pytest.raises(NotAllowed):
        finish_step(contact.pk, by=editor)

    contact.refresh_from_db()
    assert contact.done_at is None


# What is told --------------------------------------------------------------------------------------------------------
def test_city_reads_what_is_shared_and_never_the_note(mandate, editor):
    ContactFactory(mandate=mandate, said="Secret un")
    ContactFactory(mandate=mandate, said="Secret deux", city_step=True, on=date(2028, 3, 3))
    ContactFactory(mandate=mandate, said="Secret trois", shared=True, on=date(2028, 3, 4))
    ContactFactory(shared=True)

    told = told_to_city(mandate.organisation, editor)

    assert [(line.summary, line.next_step, line.is_ours) for line in told] == [
        ("Nous avons fait le point sur le chantier.", "", False),
        ("", "Envoyer le calendrier du chantier", True),
    ]
    assert "Secret" not in repr(told)


def test_chronology_joins_exchanges_and_main_acts_the_latest_first(mandate, officer):
    with clock.at(datetime(2028, 11, 10, 9, tzinfo=UTC)):
        name_officer(mandate.pk, officer, by=officer)
    record_contact(mandate.pk, by=officer, **CALL)

    assert [(event.on, event.words, event.contact is not None) for event in chronology(mandate, officer)] == [
        (date(2028, 11, 20), "appel", True),
        (date(2028, 11, 10), "a désigné qui suit un mandat", False),
    ]


def test_chronology_names_acts_that_are_written():
    assert set(MAIN) - set(WORDS) == set()


def test_officer_in_charge_is_of_the_team(mandate, officer, editor):
    with pytest.raises(BadData):
        name_officer(mandate.pk, editor, by=officer)

    mandate.refresh_from_db()
    assert mandate.officer is None


def test_step_taken_out_is_no_longer_done(mandate, officer):
    contact = ContactFactory(mandate=mandate, own_step=True, next_by=officer, done_at=NOON, done_by=officer)
    nothing = {"next_step": "", "next_on": None, "next_by": None, "next_is_city": False}

    change_contact(contact.pk, by=officer, version=1, was={}, **nothing)

    contact.refresh_from_db()
    assert (contact.next_step, contact.done_at, contact.version) == ("", None, 2)
