"""Published results as anyone reads them: by theme, question by question, place by place, for children."""

import csv
import io
import re

import pytest

from marelle.consultations import freezing
from tests.factories.consultations import NationalTableFactory, ZoneTablesFactory, column
from tests.web.public_results import SECRET, TOWN, crossed, geography, publish
from tests.web.public_town import member

pytestmark = pytest.mark.django_db
HOME = "/consultation/2026"
EVERY = [
    *("", "/enfants", "/methode", "/lieux", "/lieux?q=Rez", "/lieux/commune-44143", "/lieux/departement-44"),
    *("/lieux/commune-44018", "/lieux/commune-44190", "/heard", "/heard?par=age", "/heard?par=genre"),
    *("/heard?par=age_genre", "/heard?lieu=commune-44143&par=age", "/heard?lieu=commune-44143&par=genre"),
    *("/heard?lieu=commune-44190", "/hurt?lieu=commune-44143", "/where?lieu=commune-44143&par=age", "/heard.csv"),
    *("/hurt.csv?lieu=commune-44143", "/heard.csv?lieu=commune-44190", "/heard.csv?lieu=commune-44018"),
    *("/heard?croise=play", "/heard?croise=play&par=age", "/heard?lieu=region-52&croise=play"),
    *("/heard/vignette", "/hurt/vignette?lieu=commune-44143", "/heard/vignette?lieu=commune-44190"),
]
# the freeze, the questionnaire; then tables, a place, the places that have a page and their names
QUESTIONS = {
    "": 3,
    "/enfants": 3,
    "/methode": 2,
    "/lieux": 4,
    "/lieux/commune-44143": 5,
    "/heard?lieu=commune-44143": 9,
}


@pytest.fixture
def edition():
    geography()
    return publish()


