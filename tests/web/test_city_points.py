"""An application after its handing-in: what the city reads and does, what the office reads; one road, both sides."""

from datetime import timedelta

import pytest
from django.test import Client

from marelle.accounts.models import PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.idempotency import new_key
from marelle.mandates.models import Application, HandIn
from marelle.mandates.operations import reviews
from marelle.mandates.operations.applications import submit_application
from marelle.plans.operations import writing as plans
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import CLOSES, IN_TIME, ApplicationFactory, DecisionFactory
from tests.factories.points import PointFactory
from tests.isolation.canaries import text_of
from tests.mandates.office import works_as
from tests.mandates.test_points import ABOUT_CHILDREN, IN_PLAN, LATER, Scene
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
SPACE = "/espace/67447/candidature"


def reading(person, address) -> str:
    """What a page says to someone."""
    return text_of(sign_in(Client(), person).get(address))


@pytest.fixture
def on_probation():
    scene = Scene()
    scene.put_on_probation(ABOUT_CHILDREN, IN_PLAN)
    return scene


def test_city_on_probation_reads_why_what_and_until_when(on_probation):
    with clock.at(LATER):
        page = reading(on_probation.lead, SPACE)

    for words in (
        "Période probatoire.",
        "Un bon projet, à compléter.",
        "il faut répondre aux conditions jusqu’au 15 octobre 2026, ce jour compris",
        "Dites combien d’enfants.",
        "Chiffrez chaque action.",
        "L’histoire de cette candidature",
        "Décision du conseil d’administration",
    ):
        assert words in page
    assert f"{SPACE}/retirer" not in page


def test_what_no_condition_names_is_read_only(on_probation):
    """The presentation is written, the team is read, and says why."""
    with clock.at(LATER):
        pages = [reading(on_probation.lead, f"{SPACE}/{part}") for part in ("presentation", "equipe-projet")]

    assert ["<textarea" in page or "<input" in page.partition("<main")[2] for page in pages] == [True, False]
    assert "Aucune condition ne porte sur cette partie" in pages[1]


def test_condition_is_ticked_on_the_page_whatever_the_clicks(on_probation):
    point = on_probation.application.points.in_order().first()
    client = sign_in(Client(), on_probation.lead)
    sent = {"answer": "812 enfants.", "form_key": new_key()}

    with clock.at(LATER):
        answers = [client.post(f"{SPACE}/points/{point.code}", sent) for _click in range(2)]
        page = reading(on_probation.lead, SPACE)

    point.refresh_from_db()
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, SPACE)] * 2
    assert (point.answer, point.done_at) == ("812 enfants.", LATER)
    assert "812 enfants." in page


def test_handing_in_twice_from_one_page_is_one_handing_in(on_probation):
    """A double click, and a replay an hour later."""
    with clock.at(LATER):
        on_probation.tick_all()
    client = sign_in(Client(), on_probation.lead)
    sent = {"exact": "on", "form_key": new_key()}

    answers = []
    for at in (LATER, LATER, LATER + timedelta(minutes=20)):
        with clock.at(at):
            answers.append(client.post(f"{SPACE}/depot", sent))

    assert [a.get("Location") for a in answers] == [f"{SPACE}/recu"] * 3
    assert (on_probation.now().state, HandIn.objects.count()) == ("under_review", 2)


@pytest.mark.parametrize("who", ["officer", "board"])
def test_what_the_city_says_of_a_point_is_its_own_until_handed_in(on_probation, who):
    """Nor whether it has ticked it."""
    point = on_probation.application.points.in_order().first()
    address = f"/bureau/candidatures/{on_probation.application.code}"
    point.answer, point.done_at, point.done_by = "ecritensuite", LATER, on_probation.lead
    point.save()

    with clock.at(LATER):
        before = reading(getattr(on_probation, who), address)
    point.handed_in_at = LATER
    point.save()
    with clock.at(LATER):
        after = reading(getattr(on_probation, who), address)

    assert ["ecritensuite" in before, "coché par la ville" in before] == [False, False]
    assert ["ecritensuite" in after, "coché par la ville" in after] == [True, True]


def test_story_tells_the_city_nothing_of_the_committee():
    """Neither who read it, nor the opinion, nor who decided."""
    scene = Scene(submitted=True)
    with clock.at(IN_TIME):
        reviews.admit(scene.pk, by=scene.officer)
        reviews.assign_reader(scene.pk, scene.reader, by=scene.officer)
    DecisionFactory(application=scene.application, confirmed_by=scene.board)

    own = reading(scene.lead, SPACE)
    office = reading(scene.officer, f"/bureau/candidatures/{scene.application.code}")

    inside = [scene.reader.name, scene.officer.name, scene.board.name, "a attribué", "opinion"]
    assert [words for words in inside if words in own.partition("L’histoire de cette candidature")[2]] == []
    assert "Jugée complète" in own
    assert scene.officer.name in office.partition("L’histoire de cette candidature")[2]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("submitted", "Le comité vérifie que rien ne manque."),
        ("under_review", "Elle est en lecture."),
        ("declined", "Vous pourrez candidater de nouveau au prochain appel"),
        ("accepted", "Votre conseil vote maintenant le plan et la convention"),
    ],
)
def test_city_reads_what_comes_next(state, words):
    scene = Scene(**{state: True})

    assert words in reading(scene.lead, SPACE)


