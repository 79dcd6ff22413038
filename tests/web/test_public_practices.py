"""The public shelf: search without script, one sheet, paper, open data; nothing of a draft, nobody's name."""

import csv
import io
import json

import pytest
from django.test import Client
from pypdf import PdfReader

from marelle.accounts import files
from marelle.library.models import Practice
from marelle.library.operations import adoptions
from marelle.library.operations import practices as operations
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory
from tests.factories.library import PracticeFactory, PracticeTextFactory, ResourceFactory, ServiceFactory
from tests.factories.plans import ObjectiveFactory, PlanFactory
from tests.library.shelf import AT, HALF_A_YEAR, WORDS, editor, published, team

pytestmark = pytest.mark.django_db
HIDDEN = ["draft", "proposed", "returned", "retired"]


def whole(**given):
    """A practice with every word, in both languages, a file, and somebody who agreed to be asked."""
    practice = published(**given)
    practice.texts.filter(language="fr").update(**WORDS)
    PracticeTextFactory(practice=practice, language="en", name="The children’s street", summary="Closed to cars.")
    practice.services.add(ServiceFactory())
    practice.domains.add(DomainFactory())
    operations.index(practice)
    return practice


def test_the_shelf_lists_and_searches_without_a_cookie(client):
    kept = whole()
    published("Le repas bio")

    every, answer = client.get("/pratiques"), client.get("/pratiques?q=rues")

    assert (every.status_code, every.cookies, answer.status_code) == (200, {}, 200)
    assert [practice.code for practice in answer.context["practices"]] == [kept.code]
    assert len(every.context["practices"]) == 2
    assert "noindex" in answer.content.decode()


@pytest.mark.parametrize("address", ["/pratiques?domain=<b>&evidence=x&language=zz&page=x", "/pratiques?q=%27"])
def test_whatever_the_address_asks_is_answered(client, address):
    whole()

    assert client.get(address).status_code == 200


def test_the_shelf_turns_its_pages(client):
    for number in range(21):
        published(f"Rue {number}")

    second = client.get("/pratiques?q=rue&page=2")

    assert (second.context["count"], len(second.context["practices"])) == (21, 1)


def test_a_sheet_says_what_was_done_in_both_languages(client):
    practice = whole()

    french = client.get(f"/pratiques/{practice.code}").content.decode()
    english = client.get(f"/en/pratiques/{practice.code}").content.decode()

    assert all(text in french for text in (WORDS["problem"], WORDS["evidence"], "The children’s street"))
    assert '<h1 lang="en">The children’s street</h1>' in english
    assert f'href="/espace/reprendre/{practice.code}"' in french


def test_nobody_is_named_to_the_public(client):
    person, town = editor()
    practice = whole(organisation=town)
    operations.agree_to_be_asked(practice.pk, by=person)

    pages = [client.get(address).content.decode() for address in (f"/pratiques/{practice.code}", "/pratiques")]
    data = b"".join(client.get("/pratiques.json").streaming_content).decode()

    assert [person.name in text or person.email in text for text in (*pages, data)] == [False, False, False]
    assert "Oui\u202f: une personne sur place" in pages[0]


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_nowhere(client, state):
    canary = "zqcanari"
    practice = PracticeFactory(state=state, published_at=AT if state == "retired" else None)
    PracticeTextFactory(practice=practice, name=canary, summary=canary, problem=canary)
    file = files.keep(b"a", label="x.csv", kind="csv", organisation=practice.organisation, by=PersonFactory())
    practice.files.add(file)
    places = [
        f"/pratiques/{practice.code}",
        f"/en/pratiques/{practice.code}",
        f"/pratiques/{practice.code}.pdf",
        f"/pratiques/{practice.code}/fichiers/{file.code}",
    ]

    answers = [client.get(place).status_code for place in places]
    lists = [
        client.get(place) for place in ("/pratiques", f"/pratiques?q={canary}", "/ressources", f"/recherche?q={canary}")
    ]
    data = [b"".join(client.get(place).streaming_content).decode() for place in ("/pratiques.json", "/pratiques.csv")]

    assert answers == [404] * 4
    assert [practice.code in text.content.decode() for text in lists] == [False] * 4
    assert [practice.code in text or canary in text for text in data] == [False, False]


