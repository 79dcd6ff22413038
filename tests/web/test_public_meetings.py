"""Webinars for anyone, one's own page by its link, the live board."""

import io
from datetime import timedelta

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from marelle.accounts import files
from marelle.accounts.states import Role
from marelle.base import clock, origins
from marelle.base.models import Letter
from marelle.events.models import Event, Participant, Question, Registration, Suggestion
from marelle.events.operations import lessons, meetings, questions
from marelle.web.parts.middleware import PublicPageCache, stamp_of
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    CLOSES,
    FIRST_DAY,
    IN_TIME,
    OPENS,
    EventFactory,
    HostFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
    QuestionFactory,
    RegistrationFactory,
)
from tests.factories.library import PracticeFactory, PracticeTextFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def webinar():
    event = EventFactory(suggestions_until=IN_TIME + 10 * HOUR, context={"fr": "Ils arrivent seuls."})
    OccurrenceFactory(event=event, room="https://salle.example/fr")
    OccurrenceFactory(event=event, language="en", starts_at=FIRST_DAY + 5 * HOUR, room="https://salle.example/en")
    return event


@pytest.fixture
def now():
    with clock.at(IN_TIME):
        yield


def typed(event, language="fr", **changed):
    occurrence = event.occurrences.get(language=language)
    return {"occurrence": occurrence.code, "name": "Aya", "email": "aya@example.org", **changed}


def page(client, path, **options):
    answer = client.get(path, **options)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def own(registration, rest=""):
    return f"/mes-rencontres/{registration.participant.key}{rest}"


def test_agenda_tells_what_is_coming_and_what_was(client, webinar, now):
    past = EventFactory(state="held", name={"fr": "Logement"})
    OccurrenceFactory(event=past, starts_at=IN_TIME - 50 * HOUR)
    hidden = EventFactory(state="draft", name={"fr": "Secret"})
    OccurrenceFactory(event=hidden)
    guests = EventFactory(access="invitation", name={"fr": "Entre invités"})
    OccurrenceFactory(event=guests)

    shown = page(client, "/rendez-vous")

    assert shown.index("Mineurs non accompagnés") < shown.index("Logement")
    assert ("Secret" in shown, "Entre invités" in shown) == (False, False)
    assert client.get(f"/webinaires/{hidden.code}").status_code == 404
    assert client.get(f"/webinaires/{guests.code}").status_code == 404


def test_webinar_page_shows_twin_sessions_and_hosts_of_other_countries(client, webinar, now):
    abroad = OrganisationFactory(code="o-tunis", name="Tunis", country="TN", partner=True)
    HostFactory(event=webinar, organisation=abroad)
    ProgrammeItemFactory(event=webinar, starts_at=None, is_choice=False, minutes=40, name={"fr": "Entre pairs"})

    shown = page(client, f"/webinaires/{webinar.code}")

    words = [
        "Ils arrivent seuls.",
        "Tunis",
        "Tunisie",
        "Entre pairs",
        "40 minutes",
        "9\u00a0h",
        "14\u00a0h",
        "7\u00a0h UTC",
    ]
    assert [word for word in words if word not in shown] == []
    assert "set-cookie" not in {name.lower() for name in client.get(f"/webinaires/{webinar.code}").headers}


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_webinar_asks_a_fixed_number_of_questions(client, webinar, now, django_assert_num_queries, count):
    for number in range(count):
        HostFactory(event=webinar, organisation=OrganisationFactory(partner=True, name=f"Hôte {number}"))

    with django_assert_num_queries(8):
        page(client, f"/webinaires/{webinar.code}")


def test_registration_is_answered_by_mail_alone(client, webinar, now):
    path = f"/webinaires/{webinar.code}/inscription"

    answer = client.post(path, typed(webinar, suggestion="La majorité"))
    again = client.post(path, typed(webinar, email="AYA@example.org"))

    participant = Participant.rows.get()
    shown = client.get(answer["Location"]).content.decode()
    assert (answer["Location"], again["Location"]) == ("/rendez-vous/courriel?inscription",) * 2
    assert ("Votre demande est enregistrée." in shown, "nous est connue" in shown) == (True, False)
    assert participant.key not in shown
    assert Letter.objects.get().address == "aya@example.org"
    assert participant.key in Letter.objects.get().text
    assert Suggestion.objects.get().text == "La majorité"


