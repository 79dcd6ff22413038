"""The town's reports: what is known is there, each field saves itself, handing in asks who may."""

import io

import docx
import pytest
from django.test import Client
from pypdf import PdfReader

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Job
from marelle.mandates.operations import reports as operations
from marelle.plans.models import Rating, Report
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import RatingFactory, ReportFactory
from tests.mandates.reports_scene import SUMMER, WORDS, asked, lead_of, officer_of, plan_of, state_of, written
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _summer():
    with clock.at(SUMMER):
        yield


def member(report, role=Role.CITY_EDITOR):
    return browser(PersonFactory(roles=[(report.organisation, role)]))


def browser(person):
    client = Client()
    sign_in(client, person)
    return client


def place(report, *rest):
    return "/".join([f"/espace/{report.organisation.code}/bilans/{report.code}", *rest])


def test_list_shows_every_report_of_the_mandate_and_its_state():
    report, _objective = asked()
    ReportFactory(plan=report.plan, yearly=True, accepted=True)

    page = member(report, Role.CITY_READER).get(f"/espace/{report.organisation.code}/bilans").content.decode()

    assert page.count("<tr>") == 1 + 8
    assert [word in page for word in ("Bilan à mi-mandat", "à remettre", "accepté", "à venir")] == [True] * 4
    assert f'href="{place(report)}"' in page


def test_report_is_prefilled_with_what_is_known_and_decides_nothing():
    report, objective = asked()

    page = member(report).get(place(report)).content.decode()

    for known in ("1 en cours", "1 terminée", "2 ont changé depuis", "justifié", "50 % du chemin", "diraient"):
        assert known in page.replace("\u202f", " ").replace("\u00a0", " "), known
    assert f'name="verdict.{objective.code}"' in page
    assert "checked" not in page


def test_field_saves_itself_and_two_writers_lose_nothing():
    report, objective = asked()
    client = member(report)
    send = {"HTTP_X_REQUESTED_WITH": "fetch"}
    verdict = {"name": f"verdict.{objective.code}", "value": "on_track", "was": "", "version": "0"}
    words = {"name": "highlights", "value": "Trois rues.", "was": "", "version": "0"}

    answers = [client.post(place(report, "champ"), data, **send).status_code for data in (verdict, words)]
    other = client.post(place(report, "champ"), {**words, "value": "Cinq rues."}, **send)

    assert (answers, other.status_code) == ([200, 200], 409)
    assert Report.rows.get().highlights == "Trois rues."
    assert [(r.by, r.verdict, r.why) for r in Rating.rows.all()] == [("city", "on_track", "")]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [("verdict.{}", "splendid", 422), ("state", "accepted", 422), ("verdict.unknown", "on_track", 422)],
    ids=["no verdict", "no field of the writer", "no objective of the plan"],
)
def test_field_refuses_what_is_not_asked(name, value, status):
    report, objective = asked()
    data = {"name": name.format(objective.code), "value": value, "was": "", "version": "0"}

    answer = member(report).post(place(report, "champ"), data, HTTP_X_REQUESTED_WITH="fetch")

    assert (answer.status_code, state_of(report), Rating.rows.count()) == (status, "asked", 0)


def test_whole_page_saves_without_script_and_leads_to_reading_over():
    report, objective = asked()
    typed = {**WORDS, f"verdict.{objective.code}": "on_track", f"why.{objective.code}": "Trois rues."}
    data = {**typed, **{f"was:{name}": "" for name in typed}, "next": "1"}

    answer = member(report).post(place(report), data)

    assert (answer.status_code, answer["Location"]) == (302, place(report, "remise"))
    assert [(r.verdict, r.why) for r in Rating.rows.all()] == [("on_track", "Trois rues.")]
    assert "Tout y est" in member(report).get(place(report, "remise")).content.decode()


def test_handing_in_says_what_is_missing_where():
    report, objective = asked(**{**WORDS, "fairness": ""})

    page = member(report).get(place(report, "remise")).content.decode()

    assert "2 choses manquent" in page.replace("\u00a0", " ") or "2 éléments" in page
    for name in ("fairness", f"verdict.{objective.code}"):
        assert f'href="{place(report)}#{name}"' in page


def test_report_is_handed_in_and_its_receipt_shown():
    report = written()
    client = browser(lead_of(report))

    answer = client.post(place(report, "remise"), {"exact": "on"})
    page = client.get(answer["Location"]).content.decode()

    handed_in = Report.rows.get()
    assert (answer.status_code, handed_in.state) == (302, "submitted")
    assert handed_in.fingerprint in page
    assert [page.count(f"<strong>{who}</strong>") for who in ("La collectivité", "Un groupe d’enfants")] == [1, 1]


def test_writer_without_the_right_tells_who_has_it():
    report = written()
    lead = lead_of(report)
    client = member(report)

    page = client.get(place(report, "remise")).content.decode()
    answer = client.post(place(report, "prevenir"))

    assert (lead.name in page, answer.status_code) == (True, 302)
    assert lead.notifications.get().kind == "report_ready"


def test_draft_leaves_marked_as_one_and_as_a_text_to_edit():
    report = written()
    client = member(report, Role.CITY_READER)

    pdf = client.get(place(report, "bilan.pdf"))
    text = client.get(place(report, "bilan.docx"))

    pages = PdfReader(io.BytesIO(pdf.content))
    assert "".join(pages.pages[0].extract_text().split()).startswith("Projet:pasencoreremis")
    assert pages.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712  a PDF boolean
    assert docx.Document(io.BytesIO(text.content)).sections[0].header.paragraphs[0].text.startswith("Projet")
    assert client.get(place(report, "bilan.exe")).status_code == 404


def test_accepted_report_stands_on_the_public_page_with_the_three_sides():
    report = written()
    RatingFactory(report=report, objective=report.plan.objectives.get(), children=True, why="Secret d’enfant.")
    operations.submit_report(report.pk, by=lead_of(report))
    town = f"/villes/{report.organisation.code}"
    before = Client().get(f"{town}/bilans/{report.code}").status_code

    operations.accept_report(report.pk, by=officer_of(report))
    job = Job.objects.filter(task="draw_report").latest("pk")
    operations.draw_report(job, **job.arguments)

    city = Client().get(town).content.decode()
    page = Client().get(f"{town}/bilans/{report.code}").content.decode()
    paper = Client().get(f"{town}/bilans/{report.code}.pdf")
    assert (before, f'href="{town}/bilans/{report.code}"' in city, "Secret" in page) == (404, True, False)
    assert page.count("freiné") == 1
    assert b"".join(paper.streaming_content)[:5] == b"%PDF-"


@pytest.mark.parametrize("objectives", [1, 3])
def test_report_asks_the_database_as_much_whatever_the_plan(objectives, django_assert_num_queries):
    mandate = MandateFactory()
    report = ReportFactory(plan=mandate.plan)
    for _n in range(objectives):
        plan_of(mandate)
    client = member(report)
    client.get(place(report))

    with django_assert_num_queries(13):
        client.get(place(report))
