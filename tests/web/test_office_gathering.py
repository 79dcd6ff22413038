"""The gathering in the office: prepared, invited, the door that survives a poor network, badges, declarations."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from marelle.accounts import files
from marelle.accounts.states import Role
from marelle.base import clock, qr_codes
from marelle.base.models import Job
from marelle.events.models import Declaration, Event, Registration
from marelle.events.queries import gatherings as queries
from tests import signing_in
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    CLOSES,
    FIRST_DAY,
    IN_TIME,
    OPENS,
    ComfortFactory,
    DeclarationFactory,
    EventFactory,
    HostFactory,
    InvitationFactory,
    NeedFactory,
    OccurrenceFactory,
    ParticipantFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
)
from tests.factories.library import PracticeTextFactory
from tests.factories.mandates import MandateFactory

pytestmark = pytest.mark.django_db
ROOT = "/bureau/rencontres/nationales"


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(client, house):
    person = PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])
    signing_in.sign_in(client, person)
    client.get("/bureau/")
    return person


@pytest.fixture
def event(house):
    found = EventFactory(gathering=True, committee=house)
    OccurrenceFactory(event=found, ends_at=FIRST_DAY + timedelta(hours=34))
    HostFactory(event=found, organisation=house, role="lead")
    ProgrammeItemFactory(event=found)
    return found


def expected(event, name="Aya Ben", **more):
    participant = ParticipantFactory(name=name, organisation=OrganisationFactory(name="Bourg-la-Porte"))
    return RegistrationFactory(occurrence=event.occurrences.get(), participant=participant, **more)


TYPED = {
    "year": "2026",
    "name_fr": "Rencontre nationale",
    "name_en": "National gathering",
    "objectives_fr": "Apprendre les unes des autres",
    "starts_on": "2026-06-18",
    "starts_hour": "09:00",
    "ends_on": "2026-06-19",
    "ends_hour": "17:00",
    "zone": "Europe/Paris",
    "place": "Strasbourg",
    "opens_on": "2026-04-01",
    "opens_hour": "09:00",
    "closes_on": "2026-06-10",
    "closes_hour": "12:00",
}
ITEM = {
    "kind": "workshop",
    "name_fr": "Atelier du matin",
    "on": "2026-06-18",
    "at": "09:30",
    "minutes": "90",
    "level": "any",
    "is_choice": "on",
    "capacity": "30",
    "speakers": "Lina Cerise, urbaniste\nOmar Prune",
}


def test_a_gathering_is_prepared_page_after_page(client, officer):
    made = client.post(f"{ROOT}/nouvelle", TYPED)
    event = Event.rows.get()
    written = client.post(f"{ROOT}/{event.code}/programme/nouveau", ITEM)
    announced = client.post(f"{ROOT}/{event.code}/etape/annoncer")
    shown = client.get(f"{ROOT}/{event.code}")

    event.refresh_from_db()
    item = event.items.get()
    assert [made.status_code, written.status_code, announced.status_code, shown.status_code] == [302, 302, 302, 200]
    assert (event.state, event.registration_closes_at) == ("published", CLOSES)
    assert (item.starts_at, item.capacity) == (FIRST_DAY + timedelta(minutes=30), 30)
    assert [(role.name, role.title) for role in item.roles.order_by("position")] == [
        ("Lina Cerise", "urbaniste"),
        ("Omar Prune", ""),
    ]


def test_organisations_and_rooms_are_added_on_its_page(client, officer, event):
    item = event.items.get()
    partner = OrganisationFactory(code="o-partner", name="Réseau ami", partner=True)
    base = f"{ROOT}/{event.code}/preparer"

    statuses = [
        client.post(f"{base}/host", {"organisation": partner.code, "role": "co_organiser"}).status_code,
        client.post(
            f"{base}/abroad", {"name": "Sousse", "country": "TN", "kind": "commune", "role": "partner"}
        ).status_code,
        client.post(f"{base}/room", {"name": "Salle Rose", "capacity": "40"}).status_code,
        client.post(f"{base}/room", {"name": "Salle Bleue", "capacity": ""}).status_code,
        client.post(f"{base}/publish").status_code,
    ]
    page = client.get(f"{ROOT}/{event.code}").content.decode()
    item_page = client.get(f"{ROOT}/{event.code}/programme/{item.code}").content.decode()
    client.post(f"{base}/drop_room", {"code": "Salle Rose"})
    client.post(f"{base}/drop_host", {"code": partner.code})

    assert statuses == [302, 302, 302, 422, 404]
    assert [words for words in ("Réseau ami", "Sousse", "Salle Rose") if words not in page] == []
    assert "Salle Rose (40)" in item_page
    assert (event.rooms.count(), event.hosts.count()) == (0, 2)


def test_a_need_taken_up_waits_for_its_hour_and_says_where_it_comes_from(client, officer, house):
    draft = EventFactory(gathering=True, committee=house, state="draft")
    OccurrenceFactory(event=draft, ends_at=FIRST_DAY + timedelta(hours=34))
    need = NeedFactory(committee=house, name="Trouver des tuteurs")

    client.post(f"/bureau/rencontres/besoins/{need.code}/reprendre", {"meeting": draft.code})
    item = draft.items.get()
    page = client.get(f"{ROOT}/{draft.code}").content.decode()
    item_page = client.get(f"{ROOT}/{draft.code}/programme/{item.code}").content.decode()

    assert f'/programme/{item.code}"' in page
    assert f"/bureau/rencontres/besoins/{need.code}" in item_page


def test_a_document_of_the_proceedings_is_taken_away(client, officer, event, house):
    item = event.items.get()
    paper = files.keep(b"%PDF-1.7", label="actes.pdf", kind="pdf", organisation=house, by=officer)
    item.files.add(paper)
    Event.rows.update(state="documented")
    page, public = f"{ROOT}/{event.code}/programme/{item.code}/actes", f"/rencontre/2026/{item.code}"

    before = ["actes.pdf" in client.get(address).content.decode() for address in (page, public)]
    done = client.post(page, {"drop": paper.code})

    after = ["actes.pdf" in client.get(address).content.decode() for address in (page, public)]
    assert (before, done.status_code, after) == ([True, True], 302, [False, False])


def test_cancelling_without_a_reason_is_asked_again_on_the_page(client, officer, event):
    answer = client.post(f"{ROOT}/{event.code}/annuler", {"because": " "})

    event.refresh_from_db()
    assert (answer.status_code, b"faults-title" in answer.content, event.state) == (422, True, "published")


@pytest.mark.parametrize(
    "changed", [{"zone": "Paris"}, {"name_fr": ""}, {"ends_on": "2026-06-17"}, {"closes_on": "2026-07-10"}]
)
def test_what_cannot_be_kept_is_said_on_the_form(client, officer, changed):
    answer = client.post(f"{ROOT}/nouvelle", TYPED | changed)

    assert (answer.status_code, Event.rows.count()) == (422, 0)
    assert b"faults-title" in answer.content


def test_changing_shows_what_stands_and_keeps_it(client, officer, event):
    page = client.get(f"{ROOT}/{event.code}/modifier").content.decode()

    assert 'value="2026-06-18"' in page
    answer = client.post(f"{ROOT}/{event.code}/modifier", TYPED | {"place": "Lyon"})
    event.refresh_from_db()
    assert (answer.status_code, event.place) == (302, "Lyon")


def test_pages_ask_the_same_number_of_questions_for_one_and_for_three(
    client, officer, event, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(path):
        with CaptureQueriesContext(connection) as queries_asked:
            assert client.get(f"{ROOT}/{event.code}{path}").status_code == 200
        return len(queries_asked)

    paths = ["", "/reponses", "/accueil", "/participants", "/emargement"]
    for _n in range(1):
        InvitationFactory(event=event)
        expected(event)
    one = [asked(path) for path in paths]
    for n in range(2):
        InvitationFactory(event=event)
        expected(event, name=f"Bo {n}")
        ProgrammeItemFactory(event=event)

    assert [asked(path) for path in paths] == one


def test_the_press_that_invites_asks_the_worker_once(client, officer, house, event):
    MandateFactory(agreement__application__call__committee=house)

    for _click in range(2):
        client.post(f"{ROOT}/{event.code}/etape/inviter", {"form_key": "one"})

    assert list(Job.objects.values_list("task", flat=True)) == ["invite_network"]


def test_replies_are_a_table_and_a_file(client, officer, event):
    for reply in ("comes", "silent"):
        InvitationFactory(event=event, reply=reply, replied_at=IN_TIME)

    page = client.get(f"{ROOT}/{event.code}/reponses").content.decode()
    file = client.get(f"{ROOT}/{event.code}/reponses?format=csv").content.decode()

    assert page.count("<tr>") == 3
    assert sorted(line.split(",")[1] for line in file.splitlines()[1:]) == ["comes", "silent"]


# The door ------------------------------------------------------------------------------------------------------------
def test_a_badge_is_checked_in_by_its_code_and_twice_is_once(client, officer, event):
    aya = expected(event)

    answers = [client.post(f"{ROOT}/{event.code}/accueil", {"code": aya.code}) for _press in range(2)]

    aya.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (aya.state, aya.present_at) == ("present", IN_TIME)


def test_the_script_of_the_door_hears_a_name_each_time_it_sends_again(client, officer, event):
    aya = expected(event)
    sent = {"code": aya.code, "form_key": "a-press"}

    answers = [
        client.post(f"{ROOT}/{event.code}/accueil", sent, headers={"X-Requested-With": "fetch"}) for _try in range(3)
    ]
    unknown = client.post(f"{ROOT}/{event.code}/accueil", {"code": "none"}, headers={"X-Requested-With": "fetch"})

    heard = {"sentence": "Aya Ben, Bourg-la-Porte\xa0: présent·e.", "code": aya.code}
    assert [answer.json()["code"] for answer in answers] == [heard["code"]] * 3
    assert (unknown.status_code, "sentence" in unknown.json()) == (422, True)
    assert Registration.rows.filter(state="present").count() == 1


def test_people_are_found_by_name_and_by_organisation(client, officer, event):
    expected(event)
    expected(event, name="Bo Lune")

    def found(words):
        page = client.get(f"{ROOT}/{event.code}/accueil?q={words}").content.decode()
        return [name for name in ("Aya Ben", "Bo Lune") if f"<strong>{name}</strong>" in page]

    assert [found(words) for words in ("aya", "porte", "nobody")] == [["Aya Ben"], ["Aya Ben", "Bo Lune"], []]


def test_who_gave_their_place_back_is_not_let_in(client, officer, event):
    gone = expected(event, state="cancelled", cancelled_at=IN_TIME)

    answer = client.post(f"{ROOT}/{event.code}/accueil", {"code": gone.code})

    gone.refresh_from_db()
    assert (answer.status_code, gone.state) == (409, "cancelled")


def test_badges_are_one_pdf_with_every_name(client, officer, event):
    names = [f"Personne {n:02d}" for n in range(20)]
    for name in names:
        expected(event, name=name)

    answer = client.get(f"{ROOT}/{event.code}/badges.pdf")

    reader = PdfReader(io.BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert answer["Content-Type"] == "application/pdf"
    assert [name for name in names if name not in text] == []


def test_the_qr_code_of_a_badge_opens_the_door_at_its_person(client, officer, event):
    aya = expected(event)
    drawing = qr_codes.printed(
        f"https://marelle.example/bureau/rencontres/nationales/{event.code}/accueil?code={aya.code}"
    )

    page = client.get(f"{ROOT}/{event.code}/accueil?code={aya.code}").content.decode()

    assert drawing.startswith("<svg")
    assert f'value="{aya.code}"' in page
    assert "<strong>Aya Ben</strong>" in page


def test_what_people_need_is_read_by_the_team(client, officer, event):
    ComfortFactory(registration=expected(event), dietary="sans gluten", access="boucle magnétique")

    file = client.get(f"{ROOT}/{event.code}/participants?format=csv").content.decode()

    assert "sans gluten,boucle magnétique" in file


# What came out of it -------------------------------------------------------------------------------------------------
def test_proceedings_are_written_then_published(client, officer, event):
    item = event.items.get()
    Event.rows.filter(pk=event.pk).update(state="held")

    client.post(f"{ROOT}/{event.code}/programme/{item.code}/actes", {"outcome_fr": "Décidé ensemble."})
    client.post(f"{ROOT}/{event.code}/etape/actes")

    assert "Décidé ensemble." in client.get(f"/rencontre/2026/{item.code}").content.decode()


def test_a_practice_is_shown_on_a_stall_by_its_address(client, officer, event):
    stall = ProgrammeItemFactory(event=event, kind="market", is_choice=False)
    words = PracticeTextFactory(name="La rue aux enfants")

    answer = client.post(
        f"{ROOT}/{event.code}/programme/{stall.code}/pratique",
        {"practice": f"https://marelle.example/pratiques/{words.practice.code}"},
    )

    assert answer.status_code == 302
    assert queries.market([stall])[0].practices == [("La rue aux enfants", f"/pratiques/{words.practice.code}")]


def test_a_declaration_is_written_opened_and_then_only_read(client, officer, event):
    typed = {"name_fr": "Déclaration", "text_fr": "Nous nous engageons.", "closes_on": "2026-06-30"}

    written = client.post(f"{ROOT}/{event.code}/declarations/nouvelle", typed)
    declaration = Declaration.rows.get()
    client.post(f"{ROOT}/{event.code}/declarations/{declaration.code}/ouvrir")
    page = client.get(f"{ROOT}/{event.code}/declarations/{declaration.code}").content.decode()

    declaration.refresh_from_db()
    assert written.status_code == 302
    assert declaration.fingerprint in page
    assert 'name="text_fr"' not in page


# Who may not ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ANALYST, Role.BOARD_MEMBER])
def test_other_roles_of_the_committee_are_told_no(client, house, event, role):
    signing_in.sign_in(client, PersonFactory(roles=[(house, role)]))

    assert client.get(f"{ROOT}/{event.code}").status_code == 403


def test_the_team_of_another_committee_sees_nothing(client, event):
    other = OrganisationFactory(kind="committee", code="o-other")
    signing_in.sign_in(client, PersonFactory(roles=[(other, Role.PROGRAMME_ADMINISTRATOR)]))
    declaration = DeclarationFactory(event=event)

    paths = [
        "",
        "/modifier",
        "/reponses",
        "/accueil",
        "/participants",
        "/badges.pdf",
        f"/declarations/{declaration.code}",
    ]
    answers = [client.get(f"{ROOT}/{event.code}{path}").status_code for path in paths]
    acts = [client.post(f"{ROOT}/{event.code}{path}").status_code for path in ("/inviter", "/relancer", "/annuler")]

    assert (set(answers), set(acts), Job.objects.count()) == ({404}, {404}, 0)


def test_a_light_session_proves_itself_before_it_reads_people(client, house, event):
    signing_in.sign_in(client, PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)]), proof="code")

    answers = [
        client.get(f"{ROOT}/{event.code}/{path}") for path in ("reponses", "accueil", "participants", "badges.pdf")
    ]

    assert [answer["Location"].partition("?")[0] for answer in answers] != []
    assert {answer.status_code for answer in answers} == {302}
    assert OPENS < IN_TIME
