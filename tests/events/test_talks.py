"""A talk becomes a practice in one press, and the thread shows it both ways."""

from datetime import timedelta

import pytest

from marelle.accounts.models import Notification
from marelle.accounts.states import Role
from marelle.base import clock, origins
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Origin
from marelle.events.models import Event
from marelle.events.operations import talks as operations
from marelle.events.queries import talks
from marelle.library.models import Practice
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import FIRST_DAY, EventFactory, EventPersonFactory, OccurrenceFactory, ProgrammeItemFactory
from tests.factories.territories import TerritoryFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
AFTER = FIRST_DAY + timedelta(days=2)


@pytest.fixture
def town():
    place = TerritoryFactory(code="67447", name="Schiltigheim")
    return OrganisationFactory(code="67447", name="Schiltigheim", territory=place)


@pytest.fixture
def editor(town):
    return PersonFactory(roles=[(town, Role.CITY_EDITOR)])


@pytest.fixture
def talk(town, editor):
    """A workshop of the gathering, given by a town."""
    words = {"fr": "Fermer la rue à la sortie de l’école."}
    item = ProgrammeItemFactory(name={"fr": "La rue aux enfants", "en": "A street for children"}, description=words)
    OccurrenceFactory(event=item.event)
    EventPersonFactory(event=item.event, item=item, role="speaker", organisation=town)
    return item


@pytest.fixture
def officer(talk):
    return PersonFactory(roles=[(talk.event.committee, Role.PROGRAMME_OFFICER)])


def test_talk_becomes_a_draft_of_who_gave_it(talk, town, editor, officer):
    made = operations.make_practice(talk.pk, town.code, by=officer, at=AFTER)

    told = {text.language: (text.name, text.summary) for text in made.texts.all()}
    assert (made.state, made.organisation, made.committee) == ("draft", town, talk.event.committee)
    assert told == {
        "fr": ("La rue aux enfants", "Fermer la rue à la sortie de l’école."),
        "en": ("A street for children", ""),
    }
    assert Notification.objects.get().person == editor


def test_thread_leads_from_the_talk_to_the_practice_and_back(talk, town, officer):
    made = operations.make_practice(talk.pk, town.code, by=officer, at=AFTER)

    back = origins.strip_for(f"library.practice:{made.code}", officer).parents
    forward = origins.strip_for(f"events.item:{talk.code}", officer).offspring
    assert [(link.kind, link.label, link.address) for link in back] == [
        ("talk", str(talk), f"/rencontre/2026/{talk.code}")
    ]
    assert [(link.label, link.address) for link in forward] == [
        (str(talk), f"/bureau/rencontres/pratiques/{made.code}")
    ]


def test_pressed_twice_it_is_one_practice(talk, town, officer):
    made = [operations.make_practice(talk.pk, town.code, by=officer, at=AFTER) for _press in range(2)]

    assert made[0] == made[1]
    assert (Practice.rows.count(), Origin.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("who", "teller", "at", "error"),
    [
        ("officer", "67447", FIRST_DAY - timedelta(minutes=1), WrongState),
        ("officer", "54395", AFTER, BadData),
        ("editor", "67447", AFTER, NotAllowed),
        ("stranger", "67447", AFTER, NotAllowed),
    ],
    ids=["not given yet", "somebody who did not speak", "the town itself", "another committee"],
)
def test_make_practice_refuses(talk, editor, officer, who, teller, at, error):
    other = OrganisationFactory(committee=True, code="o-other")
    people = {
        "officer": officer,
        "editor": editor,
        "stranger": PersonFactory(roles=[(other, Role.PROGRAMME_OFFICER)]),
    }
    OrganisationFactory(code="54395")

    with pytest.raises(error):
        operations.make_practice(talk.pk, teller, by=people[who], at=at)

    assert (Practice.rows.count(), Origin.objects.count()) == (0, 0)


def test_part_of_a_webinar_is_told_by_its_speakers_else_by_those_of_the_whole_else_by_the_committee(town, officer):
    event = EventFactory(committee=officer.committees_as()[0], state="held")
    first, second = (
        ProgrammeItemFactory(event=event, starts_at=None, is_choice=False, position=n, kind="presentation")
        for n in (1, 2)
    )
    ProgrammeItemFactory(event=event, starts_at=None, is_choice=False, position=3, kind="break")
    EventPersonFactory(event=event, item=first, role="speaker", organisation=town)

    found = talks.talks_of(event, officer, AFTER)

    assert [(one.item, one.tellers) for one in found] == [(first, [town]), (second, [event.committee])]


def test_nothing_is_kept_before_the_webinar_was_held(officer):
    event = EventFactory(committee=officer.committees_as()[0])
    ProgrammeItemFactory(event=event, starts_at=None, is_choice=False)

    assert talks.talks_of(event, officer, AFTER) == []


def test_talks_ask_a_fixed_number_of_questions(town, officer, django_assert_num_queries):
    for count in (1, 3):
        Event.rows.filter(kind="webinar").delete()
        event = EventFactory(committee=officer.committees_as()[0], state="held")
        for _part in range(count):
            part = ProgrammeItemFactory(event=event, starts_at=None, is_choice=False)
            EventPersonFactory(event=event, item=part, role="speaker", organisation=town)

        with django_assert_num_queries(3):
            talks.talks_of(event, officer, AFTER)


def test_office_presses_once_and_reads_the_draft(client, talk, town, officer):
    sign_in(client, officer)
    with clock.at(AFTER):
        page = client.get(f"/bureau/rencontres/nationales/{talk.event.code}/programme/{talk.code}").content.decode()
        answer = client.post(f"/bureau/rencontres/parties/{talk.code}/pratique", {"organisation": town.code})

    made = Practice.rows.get()
    assert "En faire une pratique\u202f: Schiltigheim" in page
    assert answer["Location"] == f"/bureau/rencontres/pratiques/{made.code}"
