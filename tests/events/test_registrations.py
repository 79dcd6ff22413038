"""Places in meetings: given, waited for, offered, given back. No place twice, no two workshops at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from icalendar import Calendar

from marelle.base.errors import BadData, Closed, WrongState
from marelle.base.models import Letter
from marelle.events.models import Participant, Registration
from marelle.events.operations import participants
from marelle.events.operations import registrations as operations
from marelle.events.operations.registrations import Coming
from tests.base.threads import at_once
from tests.factories.accounts import PersonFactory
from tests.factories.events import (
    CLOSES,
    FIRST_DAY,
    IN_TIME,
    OPENS,
    EventFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
)

SOON = timedelta(minutes=1)


def come(occurrence, name, *, at=IN_TIME, **more):
    return operations.register(occurrence.pk, Coming(email=f"{name}@example.org", name=name, **more), at=at)


def states(occurrence, item=None):
    rows = Registration.rows.filter(occurrence=occurrence, item=item).order_by("asked_at", "pk")
    return [f"{name} {state}" for name, state in rows.values_list("participant__name", "state")]


@pytest.mark.django_db
def test_the_place_after_the_last_is_on_the_waiting_list():
    webinar = OccurrenceFactory(capacity=2)

    for minute, name in enumerate(["Aya", "Bo", "Chloé"]):
        come(webinar, name, at=IN_TIME + minute * SOON)

    assert states(webinar) == ["Aya confirmed", "Bo confirmed", "Chloé waiting"]
    assert list(Letter.objects.order_by("pk").values_list("address", "kind")) == [
        ("Aya@example.org", "place_confirmed"),
        ("Bo@example.org", "place_confirmed"),
        ("Chloé@example.org", "place_waiting"),
    ]


@pytest.mark.django_db
def test_registering_twice_is_once_whatever_the_capitals_of_the_address():
    webinar = OccurrenceFactory()

    first = operations.register(webinar.pk, Coming(email="aya@example.org", name="Aya"), at=IN_TIME)
    second = operations.register(webinar.pk, Coming(email="AYA@example.org", name="Aya Ben"), at=IN_TIME + SOON)

    assert (second.pk, Registration.rows.count(), Letter.objects.count()) == (first.pk, 1, 1)


@pytest.mark.django_db
def test_typing_somebodys_address_adds_to_what_they_said_and_changes_none_of_it():
    webinar, aya = OccurrenceFactory(), PersonFactory(email="aya@example.org")
    operations.register(webinar.pk, Coming(email="aya@example.org", name="Aya"), at=IN_TIME)

    stranger = Coming(email="aya@example.org", name="Moqueur", function="Directrice", organisation_name="Rezé")
    operations.register(OccurrenceFactory().pk, stranger, at=IN_TIME)
    by_address = Participant.rows.get()
    herself = Coming(email="aya@example.org", name="Aya Ben", function="Élue", person=aya)
    operations.register(OccurrenceFactory().pk, herself, at=IN_TIME)

    signed_in = Participant.rows.get()
    assert (by_address.name, by_address.function, by_address.organisation_name) == ("Aya", "Directrice", "Rezé")
    assert (signed_in.name, signed_in.function) == ("Aya Ben", "Élue")


@pytest.mark.django_db
def test_each_cancellation_offers_one_place_to_the_first_who_waits():
    webinar = OccurrenceFactory(capacity=1)
    aya, *_others = [come(webinar, name, at=IN_TIME + n * SOON) for n, name in enumerate(["Aya", "Bo", "Chloé"])]

    operations.cancel(aya.pk, at=IN_TIME + timedelta(hours=1))

    assert states(webinar) == ["Aya cancelled", "Bo offered", "Chloé waiting"]
    bo = Registration.rows.get(participant__name="Bo")
    assert bo.offered_until == IN_TIME + timedelta(hours=49)


@pytest.mark.django_db
def test_who_waits_and_leaves_frees_nothing():
    webinar = OccurrenceFactory(capacity=1)
    _aya, bo, _chloe = [come(webinar, name, at=IN_TIME + n * SOON) for n, name in enumerate(["Aya", "Bo", "Chloé"])]

    operations.cancel(bo.pk, at=IN_TIME + timedelta(hours=1))

    assert states(webinar) == ["Aya confirmed", "Bo cancelled", "Chloé waiting"]


@pytest.mark.django_db
def test_an_offer_not_taken_in_48_hours_goes_to_the_next_and_its_reader_to_the_end_of_the_list():
    webinar = OccurrenceFactory(capacity=1)
    aya, bo, _chloe = [come(webinar, name, at=IN_TIME + n * SOON) for n, name in enumerate(["Aya", "Bo", "Chloé"])]
    operations.cancel(aya.pk, at=IN_TIME + SOON)

    operations.expire_offers(IN_TIME + SOON + timedelta(hours=48) - SOON)
    before = states(webinar)
    operations.expire_offers(IN_TIME + SOON + timedelta(hours=48))

    assert before == ["Aya cancelled", "Bo offered", "Chloé waiting"]
    assert states(webinar) == ["Aya cancelled", "Bo waiting", "Chloé offered"]
    with pytest.raises(WrongState):
        operations.accept(bo.pk, at=IN_TIME + timedelta(hours=50))


@pytest.mark.django_db
def test_the_place_offered_is_taken_in_time():
    webinar = OccurrenceFactory(capacity=1)
    aya, bo = [come(webinar, name, at=IN_TIME + n * SOON) for n, name in enumerate(["Aya", "Bo"])]
    operations.cancel(aya.pk, at=IN_TIME + SOON)

    operations.accept(bo.pk, at=IN_TIME + timedelta(hours=48))

    assert states(webinar) == ["Aya cancelled", "Bo confirmed"]


@pytest.mark.django_db
def test_the_end_of_an_offer_is_refused_even_before_the_worker_passes():
    webinar = OccurrenceFactory(capacity=1)
    aya, bo = [come(webinar, name, at=IN_TIME + n * SOON) for n, name in enumerate(["Aya", "Bo"])]
    operations.cancel(aya.pk, at=IN_TIME)

    with pytest.raises(Closed):
        operations.accept(bo.pk, at=IN_TIME + timedelta(hours=48))

    assert states(webinar) == ["Aya cancelled", "Bo offered"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "event", "error"),
    [
        (OPENS - SOON, {}, Closed),
        (CLOSES, {}, Closed),
        (IN_TIME, {"state": "draft"}, WrongState),
        (IN_TIME, {"state": "cancelled"}, WrongState),
        (IN_TIME, {"state": "held"}, WrongState),
    ],
)
def test_registration_is_refused_outside_its_window(at, event, error):
    webinar = OccurrenceFactory(event=EventFactory(**event))

    with pytest.raises(error):
        come(webinar, "Aya", at=at)

    assert (Registration.rows.count(), Participant.rows.count(), Letter.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_the_closing_second():
    webinar = OccurrenceFactory()

    come(webinar, "Aya", at=CLOSES - timedelta(seconds=1))

    assert states(webinar) == ["Aya confirmed"]


@pytest.mark.django_db
@pytest.mark.parametrize(("email", "name"), [("", "Aya"), ("aya@example.org", "  ")])
def test_a_name_and_an_address_are_needed(email, name):
    webinar = OccurrenceFactory()

    with pytest.raises(BadData):
        operations.register(webinar.pk, Coming(email=email, name=name), at=IN_TIME)

    assert Registration.rows.count() == 0


@pytest.mark.django_db
def test_two_workshops_at_once_are_refused_and_one_after_the_other_is_not():
    days = OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + timedelta(days=1))
    first, during, after = [
        ProgrammeItemFactory(event=days.event, starts_at=FIRST_DAY + timedelta(minutes=minutes))
        for minutes in (0, 89, 90)
    ]
    aya = come(days, "Aya")
    operations.choose(aya.pk, first.pk, at=IN_TIME)

    with pytest.raises(BadData):
        operations.choose(aya.pk, during.pk, at=IN_TIME)
    operations.choose(aya.pk, after.pk, at=IN_TIME)

    assert [states(days, item) for item in (first, during, after)] == [["Aya confirmed"], [], ["Aya confirmed"]]


@pytest.mark.django_db
def test_leaving_the_gathering_gives_back_what_was_chosen_there():
    days = OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + timedelta(days=1))
    workshop = ProgrammeItemFactory(event=days.event, capacity=1)
    aya, bo = come(days, "Aya"), come(days, "Bo", at=IN_TIME + SOON)
    operations.choose(aya.pk, workshop.pk, at=IN_TIME)
    operations.choose(bo.pk, workshop.pk, at=IN_TIME + SOON)

    operations.cancel(aya.pk, at=IN_TIME + timedelta(hours=1))

    assert states(days, workshop) == ["Aya cancelled", "Bo offered"]


@pytest.mark.django_db
def test_a_newcomer_does_not_overtake_who_waits_once_it_has_begun():
    """A place given back then is offered to nobody: it is too late to be told."""
    webinar = OccurrenceFactory(event=EventFactory(registration_closes_at=None), capacity=1)
    aya, _bo = [come(webinar, name, at=IN_TIME + n * SOON) for n, name in enumerate(["Aya", "Bo"])]
    operations.cancel(aya.pk, at=FIRST_DAY + SOON)

    come(webinar, "Chloé", at=FIRST_DAY + 2 * SOON)

    assert states(webinar) == ["Aya cancelled", "Bo waiting", "Chloé waiting"]


@pytest.mark.django_db
def test_more_places_are_offered_at_once_in_order():
    webinar = OccurrenceFactory(capacity=1)
    for n, name in enumerate(["Aya", "Bo", "Chloé", "Dan"]):
        come(webinar, name, at=IN_TIME + n * SOON)

    operations.change_capacity(webinar.pk, 3, at=IN_TIME + timedelta(hours=1))

    assert states(webinar) == ["Aya confirmed", "Bo offered", "Chloé offered", "Dan waiting"]


@pytest.mark.django_db
def test_who_is_checked_in_twice_is_present_once():
    webinar = OccurrenceFactory()
    aya = come(webinar, "Aya")

    operations.check_in(aya.code, at=FIRST_DAY)
    again = operations.check_in(aya.code, at=FIRST_DAY + SOON)

    assert (again.state, again.present_at) == ("present", FIRST_DAY)


@pytest.mark.django_db
def test_the_date_goes_with_the_confirmation_and_leaves_with_the_cancellation():
    webinar = OccurrenceFactory()
    aya = come(webinar, "Aya")

    operations.cancel(aya.pk, at=IN_TIME + SOON)

    letters = [Calendar.from_ical(text) for text in Letter.objects.order_by("pk").values_list("calendar", flat=True)]
    dates = [letter.walk("VEVENT")[0] for letter in letters]
    assert [letter["METHOD"] for letter in letters] == ["REQUEST", "CANCEL"]
    assert dates[0]["UID"] == dates[1]["UID"]
    assert [date["DTSTART"].dt for date in dates] == [FIRST_DAY, FIRST_DAY]
    assert (dates[1]["STATUS"], dates[1]["SEQUENCE"]) == ("CANCELLED", 1)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_for_ten_places_and_none_is_given_twice():
    webinar = OccurrenceFactory(capacity=10)

    def one(number):
        try:
            come(webinar, f"p{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(one, range(100)))

    counted = Counter(Registration.rows.values_list("state", flat=True))
    assert counted == {"confirmed": 10, "waiting": 90}


ACTS = st.lists(st.tuples(st.sampled_from(["come", "leave", "accept", "wait"]), st.integers(0, 7)), max_size=25)


class AnyStory(TestCase):
    @given(capacity=st.integers(1, 3), acts=ACTS)
    def test_whatever_happens_no_place_is_given_twice_and_none_stays_free_while_somebody_waits(self, capacity, acts):
        webinar = OccurrenceFactory(capacity=capacity)
        at = IN_TIME
        for verb, number in acts:
            at += timedelta(hours=1)
            play(webinar, verb, f"p{number}", at)
            counted = Counter(Registration.rows.filter(occurrence=webinar).values_list("state", flat=True))
            held = counted["confirmed"] + counted["offered"]
            assert held <= capacity
            assert held == capacity or not counted["waiting"]


def play(webinar, verb, name, at):
    """One thing somebody does, or does in vain."""
    if verb == "come":
        come(webinar, name, at=at)
    elif verb == "wait":
        operations.expire_offers(at + timedelta(hours=48))
    else:
        found = Registration.rows.filter(participant__name=name, occurrence=webinar).exclude(state="cancelled").first()
        act = operations.cancel if verb == "leave" else operations.accept
        try:
            if found:
                act(found.pk, at=at)
        except (WrongState, Closed):
            return


# A waiting list kept by hand -----------------------------------------------------------------------------------------
class ByHand:
    """What anyone would write on paper: who has a place, to whom one is offered until when, who waits, in order."""

    def __init__(self, capacity):
        self.capacity, self.held, self.offered, self.queue = capacity, [], {}, []

    def come(self, name, at):
        if name in self.held or name in self.offered or name in self.queue:
            return
        has_place = len(self.held) + len(self.offered) < self.capacity and not self.queue
        (self.held if has_place else self.queue).append(name)

    def leave(self, name, at):
        if name in self.queue:
            self.queue.remove(name)
        elif name in self.held or name in self.offered:
            self.held = [other for other in self.held if other != name]
            self.offered.pop(name, None)
            self.offer(at)

    def accept(self, name, at):
        if name in self.offered and at < self.offered[name]:
            self.offered.pop(name)
            self.held.append(name)

    def expire(self, name, at):
        for late in sorted((n for n, until in self.offered.items() if until <= at), key=lambda n: self.offered[n]):
            self.offered.pop(late)
            self.queue.append(late)
            self.offer(at)

    def offer(self, at):
        if self.queue:
            self.offered[self.queue.pop(0)] = at + timedelta(hours=48)

    def shown(self):
        return sorted(self.held), dict(self.offered), self.queue


def kept_by_the_house(webinar):
    rows = Registration.rows.filter(occurrence=webinar).exclude(state="cancelled").order_by("waits_since", "pk")
    found = list(rows.values_list("participant__name", "state", "offered_until"))
    return (
        sorted(name for name, state, _until in found if state == "confirmed"),
        {name: until for name, state, until in found if state == "offered"},
        [name for name, state, _until in found if state == "waiting"],
    )


STORY = st.lists(
    st.tuples(st.sampled_from(["come", "come", "leave", "accept", "expire"]), st.integers(0, 6), st.integers(1, 50)),
    max_size=30,
)


class LikeOnPaper(TestCase):
    @given(capacity=st.integers(1, 3), story=STORY)
    def test_the_house_keeps_the_list_one_would_keep_on_paper(self, capacity, story):
        webinar = OccurrenceFactory(
            event=EventFactory(registration_closes_at=None),
            capacity=capacity,
            starts_at=FIRST_DAY + timedelta(days=365),
        )
        paper, at = ByHand(capacity), IN_TIME
        for verb, number, hours in story:
            at += timedelta(hours=hours)
            name = f"p{number}"
            getattr(paper, verb)(name, at)
            do(webinar, verb, name, at)
            assert kept_by_the_house(webinar) == paper.shown()


def do(webinar, verb, name, at):
    """One thing somebody does, or does in vain."""
    if verb == "come":
        come(webinar, name, at=at)
    elif verb == "expire":
        operations.expire_offers(at)
    else:
        found = Registration.rows.filter(participant__name=name, occurrence=webinar).exclude(state="cancelled").first()
        try:
            if found:
                (operations.cancel if verb == "leave" else operations.accept)(found.pk, at=at)
        except (WrongState, Closed):
            return


# All at once ---------------------------------------------------------------------------------------------------------
def at_the_same_time(act, count):
    """`act` of each number, sixteen at a time, each with a line of its own to the database."""

    def one(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as crowd:
        return list(crowd.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_thirty_who_leave_at_once_offer_thirty_places_to_the_first_thirty_who_wait():
    webinar = OccurrenceFactory(capacity=30)
    places = [come(webinar, f"p{n:02}", at=IN_TIME + n * SOON) for n in range(70)]
    later = IN_TIME + timedelta(days=1)

    at_the_same_time(lambda n: operations.cancel(places[n].pk, at=later), 30)

    offered = Registration.rows.filter(state="offered").order_by("waits_since", "pk")
    assert [place.participant.name for place in offered] == [f"p{n}" for n in range(30, 60)]
    assert Counter(Registration.rows.values_list("state", flat=True)) == {"cancelled": 30, "offered": 30, "waiting": 10}
    assert Letter.objects.filter(kind="place_offered").count() == 30


@pytest.mark.django_db(transaction=True)
def test_forty_who_choose_the_same_workshop_at_once_share_its_ten_places():
    days = OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + timedelta(days=1))
    workshop = ProgrammeItemFactory(event=days.event, capacity=10)
    people = [come(days, f"p{n}") for n in range(40)]

    at_the_same_time(lambda n: operations.choose(people[n].pk, workshop.pk, at=IN_TIME), 40)

    chosen = Registration.rows.filter(item=workshop)
    assert Counter(chosen.values_list("state", flat=True)) == {"confirmed": 10, "waiting": 30}


@pytest.mark.django_db(transaction=True)
def test_who_presses_two_workshops_of_one_hour_at_once_has_one():
    days = OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + timedelta(days=1))
    items = [ProgrammeItemFactory(event=days.event) for _n in range(8)]
    aya = come(days, "Aya")

    def choose(number):
        try:
            return operations.choose(aya.pk, items[number].pk, at=IN_TIME).state
        except BadData:
            return "refused"

    assert sorted(at_the_same_time(choose, 8)) == ["confirmed"] + ["refused"] * 7


@pytest.mark.django_db(transaction=True)
def test_who_comes_while_others_leave_never_makes_one_too_many():
    webinar = OccurrenceFactory(capacity=10)
    places = [come(webinar, f"p{n}") for n in range(15)]
    later = IN_TIME + timedelta(days=1)

    def come_or_leave(number):
        if number % 2:
            come(webinar, f"late{number}", at=later)
        else:
            operations.cancel(places[number // 2].pk, at=later)

    at_the_same_time(come_or_leave, 20)

    counted = Counter(Registration.rows.values_list("state", flat=True))
    assert (counted["confirmed"] + counted["offered"], counted["cancelled"], counted["waiting"]) == (10, 10, 5)


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_while_registering_again_stays_erased_and_nobody_waits_for_the_other():
    webinar = OccurrenceFactory(capacity=None)
    people = [come(webinar, f"p{n}").participant for n in range(8)]
    later = IN_TIME + timedelta(days=1)

    def come_or_be_forgotten(number):
        person = people[number // 2]
        if number % 2:
            participants.erase(person.pk, at=later)
        else:
            come(webinar, f"p{number // 2}", at=later)
        return "done"

    answers = at_once(come_or_be_forgotten, 16)

    assert answers == ["done"] * 16
    erased = Participant.rows.filter(pk__in=[person.pk for person in people]).exclude(erased_at=None)
    assert set(erased.values_list("email", "name")) == {("", "")}
    assert erased.count() == 8


@pytest.mark.django_db(transaction=True)
def test_who_chooses_while_giving_the_whole_place_back_is_not_kept_waiting_for_oneself():
    days = OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + timedelta(days=1))
    workshops = [ProgrammeItemFactory(event=days.event) for _n in range(3)]
    people = [come(days, f"p{n}") for n in range(6)]

    def choose_or_leave(number):
        if number < 6:
            return operations.cancel(people[number].pk, at=IN_TIME).state
        try:
            return operations.choose(people[number % 6].pk, workshops[number // 6 - 1].pk, at=IN_TIME).state
        except (BadData, WrongState):
            return "refused"

    answers = at_once(choose_or_leave, 24)

    assert answers[:6] == ["cancelled"] * 6
    assert set(answers[6:]) <= {"confirmed", "refused"}
    assert Registration.rows.exclude(state="cancelled").count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_are_erased_at_once_do_not_wait_for_each_other_whatever_they_registered_for_first():
    webinars = [OccurrenceFactory(), OccurrenceFactory()]
    people = []
    for number in range(8):
        first, second = webinars if number % 2 else reversed(webinars)
        people.append(come(first, f"p{number}").participant)
        come(second, f"p{number}")

    answers = at_once(lambda number: participants.erase(people[number].pk, at=IN_TIME), 8)

    assert answers == [None] * 8
    assert set(Registration.rows.values_list("state", flat=True)) == {"cancelled"}
