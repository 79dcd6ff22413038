"""A webinar prepared in the office, run by a moderator of another country in their own workspace."""

from datetime import timedelta

import pytest

from marelle.accounts import files
from marelle.accounts.models import Organisation
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Letter
from marelle.events.models import Event, EventPerson, Host, Occurrence, Question, Series
from marelle.events.operations import meetings
from tests import signing_in
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    FIRST_DAY,
    IN_TIME,
    EventFactory,
    EventPersonFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
    QuestionFactory,
    RegistrationFactory,
    RunSheetLineFactory,
    SeriesFactory,
)
from tests.factories.library import ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(client, house):
    person = PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])
    signing_in.sign_in(client, person)
    with clock.at(IN_TIME):
        yield person


@pytest.fixture
def webinar(house):
    event = EventFactory(committee=house)
    OccurrenceFactory(event=event)
    OccurrenceFactory(event=event, language="en", starts_at=FIRST_DAY + timedelta(hours=5))
    return event


@pytest.fixture
def moderator(client, webinar):
    """Of a city of another country."""
    abroad = OrganisationFactory(code="o-tunis", name="Tunis", country="TN")
    person = PersonFactory(roles=[(abroad, Role.CITY_EDITOR)])
    EventPersonFactory(event=webinar, person=person, organisation=abroad, name=person.name)
    signing_in.sign_in(client, person)
    return person


def press(client, event, verb, base="/bureau/rencontres", **form):
    return client.post(f"{base}/{event.code}/faire/{verb}", form)


def test_webinar_is_prepared_from_its_name_to_its_announcement(client, officer):
    service = ServiceFactory()

    client.post("/bureau/rencontres/nouveau-webinaire", {"name_fr": "Tutelle", "name_en": "Guardianship"})
    event = Event.rows.get()
    note = {
        "version": "1",
        "name_fr": "Tutelle",
        "name_en": "Guardianship",
        "context_fr": "Ils arrivent seuls.",
        "services": [service.pk],
        "access": "public",
        "confidentiality": "unattributed",
        "zone": "Africa/Tunis",
        "registration_closes_on": "2026-06-17",
    }
    statuses = [press(client, event, "note", **note).status_code]
    date = {
        "language": "fr",
        "day": "2026-06-18",
        "starts": "09:00",
        "ends": "10:30",
        "room": "https://salle.example/x",
    }
    statuses.append(press(client, event, "date", **date).status_code)
    abroad = {"name": "Sousse", "country": "tn", "kind": "commune", "lat": "35.8", "lon": "10.6", "role": "partner"}
    statuses.append(press(client, event, "abroad", **abroad).status_code)
    statuses.append(press(client, event, "person", role="speaker", name="Ana Essai").status_code)
    statuses.append(press(client, event, "part", kind="peer_learning", minutes="40", name_fr="Entre pairs").status_code)
    statuses.append(press(client, event, "fill").status_code)
    statuses.append(press(client, event, "publish").status_code)

    event = Event.rows.get()
    occurrence = Occurrence.rows.get()
    assert statuses == [302] * 7
    assert (event.state, event.zone, event.context) == ("published", "Africa/Tunis", {"fr": "Ils arrivent seuls."})
    assert occurrence.starts_at.isoformat() == "2026-06-18T08:00:00+00:00"
    assert event.registration_closes_at.isoformat() == "2026-06-17T23:00:00+00:00"
    assert list(Host.objects.order_by("position").values_list("organisation__name", "role")) == [
        ("Comité national", "lead"),
        ("Sousse", "partner"),
    ]
    assert Organisation.objects.get(country="TN").lat == 35.8
    assert (EventPerson.objects.get().name, event.run_sheet.count()) == ("Ana Essai", 2)


def test_what_is_refused_stays_typed(client, officer, webinar):
    answer = press(
        client, webinar, "date", language="fr", day="2026-06-18", starts="09:00", ends="10:30", room="pas une adresse"
    )

    shown = answer.content.decode()
    assert (answer.status_code, "pas une adresse" in shown) == (422, True)
    assert shown.count('role="alert"') == 1


