"""The network page: numbers never mixed, what is not measured, where each number comes from, files to take away."""

import csv
import io
import json
import re

import pytest
from django.test import Client

from marelle.base import clock
from marelle.mandates.models import AreaStanding
from marelle.mandates.operations.snapshots import take_night
from marelle.plans.models import Indicator
from tests.mandates.snapshots_scene import DAY, WRITTEN, twelve_cities
from tests.plans.twelve_cities import SERVICES, VOICE

pytestmark = pytest.mark.django_db
PLAIN = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.S)


@pytest.fixture
def scene():
    found = twelve_cities()
    take_night(DAY)
    return found


def get(path):
    answer = Client(headers={"accept-language": "fr"}).get(path)
    assert (answer.status_code, answer.cookies) == (200, {}), path
    return answer


def words(path):
    """What one reads, without marks and with plain spaces."""
    text = PLAIN.sub(" ", get(path).content.decode())
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())


def test_before_the_first_night_the_page_says_so():
    assert "Aucun chiffre n’a encore été pris" in words("/reseau")


def test_each_domain_tells_its_three_numbers_apart_and_what_is_unknown(scene):
    page = words("/reseau")

    assert "12 mandats, à la fin du 1er février 2028." in page
    services, voice = page.index("Domaine services"), page.index("Domaine voice")
    assert "déclaré (7) 48 % justifié (5) 38 % vérifié (3) 67 % inconnu 6 sur 26" in page[services:voice]
    assert "déclaré (6) 52 % justifié (3) 66 % vérifié (4) 78 % inconnu 3 sur 20" in page[voice:]


def test_a_number_opens_its_formula_its_inputs_and_its_date(scene):
    page = words("/reseau")

    assert "D’où vient ce chiffre ?" in page
    assert "déclaré 3,375 ÷ 7 mandats = 48 %" in page
    assert "(relevé − départ) ÷ (cible − départ)" in page
    assert "Relevé à la fin du 1er février 2028." in page


def test_what_nobody_verified_is_a_dash_and_not_nothing(scene):
    AreaStanding.objects.filter(level="network", domain=scene.domains[SERVICES]).update(
        verified_mandates=0, verified_known=0, verified_total=0
    )

    assert "justifié (5) 38 % vérifié – inconnu" in words("/reseau")


@pytest.mark.parametrize(
    ("asked", "told", "hatched", "coloured"),
    [
        ("?indicateur=places&preuve=declared", ["205", "(6)", "75", "(2)", "50", "(1)"], {"29", "38"}, {"35", "69", "974"}),
        ("?indicateur=access&preuve=verified", ["57,1", "75", "85,7"], {"29", "38", "974"}, {"35", "69"}),
        ("?indicateur=policy&preuve=declared", ["66 %"], {"35", "38"}, {"29", "69", "974"}),
    ],
    ids=["sum", "ratio", "never put together"],
)  # fmt: skip
def test_the_map_hatches_what_is_not_measured(scene, asked, told, hatched, coloured):
    page = get(f"/reseau{asked}").content.decode()

    from marelle.territories.figures import outlines  # slow import

    names = {o.code: o.name for o in outlines("departement").outlines}
    missing = set(re.findall(r'class="missing"[^>]*><title>([^<]*), non mesuré</title>', page))
    shaded = set(re.findall(r'class="step-\d"[^>]*><title>([^<,]*), ', page))
    assert missing == {names[code] for code in hatched}
    assert shaded == {names[code] for code in coloured}
    text = words(f"/reseau{asked}")
    assert all(word in text for word in told), text


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_the_figures_are_taken_away_in_one_press_with_their_dictionary(scene, kind):
    answer = get(f"/reseau?format={kind}")

    if kind == "xlsx":
        assert answer.content[:2] == b"PK"
        return
    content = answer.content.decode()
    rows = list(csv.DictReader(io.StringIO(content))) if kind == "csv" else json.loads(content)
    whole = next(row for row in rows if row["domain"] == VOICE and not row["region"])
    assert {name: str(whole[name]) for name in ("day", "declared_percent", "declared_mandates", "unknown")} == {
        "day": "2028-02-01",
        "declared_percent": "52",
        "declared_mandates": "6",
        "unknown": "3",
    }
    assert len(rows) == 2 * 4  # the network and three régions
    page = words("/reseau")
    assert all(name in page for name in rows[0]), "each column is explained"
    assert "Licence Ouverte 2.0" in page


