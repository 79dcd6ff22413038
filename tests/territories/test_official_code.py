"""The whole official code, loaded once for this file: what was agreed is written out by hand."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from marelle.territories import checks, figures, queries
from marelle.territories.models import FormerCode, Loading, Territory
from marelle.territories.operations import Loaded, correct_point, load_official_code
from marelle.territories.states import TerritoryKind as K

pytestmark = pytest.mark.django_db
ONE_DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def first_load(django_db_setup, django_db_blocker):
    """The official code, loaded once and rolled back at the end of the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        done = load_official_code(at=ONE_DAY, out=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE territories_territory")  # as the database does by itself within a minute
        connection.check_constraints()  # once, else PostgreSQL checks every row again at the end of each test
        yield done
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def loaded(first_load, db):
    return first_load


def commune(code: str) -> Territory:
    return Territory.objects.select_related("departement", "region", "intercommunality").get(code=code, kind=K.COMMUNE)


def found(text: str, **options) -> list[str]:
    return [row.code for row in queries.suggest(text, **options)]


# ---------------------------------------------------------------------------------------------------------------- load
def test_load_official_code_counts(loaded):
    counts = {kind: Territory.objects.that_add_up().filter(kind=kind).count() for kind in K}

    assert loaded == Loaded(created=36370, updated=0, unchanged=0, ended=0, former_codes=4826)
    assert counts == {K.COMMUNE: 34969, K.INTERCOMMUNALITY: 1255, K.DEPARTEMENT: 109, K.REGION: 26}
    assert Territory.objects.filter(adds_up=False, legal_form="EPT").count() == 11
    assert Territory.objects.filter(adds_up=False).count() == 11


def test_load_official_code_twice_changes_nothing():
    before = list(Territory.objects.order_by("pk").values_list("pk", "code", "name", "intercommunality_id"))
    former = list(FormerCode.objects.order_by("pk").values_list("pk", flat=True))

    again = load_official_code(out=StringIO())

    assert again == Loaded(created=0, updated=0, unchanged=36370, ended=0, former_codes=4826)
    assert list(Territory.objects.order_by("pk").values_list("pk", "code", "name", "intercommunality_id")) == before
    assert list(FormerCode.objects.order_by("pk").values_list("pk", flat=True)) == former


def test_load_official_code_keeps_a_point_corrected_by_hand():
    correct_point(commune("42218").pk, lon=4.39, lat=45.44)

    again = load_official_code(out=StringIO())

    place = commune("42218")
    assert (again.updated, again.unchanged) == (0, 36370)
    assert (place.lon, place.lat, place.point_quality) == (4.39, 45.44, "corrected")


def test_load_official_code_brings_back_what_was_changed_and_ends_what_it_does_not_hold():
    Territory.objects.filter(code="01053", kind=K.COMMUNE).update(name="Bourg", population=1)
    gone = Territory.objects.create(code="01999", kind=K.COMMUNE, name="Fusionnée")

    again = load_official_code(out=StringIO())

    gone.refresh_from_db()
    assert again == Loaded(created=0, updated=1, unchanged=36369, ended=1, former_codes=4826)
    assert (commune("01053").name, gone.is_current) == ("Bourg-en-Bresse", False)
    assert found("fusionnee") == []


def test_load_official_code_keeps_its_vintage():
    loading = Loading.objects.get()

    assert (loading.country, loading.vintage, loading.territories) == ("FR", "COG 2026", 36370)
    assert (loading.loaded_at, len(loading.fingerprint)) == (ONE_DAY, 64)


@pytest.mark.parametrize(
    ("code", "name", "departement", "region", "intercommunality", "siren", "population", "year"),
    [
        ("42218", "Saint-Étienne", "42", "84", "244200770", "214202186", 173136, 2026),
        ("2A004", "Ajaccio", "2A", "94", "242010056", "212000046", 76320, 2026),
        ("97608", "Dzaoudzi", "976", "06", "200050532", "200008795", 17831, 2017),
    ],
)
def test_commune_has_its_parents_and_figures(
    code, name, departement, region, intercommunality, siren, population, year
):
    place = commune(code)

    assert (place.name, place.departement.code, place.region.code) == (name, departement, region)
    assert (place.intercommunality.code, place.siren) == (intercommunality, siren)
    assert (place.population, place.population_year, place.population_source) == (population, year, "insee")


def test_establishment_lies_in_the_metropolis_and_is_never_added():
    place = Territory.objects.select_related("establishment", "intercommunality").get(code="93066", kind=K.COMMUNE)

    assert (place.establishment.name, place.establishment.adds_up) == ("Plaine Commune", False)
    assert (place.intercommunality.name, place.intercommunality.adds_up) == ("Métropole du Grand Paris", True)


def test_a_code_may_name_a_departement_and_a_region():
    names = list(Territory.objects.filter(code="11").order_by("kind").values_list("kind", "name"))

    assert names == [("departement", "Aude"), ("region", "Île-de-France")]


# -------------------------------------------------------------------------------------------------------------- checks
def test_every_invariant_holds():
    assert checks.broken() == []


@pytest.mark.parametrize(
    ("code", "change", "sentence"),
    [
        ("42218", {"population": 1}, "The population of each intercommunality"),
        ("42218", {"is_current": False}, "A loaded official code has as many territories"),
        ("42218", {"departement": None}, "Each commune of an official code has"),
        ("42218", {"siren": "217500016"}, "No SIREN number names two"),
        ("42218", {"kind": "region"}, "A loaded official code has as many territories"),
        ("01015", {"is_current": False}, "Each former code leads to"),
    ],
)
def test_broken_invariant_is_named(code, change, sentence):
    Territory.objects.filter(code=code, kind=K.COMMUNE).update(**change)

    assert any(line.startswith(sentence) for line in checks.broken())


def test_establishment_as_parent_breaks_an_invariant():
    establishment = Territory.objects.get(code="200057867")
    Territory.objects.filter(code="93066", kind=K.COMMUNE).update(intercommunality=establishment)

    assert any(line.startswith("What must not be added up") and "93066" in line for line in checks.broken())


# -------------------------------------------------------------------------------------------------------------- search
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("st etienne", "42218"),
        ("Saint-Étienne", "42218"),
        ("SAINT ETIENNE", "42218"),
        ("st etienne rouvray", "76575"),
        ("75056", "75056"),
        ("paris", "75056"),
        ("67447", "67447"),
        ("schilt", "67447"),
        ("69123", "69123"),
        ("lyon", "69123"),
        ("97411", "97411"),
        ("saint denis reunion", "97411"),
        ("saint denis 93", "93066"),
        ("st-denis (93)", "93066"),
        ("93200", "93066"),
        ("69001", "69123"),
        ("200046977", "200046977"),
        ("200 046 977", "200046977"),
        ("métropole de lyon", "200046977"),
        ("communauté de communes faucigny", "200000172"),
        ("l hay les roses", "94038"),
        ("L’Haÿ-les-Roses", "94038"),
        ("lhay les roses", "94038"),
        ("bourg-en-bresse", "01053"),
        ("bourg en b", "01053"),
        ("havre", "76351"),
        ("mans", "72181"),
        ("œuilly", "51410"),
        ("oeuilly", "51410"),
        ("2a004", "2A004"),
        ("ile de france", "11"),
        ("pierrefitte sur seine", "93066"),
        ("villeneuve dascq", "59009"),
        ("217500016", "75056"),
        ("93", "93"),
    ],
)
def test_suggest_finds_first(text, first):
    assert found(text)[0] == first


