"""The gathering: prepared, announced, its network invited once each, delegations, choices, the door, declarations."""

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from marelle.accounts.states import Role
from marelle.base import clock, jobs, rounds, stamps
from marelle.base.errors import BadData, Closed, Conflict, NotAllowed, WrongState
from marelle.base.models import Job, Letter
from marelle.events.models import (
    Comfort,
    Declaration,
    DeclarationSignature,
    Delegation,
    Event,
    Invitation,
    Participant,
    Registration,
)
from marelle.events.operations import declarations, gatherings, invitations, meetings, rooms
from marelle.events.operations.gatherings import Dates, Part
from marelle.events.operations.registrations import Coming
from marelle.events.queries import gatherings as queries
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    CLOSES,
    FIRST_DAY,
    IN_TIME,
    OPENS,
    ComfortFactory,
    DeclarationFactory,
    EventFactory,
    InvitationFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
)
from tests.factories.mandates import MandateFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DATES = Dates(FIRST_DAY, FIRST_DAY + timedelta(hours=34), "Europe/Paris", "Strasbourg", OPENS, CLOSES, 300)


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(house):
    return PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])


def gathering(house, **event):
    """Two days, announced, with one workshop of two places."""
    found = EventFactory(gathering=True, committee=house, **event)
    OccurrenceFactory(event=found, ends_at=FIRST_DAY + timedelta(hours=34))
    ProgrammeItemFactory(event=found, capacity=2)
    return found


def member(house, *roles):
    """A city of the network, and its people."""
    city = OrganisationFactory()
    MandateFactory(agreement__application__organisation=city, agreement__application__call__committee=house)
    return city, [PersonFactory(roles=[(city, role)]) for role in roles]


def four(**changes):
    names = ["Aya", "Bo", "Chloé", "Dan"]
    return [Coming(email=f"{name}@ville.example", name=name, function="élue", **changes) for name in names]


# Preparing -----------------------------------------------------------------------------------------------------------
def test_a_gathering_is_prepared_then_announced(house, officer):
    before = stamps.current("public")
    event = gatherings.draft_gathering(
        house, year=2026, name={"fr": "Rencontre"}, objectives={"fr": "Apprendre"}, dates=DATES, by=officer
    )
    with pytest.raises(BadData):
        gatherings.publish_gathering(event.pk, by=officer)

    gatherings.save_item(
        event.pk, Part("workshop", {"fr": "Atelier"}, FIRST_DAY, 90, speakers=[("Aya", "")]), by=officer
    )
    gatherings.publish_gathering(event.pk, by=officer)

    found = Event.rows.get()
    assert (found.state, found.access, found.place) == ("published", "network", "Strasbourg")
    assert [role.name for role in found.items.get().roles.all()] == ["Aya"]
    assert stamps.current("public") > before


def test_another_place_alone_is_told_once_and_the_calendar_follows(house, officer):
    event = gathering(house, place="Strasbourg")
    coming = RegistrationFactory(occurrence=event.occurrences.get())
    RegistrationFactory(occurrence=event.occurrences.get(), state="cancelled", cancelled_at=IN_TIME)
    moved = replace(DATES, place="Lyon, palais des congrès", capacity=None)

    for _time in range(2):
        gatherings.change_gathering(event.pk, name=event.name, objectives={}, dates=moved, by=officer)
        for job in Job.objects.filter(task="tell_registrants").order_by("pk"):
            meetings.tell_registrants(job, **job.arguments)

    letter = Letter.objects.get()
    date = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
    assert (letter.kind, letter.address) == ("meeting_changed", coming.participant.email)
    assert "Lieu\u202f: Lyon, palais des congrès" in letter.text
    assert (date["SEQUENCE"], date["LOCATION"], date["DTSTART"].dt) == (1, "Lyon, palais des congrès", FIRST_DAY)


