"""Counts of frozen sheets: the rows and the bytes of plain loops, whatever the engine, the order and the partition."""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marelle.consultations import cells, cubes
from tests.consultations import plain_cubes as plain
from tests.scale import SEED, scaled

pytestmark = pytest.mark.once
ITEMS = ["safe", "where.oui", "outside"]
ZONES = ["commune:44109", "commune:44143", "commune:85191", "epci:244400404", "departement:44", "region:52", "FR"]
INSIDE = [
    *((zone, zone) for zone in ZONES),
    *(("commune:" + code, "epci:244400404") for code in ("44109", "44143")),
    *((zone, "departement:44") for zone in ("commune:44109", "commune:44143", "epci:244400404")),
    *((zone, "region:52") for zone in ZONES[:5]),
    *((zone, "FR") for zone in ZONES[:6]),
]
AREAS = pa.table({"zone": [zone for zone, _area in INSIDE], "area": [area for _zone, area in INSIDE]})
SHEETS = plain.drawn(SEED, sheets=400, zones=ZONES, items=ITEMS)


def spark():
    """Spark on this machine. Skips, and says so, without pyspark or without Java."""
    pytest.importorskip("pyspark", reason="Spark is not installed: pip install 'marelle[spark]'")
    from pyspark.errors import PySparkRuntimeError  # slow import

    try:
        return cubes.connect("local[2]")
    except PySparkRuntimeError as refused:
        pytest.skip(f"Spark does not start, Java is missing: {refused}")


# Spark 4.0 speaks to pandas 3 in its old words, and leaves its sockets to be found
ON_SPARK = pytest.param("spark", marks=pytest.mark.filterwarnings("ignore"))


@pytest.fixture(scope="module", params=["duckdb", ON_SPARK])
def engine(request):
    return cubes.connect(threads=2) if request.param == "duckdb" else spark()


@pytest.fixture(scope="module")
def duckdb():
    return cubes.connect(threads=1)


@pytest.fixture(scope="module")
def private(tmp_path_factory, duckdb):
    """A folder with the sheets and their cube."""
    place = tmp_path_factory.mktemp("private")
    cubes.write_responses(place / "responses.parquet", SHEETS)
    cubes.build(duckdb, place / "responses.parquet", place, ITEMS)
    return place


def digest(place: Path) -> str:
    return hashlib.sha256(place.read_bytes()).hexdigest()


def taken(sheets: plain.Sheets, order: list[int]) -> plain.Sheets:
    return {name: [values[place] for place in order] for name, values in sheets.items()}


def written(sheets: plain.Sheets, place: Path, rows: int) -> None:
    """The sheets as they come, in row groups of a size, by other hands than ours."""
    kinds = {name: cubes.SHEET.get(name, pa.uint8()) for name in sheets}
    table = pa.table({name: pa.array(list(values), kinds[name]) for name, values in sheets.items()})
    pq.write_table(table, place, row_group_size=rows)


def test_cube_has_the_rows_and_the_bytes_of_plain_loops(engine, tmp_path):
    cubes.write_responses(tmp_path / "responses.parquet", SHEETS)
    cube = cubes.build(engine, tmp_path / "responses.parquet", tmp_path, ITEMS)
    cubes.write_cube(tmp_path / "plain.parquet", plain.cube(SHEETS, ITEMS))

    assert pq.read_table(cube).to_pylist() == plain.cube(SHEETS, ITEMS).to_pylist()
    assert digest(cube) == digest(tmp_path / "plain.parquet")


@pytest.mark.parametrize("groups", cells.AXES)
def test_cells_gather_zones_into_every_area_they_lie_in(private, groups):
    found = cells.cells_of(private / "cube_commune.parquet", AREAS, groups)

    assert found == plain.cells(SHEETS, ITEMS, INSIDE, groups)


@pytest.mark.parametrize("axes", [["age", "sex", "where.oui"], ["outside", "where.oui", "sex"], ["outside"]])
def test_free_table_is_that_of_plain_loops(engine, private, axes):
    found = cubes.three_way(engine, private / "responses.parquet", "safe", axes)

    assert [tuple(row.values()) for row in found.to_pylist()] == plain.three_way(SHEETS, "safe", axes)


@settings(max_examples=scaled(400, least=5), deadline=None, derandomize=True)
@given(
    st.integers(0, 60).flatmap(lambda n: st.tuples(st.permutations(range(n)), st.integers(1, 60))), st.integers(0, 99)
)
def test_cube_is_the_same_in_any_order_and_partition(duckdb, tmp_path_factory, shuffled, seed):
    (order, rows), place = shuffled, tmp_path_factory.mktemp("any")
    sheets = plain.drawn(seed, sheets=len(order), zones=ZONES[:3], items=ITEMS)
    written(taken(sheets, order), place / "as_it_comes.parquet", rows)

    found = cubes.build(duckdb, place / "as_it_comes.parquet", place, ITEMS)

    cubes.write_cube(place / "plain.parquet", plain.cube(sheets, ITEMS))
    assert digest(found) == digest(place / "plain.parquet")


