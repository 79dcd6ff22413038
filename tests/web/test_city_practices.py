"""Practices in the workspace: telling, proposing, taking over in two presses, saying what it gave."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.library.models import Adoption, Practice
from marelle.library.operations import practices as operations
from marelle.library.queries.houses import committee_of
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DemonstrationFramework, DomainFactory
from tests.factories.plans import ObjectiveFactory, PlanFactory
from tests.library.shelf import AT, HALF_A_YEAR, WORDS, drafted, editor, published, team

pytestmark = pytest.mark.django_db
AFAR = {"HTTP_X_REQUESTED_WITH": "fetch"}


@pytest.fixture(autouse=True)
def in_june():
    with clock.at(AT):
        yield


@pytest.fixture
def town(client):
    """A town whose editor is signed in."""
    team()
    writer, organisation = editor()
    client.force_login(writer)
    organisation.writer = writer
    return organisation


def place(town, rest=""):
    return f"/espace/{town.code}/rencontres/pratiques{rest}"


def test_a_practice_is_begun_written_and_proposed(client, town):
    client.post(place(town, "/nouvelle"), {"name": "La rue aux enfants"})
    practice = Practice.rows.get()
    address = place(town, f"/{practice.code}")
    shown = client.get(address)
    for field, words in WORDS.items():
        was = "La rue aux enfants" if field == "name" else ""
        client.post(f"{address}/champ", {"name": f"fr.{field}", "value": words, "was": was}, **AFAR)
    domain = DomainFactory()
    client.post(f"{address}/sujet", {"domain": [domain.pk], "language": ["fr"]})
    client.post(f"{address}/faire", {"act": "submit"})

    practice.refresh_from_db()
    assert (shown.status_code, practice.state, practice.texts.get().problem) == (200, "proposed", WORDS["problem"])
    assert client.get(address).templates[0].name == "city/practice_read.html"


def test_without_script_one_press_saves_every_field(client, town):
    practice = drafted(town.writer, town)
    address = place(town, f"/{practice.code}")

    answer = client.post(
        address,
        {
            "fr.name": "La rue calme",
            "was:fr.name": "La rue aux enfants",
            "about.cost_eur": "1200",
            "was:about.cost_eur": "",
        },
    )

    practice.refresh_from_db()
    assert (answer.status_code, practice.texts.get().name, practice.cost_eur) == (302, "La rue calme", 1200)


def test_what_is_refused_keeps_what_was_typed(client, town):
    practice = drafted(town.writer, town)

    answer = client.post(place(town, f"/{practice.code}"), {"about.cost_eur": "beaucoup", "was:about.cost_eur": ""})

    assert answer.status_code == 422
    assert 'value="beaucoup"' in answer.content.decode()


def test_two_texts_are_both_shown(client, town):
    practice = drafted(town.writer, town)

    answer = client.post(place(town, f"/{practice.code}"), {"fr.name": "Mon nom", "was:fr.name": "Un ancien nom"})

    assert answer.status_code == 409
    assert all(words in answer.content.decode() for words in ("Mon nom", "La rue aux enfants"))


def test_what_is_missing_is_said_when_it_is_proposed(client, town):
    practice = operations.draft(town, by=town.writer)
    address = place(town, f"/{practice.code}")

    shown = client.get(address).content.decode()
    answer = client.post(f"{address}/faire", {"act": "submit"})

    practice.refresh_from_db()
    assert "Choisissez au moins un domaine." in shown
    assert (answer.status_code, practice.state) == (422, "draft")
    assert 'href="#submit"' in answer.content.decode()
    assert "Choisissez au moins un domaine." in answer.content.decode()


def test_a_language_a_file_and_someone_to_ask(client, town):
    practice = drafted(town.writer, town)
    address = place(town, f"/{practice.code}")

    client.post(f"{address}/faire", {"act": "language", "value": "en"})
    client.post(f"{address}/faire", {"act": "agree"})
    client.post(f"{address}/joindre", {"file": SimpleUploadedFile("x.csv", b"a,b\n")})
    page = client.get(address).content.decode()
    file = practice.files.get()
    client.post(f"{address}/faire", {"act": "detach", "value": file.code})
    client.post(f"{address}/faire", {"act": "stop"})

    practice.refresh_from_db()
    assert (practice.texts.count(), practice.contact, practice.files.count()) == (2, None, 0)
    assert f"{town.writer.name} a accepté, le 15 juin 2026, d’être interrogé" in page
    assert client.post(f"{address}/faire", {"act": "publish"}).status_code == 404


def test_a_practice_of_the_shelf_is_corrected(client, town):
    practice = published(organisation=town, committee=committee_of(town))
    practice.domains.add(DomainFactory())
    practice.texts.update(**WORDS)
    client.post(f"{place(town, f'/{practice.code}')}/faire", {"act": "correct"})
    correction = Practice.rows.get(corrects=practice)
    address = place(town, f"/{correction.code}")
    sent = {"name": "fr.name", "value": "La rue calme", "was": WORDS["name"]}

    early = client.post(f"{address}/faire", {"act": "submit"})
    client.post(f"{address}/champ", sent, **AFAR)
    client.post(f"{address}/champ", {"name": "about.what_changed", "value": "Le nom.", "was": ""}, **AFAR)
    page = client.get(address).content.decode()
    client.post(f"{address}/faire", {"act": "submit"})
    public = client.get(f"/pratiques/{practice.code}").content.decode()

    correction.refresh_from_db()
    assert (early.status_code, correction.state) == (422, "proposed")
    assert ("<ins>calme</ins>" in page, "<del>aux enfants</del>" in page) == (True, True)
    assert ("La rue aux enfants" in public, "La rue calme" in public) == (True, False)
    assert (
        "La rue calme" not in client.get(place(town)).content.decode()
    )  # one practice in the list, its correction beside
    assert address in client.get(place(town)).content.decode()


def test_a_correction_is_left(client, town):
    practice = published(organisation=town, committee=committee_of(town))
    client.post(f"{place(town, f'/{practice.code}')}/faire", {"act": "correct"})
    correction = Practice.rows.get(corrects=practice)

    answer = client.post(f"{place(town, f'/{correction.code}')}/faire", {"act": "give_up"})

    assert answer["Location"] == place(town, f"/{practice.code}")
    assert list(Practice.rows.all()) == [practice]


def test_another_towns_practice_is_not_here(client, town):
    writer, other = editor()
    practice = drafted(writer, other)

    answers = [
        client.get(place(town, f"/{practice.code}")),
        client.get(place(other, f"/{practice.code}")),
        client.post(place(town, f"/{practice.code}/champ"), {"name": "fr.name", "value": "x", "was": ""}),
        client.post(place(town, f"/{practice.code}/faire"), {"act": "submit"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_reader_reads(client):
    team()
    writer, organisation = editor()
    practice = drafted(writer, organisation)
    client.force_login(PersonFactory(roles=[(organisation, Role.CITY_READER)]))

    page = client.get(place(organisation, f"/{practice.code}"))
    begun = client.post(place(organisation, "/nouvelle"), {"name": "x"})

    assert (page.templates[0].name, begun.status_code) == ("city/practice_read.html", 403)
    assert Practice.rows.count() == 1


def test_two_presses_from_the_public_sheet_to_the_plan(client, town):
    practice = published()
    objective = ObjectiveFactory(plan=PlanFactory(organisation=town))

    first = client.get(f"/espace/reprendre/{practice.code}", follow=True)
    second = client.post(first.request["PATH_INFO"], {"objective": objective.code})

    adoption = Adoption.rows.get()
    assert objective.name in first.content.decode()
    assert second["Location"] == f"/espace/{town.code}/rencontres/reprises/{adoption.code}"
    assert (adoption.practice, adoption.organisation, objective.actions.get().name) == (
        practice,
        town,
        "La rue aux enfants",
    )
    strip = client.get(f"/espace/{town.code}/plan/actions/{adoption.action.code}").content.decode()
    assert f"/pratiques/{practice.code}" in strip


def test_whoever_writes_for_two_towns_chooses(client, town):
    practice = published()
    other = OrganisationFactory()
    client.force_login(PersonFactory(roles=[(town, Role.CITY_EDITOR), (other, Role.CITY_EDITOR)]))

    page = client.get(f"/espace/reprendre/{practice.code}").content.decode()

    assert [f"/espace/{code}/rencontres/reprendre/{practice.code}" in page for code in (town.code, other.code)] == [
        True,
        True,
    ]
    assert client.get("/espace/reprendre/rien").status_code == 404


def test_a_visitor_signs_in_first_then_comes_back(client):
    practice = published()

    answer = client.get(f"/espace/reprendre/{practice.code}")

    assert answer.status_code == 302
    assert f"next=/espace/reprendre/{practice.code}" in answer["Location"]


@pytest.mark.parametrize("situation", ["no plan", "empty plan", "own", "already", "draft"])
def test_what_cannot_be_taken_over_says_why(client, town, situation):
    practice = published(organisation=town) if situation == "own" else published()
    if situation == "draft":
        Practice.rows.filter(pk=practice.pk).update(state="draft")
    if situation in ("own", "already"):
        objective = ObjectiveFactory(plan=PlanFactory(organisation=town))
    if situation == "empty plan":
        PlanFactory(organisation=town)
    address = f"/espace/{town.code}/rencontres/reprendre/{practice.code}"
    if situation == "already":
        client.post(address, {"objective": objective.code})

    page = client.get(address)

    words = {
        "no plan": "Aucun plan",
        "empty plan": "pas encore d’objectif",
        "own": "est la vôtre",
        "already": "a déjà repris",
        "draft": "",
    }[situation]
    assert page.status_code == (404 if situation == "draft" else 200)
    assert words in page.content.decode()
    assert 'name="objective"' not in page.content.decode()


def test_people_of_the_network_find_whom_to_ask(client, town):
    author, home = editor()
    practice = published(organisation=home)
    operations.agree_to_be_asked(practice.pk, by=author)

    page = client.get(f"/espace/{town.code}/rencontres/reprendre/{practice.code}").content.decode()

    assert f"mailto:{author.email}" in page


def test_what_it_gave_is_told_on_its_day_and_read_by_who_told_it(client, town):
    author, home = editor()
    practice = published(organisation=home)
    objective = ObjectiveFactory(plan=PlanFactory(organisation=town))
    client.post(f"/espace/{town.code}/rencontres/reprendre/{practice.code}", {"objective": objective.code})
    address = f"/espace/{town.code}/rencontres/reprises/{Adoption.rows.get().code}"

    early = client.get(address).content.decode()
    client.post(address, {"act": "adapt", "words": "Le mercredi seulement."})
    with clock.at(HALF_A_YEAR):
        asked = client.get(address).content.decode()
        wrong = client.post(address, {"act": "result"})
        client.post(address, {"act": "result", "outcome": "partly", "words": "Un essai."})
        client.force_login(author)
        ledger = client.get(place(home)).content.decode()

    assert ('value="result"' in early, 'value="result"' in asked, wrong.status_code) == (False, True, 422)
    assert all(words in ledger for words in (town.name, "Le mercredi seulement.", "Un essai.", "cela marche en partie"))


def test_giving_up_says_why(client, town):
    practice = published()
    objective = ObjectiveFactory(plan=PlanFactory(organisation=town))
    client.post(f"/espace/{town.code}/rencontres/reprendre/{practice.code}", {"objective": objective.code})
    adoption = Adoption.rows.get()
    address = f"/espace/{town.code}/rencontres/reprises/{adoption.code}"

    refused = client.post(address, {"act": "drop", "words": " "})
    done = client.post(address, {"act": "drop", "words": "Trop cher."})

    adoption.refresh_from_db()
    assert (refused.status_code, done.status_code, adoption.dropped_because) == (422, 302, "Trop cher.")


@pytest.mark.parametrize("count", [1, 3])
def test_taking_over_asks_a_fixed_number_of_questions(client, town, count, django_assert_num_queries):
    plan = PlanFactory(organisation=town, framework=DemonstrationFramework())
    for _number in range(count):
        objective = ObjectiveFactory(plan=plan, domain=plan.framework.domains.first())
        done = f"/espace/{town.code}/rencontres/reprendre/{published().code}"
        client.post(done, {"objective": objective.code})
    address = f"/espace/{town.code}/rencontres/reprendre/{published().code}"
    client.get(address)

    with django_assert_num_queries(12):
        shown = client.get(address).context

    assert sum(len(part.objectives) for part in shown["domains"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_asks_a_fixed_number_of_questions(client, town, count, django_assert_num_queries):
    objective = ObjectiveFactory(plan=PlanFactory(organisation=town))
    for _number in range(count):
        drafted(town.writer, town)
        practice = published()
        client.post(f"/espace/{town.code}/rencontres/reprendre/{practice.code}", {"objective": objective.code})
    client.get(place(town))

    with django_assert_num_queries(11):
        client.get(place(town))
