"""The application in the workspace: the pages, saving with and without script, handing in, who sees nothing."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from marelle.accounts.models import Notification
from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.framework.models import Recommendation
from marelle.framework.operations import freeze_framework
from marelle.mandates.models import Answer, Application, HandIn
from marelle.plans.models import Action
from tests import signing_in
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.framework import DemonstrationFramework, RecommendationFactory, TrackFactory
from tests.factories.mandates import (
    CLOSES,
    IN_TIME,
    OPENS,
    TOO_LATE,
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    HandInFactory,
    MandateFactory,
    ReadyApplication,
)
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory, ReadingFactory

pytestmark = pytest.mark.django_db

GET_PAGES = [
    "candidature",
    "candidature/presentation",
    "candidature/auto-evaluation/bien-etre",
    "candidature/equipe-projet",
    "candidature/plan",
    "candidature/plan?vue=tableau",
    "candidature/plan?vue=imprimer",
    "candidature/documents",
    "candidature/depot",
    "candidature/recu",
    "candidature/retirer",
    "plan",
    "documents",
]
POST_PAGES = [
    "candidature/commencer",
    "candidature/champ",
    "candidature/reprendre",
    "candidature/plan/ajouter",
    "candidature/plan/changer",
    "candidature/plan/recommandations",
    "candidature/documents/joindre",
    "candidature/documents/x/retirer",
]


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def sign_in(client):
    def enter(organisation, *roles, proved=False):
        person = PersonFactory(roles=[(organisation, role) for role in roles], application=proved)
        if proved:
            signing_in.sign_in(client, person)
        else:
            client.force_login(person)
        client.get("/compte/")  # the first page of a session also writes that it began
        return person

    return enter


def demonstration(**situation):
    framework = freeze_framework(DemonstrationFramework().pk, at=IN_TIME)
    return ApplicationFactory(call=CallFactory(framework=framework), **situation)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("page", GET_PAGES)
@pytest.mark.parametrize("role", [Role.CITY_READER, Role.CITY_EDITOR, Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD])
def test_pages_open_for_the_organisation_s_people(client, sign_in, page, role):
    application = demonstration()
    sign_in(application.organisation, role)

    answer = client.get(f"/espace/{application.organisation.code}/{page}", follow=True)

    assert answer.status_code == 200


@pytest.mark.parametrize("page", GET_PAGES + POST_PAGES)
@pytest.mark.parametrize("who", ["another city", "nobody's", "the committee"])
def test_pages_do_not_exist_for_others(client, sign_in, page, who):
    application = demonstration(submitted=True)
    HandInFactory(application=application)
    if who == "another city":
        sign_in(OrganisationFactory(), Role.CITY_ADMINISTRATOR)
    elif who == "the committee":
        sign_in(OrganisationFactory(committee=True), Role.PROGRAMME_ADMINISTRATOR)
    else:
        client.force_login(PersonFactory())
    address = f"/espace/{application.organisation.code}/{page}"

    answer = client.post(address) if page in POST_PAGES else client.get(address)

    assert answer.status_code == 404


def test_start_page_compares_the_tracks_and_starts_in_one_click(client, sign_in):
    call = CallFactory(tracks=[TrackFactory(), TrackFactory(light=True)])
    organisation = OrganisationFactory()
    sign_in(organisation, Role.CITY_EDITOR)

    page = client.get(f"/espace/{organisation.code}/candidature")
    answer = client.post(
        f"/espace/{organisation.code}/candidature/commencer", {"call": call.code, "track": "full", "form_key": "k1"}
    )

    assert "Commencer\u202f: Titre complet" in page.content.decode()
    assert "Commencer\u202f: Réseau léger" in page.content.decode()
    assert answer["Location"] == f"/espace/{organisation.code}/candidature/presentation"
    assert Application.rows.get().state == "intent"


def test_start_sent_twice_has_one_effect(client, sign_in):
    call, organisation = CallFactory(), OrganisationFactory()
    sign_in(organisation, Role.CITY_EDITOR)
    form = {"call": call.code, "track": "full", "form_key": "k1"}

    answers = [client.post(f"/espace/{organisation.code}/candidature/commencer", form) for _click in range(2)]

    assert [a["Location"] for a in answers] == [f"/espace/{organisation.code}/candidature/presentation"] * 2
    assert Application.rows.count() == 1


def test_task_list_says_not_handed_in_and_how_far_each_section_is(client, sign_in):
    application = demonstration()
    colleague = PersonFactory(name="Dominique Collègue")
    AnswerFactory(application=application, edited_by=colleague, edited_at=IN_TIME)
    sign_in(application.organisation, Role.CITY_EDITOR)

    page = text(client.get(f"/espace/{application.organisation.code}/candidature"))

    assert "Pas encore déposée." in page
    assert "Présentation commencé Pour" in page
    assert "Dominique Collègue écrit ici" in page
    assert "Plan d’action à faire" in page
    assert "Relire et déposer bloqué" in page


def test_section_saves_the_whole_form_without_script(client, sign_in):
    application = demonstration()
    sign_in(application.organisation, Role.CITY_EDITOR)
    address = f"/espace/{application.organisation.code}/candidature/presentation"

    answer = client.post(
        address,
        {
            "presentation.summary": "Un bourg.\r\nDeux écoles.",
            "was:presentation.summary": "",
            "presentation.governance": "Un comité.",
            "was:presentation.governance": "",
            "presentation.children_how": "",
            "was:presentation.children_how": "",
        },
    )

    assert answer["Location"] == address
    assert dict(Answer.rows.values_list("key", "value")) == {
        "presentation.summary": "Un bourg.\nDeux écoles.",
        "presentation.governance": "Un comité.",
    }


def test_section_keeps_both_texts_and_saves_the_rest_when_two_wrote(client, sign_in):
    answer = AnswerFactory(application=demonstration(), value="Le texte de Dominique.")
    code = answer.application.organisation.code
    sign_in(answer.application.organisation, Role.CITY_EDITOR)
    address = f"/espace/{code}/candidature/presentation"

    refused = client.post(
        address,
        {
            "presentation.summary": "Mon texte.",
            "was:presentation.summary": "",
            "presentation.governance": "Un comité.",
            "was:presentation.governance": "",
        },
    )

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Le texte de Dominique." in page
    assert "Mon texte." in page
    assert Answer.rows.get(key="presentation.governance").value == "Un comité."
    assert Answer.rows.get(key="presentation.summary").value == "Le texte de Dominique."


def test_one_click_settles_a_conflict(client, sign_in):
    answer = AnswerFactory(application=demonstration(), value="Le texte de Dominique.", version=2)
    code = answer.application.organisation.code
    sign_in(answer.application.organisation, Role.CITY_EDITOR)

    settled = client.post(
        f"/espace/{code}/candidature/champ",
        {"name": answer.key, "value": "Mon texte.", "was": "Le texte de Dominique.", "version": "2"},
    )

    answer.refresh_from_db()
    assert settled["Location"] == f"/espace/{code}/candidature/presentation#presentation.summary"
    assert answer.value == "Mon texte."


def test_field_answers_a_script_with_the_hour(client, sign_in):
    application = demonstration()
    sign_in(application.organisation, Role.CITY_EDITOR)

    answer = client.post(
        f"/espace/{application.organisation.code}/candidature/champ",
        {"name": "presentation.summary", "value": "Un bourg.", "was": "", "version": "0"},
        headers={"X-Requested-With": "fetch"},
    )

    assert (answer.status_code, answer.json()) == (200, {"saved_at": "11\u00a0h", "saved": 1})


def test_field_shows_a_script_both_texts(client, sign_in):
    answer = AnswerFactory(application=demonstration(), value="Le texte de Dominique.")
    code = answer.application.organisation.code
    sign_in(answer.application.organisation, Role.CITY_EDITOR)

    refused = client.post(
        f"/espace/{code}/candidature/champ",
        {"name": answer.key, "value": "Mon texte.", "was": "Avant.", "version": "0"},
        headers={"X-Requested-With": "fetch"},
    )

    page = refused.content.decode()
    assert refused.status_code == 409
    assert ("Le texte de Dominique." in page, "Mon texte." in page, "<html" in page) == (True, True, False)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("state", "submitted", 422),
        ("id", "1", 422),
        ("plan.state", "adopted", 422),
        ("plan.organisation", "1", 422),
        ("objective.nothing.name", "x", 422),
        ("presentation.summary", "x" * 7000, 422),
    ],
)
def test_field_writes_nothing_beyond_the_form(client, sign_in, name, value, status):
    application = demonstration()
    sign_in(application.organisation, Role.CITY_EDITOR)
    before = list(Application.rows.values())

    answer = client.post(
        f"/espace/{application.organisation.code}/candidature/champ",
        {"name": name, "value": value, "was": "", "version": "0"},
        headers={"X-Requested-With": "fetch"},
    )

    assert answer.status_code == status
    assert list(Application.rows.values()) == before
    assert Answer.rows.count() == 0


def test_section_ignores_what_the_form_does_not_hold(client, sign_in):
    application = demonstration()
    sign_in(application.organisation, Role.CITY_EDITOR)
    before = list(Application.rows.values())

    client.post(
        f"/espace/{application.organisation.code}/candidature/presentation",
        {"state": "accepted", "organisation": "1", "version": "9", "id": "1", "role": "CA"},
    )

    assert list(Application.rows.values()) == before


@pytest.mark.parametrize(
    "page",
    [
        "candidature/presentation",
        "candidature/champ",
        "candidature/plan",
        "candidature/plan/ajouter",
        "candidature/plan/recommandations",
    ],
)
def test_readers_write_nothing(client, sign_in, page):
    application = demonstration()
    domain = application.call.framework.domains.first()
    sign_in(application.organisation, Role.CITY_READER)

    answer = client.post(
        f"/espace/{application.organisation.code}/{page}",
        {
            "name": "presentation.summary",
            "value": "Non",
            "presentation.summary": "Non",
            "plan.vision": "Non",
            "what": "objective",
            "to": domain.code,
        },
    )

    assert answer.status_code == 403
    assert (Answer.rows.count(), application.plan.objectives.count()) == (0, 0)


def test_plan_says_which_recommendations_an_objective_answers(client, sign_in):
    """Boxes ticked without script are kept, and come back ticked; unticked, they go."""
    application = demonstration()
    domain = application.call.framework.domains.get(code="A")
    objective = ObjectiveFactory(plan=application.plan, domain=domain)
    chosen = domain.recommendations.order_by("position").last()
    address = f"/espace/{application.organisation.code}/candidature/plan"
    sign_in(application.organisation, Role.CITY_EDITOR)

    answer = client.post(f"{address}/recommandations", {"to": objective.code, "recommendation": [chosen.code]})
    page = client.get(address).content.decode()
    kept = list(objective.recommendations.all())
    client.post(f"{address}/recommandations", {"to": objective.code})

    assert (answer.url, kept) == (f"{address}#{objective.code}", [chosen])
    assert f'name="recommendation" value="{chosen.code}" checked' in page
    assert page.count('name="recommendation"') == domain.recommendations.count()
    assert objective.recommendations.count() == 0


def test_plan_in_force_is_shown_before_the_one_being_written(client, sign_in):
    """A renewal begins while the plan runs: the plan is still the one that was adopted."""
    running = PlanFactory(running=True, vision="Le plan qui court.", created_at=OPENS)
    PlanFactory(
        organisation=running.organisation, framework=running.framework, vision="Le prochain.", created_at=IN_TIME
    )
    sign_in(running.organisation, Role.CITY_READER)

    page = client.get(f"/espace/{running.organisation.code}/plan").content.decode()

    assert ("Le plan qui court." in page, "Le prochain." in page) == (True, False)


def test_documents_join_and_remove_a_file(client, sign_in):
    application = demonstration()
    code = application.organisation.code
    sign_in(application.organisation, Role.CITY_EDITOR)
    upload = SimpleUploadedFile("note.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")

    client.post(f"/espace/{code}/candidature/documents/joindre", {"file": upload})
    file = application.files.get()
    page = client.get(f"/espace/{code}/documents")
    client.post(f"/espace/{code}/candidature/documents/{file.code}/retirer")

    assert f'href="/compte/fichiers/{file.code}"' in page.content.decode()
    assert application.files.count() == 0


def test_documents_made_by_the_house_say_so(client, sign_in):
    file = FileFactory(added_by=robot())
    sign_in(file.organisation, Role.CITY_READER)

    page = client.get(f"/espace/{file.organisation.code}/documents").content.decode()

    assert ("par la maison" in page, "Robot" in page) == (True, False)


def test_documents_join_one_file_whatever_the_clicks(client, sign_in):
    """trust F6."""
    application = demonstration()
    code = application.organisation.code
    sign_in(application.organisation, Role.CITY_EDITOR)
    page = client.get(f"/espace/{code}/candidature/documents").content.decode()
    form = page.partition("documents/joindre")[2].partition("</form>")[0]
    key = re.search(r'name="form_key" value="([^"]+)"', form)[1]

    answers = [
        client.post(
            f"/espace/{code}/candidature/documents/joindre",
            {"file": SimpleUploadedFile("note.pdf", b"%PDF-1.4\n%%EOF\n"), "form_key": key},
        )
        for _click in range(2)
    ]

    assert [(a.status_code, a["Location"]) for a in answers] == [(302, f"/espace/{code}/candidature/documents")] * 2
    assert application.files.count() == 1


def test_documents_say_why_a_file_is_refused(client, sign_in):
    application = demonstration()
    sign_in(application.organisation, Role.CITY_EDITOR)

    answer = client.post(
        f"/espace/{application.organisation.code}/candidature/documents/joindre",
        {"file": SimpleUploadedFile("dessin.svg", b"<svg/>")},
    )

    assert answer.status_code == 422
    assert application.files.count() == 0


def test_submit_page_lists_what_is_missing_with_links(client, sign_in):
    application = demonstration()
    code = application.organisation.code
    sign_in(application.organisation, Role.ELECTED_LEAD)

    page = client.get(f"/espace/{code}/candidature/depot").content.decode()

    assert f'href="/espace/{code}/candidature/presentation#presentation.summary"' in page
    assert f'href="/espace/{code}/candidature/plan#bien-etre"' in page
    assert "Déposer la candidature" not in page


def test_submit_asks_for_a_second_proof(client, sign_in):
    application = ReadyApplication()
    sign_in(application.organisation, Role.ELECTED_LEAD)

    answer = client.post(f"/espace/{application.organisation.code}/candidature/depot", {"exact": "on"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/")
    assert HandIn.objects.count() == 0


def test_submit_hands_in_and_shows_the_receipt(client, sign_in):
    application = ReadyApplication()
    code = application.organisation.code
    sign_in(application.organisation, Role.ELECTED_LEAD, proved=True)

    answer = client.post(f"/espace/{code}/candidature/depot", {"exact": "on"})
    again = client.post(f"/espace/{code}/candidature/depot", {"exact": "on"})

    page = client.get(answer["Location"]).content.decode()
    application.refresh_from_db()
    assert (answer["Location"], again["Location"]) == (f"/espace/{code}/candidature/recu",) * 2
    assert application.fingerprint in page
    assert f'href="/compte/fichiers/{application.receipt.code}"' in page
    assert HandIn.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "at"), [({}, IN_TIME), ({"exact": "on"}, TOO_LATE)], ids=["nothing stated", "window ended"]
)
def test_submit_refuses_and_keeps_the_draft(client, sign_in, form, at):
    application = ReadyApplication()
    sign_in(application.organisation, Role.ELECTED_LEAD, proved=True)

    with clock.at(at):
        answer = client.post(f"/espace/{application.organisation.code}/candidature/depot", form)

    application.refresh_from_db()
    assert answer.status_code == (409 if at == TOO_LATE else 422)
    assert application.state == "draft"
    assert application.answers.count() > 0


def test_task_list_says_that_the_window_has_ended(client, sign_in):
    application = demonstration()
    sign_in(application.organisation, Role.CITY_EDITOR)

    with clock.at(TOO_LATE):
        page = text(client.get(f"/espace/{application.organisation.code}/candidature"))

    assert "La période est terminée." in page
    assert "conservé ici, en brouillon" in page


def test_returned_application_shows_why_and_what_changed(client, sign_in):
    application = ApplicationFactory(returned=True)
    AnswerFactory(application=application, value="Après.")
    HandInFactory(
        application=application, content={"answers": {"presentation.summary": "Avant."}, "plan": {}, "files": []}
    )
    sign_in(application.organisation, Role.CITY_EDITOR)

    page = text(client.get(f"/espace/{application.organisation.code}/candidature"))

    assert "Le budget manque." in page
    assert "Ce qui a changé depuis votre dernier dépôt" in page
    assert "Avant." in page


def test_withdraw_asks_then_does_it(client, sign_in):
    application = ApplicationFactory()
    sign_in(application.organisation, Role.ELECTED_LEAD, proved=True)
    address = f"/espace/{application.organisation.code}/candidature/retirer"

    asked = client.get(address)
    client.post(address)

    application.refresh_from_db()
    assert (asked.status_code, application.state) == (200, "withdrawn")


def test_previous_application_is_taken_up_and_marked(client, sign_in):
    application = demonstration()
    earlier = ApplicationFactory(
        organisation=application.organisation, call=CallFactory(name={"fr": "Appel d’avant"}), state="lapsed"
    )
    AnswerFactory(application=earlier, key="presentation.summary", value="Une ville.")
    sign_in(application.organisation, Role.CITY_EDITOR)
    address = f"/espace/{application.organisation.code}/candidature"

    offered = text(client.get(address))
    client.post(f"{address}/reprendre")
    section = text(client.get(f"{address}/presentation"))

    assert "Appel d’avant" in offered and "Reprendre le dossier précédent" in offered
    assert "Une ville." in section and "Repris de « Appel d’avant » : à relire." in section
    assert "Reprendre le dossier précédent" not in text(client.get(address))


def test_the_plan_of_the_mandate_before_is_marked_on_each_field_and_its_results_are_read(client, sign_in):
    """A mandate brought in: its plan is offered; the last value read is a baseline that says so; a change says what it was."""
    application = demonstration()
    old = ApplicationFactory(
        organisation=application.organisation, state="signed", taken_over_at=application.created_at,
        call=CallFactory(
            framework=application.call.framework, name={"fr": "Mandats d’avant"}, opens_at=datetime(2020, 9, 1, tzinfo=UTC)
        ),
    )  # fmt: skip
    mandate = MandateFactory(agreement__application=old, ended=True)
    domain = application.call.framework.domains.get(code="A")
    read = IndicatorFactory(objective=ObjectiveFactory(plan=mandate.plan, domain=domain), name="Rues calmes", target=20)
    ActionFactory(objective=read.objective, name="Ouvrir une rue", lead_service="Voirie")
    ReadingFactory(indicator=read, period="2025", until=date(2025, 12, 31), value=11)
    sign_in(application.organisation, Role.CITY_EDITOR)
    address = f"/espace/{application.organisation.code}/candidature"

    offered = text(client.get(address))
    client.post(f"{address}/reprendre")
    action = Action.objects.get(objective__plan=application.plan)
    Action.objects.filter(pk=action.pk).update(lead_service="Espaces verts")
    plan, home = text(client.get(f"{address}/plan")), text(client.get(address))

    assert "Le plan de votre mandat est ici (« Mandats d’avant »)" in offered
    assert "Ce qu’a donné votre mandat précédent" in offered and "Rues calmes" in offered
    assert "Dernière valeur relevée au mandat précédent, en 2025 : à relire." in plan
    assert "Repris de « Mandats d’avant » : à relire." in plan
    assert "À la reprise, il disait : Voirie." in plan
    assert "Ce que vous avez changé de ce qui vient de « Mandats d’avant »" in home and "Espaces verts" in home
    assert "Le plan de votre mandat est ici" not in home


def test_what_was_removed_from_the_plan_is_put_back_by_one_press(client, sign_in):
    """Who removed it and when is said; the list goes with what it held."""
    application = demonstration()
    action = ActionFactory(objective__plan=application.plan, name="Une rue calme", lead_service="Voirie")
    sign_in(application.organisation, Role.CITY_EDITOR)
    address = f"/espace/{application.organisation.code}/candidature/plan"
    client.post(f"{address}/changer", {"name": f"action.{action.code}", "act": "remove"})
    listed = text(client.get(address))
    code = application.plan.removals.get().code

    answer = client.post(f"{address}/changer", {"name": code, "act": "restore"})

    assert "Retiré de ce brouillon" in listed and "Remettre" in listed and "Une rue calme" in listed
    assert answer["Location"].endswith(f"#{action.code}")
    assert "Retiré de ce brouillon" not in text(client.get(address))
    assert type(action).objects.get(code=action.code).lead_service == "Voirie"


QUESTIONS = {
    "candidature": 18,
    "candidature/presentation": 8,
    "candidature/auto-evaluation/bien-etre": 8,
    "candidature/plan": 12,
    "candidature/plan?vue=tableau": 9,
    "candidature/depot": 8,
    "candidature/recu": 6,
    "plan": 10,
    "documents": 5,
}


@pytest.mark.parametrize("page", QUESTIONS)
@pytest.mark.parametrize("rows", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(client, sign_in, django_assert_num_queries, page, rows):
    situation = {"submitted": True} if page.endswith("recu") else {}
    application = demonstration(**situation)
    domain = application.call.framework.domains.get(code="A")
    for number in range(rows):
        objective = ObjectiveFactory(plan=application.plan, domain=domain)
        for _line in range(rows):
            ActionFactory(objective=objective)
            IndicatorFactory(objective=objective)
        AnswerFactory(application=application, key=["presentation.summary", "team.officer_name", "x"][number])
        if page.endswith("recu"):
            HandInFactory(application=application, number=number + 1)
    sign_in(application.organisation, Role.CITY_EDITOR)
    client.get(f"/espace/{application.organisation.code}/candidature/plan")  # the frozen framework is then at hand

    with django_assert_num_queries(QUESTIONS[page]):
        answer = client.get(f"/espace/{application.organisation.code}/{page}")

    assert answer.status_code == 200


def test_closing_hour_is_shown_with_its_zone(client, sign_in):
    application = ApplicationFactory()
    sign_in(application.organisation, Role.CITY_EDITOR)

    page = text(client.get(f"/espace/{application.organisation.code}/candidature"))

    assert CLOSES.hour == 10
    assert "lundi 1er juin 2026, 12 h heure de Paris" in page


def test_closing_hour_of_a_call_overseas_is_told_where_it_closes(client, sign_in):
    call = CallFactory(zone="Indian/Reunion", closes_at=datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("Indian/Reunion")))
    application = ApplicationFactory(call=call)
    sign_in(application.organisation, Role.CITY_EDITOR)

    page, today = (text(client.get(f"/espace/{application.organisation.code}{end}")) for end in ("/candidature", ""))

    assert "lundi 1er juin 2026, 12 h heure de La Réunion" in page
    assert "lundi 1er juin 2026, 12 h heure de La Réunion" in today
    assert "1er juin 2026, 12 h (heure de La Réunion)" in today
    assert "10 h" not in page + today


def test_self_assessment_page_is_only_of_this_framework(client, sign_in):
    application = ApplicationFactory()
    RecommendationFactory()
    sign_in(application.organisation, Role.CITY_EDITOR)

    answer = client.get(f"/espace/{application.organisation.code}/candidature/auto-evaluation/d0")

    assert answer.status_code == 404


def test_a_file_is_joined_to_a_recommendation_from_its_page(client, sign_in):
    """Without script: its page offers it, comes back to the answer, and names it there; another kind is refused there too."""
    application = demonstration()
    sign_in(application.organisation, Role.CITY_EDITOR)
    recommendation = Recommendation.objects.get(code="R1")
    home = f"/espace/{application.organisation.code}/candidature"
    address = f"{home}/auto-evaluation/{recommendation.domain.slug}"
    proof = SimpleUploadedFile("preuve.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")

    before = text(client.get(address))
    joined = client.post(f"{home}/documents/joindre", {"recommendation": "R1", "file": proof})
    page = client.get(address).content.decode()
    refused = client.post(
        f"{home}/documents/joindre", {"recommendation": "R1", "file": SimpleUploadedFile("x.svg", b"<svg/>")}
    )
    unknown = client.post(f"{home}/documents/joindre", {"recommendation": "R99", "file": proof})

    (file,) = application.files.all()
    assert "Joindre une pièce qui le montre" in before and "La pièce qui le montre le mieux" not in before
    assert joined["Location"] == f"{address}#recommendation.R1.proof"
    assert f'<option value="{file.code}" selected>preuve.pdf</option>' in page
    assert (refused.status_code, unknown.status_code) == (422, 404)
    assert "Auto-évaluation" in refused.content.decode()


def test_whoever_may_not_hand_in_tells_in_one_press_who_does(client, sign_in):
    application = ReadyApplication()
    city, address = application.organisation, f"/espace/{application.organisation.code}/candidature/depot"
    mayor = PersonFactory(name="Claude Palet", roles=[(city, Role.ELECTED_LEAD)])
    PersonFactory(name="Alix Sans Délégation", roles=[(city, Role.CITY_ADMINISTRATOR)])
    sign_in(city, Role.CITY_EDITOR)

    today, page = (text(client.get(at)) for at in (f"/espace/{city.code}", address))
    answers = [client.post(f"{address}/prevenir") for _press in range(2)]

    assert "Tout est là : prévenez qui dépose la candidature" in today
    assert "Relire et déposer »" not in today
    assert "Claude Palet" in page and "Sans Délégation" not in page
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, address)] * 2
    told = Notification.objects.get()
    assert (told.person, told.kind, told.address) == (mayor, "hand_in_asked", address)


def test_a_dossier_that_is_not_ready_tells_nobody(client, sign_in):
    application = demonstration()
    city = application.organisation
    PersonFactory(roles=[(city, Role.ELECTED_LEAD)])
    sign_in(city, Role.CITY_EDITOR)

    answer = client.post(f"/espace/{city.code}/candidature/depot/prevenir")

    assert (answer.status_code, Notification.objects.count()) == (409, 0)


def test_the_same_person_in_two_windows_is_told_so(client, sign_in):
    application = demonstration()
    code = application.organisation.code
    me = sign_in(application.organisation, Role.CITY_EDITOR)
    AnswerFactory(application=application, value="Mon autre texte.", edited_by=me, version=2)

    refused = client.post(
        f"/espace/{code}/candidature/champ",
        {"name": "presentation.summary", "value": "Mon texte.", "was": "", "version": "1"},
    ).content.decode()

    assert "Vous écriviez dans deux fenêtres" in refused
    assert "Vous avez modifié" in refused and "dans une autre fenêtre" in refused
    assert "Vous étiez deux" not in refused


def test_a_section_nobody_touched_says_nothing_of_saving(client, sign_in):
    application = demonstration()
    code = application.organisation.code
    sign_in(application.organisation, Role.CITY_EDITOR)
    AnswerFactory(application=application, key="presentation.summary", value="Écrit.")

    written, untouched = (
        text(client.get(f"/espace/{code}/candidature/{section}")) for section in ("presentation", "equipe-projet")
    )

    assert ("Enregistré le " in written, "Enregistré le " in untouched) == (True, False)


@pytest.mark.parametrize(
    ("at", "said"),
    [("2026-10-05T12:32+02:00", "Enregistré à 12"), ("2026-10-04T12:32+02:00", "Enregistré le 4 octobre 2026, 12")],
)
def test_what_was_saved_another_day_says_which(at, said):
    with clock.at(datetime(2026, 10, 5, 18, tzinfo=UTC)):
        shown = render_to_string("parts/saved.html", {"saved_at": datetime.fromisoformat(at)})

    assert said in " ".join(shown.replace("\u202f", " ").split())
