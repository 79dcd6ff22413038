"""The public shelf: search without script, one sheet, paper, open data; nothing of a draft, nobody's name."""

import csv
import io
import json

import pytest
from django.test import Client
from pypdf import PdfReader

from marelle.accounts import files
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.library.models import Practice
from marelle.library.operations import adoptions, corrections
from marelle.library.operations import practices as operations
from marelle.library.queries import practices as queries
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory
from tests.factories.library import (
    AdoptionFactory,
    AdoptionResultFactory,
    PracticeFactory,
    PracticeTextFactory,
    ResourceFactory,
    ServiceFactory,
)
from tests.factories.plans import ActionFactory, ObjectiveFactory, PlanFactory
from tests.factories.territories import TerritoryFactory
from tests.library.shelf import AT, HALF_A_YEAR, WORDS, editor, published, team
from tests.web.public_town import NOW, member

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


def test_each_answer_of_a_filter_says_how_many_practices_it_leaves(client):
    abroad = OrganisationFactory(code="o-palerme", name="Palerme", country="IT", territory=None)
    kept = whole(organisation=abroad, evidence_level="counted")
    whole(organisation=OrganisationFactory(territory=TerritoryFactory(population=8_000, population_year=2023)))

    page = client.get("/pratiques?country=IT")
    text = page.content.decode()

    assert [practice.code for practice in page.context["practices"]] == [kept.code]
    assert '<option value="counted">comptée\u202f: chiffres avant et après (1)</option>' in text
    assert '<option value="told">' not in text
    assert '<option value="IT" selected>Italie (1)</option>' in text
    assert '<option value="FR">France (1)</option>' in text
    assert "Palerme (Italie)" in text
    assert "Retenue pour le programme (0)" in text
    assert "de 5\u202f000 à 20\u202f000 habitants (1)" in client.get("/pratiques").content.decode()


def test_a_sheet_says_when_its_words_last_changed_and_what_changed(client):
    officer, committee = team()
    writer, town = editor()
    practice = whole(organisation=town, committee=committee)
    fresh = client.get(f"/pratiques/{practice.code}").content.decode()
    correction = corrections.correct(practice.pk, by=writer)
    operations.save_field(correction.pk, "fr.name", "La rue calme", was=WORDS["name"], version=0, by=writer)
    operations.save_field(correction.pk, "about.what_changed", "Un nom plus juste.", was="", version=0, by=writer)
    operations.submit(correction.pk, by=writer)
    corrections.replace(correction.pk, by=officer, at=HALF_A_YEAR)

    text = client.get(f"/pratiques/{practice.code}").content.decode()
    data = json.loads(b"".join(client.get("/pratiques.json").streaming_content))

    assert ("dernière modification" in fresh, "La rue calme" in text) == (False, True)
    assert "dernière modification le 15 décembre 2026" in text
    assert "Un nom plus juste." in text
    assert [row["corrected_on"] for row in data] == ["2026-12-15"]
    assert client.get(f"/pratiques/{correction.code}").status_code == 404


def test_a_town_abroad_is_named_with_its_country_and_no_dead_link(client):
    abroad = OrganisationFactory(code="o-sfax", name="Sfax", country="TN", territory=None)
    practice = whole(organisation=abroad)

    text = client.get(f"/pratiques/{practice.code}").content.decode()

    assert ("Sfax (Tunisie)" in text, "/villes/o-sfax" in text) == (True, False)


def column(field):
    return "evidence_told" if field == "evidence" else field