def test_an_item_moved_is_told_once_to_those_who_chose_it(house, officer):
    event = gathering(house)
    item = event.items.get()
    chosen = RegistrationFactory(occurrence=event.occurrences.get(), item=item)
    RegistrationFactory(occurrence=event.occurrences.get())
    kept = Part("workshop", item.name, item.starts_at, 90, is_choice=True, capacity=2)

    for part in (kept, replace(kept, starts_at=FIRST_DAY + timedelta(hours=2), room="Salle 2")):
        gatherings.save_item(event.pk, part, by=officer, code=item.code)
    for _time in range(2):
        for job in Job.objects.filter(task="tell_registrants"):
            meetings.tell_registrants(job, **job.arguments)

    letter = Letter.objects.get()
    date = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
    assert (letter.kind, letter.address) == ("meeting_changed", chosen.participant.email)
    assert (date["LOCATION"], date["DTSTART"].dt) == ("Salle 2", FIRST_DAY + timedelta(hours=2))
    assert date["SEQUENCE"] == 2


def test_no_two_items_are_held_in_a_room_at_once_and_none_has_more_places_than_it(house, officer):
    event = gathering(house)
    rooms.save_room(event.pk, " Salle  Rose ", 40, by=officer)
    part = Part("workshop", {"fr": "Jeu"}, FIRST_DAY, 60, room="Salle Rose", is_choice=True)
    first = gatherings.save_item(event.pk, part, by=officer)
    later = gatherings.save_item(
        event.pk, replace(part, starts_at=FIRST_DAY + timedelta(hours=1), capacity=10), by=officer
    )

    refused = []
    for change in ({"starts_at": FIRST_DAY + timedelta(minutes=30)}, {"room": "Salle Rose", "capacity": 41}):
        with pytest.raises(BadData) as told:
            gatherings.save_item(event.pk, replace(part, **change), by=officer, code=first.code)
        refused.append(told.value.sentence)
    with pytest.raises(BadData):
        rooms.save_room(event.pk, "Salle Rose", 39, by=officer)

    assert (first.capacity, later.capacity, event.rooms.get().capacity) == (40, 10, 40)
    assert [words for words in refused if "Jeu" in words or "40" in words] == refused
    assert event.items.get(pk=first.pk).starts_at == FIRST_DAY


def test_only_the_team_says_which_rooms_there_are(house, officer):
    event = gathering(house)
    rooms.save_room(event.pk, "Salle Rose", 40, by=officer)
    stranger = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])

    for act in (
        lambda: rooms.save_room(event.pk, "Salle Bleue", 40, by=stranger),
        lambda: rooms.remove_room(event.pk, "Salle Rose", by=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert [room.name for room in event.rooms.all()] == ["Salle Rose"]
    rooms.remove_room(event.pk, "Salle Rose", by=officer)
    assert event.rooms.count() == 0


@pytest.mark.parametrize(("days", "left"), [(14, 1), (15, 0)])
def test_what_somebody_needs_is_forgotten_fifteen_days_after(house, days, left):
    occurrence = gathering(house).occurrences.get()
    ComfortFactory(registration__occurrence=occurrence)

    rounds.make(occurrence.ends_at + timedelta(days=days))

    assert Comfort.objects.count() == left


def test_a_year_has_one_gathering(house, officer):
    gathering(house)

    with pytest.raises(BadData):
        gatherings.draft_gathering(house, year=2026, name={"fr": "Autre"}, objectives={}, dates=DATES, by=officer)

    assert Event.rows.count() == 1


@pytest.mark.parametrize(
    "dates",
    [
        Dates(FIRST_DAY, FIRST_DAY, "Europe/Paris", "", None, None),
        Dates(FIRST_DAY, FIRST_DAY + SECOND, "Europe/Paris", "", CLOSES, OPENS),
        Dates(FIRST_DAY, FIRST_DAY + SECOND, "Europe/Paris", "", None, FIRST_DAY + timedelta(days=1)),
    ],
)
def test_dates_out_of_order_are_refused(house, officer, dates):
    with pytest.raises(BadData):
        gatherings.draft_gathering(house, year=2026, name={"fr": "X"}, objectives={}, dates=dates, by=officer)

    assert Event.rows.count() == 0


@pytest.mark.parametrize("act", ["change", "item", "publish", "invite", "chase", "declaration"])
def test_only_the_team_of_its_committee_prepares_it(house, act):
    event = gathering(house)
    stranger = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])
    acts = {
        "change": lambda: gatherings.change_gathering(event.pk, name={}, objectives={}, dates=DATES, by=stranger),
        "item": lambda: gatherings.save_item(event.pk, Part("break", {"fr": "X"}, FIRST_DAY, 5), by=stranger),
        "publish": lambda: gatherings.publish_gathering(event.pk, by=stranger),
        "invite": lambda: invitations.ask_to_invite(event.pk, by=stranger),
        "chase": lambda: invitations.ask_to_chase(event.pk, by=stranger),
        "declaration": lambda: declarations.write_declaration(
            event.pk, name={"fr": "X"}, text={"fr": "X"}, closes_at=None, by=stranger
        ),
    }

    with pytest.raises(NotAllowed):
        acts[act]()

    assert (event.items.count(), Job.objects.count(), Declaration.rows.count()) == (1, 0, 0)