def test_suggest_puts_exact_before_prefix_before_inner_word_and_larger_before_smaller():
    assert found("st etienne", kinds=[K.COMMUNE], limit=5) == ["42218", "76575", "44158", "62746", "82161"]
    assert found("etienne", kinds=[K.COMMUNE], limit=2) == ["42218", "76575"]
    assert found("lyon")[:3] == ["69123", "27377", "200046977"]


def test_suggest_by_postal_code_gives_each_of_its_communes():
    assert found("42230") == ["42218", "42189", "42230"]  # the last by its own code, which is that postal code too


def test_suggest_by_a_former_code_gives_the_commune_of_today():
    assert found("01003")[0] == "01165"
    assert "01015" in found("arbignieu")


def test_suggest_keeps_to_kinds_and_limit():
    assert found("lyon", kinds=[K.INTERCOMMUNALITY], limit=1) == ["200046977"]
    assert found("lyon", limit=0) == []
    assert len(found("saint", limit=1000)) == 50


def test_suggestion_says_what_was_promised():
    row = queries.suggest("42218")[0]

    assert row.as_json() == {
        "code": "42218",
        "name": "Saint-Étienne",
        "kind": "commune",
        "departement": "42",
        "population": 173136,
    }
    assert row.departement_name == "Loire"