def test_every_field_of_a_practice_is_on_its_sheet_on_paper_and_in_open_data(client):
    practice = published(languages=["fr", "es"], cost_eur=1234, evidence_level="compared", rights="CC0-1.0")
    words = {field: f"zq{number}motif" for number, field in enumerate(operations.TEXTS)}
    practice.texts.update(**words)
    practice.services.add(ServiceFactory(name={"fr": "Zqservice"}))
    practice.domains.add(DomainFactory(name={"fr": "Zqdomaine"}))
    person = PersonFactory(roles=[(practice.organisation, Role.CITY_EDITOR)])
    operations.agree_to_be_asked(practice.pk, by=person)

    sheet = " ".join(client.get(f"/pratiques/{practice.code}").content.decode().split())
    paper = PdfReader(io.BytesIO(client.get(f"/pratiques/{practice.code}.pdf").content))
    paper = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    [row] = json.loads(b"".join(client.get("/pratiques.json").streaming_content))
    [line] = csv.DictReader(io.StringIO(b"".join(client.get("/pratiques.csv").streaming_content).decode()))

    for text in (sheet, paper):
        assert [word for word in words.values() if word not in text] == []
        told = ("Zqservice", "Zqdomaine", "1 234", "comparée", "CC0", "español")
        assert [word for word in told if word not in text] == []
    assert "d’être interrogé" in paper or "accepté" in paper
    assert (row["texts"]["fr"], {name: line[column(name)] for name in words}) == (words, words)
    assert (row["answers_in"], row["may_be_asked"], row["rights"]) == (["fr", "es"], True, "CC0-1.0")
    assert (line["answers_in"], line["may_be_asked"], line["cost_eur"]) == ("fr|es", "1", "1234")
    assert (row["country"], row["adoptions"]) == ("FR", 0)


def test_a_towns_page_reads_the_ledger_both_ways(client):
    towns = {key: member(code, f"Ville {key}").organisation for key, code in (("une", "67001"), ("deux", "67002"))}
    towns["brouillon"] = OrganisationFactory(name="Ville brouillon")
    practice = published("Une rue calme", organisation=towns["une"])
    for key, state in (("deux", "running"), ("brouillon", "draft")):
        plan = PlanFactory(organisation=towns[key], state=state)
        objective, writer = ObjectiveFactory(plan=plan), editor(towns[key])[0]
        made = adoptions.take_over(practice.pk, towns[key], plan.pk, objective.code, by=writer, at=AT)
        adoptions.give_result(made.pk, 6, "worked", by=writer, at=HALF_A_YEAR)

    with clock.at(NOW):
        une, deux = (client.get(f"/villes/{code}").content.decode() for code in ("67001", "67002"))

    assert ("Ce que d’autres ont repris d’elle" in une, "reprise par Ville deux" in une) == (True, True)
    assert ("Ce qu’elle a repris" in deux, "racontée par Ville une" in deux) == (True, True)
    assert ("Ville brouillon" in une, "cela marche ici aussi" in une, "cela marche ici aussi" in deux) == (
        False,
        True,
        True,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_of_a_town_asks_a_fixed_number_of_questions(count, django_assert_num_queries):
    town = OrganisationFactory()
    for _number in range(count):
        mine, other = published(organisation=town), published()
        for practice, place in ((mine, other.organisation), (other, town)):
            objective = ObjectiveFactory(plan=PlanFactory(organisation=place, state="running"))
            AdoptionFactory(practice=practice, organisation=place, action=ActionFactory(objective=objective))

    with django_assert_num_queries(4):
        ledger = queries.public_ledger(town)

    assert [len(rows) for rows in (ledger.told, ledger.taken, ledger.given)] == [count] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_a_sheet_asks_a_fixed_number_of_questions(client, count, django_assert_num_queries):
    practice, service = published(), ServiceFactory()
    for _number in range(count):
        alike = published()
        objective = ObjectiveFactory(plan=PlanFactory(state="running"))
        taken = AdoptionFactory(practice=practice, action=ActionFactory(objective=objective))
        AdoptionResultFactory(adoption=taken)
        alike.services.add(service)
    practice.services.add(service)
    client.get(f"/pratiques/{practice.code}?warm=1")

    with django_assert_num_queries(10):
        shown = client.get(f"/pratiques/{practice.code}").context

    assert (len(shown["similar"]), len(shown["adoptions"])) == (count, count)


@pytest.mark.parametrize("count", [1, 3])
def test_the_shelf_asks_a_fixed_number_of_questions(client, count, django_assert_num_queries):
    for _number in range(count):
        whole()
    client.get("/pratiques?q=rue")

    with django_assert_num_queries(8):
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
