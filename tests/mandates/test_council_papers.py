"""What a council votes on: the draft resolution in the usual form, the plan and the agreement annexed."""

import io
from datetime import UTC, date, datetime

import docx
import pytest
from pypdf import PdfReader

from marelle.accounts.states import Role
from marelle.mandates.council_papers import council_content, council_docx, council_pdf
from marelle.mandates.models import Answer
from tests.factories.accounts import MembershipFactory, OrganisationFactory, PersonFactory
from tests.factories.mandates import AgreementFactory, ApplicationFactory, DecisionFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 10, 8, tzinfo=UTC)


@pytest.fixture
def application():
    """A town whose application was accepted on 6 July; its council decided to apply in March; children spoke."""
    made = ApplicationFactory(accepted=True, organisation=OrganisationFactory(name="Bourg-sur-Test", code="10001"))
    DecisionFactory(application=made)
    by = PersonFactory()
    for key, value in (
        ("documents.vote_number", "2026-12"),
        ("documents.voted_on", "2026-03-20"),
        ("presentation.children_words", "Une rue calme."),
    ):
        Answer.rows.create(application=made, key=key, value=value, edited_by=by, edited_at=AT)
    objective = ObjectiveFactory(plan=made.plan, name="Marcher sans peur")
    for name in ("Une rue calme", "Un pédibus"):
        ActionFactory(objective=objective, name=name)
    return made


def plain(lines):
    return [line.replace("\u202f", " ") for line in lines]


def test_resolution_is_in_the_usual_form_and_says_the_facts_of_the_application(application):
    said = council_content(application, language="fr")

    assert plain([said["who"], said["decides"]]) == [
        "Le conseil municipal de Bourg-sur-Test, réuni le […] sous la présidence de […],",
        "Après en avoir délibéré, le conseil municipal :",
    ]
    assert plain(said["seen"]) == [
        "Vu le code général des collectivités territoriales, notamment son article L. 2121-29,",
        "Vu la Convention relative aux droits de l’enfant, adoptée par les Nations unies le 20 novembre 1989 et ratifiée par la France le 7 août 1990,",
        "Vu la délibération n° 2026-12 du 20 mars 2026, par laquelle le conseil municipal a décidé de faire candidature,",
        f"Vu la candidature déposée le 2 mai 2026 à l’appel « {application.call} »,",
        "Vu la décision du comité du 6 juillet 2026, qui a retenu la candidature de Bourg-sur-Test,",
    ]
    assert plain(said["considering"])[1:] == [
        "Considérant que le plan d’action annexé compte 1 objectif et 2 actions dans 1 domaine,",
        "Considérant que des enfants ont pris part à sa préparation et que leurs paroles y figurent,",
        "Considérant que la convention annexée engage Bourg-sur-Test pour six ans, à compter du 1er septembre 2026,",
    ]
    assert plain(said["decisions"])[0] == "APPROUVE le plan d’action 2026-2032 annexé à la présente délibération."


def test_what_did_not_happen_is_not_said():
    application = ApplicationFactory(accepted=True)

    said = " ".join([*(content := council_content(application, language="fr"))["seen"], *content["considering"]])

    assert "par laquelle" not in said
    assert "leurs paroles" not in said
    assert "a retenu" not in said
    assert "$" not in str(content)


def test_intercommunality_has_its_own_council(application):
    application.organisation.kind = "intercommunality"

    said = council_content(application, language="fr")

    assert said["who"].startswith("Le conseil communautaire de")
    assert "L. 5211-1" in said["seen"][0]


def test_agreement_annexed_is_the_one_the_committee_prepares(application):
    before = council_content(application, language="fr")["agreement"]
    articles = [{"title": "Un seul article", "text": "Rien d’autre."}]
    content = {"language": "fr", "heading": "Convention à nous", "preamble": "Ici.", "articles": articles}
    AgreementFactory(application=application, content=content)

    after = council_content(application, language="fr")["agreement"]

    assert before["heading"] == "Convention de partenariat"
    assert (after["heading"], after["articles"]) == ("Convention à nous", articles)


def test_both_papers_hold_the_three_pieces(application):
    text = docx.Document(io.BytesIO(council_docx(application, language="fr")))
    reader = PdfReader(io.BytesIO(council_pdf(application, language="fr", at=AT)))

    headings = [p.text for p in text.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    printed = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert headings[0] == "Projet de délibération"
    assert plain(headings)[1] == "Annexe 1 : le plan d’action"
    assert "Marcher sans peur" in headings
    assert "Annexe 2" in " ".join(headings)
    assert [row.cells[0].text for row in text.tables[0].rows][1:] == ["Une rue calme", "Un pédibus"]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    for words in ("Projet de délibération", "Marcher sans peur", "Convention de partenariat"):
        assert words in printed


def test_papers_in_english_are_whole(application):
    said = council_content(application, language="en")

    assert said["who"].startswith("The municipal council of Bourg-sur-Test")
    assert len(said["seen"]) == 5
    assert said["agreement"]["heading"] != "Convention de partenariat"


def test_page_of_the_vote_gives_the_papers_to_the_city_alone(client, application):
    editor, other = PersonFactory(), PersonFactory()
    MembershipFactory(person=editor, organisation=application.organisation, role=Role.CITY_EDITOR)
    MembershipFactory(person=other, organisation=OrganisationFactory(), role=Role.CITY_EDITOR)
    address = "/espace/10001/convention"

    sign_in(client, editor)
    page = client.get(address).content.decode()
    given = client.get(f"{address}/deliberation.docx")
    unknown = client.get(f"{address}/deliberation.exe")
    sign_in(client, other)
    refused = client.get(f"{address}/deliberation.docx")

    assert f'href="{address}/deliberation.pdf"' in page
    assert given["Content-Disposition"] == 'attachment; filename="deliberation-bourg-sur-test.docx"'
    assert (given.status_code, unknown.status_code, refused.status_code) == (200, 404, 404)


def test_papers_hold_the_mandate_of_the_call(application):
    application.call.mandate_starts_on = date(2027, 1, 1)

    assert "2027-2032" in council_content(application, language="fr")["decisions"][0]


def test_the_plan_annexed_says_whom_an_action_is_for_and_who_pays(application):
    ActionFactory(
        objective=application.plan.objectives.get(), name="Jouer dehors", age_from=0, age_to=6, funding="Ville et CAF"
    )

    text = docx.Document(io.BytesIO(council_docx(application, language="fr")))
    reader = PdfReader(io.BytesIO(council_pdf(application, language="fr", at=AT)))

    line = "Jouer dehors : Âges : 0 – 6; Qui finance : Ville et CAF"
    assert line in plain([paragraph.text for paragraph in text.paragraphs])
    assert "Ville et CAF" in "".join(page.extract_text() for page in reader.pages)
