"""Another network: four years, seventeen components, an invented country, in Spanish. Data files alone, no line of Python."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from marelle.accounts import operations as accounts
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Job
from marelle.framework.models import Framework, Track
from marelle.mandates.models import Agreement, Application, Mandate, Review
from marelle.mandates.operations import agreements, amendments, applications, calls, decisions, reviews
from marelle.mandates.queries.applications import dossier
from marelle.mandates.queries.mandates import milestones
from marelle.plans.models import Action
from marelle.plans.operations import amending
from marelle.plans.operations import writing as plans
from marelle.territories.models import Territory
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.journeys.browser import Browser
from tests.journeys.road import VOTE, Road, bytes_of, json_of, later, moment, text_of_pdf

SECOND = Path(__file__).parents[1] / "data" / "second"
MEMBER = {
    "code": "XQ-001",
    "name": "Villaclara de la Vega",
    "kind": "commune",
    "departement": "XQ-A1",
    "region": "XQ-A",
    "population": 18240,
    "lon": -31.42,
    "lat": 12.08,
    "track": "compromiso",
    "state": "active",
    "mandate_start": "2026-09-01",
    "mandate_end": "2030-09-01",
    "url": "http://127.0.0.1:8000/villes/XQ-001",
}
LEFT_BY_THE_FIRST = (
    "Bien-être",
    "Titre complet",
    "six ans",
    "Cadre de démonstration",
    "cinq domaines",
    "2020",
    "France",
)


def load_second() -> Framework:
    """The two files a second network would write, loaded by the two commands it would type."""
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("territories", "load", str(SECOND / "places.csv"), source="Registro de prueba", **quiet)
    call_command("framework", "load", str(SECOND / "framework.yaml"), write=True, **quiet)
    return Framework.objects.get(code="xq-prueba")


@pytest.mark.django_db
def test_second_programme_is_loaded_from_its_files():
    framework = load_second()

    track = Track.objects.get(code="compromiso")
    place = Territory.objects.get(code="XQ-001")
    assert (track.years, framework.domains.count(), framework.criteria.count()) == (4, 17, 5)
    assert [c.weight for c in framework.criteria.order_by("position")] == [25, 20, 30, 15, 10]
    assert (str(framework.domains.get(code="c16")), str(track)) == ("Voz de la infancia", "Compromiso de cuatro años")
    assert (place.country, place.departement.name, place.region.name) == ("XQ", "La Ribera", "Altomar")
    assert place.intercommunality.name == "Mancomunidad del Olmo"


@pytest.mark.django_db
def test_second_programme_through_operations():
    framework, track = load_second(), Track.objects.get(code="compromiso")
    committee = OrganisationFactory(committee=True)
    admin, admin_2, officer, reader_1, reader_2, board = (
        PersonFactory(roles=[(committee, role)])
        for role in (
            *(Role.PROGRAMME_ADMINISTRATOR, Role.PROGRAMME_ADMINISTRATOR, Role.PROGRAMME_OFFICER),
            *(Role.REVIEWER, Role.REVIEWER, Role.BOARD_MEMBER),
        )
    )
    mayor = PersonFactory()
    with clock.at(moment(4, 2)):
        call = calls.draft_call(
            by=admin,
            committee=committee,
            code="convocatoria",
            name={"es": "Convocatoria"},
            tracks=[track],
            framework=framework,
            opens_at=moment(4, 1),
            closes_at=moment(6, 1),
            mandate_starts_on=date(2026, 9, 1),
            zone="Atlantic/Cape_Verde",
        )
        calls.publish_call(call.pk, by=admin)
        town = accounts.create_organisation(Territory.objects.get(code="XQ-001"), by=mayor)
        mayor.forget_memberships()
        accounts.give_role(mayor.pk, town.pk, Role.ELECTED_LEAD, by=mayor)
        mayor.forget_memberships()
        application = applications.declare_intent(call, town, track, by=mayor)
        write_everything(application, by=mayor)
    with clock.at(moment(5, 2)):
        applications.submit_application(application.pk, by=mayor)
    with clock.at(moment(6, 20)):
        reviews.admit(application.pk, by=officer)
        for reader in (reader_1, reader_2):
            read_everything(reviews.assign_reader(application.pk, reader, by=officer))
        reviews.give_opinion(application.pk, "favourable", "Favorable.", by=officer)
        decisions.propose_decision(
            application.pk, by=admin, outcome="granted", reasons="Sí.", session_on=date(2026, 6, 30)
        )
        decisions.confirm_decision(application.pk, by=board)
    with clock.at(moment(9, 10)):
        agreements.record_vote(application.pk, by=mayor, number="41/2026", voted_on=date(2026, 9, 1))
        agreement = agreements.prepare_agreement(application.pk, by=officer)
        agreement = agreements.send_agreement(agreement.pk, by=officer)
        for organisation, person in ((town, mayor), (committee, admin_2)):
            agreements.sign_agreement(
                agreement.pk,
                organisation=organisation,
                by=person,
                fingerprint_seen=agreement.fingerprint,
                capacity="Alcaldesa",
            )
        agreements.seal_agreement(Job.objects.get(task="seal_agreement"), code=agreement.code)

    mandate = Mandate.rows.get(organisation=town)
    agreement = Agreement.rows.get(pk=agreement.pk)
    assert (mandate.state, mandate.starts_on, mandate.ends_on) == ("active", date(2026, 9, 1), date(2030, 9, 1))
    assert [(m["on"].isoformat()) for m in milestones(mandate)] == [
        *("2027-03-15", "2028-03-15", "2028-05-01", "2029-03-15", "2030-01-01", "2030-03-15")
    ]
    assert "du 1er septembre 2026 au 31 août 2030" in text_of_pdf(bytes_of(agreement.sealed))
    assert leftovers(text_of_pdf(bytes_of(agreement.sealed))) == []
    assert mandate.plan.objectives.count() == 17
    with clock.at(moment(9, 11)):
        assert [weighed(mandate, euros, by=mayor) for euros in (125, 126)] == [
            (25, "light", []),
            (25, "heavy", ["budget_moved"]),
        ]


def weighed(mandate: Mandate, euros: int, *, by) -> tuple[int, str, list[str]]:
    """How a change of a budget of 100 euros is weighed in this programme, which lets an officer accept a quarter more."""
    action = Action.objects.filter(objective__plan=mandate.plan_id).order_by("pk")[0]
    Action.objects.filter(pk=action.pk).update(budget_eur=100)
    amendment = amending.begin(mandate.plan_id, by=by)
    stand_in = next(code for code, original in amendment.stands_for.items() if original == action.code)
    plans.save_plan_field(amendment.copy_id, f"action.{stand_in}.budget_eur", str(euros), was="100", version=1, by=by)
    found = amendments.hand_in(amendment.pk, by=by, why="Más medios.")
    told = (found.budget_percent, found.weight, found.heavy_because)
    amendments.withdraw(found.pk, by=by)
    return told


def write_everything(application: Application, *, by) -> None:
    """Every question answered, one objective with an action and an indicator in each component, the vote joined."""
    for section in dossier(application).sections:
        for question in section.questions:
            value = {"choice": "yes", "day": "2026-03-20"}.get(question.kind, "Palabras nuestras.")
            value = str(question.span[0]) if question.kind == "number" else value
            was = application.answers.filter(key=question.key).first()
            applications.save_answer(
                application.pk, question.key, value, was=was.value if was else "", version=0, by=by
            )
    for domain in application.call.framework.domains.order_by("position"):
        objective = plans.add_objective(application.plan_id, domain.code, library=f"{domain.code}-o1", by=by)
        plans.add_action(application.plan_id, objective.code, library=f"{domain.code}-a1", by=by)
        plans.add_indicator(application.plan_id, objective.code, library=f"{domain.code}-i1", by=by)
    upload = SimpleUploadedFile("voto.pdf", VOTE, "application/pdf")
    applications.attach_file(application.pk, upload, by=by)


def read_everything(review: Review) -> None:
    """Three points on each of this framework's criteria, and a summary."""
    reviews.begin_review(review.pk, by=review.reviewer)
    for score in review.scores.select_related("criterion"):
        reviews.save_score(review.pk, score.criterion, "points", 3, was=None, version=score.version, by=review.reviewer)
    review.refresh_from_db()
    reviews.save_summary(review.pk, "Sólido.", was="", version=review.version, by=review.reviewer)
    reviews.finish_review(review.pk, by=review.reviewer)