def test_each_mandate_tells_what_it_gives_to_the_mean(scene):
    page = words("/reseau/domaines/services")

    assert "Rennes 3 50 1 50 1 50 1 0" in page
    assert "Voiron 2 0 0 0 2" in page
    assert page.index("Brest") < page.index("Lyon") < page.index("Voiron")


def test_a_suspended_mandate_counts_and_is_not_named(scene):
    lyon = scene.mandates["Lyon"]
    lyon.state = "suspended"
    lyon.save()

    page = words("/reseau/domaines/services")

    assert "Lyon" not in page
    assert "Un mandat suspendu compte et n’est pas nommé." in page


def test_an_indicator_is_read_departement_by_departement(scene):
    rows = json.loads(get("/reseau/indicateurs/access?format=json").content)

    assert {row["departement"]: (row["asked"], row["declared"], row["verified"]) for row in rows} == {
        "35": (2, 75.0, 75.0),
        "29": (1, 50.0, None),
        "38": (2, None, None),
        "69": (1, None, 90.0),
        "974": (2, pytest.approx(9500 / 180), None),  # 80 + 15 over 160 + 20
    }


@pytest.mark.parametrize("path", ["/reseau/domaines/nulle-part", "/reseau/indicateurs/rien"])
def test_what_is_not_there_is_not_found(scene, path):
    assert Client().get(path).status_code == 404


def test_the_past_is_drawn_and_told_in_a_table(scene):
    Indicator.objects.filter(name="calm").update(target=6)
    with clock.at(WRITTEN):
        take_night(DAY.replace(month=3, day=31))

    page = words("/reseau/domaines/services")

    assert "1er février 2028 48 % 38 % 67 % 6 / 26" in page
    assert "31 mars 2028" in page


@pytest.mark.parametrize("cities", [1, 3])
def test_the_page_asks_a_fixed_number_of_questions(scene, cities, django_assert_max_num_queries):
    get("/reseau")  # what is kept at hand
    for mandate in list(scene.mandates.values())[cities:]:
        mandate.left_on = DAY
        mandate.save()
    take_night(DAY.replace(day=2))

    with django_assert_max_num_queries(12):
        get("/reseau?n=1")


# A town -------------------------------------------------------------------------------------------------------------
def test_a_towns_page_tells_its_numbers_apart_with_their_day(scene):
    page = words(f"/villes/{scene.mandates['Lyon'].organisation.code}")

    assert "déclaré (1) 100 % justifié – vérifié (2) 77 % inconnu 0 sur 3" in page
    assert "vérifié 1,550 ÷ 2 indicateurs = 77 %" in page
    assert "Relevé à la fin du 1er février 2028." in page


def test_each_indicator_of_a_town_is_drawn_with_its_table_and_its_provenance(scene):
    page = words(f"/villes/{scene.mandates['Lyon'].organisation.code}/chiffres")

    assert "relevé 70 % (2027) valeur de départ 20 % cible 60 % chemin parcouru 100 % preuve déclaré" in page
    assert "2027 90 vérifié" in page
    assert "Le plan entier" in page


def test_an_unknown_indicator_says_so_and_draws_nothing(scene):
    page = words(f"/villes/{scene.mandates['Voiron'].organisation.code}/chiffres")

    assert "places On n’en sait encore rien." in page
    assert "Avancement inconnu : aucun relevé pour l’instant." in page
    assert "chemin parcouru inconnu" in page


def test_a_town_that_is_no_member_has_no_figures(scene):
    lyon = scene.mandates["Lyon"]
    lyon.state = "withdrawn"
    lyon.save()

    assert Client().get(f"/villes/{lyon.organisation.code}/chiffres").status_code == 404


def test_the_map_begins_with_the_indicator_most_towns_know(scene):
    """Nine towns know `places`; no other indicator is known by as many."""
    page = get("/reseau").content.decode()

    assert '<option value="places" selected>' in page
