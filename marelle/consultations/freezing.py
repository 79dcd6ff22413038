"""What is published of frozen sheets: the protected tables of every zone, and the manifest that says by which rules.

Private files (answers by code, cube) stay in the folder of the freeze; what comes out may be read by anyone
(specs/disclosure.md, sections 2 to 8).
"""

import json
import os
import secrets
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from marelle.consultations import associating, catalogue, cubes, drawing, scores, subtracting, weighing
from marelle.consultations.associating import Association, Published, Sums, Tried
from marelle.consultations.catalogue import ALL, Group, Zone
from marelle.consultations.cells import cells_of
from marelle.consultations.drawing import Column, Counted, Noises
from marelle.consultations.items import Item
from marelle.consultations.opening import Frozen
from marelle.consultations.ptable import BROAD, NARROW, Parameters, table, thresholds
from marelle.consultations.questionnaires import BANDS, GENDERS, Questionnaire
from marelle.consultations.tables import Ints, Noise, record_key

SECRET = 32  # bytes
RULES = "disclosure 2026-11"  # which rules; a change of them is another name
UNWEIGHTED = 1000  # thousandths: every child counts once
KNOWN: dict[str, Parameters] = {"broad": BROAD, "narrow": NARROW}
ANSWER = "#"  # between a zone and the code of an answer
Responses = dict[str, Any]  # one row a sheet: arrays, and the list of zones
Chain = Callable[[str], Iterable[str]]  # the zones one lies in, itself first, France last