def test_a_file_of_a_public_practice_is_taken_away_and_no_other(client):
    practice = whole()
    mine, other = (
        files.keep(b"a,b\n", label="x.csv", kind="csv", organisation=practice.organisation, by=PersonFactory())
        for _n in range(2)
    )
    practice.files.add(mine)

    taken = client.get(f"/pratiques/{practice.code}/fichiers/{mine.code}")
    refused = client.get(f"/pratiques/{practice.code}/fichiers/{other.code}")

    assert (b"".join(taken.streaming_content), taken["Content-Disposition"]) == (
        b"a,b\n",
        'attachment; filename="x.csv"',
    )
    assert refused.status_code == 404


def test_the_sheet_on_paper_holds_the_words_and_stays_the_same(client):
    practice = whole()

    first, second = (client.get(f"/pratiques/{practice.code}.pdf") for _n in range(2))

    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(first.content)).pages)
    assert (first["Content-Type"], first.content == second.content) == ("application/pdf", True)
    assert all(word in text for word in ("La rue aux enfants", "avaient peur", practice.code))


def test_open_data_holds_every_public_practice(client):
    practice = whole(cost_eur=1200)
    formula = published("=1+1")

    rows = json.loads(b"".join(client.get("/pratiques.json").streaming_content))
    table = list(csv.DictReader(io.StringIO(b"".join(client.get("/pratiques.csv").streaming_content).decode())))

    told = next(row for row in rows if row["code"] == practice.code)
    assert (told["languages"], told["cost_eur"], told["retained"]) == (["en", "fr"], 1200, False)
    assert told["texts"]["fr"]["problem"] == WORDS["problem"]
    assert (len(table), next(row["name"] for row in table if row["code"] == formula.code)) == (2, "'=1+1")
    assert "Access-Control-Allow-Origin" in client.get("/pratiques.csv").headers


def test_credit_is_given_both_ways_and_only_to_plans_that_run(client):
    practice = whole()
    shown, hidden = [], []
    for state, places in (("running", shown), ("draft", hidden)):
        writer, town = editor(OrganisationFactory(name=f"Ville {state}"))
        objective = ObjectiveFactory(plan=PlanFactory(organisation=town, state=state))
        places.append(adoptions.take_over(practice.pk, town, objective.plan_id, objective.code, by=writer, at=AT))
    adoptions.give_result(
        shown[0].pk, 6, "worked", "Les parents sont contents.", by=shown[0].adopted_by, at=HALF_A_YEAR
    )

    text = client.get(f"/pratiques/{practice.code}").content.decode()

    assert ("Ville running" in text, "Ville draft" in text) == (True, False)
    assert "1 autre ville la prépare" in text
    assert "Après 6 mois\u202f: cela marche ici aussi" in text
    assert "Les parents sont contents." in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_shelf_asks_a_fixed_number_of_questions(client, count, django_assert_num_queries):
    for _number in range(count):
        whole()
    client.get("/pratiques?q=rue")

    with django_assert_num_queries(7):
        client.get("/pratiques?q=rue&evidence=told")


def test_resources_show_tools_and_practices(client):
    officer, committee = team()
    resource = ResourceFactory(committee=committee)
    draft = ResourceFactory(committee=committee, state="draft", name={"fr": "Secret"})
    practice = whole()
    kept = files.keep(b"a,b\n", label="grille.csv", kind="csv", organisation=committee, by=officer)
    resource.files.create(language="fr", number=1, file=kept, added_at=AT)

    page = client.get("/ressources").content.decode()
    one = client.get(f"/ressources/{resource.code}").content.decode()
    taken = client.get(f"/ressources/{resource.code}/fichiers/{kept.code}")

    assert [code in page for code in (resource.code, practice.code, draft.code)] == [True, True, False]
    assert "grille.csv" in one
    assert b"".join(taken.streaming_content) == b"a,b\n"
    assert client.get(f"/ressources/{draft.code}").status_code == 404
    assert client.get(f"/ressources/{draft.code}/fichiers/{kept.code}").status_code == 404


def test_the_search_of_the_house_finds_practices_and_resources(client):
    practice, resource = whole(), ResourceFactory()

    text = client.get("/recherche?q=rue").content.decode() + client.get("/recherche?q=grille").content.decode()

    assert [f"/pratiques/{practice.code}" in text, f"/ressources/{resource.code}" in text] == [True, True]


def test_practices_need_no_account_and_write_nothing(client):
    practice = whole()

    refused = [Client().post(address).status_code for address in ("/pratiques", f"/pratiques/{practice.code}")]

    assert refused == [405, 405]
    assert Practice.rows.get().version == 1
