"""One way of counting children's answers, in a process of its own: seconds, CPU and the most memory it held, as JSON.

    python tools/benching/counting.py JOB FOLDER NUMBER

Sheets are drawn by chance, always the same: 3,001 communes of very different sizes, four ages, 150 questions of 2 to 5
options, a third of which the youngest are not asked, weights of some thousand kinds as raking gives them.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from marelle.consultations import cubes

QUESTIONS, COMMUNES, REGIONS = 150, 3001, 13  # specs/disclosure.md, section 8
ITEMS = [f"q{number:03d}" for number in range(QUESTIONS)]
SEED = 20260101
CODES = np.array([1, 2, 3, 4, 5, 250, 251, 252], np.uint8)
SUMS = "count(*), sum(weight::bigint), sum(weight::bigint * weight::bigint), sum(key::bigint) % 4294967296"
PANDAS = {"n": ("key", "size"), "w": ("weight", "sum"), "w2": ("square", "sum"), "ck": ("key", "sum")}
THREE = ["q000", "q001", "age"]


def commune(number: int) -> str:
    """The name of a zone."""
    return f"commune:{number:05d}"


def regions() -> pa.Table:
    """Each commune in its région, and in France."""
    zones = [commune(number) for number in range(COMMUNES)]
    named = [f"region:{number % REGIONS:02d}" for number in range(COMMUNES)]
    return pa.table({"zone": zones * 2, "area": named + ["FR"] * COMMUNES})


# Ours ----------------------------------------------------------------------------------------------------------------
def write(place: Path, sheets: int) -> None:
    """The sheets, drawn and written."""
    draw = np.random.default_rng(SEED)
    shares = draw.lognormal(0, 1.2, COMMUNES)
    lies = draw.choice(COMMUNES, sheets, p=shares / shares.sum())
    age = draw.choice(np.arange(1, 5, dtype=np.uint8), sheets, p=[0.2, 0.35, 0.3, 0.15])
    sex = draw.choice(np.arange(1, 5, dtype=np.uint8), sheets, p=[0.485, 0.475, 0.02, 0.02])
    kinds = draw.integers(300, 3001, (COMMUNES % 65 + 65, 5, 5)).astype(np.int32)
    known: dict[str, Any] = {
        "zone": pa.DictionaryArray.from_arrays(lies.astype(np.int32), [commune(number) for number in range(COMMUNES)]),
        "age": age,
        "sex": sex,
        "key": draw.integers(0, 2**32, sheets, dtype=np.uint32),
        "weight": kinds[lies % len(kinds), age, sex],
    }
    cubes.write_responses(place / "responses.parquet", known | {item: answers(draw, item, age) for item in ITEMS})


def answers(draw: np.random.Generator, item: str, age: np.ndarray) -> np.ndarray:
    """What everyone said to one question."""
    options = 2 + ITEMS.index(item) % 4
    shares = np.zeros(len(CODES))
    shares[:options] = draw.dirichlet(np.full(options, 2.0)) * 0.93
    shares[5:] = 0.04, 0.02, 0.01
    said = CODES[np.searchsorted(np.cumsum(shares), draw.random(len(age), np.float32)).clip(max=len(CODES) - 1)]
    said[(age == 1) & (ITEMS.index(item) % 3 == 0)] = cubes.NOT_ASKED
    return said


def build(place: Path, questions: int) -> None:
    """The cube, as a freeze makes it."""
    cubes.build(cubes.connect(), place / "responses.parquet", place / "cube", ITEMS[:questions])


def three_way(place: Path, _number: int) -> None:
    """A free national table."""
    cubes.three_way(cubes.connect(), place / "responses.parquet", "q002", THREE)


# Beside --------------------------------------------------------------------------------------------------------------
def build_sql(place: Path, questions: int) -> None:
    """The same counts in SQL written by hand, in no order, kept nowhere."""
    with duckdb.connect() as connection:
        for item in ITEMS[:questions]:
            grouped = f"SELECT zone, age, sex, {item}, {SUMS} FROM '{place}/responses.parquet' WHERE {item} <> 0"
            connection.sql(f"{grouped} GROUP BY ALL").to_arrow_table()


def build_pandas(place: Path, questions: int) -> None:
    """The same with pandas, zones as categories."""
    for item in ITEMS[:questions]:
        _grouped(place, ["zone", "age", "sex", item])


def build_numpy(place: Path, questions: int) -> None:
    """A loop over questions, each sheet's group known beforehand: what counting cannot be faster than on one processor."""
    read = _columns(place, ["zone", "age", "sex", "key", "weight"])
    zone = read["zone"].combine_chunks().dictionary_encode().indices.to_numpy()
    group = (zone.astype(np.int64) * 5 + read["age"].to_numpy()) * 5 + read["sex"].to_numpy()
    for item in ITEMS[:questions]:
        _counted(group * 9, COMMUNES * 25 * 9, _columns(place, [item])[item].to_numpy(), read)


