"""Webinars: prepared, announced, moved, called off, run, and what they leave."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from marelle.accounts import files
from marelle.accounts.models import Organisation
from marelle.accounts.states import Role
from marelle.base import clock, registers, stamps
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.models import Job, Letter
from marelle.events.models import Event, Feedback, Participant, Registration, RunSheetLine
from marelle.events.operations import lessons, meetings, participants, questions, registrations, run_sheets, series
from marelle.events.operations.meetings import Held
from marelle.events.queries import meetings as queries
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    FIRST_DAY,
    IN_TIME,
    EventFactory,
    EventPersonFactory,
    OccurrenceFactory,
    ParticipantFactory,
    QuestionFactory,
    RegistrationFactory,
    SeriesFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
AFTER = FIRST_DAY + 3 * HOUR


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(house):
    return PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])


@pytest.fixture
def webinar(house, officer):
    """Announced: in French at nine, in English at two; two parts."""
    event = meetings.draft_webinar(
        by=officer, committee=house, name={"fr": "Mineurs non accompagnés", "en": "Unaccompanied children"}, at=NOW
    )
    for language, hours in (("fr", 0), ("en", 5)):
        starts = FIRST_DAY + hours * HOUR
        held = Held(language, starts, starts + timedelta(minutes=90), f"https://salle.example/{language}")
        meetings.hold_in(event.pk, held, by=officer, at=NOW)
    for kind, name, minutes in (("peer_learning", "Entre pairs", 40), ("presentation", "Tutelle", 50)):
        run_sheets.add_part(event.pk, by=officer, kind=kind, name={"fr": name, "en": name}, minutes=minutes)
    return meetings.publish(event.pk, by=officer, at=NOW)


def come(event, language="fr", **more):
    return RegistrationFactory(occurrence=event.occurrences.get(language=language), **more)


def run_jobs():
    for job in Job.objects.filter(task="tell_registrants").order_by("pk"):
        meetings.tell_registrants(job, **job.arguments)


def test_webinar_is_announced_once_it_has_a_date_to_come(house, officer):
    event = meetings.draft_webinar(by=officer, committee=house, name={"fr": "Tutelle", "en": ""}, at=NOW)

    with pytest.raises(BadData) as told:
        meetings.publish(event.pk, by=officer, at=NOW)

    assert len(told.value.faults) == 1
    assert Event.rows.get().state == "draft"
    assert event.name == {"fr": "Tutelle"}


@pytest.mark.parametrize("act", ["note", "date", "host", "publish", "cancel", "part"])
def test_another_committee_changes_nothing(webinar, act):
    other = OrganisationFactory(committee=True, code="o-other")
    stranger = PersonFactory(roles=[(other, Role.PROGRAMME_OFFICER)])
    acts = {
        "note": lambda: meetings.write_note(webinar.pk, by=stranger, version=1, name={"fr": "Autre"}),
        "date": lambda: meetings.hold_in(webinar.pk, Held("es", AFTER, AFTER + HOUR), by=stranger),
        "host": lambda: meetings.add_host(webinar.pk, other, "partner", by=stranger),
        "publish": lambda: meetings.publish(webinar.pk, by=stranger),
        "cancel": lambda: meetings.cancel(webinar.pk, "Non", by=stranger),
        "part": lambda: run_sheets.add_part(webinar.pk, by=stranger, kind="break", name={"fr": "Pause"}, minutes=5),
    }
    before = Event.rows.values().get()

    with pytest.raises(NotAllowed):
        acts[act]()

    assert Event.rows.values().get() == before


def test_note_written_on_an_old_page_is_refused(webinar, officer):
    first = meetings.write_note(webinar.pk, by=officer, version=webinar.version, audience={"fr": "Les services"})

    with pytest.raises(BadData):
        meetings.write_note(webinar.pk, by=officer, version=webinar.version, audience={"fr": "Tous"})

    assert Event.rows.get().audience == {"fr": "Les services"}
    assert first.version == webinar.version + 1


def test_each_who_is_registered_is_told_of_a_new_time_once_and_the_calendar_follows(webinar, officer):
    aya, _gone = come(webinar), come(webinar, state="cancelled", cancelled_at=IN_TIME)
    come(webinar, "en")
    later = Held("fr", FIRST_DAY + HOUR, FIRST_DAY + 2 * HOUR, "https://salle.example/fr")

    meetings.hold_in(webinar.pk, later, by=officer, at=NOW)
    run_jobs()
    run_jobs()

    letter = Letter.objects.get()
    date = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
    assert (letter.kind, letter.address) == ("meeting_changed", aya.participant.email)
    assert (date["SEQUENCE"], date["DTSTART"].dt) == (1, FIRST_DAY + HOUR)


def test_each_session_has_its_own_time_zone_and_moving_it_there_is_told(webinar, officer):
    aya = come(webinar)
    abroad = Held("fr", FIRST_DAY, FIRST_DAY + HOUR, "https://salle.example/fr", zone="Africa/Tunis")

    meetings.hold_in(webinar.pk, abroad, by=officer, at=NOW)
    run_jobs()

    letter = Letter.objects.get()
    date = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
    assert (letter.address, "8\u00a0h (heure de Tunis)" in letter.text) == (aya.participant.email, True)
    assert (date["DTSTART"].params["TZID"], date["DTSTART"].dt) == ("Africa/Tunis", FIRST_DAY)
    assert [o.local_zone for o in webinar.occurrences.order_by("language")] == ["Europe/Paris", "Africa/Tunis"]


def test_more_places_said_on_the_page_are_offered(webinar, officer):
    french = webinar.occurrences.get(language="fr")
    same = Held("fr", french.starts_at, french.ends_at, french.room, 0)
    meetings.hold_in(webinar.pk, same, by=officer, at=NOW)
    bo = come(webinar, state="waiting", waits_since=IN_TIME)

    meetings.hold_in(
        webinar.pk, Held("fr", french.starts_at, french.ends_at, french.room, 1), by=officer, at=NOW + HOUR
    )

    bo.refresh_from_db()
    french.refresh_from_db()
    assert (bo.state, french.capacity, french.sequence) == ("offered", 1, 0)


def test_cancelling_tells_everyone_why_in_both_languages(webinar, officer):
    come(webinar)
    come(webinar, "en", participant=ParticipantFactory(language="en"))

    meetings.cancel(webinar.pk, "La salle est fermée.", by=officer)
    run_jobs()

    letters = Letter.objects.order_by("language")
    assert [(letter.kind, letter.language) for letter in letters] == [
        ("meeting_cancelled", "en"),
        ("meeting_cancelled", "fr"),
    ]
    assert all("La salle est fermée." in letter.text and "METHOD:CANCEL" in letter.calendar for letter in letters)


def test_organisation_abroad_has_a_country_and_a_place_and_is_made_once(house, officer):
    said = {"name": "Tunis", "country": "TN", "kind": "commune", "lon": 10.18, "lat": 36.81}

    made = [meetings.add_organisation_abroad(by=officer, committee=house, **said) for _twice in range(2)]

    tunis = Organisation.objects.get(country="TN")
    assert made == [tunis, tunis]
    assert (tunis.code[:2], tunis.lon, tunis.lat, tunis.territory) == ("o-", 10.18, 36.81, None)


def test_run_sheet_is_filled_from_the_parts_once(webinar, officer):
    run_sheets.fill(webinar.pk, by=officer)

    with pytest.raises(WrongState):
        run_sheets.fill(webinar.pk, by=officer)

    lines = RunSheetLine.objects.order_by("minute").values_list("minute", "what")
    assert [(minute, what["fr"]) for minute, what in lines] == [
        (0, "Entre pairs"),
        (40, "Tutelle"),
        (90, "Remerciements, suite, fin"),
    ]


def test_parts_change_places(webinar, officer):
    first, second = webinar.items.order_by("position")

    run_sheets.move_part(webinar.pk, second.code, by=officer, up=True)

    assert [(part.item.pk, part.minute) for part in queries.parts_of(webinar)] == [(second.pk, 0), (first.pk, 50)]


def test_moderator_of_any_organisation_runs_it_and_prepares_nothing_else(webinar):
    abroad = OrganisationFactory(code="o-tunis", country="TN", name="Tunis")
    moderator = PersonFactory(roles=[(abroad, Role.CITY_EDITOR)])
    EventPersonFactory(event=webinar, person=moderator, organisation=abroad)

    run_sheets.fill(webinar.pk, by=moderator)
    with pytest.raises(NotAllowed):
        meetings.cancel(webinar.pk, "Non", by=moderator)

    assert list(queries.run_by(moderator)) == [webinar]


# The board -----------------------------------------------------------------------------------------------------------
def test_question_is_proposed_shown_voted_answered_and_translated(webinar, officer):
    aya, bo = come(webinar), come(webinar, "en")
    asked = questions.ask(aya.pk, "Qui paie   l’interprète ?", "fr", at=FIRST_DAY)

    before = queries.board(webinar, "fr")
    questions.show(webinar.pk, asked.code, by=officer)
    for _twice in range(2):
        questions.vote(bo.pk, asked.code)
    questions.translate(webinar.pk, asked.code, "Who pays the interpreter?", "en", by=officer)
    questions.answer(webinar.pk, asked.code, "Le département.", "fr", by=officer, at=FIRST_DAY)
    questions.answer(webinar.pk, asked.code, "The département.", "en", by=officer, at=FIRST_DAY)

    (french,), (english,) = queries.board(webinar, "fr"), queries.board(webinar, "en")
    assert before == []
    assert (french.text, french.votes, french.answer, french.original) == (
        "Qui paie l’interprète ?",
        1,
        "Le département.",
        "",
    )
    assert (english.text, english.answer, english.original) == (
        "Who pays the interpreter?",
        "The département.",
        "Qui paie l’interprète ?",
    )


def test_board_has_a_stamp_of_its_own(webinar, officer):
    aya = come(webinar)
    asked = questions.ask(aya.pk, "Qui paie ?", "fr", at=FIRST_DAY)
    public, own = stamps.current("public"), stamps.current(queries.board_stamp(webinar.code))

    questions.show(webinar.pk, asked.code, by=officer)

    assert stamps.current("public") == public
    assert stamps.current(queries.board_stamp(webinar.code)) == own + 1


@pytest.mark.parametrize("state", ["waiting", "cancelled"])
def test_who_has_no_place_asks_nothing(webinar, state):
    since = {"waits_since": IN_TIME} if state == "waiting" else {"cancelled_at": IN_TIME}
    aya = come(webinar, state=state, **since)

    with pytest.raises(WrongState):
        questions.ask(aya.pk, "Qui paie ?", "fr", at=FIRST_DAY)

    assert queries.questions_of(webinar) == []


# One's own page ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("minutes", "opens"),
    [(-16, False), (-15, True), (89, True), (90, False)],
    ids=["too early", "a quarter before", "last minute", "over"],
)
def test_room_opens_a_quarter_before_and_closes_at_the_end(webinar, minutes, opens):
    aya = come(webinar)
    at = FIRST_DAY + timedelta(minutes=minutes)

    try:
        led = participants.join(aya.pk, at=at)
    except Closed:
        led = ""

    aya.refresh_from_db()
    assert (led, aya.state) == (("https://salle.example/fr", "present") if opens else ("", "confirmed"))


def test_feedback_waits_for_the_meeting_to_be_held(webinar, officer):
    aya = come(webinar, state="present", present_at=FIRST_DAY)
    answers = dict.fromkeys(participants.FEEDBACK_QUESTIONS, 4)

    with pytest.raises(WrongState):
        participants.give_feedback(aya.pk, answers, "", at=AFTER)
    meetings.hold(webinar.pk, by=officer, at=FIRST_DAY + 6 * HOUR)
    participants.give_feedback(aya.pk, answers, "Merci", at=AFTER)
    with pytest.raises(BadData):
        participants.give_feedback(aya.pk, {"useful": 4}, "", at=AFTER)

    assert Feedback.objects.values_list("answers", "words").get() == (answers, "Merci")


def test_erased_means_forgotten_and_counted(webinar, officer):
    french = webinar.occurrences.get(language="fr")
    meetings.hold_in(webinar.pk, Held("fr", french.starts_at, french.ends_at, french.room, 1), by=officer, at=NOW)
    coming = registrations.Coming(email="aya@example.org", name="Aya", dietary="sans porc")
    aya = registrations.register(french.pk, coming, at=NOW)
    bo = come(webinar, state="waiting", waits_since=NOW)
    questions.suggest(aya.participant, webinar, "", "fr", at=NOW)

    participants.erase(aya.participant_id, at=NOW + HOUR)

    gone = Participant.rows.get(pk=aya.participant_id)
    bo.refresh_from_db()
    assert (gone.email, gone.name, gone.erased_at) == ("", "", NOW + HOUR)
    assert (gone.key == aya.participant.key, bo.state, Registration.rows.count()) == (False, "offered", 2)
    assert list(Letter.objects.values_list("address", flat=True)) == [bo.participant.email]


def test_link_is_sent_to_who_is_known_and_to_nobody_else():
    ParticipantFactory(email="aya@example.org")

    participants.send_link("AYA@example.org", at=NOW)
    participants.send_link("nobody@example.org", at=NOW)

    assert list(Letter.objects.values_list("kind", "address")) == [("own_page", "aya@example.org")]


# Rounds --------------------------------------------------------------------------------------------------------------
def test_reminders_leave_seven_days_and_a_day_before_each_once(webinar):
    come(webinar)
    come(webinar, asked_at=FIRST_DAY - timedelta(days=2))
    come(webinar, state="waiting", waits_since=IN_TIME)

    sent = []
    for days in (8, 7, 6, 2, 1, 1):
        participants.remind(FIRST_DAY - timedelta(days=days))
        sent.append(Letter.objects.count())

    assert sent == [0, 1, 1, 1, 3, 3]
    assert Letter.objects.filter(kind="meeting_reminder", calendar="").count() == 0


def test_those_who_were_there_are_asked_once_what_they_think(webinar, officer):
    come(webinar, state="present", present_at=FIRST_DAY)
    come(webinar)
    meetings.hold(webinar.pk, by=officer, at=FIRST_DAY + 6 * HOUR)

    for _twice in range(2):
        participants.ask_feedback(FIRST_DAY + 7 * HOUR)

    assert list(Letter.objects.values_list("kind", flat=True)) == ["meeting_feedback"]


# Afterwards ----------------------------------------------------------------------------------------------------------
def test_lessons_are_drafted_from_what_happened_and_what_was_answered(webinar, officer):
    run_sheets.fill(webinar.pk, by=officer)
    QuestionFactory(
        event=webinar,
        state="answered",
        text="Qui paie ?",
        answer={"fr": "Le département."},
        votes=3,
        translation={"en": "Who pays?"},
        answered_at=FIRST_DAY,
    )
    QuestionFactory(event=webinar, text="Sans réponse")
    with pytest.raises(WrongState):
        lessons.draft_lessons(webinar.pk, by=officer)
    meetings.hold(webinar.pk, by=officer, at=FIRST_DAY + 6 * HOUR)

    drafted = lessons.draft_lessons(webinar.pk, by=officer)
    published = lessons.publish_lessons(webinar.pk, by=officer, at=AFTER)

    assert drafted.lessons["fr"] == (
        "Déroulement :\n- Entre pairs\n- Tutelle\n- Remerciements, suite, fin\n\n"
        "Ce qui a été demandé, et répondu :\n- Qui paie ? (3 voix)\n  Le département.\n\n"
        "Ce que nous retenons :\n\n- (à écrire)"
    ).replace(" :\n", "\u202f:\n")
    assert "- Who pays? (3 voices)" in drafted.lessons["en"]
    assert (published.state, published.lessons_published_at) == ("documented", AFTER)


def test_draft_never_replaces_what_somebody_wrote(webinar, officer):
    meetings.hold(webinar.pk, by=officer, at=FIRST_DAY + 6 * HOUR)
    written = lessons.write_lessons(webinar.pk, {"fr": "Écrit."}, by=officer, version=webinar.version)

    drafted = lessons.draft_lessons(webinar.pk, by=officer)

    assert (written.lessons, drafted.lessons["fr"]) == ({"fr": "Écrit."}, "Écrit.")


def test_transcript_is_searched_whatever_the_accents():
    words = "Aya : bonjour\n\nBo : la tutelle est longue\nAya : l’État paie la TUTELLE"

    assert queries.lines_with(words, "etat tutelle") == ["Aya : l’État paie la TUTELLE"]


def test_board_state_of_event_gone_takes_no_question():
    registration = RegistrationFactory(occurrence=OccurrenceFactory(event=EventFactory(state="cancelled")))

    with pytest.raises(WrongState):
        questions.ask(registration.pk, "Qui paie ?", "fr", at=FIRST_DAY)

    assert queries.questions_of(registration.occurrence.event) == []


# Parts and run sheet ------------------------------------------------------------------------------------------------
@pytest.fixture
def moderator(webinar):
    person = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_EDITOR)])
    EventPersonFactory(event=webinar, person=person)
    return person


def test_a_moderator_changes_a_part_and_a_line_and_what_a_line_is_about_stays(webinar, moderator):
    first, second = run_sheets.fill(webinar.pk, by=moderator)[:2]
    part = webinar.items.get(pk=first.item_id)

    run_sheets.change_part(
        webinar.pk, part.code, by=moderator, kind="workshop", name={"fr": "Atelier", "en": ""}, minutes=30
    )
    run_sheets.change_line(webinar.pk, 40, by=moderator, minute=45, what={"fr": "La tutelle"}, who=" Aya ")

    part.refresh_from_db()
    line = RunSheetLine.objects.get(event=webinar, minute=45)
    assert (part.kind, part.name, part.minutes) == ("workshop", {"fr": "Atelier"}, 30)
    assert (line.pk, line.what, line.who, line.item_id) == (second.pk, {"fr": "La tutelle"}, "Aya", second.item_id)


@pytest.mark.parametrize(
    ("minute", "what", "by", "error"),
    [
        (0, {"fr": "X"}, "moderator", BadData),
        (45, {"fr": " "}, "moderator", BadData),
        (45, {"fr": "X"}, "", NotAllowed),
    ],
    ids=["another line stands there", "nothing said", "stranger"],
)
def test_a_line_that_cannot_be_changed_stays(webinar, moderator, minute, what, by, error):
    run_sheets.fill(webinar.pk, by=moderator)
    before = list(webinar.run_sheet.order_by("minute").values())
    who = moderator if by else PersonFactory()

    with pytest.raises(error):
        run_sheets.change_line(webinar.pk, 40, by=who, minute=minute, what=what)

    assert list(webinar.run_sheet.order_by("minute").values()) == before


def test_a_document_removed_is_read_by_nobody(webinar, officer, house):
    kept = files.keep(b"%PDF-1.7", label="supports.pdf", kind="pdf", organisation=house, by=officer)
    lessons.join_document(webinar.pk, kept, by=officer)

    with pytest.raises(NotAllowed):
        lessons.remove_document(webinar.pk, kept.code, by=PersonFactory())
    was_there = webinar.files.filter(removed_at=None).count()
    lessons.remove_document(webinar.pk, kept.code, by=officer)

    assert (was_there, webinar.files.filter(removed_at=None).count()) == (1, 0)


# Series -------------------------------------------------------------------------------------------------------------
def test_a_series_keeps_its_address_and_holds_its_webinars(house, officer, webinar):
    found = series.make_series(
        house, by=officer, name={"fr": "Villes et migrations", "en": ""}, project={"fr": "Refuge"}
    )
    twin = series.make_series(house, by=officer, name={"fr": "Villes et migrations"})
    meetings.write_note(webinar.pk, by=officer, version=webinar.version, series=found)
    draft = EventFactory(committee=house, state="draft", series=found)

    before = stamps.current()

    changed = series.change_series(found.pk, by=officer, name={"fr": "Villes"}, summary={"fr": "Accueillir"})
    coming, past = queries.in_series(changed, NOW)

    assert (changed.code, changed.name, changed.project) == ("villes-et-migrations", {"fr": "Villes"}, {"fr": "Refuge"})
    assert twin.code.startswith("villes-et-migrations-")
    assert (coming, past, stamps.current() > before) == ([webinar], [], True)
    assert {event.pk for event in queries.prepared_in(changed, officer)} == {webinar.pk, draft.pk}


def test_a_webinar_joins_no_series_of_another_committee(webinar, officer):
    other = SeriesFactory(committee=OrganisationFactory(committee=True, code="o-other"))

    with pytest.raises(BadData):
        meetings.write_note(webinar.pk, by=officer, version=webinar.version, series=other)
    with pytest.raises(NotAllowed):
        series.change_series(other.pk, by=officer, name={"fr": "À moi"})

    other.refresh_from_db()
    assert (Event.rows.get().series, other.name["fr"]) == (None, "Villes et migrations")


# Dates of one's own --------------------------------------------------------------------------------------------------
def test_a_part_held_for_one_organisation_is_not_in_the_dates_of_another(webinar):
    town, other = OrganisationFactory(), OrganisationFactory()
    person = PersonFactory(roles=[(town, Role.CITY_EDITOR), (other, Role.CITY_EDITOR)])
    EventPersonFactory(event=webinar, person=person, organisation=town)

    with clock.at(NOW):
        found = [len(registers.moments(person, organisation)) for organisation in (town, other)]

    assert found == [2, 0]
