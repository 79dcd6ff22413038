"""Another country's places, loaded from a plain table; points corrected by hand."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from marelle.base.errors import BadData
from marelle.base.models import Stamp
from marelle.territories import checks, figures, queries
from marelle.territories.files import COLUMNS
from marelle.territories.models import Territory
from marelle.territories.operations import Loaded, correct_point, load_places
from tests.factories.territories import FormerCodeFactory, LoadingFactory, TerritoryFactory

pytestmark = pytest.mark.django_db

MADRID = """code,country,kind,name,parent,population,population_year,lon,lat
ES-28079,ES,commune,Madrid,ES-28,3422416,2024,-3.7038,40.4168
ES-28,ES,departement,Madrid,ES-MD,,,,
ES-MD,ES,region,Comunidad de Madrid,,7009268,2024,,
ES-28007,ES,commune,Alcorcón,ES-28;ES-SUR,,,,
ES-SUR,ES,intercommunality,Mancomunidad del Sur,ES-28,,,,
"""


def rows(text: str) -> list[dict[str, str]]:
    head, *lines = text.strip().splitlines()
    return [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]


def row(**values: str) -> dict[str, str]:
    plain = dict.fromkeys(COLUMNS, "") | {"code": "ES-1", "country": "ES", "kind": "commune", "name": "Uno"}
    return plain | values


def load(text_or_rows) -> Loaded:
    table = rows(text_or_rows) if isinstance(text_or_rows, str) else text_or_rows
    return load_places(table, source="INE", out=StringIO())


def test_load_places_takes_another_country():
    loaded = load(MADRID)

    place = Territory.objects.get(code="ES-28007")
    assert loaded == Loaded(created=5, updated=0, unchanged=0, ended=0)
    assert (place.departement.name, place.region.name) == ("Madrid", "Comunidad de Madrid")
    assert (place.intercommunality.name, place.population, place.lon) == ("Mancomunidad del Sur", None, None)
    assert [row.as_json() for row in queries.suggest("alcorcon")] == [
        {"code": "ES-28007", "name": "Alcorcón", "kind": "commune", "departement": "ES-28", "population": None}
    ]
    assert [row.code for row in queries.suggest("es-28079")] == ["ES-28079"]
    assert figures.dots(Territory.objects.get(code="ES-28079")) == []
    assert checks.broken() == []


def test_load_places_twice_changes_nothing():
    load(MADRID)

    assert load(MADRID) == Loaded(created=0, updated=0, unchanged=5, ended=0)


def test_load_places_facts_name_their_publisher():
    load(MADRID)

    facts = queries.facts(Territory.objects.get(code="ES-28079"))
    unknown = queries.facts(Territory.objects.get(code="ES-28007"))

    assert (facts[0].value, facts[0].year, facts[0].source) == (3422416, 2024, "INE")
    assert (unknown[0].value, unknown[0].missing_because) == (None, "L’organisme source ne publie pas sa population.")


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ([row(kind="ville")], "Ligne 2\u202f: vérifiez kind."),
        ([row(country="Espagne")], "Ligne 2\u202f: vérifiez country."),
        ([row(code="", name="")], "Ligne 2\u202f: vérifiez code, name."),
        ([row(), row()], "Ligne 3\u202f: le code ES-1 figure deux fois."),
        ([row(parent="ES-0")], "Ligne 2\u202f: aucun territoire de niveau supérieur n’a le code ES-0."),
        ([row(population="mille", population_year="2024")], "Ligne 2\u202f: vérifiez population."),
        ([row(population="-1", population_year="2024")], "Ligne 2\u202f: vérifiez population."),
        ([row(population="10")], "Ligne 2\u202f: une population doit être accompagnée de son année."),
        ([row(lon="2.5")], "Ligne 2\u202f: donnez lon et lat ensemble, ou aucune des deux."),
        ([row(lon="2.5", lat="nan")], "Ligne 2\u202f: vérifiez lat."),
        (
            [row(code="01053")],
            "Ligne 2\u202f: le code 01053 est déjà pris par un autre pays\u202f: faites-le précéder du pays.",
        ),
        ([{"code": "ES-1"}], "La colonne «\u202fcountry\u202f» manque."),
    ],
)
def test_load_places_refuses(table, fault):
    TerritoryFactory(code="01053")

    with pytest.raises(BadData) as refusal:
        load(table)

    assert fault in refusal.value.faults
    assert list(Territory.objects.values_list("code", flat=True)) == ["01053"]
    assert not Stamp.objects.exists()


def test_load_places_reads_a_file_of_a_spreadsheet(tmp_path):
    path = tmp_path / "plazas.csv"
    path.write_text(MADRID, encoding="utf-8-sig")
    out = StringIO()

    call_command("territories", "load", str(path), stdout=out, stderr=StringIO())

    assert out.getvalue().startswith("5 territories: 5 created, 0 updated, 0 unchanged, 0 ended; 0 former codes.")
    assert Territory.objects.get(code="ES-28079").population_source == "plazas.csv"


def test_load_command_says_what_to_mend(tmp_path):
    path = tmp_path / "plazas.csv"
    path.write_text(MADRID.replace("ES-MD,,,,", "ES-XX,,,,"), encoding="utf-8")

    with pytest.raises(CommandError, match="Ligne 3.*ES-XX"):
        call_command("territories", "load", str(path), stderr=StringIO())

    assert not Territory.objects.exists()


def test_check_command_counts_what_is_broken():
    out = StringIO()

    with pytest.raises(CommandError, match="1 of 8 invariants are broken"):
        call_command("territories", "check", stdout=out)

    assert "BROKEN  Some geography is loaded." in out.getvalue()


def test_check_command_passes_on_a_plain_world():
    TerritoryFactory(placed=True)
    out = StringIO()

    call_command("territories", "check", stdout=out)

    assert out.getvalue().endswith("8 invariants hold.\n")


def test_loaded_official_code_that_lost_rows_is_broken():
    LoadingFactory()
    TerritoryFactory(placed=True)

    assert any("commune: 1, expected 34969" in line for line in checks.broken())


def test_correct_point_is_kept_over_a_load():
    load(MADRID)
    place = correct_point(Territory.objects.get(code="ES-28079").pk, lon=-3.7, lat=40.41)

    again = load(MADRID)

    place.refresh_from_db()
    assert again == Loaded(created=0, updated=0, unchanged=5, ended=0)
    assert (place.lon, place.lat, place.point_quality) == (-3.7, 40.41, "corrected")


@pytest.mark.parametrize(("lon", "lat"), [(200, 0), (0, 91), (float("nan"), 0)])
def test_correct_point_refuses(lon, lat):
    place = TerritoryFactory(lon=1.0, lat=2.0, point_quality="exact")

    with pytest.raises(BadData):
        correct_point(place.pk, lon=lon, lat=lat)

    place.refresh_from_db()
    assert (place.lon, place.lat, place.point_quality) == (1.0, 2.0, "exact")


def test_current_code_leads_from_an_ended_commune_to_the_one_that_holds_its_land():
    today = TerritoryFactory(code="01165")
    TerritoryFactory(code="01003", ended=True)
    FormerCodeFactory(code="01003", territory=today)

    assert queries.current_code("01003") == "01165"
    assert queries.find("01003") == today
    assert queries.suggest("01003")[0].code == "01165"


def test_current_code_of_an_ended_commune_without_heir_is_its_own():
    TerritoryFactory(code="01003", ended=True)

    assert queries.current_code("01003") == "01003"


@pytest.mark.parametrize("count", [1, 3])
def test_suggest_asks_a_fixed_number_of_questions(count, django_assert_num_queries):
    TerritoryFactory.create_batch(count, placed=False)

    with django_assert_num_queries(5):  # a small geography is read anew: newest, former codes, names around, all, rows
        found = queries.suggest("bourg")

    assert len(found) == count


def test_establishment_is_left_out_of_sums():
    TerritoryFactory(intercommunality=True)
    TerritoryFactory(establishment_kind=True)

    assert [row.legal_form for row in Territory.objects.that_add_up()] == ["CC"]


def test_by_size_puts_unknown_populations_last():
    for code, population in (("01001", None), ("01002", 5), ("01003", 50)):
        TerritoryFactory(code=code, population=population)

    assert list(Territory.objects.by_size().values_list("code", flat=True)) == ["01003", "01002", "01001"]


def test_sources_are_told_in_the_language_of_the_reader():
    rows = [(source.publisher, source.licence) for source in queries.sources()]

    assert rows == [
        ("INSEE", "Licence Ouverte 2.0"),
        ("DGCL", "Licence Ouverte 2.0"),
        ("La Poste", "Licence Ouverte 2.0"),
        ("GeoNames", "CC BY 4.0"),
        ("Natural Earth", "domaine public"),
    ]
    assert queries.sources()[3].title == "Lieux postaux"
    assert queries.attribution() == "INSEE, DGCL, La Poste (Licence Ouverte 2.0) ; GeoNames (CC BY 4.0) ; Natural Earth"