def test_sheets_in_any_order_make_the_same_file(tmp_path):
    order = list(np.random.default_rng(SEED).permutation(400))
    cubes.write_responses(tmp_path / "one.parquet", SHEETS)
    cubes.write_responses(tmp_path / "two.parquet", taken(SHEETS, order))

    found = pq.read_table(tmp_path / "two.parquet")

    assert found["zone"].to_pylist() == sorted(SHEETS["zone"])
    assert {name: str(found.schema.field(name).type) for name in found.column_names} == {
        "zone": "string", "age": "uint8", "sex": "uint8", "key": "uint32", "weight": "int32",
        "safe": "uint8", "where.oui": "uint8", "outside": "uint8",
    }  # fmt: skip
    assert digest(tmp_path / "one.parquet") == digest(tmp_path / "two.parquet")


def test_keys_are_added_modulo_two_to_the_thirty_second(duckdb, tmp_path):
    three = {"zone": ["FR"] * 3, "age": [1] * 3, "sex": [2] * 3, "weight": [1000, 500, 3000], "safe": [1, 1, 1]}
    cubes.write_responses(tmp_path / "responses.parquet", three | {"key": [2941857112, 2198739294, 2**32 - 1]})
    cube = cubes.build(duckdb, tmp_path / "responses.parquet", tmp_path, ["safe"])

    assert pq.read_table(cube).to_pylist() == [
        {"zone": "FR", "q": 0, "age": 1, "sex": 2, "v": 1, "n": 3, "w": 4500, "w2": 10_250_000, "ck": 845629109}
    ]


def test_cube_of_greater_areas_gives_the_same_cells(private, tmp_path):
    greater = [(zone, area) for zone, area in INSIDE if area in ("region:52", "FR")]
    areas = pa.table({"zone": [zone for zone, _area in greater], "area": [area for _zone, area in greater]})
    rolled = cells.roll_up(private / "cube_commune.parquet", areas, tmp_path)
    themselves = pa.table({"zone": ["region:52", "FR"], "area": ["region:52", "FR"]})

    found = cells.cells_of(rolled, themselves, "age2")

    assert found == plain.cells(SHEETS, ITEMS, greater, "age2")


def test_cells_of_some_questions_and_zones_are_those_of_the_whole(private):
    cube, city = private / "cube_commune.parquet", [("commune:44109", "Nantes")] * 2
    nantes = pa.table({"zone": [zone for zone, _area in city], "area": [area for _zone, area in city]})

    found = cells.cells_of(cube, nantes, "sex", places=[0, 2])

    whole = plain.cells(SHEETS, ITEMS, city, "sex").to_pylist()
    assert found.to_pylist() == [row for row in whole if row["q"] in (0, 2)]
    assert cells.cells_of(cube, nantes.slice(0, 0), "sex").to_pylist() == []


def test_zones_for_themselves_have_their_own_cells_once(private):
    cube, twice = private / "cube_commune.parquet", ["FR", "commune:85191", "FR"]

    found = cells.cells_of(cube, pa.table({"zone": twice, "area": twice}), "age2_sex")

    assert found == plain.cells(SHEETS, ITEMS, [("FR", "FR"), ("commune:85191", "commune:85191")], "age2_sex")


def test_area_of_very_many_zones_has_the_cells_of_each(duckdb, tmp_path):
    zones = [f"commune:{number:05d}" for number in range(101)]
    sheets = plain.drawn(SEED, sheets=300, zones=zones, items=["safe"])
    cubes.write_responses(tmp_path / "responses.parquet", sheets)
    cube = cubes.build(duckdb, tmp_path / "responses.parquet", tmp_path, ["safe"])
    areas = [(zone, "FR") for zone in zones]

    found = cells.cells_of(cube, pa.table({"zone": zones, "area": ["FR"] * len(zones)}), "age4")

    assert found == plain.cells(sheets, ["safe"], areas, "age4")


