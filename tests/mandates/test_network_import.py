"""A living network comes in from one workbook: the fate of every line, merged communes followed, nothing twice."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core import mail
from openpyxl import load_workbook

from marelle.accounts import bringing
from marelle.accounts.models import Invitation, Organisation, Person
from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import clock, registers
from marelle.base.models import Letter
from marelle.base.workbooks.columns import FIRST_ROW
from marelle.mandates.models import Agreement, Application, Mandate
from marelle.mandates.operations import bringing_in
from marelle.plans.models import Action, Indicator, Objective, Plan, Reading, Report
from marelle.plans.standings import shown_on
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory, FrameworkFactory, TrackFactory
from tests.factories.territories import FormerCodeFactory, TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2024, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def committee():
    """A committee, its framework of one domain, one track of six years, and two communes of which one was merged."""
    TrackFactory()
    DomainFactory(framework=FrameworkFactory(), code="rights", short={"fr": "Droits", "en": "Rights"})
    TerritoryFactory(code="01033", name="Valserhône")
    FormerCodeFactory(
        code="01091", name="Châtillon-en-Michaille", territory=TerritoryFactory(code="01185", name="Hauteville")
    )
    return OrganisationFactory(committee=True)


MANDATE = {
    "track": "Titre complet",
    "starts_on": date(2021, 11, 20),
    "ends_on": date(2026, 6, 30),
    "signed_on": date(2021, 11, 20),
}
FULL = {
    "Organismes": [{"organisation": "01033"}],
    "Mandats": [{"organisation": 1033, **MANDATE, "voted_on": date(2021, 9, 14), "vote_number": "2021-41"}],
    "Personnes": [
        {"organisation": "01033", "name": "Claude Essai", "email": "Elu@ville.example", "role": "élu ou élue signataire"},
        {"organisation": "01033", "name": "Camille Essai", "email": "agent@ville.example", "role": "CA"},
    ],
    "Objectifs": [{"organisation": "01033", "mark": "O1", "domain": "Droits", "name": "Aller à l’école sans danger"}],
    "Actions": [
        {"organisation": "01033", "objective": "O1", "name": "Fermer la rue", "state": "terminée", "budget_eur": 40_000},
        {"organisation": "01033", "objective": "o1", "name": "Planter", "state": "abandonnée", "reason": "Plus de budget."},
    ],
    "Indicateurs": [{"organisation": "01033", "mark": "I1", "objective": "O1", "name": "Rues calmes", "baseline": 20, "target": 80}],
    "Relevés": [
        {"organisation": "01033", "indicator": "I1", "period": "2022", "value": 35.5, "source": "Voirie"},
        {"organisation": "01033", "indicator": "I1", "period": "2023", "missing_because": "Pas compté."},
    ],
    "Bilans": [
        {"organisation": "01033", "kind": "mid_term", "year": 2023, "handed_in_on": date(2023, 12, 1), "highlights": "Tout va."}
    ],
}  # fmt: skip


def workbook(committee, lines, tmp_path):
    """The template of the house, filled in by hand."""
    book = load_workbook(io.BytesIO(bringing_in.template(committee)))
    for title, rows in lines.items():
        page = book[title]
        places = {cell.value: cell.column for cell in page[1]}
        for row, values in enumerate(rows, start=FIRST_ROW):
            for name, value in values.items():
                page.cell(row, places[name]).value = value
    path = tmp_path / "reseau.xlsx"
    book.save(path)
    return path


def read(committee, lines, tmp_path):
    return bringing_in.understood(workbook(committee, lines, tmp_path), committee, by=robot(), tell=quiet)


def quiet(done, total):
    """Says nothing."""


def told(found):
    return [(line.what, line.place) for line in found.lines]


def brought(committee, lines, tmp_path):
    found = read(committee, lines, tmp_path)
    return bringing_in.take(found, committee, by=robot(), tell=quiet)


def world():
    models = (Organisation, Application, Agreement, Mandate, Plan, Objective, Action, Indicator, Reading, Report)
    return {model.__name__: model._base_manager.count() for model in (*models, Invitation, Person, Letter)}


def test_every_line_has_its_fate_and_comes_in(committee, tmp_path):
    found = read(committee, FULL, tmp_path)
    before = world()
    added = bringing_in.take(found, committee, by=robot(), tell=quiet)

    assert [what for what, _place in told(found)] == ["create"] * 11
    assert (before["Mandate"], added) == (0, 11)
    mandate = Mandate.rows.select_related("plan", "agreement__application__call", "organisation").get()
    agreement, application = mandate.agreement, mandate.agreement.application
    assert (mandate.organisation.name, mandate.state, mandate.starts_on, mandate.ends_on) == (
        "Valserhône",
        "active",
        date(2021, 11, 20),
        date(2026, 6, 30),
    )
    assert (mandate.plan.state, mandate.plan.adopted_on) == ("running", date(2021, 9, 14))
    assert (agreement.state, agreement.signed_at.date(), agreement.fingerprint, agreement.sealed) == (
        "signed",
        date(2021, 11, 20),
        "",
        None,
    )
    assert (application.state, application.submitted_at, application.vote_number) == ("signed", None, "2021-41")
    assert application.call.state == "archived"
    assert list(Action.objects.order_by("pk").values_list("name", "state", "reason", "budget_eur")) == [
        ("Fermer la rue", "done", "", 40_000),
        ("Planter", "abandoned", "Plus de budget.", None),
    ]
    readings = Reading.objects.order_by("pk").values_list("period", "value", "missing_because", "source")
    assert [(p, v and float(v), m, s) for p, v, m, s in readings] == [
        ("2022", 35.5, "", "Voirie"),
        ("2023", None, "Pas compté.", ""),
    ]
    report = Report.rows.get()
    assert (report.state, report.kind, report.year, report.highlights) == ("accepted", "mid_term", 2023, "Tout va.")
    [shown] = shown_on([mandate.plan_id], date(2024, 4, 3))[mandate.plan_id].values()
    assert (shown.actions, shown.done) == (2, 1)  # finished before it came here, nobody knows which day
    assert [list(find()) for find in registers.invariants.values()] == [[] for _find in registers.invariants]


def test_second_time_there_is_nothing_to_do(committee, tmp_path):
    brought(committee, FULL, tmp_path)
    before = world()

    again = read(committee, FULL, tmp_path)
    added = bringing_in.take(again, committee, by=robot(), tell=quiet)

    assert ([what for what, _place in told(again)], added) == (["there"] * 11, 0)
    assert world() == before


def test_what_stands_otherwise_is_told_and_left(committee, tmp_path):
    brought(committee, FULL, tmp_path)
    Action.objects.filter(name="Fermer la rue").update(budget_eur=50_000, lead_service="Voirie")

    again = read(committee, FULL, tmp_path)

    differs = [(line.place, line.old, line.new) for line in again.lines if line.what == "differs"]
    assert differs == [("Actions!B3", "Budget sur le mandat, en euros\u202f: 50000", "40000")]
    assert bringing_in.take(again, committee, by=robot(), tell=quiet) == 0
    assert Action.objects.get(name="Fermer la rue").budget_eur == 50_000


def test_people_are_prepared_and_invited_only_when_asked(committee, tmp_path):
    brought(committee, FULL, tmp_path)
    before = (Letter.objects.count(), Person.objects.filter(is_robot=False).count(), len(mail.outbox))

    for held in bringing.held(["01033"]):
        bringing.send(held.pk, by=robot())
        bringing.send(held.pk, by=robot())  # twice is once

    assert before == (0, 0, 0)
    assert list(Letter.objects.order_by("pk").values_list("kind", "address")) == [
        ("invitation", "elu@ville.example"),
        ("invitation", "agent@ville.example"),
    ]
    living = Invitation.objects.filter(withdrawn_at=None).order_by("pk")
    assert [(i.email, i.role, i.held_at) for i in living] == [
        ("elu@ville.example", Role.ELECTED_LEAD, None),
        ("agent@ville.example", Role.CITY_ADMINISTRATOR, None),
    ]
    assert bringing.held(["01033"]) == []


def test_merged_commune_is_followed_to_that_of_today(committee, tmp_path):
    lines = {
        "Organismes": [{"organisation": "01091"}],
        "Mandats": [{"organisation": "01091", **MANDATE}, {"organisation": "01185", **MANDATE}],
    }

    found = read(committee, lines, tmp_path)

    shown = [(line.what, line.place, line.name, line.note) for line in found.lines]
    assert shown == [
        ("create", "Organismes!B3", "Hauteville", "01091 est aujourd’hui Hauteville (01185)."),
        ("create", "Mandats!B3", "Hauteville", "01091 est aujourd’hui Hauteville (01185)."),
        ("fault", "Mandats!D4", "Hauteville", "Un autre mandat de cet organisme, sur la même voie, couvre ces années."),
    ]


def test_two_communes_merged_into_one_open_one_space(committee, tmp_path):
    lines = {"Organismes": [{"organisation": "01091"}, {"organisation": "01185"}]}

    found = read(committee, lines, tmp_path)
    added = bringing_in.take(found, committee, by=robot(), tell=quiet)

    assert told(found) == [("create", "Organismes!B3"), ("there", "Organismes!B4")]
    assert (added, list(Organisation.objects.filter(kind="commune").values_list("code", flat=True))) == (1, ["01185"])


STANDINGS = {
    "over": (date(2015, 1, 1), date(2021, 1, 1), "ended", "closed", "ended"),
    "running": (date(2021, 11, 20), date(2027, 11, 20), "active", "running", "signed"),
    "longer than its track": (date(2017, 1, 1), date(2025, 1, 1), "prolonged", "running", "signed"),
    "to come": (date(2025, 1, 1), date(2031, 1, 1), "planned", "adopted", "signed"),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_mandate_stands_where_its_dates_put_it(committee, tmp_path, name):
    starts_on, ends_on, state, plan, agreement = STANDINGS[name]

    brought(
        committee,
        {"Mandats": [{"organisation": "01033", **MANDATE, "starts_on": starts_on, "ends_on": ends_on}]},
        tmp_path,
    )

    mandate = Mandate.rows.select_related("plan", "agreement").get()
    assert (mandate.state, mandate.plan.state, mandate.agreement.state) == (state, plan, agreement)


FAULTS = {
    "unknown code": ("Mandats", {"organisation": "99999"}, "B", "Aucune commune ni intercommunalité ne porte ce code."),
    "no agreement": (
        "Mandats",
        {"signed_on": None},
        "F",
        "Indiquez le jour où la convention a été signée\u202f: un mandat vient d’une convention.",
    ),
    "address": ("Personnes", {"email": "claude"}, "D", "Indiquez une adresse électronique."),
    "mark": (
        "Actions",
        {"objective": "O9"},
        "D",
        "Aucune ligne prise ne porte ce repère, pour cet organisme et ce mandat.",
    ),
    "held back": ("Actions", {"state": "bloquée"}, "M", "Dites pourquoi\u202f: la question reviendra à mi-mandat."),
    "reading": (
        "Relevés",
        {"value": None},
        "G",
        "Donnez une valeur, ou dites pourquoi il n’y en a pas\u202f: l’un ou l’autre.",
    ),
    "library": ("Indicateurs", {"definition": "X9"}, "F", "La bibliothèque n’a pas d’indicateur de ce code."),
    "far year": (
        "Mandats",
        {"starts_on": date(9998, 1, 1), "ends_on": None},
        "D",
        "Indiquez le jour sous la forme année-mois-jour, par exemple 2027-09-01.",
    ),
    "signed tomorrow": (
        "Mandats",
        {"signed_on": date(2024, 4, 4)},
        "F",
        "Indiquez le jour où la convention a été signée\u202f: un mandat vient d’une convention.",
    ),
    "link": (
        "Relevés",
        {"evidence_address": "javascript:alert(1)"},
        "G",
        "Indiquez l’adresse entière d’une page\u202f: elle commence par https://",
    ),
    "handed in tomorrow": (
        "Bilans",
        {"handed_in_on": date(2024, 4, 4)},
        "F",
        "Indiquez le jour où il a été déposé, après le début du mandat.",
    ),
    "sheet of another mandate": (
        "Bilans",
        {"kind": "yearly", "year": 2020},
        "E",
        "Une fiche annuelle parle d’une année du mandat, déjà commencée.",
    ),
    "sheet of a year to come": (
        "Bilans",
        {"kind": "yearly", "year": 2024},
        "E",
        "Une fiche annuelle parle d’une année du mandat, déjà commencée.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_line_at_fault_is_told_by_its_cell(committee, tmp_path, name):
    sheet, change, column, sentence = FAULTS[name]
    lines = {title: [dict(row) for row in rows[:1]] for title, rows in FULL.items()}
    lines[sheet][0] |= change

    found = read(committee, lines, tmp_path)

    first = next(line for line in found.lines if line.what == "fault")
    assert (first.place, first.note) == (f"{sheet}!{column}3", sentence)


def test_cell_at_fault_is_told_once_with_its_line_and_what_stands_there(committee, tmp_path):
    lines = FULL | {
        "Mandats": [{"organisation": "01033", **MANDATE}, {"organisation": "01185", **MANDATE, "starts_on": "hier"}],
        "Relevés": [
            {"organisation": "01033", "indicator": "I1", "period": "2022", "numerator": "huit", "denominator": 9}
        ],
    }

    found = read(committee, lines, tmp_path)

    day = "Indiquez le jour sous la forme année-mois-jour, par exemple 2027-09-01."
    number = "Indiquez un nombre, par exemple 12 ou 12,5. Laissez vide si vous ne le connaissez pas."
    assert [(line.place, line.name, line.new, line.note) for line in found.lines if line.what == "fault"] == [
        ("Mandats!D4", "Hauteville", "hier", day),
        ("Relevés!H3", "Valserhône", "huit", number),
    ]


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("Lutèce", "Le fichier dit «\u202fLutèce\u202f»\u202f: ce code est celui de Valserhône."),
        ("valserhone", ""),
        (None, ""),
    ],
)
def test_name_that_is_not_that_of_its_code_is_remarked_and_taken(committee, tmp_path, name, note):
    found = read(committee, {"Organismes": [{"organisation": "01033", "name": name}]}, tmp_path)

    assert [(line.what, line.note) for line in found.lines] == [("create", note)]


class Killed(BaseException):
    """As a worker that is killed."""


def test_killed_half_way_each_effect_is_there_once(committee, tmp_path):
    TerritoryFactory(code="67447", name="Schiltigheim")
    both = {title: [*rows, *({**row, "organisation": "67447"} for row in rows)] for title, rows in FULL.items()}
    one = tmp_path / "once"
    one.mkdir()

    def kill(done, total):
        raise Killed

    found = read(committee, both, tmp_path)
    with pytest.raises(Killed):
        for bundle in found.bundles:
            bringing_in._take_one(bundle, found.known, committee, robot(), None)
            kill(1, 2)
    half = Mandate.rows.count()
    brought(committee, both, one)

    assert half == 1
    counts = world()
    assert {name: counts[name] for name in ("Mandate", "Objective", "Action", "Reading", "Report", "Invitation")} == {
        "Mandate": 2,
        "Objective": 2,
        "Action": 4,
        "Reading": 4,
        "Report": 2,
        "Invitation": 4,
    }


def test_held_questions_do_not_grow_with_the_network(committee, tmp_path, django_assert_num_queries):
    codes = [TerritoryFactory(code=f"{62000 + n}").code for n in range(3)]
    lines = {title: [{**row, "organisation": code} for code in codes for row in rows] for title, rows in FULL.items()}
    brought(committee, lines, tmp_path)

    for some in (codes[:1], codes):
        with django_assert_num_queries(9):
            bringing_in.network.held_by(some)


def test_only_a_programme_administrator_brings_a_network_in(committee):
    people = {
        role: PersonFactory(roles=[(committee, role)])
        for role in (Role.PROGRAMME_ADMINISTRATOR, Role.PROGRAMME_OFFICER)
    }
    given = type("Given", (), {"organisation": committee})

    assert {role: bringing_in.may(person, given) for role, person in people.items()} == {
        Role.PROGRAMME_ADMINISTRATOR: True,
        Role.PROGRAMME_OFFICER: False,
    }