def test_webinar_of_another_committee_is_not_there(client, officer):
    other = OrganisationFactory(committee=True, code="o-other")
    event = EventFactory(committee=other)
    OccurrenceFactory(event=event)

    statuses = [
        client.get(f"/bureau/rencontres/{event.code}").status_code,
        client.get(f"/bureau/rencontres/{event.code}/inscrits").status_code,
        press(client, event, "publish").status_code,
        client.post(f"/bureau/rencontres/{event.code}/annuler", {"because": "Non"}).status_code,
    ]

    assert (statuses, Event.rows.get().state) == ([404] * 4, "published")
    assert "Mineurs" not in client.get("/bureau/rencontres").content.decode()


def test_list_of_meetings_asks_a_fixed_number_of_questions(client, officer, house, django_assert_num_queries):
    client.get("/bureau/rencontres")
    for _number in range(3):
        OccurrenceFactory(event=EventFactory(committee=house))

    with django_assert_num_queries(8):
        client.get("/bureau/rencontres")


def test_cancelling_needs_a_reason(client, officer, webinar):
    RegistrationFactory(occurrence=webinar.occurrences.get(language="fr"))
    path = f"/bureau/rencontres/{webinar.code}/annuler"

    refused = client.post(path, {"because": " "})
    done = client.post(path, {"because": "La salle est fermée."})

    assert (refused.status_code, done.status_code, Event.rows.get().state) == (422, 302, "cancelled")


# The moderator -------------------------------------------------------------------------------------------------------
def test_moderator_abroad_runs_the_webinar_to_its_lessons_note(client, webinar, moderator):
    ProgrammeItemFactory(event=webinar, starts_at=None, is_choice=False, minutes=40, name={"fr": "Entre pairs"})
    asked = QuestionFactory(event=webinar, state="proposed", text="Qui paie ?")
    base, page = "/espace/o-tunis/rencontres", f"/espace/o-tunis/rencontres/{webinar.code}"

    with clock.at(FIRST_DAY):
        opened = client.get(page)
        press(client, webinar, "fill", base)
        press(client, webinar, "show", base, code=asked.code)
        press(client, webinar, "translate", base, code=asked.code, words="Who pays?", language="en")
        press(client, webinar, "answer", base, code=asked.code, words="Le département.", language="fr")
        early = press(client, webinar, "hold", base)
    with clock.at(FIRST_DAY + timedelta(hours=7)):
        press(client, webinar, "hold", base)
        press(client, webinar, "draft_lessons", base)
        drafted = Event.rows.get()
        press(client, webinar, "lessons", base, version=drafted.version, lessons_fr=drafted.lessons["fr"] + " Voilà.")
        press(client, webinar, "publish_lessons", base)
        public = client.get(f"/webinaires/{webinar.code}").content.decode()

    assert (opened.status_code, early.status_code, Event.rows.get().state) == (200, 409, "documented")
    assert [words for words in ("Entre pairs", "Le département.", "Voilà.") if words not in public] == []
    assert Question.rows.get().translation == {"en": "Who pays?"}


def test_moderator_changes_parts_and_lines_on_the_page(client, webinar, moderator):
    part = ProgrammeItemFactory(event=webinar, starts_at=None, is_choice=False, minutes=40, name={"fr": "Entre pairs"})
    RunSheetLineFactory(event=webinar, minute=0, what={"fr": "Accueil"})
    RunSheetLineFactory(event=webinar, minute=40, what={"fr": "Questions"})
    base = "/espace/o-tunis/rencontres"

    statuses = [
        press(
            client, webinar, "change_part", base, code=part.code, kind="workshop", minutes="30", name_fr="Atelier"
        ).status_code,
        press(client, webinar, "change_line", base, code="40", minute="45", what_fr="Débat").status_code,
        press(client, webinar, "change_line", base, code="7", minute="45", what_fr="Débat").status_code,
        press(client, webinar, "change_part", base, code="ailleurs", kind="workshop", minutes="3").status_code,
    ]
    refused = press(client, webinar, "change_line", base, code="45", minute="0", what_fr="Débat long")

    part.refresh_from_db()
    assert (statuses, refused.status_code) == ([302, 302, 404, 404], 422)
    assert "Débat long" in refused.content.decode()
    assert (part.kind, part.minutes, part.name) == ("workshop", 30, {"fr": "Atelier"})
    assert list(webinar.run_sheet.order_by("minute").values_list("minute", "what__fr")) == [
        (0, "Accueil"),
        (45, "Débat"),
    ]


