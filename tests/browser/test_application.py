"""Writing an application in a browser: what is typed saves itself, two people meet, the plan grows without a mouse."""

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.framework.operations import freeze_framework
from marelle.mandates.models import Answer, Application
from tests.factories.accounts import PersonFactory
from tests.factories.framework import DemonstrationFramework
from tests.factories.mandates import IN_TIME, AnswerFactory, ApplicationFactory, CallFactory
from tests.factories.plans import ObjectiveFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def application():
    clock.start_at(IN_TIME)
    framework = freeze_framework(DemonstrationFramework().pk, at=IN_TIME)
    yield ApplicationFactory(call=CallFactory(framework=framework))
    clock._shift = None


@pytest.fixture
def officer(application):
    return PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])


@pytest.fixture
def window(open_page, client, server):
    """A window in which `person` has signed in."""

    def opened(person, **options):
        page = open_page(**options)
        cookie = sign_in(client, person).cookies["marelle"]
        page.context.add_cookies([{"name": "marelle", "value": cookie.value, "url": server.url}])
        return page

    return opened


def test_what_is_typed_saves_itself(window, application, officer):
    page = window(officer)
    page.goto(f"/espace/{application.organisation.code}/candidature/presentation")

    page.get_by_label("Votre territoire et ses enfants").fill("Un bourg de 4 000 habitants.")
    page.get_by_text("Enregistré à").wait_for()

    assert Answer.rows.get(key="presentation.summary").value == "Un bourg de 4 000 habitants."
    assert Application.rows.get().state == "draft"


def test_two_people_meet_and_one_click_settles_it(window, application, officer):
    answer = AnswerFactory(application=application, value="Avant.")
    page = window(officer)
    page.goto(f"/espace/{application.organisation.code}/candidature/presentation")
    Answer.rows.filter(pk=answer.pk).update(value="Le texte de Dominique.", version=2)

    page.get_by_label("Votre territoire et ses enfants").fill("Mon texte.")
    page.get_by_role("button", name="Garder mon texte").click()
    page.get_by_text("Enregistré.").first.wait_for()

    answer.refresh_from_db()
    assert answer.value == "Mon texte."


def test_the_plan_grows_by_keyboard(window, application, officer):
    page = window(officer)
    page.goto(f"/espace/{application.organisation.code}/candidature/plan#bien-etre")

    place = page.locator("#bien-etre")
    place.get_by_text("Ajouter un objectif").focus()
    page.keyboard.press("Enter")
    place.get_by_label("ou avec vos mots").focus()
    page.keyboard.type("Aller à l’école sans danger")
    page.keyboard.press("Enter")
    page.get_by_text("est dans votre plan").wait_for()

    assert list(application.plan.objectives.values_list("name", flat=True)) == ["Aller à l’école sans danger"]


def test_a_long_objective_is_read_whole_on_a_telephone(window, application, officer):
    """The box of an objective grows with its words; the line break of a hurried thumb is a space."""
    domain = application.call.framework.domains.first()
    objective = ObjectiveFactory(plan=application.plan, domain=domain, name="Court")
    page = window(officer, width=320)
    page.goto(f"/espace/{application.organisation.code}/candidature/plan")
    box = page.locator(f'[id="objective.{objective.code}.name"]')
    short = box.bounding_box()["height"]

    box.fill("Que chaque enfant aille à l’école à pied ou à vélo, sans danger,\nquelle que soit sa rue et son âge.")
    page.get_by_text("Enregistré à").first.wait_for()

    assert short == 48
    assert box.evaluate("(box) => box.scrollHeight - box.clientHeight") == 0
    assert box.bounding_box()["height"] > 2 * short
    objective.refresh_from_db()
    assert objective.name.endswith("sans danger, quelle que soit sa rue et son âge.")
