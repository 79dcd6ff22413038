"""The workspace: what the town's children said, too few of them, and what the town makes of it."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Origin
from marelle.plans.models import Objective, Proposal
from marelle.territories.models import Territory
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.consultations import PartnerFactory, SiteFactory, SittingCountFactory, SittingFactory
from tests.factories.plans import ObjectiveFactory, PlanFactory
from tests.web.public_results import SECRET, geography, publish
from tests.web.test_public_results import words

pytestmark = pytest.mark.django_db
SPACE = "/espace/44143/resultats"
CARRY = f"{SPACE}/heard/reprendre?edition=2026&lieu=commune-44143"
REFERENCE = "consultations.table:2026-01.commune:44143.heard"


@pytest.fixture(autouse=True)
def once_published():
    geography()
    with clock.at(datetime(2027, 4, 3, 9, tzinfo=UTC)):
        yield publish()


def town(code="44143", name="Rezé"):
    return OrganisationFactory(code=code, name=name, territory=Territory.objects.get(code=code, kind="commune"))


def officer(client, place, role=Role.CITY_EDITOR):
    person = PersonFactory(roles=[(place, role)])
    client.force_login(person)
    return person


def test_a_town_reads_its_own_results_beside_the_larger_places(client):
    officer(client, town())

    page = words(client.get(SPACE))

    assert [w in page for w in ("Ce que les enfants ont dit", "84 %", "Loire-Atlantique 61 %", "France 60 %")] == [
        True
    ] * 4
    assert ("Reprendre" in page, str(SECRET) in page) == (True, False)


def test_a_town_with_too_few_answers_reads_the_larger_place(client):
    officer(client, town("44018", "Bouaye"))

    page = words(client.get("/espace/44018/resultats"))

    assert [
        "Pas assez de réponses" in page,
        "Ce que les enfants ont dit dans Loire-Atlantique" in page or "Loire-Atlantique" in page,
        "61 %" in page,
    ] == [True] * 3


@pytest.mark.parametrize("address", ["?edition=2024", "?lieu=commune-44018", "?lieu=commune-44190"])
def test_no_other_edition_and_no_other_town_is_read(client, address):
    officer(client, town())

    assert client.get(SPACE + address).status_code == 404


@pytest.mark.parametrize(("came", "said"), [(37, "37 reçues"), (4, "moins de 5 reçues")], ids=["37", "under five"])
def test_a_town_with_too_few_answers_is_told_how_many_its_groups_sent(client, once_published, came, said):
    place = town("44018", "Bouaye")
    officer(client, place)
    partner = PartnerFactory(
        confirmed=True, organisation=place, territory=place.territory, consultation=once_published.consultation
    )
    sitting = SittingFactory(
        site=SiteFactory(partner=partner), territory=place.territory, consultation=once_published.consultation
    )
    SittingCountFactory(sitting=sitting, received=came)

    page = words(client.get("/espace/44018/resultats"))

    assert (said in page, "il en faut 50" in page) == (True, True)


def test_a_result_becomes_an_objective_of_a_plan_being_written(client):
    place = town()
    plan = PlanFactory(organisation=place)
    domain = ObjectiveFactory(plan=plan).domain
    officer(client, place)

    answer = client.post(CARRY, {"to": f"domain.{domain.code}"})

    made = Objective.rows.order_by("-pk").first()
    origin = Origin.objects.get(kind="result")
    page = words(client.get(SPACE))
    assert (answer.url, origin.parent, origin.offspring) == (
        f"/espace/44143/plan/objectifs/{made.code}", REFERENCE, f"plans.objective:{made.code}",
    )  # fmt: skip
    assert (made.name in page, "Ce que ça devient" in page) == (True, True)


def test_a_result_is_answered_to_the_children_once(client):
    place = town()
    PlanFactory(running=True, organisation=place)
    officer(client, place)

    first, again = (client.post(CARRY, {"to": "answer"}).url for _each in range(2))
    client.post(first, {"kind": "no", "why": "Pas cette année.", "planned_for": ""})

    made = Proposal.rows.get()
    assert (first, again) == (f"/espace/44143/propositions/{made.code}",) * 2
    assert (made.source, made.state) == ("consultation", "answered")
    assert Origin.objects.values_list("kind", "parent", "offspring").get() == (
        "result",
        REFERENCE,
        f"plans.proposal:{made.code}",
    )


def test_who_only_reads_carries_nothing_on(client):
    place = town()
    PlanFactory(running=True, organisation=place)
    officer(client, place, Role.CITY_READER)

    assert (client.post(CARRY, {"to": "answer"}).status_code, Proposal.rows.count(), Origin.objects.count()) == (
        403,
        0,
        0,
    )


def test_another_town_opens_no_page(client):
    town()
    officer(client, town("44018", "Bouaye"))

    assert [client.get(each).status_code for each in (SPACE, CARRY)] == [404, 404]


def test_a_result_is_answered_by_what_the_plan_does_already(client):
    place = town()
    objective = ObjectiveFactory(plan=PlanFactory(running=True, organisation=place))
    officer(client, place)

    shown = words(client.get(CARRY))
    answer = client.post(CARRY, {"there": f"objective.{objective.code}"})

    assert "Y répond déjà" in shown
    assert (answer.url, Objective.rows.count()) == (f"/espace/44143/plan/objectifs/{objective.code}", 1)
    assert Origin.objects.values_list("parent", "offspring").get() == (REFERENCE, f"plans.objective:{objective.code}")
    assert objective.name in words(client.get(SPACE))


@pytest.mark.parametrize("part", ["objective.nothing", "domain.x", "page", ""])
def test_what_is_not_in_the_plan_of_the_town_answers_nothing(client, part):
    place, other = town(), town("44018", "Bouaye")
    PlanFactory(running=True, organisation=place)
    theirs = ObjectiveFactory(plan=PlanFactory(running=True, organisation=other))
    officer(client, place)

    answers = [client.post(CARRY, {"there": each}).status_code for each in (part, f"objective.{theirs.code}")]

    assert (set(answers) <= {400, 422}, Origin.objects.count()) == (True, 0)


def test_a_town_reads_its_ages(client):
    officer(client, town())

    page = words(client.get(SPACE))

    assert "6 à 11 ans 80 88 %" in page and "12 à 18 ans 60 78 %" in page


def test_everyone_reads_what_became_of_a_result(client):
    place = town()
    objective = ObjectiveFactory(plan=PlanFactory(running=True, organisation=place), name="Une rue calme")
    officer(client, place)
    client.post(CARRY, {"there": f"objective.{objective.code}"})
    client.logout()

    here, country, other = (
        words(client.get(f"/consultation/2026/heard{way}")) for way in ("?lieu=commune-44143", "", "?lieu=region-52")
    )

    assert ["Une rue calme" in page for page in (here, country, other)] == [True, True, False]
    assert "Rezé" in country


def test_a_plan_that_is_being_written_is_not_told_to_everyone(client):
    place = town()
    objective = ObjectiveFactory(plan=PlanFactory(organisation=place), name="Une rue calme")
    officer(client, place)
    client.post(CARRY, {"there": f"objective.{objective.code}"})
    client.logout()

    pages = [words(client.get(f"/consultation/2026/heard{way}")) for way in ("?lieu=commune-44143", "")]

    assert ["Une rue calme" in page for page in pages] == [False, False]
