"""Counts of frozen sheets by zone, age and sex, for every question: the same rows and bytes from DuckDB and from Spark.

True counts: they stay in private files, and only what freezes reads them. Everything summed is an integer, keys are added
modulo 2**32, columns are chosen before anything is computed of them, and every answer comes in a total order: nothing
depends on the engine, on the order of rows or on how they are shared out (specs/disclosure.md, section 8).
Loading this file loads ibis, pyarrow and numpy: import it where one counts, not where one draws a page.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from marelle.consultations.items import NOT_ASKED, SKIPPED
from marelle.consultations.scores import Recipe

WHOLE = 2**32  # keys are added modulo this: specs/disclosure.md, section 3
SHEET_ROWS, CUBE_ROWS = 262_144, 30_720  # rows of a Parquet row group: specs/disclosure.md, section 8
MOST_AXES = 3  # of a free table: specs/disclosure.md, R3
MEMORY_GB = 3  # DuckDB's own, so that a build holds in 4 GB with what surrounds it
PART_MODE = 0o700  # true counts: nobody else on the machine reads them

SHEET = {"zone": pa.string(), "age": pa.uint8(), "sex": pa.uint8(), "key": pa.uint32(), "weight": pa.int32()}
SUMS = {"n": pa.int32(), "w": pa.int64(), "w2": pa.int64(), "ck": pa.uint32()}
ANSWER = {"age": pa.uint8(), "sex": pa.uint8(), "v": pa.uint8()}
PART = pa.schema({"zone": pa.string(), **ANSWER, **SUMS})
CUBE = pa.schema({"zone": pa.string(), "q": pa.int16(), **ANSWER, **SUMS})


# Engines -------------------------------------------------------------------------------------------------------------
def connect(url: str = "", *, threads: int = 0, memory_gb: float = MEMORY_GB) -> Any:
    """An ibis backend: DuckDB in memory for "", Spark for "local[*]" or "spark://host:port".

    threads: how many at most; 0: as many as there are cores. DuckDB never writes what it counts outside the memory.
    Raises ValueError for another address, ImportError where Spark is asked for and not installed.
    """
    if url.startswith(("local", "spark://")):
        return _spark(url)
    if url:
        raise ValueError(f"{url!r} names no engine: leave it empty for DuckDB, or say local[*] or spark://host:port.")
    settings: dict[str, Any] = {"memory_limit": f"{memory_gb:g}GB", "temp_directory": ""}
    settings |= {"threads": threads} if threads else {}
    settings |= {"autoinstall_known_extensions": False, "preserve_insertion_order": False}
    return ibis.duckdb.connect(":memory:", **settings)


def _spark(url: str) -> Any:
    try:
        from pyspark.sql import SparkSession  # slow import
    except ImportError as missing:
        raise ImportError("Spark is not installed: pip install 'marelle[spark]', with Java 17.") from missing
    builder = SparkSession.builder.master(url).appName("marelle")
    settings = {"spark.ui.enabled": "false", "spark.log.level": "ERROR", "spark.sql.ansi.enabled": "true"}
    if url.startswith("local"):  # nobody else reaches it
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        settings |= {"spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1))}
    for name, value in settings.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


# Private files -------------------------------------------------------------------------------------------------------
def write_responses(place: Path, columns: Mapping[str, Any]) -> None:
    """Write `responses.parquet`: one row a sheet, in the order of zone, age, sex and key.

    columns: `zone` (texts), `age` and `sex` (1..4), `key` (uint32), `weight` (thousandths), then one column an item, of
    codes from 0 to 255; arrays or lists of one length. Raises ValueError on unequal lengths, a missing column, or a
    value that its column cannot hold.
    """
    missing = [name for name in SHEET if name not in columns]
    if missing:
        raise ValueError(f"A sheet has no {', '.join(missing)}.")
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        name = next(name for name, length in lengths.items() if length != lengths["zone"])
        raise ValueError(f"{name} has {lengths[name]} values, zone has {lengths['zone']}.")
    schema = pa.schema([(name, SHEET.get(name, pa.uint8())) for name in [*SHEET, *_items_of(columns)]])
    zones, rank = _ranked(columns["zone"])
    kept = {name: _fitted(name, columns[name], schema.field(name).type) for name in schema.names if name != "zone"}
    order = np.lexsort((kept["key"], kept["sex"], kept["age"], rank))

    def rows(start: int) -> pa.Table:
        taken = order[start : start + SHEET_ROWS]
        arrays = [zones.take(pa.array(rank[taken])), *(pa.array(kept[name][taken]) for name in schema.names[1:])]
        return pa.Table.from_arrays(arrays, schema=schema)

    _write(place, schema, (rows(start) for start in range(0, len(order), SHEET_ROWS)))


def write_cube(place: Path, cube: pa.Table) -> None:
    """Write rows of a cube, already in order: the same rows make the same bytes, whoever counted them."""
    table = cube.select(CUBE.names).cast(CUBE)
    _write(place, CUBE, (table.slice(start, CUBE_ROWS) for start in range(0, len(table), CUBE_ROWS)))


def _items_of(columns: Iterable[str]) -> list[str]:
    return [name for name in columns if name not in SHEET]


def _ranked(zones: Any) -> tuple[pa.Array, np.ndarray]:
    """The different zones in the order of their bytes, and the rank of each sheet's."""
    encoded = pa.array(zones, pa.string()).dictionary_encode()
    if encoded.null_count:
        raise ValueError("A sheet has no zone.")
    return _ranked_of(encoded)