def three_way_sql(place: Path, _number: int) -> None:
    """The free table in SQL."""
    grouped = f"SELECT q000, q001, age, q002, {SUMS} FROM '{place}/responses.parquet'"
    with duckdb.connect() as connection:
        connection.sql(f"{grouped} WHERE q000 <> 0 AND q001 <> 0 AND q002 <> 0 GROUP BY ALL ORDER BY ALL").fetchall()


def three_way_pandas(place: Path, _number: int) -> None:
    """The free table with pandas."""
    _grouped(place, [*THREE, "q002"])


def three_way_numpy(place: Path, _number: int) -> None:
    """The free table in one count of whole numbers."""
    read = _columns(place, [*THREE, "q002", "key", "weight"])
    group = np.zeros(len(read), np.int64)
    for axis in THREE:
        group = group * 9 + _dense(read[axis].to_numpy())
    _counted(group * 9, 9**4, read["q002"].to_numpy(), read)


def _columns(place: Path, names: list[str]) -> pa.Table:
    return pq.read_table(place / "responses.parquet", columns=names)


def _grouped(place: Path, by: list[str]) -> pd.DataFrame:
    frame = pq.read_table(
        place / "responses.parquet", columns=[*by, "key", "weight"], read_dictionary=["zone"]
    ).to_pandas()
    frame = frame[frame[by[-1]] != 0].astype({"key": "int64", "weight": "int64"})
    frame["square"] = frame.weight * frame.weight
    return frame.groupby(by, observed=True).agg(**PANDAS)


def _dense(codes: np.ndarray) -> np.ndarray:
    """Nine codes as 0 to 8: not asked, five options, and the three of no option."""
    place = np.zeros(256, np.int64)
    place[:6], place[250:253] = np.arange(6), (6, 7, 8)
    return place[codes]


def _counted(group: np.ndarray, size: int, said: np.ndarray, read: pa.Table) -> list[np.ndarray]:
    """Sums by group and answer; keys in two halves, since a sum of floats is exact to 2**53 alone."""
    cell, key, weight = group + _dense(said), read["key"].to_numpy(), read["weight"].to_numpy().astype(np.float64)
    values = [None, weight, weight * weight, key & 0xFFFF, key >> 16]
    return [np.bincount(cell, v, minlength=size) for v in values]


JOBS: list[Callable[[Path, int], None]] = [
    write, build, three_way, build_sql, build_pandas, build_numpy, three_way_sql, three_way_pandas, three_way_numpy,
]  # fmt: skip


def main(name: str, place: str, number: str) -> None:
    """Do one job and tell what it took."""
    job = next(job for job in JOBS if job.__name__ == name)
    began, spent = time.perf_counter(), time.process_time()
    job(Path(place), int(number))
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - spent}
    print(json.dumps(took | {"peak_gb": peak()}))


def peak() -> float:
    """The most memory this process held, in GB; `getrusage` would tell that of the bench which began it."""
    kept = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", kept)[0]) / 2**20


if __name__ == "__main__":
    main(*sys.argv[1:])