def test_build_cut_short_goes_on_where_it_was(duckdb, tmp_path):
    cubes.write_responses(tmp_path / "responses.parquet", SHEETS)
    whole = cubes.build(duckdb, tmp_path / "responses.parquet", tmp_path, ITEMS).read_bytes()
    (tmp_path / "cube_commune.parquet").unlink()

    def cut(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cubes.build(duckdb, tmp_path / "responses.parquet", tmp_path, ITEMS, progress=cut)
    (tmp_path / ".cube_commune.parquet.1").write_bytes(b"of a process that was killed")
    (kept,) = tmp_path.glob(".cube-*")
    before = {part.name: part.stat().st_ino for part in kept.iterdir()}
    told = []

    def watch(done, total):
        told.append((done, total, {part.name: part.stat().st_ino for part in kept.iterdir()}))

    assert (tmp_path / "cube_commune.parquet").exists() is False
    cube = cubes.build(duckdb, tmp_path / "responses.parquet", tmp_path, ITEMS, progress=watch)

    assert cube.read_bytes() == whole
    assert [(done, total) for done, total, _files in told] == [(1, 3), (2, 3), (3, 3)]
    assert sorted(before) == ["0.parquet", "1.parquet"] and told[0][2] == before  # counted once, kept
    assert {name: told[-1][2][name] for name in before} == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["cube_commune.parquet", "responses.parquet"]


@pytest.mark.parametrize(
    ("sheets", "items"),
    [(taken(SHEETS, list(range(100))), ITEMS), (SHEETS, ["outside", "safe"])],
    ids=["other sheets", "other items"],
)
def test_build_takes_nothing_from_what_was_cut_of(duckdb, tmp_path, sheets, items):
    def cut(done, total):
        raise KeyboardInterrupt

    cubes.write_responses(tmp_path / "responses.parquet", SHEETS)
    with pytest.raises(KeyboardInterrupt):
        cubes.build(duckdb, tmp_path / "responses.parquet", tmp_path, ITEMS, progress=cut)
    cubes.write_responses(tmp_path / "responses.parquet", sheets)

    cube = cubes.build(duckdb, tmp_path / "responses.parquet", tmp_path, items)

    assert pq.read_table(cube).to_pylist() == plain.cube(sheets, items).to_pylist()
    assert [*tmp_path.glob(".*")] == []


def test_private_files_are_read_by_their_owner_alone(private):
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in private.iterdir()} == {
        "responses.parquet": "0o600", "cube_commune.parquet": "0o600",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"safe": [1, 2]}, "safe has 2 values, zone has 3."),
        ({"weight": None}, "A sheet has no weight."),
        ({"safe": [1, 2, 256]}, "safe holds whole numbers from 0 to 255."),
        ({"safe": [1, 2, 1.5]}, "safe holds whole numbers from 0 to 255."),
        ({"key": [1, 2, -1]}, "key holds whole numbers from 0 to 4294967295."),
        ({"zone": ["FR", None, "FR"]}, "A sheet has no zone."),
    ],
    ids=["unequal lengths", "missing column", "too great", "not whole", "negative key", "no zone"],
)
def test_write_responses_refuses(tmp_path, changed, sentence):
    sheets = {
        "zone": ["FR"] * 3,
        "age": [1] * 3,
        "sex": [1] * 3,
        "key": [1, 2, 3],
        "weight": [1000] * 3,
        "safe": [1] * 3,
    }
    sheets = {name: values for name, values in (sheets | changed).items() if values is not None}

    with pytest.raises(ValueError) as refused:
        cubes.write_responses(tmp_path / "responses.parquet", sheets)

    assert str(refused.value) == sentence
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (lambda e, r: cubes.build(e, r, r.parent, ["safe", "weather", "age"]), "No sheet has weather, age."),
        (lambda e, r: cubes.build(e, r, r.parent, ["safe", "safe"]), "An item is asked for twice."),
        (lambda e, r: cubes.three_way(e, r, "safe", ["age", "sex", "outside", "where.oui"]), "A table crosses one to 3 axes, not 4."),
        (lambda e, r: cubes.three_way(e, r, "safe", []), "A table crosses one to 3 axes, not 0."),
        (lambda e, r: cubes.three_way(e, r, "safe", ["zone"]), "No sheet has zone."),
        (
            lambda _e, r: cells.cells_of(r.parent / "cube_commune.parquet", AREAS, "age3"),
            "'age3' is none of none, age4, age2, sex, age4_sex, age2_sex.",
        ),
        (lambda e, r: cubes.connect("mysql://"), "'mysql://' names no engine: leave it empty for DuckDB, or say local[*] or spark://host:port."),
    ],
    ids=["unknown item", "item twice", "four axes", "no axis", "zone as an axis", "unknown groups", "unknown engine"],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(duckdb, private, asked, sentence):
    before = {file.name: digest(file) for file in private.iterdir()}

    with pytest.raises(ValueError) as refused:
        asked(duckdb, private / "responses.parquet")

    assert str(refused.value) == sentence
    assert {file.name: digest(file) for file in private.iterdir()} == before


def test_sheets_of_nobody_make_an_empty_cube(duckdb, tmp_path):
    cubes.write_responses(tmp_path / "responses.parquet", taken(SHEETS, []))
    cube = cubes.build(duckdb, tmp_path / "responses.parquet", tmp_path, ITEMS)

    assert pq.read_table(cube).to_pylist() == []
    assert cells.cells_of(cube, AREAS, "none").to_pylist() == []
