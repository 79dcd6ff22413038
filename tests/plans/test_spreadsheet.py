"""A plan leaves as a workbook and comes back: nothing changes by itself, each cell changes exactly what it says."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from marelle.accounts import imports
from marelle.accounts.models import Import, JournalContent
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.workbooks.columns import plain
from marelle.plans import sheets
from marelle.plans.models import Action, Indicator, Objective, Plan, Reading
from marelle.plans.operations import running, writing
from marelle.plans.queries import content
from tests.factories.accounts import PersonFactory
from tests.factories.framework import DomainFactory, IndicatorDefinitionFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory, ReadingFactory
from tests.scale import scaled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
        yield


def town(**state):
    """A plan of two objectives, three actions, two indicators and two readings; and its officer."""
    plan = PlanFactory(**state)
    rights = DomainFactory(framework=plan.framework, code="rights", short={"fr": "Droits"})
    school = ObjectiveFactory(plan=plan, domain=rights, position=0)
    heard = ObjectiveFactory(plan=plan, domain=rights, name="Être entendus", promise="", position=1)
    ActionFactory(
        objective=school, lead_service="Voirie", starts_on=date(2027, 9, 1), ends_on=date(2029, 7, 1), budget_eur=40_000
    )
    ActionFactory(objective=school, name="Ouvrir un pédibus", position=1)
    ActionFactory(objective=heard, name="Élire un conseil des enfants")
    share = IndicatorDefinitionFactory(domain=rights, kind="ratio", factor=100, breakdowns=["district"])
    calm = IndicatorFactory(objective=school, definition=share, baseline=D("20.5"), baseline_year=2025, target=80)
    IndicatorFactory(objective=heard, name="Enfants entendus", unit="enfants")
    if plan.state == "running":
        ReadingFactory(indicator=calm, numerator=8, denominator=20, source="Voirie")
        ReadingFactory(indicator=calm, breakdown="district:Écrivains", period="2027", value=30)
    return plan, PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])


@pytest.fixture
def draft():
    return town()


@pytest.fixture
def run():
    return town(running=True)


def exported(plan):
    return load_workbook(
        io.BytesIO(sheets.workbook(Plan.rows.select_related("framework", "organisation").get(pk=plan.pk)))
    )


def brought_back(book, plan, by, **options):
    out = io.BytesIO()
    book.save(out)
    return imports.give(
        SimpleUploadedFile("plan.xlsx", out.getvalue()),
        kind="plan",
        reference=f"plans.plan:{plan.code}",
        organisation=plan.organisation,
        by=by,
        **options,
    )


def given_with(plan, by, change, **options):
    """The workbook exported, changed by hand, brought back."""
    book = exported(plan)
    change(book)
    return brought_back(book, plan, by, **options)


def told(given):
    return [(t["what"], t["place"], t["field"], t["old"], t["new"]) for t in given.told if t["what"] != "fault"]


def faults(given):
    return [(t["place"], t["note"]) for t in given.told if t["what"] == "fault"]


def confirmed(given, by, **choices):
    return imports.confirm(given.pk, seen=given.digest, choices=choices, by=by)


def put(sheet, cell, value):
    def change(book):
        book[sheet][cell].value = value

    return change


def all_of(*changes):
    def change(book):
        for one in changes:
            one(book)

    return change


@pytest.mark.parametrize("state", [{}, {"running": True}, {"closed": True}], ids=["draft", "running", "closed"])
def test_export_brought_back_changes_nothing(state):
    plan, officer = town(**state)

    given = given_with(plan, officer, lambda book: None)

    assert (given.state, given.told) == ("read", [])


def test_each_cell_of_a_draft_changes_exactly_what_it_says(draft):
    plan, officer = draft
    cells = [
        ("Plan", "B3", "Grandir ici", ("Vision", "", "Grandir ici")),
        ("Objectifs", "D3", "Marcher", ("Objectif", "Aller à l’école sans danger", "Marcher")),
        ("Actions", "H4", date(2028, 1, 1), ("Commence le", "", "1 janvier 2028")),
        ("Actions", "J3", None, ("Budget sur le mandat, en euros", "40\u202f000", "")),
        ("Indicateurs", "H3", 22.25, ("Valeur de départ", "20,5", "22,25")),
        (
            "Indicateurs",
            "G3",
            "plus c’est bas, mieux c’est",
            ("Ce qui est mieux", "plus c’est haut, mieux c’est", "plus c’est bas, mieux c’est"),
        ),
    ]
    before = content(plan)

    seen = [told(given_with(plan, officer, put(sheet, cell, value))) for sheet, cell, value, _told in cells]

    assert seen == [[("change", f"{sheet}!{cell}", *words)] for sheet, cell, _value, words in cells]
    assert content(plan) == before


def test_what_is_confirmed_is_written_by_the_operations_of_the_plan(draft):
    plan, officer = draft
    change = all_of(
        put("Objectifs", "D3", "Marcher"),
        put("Actions", "H3", date(2030, 9, 1)),
        put("Actions", "I3", date(2031, 7, 1)),
        *(put("Objectifs", f"{c}9", v) for c, v in {"B": "O90", "C": "Droits", "D": "Respirer"}.items()),
        *(put("Actions", f"{c}7", v) for c, v in {"B": "o90", "D": "Planter des arbres", "J": 1200}.items()),
    )

    given = confirmed(given_with(plan, officer, change), officer)

    assert (given.state, given.outcome) == ("written", {"create": 2, "change": 3, "remove": 0})
    first, added = Action.objects.order_by("pk").first(), Action.objects.get(name="Planter des arbres")
    assert (first.starts_on, first.ends_on) == (date(2030, 9, 1), date(2031, 7, 1))
    assert (added.objective.name, added.budget_eur) == ("Respirer", 1200)
    assert Objective.objects.filter(name="Marcher").count() == 1
    assert given_with(plan, officer, lambda book: None).told == []
    verbs = JournalContent.objects.order_by("pk").values_list("verb", flat=True)
    assert [v for v in verbs if v in ("objective_added", "action_added", "workbook_written")] == [
        "objective_added",
        "action_added",
        "workbook_written",
    ]


def test_lines_erased_go_only_if_it_was_asked(draft):
    plan, officer = draft

    def erase(book):
        for column in "BCDE":
            book["Objectifs"][f"{column}3"].value = None
        for row in (3, 4):
            for column in "BCDEFGHIJ":
                book["Actions"][f"{column}{row}"].value = None
        for column in "BCDEFGHIJKL":
            book["Indicateurs"][f"{column}3"].value = None

    kept, gone = given_with(plan, officer, erase), given_with(plan, officer, erase, removes=True)
    confirmed(gone, officer)

    assert kept.told == []
    assert told(gone) == [("remove", "Objectifs", "", "", "")]
    assert list(Objective.objects.values_list("name", flat=True)) == ["Être entendus"]
    assert Action.objects.count() == 1


FAULTS = {
    "too long": ("Objectifs", "D3", "a" * 301, "Ce texte est trop long\u202f: 300 caractères au plus."),
    "no name": ("Actions", "D3", None, "Chaque ligne a un nom. Pour la retirer, effacez toute la ligne."),
    "days cross": ("Actions", "I3", date(2026, 1, 1), "Une action se termine le jour où elle commence, ou après."),
    "other objective": (
        "Actions",
        "B3",
        "O2",
        "Une ligne reste sous son objectif\u202f: ajoutez-la plutôt sous l’autre.",
    ),
    "mark twice": ("Objectifs", "B4", "O1", "Ce repère est déjà celui d’une autre ligne."),
    "no such mark": ("Actions", "D9", "Seule", "Indiquez le repère de son objectif\u202f: O1, par exemple."),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_taken_is_told_by_its_cell_and_the_rest_is_taken(draft, name):
    plan, officer = draft
    sheet, cell, value, sentence = FAULTS[name]

    given = given_with(plan, officer, all_of(put(sheet, cell, value), put("Plan", "B3", "Grandir")))

    place = f"{sheet}!{cell.replace('D9', 'B9')}"
    assert faults(given) == [(place, sentence)]
    assert [line[1] for line in told(given)] == ["Plan!B3"]


def test_running_plan_takes_states_readings_and_what_is_not_promised(run):
    plan, officer = run
    new = {"B": "I2", "D": "2027-S2", "F": 120, "J": "Centres de loisirs"}
    change = all_of(
        put("Actions", "E3", "Enfance"),
        put("Actions", "K3", "terminée"),
        put("Actions", "K4", "bloquée"),
        put("Actions", "L4", "Le marché est à refaire."),
        put("Relevés", "G3", 10),
        *(put("Relevés", f"{c}9", v) for c, v in new.items()),
        put("Objectifs", "D3", "Marcher"),
        put("Actions", "J3", 50_000),
    )

    given = given_with(plan, officer, change)
    confirmed(given, officer)

    amended = "Le plan est en cours\u202f: ceci passe par une modification."
    assert faults(given) == [("Objectifs!D3", amended), ("Actions!J3", amended)]
    assert told(given) == [
        ("change", "Actions!K3", "État", "prévue", "terminée"),
        ("change", "Actions!E3", "Service pilote", "Voirie", "Enfance"),
        ("change", "Actions!K4", "État", "prévue", "bloquée"),
        ("change", "Relevés!G3", "Numérateur", "8", "10"),
        ("create", "Relevés!F9", "Valeur", "", "120"),
    ]
    states = list(Action.objects.order_by("pk").values_list("state", "lead_service", "reason"))
    assert states == [("done", "Enfance", ""), ("blocked", "", "Le marché est à refaire."), ("planned", "", "")]
    living = Reading.objects.filter(replaced_at=None).order_by("indicator", "breakdown", "pk")
    assert [(r.period, r.breakdown, r.value, r.source) for r in living] == [
        ("2027", "", D(50), "Voirie"),
        ("2027", "district:Écrivains", D(30), ""),
        ("2027-S2", "", D(120), "Centres de loisirs"),
    ]
    assert Reading.objects.count() == 4
    assert given_with(plan, officer, lambda book: None).told == []


def test_readings_written_together_are_as_if_written_one_by_one(run):
    plan, officer = run
    kept = Reading.objects.order_by("pk").first()
    indicator = Indicator.objects.get(name="Enfants entendus")
    typed = [running.Typed(period=str(year), value=D(year)) for year in (2024, 2025, 2026)]

    made = running.record_readings(
        plan.pk,
        [
            *((indicator.pk, one) for one in typed),
            (kept.indicator_id, running.Typed(period="2027", numerator=D(8), denominator=D(20), source="Mairie")),
        ],
        by=officer,
    )
    again = running.record_readings(plan.pk, [(indicator.pk, one) for one in typed], by=officer)

    kept.refresh_from_db()
    assert ([r.period for r in made], again) == (["2024", "2025", "2026", "2027"], [])
    assert kept.replaced_at is not None
    verbs = JournalContent.objects.filter(reference__startswith="plans.reading").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["reading_recorded"] * 3 + ["reading_corrected"]


READING_FAULTS = {
    "counted": ("F3", 60, "Cette valeur est calculée à partir de ses deux termes\u202f: changez-les plutôt."),
    "period moved": (
        "D3",
        "2026",
        "Un relevé garde son indicateur, sa période et son groupe\u202f: tapez-en un autre dans une ligne vide.",
    ),
    "nothing left": ("F4", None, "Donnez une valeur, ou dites pourquoi il n’y en a pas\u202f: l’un ou l’autre."),
}


@pytest.mark.parametrize("name", READING_FAULTS)
def test_reading_that_cannot_be_taken_is_told(run, name):
    plan, officer = run
    cell, value, sentence = READING_FAULTS[name]

    given = given_with(plan, officer, put("Relevés", cell, value))

    assert (faults(given), told(given)) == ([(f"Relevés!{cell}", sentence)], [])


def test_changed_on_both_sides_is_chosen_by_the_person(draft):
    plan, officer = draft
    action = Action.objects.order_by("pk").first()
    book = exported(plan)
    for field, value in {"name": "Calmer la rue", "partners": "Les parents"}.items():
        was = getattr(action, field)
        writing.save_plan_field(plan.pk, f"action.{action.code}.{field}", value, was=was, version=0, by=officer)
    book["Actions"]["D3"].value = "Fermer la rue"
    book["Actions"]["F3"].value = "L’association"

    given = brought_back(book, plan, officer)
    confirmed(given, officer, **{"0": "file"})

    assert told(given) == [
        ("clash", "Actions!D3", "Action", "Calmer la rue", "Fermer la rue"),
        ("clash", "Actions!F3", "Partenaires", "Les parents", "L’association"),
    ]
    action.refresh_from_db()
    assert (action.name, action.partners) == ("Fermer la rue", "Les parents")


def test_reading_brought_back_keeps_what_the_house_alone_changed(run):
    plan, officer = run
    book, read = exported(plan), Reading.objects.order_by("pk").first()
    parts = {"numerator": read.numerator, "denominator": read.denominator}
    moved = running.Typed(read.period, **parts, source="Comptage", evidence_address="https://exemple.fr/comptage")
    running.record_reading(read.indicator_id, moved, by=officer)
    book["Relevés"]["G3"].value = 10

    confirmed(brought_back(book, plan, officer), officer)

    living = Reading.objects.get(indicator=read.indicator, breakdown="", replaced_at=None)
    assert (living.value, living.source, living.evidence_address) == (
        D(50), "Comptage", "https://exemple.fr/comptage",
    )  # fmt: skip


@pytest.mark.parametrize(("choice", "parts"), [("house", (8, 25)), ("file", (10, 20))])
def test_two_parts_changed_on_each_side_are_a_clash_and_stay_together(run, choice, parts):
    plan, officer = run
    book, read = exported(plan), Reading.objects.order_by("pk").first()
    running.record_reading(read.indicator_id, running.Typed(read.period, numerator=D(8), denominator=D(25)), by=officer)
    book["Relevés"]["G3"].value = 10

    given = brought_back(book, plan, officer)
    confirmed(given, officer, **({"0": "file"} if choice == "file" else {}))

    assert told(given) == [
        ("clash", "Relevés!G3", "Numérateur", "8 (Dénominateur\u202f: 25)", "10 (Dénominateur\u202f: 20)")
    ]
    living = Reading.objects.get(indicator=read.indicator, breakdown="", replaced_at=None)
    assert (living.numerator, living.denominator) == parts


def test_cell_at_fault_is_told_once_with_its_line_and_what_stands_there(run):
    plan, officer = run
    typed = {"B9": "I1", "D9": "2026", "G9": "huit", "H9": 16, "B10": "I2", "D10": "2026", "F10": "douze"}

    given = given_with(plan, officer, all_of(*(put("Relevés", cell, value) for cell, value in typed.items())))

    number = "Indiquez un nombre, par exemple 12 ou 12,5. Laissez vide si vous ne le connaissez pas."
    calm, heard = Indicator.objects.order_by("pk")
    assert [(t["place"], t["name"], t["new"], t["note"]) for t in given.told] == [
        ("Relevés!G9", f"{calm.name}, 2026", "huit", number),
        ("Relevés!F10", f"{heard.name}, 2026", "douze", number),
    ]


def test_reading_brought_back_without_a_column_keeps_what_stood_there(run):
    plan, officer = run
    book = exported(plan)
    book["Relevés"]["G3"].value = 10
    assert book["Relevés"]["J1"].value == "source"
    book["Relevés"].delete_cols(10)

    confirmed(brought_back(book, plan, officer), officer)

    living = Reading.objects.get(breakdown="", replaced_at=None)
    assert (living.value, living.source) == (D(50), "Voirie")


@pytest.mark.parametrize(
    ("theirs", "cells", "found"),
    [
        ({"value": D(30)}, {"F4": None, "I4": "Pas compté."}, (None, "Pas compté.")),
        ({"missing_because": "Perdu."}, {"F4": 31}, (D(31), "")),
        ({"missing_because": "Perdu."}, {"J4": "Voirie"}, (None, "Perdu.")),
    ],
    ids=["why instead of a value", "a value instead of why", "the source alone"],
)
def test_reading_brought_back_has_a_value_or_says_why_not(run, theirs, cells, found):
    plan, officer = run
    book, read = exported(plan), Reading.objects.get(breakdown="district:Écrivains")
    running.record_reading(read.indicator_id, running.Typed("2027", breakdown=read.breakdown, **theirs), by=officer)
    for cell, value in cells.items():
        book["Relevés"][cell].value = value

    confirmed(brought_back(book, plan, officer), officer, **{"0": "file"})

    living = Reading.objects.get(breakdown=read.breakdown, replaced_at=None)
    assert (living.value, living.missing_because) == found


def test_plan_that_moved_since_is_shown_again_and_nothing_is_written(draft):
    plan, officer = draft
    given = given_with(plan, officer, put("Actions", "D3", "Fermer la rue"))
    action = Action.objects.order_by("pk").first()
    writing.save_plan_field(
        plan.pk, f"action.{action.code}.name", "Calmer la rue", was=action.name, version=0, by=officer
    )

    again = confirmed(given, officer)

    action.refresh_from_db()
    assert (again.state, action.name) == ("read", "Calmer la rue")
    assert told(again) == [("clash", "Actions!D3", "Action", "Calmer la rue", "Fermer la rue")]
    with pytest.raises(WrongState):
        imports.confirm(given.pk, seen=given.digest, by=officer)


def test_import_is_written_once(draft):
    plan, officer = draft
    given = given_with(plan, officer, put("Actions", "D9", "Seule"))
    given = given_with(plan, officer, all_of(put("Actions", "B9", "O1"), put("Actions", "D9", "Planter")))
    confirmed(given, officer)

    imports.write(given.pk, lambda done, total: None)
    with pytest.raises(WrongState):
        confirmed(given, officer)

    assert Action.objects.filter(name="Planter").count() == 1


def test_workbook_of_another_plan_is_refused_and_kept_nowhere(draft):
    plan, officer = draft
    other, _officer = town()

    with pytest.raises(BadData) as refused:
        brought_back(exported(other), plan, officer)

    name = other.organisation.name
    assert str(refused.value.sentence) == (
        f"C’est le classeur de «\u202fPlan d’action, {name}\u202f»\u202f: il n’est pas pris ici."
    )
    assert Import.objects.count() == 0


@pytest.mark.parametrize("role", [Role.CITY_READER, None], ids=["reader", "stranger"])
def test_only_those_who_write_the_plan_bring_it_back(draft, role):
    plan, _officer = draft
    person = PersonFactory(roles=[(plan.organisation, role)] if role else [])
    before = content(plan)

    with pytest.raises(NotAllowed):
        given_with(plan, person, put("Actions", "D3", "Fermer"))

    assert (Import.objects.count(), content(plan)) == (0, before)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Co", "Cn"]), max_size=60)
FEW = settings(
    max_examples=scaled(40, 2),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each example is a plan: what fails is not made smaller
    suppress_health_check=[HealthCheck.too_slow],
)


class TestAnyPlan(TestCase):
    """Whatever is written in a plan, its workbook brought back says the same; and one cell is one change."""

    @FEW
    @given(
        words=WORDS,
        cell=WORDS,
        budget=st.integers(0, 2_147_483_647),
        day=st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    )
    def test_any_words_survive_and_one_cell_is_one_change(self, words, cell, budget, day):
        with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
            plan, officer = town()
            written = {"partners": words, "budget_eur": str(budget), "starts_on": "", "ends_on": day.isoformat()}
            action = Action.objects.filter(objective__plan=plan).order_by("pk").first()
            for field, value in written.items():
                place = f"action.{action.code}.{field}"
                writing.save_plan_field(plan.pk, place, value, was="", version=action.version, by=officer)
                action.refresh_from_db()

            nothing = given_with(plan, officer, lambda book: None)
            one = given_with(plan, officer, put("Actions", "F4", plain(cell)))

            says_something = bool(" ".join(plain(cell).split()))
            assert nothing.told == []
            assert [(t["what"], t["place"]) for t in one.told] == [("change", "Actions!F4")] * says_something


def column_of(sheet, name):
    """The letter of a column, by its name in the file's hidden row."""
    return next(cell.column_letter for cell in sheet[1] if cell.value == name)