def _ranked_of(encoded: pa.DictionaryArray) -> tuple[pa.Array, np.ndarray]:
    names = encoded.dictionary.to_pylist()
    ordered = sorted(names)
    rank_of = {name: rank for rank, name in enumerate(ordered)}
    ranks = np.array([rank_of[name] for name in names], np.int32)
    return pa.array(ordered, pa.string()), ranks[encoded.indices.to_numpy()]


def _fitted(name: str, values: Any, kind: pa.DataType) -> np.ndarray:
    """Values as their column holds them. Raises ValueError when one does not fit."""
    given, wanted = np.asarray(values), kind.to_pandas_dtype()
    if given.dtype == wanted:
        return given
    bounds = np.iinfo(wanted)
    if given.size and (given.dtype.kind not in "iu" or given.min() < bounds.min or given.max() > bounds.max):
        raise ValueError(f"{name} holds whole numbers from {bounds.min} to {bounds.max}.")
    return given.astype(wanted)


def _write(place: Path, schema: pa.Schema, groups: Iterable[pa.Table]) -> None:
    """A file of these row groups, whole or not at all: a name of its own until everything is on the disk."""
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    dictionaries = [name for name in schema.names if name not in ("key", "ck")]
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            options = {"compression": "zstd", "use_dictionary": dictionaries, "store_schema": False}
            with pq.ParquetWriter(file, schema, **options) as writer:
                for group in filter(len, groups):
                    writer.write_table(group, row_group_size=len(group))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(place)
    finally:
        for left in place.parent.glob(f".{place.name}.*"):  # this one, and that of a process that was killed
            left.unlink(missing_ok=True)


# Scores --------------------------------------------------------------------------------------------------------------
def scored(
    engine: Any,
    folder: Path,
    columns: Mapping[str, Any],
    recipes: Sequence[Recipe],
    cumulations: Mapping[str, Sequence[str]],
) -> dict[str, np.ndarray]:
    """One more column a score, then one a cumulation (name: its scores), in the order of the sheets; codes as of a question.

    0 where nothing was asked of the child, 250 where too little was answered; of a cumulation, code 1 for none, 2 for one…
    Source: specs/disclosure.md, section 10. What the engine reads lies in `folder`, and is gone afterwards.
    """
    if not recipes:
        return {}
    names = list(dict.fromkeys(name for recipe in recipes for name in recipe.points))
    places = pa.array(np.arange(len(columns["key"]), dtype=np.int64))
    kept = pa.table({"place": places} | {name: pa.array(np.asarray(columns[name], np.uint8)) for name in names})
    file = folder / "answers.parquet"
    _write(file, kept.schema, [kept])
    try:
        rows = opened(engine, file)
        few = rows.select(place=_whole(rows.place), **{f"c{n}": _whole(rows[name]) for n, name in enumerate(names)})
        codes = {recipe.name: _score(few, recipe, names) for recipe in recipes}
        firsts = {recipe.name: recipe.worst for recipe in recipes}
        codes |= {name: _cumulated([(codes[each], firsts[each]) for each in of]) for name, of in cumulations.items()}
        found = few.select("place", **{f"s{n}": _whole(code) for n, code in enumerate(codes.values())})
        told = engine.to_pyarrow(found.order_by("place"))
    finally:
        file.unlink(missing_ok=True)
    return {name: told[f"s{n}"].to_numpy().astype(np.uint8) for n, name in enumerate(codes)}