def test_each_session_is_moved_in_its_own_zone_and_the_series_chosen(client, officer, webinar):
    together = SeriesFactory(committee=webinar.committee, project={"fr": "Deux rives"})
    date = {"language": "en", "day": "2026-06-18", "starts": "15:00", "ends": "16:30", "zone": "Africa/Tunis"}
    note = {
        "version": webinar.version,
        "name_fr": "Tutelle",
        "objectives_fr": "Entendre",
        "format_fr": "Deux temps",
        "audience_fr": "Les services",
        "context_fr": "Ils arrivent seuls",
        "access": "public",
        "confidentiality": "public",
        "zone": "Europe/Paris",
        "series": together.code,
    }

    moved = press(client, webinar, "date", **date)
    unknown = press(client, webinar, "date", **(date | {"zone": "Tunis"}))
    written = press(client, webinar, "note", **note)
    office = client.get(f"/bureau/rencontres/{webinar.code}").content.decode()
    public = client.get(f"/webinaires/{webinar.code}").content.decode()
    series_page = client.get(f"/webinaires/series/{together.code}").content.decode()

    english = webinar.occurrences.get(language="en")
    assert (moved.status_code, unknown.status_code, written.status_code) == (302, 422, 302)
    assert (english.zone, english.starts_at.isoformat()) == ("Africa/Tunis", "2026-06-18T14:00:00+00:00")
    told = ("Entendre", "Deux temps", "Les services", "Ils arrivent seuls", "Villes et migrations")
    assert [words for words in told if words not in office or words not in public] == []
    shown = ("15\u00a0h", "heure de Tunis", "heure de Paris", "1\u00a0h\u00a030", "tous les services", "Deux rives")
    assert [words for words in shown if words not in public] == []
    assert [words for words in ("Tutelle", "heure de Tunis", "Deux rives") if words not in series_page] == []