def typed_in(sheet, row, **values):
    def change(book):
        for name, value in values.items():
            book[sheet][f"{column_of(book[sheet], name)}{row}"].value = value

    return change


def test_whom_an_action_is_for_and_who_pays_go_through_the_workbook_both_ways(draft):
    """Both ages move up at once: the one that leaves room for the other is written first."""
    plan, officer = draft
    Action.objects.filter(name="Ouvrir un pédibus").update(age_from=3, age_to=6)
    given = given_with(
        plan, officer, typed_in("Actions", 4, age_from=10, age_to=12, funding="CAF", articles="31, 12", sdg="4.2")
    )

    confirmed(given, officer)

    held = Action.objects.get(name="Ouvrir un pédibus")
    assert (held.age_from, held.age_to, held.funding, held.articles, held.sdg) == (10, 12, "CAF", "12, 31", "4.2")
    again = exported(plan)["Actions"]
    assert [again[f"{column_of(again, name)}4"].value for name in ("age_from", "age_to", "funding")] == [10, 12, "CAF"]


def test_ages_that_cross_in_the_workbook_are_refused(draft):
    plan, officer = draft
    given = given_with(plan, officer, typed_in("Actions", 4, age_from=12, age_to=9))

    assert [note for _place, note in faults(given)] == [
        "L’âge de fin est le même que celui de début, ou plus élevé."
    ] * 2
    assert told(given) == []