def test_an_item_that_was_chosen_is_not_taken_out(house, officer):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    InvitationFactory(event=event, organisation=city)
    item = event.items.get()
    delegation = gatherings.send_delegation(event.pk, city, four()[:1], by=editor)
    gatherings.choose_for(delegation.registrations.get().pk, item.code, by=editor)

    with pytest.raises(WrongState):
        gatherings.remove_item(event.pk, item.code, by=officer)

    assert event.items.count() == 1


def test_more_places_in_an_item_are_offered_to_those_who_wait(house, officer):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    InvitationFactory(event=event, organisation=city)
    item = event.items.get()
    delegation = gatherings.send_delegation(event.pk, city, four(), by=editor)
    for main in delegation.registrations.order_by("pk"):
        gatherings.choose_for(main.pk, item.code, by=editor)
    before = queries.places(event, [item])[item.pk]

    part = Part("workshop", item.name, item.starts_at, 90, capacity=3, is_choice=True)
    gatherings.save_item(event.pk, part, by=officer, code=item.code)

    assert (before.left, before.waiting) == (0, 2)
    assert sorted(item.registrations.values_list("state", flat=True)) == [
        "confirmed",
        "confirmed",
        "offered",
        "waiting",
    ]


def test_proceedings_come_after_the_gathering(house, officer):
    event = gathering(house)
    item = event.items.get()
    with pytest.raises(WrongState):
        gatherings.write_outcome(event.pk, item.code, outcome={"fr": "Décidé."}, by=officer)
    Event.rows.filter(pk=event.pk).update(state="held")

    gatherings.write_outcome(event.pk, item.code, outcome={"fr": "Décidé.", "en": ""}, by=officer)
    gatherings.publish_proceedings(event.pk, by=officer)

    item.refresh_from_db()
    assert (item.outcome, Event.rows.get().state) == ({"fr": "Décidé."}, "documented")


# Inviting ------------------------------------------------------------------------------------------------------------
def run(task):
    """What the worker does with the last job of that name."""
    job = Job.objects.filter(task=task).order_by("-pk").first()
    jobs._tasks[task](job, **job.arguments)


def test_every_member_is_invited_once_and_each_writer_gets_one_letter(house, officer):
    event = gathering(house)
    member(house, Role.CITY_EDITOR, Role.ELECTED_LEAD)
    member(house, Role.CITY_READER)
    OrganisationFactory()  # not of the network
    invitations.ask_to_invite(event.pk, by=officer)

    run("invite_network")
    run("invite_network")

    assert (Invitation.rows.count(), Letter.objects.filter(kind="gathering_invitation").count()) == (2, 2)
    letter = Letter.objects.first()
    assert letter.subject == "Vous êtes invités : Rencontre nationale".replace(" :", "\u202f:")
    assert f"/rencontres/nationales/{event.code}" in letter.text


def test_a_worker_killed_half_way_leaves_each_letter_once(house, officer, monkeypatch):
    event = gathering(house)
    for _n in range(6):
        member(house, Role.CITY_EDITOR)
    invitations.ask_to_invite(event.pk, by=officer)
    plain, told = invitations.letters.invite, []

    def killed(invitation):
        plain(invitation)
        told.append(invitation)
        if len(told) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(invitations.letters, "invite", killed)
    with pytest.raises(KeyboardInterrupt):
        run("invite_network")
    at_the_fall = (Invitation.rows.count(), Letter.objects.count())
    monkeypatch.setattr(invitations.letters, "invite", plain)
    run("invite_network")

    assert at_the_fall == (3, 3)  # the fourth was undone whole
    assert (Invitation.rows.count(), Letter.objects.count()) == (6, 6)