def test_registration_in_english_is_written_to_in_english(client, webinar, now):
    client.post(f"/en/webinaires/{webinar.code}/inscription", typed(webinar, "en"))

    assert Letter.objects.get().subject == "Your place is confirmed: Unaccompanied children"


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"email": "pas une adresse"}, 422), ({"name": "  "}, 422), ({"occurrence": "x" * 26}, 422)],
    ids=["address", "name", "session of another"],
)
def test_registration_refused_keeps_what_was_typed(client, webinar, now, changed, status):
    answer = client.post(f"/webinaires/{webinar.code}/inscription", typed(webinar, function="Cheffe", **changed))

    assert (answer.status_code, Registration.rows.count(), Letter.objects.count()) == (status, 0, 0)
    assert 'value="Cheffe"' in answer.content.decode()


def test_registration_from_another_site_is_refused(client, webinar, now):
    path = f"/webinaires/{webinar.code}/inscription"

    answer = client.post(path, typed(webinar), headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, Registration.rows.count()) == (403, 0)


def test_link_is_asked_again_with_the_same_answer_for_all(client, webinar, now):
    aya = RegistrationFactory(occurrence=webinar.occurrences.get(language="fr"))

    answers = [client.post("/mes-rencontres", {"email": email}) for email in (aya.participant.email, "x@example.org")]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/rendez-vous/courriel")] * 2
    assert [letter.kind for letter in Letter.objects.all()] == ["own_page"]


def test_feed_is_read_back_by_another_library(client, webinar, now):
    feed = Calendar.from_ical(client.get(f"/webinaires/{webinar.code}.ics").content)

    dates = feed.walk("VEVENT")
    assert [date["DTSTART"].dt for date in dates] == [FIRST_DAY, FIRST_DAY + 5 * HOUR]
    assert len({date["UID"] for date in dates}) == 2


# One's own page ------------------------------------------------------------------------------------------------------
def test_own_page_is_kept_by_nobody(client, webinar, now):
    aya = RegistrationFactory(occurrence=webinar.occurrences.get(language="fr"))

    answer = client.get(own(aya))

    assert (answer.status_code, answer["Cache-Control"], answer["Referrer-Policy"]) == (200, "no-store", "same-origin")
    assert "noindex" in answer.content.decode()


def test_who_comes_in_is_present_and_sees_the_room(client, webinar):
    aya = RegistrationFactory(occurrence=webinar.occurrences.get(language="fr"))
    path = own(aya, f"/{aya.code}/salle")

    with clock.at(FIRST_DAY - HOUR):
        early = client.post(path)
    with clock.at(FIRST_DAY - HOUR / 4):
        shown = client.post(path).content.decode()

    aya.refresh_from_db()
    assert (early.status_code, aya.state, "https://salle.example/fr" in shown) == (409, "present", True)
    assert "https://salle.example/fr" not in early.content.decode()


def test_registration_of_somebody_else_is_not_there(client, webinar, now):
    french = webinar.occurrences.get(language="fr")
    aya, bo = RegistrationFactory(occurrence=french), RegistrationFactory(occurrence=french)

    statuses = [
        client.post(own(aya, f"/{bo.code}/cancel")).status_code,
        client.get(own(aya, f"/{bo.code}/direct")).status_code,
        client.get(own(aya, f"/{bo.code}/attestation.pdf")).status_code,
    ]

    bo.refresh_from_db()
    assert (statuses, bo.state) == ([404, 404, 404], "confirmed")


def test_details_consent_and_suggestion_are_saved_each_apart(client, webinar, now):
    Event.rows.update(asks_recording_consent=True)
    aya = RegistrationFactory(occurrence=webinar.occurrences.get(language="fr"))

    client.post(own(aya, "/coordonnees"), {"name": "Aya Ben", "language": "en", "function": ""})
    before = Registration.rows.get().recording_consent
    client.post(own(aya, f"/{aya.code}/disagree"))
    client.post(own(aya, f"/{aya.code}/suggestion"), {"text": "La tutelle"})

    aya.refresh_from_db()
    assert (aya.participant.name, aya.participant.language) == ("Aya Ben", "en")
    assert (before, aya.recording_consent, Suggestion.objects.get().text) == (None, False, "La tutelle")


def test_certificate_is_for_who_was_there_once_it_is_over(client, webinar):
    french = webinar.occurrences.get(language="fr")
    aya = RegistrationFactory(occurrence=french, state="present", present_at=FIRST_DAY, participant__name="Aya Ben")
    absent = RegistrationFactory(occurrence=french)

    with clock.at(FIRST_DAY + HOUR):
        during = client.get(own(aya, f"/{aya.code}/attestation.pdf")).status_code
    with clock.at(FIRST_DAY + 2 * HOUR):
        answer = client.get(own(aya, f"/{aya.code}/attestation.pdf"))
        refused = client.get(own(absent, f"/{absent.code}/attestation.pdf")).status_code

    words = " ".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
    assert (during, refused) == (404, 404)
    assert [w for w in ("Aya Ben", "Mineurs non accompagnés", "18 juin 2026", "Attestation") if w not in words] == []


