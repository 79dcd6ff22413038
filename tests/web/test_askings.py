"""The pages of a question asked of a colleague: the city's, and the one the link opens."""

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Answer, Asking
from marelle.mandates.operations import askings as operations
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.factories.mandates import IN_TIME, ApplicationFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
KEY = "presentation.summary"


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def ada():
    person = PersonFactory(name="Ada Préau")
    MembershipFactory(person=person, organisation=ApplicationFactory().organisation, role=Role.CITY_EDITOR)
    return person


def home(person):
    return f"/espace/{person.memberships.get().organisation.code}/candidature/collegues"


def asked(ada):
    application = ada.memberships.get().organisation.applications.get()
    return operations.ask(application.pk, KEY, whom="Service jeunesse", email="jeunesse@ville.example", by=ada)


def test_question_is_asked_answered_and_taken_up(client, ada):
    sign_in(client, ada)
    sent = client.post(home(ada), {"key": KEY, "whom": "Service jeunesse", "email": "jeunesse@ville.example"})
    asking = Asking.rows.get()
    link = next(m.message for m in client.get(home(ada)).context["messages"]).rpartition(" ")[2]
    client.logout()

    opened = client.get(link)
    thanked = client.post(link, {"words": "Trois cents enfants."}, follow=True)
    cookies = dict(client.cookies)
    sign_in(client, ada)
    waiting = client.get(home(ada)).content.decode()
    client.post(f"{home(ada)}/{asking.code}", {"act": "take_up"})

    assert sent.status_code == 302
    assert opened["Cache-Control"] == "no-store"
    assert "Ada Préau" in opened.content.decode()
    assert "Vos collègues ont votre réponse." in thanked.content.decode()
    assert "sessionid" not in {name for name, cookie in cookies.items() if cookie.value}
    assert "Trois cents enfants." in waiting
    assert Answer.rows.get(key=KEY).value == "Trois cents enfants."


def test_link_shows_one_question_and_nothing_else_of_the_dossier(client, ada):
    application = ada.memberships.get().organisation.applications.get()
    Answer.rows.create(
        application=application, key="presentation.reasons", value="SECRET", edited_by=ada, edited_at=IN_TIME
    )
    _asking, secret = asked(ada)

    page = client.get(f"/question/{secret}").content.decode()

    assert "SECRET" not in page
    assert "noindex" in page


def test_words_that_were_refused_stay_in_the_box(client, ada):
    _asking, secret = asked(ada)

    refused = client.post(f"/question/{secret}", {"words": "x" * 6001})

    assert refused.status_code == 422
    assert "x" * 6001 in refused.content.decode()


def test_link_invented_or_ended_is_no_page(client, ada):
    asking, secret = asked(ada)
    operations.set_aside(asking.pk, by=ada)

    assert [client.get(f"/question/{word}").status_code for word in ("invente", secret)] == [404, 404]


def test_page_of_a_section_leads_to_its_own_questions(client, ada):
    sign_in(client, ada)
    section = client.get(home(ada).replace("collegues", "presentation")).content.decode()
    asks = client.get(f"{home(ada)}?page=presentation").content.decode()

    assert f'href="{home(ada)}?page=presentation"' in section
    assert f'<option value="{KEY}" selected>' in asks
