"""Who holds what, on the first page of a workspace: roles, reports, actions, readings; what nobody holds."""

import re
from datetime import date

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Action
from marelle.plans.operations.reports import save_report_field
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, ReadingFactory, ReportFactory
from tests.mandates.reports_scene import SUMMER

pytestmark = pytest.mark.django_db
TAGS = re.compile(r"<[^>]+>")


@pytest.fixture(autouse=True)
def summer():
    with clock.at(SUMMER):
        yield


@pytest.fixture
def mandate():
    return MandateFactory(agreement__application__organisation__code="67447")


@pytest.fixture
def ana(mandate):
    """The administrator of the town."""
    return PersonFactory(name="Ana Cartable", roles=[(mandate.organisation, Role.CITY_ADMINISTRATOR)])


def told(client, person):
    """What the piece says: who, what; then what each link leads to."""
    client.force_login(person)
    page = client.get("/espace/67447").content.decode().replace("\u202f", " ")
    piece = page.partition('<h2 id="held">')[2].partition("</section>")[0]
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", piece, re.S)
    said = {
        TAGS.sub("", who): [" ".join(TAGS.sub("", p).split()) for p in re.findall(r"<p>(.*?)</p>", dd)]
        for who, dd in rows
    }
    return said, re.findall(r'href="([^"]+)"', piece)


def test_today_says_who_holds_what_and_what_nobody_holds(client, mandate, ana):
    bo = PersonFactory(name="Bo Préau", roles=[(mandate.organisation, Role.CITY_EDITOR)])
    objective = ObjectiveFactory(plan=mandate.plan)
    street = ActionFactory(objective=objective, name="Calmer la rue", lead_service="Voirie", state="in_progress")
    alone = ActionFactory(objective=objective, name="Ouvrir la cour", lead_service="", state="planned")
    ActionFactory(objective=objective, name="Finie", lead_service="Sports", state="done")
    read = IndicatorFactory(objective=objective, name="Rues calmes")
    ReadingFactory(indicator=read, recorded_by=bo)
    unread = IndicatorFactory(objective=objective, name="Cours ouvertes")
    report = ReportFactory(plan=mandate.plan, due_on=date(2029, 9, 30))
    save_report_field(report.pk, "highlights", "Trois rues.", was="", version=report.version, by=bo)

    said, links = told(client, ana)

    space = "/espace/67447"
    assert said == {
        "Ana Cartable": ["Rôle : administration"],
        "Bo Préau": ["Rôle : rédaction", "Relevés : Rues calmes", "En cours d’écriture : Bilan à mi-mandat"],
        "Voirie": ["Action : Calmer la rue"],
        "Personne n’est nommé": [
            "Rôle : élu ou élue signataire",
            "Action : Ouvrir la cour",
            "Relevés : Cours ouvertes",
        ],
    }
    assert set(links) == {
        f"{space}/equipe",
        f"{space}/equipe#invite",
        f"{space}/bilans/{report.code}",
        f"{space}/plan/actions/{street.code}",
        f"{space}/plan/actions/{alone.code}#service",
        f"{space}/plan/indicateurs/{read.code}",
        f"{space}/plan/indicateurs/{unread.code}",
    }


def test_the_act_of_writing_a_report_says_who_writes_it(client, mandate, ana):
    report = ReportFactory(plan=mandate.plan, due_on=date(2029, 9, 30))
    save_report_field(report.pk, "highlights", "Trois rues.", was="", version=report.version, by=ana)
    client.force_login(ana)

    page = client.get("/espace/67447").content.decode()

    assert '<p class="quiet">Tenu par Ana Cartable</p>' in page


def test_who_left_holds_no_reading_any_more(client, mandate, ana):
    gone = PersonFactory(name="Cy Parti")
    ReadingFactory(indicator=IndicatorFactory(objective=ObjectiveFactory(plan=mandate.plan)), recorded_by=gone)

    said, _links = told(client, ana)

    assert "Cy Parti" not in said


def test_many_things_of_one_holder_stand_behind_a_link(client, mandate, ana):
    objective = ObjectiveFactory(plan=mandate.plan)
    for number in range(5):
        ActionFactory(
            objective=objective, name=f"Rue {number}", lead_service="Voirie", ends_on=date(2030, 1, 1 + number)
        )

    said, links = told(client, ana)

    assert said["Voirie"] == ["Action : Rue 0, Rue 1, Rue 2, 2 autres"]
    assert "/espace/67447/plan" in links


@pytest.mark.parametrize("count", [1, 3])
def test_who_holds_what_asks_no_question_of_its_own(client, mandate, ana, django_assert_max_num_queries, count):
    for _ in range(count):
        objective = ObjectiveFactory(plan=mandate.plan)
        ActionFactory(objective=objective, name="Rue", lead_service="Voirie")
        ReadingFactory(indicator=IndicatorFactory(objective=objective), recorded_by=ana)
    client.force_login(ana)
    client.get("/espace/67447")

    with django_assert_max_num_queries(10):
        client.get("/espace/67447")


def test_a_service_is_named_on_the_page_of_its_action(client, mandate, ana):
    action = ActionFactory(objective__plan=mandate.plan, lead_service="", state="planned")
    client.force_login(ana)
    address = f"/espace/67447/plan/actions/{action.code}"

    asked = "Personne n’est nommé" in client.get(address).content.decode()
    client.post(f"{address}/service", {"service": "Voirie", "was": ""})
    again = client.post(f"{address}/service", {"service": "Sports", "was": "Écoles"})

    assert (asked, again.status_code) == (True, 409)
    assert Action.objects.get(pk=action.pk).lead_service == "Voirie"