@dataclass(frozen=True)
class Told:
    """What one zone tells: its columns, none when it has no page. `profile`: the question they are crossed with, or ""."""

    zone: Zone
    columns: tuple[Column, ...] = ()
    profile: str = ""
    tried: tuple[Tried, ...] = ()  # never written: `associations` says what is told of it

    @property
    def written(self) -> bytes:
        """The columns as they are published, always the same bytes."""
        said = [column.as_said() for column in self.columns]
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def make_secret(place: Path) -> bytes:
    """The secret of one freeze, drawn once, in a file of its own that we alone read. Found again, it is the same."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        drawn = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_bytes()
    with os.fdopen(drawn, "wb") as file:
        file.write(secrets.token_bytes(SECRET))
        file.flush()
        os.fsync(file.fileno())
    return place.read_bytes()


def manifest(questionnaire: Questionnaire) -> dict[str, Any]:
    """The rules of a freeze, with the thresholds as integers: no engine computes them again."""
    rows = {name: table(parameters) for name, parameters in KNOWN.items()}
    return {
        "rules": RULES,
        "questionnaire": questionnaire.content_hash,
        "items": [item.name for item in scores.counted(questionnaire)],
        "parameters": {n: {"D": p.largest, "V": p.variance, "js": p.none_up_to} for n, p in KNOWN.items()},
        "thresholds": {name: {str(n): thresholds(row) for n, row in found.items()} for name, found in rows.items()},
    }


def noises_of(rules: Mapping[str, Any]) -> Noises:
    """The noise a manifest holds."""
    return Noises(**{name: _noise(rules, name) for name in KNOWN})


def _noise(rules: Mapping[str, Any], name: str) -> Noise:
    rows = rules["thresholds"][name]
    kept = {int(count): [(target, bound) for target, bound in row] for count, row in rows.items()}
    return Noise(kept, rules["parameters"][name]["V"])


# Answers by code -----------------------------------------------------------------------------------------------------
def responses(sheets: Iterable[Frozen], asked: Sequence[Item], *, secret: bytes, freeze: str) -> Responses:
    """One row a sheet, as `cubes.write_responses` takes it. Sheets set aside are left out."""
    rows = [sheet for sheet in sheets if not sheet.set_aside]
    known: Responses = {
        "zone": [sheet.zone for sheet in rows],
        "age": np.array([BANDS.index(sheet.age_band) + 1 for sheet in rows], np.uint8),
        "sex": np.array([GENDERS.index(sheet.gender) + 1 for sheet in rows], np.uint8),
        "key": np.array([record_key(secret, freeze, sheet.key) for sheet in rows], np.uint32),
        "weight": np.full(len(rows), UNWEIGHTED, np.int32),
    }
    return known | {item.name: np.array([item.code(sheet.answers) for sheet in rows], np.uint8) for item in asked}


def scored(engine: Any, folder: Path, columns: Responses, questionnaire: Questionnaire) -> Responses:
    """The same sheets with one more column a score, worked out by the engine; as they were where none is declared."""
    cumulations = {each.name: each.scores for each in questionnaire.cumulations}
    return columns | cubes.scored(engine, folder, columns, scores.recipes(questionnaire), cumulations)


def counts_of(columns: Mapping[str, Any]) -> dict[str, dict[Group, int]]:
    """True children by the zone of their sheet, age and gender. Never leaves the worker."""
    found: dict[str, Counter[Group]] = defaultdict(Counter)
    for zone, age, sex in zip(columns["zone"], columns["age"], columns["sex"], strict=True):
        found[zone][BANDS[age - 1], GENDERS[sex - 1]] += 1
    return {zone: dict(known) for zone, known in found.items()}


def weighed(columns: Responses, margins: weighing.Rows, chain: Chain) -> Responses:
    """The same sheets with what each weighs, once raked to margins. Raises weighing.Unrakable."""
    regions = {zone: _region_of(chain(zone)) for zone in set(columns["zone"])}
    sheets = {
        "region": [regions[zone] for zone in columns["zone"]],
        "age": [BANDS[code - 1] for code in columns["age"]],
        "gender": [GENDERS[code - 1] for code in columns["sex"]],
    }
    return columns | {"weight": weighing.weigh(margins, sheets).astype(np.int32)}


def _region_of(zones: Iterable[str]) -> str:
    """The code of the région among the zones one lies in, or ""."""
    return next((zone.partition(":")[2] for zone in zones if catalogue.level_of(zone) == catalogue.REGION), "")


# Tables --------------------------------------------------------------------------------------------------------------
def tell(cube: Path, zones: Sequence[Zone], asked: Sequence[Item], rules: Mapping[str, Any]) -> Iterator[Told]:
    """What each zone tells, in order, from the cube alone."""
    noises, counted = noises_of(rules), _counted(cube, zones, asked)
    off = subtracting.silenced(zones, _bases(cube, zones, asked))
    whole = _whole(cube, [zone for zone in zones if zone.level in catalogue.COUNTED and not zone.status])
    for zone in zones:
        if zone.status:
            yield Told(zone)
        else:
            weighted = bool(rules.get("margins"))
            drawn = drawing.tables_of(zone, counted.pop(zone.name), noises, weighted=weighted, off=off[zone.name])
            yield Told(zone, tuple(drawn), tried=tuple(_tried_by_group(zone, whole, drawn, asked)))


def cross(
    engine: Any, folder: Path, zones: Sequence[Zone], asked: Sequence[Item], rules: Mapping[str, Any]
) -> Iterator[Told]:
    """What régions and France tell by what children answered to each declared question, alone and by age (section 7, R3).

    Not by gender: with the tables by age and by age and gender, it would be the third side of a triangle (`free_axes.closes_a_triangle`).
    """
    noises, wide = noises_of(rules), [zone for zone in zones if zone.level in catalogue.COUNTED and not zone.status]
    profiles = [item for item in asked if item.name in rules.get("profiles", ())]
    if not profiles:
        return
    whole = _counted(folder / "cube_commune.parquet", wide, asked)
    sheets = pq.read_table(folder / "responses.parquet")
    columns: Responses = {name: sheets.column(name).to_numpy() for name in sheets.column_names if name != "zone"}
    columns["zone"] = sheets.column("zone").to_pylist()
    for profile in profiles:
        answers = substantive(profile)
        place = folder / f"crossed_{profile.name}"
        place.mkdir(exist_ok=True)
        cubes.write_responses(place / "responses.parquet", _split(columns, profile.name, len(answers)))
        cubes.build(engine, place / "responses.parquet", place, [item.name for item in asked])
        crossed = _counted(place / "cube_commune.parquet", wide, asked, answers)
        off = subtracting.silenced(wide, _bases(place / "cube_commune.parquet", wide, asked, answers))
        split = _whole(place / "cube_commune.parquet", wide, answers)
        shutil.rmtree(place)
        for zone in wide:
            known = {"noises": noises, "weighted": bool(rules.get("margins")), "off": off[zone.name]}
            drawn = drawing.crossed_tables_of(zone, whole[zone.name], crossed[zone.name], **known)
            told = tuple(column for column in drawn if column.question != profile.name)
            yield Told(zone, told, profile.name, tuple(_tried_by_answer(zone, split, told, asked, profile)))


def associations(told: Iterable[Told], questionnaire: Questionnaire) -> dict[str, list[Association]]:
    """What each question changes most with, by zone. A score is not weighed by what it is made of, nor the other way round."""
    kin = scores.kin(questionnaire)
    found: dict[str, list[Tried]] = defaultdict(list)
    for each in told:
        found[each.zone.name] += [one for one in each.tried if one.axis not in kin.get(one.question, ())]
    return {zone: associating.settled(tried) for zone, tried in found.items() if tried}


def substantive(profile: Item) -> tuple[str, ...]:
    """The answers of a question others are crossed with: those that say something."""
    return tuple(option.name for option in profile.question.options)


def _split(columns: Responses, profile: str, answers: int) -> Responses:
    """The sheets that gave one of the answers, each in the zone of its answer: `FR#2`."""
    kept = np.flatnonzero((columns[profile] >= 1) & (columns[profile] <= answers))
    split: Responses = {name: values[kept] for name, values in columns.items() if isinstance(values, np.ndarray)}
    return split | {"zone": [f"{columns['zone'][row]}{ANSWER}{columns[profile][row]}" for row in kept]}


def _counted(
    cube: Path, zones: Sequence[Zone], asked: Sequence[Item], answers: Sequence[str] = ()
) -> dict[str, Counted]:
    """True cells of the zones that are told. `answers`: of the question the cube is split by."""
    told = [zone for zone in zones if not zone.status]
    counted = {zone.name: Counted(_groups(zone, answers), asked) for zone in told}
    for axis in ("none", "age4", "age2") if answers else ("none", "age4", "age2", "sex", "age4_sex", "age2_sex"):
        wanted = [zone for zone in told if _has(zone, axis)]
        marks = [f"{ANSWER}{code}" for code in range(1, len(answers) + 1)] or [""]
        pairs = [(f"{m}{mark}", f"{z.name}{mark}") for z in wanted for m in sorted(z.members) for mark in marks]
        if pairs:
            areas = pa.table({"zone": [member for member, _name in pairs], "area": [name for _member, name in pairs]})
            _fill(counted, cells_of(cube, areas, axis), axis, answers)
    return counted


def _bases(cube: Path, zones: Sequence[Zone], asked: Sequence[Item], answers: Sequence[str] = ()) -> dict[str, Ints]:
    """True children behind each item, by the zone sheets were kept in: answers crossed with × age and gender × items."""
    kept = sorted({member for zone in zones if not zone.status for member in zone.members})
    if not kept:
        return {}
    marks = [f"{ANSWER}{code}" for code in range(1, len(answers) + 1)] or [""]
    names = [f"{member}{mark}" for member in kept for mark in marks]
    cells = cells_of(cube, pa.table({"zone": names, "area": names}), "age4_sex")
    found = {member: np.zeros((len(marks), len(subtracting.SHEETS), len(asked)), np.int64) for member in kept}
    columns = (cells.column(name).to_pylist() for name in ("area", "age", "sex", "q", "v", "n"))
    for area, age, sex, place, code, children in zip(*columns, strict=True):
        if asked[place].row_of(code) is not None:
            member, _mark, answer = area.partition(ANSWER)
            found[member][int(answer or 1) - 1, (age - 1) * len(GENDERS) + sex - 1, place] += children
    return found


# What changes with what ----------------------------------------------------------------------------------------------
Whole = Mapping[
    str, Ints
]  # true cells of the zones sheets were kept in; `site`: their place in `sites`, `answer`: of a split cube


def _whole(cube: Path, zones: Sequence[Zone], answers: Sequence[str] = ()) -> tuple[list[str], Whole]:
    """The cells of all that lies in some zones, by age and gender."""
    kept = sorted({member for zone in zones for member in zone.members})
    marks = [f"{ANSWER}{code}" for code in range(1, len(answers) + 1)] or [""]
    names = [f"{member}{mark}" for member in kept for mark in marks]
    if not names:
        return kept, {}
    cells = cells_of(cube, pa.table({"zone": names, "area": names}), "age4_sex")
    place = {name: number for number, name in enumerate(names)}
    areas = cells.column("area").combine_chunks().dictionary_encode()
    of_area = np.array([place[name] for name in areas.dictionary.to_pylist()], np.int64)[areas.indices.to_numpy()]
    known = {name: cells.column(name).to_numpy().astype(np.int64) for name in ("age", "sex", "q", "v", "n", "w")}
    return kept, known | {"site": of_area // len(marks), "answer": of_area % len(marks)}


def _tried_by_group(
    zone: Zone, whole: tuple[list[str], Whole], drawn: Iterable[Column], asked: Sequence[Item]
) -> Iterator[Tried]:
    """Every question of a zone by its ages and by its genders; nothing of a zone too small for it."""
    sites, cells = whole
    if zone.level not in catalogue.COUNTED or not cells:
        return
    columns = [column for column in drawn if not column.status]
    ages = catalogue.AGES[zone.ages] if zone.ages != ALL else ()
    of_age = np.array([0, *(ages.index(_age(band, ages)) for band in BANDS)] if ages else [0] * 5)
    by = {associating.AGE: (of_age[cells["age"]], ages, 0), associating.GENDER: (cells["sex"] - 1, GENDERS, 1)}
    for axis, (group, names, side) in by.items():
        told: dict[str, dict[int, Published]] = defaultdict(dict)
        for column in columns:
            if column.group[side] != ALL and column.group[1 - side] == ALL:
                told[column.question][names.index(column.group[side])] = _published(column)
        yield from associating.tried(axis, _sums(zone, sites, cells, group), asked, told)


def _age(band: str, ages: Sequence[str]) -> str:
    return band if band in ages else catalogue.AGE2_OF[band]


def _tried_by_answer(
    zone: Zone, whole: tuple[list[str], Whole], drawn: Iterable[Column], asked: Sequence[Item], profile: Item
) -> list[Tried]:
    """Every question of a zone by the answers to another one."""
    (sites, cells), names = whole, substantive(profile)
    told: dict[str, dict[int, Published]] = defaultdict(dict)
    for column in drawn:
        if column.group == catalogue.EVERYONE and not column.status:
            told[column.question][names.index(column.profile)] = _published(column)
    return associating.tried(profile.name, _sums(zone, sites, cells, cells["answer"]), asked, told) if cells else []


def _published(column: Column) -> Published:
    """What anyone reads of a column, "5 % or less" as nobody and "95 % or more" as everybody: nothing finer is weighed."""
    percents = {row.option: row.share if row.share is not None else 100 * (row.edge > 0) for row in column.shares}
    return Published(
        column.base or 0, percents, min((row.effective for row in column.shares if row.effective), default=0)
    )


def _sums(zone: Zone, sites: Sequence[str], cells: Whole, group: Ints) -> Sums:
    inside = np.isin(cells["site"], [number for number, name in enumerate(sites) if name in zone.members])
    return Sums(*(each[inside] for each in (cells["site"], group, *(cells[name] for name in ("q", "v", "n", "w")))))


def _groups(zone: Zone, answers: Sequence[str]) -> list[drawing.Known]:
    if not answers:
        return list(zone.groups)
    return [(age, gender, answer) for age, gender in zone.groups if gender == ALL for answer in answers]


def _has(zone: Zone, axis: str) -> bool:
    """Whether a zone tells groups of one axis."""
    if axis == "none":
        return True
    age, _mark, sex = axis.partition("_")
    if axis == "sex":
        return bool(zone.genders)
    return zone.ages == age and (not sex or bool(zone.genders and zone.level in catalogue.WIDE))


def _fill(counted: Mapping[str, Counted], cells: pa.Table, axis: str, answers: Sequence[str]) -> None:
    """Put the cells of one axis where their zone counts them; groups a zone does not tell are left out."""
    ages = (ALL, *catalogue.AGES[axis.partition("_")[0]]) if axis.startswith("age") else (ALL,)
    genders = (ALL, *GENDERS)
    found: dict[tuple[str, drawing.Known], list[tuple[int, ...]]] = defaultdict(list)
    names = ("area", "age", "sex", "q", "v", "n", "w", "w2", "ck")
    for area, age, sex, *cell in zip(*(cells.column(name).to_pylist() for name in names), strict=True):
        name, _mark, code = area.partition(ANSWER)
        known = (ages[age], genders[sex], *([answers[int(code) - 1]] if code else []))
        found[name, known].append(tuple(cell))
    for (name, known), rows in found.items():
        if known in counted[name].place:
            counted[name].add(known, rows)