@pytest.mark.parametrize("text", ["", " ", "-", "'", "%", "\x00", "a" * 5000, "x y " * 500, "🦄", "ʼ", "0" * 300])
def test_suggest_answers_nothing_for_nothing(text):
    assert found(text) == []


@given(text=st.text(max_size=60))
def test_suggest_never_fails(text):
    assert len(queries.suggest(text)) <= 10


@given(data=st.data())
def test_suggest_finds_every_name_by_its_beginning(data):
    names = ["Saint-Étienne-du-Rouvray", "L'Haÿ-les-Roses", "Œuilly", "Bourg-en-Bresse", "Villeneuve-d'Ascq"]
    name = data.draw(st.sampled_from(names))
    cut = data.draw(st.integers(min_value=8, max_value=max(8, len(name))))

    assert any(row.name.startswith(name[:cut]) for row in queries.suggest(name[:cut].upper()))


@pytest.mark.parametrize("text", ["42218", "saint"], ids=["1 row", "10 rows"])
def test_suggest_asks_two_questions(text, django_assert_num_queries):
    queries.warm_up()

    with django_assert_num_queries(2):
        queries.suggest(text)


def test_suggest_sees_what_has_changed():
    assert found("saint etienne")[0] == "42218"

    Territory.objects.filter(code="42218", kind=K.COMMUNE).update(name="Armeville")
    correct_point(commune("42218").pk, lon=4.39, lat=45.44)

    assert found("armeville") == ["42218"]
    queries.forget()


def test_search_command_prints_the_promised_json():
    out = StringIO()

    call_command("territories", "search", "lyon", "--json", "--limit=1", stdout=out)

    assert out.getvalue() == (
        '[{"code": "69123", "name": "Lyon", "kind": "commune", "departement": "69", "population": 519127}]\n'
    )


# ------------------------------------------------------------------------------------------- mergers, facts, the map
@pytest.mark.parametrize(
    ("code", "today"),
    [
        ("42218", "42218"),
        ("01003", "01165"),
        ("01015", "01015"),
        ("214202186", "42218"),
        ("200046977", "200046977"),
        ("99999", None),
        ("", None),
    ],
)
def test_current_code_follows_mergers(code, today):
    assert queries.current_code(code) == today


def test_facts_say_what_is_unknown_and_why():
    rows = [(fact.label, fact.value, fact.year, fact.missing_because) for fact in queries.facts(commune("42218"))]

    assert rows == [
        ("Habitants", 173136, 2026, ""),
        ("Enfants de 0 à 17 ans", None, None, "les tables fournies ne donnent pas les âges."),
    ]


def test_facts_of_an_intercommunality_count_its_communes():
    rows = [fact.value for fact in queries.facts(Territory.objects.get(code="200057867"))]

    assert rows == [453671, None, 8]


def test_every_sample_falls_where_it_should():
    drawing = figures.outlines(K.DEPARTEMENT)
    places = [commune(code) for code in ("75056", "29019", "97411", "98818")]

    spots = [[(dot.frame, round(dot.x, 2), round(dot.y, 2)) for dot in figures.dots(p, drawing)] for p in places]

    assert spots == [
        [("metropole", 312.74, 142.07), ("petite-couronne", 68.26, 57.52)],
        [("metropole", 40.03, 155.78)],
        [("974", 432.58, 593.31)],
        [],
    ]


def test_every_dot_stands_inside_its_frame():
    drawing = figures.outlines(K.DEPARTEMENT)
    frames = {frame.id: frame.box for frame in drawing.frames}
    rows = Territory.objects.filter(kind=K.COMMUNE).values_list("code", "departement__code", "lon", "lat")

    outside = [
        code
        for code, departement, lon, lat in rows
        for dot in figures.dots_at(departement, lon, lat, drawing)
        if not inside(dot, *frames[dot.frame])
    ]

    assert outside == []


def inside(dot, x, y, width, height):
    return x <= dot.x <= x + width and y <= dot.y <= y + height


def test_this_file_runs_on_the_database_it_says(on_postgresql):
    assert connection.vendor == ("postgresql" if on_postgresql else "sqlite")