def test_office_asks_points_and_the_city_finds_them_in_its_tasks():
    scene = Scene(submitted=True)
    client = sign_in(Client(), scene.officer)
    sent = {
        "words_1": "Dites combien d’enfants.",
        "place_1": "presentation.summary",
        "words_3": "Joignez le budget.",
        "place_3": "",
        "complete_before": "2026-06-20",
    }

    with clock.at(IN_TIME):
        answer = client.post(f"/bureau/candidatures/{scene.application.code}/renvoyer", sent)
        page = reading(scene.lead, SPACE)

    assert answer.status_code == 302
    assert list(scene.application.points.in_order().values_list("words", "place")) == [
        ("Dites combien d’enfants.", "presentation.summary"),
        ("Joignez le budget.", ""),
    ]
    assert "1 point à compléter ici" in page
    assert f"{SPACE}/presentation#presentation.summary" in page


def test_office_page_of_points_refuses_nothing_asked():
    scene = Scene(submitted=True)
    client = sign_in(Client(), scene.officer)

    with clock.at(IN_TIME):
        answer = client.post(
            f"/bureau/candidatures/{scene.application.code}/renvoyer", {"complete_before": "2026-06-20"}
        )

    assert (answer.status_code, scene.now().state) == (422, "submitted")


def test_plan_changes_are_shown_field_by_field_to_both_sides(on_probation):
    """What the city wrote since, to the city; once handed in, to the committee too."""
    application = on_probation.application
    action = application.plan.objectives.get().actions.get()
    with clock.at(LATER):
        name = f"action.{action.code}.budget_eur"
        plans.save_plan_field(application.plan_id, name, "1234", was="", version=0, by=on_probation.lead)
        own = reading(on_probation.lead, SPACE)
        before = reading(on_probation.officer, f"/bureau/candidatures/{application.code}")
        on_probation.tick_all()
        submit_application(application.pk, by=on_probation.lead)
        after = reading(on_probation.officer, f"/bureau/candidatures/{application.code}")

    amount = "<ins>1\xa0234</ins>"
    assert [amount in page for page in (own, before, after)] == [True, False, True]
    assert "Ce que le dernier dépôt a changé dans le plan" in after


def test_team_sees_who_declares_its_intent_and_nothing_more():
    """The city's page says that its intent is declared to the committee: it is."""
    scene = Scene(submitted=True)
    draft = ApplicationFactory(call=scene.application.call, organisation__name="Val-Test")
    address = f"/bureau/appels/{draft.call.code}"

    pages = {who: reading(getattr(scene, who), address) for who in ("officer", "chief", "board", "reader")}

    assert {who: "Val-Test" in page for who, page in pages.items()} == {
        "officer": True,
        "chief": True,
        "board": False,
        "reader": False,
    }
    delay = f"/bureau/candidatures/{draft.code}/delai"
    assert [delay in pages[who] for who in ("officer", "chief")] == [False, True]
    assert sign_in(Client(), scene.chief).get(f"/bureau/candidatures/{draft.code}").status_code == 404


def test_more_time_is_proposed_then_confirmed_on_its_page():
    """By two administrators, each with a proof just made; a double click proposes once."""
    scene = Scene(submitted=True)
    draft = ApplicationFactory(call=scene.application.call, organisation__name="Val-Test", organisation__code="10077")
    writer = PersonFactory(roles=[(draft.organisation, Role.CITY_EDITOR)])
    other = works_as(Role.PROGRAMME_ADMINISTRATOR, scene.house)
    place = f"/bureau/candidatures/{draft.code}/delai"
    sent = {"on": "2026-06-20", "hour": "18:00", "reasons": "Une crue.", "form_key": new_key()}

    with clock.at(CLOSES + timedelta(days=1)):
        first = sign_in(Client(), scene.chief)
        proposals = [first.post(place, sent).status_code for _click in range(2)]
        code = PendingAct.objects.get().code
        second = sign_in(Client(), other)
        asked = text_of(second.get(place))
        answer = second.post(f"{place}/reponse", {"read": code})
        page = reading(writer, "/espace/10077/candidature")

    assert (proposals, answer.status_code) == ([302, 302], 302)
    assert "Une crue." in asked
    assert Application.rows.get(pk=draft.pk).late_until.isoformat() == "2026-06-20T16:00:00+00:00"
    assert "Le comité vous a donné plus de temps." in page


def test_grace_is_said_where_the_end_is_shown(client):
    """trust F10: on the call's public page, on the application, where it is handed in."""
    draft = ApplicationFactory(organisation__code="67447")
    writer = PersonFactory(roles=[(draft.organisation, Role.CITY_EDITOR)])
    grace = "nous parvient dans les 15 minutes qui la suivent est dans les temps"

    with clock.at(IN_TIME):
        pages = [reading(writer, address) for address in (SPACE, f"{SPACE}/depot")]
        pages.append(text_of(client.get(f"/appels/{draft.call.code}")))

    assert [grace in page for page in pages] == [True] * 3


def test_send_back_without_ticks_may_be_handed_in_and_says_so():
    scene = Scene(returned=True)
    PointFactory(application=scene.application)

    with clock.at(IN_TIME):
        page = reading(scene.lead, f"{SPACE}/depot")

    assert "1 point demandé par le comité n’est pas coché." in page
    assert 'name="exact"' in page