def test_feedback_is_five_answers(client, webinar):
    Event.rows.update(state="held")
    aya = RegistrationFactory(occurrence=webinar.occurrences.get(language="fr"), state="present", present_at=FIRST_DAY)
    five = {"useful": 5, "clear": 4, "heard": 3, "reuse": 5, "again": 5}
    path = own(aya, f"/{aya.code}/avis")

    with clock.at(FIRST_DAY + 9 * HOUR):
        half = client.post(path, {"useful": 5})
        whole = client.post(path, {**five, "words": "Merci"})

    aya.refresh_from_db()
    assert (half.status_code, whole.status_code) == (422, 302)
    assert (aya.feedback.answers, aya.feedback.words) == (five, "Merci")


def test_data_are_taken_away_then_erased(client, webinar, now):
    aya = RegistrationFactory(occurrence=webinar.occurrences.get(language="fr"))
    QuestionFactory(event=webinar, participant=aya.participant, text="Qui paie ?")

    taken = client.get(own(aya, "/donnees.json")).json()
    asked = client.get(own(aya, "/effacer")).status_code
    client.post(own(aya, "/effacer"))

    assert (taken["email"], len(taken["registrations"]), taken["questions"][0]["text"]) == (
        aya.participant.email,
        1,
        "Qui paie ?",
    )
    assert (asked, client.get(own(aya)).status_code, Registration.rows.get().state) == (200, 404, "cancelled")


# The board -----------------------------------------------------------------------------------------------------------
def test_question_goes_from_ones_own_page_to_the_board_of_everyone(client, webinar):
    officer = PersonFactory(roles=[(webinar.committee, Role.PROGRAMME_OFFICER)])
    french = webinar.occurrences.get(language="fr")
    aya, bo = RegistrationFactory(occurrence=french), RegistrationFactory(occurrence=french)
    public, mine = f"/webinaires/{webinar.code}/direct", own(aya, f"/{aya.code}/direct")

    with clock.at(FIRST_DAY):
        client.post(mine, {"question": "Qui paie l’interprète ?"})
        asked = Question.rows.get()
        before = "Qui paie" in page(client, public)
        questions.show(webinar.pk, asked.code, by=officer)
        questions.translate(webinar.pk, asked.code, "Who pays?", "en", by=officer)
        client.post(own(bo, f"/{bo.code}/direct"), {"vote": asked.code})
        fragment, english = page(client, f"{public}/questions"), page(client, f"/en{public}")

    assert (before, "1 voix" in fragment, "<button" in fragment) == (False, True, False)
    assert ("Who pays?" in english, "Qui paie l’interprète ?" in english) == (True, True)
    assert f'value="{asked.code}"' in page(client, f"{public}/questions?voix=1")


@pytest.mark.parametrize("changed", [{"access": "network"}, {"confidentiality": "network"}])
def test_board_of_a_closed_meeting_is_not_for_everyone(client, webinar, now, changed):
    Event.rows.update(**changed)
    aya = RegistrationFactory(occurrence=webinar.occurrences.get(language="fr"))

    statuses = [client.get(f"/webinaires/{webinar.code}/direct{rest}").status_code for rest in ("", "/questions")]

    assert (statuses, client.get(own(aya, f"/{aya.code}/direct")).status_code) == ([404, 404], 200)


@pytest.mark.parametrize(
    ("path", "stamp"),
    [
        ("/webinaires/abcdefghijkmnpqrst/direct", "board:abcdefghijkmnp"),
        ("/en/webinaires/abcdefghijkmnpqrst/direct/questions", "board:abcdefghijkmnp"),
        ("/webinaires/abcdefghijkmnpqrst", "public"),
        ("/webinaires", "public"),
        ("/webinaires/a/b/direct", "public"),
    ],
)
def test_board_grows_old_by_its_own_stamp(path, stamp):
    assert stamp_of(path) == stamp


def test_board_is_made_once_for_all_its_readers_until_it_changes(rf, webinar, settings, client):
    settings.PAGE_CACHE_BYTES = 2**20
    made = []

    def view(request):
        made.append(request.path)
        return client.get(request.path)

    cache = PublicPageCache(view)
    request = rf.get(f"/webinaires/{webinar.code}/direct/questions")
    request.resolver_match = type("Match", (), {"namespaces": ["public"]})()

    for _reader in range(5):
        cache(request)
    meetings.bump(webinar)
    cache(request)

    assert len(made) == 2