def words(response) -> str:
    """What a page says, in one line."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main).replace("\u202f", " "))


def lines(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode())))


# Who may read --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["open", "closed", "frozen", "embargoed"])
@pytest.mark.parametrize("way", ["", "/enfants", "/methode", "/lieux", "/lieux/commune-44143", "/heard", "/heard.csv"])
def test_nothing_is_read_before_results_are_published(client, state, way):
    geography()
    publish(state)

    assert client.get(f"{HOME}{way}").status_code == 404


def test_a_rehearsal_is_never_published(client):
    publish(is_pilot=True)

    assert client.get(HOME).status_code == 404


def test_tables_stay_once_sheets_are_destroyed(client):
    publish("purged")

    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("way", EVERY)
def test_pages_show_no_number_that_is_withheld(client, edition, prefix, way):
    response = client.get(f"{prefix}{HOME}{way}")

    shown = response.content.decode()
    assert response.status_code == 200
    assert str(SECRET) not in re.sub(r"[\s\u202f,.]", "", shown) and "77,7" not in shown and "77.7" not in shown
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("way", ["", "/lieux/commune-44143"])
def test_one_theme_is_open_and_the_others_a_touch_away(client, edition, way):
    """On a telephone, forty questions one under the other have no end."""
    page = client.get(f"{HOME}{way}").content.decode()

    themes = re.findall(r"<details( open)?><summary><h2 id=\"theme-(\d)\">", page)
    assert len(themes) > 1
    assert themes == [(" open" if number == "1" else "", number) for _open, number in themes]


@pytest.mark.parametrize(
    "way",
    [
        *("/nothing", "/change", "/intro", "/lieux/commune-99999", "/lieux/rien", "/lieux/FR", "/lieux/commune-"),
        *("/heard?lieu=commune-99999", "/heard?par=school", "/heard?lieu=commune-44143&par=age_genre"),
        *("/heard?croise=heard", "/heard?croise=where", "/heard?lieu=commune-44143&croise=play"),
        *("/heard?croise=play&par=age_genre", "/heard?croise=play&par=genre"),
        *("/nothing.csv", "/heard.csv?lieu=epci-1", "/nothing/vignette"),
    ],
)
def test_what_is_no_table_does_not_exist(client, edition, way):
    assert client.get(f"{HOME}{way}").status_code == 404


@pytest.mark.parametrize("count", [0, 3])
@pytest.mark.parametrize(("way", "asked"), QUESTIONS.items())
def test_a_page_asks_the_same_questions_whatever_the_places(
    client, edition, way, asked, count, django_assert_num_queries
):
    for number in range(count):
        ZoneTablesFactory(freeze=edition, zone=f"commune:4900{number}", columns=TOWN)

    with django_assert_num_queries(asked):
        client.get(f"{HOME}{way}")


# The country ---------------------------------------------------------------------------------------------------------
def test_the_home_of_results_tells_each_theme_with_a_sentence_and_a_table(client, edition):
    said = words(client.get(HOME))

    assert (
        "Environ 26 410 enfants de 6 à 18 ans ont répondu, du 1 er octobre 2026 au 18 décembre 2026."
        in said.replace("1er", "1 er")
    )
    assert re.findall(r"Mes droits|Jouer", said)[:2] == ["Mes droits", "Jouer"]
    assert "La réponse la plus donnée : « Oui », 60 %." in said
    assert "Filles, environ" not in said
    assert "6 à 8 ans 6 600" in said


def test_results_speak_english(client, edition):
    said = words(client.get(f"/en{HOME}/heard?lieu=commune-44143&par=age"))

    assert "Do adults listen to you?" in said
    assert "6 to 11 years 80 88% (80% to 95%)" in said.replace("80 to", "80% to")


def test_the_page_of_the_consultation_leads_to_the_results(client, edition):
    page = client.get("/consultation").content.decode()

    assert re.findall(r'href="(/consultation/2026[^"]*)"', page) == [HOME, f"{HOME}/lieux", f"{HOME}/enfants"]


# One question --------------------------------------------------------------------------------------------------------
def test_a_question_stands_beside_the_larger_places(client, edition):
    said = words(client.get(f"{HOME}/heard?lieu=commune-44143"))

    assert "Oui 84 % (76 à 92 %) 61 % plus haut ici 60 % plus haut ici" in said
    assert "Non 11 % (5 à 19 %) 29 % plus bas ici 30 % plus bas ici" in said


def test_no_word_stands_where_two_places_do_not_differ_beyond_noise(client, edition):
    said = words(client.get(f"{HOME}/play?lieu=commune-44143"))

    assert "Oui 62 % (54 à 70 %) 60 % Non" in said


def test_a_group_that_is_withheld_says_why_beside_those_that_are_told(client, edition):
    said = words(client.get(f"{HOME}/heard?lieu=commune-44143&par=genre"))

    assert "Filles Non publié : par soustraction, on pourrait retrouver un groupe plus petit." in said
    assert "Garçons 70 83 %" in said


def test_ages_that_are_not_told_apart_say_so_and_lead_to_the_larger_place(client, edition):
    page = client.get(f"{HOME}/heard?lieu=departement-44&par=age")

    assert "Les groupes ne sont pas distingués ici : pas assez de réponses pour protéger les enfants." in words(page)
    assert "?lieu=region-52&amp;par=age" in page.content.decode()


def test_a_sensitive_question_is_not_told_of_a_town(client, edition):
    said = words(client.get(f"{HOME}/hurt?lieu=commune-44143"))

    assert "Une question sensible : publiée à partir du département, et de 100 enfants." in said


def test_a_table_outside_the_catalogue_says_which_exist(client, edition):
    page = client.get(f"{HOME}/heard?lieu=commune-44143&par=age_genre")

    assert page.status_code == 404
    assert "Ce tableau n’existe pas." in words(page)
    assert re.findall(r"par=(age|genre)\"", page.content.decode()) == ["age", "genre"]


def test_a_question_is_told_by_what_children_answered_to_another(client, edition):
    said = words(client.get(f"{HOME}/heard?croise=play"))

    assert "Selon : « Joues-tu dehors ? »." in said
    assert "Tous les enfants 26 410 60 % (52 à 68 %)" in said
    assert "Oui 16 000 66 % (58 à 74 %)" in said
    assert "Non Pas assez de réponses pour protéger les enfants." in said


# Two or three axes ---------------------------------------------------------------------------------------------------
def of_axes(freeze, **known):
    """The same question, by age and whether they play outside."""
    columns = [
        crossed(column("heard", base=800, yes=71, no_way=24, dk=5), "6_8.yes"),
        crossed(column("heard", base=1400, yes=52, no_way=43, dk=5), "9_11.no_way"),
    ]
    return NationalTableFactory(freeze=freeze, axes="age.play", columns=columns, drawn=True, **known)


def test_a_question_of_the_country_is_told_by_two_axes_at_an_address_of_its_own(client, edition):
    of_axes(edition)

    page = client.get(f"{HOME}/heard?croise=age.play")

    said = words(page)
    assert "Selon : âge, « Joues-tu dehors ? »." in said
    assert "6 à 8 ans, Oui 800 71 % (63 à 79 %)" in said and "9 à 11 ans, Non 1 400 52 % (44 à 60 %)" in said
    assert "/consultation/2026/heard?croise=age.play" in page.content.decode()
    assert '<option value="age.play" selected>' in page.content.decode()


def test_its_recipe_names_its_own_digest(client, edition):
    table = of_axes(edition)

    said = words(client.get(f"{HOME}/heard?croise=age.play"))

    assert (f"Empreinte de ce tableau {table.digest}" in said, edition.manifest["digest"] in said) == (True, False)


def test_it_stands_in_the_builder_of_its_question_alone(client, edition):
    of_axes(edition)

    assert "âge, « Joues-tu dehors ? »" in words(client.get(f"{HOME}/heard"))
    assert "âge, « Joues-tu dehors ? »" not in words(client.get(f"{HOME}/where"))


@pytest.mark.parametrize("way", ["/heard?lieu=region-52&croise=age.play", "/heard?par=age&croise=age.play"])
def test_it_is_told_of_the_whole_country_and_of_all_children_alone(client, edition, way):
    of_axes(edition)

    page = client.get(HOME + way)

    assert (page.status_code, "la France entière" in words(page)) == (404, True)


@pytest.mark.parametrize("state", ["asked", "refused"])
def test_a_table_that_was_not_drawn_does_not_exist(client, edition, state):
    NationalTableFactory(freeze=edition, axes="age.play", state=state)

    assert client.get(f"{HOME}/heard?croise=age.play").status_code == 404
    assert "age.play" not in client.get(f"{HOME}/heard").content.decode()


def test_the_file_of_a_question_holds_what_it_is_crossed_with(client, edition):
    of_axes(edition)

    found = lines(client.get(f"{HOME}/heard.csv"))

    told = [(each["crossed"], each["among"], each["option"], each["share"], each["status"]) for each in found]
    assert told[:1] == [("", "", "yes", "60", "")]
    assert [each for each in told if each[0]] == [
        ("play", "yes", "yes", "66", ""),
        ("play", "yes", "no_way", "24", ""),
        ("play", "yes", "dk", "10", ""),
        ("play", "no_way", "", "", "below_floor"),
        ("age.play", "6_8.yes", "yes", "71", ""),
        ("age.play", "6_8.yes", "no_way", "24", ""),
        ("age.play", "6_8.yes", "dk", "5", ""),
        ("age.play", "9_11.no_way", "yes", "52", ""),
        ("age.play", "9_11.no_way", "no_way", "43", ""),
        ("age.play", "9_11.no_way", "dk", "5", ""),
    ]
    assert {each["crossed"] for each in lines(client.get(f"{HOME}/heard.csv?lieu=commune-44143"))} == {""}


def test_a_place_whose_groups_are_withheld_shows_all_children_once(client, edition):
    page = client.get(f"{HOME}/heard?lieu=region-52&par=age").content.decode()

    assert "Les groupes ne sont pas distingués ici" in page
    assert page.count("bar-fill") == 3  # an answer each, not a chart each of one bar
    assert '<th scope="row">Tous les enfants' not in page


def test_each_number_has_its_recipe_and_its_citation(client, edition):
    page = client.get(f"{HOME}/heard?lieu=commune-44143&par=age")

    said = words(page)
    assert "aucune : sous le département, elle ajouterait du bruit, pas de la vérité" in said
    assert f"Gel 2026-01, du {'24 décembre 2026'}" in said or "Gel 2026-01, du 25 décembre 2026" in said
    assert edition.manifest["questionnaire"] in said
    assert "/consultation/2026/heard?lieu=commune-44143&amp;par=age" in page.content.decode()


def test_the_file_of_a_question_holds_its_whole_catalogue_in_a_place(client, edition):
    found = lines(client.get(f"{HOME}/heard.csv?lieu=commune-44143"))

    assert [(each["age"], each["sex"], each["option"], each["share"], each["status"]) for each in found] == [
        ("all", "all", "yes", "84", ""),
        ("all", "all", "no_way", "11", ""),
        ("all", "all", "dk", "5", ""),
        ("6_11", "all", "yes", "88", ""),
        ("6_11", "all", "no_way", "7", ""),
        ("6_11", "all", "dk", "5", ""),
        ("12_18", "all", "yes", "78", ""),
        ("12_18", "all", "no_way", "17", ""),
        ("12_18", "all", "dk", "5", ""),
        ("all", "girl", "", "", "sibling"),
        ("all", "boy", "yes", "83", ""),
        ("all", "boy", "no_way", "12", ""),
        ("all", "boy", "dk", "5", ""),
    ]
    told = "zone_level zone question option age sex share low high base count weighted status freeze"  # section 12
    assert set(told.split()) <= set(found[0])


@pytest.mark.parametrize(
    ("place", "why"),
    [("commune-44018", "below_floor"), ("commune-44190", "zone_difference")],
    ids=["few", "difference"],
)
def test_the_file_of_a_place_without_a_page_holds_the_reason_alone(client, edition, place, why):
    found = lines(client.get(f"{HOME}/heard.csv?lieu={place}"))

    assert [(each["zone"], each["option"], each["base"], each["status"]) for each in found] == [
        (place.partition("-")[2], "", "", why)
    ]


def test_a_result_may_be_framed_by_any_site_and_sets_nothing(client, edition):
    response = client.get(f"{HOME}/heard/vignette?lieu=commune-44143")

    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "<script" not in response.content.decode()
    assert "Rezé" in words(response) and "84 %" in words(response)


# Places --------------------------------------------------------------------------------------------------------------
def test_the_list_holds_the_places_that_have_a_page(client, edition):
    page = client.get(f"{HOME}/lieux").content.decode()

    assert re.findall(r"/lieux/([a-z]+-\w+)", page) == ["region-52", "departement-44", "commune-44143"]


def test_a_search_finds_places_with_a_page_and_without_one(client, edition):
    assert "Rezé 44 ses résultats" in words(client.get(f"{HOME}/lieux?q=rez"))
    assert "Bouaye 44 pas assez de réponses" in words(client.get(f"{HOME}/lieux?q=boua"))


def test_the_report_of_a_place_says_what_sets_it_apart(client, edition):
    said = words(client.get(f"{HOME}/lieux/commune-44143"))

    apart = said[said.index("Ce qui distingue Rezé") : said.index("Mes droits")]
    assert "“Oui”" in apart or "« Oui »" in apart
    assert "84 %, contre 60 % dans tout le pays" in apart
    assert "Joues-tu dehors" not in apart
    assert "Oui 84 % (76 à 92 %) 88 % 78 % 61 % plus haut ici 60 % plus haut ici" in said


@pytest.mark.parametrize("place", ["commune-44018", "commune-44190"], ids=["too few", "difference"])
def test_a_town_without_a_page_says_so_and_leads_to_the_larger_place(client, edition, place):
    page = client.get(f"{HOME}/lieux/{place}")

    assert page.status_code == 200
    assert f'href="{HOME}/lieux/departement-44"' in page.content.decode()
    assert "elles comptent dans un territoire plus large" in words(page)


@pytest.mark.parametrize(
    ("code", "said"),
    [("44143", "les résultats de Rezé"), ("44018", "Pas assez de réponses pour protéger les enfants.")],
    ids=["told", "too few"],
)
def test_the_page_of_a_town_leads_to_what_its_children_said(client, code, said):
    member(code, "Rezé")
    publish()

    page = client.get(f"/villes/{code}")

    assert said in words(page)
    assert f"{HOME}/lieux/commune-{code}" in page.content.decode()


# Children ------------------------------------------------------------------------------------------------------------
def test_children_read_a_few_results_in_their_words(client, edition):
    said = words(client.get(f"{HOME}/enfants"))

    assert "Sur 10 enfants, 6 disent : « Oui »" in said
    assert "Sur 10 enfants, 7 disent : « À la maison »" in said
    assert "fait du mal" not in said
    assert "119 enfant en danger" in said


@pytest.mark.parametrize("way", ["/methode", "/heard?lieu=commune-44143"])
def test_rules_of_protection_are_said_in_words_that_lead_to_the_method(client, edition, way):
    response = client.get(f"{HOME}{way}")

    assert "règles de novembre 2026" in words(response) and freezing.RULES not in words(response)
    assert f'href="{HOME}/methode#protection"' in response.content.decode()