def test_only_the_silent_are_chased_and_once_a_press(house, officer):
    event = gathering(house)
    for reply in ("silent", "comes", "does_not"):
        city, _people = member(house, Role.CITY_EDITOR)
        InvitationFactory(event=event, organisation=city, reply=reply, replied_at=IN_TIME)
    invitations.ask_to_chase(event.pk, by=officer)

    run("chase_silent")
    run("chase_silent")
    with clock.at(IN_TIME + timedelta(days=7)):
        invitations.ask_to_chase(event.pk, by=officer)
        run("chase_silent")

    assert Letter.objects.filter(kind="gathering_chase").count() == 2
    assert queries.replies(event) == {"silent": 1, "comes": 1, "does_not": 1}


@pytest.mark.parametrize(("at", "error"), [(CLOSES - SECOND, None), (CLOSES, Closed)])
def test_the_answer_at_the_closing_second(house, at, error):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    invitation = InvitationFactory(event=event, organisation=city)

    if error:
        with pytest.raises(error):
            invitations.reply(invitation.pk, "comes", by=editor, at=at)
    else:
        invitations.reply(invitation.pk, "comes", by=editor, at=at)

    invitation.refresh_from_db()
    assert invitation.reply == ("silent" if error else "comes")


def test_readers_do_not_answer_for_their_city(house):
    city, (reader,) = member(house, Role.CITY_READER)
    invitation = InvitationFactory(event=gathering(house), organisation=city)

    with pytest.raises(NotAllowed):
        invitations.reply(invitation.pk, "comes", by=reader)

    invitation.refresh_from_db()
    assert invitation.reply == "silent"


# Delegations ---------------------------------------------------------------------------------------------------------
def test_a_delegation_of_four_is_registered_in_one_form(house):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    invitation = InvitationFactory(event=event, organisation=city)

    people = four(organisation=city, dietary="sans porc", access="fauteuil")
    delegation = gatherings.send_delegation(event.pk, city, people, by=editor)

    invitation.refresh_from_db()
    mains = delegation.registrations.order_by("pk")
    assert [(m.participant.name, m.state, m.comfort.access) for m in mains] == [
        (name, "confirmed", "fauteuil") for name in ("Aya", "Bo", "Chloé", "Dan")
    ]
    assert (invitation.reply, Letter.objects.filter(kind="place_confirmed").count()) == ("comes", 4)


@pytest.mark.parametrize(
    ("people", "at", "error"),
    [
        ([], IN_TIME, BadData),
        ([*four(), four()[0]], IN_TIME, BadData),
        ([*four(), Coming(email="", name="Eve")], IN_TIME, BadData),
        (four(), CLOSES, Closed),
    ],
    ids=["nobody", "one address twice", "one without address", "too late"],
)
def test_a_delegation_is_whole_or_not_at_all(house, people, at, error):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    InvitationFactory(event=event, organisation=city)

    with clock.at(at), pytest.raises(error):
        gatherings.send_delegation(event.pk, city, people, by=editor)

    assert (Delegation.objects.count(), Registration.rows.count(), Participant.rows.count()) == (0, 0, 0)
    assert Letter.objects.count() == 0