# Afterwards ----------------------------------------------------------------------------------------------------------
def test_what_a_meeting_left_is_read_and_searched(client, webinar):
    officer = PersonFactory(roles=[(webinar.committee, Role.PROGRAMME_OFFICER)])
    meetings.hold(webinar.pk, by=officer, at=FIRST_DAY + 6 * HOUR)
    said = "Aya : la tutelle est longue\nBo : le logement manque"
    lessons.keep_recording(webinar.pk, "fr", replay="https://video.example/1", transcript=said, by=officer)
    lessons.write_lessons(webinar.pk, {"fr": "Un tuteur dès le premier jour."}, by=officer, version=webinar.version)
    paper = files.keep(b"%PDF-1.4\n", label="supports.pdf", kind="pdf", organisation=webinar.committee, by=officer)
    lessons.join_document(webinar.pk, paper, by=officer)
    hidden = "Un tuteur" in page(client, f"/webinaires/{webinar.code}")
    lessons.publish_lessons(webinar.pk, by=officer, at=FIRST_DAY + 7 * HOUR)

    shown = page(client, f"/webinaires/{webinar.code}")
    found = page(client, f"/webinaires/{webinar.code}/transcription/fr?q=Logement")

    assert (hidden, "Un tuteur dès le premier jour." in shown, "https://video.example/1" in shown) == (
        False,
        True,
        True,
    )
    assert ("le logement manque" in found, "tutelle" in found) == (True, False)
    answer = client.get(f"/webinaires/{webinar.code}/documents/{paper.code}")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"%PDF-1.4\n")
    answer.close()


def test_recording_of_what_stays_unattributed_is_not_shown(client, webinar):
    Event.rows.update(state="held", confidentiality="unattributed")
    french = webinar.occurrences.get(language="fr")
    french.replay, french.transcript = "https://video.example/1", "Aya : oui"
    french.save()

    assert "https://video.example/1" not in page(client, f"/webinaires/{webinar.code}")
    assert client.get(f"/webinaires/{webinar.code}/transcription/fr").status_code == 404


@pytest.mark.parametrize(
    ("changed", "capacity", "at", "words", "has_form"),
    [
        ({}, None, IN_TIME, 'href="#inscription">S’inscrire<', True),
        ({}, 0, IN_TIME, 'href="#inscription">Me mettre sur la liste d’attente<', True),
        ({}, None, OPENS - HOUR, "Les inscriptions ouvrent le 1er avril 2026, 9\u00a0h.", False),
        ({}, None, CLOSES, "Les inscriptions sont closes.", False),
        ({"state": "held"}, None, FIRST_DAY + 8 * HOUR, "https://video.example/1", False),
        ({"state": "cancelled"}, None, IN_TIME, "Ce webinaire n’aura pas lieu", False),
    ],
    ids=["open", "full", "not yet", "closed", "over", "cancelled"],
)
def test_head_of_the_page_says_what_one_may_do_now(client, webinar, changed, capacity, at, words, has_form):
    Event.rows.filter(pk=webinar.pk).update(**{"state": "published", **changed})
    webinar.occurrences.update(capacity=capacity, replay="https://video.example/1")

    with clock.at(at):
        shown = page(client, f"/webinaires/{webinar.code}")

    head = shown.partition("</h1>")[2].partition("<h2")[0]
    assert ("Les inscriptions ferment le 10 juin 2026, 12\u00a0h (heure de Paris)." in head) == has_form
    assert (words in head, 'id="inscription"' in shown) == (True, has_form)


def test_practices_told_in_a_webinar_are_on_its_page_once_they_are_public(client, webinar):
    Event.rows.update(state="held")
    part = ProgrammeItemFactory(event=webinar, starts_at=None, is_choice=False)
    retained = PracticeTextFactory(name="Un tuteur", practice=PracticeFactory(state="retained")).practice
    hidden = PracticeTextFactory(
        name="Pas relue", practice=PracticeFactory(state="proposed", published_at=None)
    ).practice
    for practice, parent in ((retained, f"events.item:{part.code}"), (hidden, f"events.event:{webinar.code}")):
        by = PersonFactory()
        origins.link("talk", parent=parent, offspring=f"library.practice:{practice.code}", label="x", by=by)

    told = page(client, f"/webinaires/{webinar.code}").partition('id="told"')[2].partition("</section>")[0]

    assert f'<a href="/pratiques/{retained.code}"><strong>Un tuteur</strong></a>' in told
    assert ("retenue" in told, "Pas relue" in told) == (True, False)


def test_sessions_are_named_as_each_language_writes_it(client, webinar, now):
    shown, told = page(client, "/rendez-vous"), page(client, "/en/rendez-vous")

    assert ("anglais, 18 juin 2026" in shown, "English, 18 June 2026" in told) == (True, True)
