"""Reports in the office: the list, one verified objective by objective, sent back or accepted."""

import re

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.framework.models import Domain
from marelle.mandates.operations import reports as operations
from marelle.plans.models import Rating, Report
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import RatingFactory, ReportFactory
from tests.mandates.reports_scene import SUMMER, lead_of, officer_of, state_of, written
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _summer():
    with clock.at(SUMMER):
        yield


@pytest.fixture
def report():
    made = written()
    RatingFactory(report=made, objective=made.plan.objectives.get(), children=True, why="Secret d’enfant.")
    operations.submit_report(made.pk, by=lead_of(made))
    return Report.rows.get(pk=made.pk)


@pytest.fixture
def officer(client, report):
    person = officer_of(report)
    sign_in(client, person)
    return person


def place(report, *rest):
    return "/".join(["/bureau/bilans", report.code, *rest])


def test_list_puts_what_is_to_be_read_first_then_the_late(client, report, officer):
    for state in ({"accepted": True}, {"yearly": True}, {}):
        ReportFactory(plan=MandateFactory().plan, **state)

    page = client.get("/bureau/bilans")
    late = client.get("/bureau/bilans?etat=overdue")
    taken = client.get("/bureau/bilans?format=csv").content.decode().splitlines()

    states = [row.state for row in page.context["table"].page.object_list]
    assert states == ["submitted", "asked", "asked", "accepted"]
    assert [(row.kind, row.year) for row in late.context["table"].page.object_list] == [("yearly", 2027)]
    assert (len(taken), taken[2].split(",")[3]) == (5, "567")


def test_report_is_verified_beside_what_was_read(client, report, officer):
    objective = report.plan.objectives.get()

    page = client.get(place(report)).content.decode()
    answer = client.post(
        place(report, "verifier"),
        {f"verdict.{objective.code}": "held_back", f"why.{objective.code}": "Une seule rue vue."},
    )
    after = client.get(place(report)).content.decode()

    assert [word in page for word in ("Trois rues sur cinq.", "justifié", "freiné", "Secret")] == [
        True,
        True,
        True,
        False,
    ]
    assert answer.status_code == 302
    living = Rating.rows.filter(replaced_at=None).order_by("by").values_list("by", "verdict", "why")
    assert list(living)[1:] == [
        ("city", "on_track", "Trois rues sur cinq."),
        ("committee", "held_back", "Une seule rue vue."),
    ]
    assert "Une seule rue vue." in after


def test_domains_are_named_in_the_language_of_the_reader(client, report, officer):
    [domain] = {objective.domain for objective in report.plan.objectives.select_related("domain")}
    Domain.objects.filter(pk=domain.pk).update(name={"fr": "Bien-être", "en": "Well-being"})
    operations.accept_report(report.pk, by=officer)

    pages = [client.get(f"{tongue}{place(report)}").content.decode() for tongue in ("", "/en")]

    assert [re.findall(r'<h3 class="title">([^<]*)</h3>', page) for page in pages] == [["Bien-être"], ["Well-being"]]


def test_report_is_sent_back_with_reasons_only(client, report, officer):
    refused = client.post(place(report, "renvoyer"), {"reasons": " "})
    before = state_of(report)
    answer = client.post(place(report, "renvoyer"), {"reasons": "Dites ce qui freine."})

    assert (refused.status_code, before, answer.status_code, state_of(report)) == (422, "submitted", 302, "returned")
    assert "Dites ce qui freine." in client.get(place(report)).content.decode()


def test_report_is_accepted_and_taken_away(client, report, officer):
    answer = client.post(place(report, "accepter"))

    papers = [client.get(place(report, f"bilan.{kind}")).content[:4] for kind in ("pdf", "docx")]
    assert (answer.status_code, state_of(report), papers) == (302, "accepted", [b"%PDF", b"PK\x03\x04"])


@pytest.mark.parametrize(("act", "state"), [("accepter", "accepted"), ("renvoyer", "returned")])
def test_what_was_found_is_kept_by_whatever_button_is_pressed(client, report, officer, act, state):
    objective = report.plan.objectives.get()
    page = client.get(place(report)).content.decode()

    client.post(place(report, act), {f"verdict.{objective.code}": "held_back", "reasons": "Dites ce qui freine."})

    forms = re.findall(r'<form [^>]*action="[^"]*/bilans/[^"]*"', page)
    assert (len(forms), f'formaction="{place(report, act)}"' in page) == (1, True)
    kept = Rating.rows.filter(objective=objective, by="committee").values_list("verdict", flat=True)
    assert (state_of(report), list(kept)) == (state, ["held_back"])


def test_draft_of_a_town_is_not_read_in_the_office(client, officer):
    draft = written(highlights="Pas encore.")

    page = client.get(place(draft)).content.decode()

    assert ("ne l’a pas encore remis" in page, "Pas encore." in page) == (True, False)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_paper_of_a_report_being_written_is_not_taken_away_in_the_office(client, report, officer, kind):
    """Asked for, or sent back and written again: what a town writes is its own until it hands it in."""
    draft = written(highlights="Pas encore.")
    operations.send_back_report(report.pk, by=officer, reasons="À compléter.")

    answers = [client.get(place(one, f"bilan.{kind}")).status_code for one in (draft, report)]

    assert ([client.get(place(one)).status_code for one in (draft, report)], answers) == ([200, 200], [404, 404])


def test_report_of_another_committee_does_not_exist(client, report):
    stranger = PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-autre"), Role.PROGRAMME_OFFICER)])
    sign_in(client, stranger)

    answers = [
        client.get(place(report)),
        client.get(place(report, "bilan.pdf")),
        client.post(place(report, "accepter")),
    ]

    assert ([a.status_code for a in answers], state_of(report)) == ([404] * 3, "submitted")
    assert list(client.get("/bureau/bilans").context["table"].page) == []


def test_officer_does_not_judge_a_report_of_their_own_town(client, report):
    officer = officer_of(report)
    own = PersonFactory(
        roles=[
            (report.organisation, Role.CITY_EDITOR),
            (report.plan.mandate.agreement.application.call.committee, Role.PROGRAMME_OFFICER),
        ]
    )
    sign_in(client, own)

    assert (officer != own, client.get(place(report)).status_code) == (True, 404)


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_database_as_much_whatever_its_length(client, number, report, officer, django_assert_num_queries):
    for _n in range(number - 1):
        ReportFactory(plan=MandateFactory().plan, submitted=True)
    client.get("/bureau/bilans")

    with django_assert_num_queries(7):
        client.get("/bureau/bilans")
