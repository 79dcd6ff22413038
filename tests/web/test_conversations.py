"""The conversation of an application on its pages: the city's, the office's, the committee's own notes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import threads
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.queries import conversations
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.factories.mandates import IN_TIME, ApplicationFactory
from tests.mandates.office import committee, works_as
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def application():
    return ApplicationFactory()


@pytest.fixture
def editor(application):
    person = PersonFactory(name="Aya Préau")
    MembershipFactory(person=person, organisation=application.organisation, role=Role.CITY_EDITOR)
    return person


@pytest.fixture
def officer(application):
    return works_as(Role.PROGRAMME_OFFICER, committee(), name="Bo Cour")


def as_(client, person):
    sign_in(client, person)
    return client


def city(application):
    return f"/espace/{application.organisation.code}/candidature/echanges"


def office(application):
    return f"/bureau/candidatures/{application.code}/echanges"


def test_city_asks_and_the_team_answers_with_a_file(client, application, editor, officer):
    asked = as_(client, editor).post(city(application), {"text": "Faut-il un vote ?", "language": "fr"})
    file = SimpleUploadedFile("modele.csv", b"a,b\n1,2\n")
    answered = as_(client, officer).post(
        office(application), {"text": "Voici un modèle.", "language": "fr", "upload": file}
    )
    page = as_(client, editor).get(city(application)).content.decode()
    given = threads.files_of(conversations.reference_with_city(application), editor).get()
    taken = client.get(f"{city(application)}/fichiers/{given.code}")

    assert (asked.status_code, answered.status_code) == (302, 302)
    assert page.index("Faut-il un vote ?") < page.index("Voici un modèle.")
    assert f'href="{city(application)}/fichiers/{given.code}"' in page
    assert b"".join(taken.streaming_content) == b"a,b\n1,2\n"


def test_message_that_was_refused_is_still_in_its_box(client, application, editor):
    file = SimpleUploadedFile("modele.exe", b"MZ")

    response = as_(client, editor).post(city(application), {"text": "Notre budget.", "language": "fr", "upload": file})

    assert response.status_code == 422
    assert "Notre budget." in response.content.decode()


def test_page_leads_to_the_conversation_and_to_the_notes(client, application, editor, officer):
    type(application).rows.filter(pk=application.pk).update(state="submitted", submitted_at=IN_TIME)

    own = as_(client, editor).get(f"/espace/{application.organisation.code}/candidature").content.decode()
    theirs = as_(client, officer).get(f"/bureau/candidatures/{application.code}").content.decode()

    assert f'href="{city(application)}"' in own
    assert f'href="{office(application)}"' in theirs
    assert f'href="/bureau/candidatures/{application.code}/notes"' in theirs


def test_notes_are_nowhere_on_the_city_s_page(client, application, editor, officer):
    type(application).rows.filter(pk=application.pk).update(state="submitted", submitted_at=IN_TIME)
    notes = f"/bureau/candidatures/{application.code}/notes"

    as_(client, officer).post(notes, {"text": "Budget à vérifier.", "language": "fr"})
    shown = client.get(notes).content.decode()
    said_with_city = client.get(office(application)).content.decode()
    own = as_(client, editor).get(city(application)).content.decode()

    assert "Budget à vérifier." in shown
    assert "La ville ne lit jamais cette page." in shown
    assert "Budget à vérifier." not in said_with_city
    assert "Budget à vérifier." not in own
    assert as_(client, editor).get(notes).status_code == 404