def test_another_city_does_not_choose_for_mine(house):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    _other, (stranger,) = member(house, Role.CITY_ADMINISTRATOR)
    InvitationFactory(event=event, organisation=city)
    main = gatherings.send_delegation(event.pk, city, four()[:1], by=editor).registrations.get()

    for act in (
        lambda: gatherings.choose_for(main.pk, event.items.get().code, by=stranger),
        lambda: gatherings.cancel_for(main.pk, by=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert list(Registration.rows.values_list("state", "item")) == [("confirmed", None)]


def test_two_choices_at_once_are_refused_and_the_place_on_the_list_is_told(house):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    InvitationFactory(event=event, organisation=city)
    item, same_hour = event.items.get(), ProgrammeItemFactory(event=event)
    delegation = gatherings.send_delegation(event.pk, city, four(), by=editor)
    mains = list(delegation.registrations.order_by("pk"))
    choices = [gatherings.choose_for(main.pk, item.code, by=editor) for main in mains]

    with pytest.raises(BadData):
        gatherings.choose_for(mains[0].pk, same_hour.code, by=editor)

    positions = queries.waiting_positions(choices)
    assert [positions.get(choice.pk) for choice in choices] == [None, None, 1, 2]
    assert same_hour.registrations.count() == 0


def test_a_city_that_sends_people_does_not_say_that_it_stays_away(house):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    invitation = InvitationFactory(event=event, organisation=city)
    main = gatherings.send_delegation(event.pk, city, four()[:1], by=editor).registrations.get()

    with pytest.raises(WrongState):
        invitations.reply(invitation.pk, "does_not", by=editor)
    gatherings.cancel_for(main.pk, by=editor)
    invitations.reply(invitation.pk, "does_not", by=editor)

    invitation.refresh_from_db()
    assert invitation.reply == "does_not"


# The door ------------------------------------------------------------------------------------------------------------
def test_who_is_checked_in_twice_is_present_since_the_first_press(house, officer):
    event = gathering(house)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    InvitationFactory(event=event, organisation=city)
    main = gatherings.send_delegation(event.pk, city, four()[:1], by=editor).registrations.get()

    gatherings.check_in(event.pk, main.code.upper(), by=officer, at=FIRST_DAY)
    again = gatherings.check_in(event.pk, main.code, by=officer, at=FIRST_DAY + SECOND)

    assert (again.state, again.present_at) == ("present", FIRST_DAY)


def test_a_badge_of_another_gathering_is_not_taken(house, officer):
    event, other = gathering(house), gathering(house, year=2025)
    city, (editor,) = member(house, Role.CITY_EDITOR)
    InvitationFactory(event=other, organisation=city)
    main = gatherings.send_delegation(other.pk, city, four()[:1], by=editor).registrations.get()

    with pytest.raises(BadData):
        gatherings.check_in(event.pk, main.code, by=officer)

    main.refresh_from_db()
    assert main.state == "confirmed"


# Declarations --------------------------------------------------------------------------------------------------------
@pytest.fixture
def declaration(house, officer):
    found = DeclarationFactory(event=gathering(house), closes_at=CLOSES)
    declarations.open_declaration(found.pk, by=officer)
    found.refresh_from_db()
    return found


def sign(declaration, city, by, **changes):
    given = {"fingerprint_seen": declaration.fingerprint, "by": by, "at": IN_TIME, **changes}
    return declarations.sign_declaration(declaration.pk, city, **given)


def test_a_declaration_is_frozen_once_open_and_signed_once(house, officer, declaration):
    city, (mayor,) = member(house, Role.ELECTED_LEAD)
    InvitationFactory(event=declaration.event, organisation=city)

    signature = sign(declaration, city, mayor)
    with pytest.raises(WrongState):
        sign(declaration, city, mayor)
    with pytest.raises(WrongState):
        declarations.write_declaration(
            declaration.event_id, name={"fr": "X"}, text={"fr": "Y"}, closes_at=None, by=officer, code=declaration.code
        )

    assert DeclarationSignature.objects.count() == 1
    assert signature.fingerprint == declarations.fingerprint_of(declaration) == declaration.fingerprint


@pytest.mark.parametrize(
    ("role", "changes", "error"),
    [
        (Role.CITY_ADMINISTRATOR, {}, NotAllowed),
        (Role.ELECTED_LEAD, {"fingerprint_seen": "0" * 64}, Conflict),
        (Role.ELECTED_LEAD, {"at": CLOSES}, Closed),
        (Role.ELECTED_LEAD, {"at": IN_TIME - SECOND}, WrongState),
    ],
    ids=["not the signatory", "another text", "closing second", "not open yet"],
)
def test_a_declaration_is_not_signed_otherwise(house, declaration, role, changes, error):
    city, (person,) = member(house, role)
    InvitationFactory(event=declaration.event, organisation=city)

    with pytest.raises(error):
        sign(declaration, city, person, **changes)

    assert DeclarationSignature.objects.count() == 0


def test_who_was_not_invited_does_not_sign(house, declaration):
    city, (mayor,) = member(house, Role.ELECTED_LEAD)

    with pytest.raises(NotAllowed):
        sign(declaration, city, mayor)

    assert DeclarationSignature.objects.count() == 0


def test_a_text_altered_in_the_database_is_not_signed(house, declaration):
    city, (mayor,) = member(house, Role.ELECTED_LEAD)
    InvitationFactory(event=declaration.event, organisation=city)
    Declaration.rows.filter(pk=declaration.pk).update(text={"fr": "Autre chose."})

    with pytest.raises(Conflict):
        sign(declaration, city, mayor)

    assert DeclarationSignature.objects.count() == 0