@pytest.mark.django_db(transaction=True)
def test_second_programme_through_the_pages():
    road = Road(load_second(), track="compromiso", place="XQ-001").walk()

    call_command("invariants", stdout=io.StringIO())  # raises when one is broken
    assert (road.application.state, road.application.plan.state, road.agreement.state) == (
        "signed",
        "running",
        "signed",
    )
    assert road.agreement.mandate.ends_on == date(2030, 9, 1)
    with clock.at(later(1)):
        visitor = Browser()
        assert json_of(visitor, "/villes.json") == [MEMBER]
        assert "Villaclara de la Vega" in visitor.open("/villes").text
        page = visitor.open("/villes/XQ-001")
        for address in (
            "/",
            "/rejoindre",
            "/rejoindre/eligibilite",
            "/en/",
            "/en/villes",
            "/en/villes/XQ-001",
            "/villes/XQ-001/engagements/17",
        ):
            visitor.open(address)
        again_in_english(road)
    assert (page.marks["domain-card"], page.marks["hop"]) == (17, 4)
    assert "Année 1 sur 4" in page.text
    assert "Voz de la infancia" in page.text
    assert "Compromiso de cuatro años" in page.text
    assert {
        address: found
        for browser in [visitor, *road.browsers.values()]
        for address, text in browser.seen.items()
        if (found := leftovers(text))
    } == {}


def again_in_english(road: Road) -> None:
    """Every page somebody opened also answers in English, where the framework's names stay Spanish."""
    for browser in road.browsers.values():
        for address in [address for address in browser.seen if address.startswith(("/espace", "/bureau"))]:
            browser.open(f"/en{address}")
    assert "Voz de la infancia" in road.browsers["editor"].open(f"/en/espace/{road.place}/plan").text


def leftovers(text: str) -> list[str]:
    """Words of the first network that stand in a page of the second."""
    return [words for words in LEFT_BY_THE_FIRST if words in text]
