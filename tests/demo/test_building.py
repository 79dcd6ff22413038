"""The demonstration is built by the operations people use, the same each time."""

import csv
import io
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
import yaml
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from marelle.accounts.models import Membership
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, origins, registers
from marelle.base.models import Letter, Origin
from marelle.demo import building, network, story
from marelle.demo.people import CHARACTERS
from marelle.demo.stages import STAGES
from marelle.events.models import Event
from marelle.library.models import Adoption, Practice, Resource, Word
from marelle.library.queries.practices import public_adoptions
from marelle.mandates.models import Application, Mandate
from marelle.plans.models import Action, Objective, Reading
from tests.factories.framework import DemonstrationFramework
from tests.factories.territories import TerritoryFactory

TABLES = Path(__file__).parents[2] / "data" / "territories"
MOST_QUESTIONS = 12  # of any page to the database
PLACES = {"44143": "running", "67447": "complete", "55029": "intent", "54395": "proposed", "81004": "declined"}


def codes_of(table: str, column: str) -> set[str]:
    with (TABLES / table).open(encoding="utf-8") as rows:
        return {row[column] for row in csv.DictReader(rows)}


def build(stage="review"):
    for code in PLACES:
        TerritoryFactory(code=code)
    DemonstrationFramework()
    building.build(stage, only=PLACES, out=io.StringIO())


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The demonstration at the review, built once, undone at the end of the file: tests read it. What it breaks."""
    with django_db_blocker.unblock(), transaction.atomic():
        build()
        yield {name: list(find()) for name, find in registers.invariants.items() if name != "territories"}
        transaction.set_rollback(True)


def first_pages():
    """Everyone who has a part somewhere, with their page « Aujourd'hui »."""
    for membership in Membership.objects.living().select_related("organisation", "person").order_by("pk"):
        is_house = membership.organisation.kind == OrganisationKind.COMMITTEE
        yield membership.person, "/bureau/" if is_house else f"/espace/{membership.organisation.code}"


def questions_of(client, person, page):
    """Questions to the database for a page, once its session is written down."""
    client.force_login(person)
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def test_network_names_places_that_exist_once_each():
    codes = [place.code for place in network.places(STAGES["review"])]

    known = codes_of("communes.csv", "code") | codes_of("intercommunalities.csv", "siren")

    assert (len(codes), [code for code in codes if code not in known]) == (len(set(codes)), [])


def test_network_has_places_at_every_fate():
    assert {place.fate for place in network.places(STAGES["review"])} | {"read"} == set(network.FATES)
    assert 40 <= len(network.places(STAGES["review"])) <= 50


def test_characters_have_names_of_the_schoolyard():
    last = {name for name in network.content()["last_names"]}

    assert [c.name for c in CHARACTERS if c.name.split()[-1] not in last] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_build_leaves_each_place_where_its_fate_says():
    states = dict(Application.rows.values_list("organisation__code", "state"))
    assert states == {
        "44143": "signed",
        "67447": "draft",
        "55029": "intent",
        "54395": "opinion_given",
        "81004": "declined",
    }
    assert list(Mandate.rows.values_list("organisation__code", "state", "starts_on")) == [
        ("44143", "active", date(2025, 11, 20))
    ]
    assert Letter.objects.exclude(state="sent").count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_running_plans_are_followed_and_the_story_has_two_readings_with_their_evidence():
    story_readings = Reading.objects.filter(
        indicator__objective__name=network.content()["story"]["objective"], value__isnull=False
    )
    assert [(r.period, r.proof_level) for r in story_readings.order_by("until")] == [
        ("2025", "evidenced"),
        ("2026-S1", "evidenced"),
    ]
    states = set(Action.objects.filter(objective__plan__state="running").values_list("state", flat=True))
    assert states == {"planned", "in_progress", "done", "blocked", "postponed"}


@pytest.mark.django_db
def test_build_breaks_no_invariant(built):
    assert {name: faults for name, faults in built.items() if faults and "territor" not in name.lower()} == {}


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_first_page_of_everyone_asks_at_most_twelve_questions(client):
    asked = {(person.email, page): questions_of(client, person, page) for person, page in first_pages()}

    assert {place: count for place, count in asked.items() if count > MOST_QUESTIONS} == {}
    assert len(asked) > 2 * len(PLACES)


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_story_stands_with_its_steps_to_come():
    objective = Objective.objects.get(name=network.content()["story"]["objective"])

    reference = origins.reference("plans.objective", objective.code)
    became = Origin.objects.filter(parent=reference, withdrawn_at=None).values_list("offspring", flat=True)
    before, after = story.steps_to_come(reference, became)

    strip = origins.strip_for(reference, None)
    gathering = Event.rows.get(kind="gathering")
    practice = Practice.rows.get(texts__name__startswith="La rue de l’école")
    assert (len(before), len(after)) == (1, 1)  # the class, readings, page, practice and workshop are done steps
    done = {link.label: link.address for link in strip.offspring if link.address}
    assert done["La rue de l’école fermée aux heures d’entrée et de sortie"] == f"/pratiques/{practice.code}"
    assert done["Fermer la rue de l’école aux voitures"].startswith(f"/rencontre/{gathering.year}")
    stalls = origins.strip_for(origins.reference("library.practice", practice.code), None).offspring
    assert "Marché des bonnes pratiques" in [link.label for link in stalls]
    assert story.steps_to_come("plans.objective:unknown", []) == ([], [])


def test_stages_are_the_agreed_ones():
    assert {name: at.astimezone(UTC).date().isoformat() for name, at in STAGES.items()} == {
        "call": "2026-05-12",
        "review": "2026-09-22",
        "mid-term": "2028-11-22",
        "ended": "2031-12-03",
    }
    assert all(at.tzinfo is clock.PARIS for at in STAGES.values())


def test_each_promise_of_the_demonstration_says_what_its_objective_says():
    """A town that promises calm streets under « food » would make the whole road look invented at random."""
    library = yaml.safe_load((Path(__file__).parents[2] / "data/frameworks/demonstration.yaml").read_text("utf-8"))
    objectives = {o["code"] for domain in library["domains"] for o in domain["objectives"]}
    measured = {i.get("objective") for domain in library["domains"] for i in domain["indicators"]}
    assert set(network.content()["promises"]) == objectives
    assert objectives <= measured


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_build_tells_a_webinar_in_two_languages_and_a_gathering_of_twenty_two_items():
    webinar, gathering = Event.rows.filter(group=None).order_by("-kind")
    held = [(o.language, o.ends_at - o.starts_at) for o in webinar.occurrences.order_by("language")]
    assert held == [("en", timedelta(minutes=90)), ("fr", timedelta(minutes=90))]
    assert (webinar.state, gathering.state, gathering.items.count()) == ("published", "published", 22)


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_the_storys_practice_goes_from_its_action_to_another_plan():
    practice = Practice.rows.get(texts__name__startswith="La rue de l’école")
    adoption = Adoption.rows.get(practice=practice)
    strip = origins.strip_for(f"library.practice:{practice.code}", None)
    assert (practice.state, adoption.organisation.code, adoption.state) == ("retained", "67447", "planned")
    assert [link.kind for link in strip.parents] == ["action", "objective"]
    assert public_adoptions(practice) == ([], 1)  # its plan is a draft: nobody is named
    assert Word.objects.filter(practice=practice, language="en").exists()
    assert Resource.rows.filter(state="published").count() == 3