def test_a_document_is_removed_from_the_page(client, officer, webinar, house):
    paper = files.keep(b"%PDF-1.7", label="supports.pdf", kind="pdf", organisation=house, by=officer)
    webinar.files.add(paper)
    Event.rows.update(state="held")
    page = f"/bureau/rencontres/{webinar.code}"

    before = "supports.pdf" in client.get(page).content.decode()
    done = press(client, webinar, "drop_document", code=paper.code)

    assert (before, done.status_code) == (True, 302)
    assert "supports.pdf" not in client.get(page).content.decode()
    assert client.get(f"/webinaires/{webinar.code}/documents/{paper.code}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_its_page_asks_a_fixed_number_of_questions(client, officer, webinar, count, django_assert_num_queries):
    for number in range(count):
        ProgrammeItemFactory(event=webinar, starts_at=None, is_choice=False, position=number)
        RunSheetLineFactory(event=webinar, minute=number)
        EventPersonFactory(event=webinar)
    client.get(f"/bureau/rencontres/{webinar.code}")

    with django_assert_num_queries(20):
        client.get(f"/bureau/rencontres/{webinar.code}")


# Series --------------------------------------------------------------------------------------------------------------
def test_a_series_is_made_and_changed_in_the_office(client, officer, webinar):
    made = client.post("/bureau/rencontres/series", {"name_fr": "Villes qui accueillent", "project_fr": "Deux rives"})
    empty = client.post("/bureau/rencontres/series", {"name_fr": " "})
    page = "/bureau/rencontres/series/villes-qui-accueillent"
    changed = client.post(page, {"name_fr": "Accueillir", "summary_fr": "Un webinaire par saison"})

    series = Series.objects.get()
    assert (made.status_code, empty.status_code, changed.status_code) == (302, 422, 302)
    assert (series.name, series.project, series.summary) == (
        {"fr": "Accueillir"},
        {},
        {"fr": "Un webinaire par saison"},
    )
    assert "Accueillir" in client.get(page).content.decode()
    assert "Accueillir" in client.get("/bureau/rencontres/series").content.decode()


def test_another_committee_s_series_is_not_there(client, officer):
    other = SeriesFactory(committee=OrganisationFactory(committee=True, code="o-other"))

    answer = client.post(f"/bureau/rencontres/series/{other.code}", {"name_fr": "À moi"})

    other.refresh_from_db()
    assert (answer.status_code, other.name["fr"]) == (404, "Villes et migrations")
    assert other.code not in client.get("/bureau/rencontres/series").content.decode()


def test_the_page_of_a_series_shows_no_draft_and_none_by_invitation(client, house):
    together = SeriesFactory(committee=house)
    shown = {"published": "Annoncé", "draft": "Brouillon", "held": "Tenu"}
    for state, name in shown.items():
        OccurrenceFactory(event=EventFactory(committee=house, series=together, state=state, name={"fr": name}))
    guests = EventFactory(committee=house, series=together, access="invitation", name={"fr": "Invités"})
    OccurrenceFactory(event=guests)

    with clock.at(IN_TIME):
        page = client.get(f"/webinaires/series/{together.code}").content.decode()

    assert [name for name in ("Annoncé", "Brouillon", "Tenu", "Invités") if name in page] == ["Annoncé", "Tenu"]
    assert client.get("/webinaires/series/rien").status_code == 404


def test_a_series_is_public_with_the_first_of_its_webinars_anyone_may_read_about(client, house, officer):
    together = SeriesFactory(committee=house)
    public, office = f"/webinaires/series/{together.code}", f"/bureau/rencontres/series/{together.code}"
    prepared = EventFactory(committee=house, series=together, state="draft")
    OccurrenceFactory(event=prepared)
    Host.objects.create(event=prepared, organisation=house, role="lead")
    OccurrenceFactory(event=EventFactory(committee=house, series=together, access="invitation"))

    with clock.at(IN_TIME):
        before = (client.get(public).status_code, public in client.get(office).content.decode())
        meetings.publish(prepared.pk, by=officer)
        after = (client.get(public).status_code, public in client.get(office).content.decode())

    assert (before, after) == ((404, False), (200, True))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_series_asks_a_fixed_number_of_questions(client, house, count, django_assert_num_queries):
    together = SeriesFactory(committee=house)
    for _number in range(count):
        OccurrenceFactory(event=EventFactory(committee=house, series=together))

    with clock.at(IN_TIME), django_assert_num_queries(5):
        client.get(f"/webinaires/series/{together.code}")


@pytest.mark.parametrize("verb", ["publish", "note", "date", "host", "abroad", "person", "document", "drop_document"])
def test_moderator_prepares_nothing(client, webinar, moderator, verb):
    answer = press(client, webinar, verb, "/espace/o-tunis/rencontres")

    assert answer.status_code == 404


def test_webinar_one_does_not_moderate_is_not_in_ones_workspace(client, webinar):
    town = OrganisationFactory()
    signing_in.sign_in(client, PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR)]))

    statuses = [
        client.get(f"/espace/{town.code}/rencontres/{webinar.code}").status_code,
        press(client, webinar, "fill", f"/espace/{town.code}/rencontres").status_code,
    ]

    assert (statuses, Letter.objects.count()) == ([404, 404], 0)


def test_what_nobody_can_do_yet_is_not_shown(client, officer, webinar):
    """Nobody is registered to a draft, nobody asks it anything; no meeting was held before it begins."""
    draft = EventFactory(committee=officer.committees_as()[0], state="draft")
    ahead, hold = f"/bureau/rencontres/{webinar.code}", f"{webinar.code}/faire/hold"

    prepared = client.get(f"/bureau/rencontres/{draft.code}").content.decode()
    before = client.get(ahead).content.decode()
    with clock.at(FIRST_DAY + timedelta(hours=6)):
        signing_in.sign_in(client, officer)
        after = client.get(ahead).content.decode()

    assert [f'id="{part}"' in prepared for part in ("dates", "note", "sheet", "questions")] == [True, True, True, False]
    assert prepared.index('id="dates"') < prepared.index('id="sheet"')
    assert before.index('id="sheet"') < before.index('id="questions"') < before.index('id="dates"')
    assert (hold in before, hold in after) == (False, True)
