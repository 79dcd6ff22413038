"""The office writes requests of researchers down and two persons agree; the analyst who is named takes the file, once signed in."""

from datetime import timedelta

import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.consultations.models import Consultation, ResearchRequest
from marelle.consultations.operations import research
from tests.consultations.frozen import AT
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.consultations import ResearchRequestFactory
from tests.web.public_results import publish
from tests.web.test_office_consultation_running import at, office
from tests.web.test_public_results import words

pytestmark = pytest.mark.django_db
FILES = "/bureau/fichiers-de-recherche"


@pytest.fixture
def edition():
    with clock.at(AT):
        yield publish().consultation


def person(edition, role=Role.PROGRAMME_ADMINISTRATOR):
    return PersonFactory(roles=[(edition.committee, role)])


def analyst(edition):
    return person(edition, Role.ANALYST)


def asked(edition, **known):
    return ResearchRequestFactory(consultation=edition, questions=["heard"], **known)


def ready(edition, by):
    """A file that is there."""
    request = asked(edition, analyst=by, ready=True, ready_at=AT, expires_at=AT + timedelta(hours=24))
    place = research.place_of(request)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"sealed")
    return request


def typed(by, **known):
    given = {
        "analyst": by.code,
        "institution": "Université",
        "purpose": "Comprendre ce qui rassure.",
        "questions": ["heard", "play"],
        "public_key": str(pyrage.x25519.Identity.generate().to_public()),
        "undertaking": SimpleUploadedFile("engagement.pdf", b"%PDF-1.7 engagement"),
    }
    return given | known


def one(edition, request):
    return f"{at('research', edition)}/{request.code}"


def test_officer_writes_a_request_down(edition):
    by, officer = analyst(edition), office(person(edition, Role.PROGRAMME_OFFICER))

    told = words(officer.post(at("research", edition), typed(by), follow=True))

    made = ResearchRequest.rows.get()
    assert "La demande est notée" in told and f"{by.name}, Université" in told
    assert (made.state, made.questions, made.analyst_id) == ("asked", ["heard", "play"], by.pk)
    shown = words(officer.get(one(edition, made)))
    assert (
        "Comprendre ce qui rassure." in shown and "« Joues-tu dehors ? »" not in shown and "Joues-tu dehors ?" in shown
    )
    assert officer.get(f"{one(edition, made)}/engagement").getvalue() == b"%PDF-1.7 engagement"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"undertaking": ""}, "Ce champ est obligatoire."),
        ({"public_key": "age1none"}, "Ce n’est pas une clé publique d’age"),
        ({"questions": []}, "Ce champ est obligatoire."),
    ],
    ids=["no undertaking", "no key", "no question"],
)
def test_what_is_refused_is_said_on_the_form(edition, known, why):
    refused = office(person(edition)).post(at("research", edition), typed(analyst(edition), **known))

    assert refused.status_code == 422 and why in words(refused)
    assert not ResearchRequest.rows.exists()


def test_without_an_analyst_the_page_leads_to_the_team(edition):
    assert "invitez d’abord" in words(office(person(edition)).get(at("research", edition)))


def test_two_persons_agree_and_the_same_one_does_not_twice(edition):
    request, first, second = asked(edition, analyst=analyst(edition)), person(edition), person(edition)
    page = office(first)

    told = words(page.post(one(edition, request), {"act": "agree"}, follow=True))
    assert "un autre administrateur du programme doit confirmer" in told and "Moi aussi" not in told
    assert page.post(one(edition, request), {"act": "confirm"}).status_code == 403
    told = words(office(second).post(one(edition, request), {"act": "confirm"}, follow=True))

    request.refresh_from_db()
    assert request.state == "agreed" and "C’est convenu" in told


def test_what_the_researcher_had_before_is_read_by_who_agrees(edition):
    by = analyst(edition)
    ready(edition, by)
    ready(edition, analyst(edition))
    page = office(person(edition))

    told = words(page.get(one(edition, asked(edition, analyst=by))))

    assert "Ce que cette personne a déjà eu" in told and "Les adultes t’écoutent-ils" in told
    assert "déjà eu" not in words(page.get(one(edition, asked(edition, analyst=analyst(edition)))))


def test_declined_says_so(edition):
    request = asked(edition, analyst=analyst(edition))

    told = words(office(person(edition)).post(one(edition, request), {"act": "decline"}, follow=True))

    assert "rien n’a été écrit" in told and "déclinée" in told


def test_officer_reads_and_does_not_agree(edition):
    request, page = asked(edition), office(person(edition, Role.PROGRAMME_OFFICER))

    assert "Je suis d’accord" not in words(page.get(one(edition, request)))
    assert page.post(one(edition, request), {"act": "agree"}).status_code == 403


def test_other_committee_finds_nothing(edition):
    request = asked(edition)
    stranger = office(
        PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-autre"), Role.PROGRAMME_ADMINISTRATOR)])
    )

    for address in (at("research", edition), one(edition, request), f"{one(edition, request)}/engagement"):
        assert stranger.get(address).status_code == 404


def test_analyst_takes_the_file_and_the_journal_says_so(edition):
    by = analyst(edition)
    request, page = ready(edition, by), office(by)
    assert "Fichier à prendre avant le" in words(page.get(FILES))

    taken = page.post(FILES, {"request": request.code})

    assert taken.getvalue() == b"sealed"
    assert taken["Content-Disposition"] == 'attachment; filename="consultation-2026-recherche.zip.age"'
    assert JournalContent.objects.filter(verb="research_file_taken").count() == 1


@pytest.mark.parametrize("who", ["another analyst", "an administrator", "an analyst of another committee"])
def test_nobody_else_takes_it(edition, who):
    request = ready(edition, analyst(edition))
    other = {
        "another analyst": lambda: analyst(edition),
        "an administrator": lambda: person(edition),
        "an analyst of another committee": lambda: PersonFactory(
            roles=[(OrganisationFactory(committee=True, code="o-autre"), Role.ANALYST)]
        ),
    }[who]()

    refused = office(other).post(FILES, {"request": request.code})

    assert refused.status_code == (403 if who == "an administrator" else 404)
    assert not JournalContent.objects.filter(verb="research_file_taken").exists()


def test_after_a_day_there_is_nothing_to_take(edition):
    by = analyst(edition)
    request, page = ready(edition, by), office(by)

    with clock.at(AT + timedelta(hours=24)):
        assert "Prendre le fichier" not in words(page.get(FILES))
        assert page.post(FILES, {"request": request.code}).status_code == 409


@pytest.mark.parametrize(
    ("state", "why"), [("frozen", "une fois les résultats publics"), ("purged", "Les réponses ont été détruites")]
)
def test_before_and_after_its_time_the_page_says_so(edition, state, why):
    by = analyst(edition)
    Consultation.rows.update(state=state)
    page = office(person(edition))

    assert why in words(page.get(at("research", edition)))
    assert page.post(at("research", edition), typed(by)).status_code in (409, 422)
    assert not ResearchRequest.rows.exists()


def test_anyone_reads_how_to_ask(edition, client):
    shown = words(client.get(f"/consultation/{edition.code}/donnees/recherche"))

    assert "Où moins de 30 enfants d’une région" in shown and "Deux personnes du comité" in shown
    assert "donnees/recherche" in client.get(f"/consultation/{edition.code}/donnees").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_a_fixed_number_of_questions(edition, count, django_assert_num_queries):
    by, page = analyst(edition), office(person(edition))
    for _time in range(count):
        asked(edition, analyst=by)
    page.get(at("research", edition))

    with django_assert_num_queries(11):
        page.get(at("research", edition))
