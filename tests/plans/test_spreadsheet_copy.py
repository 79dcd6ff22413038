"""The plan's workbook while a change of the plan is open: parts go into the working copy, readings into what runs."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Action, Indicator, Objective, Plan, Reading
from marelle.plans.operations import amending, writing
from marelle.plans.queries import content
from marelle.plans.versions import differences_of
from tests.factories.accounts import PersonFactory
from tests.factories.framework import RecommendationFactory
from tests.plans.test_spreadsheet import all_of, brought_back, confirmed, exported, faults, given_with, put, town

pytestmark = pytest.mark.django_db
SAID = (
    "Une modification du plan est en cours d’écriture\u202f: la vision, les objectifs, les actions et les indicateurs vont"
    " dans sa copie de travail\u202f; les états des actions et les relevés vont dans le plan en cours."
)


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def open_change():
    """A running plan, its officer, and a change of it being written."""
    plan, officer = town(running=True)
    return plan, officer, amending.begin(plan.pk, by=officer)


def changes_of(amendment):
    amendment.refresh_from_db()
    return [(c.what, c.kind, c.name, [f.field for f in c.fields]) for c in differences_of(amendment)]


def cells(book, sheet, column):
    """What a column holds, by its hidden name."""
    page = book[sheet]
    at = next(cell.column for cell in page[1] if cell.value == column)
    return [page.cell(row, at).value for row in range(3, page.max_row + 1)]


def test_parts_go_into_the_working_copy_and_what_is_followed_into_the_plan(open_change):
    plan, officer, amendment = open_change
    before = content(plan)
    book = exported(plan)
    all_of(
        put("Plan", "B3", "Grandir ici"),
        put("Actions", "D3", "Fermer la rue de l’école"),
        put("Actions", "E3", "Éducation"),
        put("Actions", "K3", "En cours"),
        put("Indicateurs", "K3", 90),
        put("Relevés", "G3", 9),
    )(book)
    page, row = book["Objectifs"], book["Objectifs"].max_row + 1
    for at, value in enumerate(("O90", "Droits", "Jouer dehors"), start=2):
        page.cell(row, at, value)
    action, told = book["Actions"].max_row + 1, ("O90", None, "Rouvrir les squares")
    for at, value in enumerate(told, start=2):
        book["Actions"].cell(action, at, value)

    given = confirmed(brought_back(book, plan, officer), officer)

    plan.refresh_from_db()
    runs = {**content(plan), "vision": plan.vision}
    assert (given.state, runs) == ("written", before)
    assert changes_of(amendment) == [
        ("changed", "plan", "", ["vision"]),
        ("changed", "action", "Fermer la rue de l’école", ["name", "lead_service"]),
        ("changed", "indicator", Indicator.objects.get(objective__plan=plan, baseline=20.5).name, ["target"]),
        ("added", "objective", "Jouer dehors", ["name"]),
        ("added", "action", "Rouvrir les squares", ["name"]),
    ]
    moved = Action.objects.get(objective__plan=plan, position=0, lead_service="Voirie")
    assert moved.state == "in_progress"
    assert Reading.objects.get(numerator=9).indicator.objective.plan == plan
    assert Reading.objects.filter(indicator__objective__plan=amendment.copy).count() == 0


def test_page_says_where_it_goes_and_a_change_begun_since_is_shown_again(open_change):
    plan, officer, amendment = open_change
    said = given_with(plan, officer, put("Actions", "E3", "Éducation"))
    amending.withdraw(amendment.pk, by=officer)

    again = confirmed(said, officer)

    again.refresh_from_db()
    assert said.outcome == {"note": SAID}
    assert (again.state, again.outcome) == (
        "read",
        {"note": "Le plan a changé pendant que vous lisiez\u202f: voici ce que ferait le fichier maintenant."},
    )


def test_file_taken_away_before_the_change_goes_into_the_copy_too():
    plan, officer = town(running=True)
    book = exported(plan)
    amendment = amending.begin(plan.pk, by=officer)
    put("Actions", "D3", "Fermer la rue de l’école")(book)

    confirmed(brought_back(book, plan, officer, removes=True), officer)

    assert changes_of(amendment) == [("changed", "action", "Fermer la rue de l’école", ["name"])]


def test_lines_erased_leave_the_copy_alone(open_change):
    plan, officer, amendment = open_change
    gone = Action.objects.get(objective__plan=plan, name="Ouvrir un pédibus")

    confirmed(given_with(plan, officer, lambda book: book["Actions"].delete_rows(4), removes=True), officer)

    assert changes_of(amendment) == [("removed", "action", "Ouvrir un pédibus", ["name"])]
    assert Action.objects.get(pk=gone.pk).objective.plan == plan


def test_workbook_tells_the_copy_its_recommendations_and_where_the_plan_stands(open_change):
    plan, officer, amendment = open_change
    school = Objective.objects.get(plan=amendment.copy, position=0)
    one = RecommendationFactory(domain=school.domain, code="R1", name={"fr": "Des rues calmes"})
    writing.cover(amendment.copy_id, school.code, ["R1"], by=officer)
    writing.add_action(amendment.copy_id, school.code, by=officer, name="Rouvrir les squares")

    book = exported(plan)

    assert cells(book, "Plan", "stands") == ["en cours\u202f; modification du plan\u202f: en cours d’écriture"]
    assert cells(book, "Objectifs", "recommendations") == [f"R1 {one}", None]
    assert cells(book, "Objectifs", "change") == ["changement", None]
    assert [name for name, what in zip(cells(book, "Actions", "name"), cells(book, "Actions", "change")) if what] == [
        "Rouvrir les squares"
    ]
    locked = {cell.value for cell in book["Objectifs"][3] if cell.protection.locked}
    assert {f"R1 {one}", "changement"} <= locked


def test_what_is_new_in_the_copy_is_not_followed_yet(open_change):
    plan, officer, amendment = open_change
    school = Objective.objects.get(plan=amendment.copy, position=0)
    writing.add_action(amendment.copy_id, school.code, by=officer, name="Rouvrir les squares")
    writing.add_indicator(amendment.copy_id, school.code, by=officer, name="Squares ouverts")
    before = Reading.objects.count()

    def change(book):
        marks = dict(zip(cells(book, "Indicateurs", "name"), cells(book, "Indicateurs", "mark")))
        row = cells(book, "Actions", "name").index("Rouvrir les squares") + 3
        book["Actions"].cell(row, 11, "En cours")
        last = book["Relevés"].max_row + 1
        for at, value in ((2, marks["Squares ouverts"]), (4, "2027"), (6, 3)):
            book["Relevés"].cell(last, at, value)

    given = given_with(plan, officer, change)

    sentence = "C’est nouveau dans la copie de travail\u202f: on le suit une fois la modification du plan acceptée."
    assert faults(given) == [("Actions!K5", sentence), ("Relevés!B5", sentence)]
    assert Reading.objects.count() == before


def test_change_handed_in_takes_no_part_and_readings_go_on(open_change):
    plan, officer, amendment = open_change
    lead = PersonFactory(roles=[(plan.organisation, Role.ELECTED_LEAD)])
    Plan.rows.filter(pk=amendment.copy_id).update(vision="Autre")
    amending.submit(amendment.pk, by=lead, why="Le conseil l’a voté.")

    given = given_with(plan, officer, all_of(put("Actions", "D3", "Non"), put("Relevés", "G3", 9)))

    assert faults(given) == [
        ("Actions!D3", "Une modification de ce plan a été remise\u202f: rien d’autre ne change avant la réponse.")
    ]
    assert [line["what"] for line in given.told if line["what"] != "fault"] == ["change"]