def _score(rows: Any, recipe: Recipe, names: Sequence[str]) -> Any:
    """The band of a score: points carried over to what was not answered, to the nearest whole number, halves upwards."""
    asked, answered, most_asked, most_answered, points = (ibis.literal(0, "int64") for _sum in range(5))
    for name, of_code in recipe.points.items():
        code, worth = rows[f"c{names.index(name)}"], max(of_code.values())
        put, said = _whole(code != NOT_ASKED), _whole((code >= 1) & (code <= len(of_code)))
        asked, answered = asked + put, answered + said
        most_asked, most_answered = most_asked + put * worth, most_answered + said * worth
        for each, given in of_code.items():
            points = points + _whole(code == each) * given
    if recipe.prorate:
        most = ibis.greatest(2 * most_answered, ibis.literal(1, "int64"))
        points = (2 * points * most_asked + most_answered) // most
    least = recipe.least
    enough = (answered > 0) & (answered * least.denominator >= asked * least.numerator)
    band = sum((_whole(points >= low) for low in recipe.lows), ibis.literal(0, "int64"))
    return ibis.ifelse(enough, band, ibis.ifelse(asked > 0, SKIPPED, NOT_ASKED))


def _cumulated(scores: Sequence[tuple[Any, int]]) -> Any:
    """In how many scores a child is in situation: only where all of them are known, else fewer would be told than there are."""
    several = sum((_whole((code >= worst) & (code != SKIPPED)) for code, worst in scores), ibis.literal(1, "int64"))
    lacks = [reduce(or_, (code == why for code, _worst in scores)) for why in (NOT_ASKED, SKIPPED)]
    return ibis.ifelse(lacks[0], NOT_ASKED, ibis.ifelse(lacks[1], SKIPPED, several))


# Counting ------------------------------------------------------------------------------------------------------------
def build(
    engine: Any,
    responses: Path,
    into: Path,
    items: Sequence[str],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write `cube_commune.parquet` into a folder; its place. `q` is the place of a question in `items`, from 0.

    One question is counted at a time, and kept: begun again after being cut, with the same sheets and items, only what is
    left is counted. progress: called with how many questions are done, of how many. Raises ValueError for an item that
    no column holds, or asked for twice.
    """
    _check_items(responses, items)
    parts = into / f".cube-{_fingerprint(responses, items)}"
    parts.mkdir(PART_MODE, parents=True, exist_ok=True)
    rows = opened(engine, responses)
    for place, item in enumerate(items):
        part = parts / f"{place}.parquet"
        if not part.exists():
            counted = _rows(engine, _count(_sheets(rows, v=item), "zone", "age", "sex", "v"), PART)
            _write(part, PART, [counted])
        if progress:
            progress(place + 1, len(items))
    cube = into / "cube_commune.parquet"
    _write(cube, CUBE, _merged([parts / f"{place}.parquet" for place in range(len(items))]))
    for left in into.glob(".cube-*"):  # this one, and those of other sheets that were cut
        shutil.rmtree(left)
    return cube


def opened(engine: Any, file: Path) -> Any:
    """The rows of a private file, not read yet: for who draws many tables of it. Good as long as the file stands."""
    return engine.read_parquet(str(file))


def three_way(engine: Any, responses: Path, item: str, axes: Sequence[str]) -> pa.Table:
    """True cells of one question over one to three axes, for all sheets, in the order of axes and answers.

    axes: items, or `age` and `sex`. Columns: axis_1 and so on (codes), v, n, w, w2, ck. Children to whom the question or an
    axis was not put are in no cell. Raises ValueError for no axis, for more than three, and as `build`.
    """
    if not 1 <= len(axes) <= MOST_AXES:
        raise ValueError(f"A table crosses one to {MOST_AXES} axes, not {len(axes)}.")
    _check_items(responses, [item, *(axis for axis in axes if axis not in ("age", "sex"))])
    names = [f"axis_{number}" for number in range(1, len(axes) + 1)]
    schema = pa.schema({**dict.fromkeys(names, pa.uint8()), "v": pa.uint8(), **SUMS})
    sheets = _sheets(opened(engine, responses), v=item, **dict(zip(names, axes, strict=True)))
    return _rows(engine, _count(sheets, *names, "v"), schema)


def children_by(
    engine: Any, responses: Path, item: str, axes: Sequence[str], codes: Sequence[int]
) -> list[tuple[Any, ...]]:
    """True children who gave one of some codes to a question, by axes: the code of each axis, then how many; in their order.

    `axes`: age, sex, the zone it was kept in, or an item. Children to whom an axis was not put are counted, under its 0.
    Raises ValueError as `build`.
    """
    _check_items(responses, [item, *(axis for axis in axes if axis not in ("age", "sex", "zone"))])
    rows = opened(engine, responses)
    named = {f"axis_{number}": rows.zone if axis == "zone" else _whole(rows[axis]) for number, axis in enumerate(axes)}
    few = rows.select(v=_whole(rows[item]), **named)
    counted = (
        few.filter(few.v.isin(list(codes))).group_by(list(named)).agg(n=lambda each: each.count()).order_by(list(named))
    )
    found = engine.to_pyarrow(counted)
    return list(zip(*(found.column(name).to_pylist() for name in [*named, "n"]), strict=True))


def zones_of(responses: Path) -> list[str]:
    """The zones sheets were kept in, in order."""
    zones = pq.read_table(responses, columns=["zone"], read_dictionary=["zone"]).combine_chunks()["zone"]
    return sorted(zones.unique().to_pylist())


def sheets_of(responses: Path, items: Sequence[str]) -> dict[str, Any]:
    """Zone, age, sex, weight and these items of every sheet, for the researchers' file; never its key.

    Raises ValueError for an item no sheet has.
    """
    _check_items(responses, items)
    names = [*(name for name in SHEET if name != "key"), *items]
    rows = pq.read_table(responses, columns=names)
    found = {name: rows.column(name).to_numpy() for name in names if name != "zone"}
    return {"zone": rows.column("zone").to_pylist()} | found


def _check_items(responses: Path, items: Sequence[str]) -> None:
    known = set(_items_of(pq.read_schema(responses).names))
    unknown = [item for item in items if item not in known]
    if unknown:
        raise ValueError(f"No sheet has {', '.join(unknown)}.")
    if len(set(items)) < len(items):
        raise ValueError("An item is asked for twice.")


def _fingerprint(responses: Path, items: Sequence[str]) -> str:
    """Names what is counted: these sheets, these items."""
    with responses.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update("\n".join(items).encode())
    return digest.hexdigest()[:16]


def _sheets(rows: Any, **codes: str) -> Any:
    """Sheets with what is added of each, and the codes of some items under other names; where all of them were asked."""
    few = rows.select(*SHEET, **{name: rows[item] for name, item in codes.items()})  # before anything else: of some 155
    asked = few.filter(*(few[name] != NOT_ASKED for name in codes))
    weight = _whole(asked.weight)
    sums = {"n": ibis.literal(1, "int64"), "w": weight, "w2": weight * weight, "ck": _whole(asked.key)}
    return asked.select("zone", **{name: _whole(asked[name]) for name in ("age", "sex", *codes)}, **sums)


def _count(rows: Any, *by: str) -> Any:
    """Sums of each group, in the order of groups."""
    sums = {name: _whole(rows[name].sum()) for name in SUMS}
    return rows.group_by(*by).agg(**sums | {"ck": sums["ck"] % WHOLE}).order_by(*by)


def _whole(values: Any) -> Any:
    """As 64 bits, said in words: engines read small unsigned numbers in different ways."""
    return values.cast("int64")


def _rows(engine: Any, expression: Any, schema: pa.Schema) -> pa.Table:
    """What an engine counted, in the types of the file. Raises ArrowInvalid where a sum does not fit."""
    return engine.to_pyarrow(expression).select(schema.names).cast(schema)


# One cube of many questions ------------------------------------------------------------------------------------------
def _merged(parts: Sequence[Path]) -> Iterator[pa.Table]:
    """The rows of every question, in the order of (zone, q, age, sex, v), a group of rows at a time."""
    zones, rank = _ranked_of(_joined(parts, "zone"))
    columns = {name: _joined(parts, name).to_numpy() for name in PART.names if name != "zone"}
    columns["q"] = np.repeat(np.arange(len(parts), dtype=np.int16), [pq.read_metadata(part).num_rows for part in parts])
    place = rank.astype(np.int64)
    for name, values in (("q", 2**16), ("age", 2**8), ("sex", 2**8), ("v", 2**8)):
        place *= values
        place += columns[name]
    order = np.argsort(place, kind="stable")  # of runs already in order
    del place
    for start in range(0, len(order), CUBE_ROWS):
        taken = order[start : start + CUBE_ROWS]
        others = [pa.array(columns[name][taken]) for name in CUBE.names[1:]]
        yield pa.Table.from_arrays([zones.take(pa.array(rank[taken])), *others], schema=CUBE)


def _joined(parts: Sequence[Path], name: str) -> pa.Array:
    """One column of every part, end to end: a column at a time, so that a cube is held once."""
    read = [pq.read_table(part, columns=[name], read_dictionary=["zone"]) for part in parts]
    return pa.concat_tables(read).unify_dictionaries().combine_chunks()[name].combine_chunks()
