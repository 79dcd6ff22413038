"""A freeze with scores: one more column a sheet, told as a question; without them, the very same bytes."""

import hashlib
import json
from dataclasses import replace

import pytest

from marelle.consultations import catalogue, cubes, freezing, scores
from marelle.consultations.operations import freezing as operation
from marelle.consultations.questionnaires import Band, Cumulation, Score
from tests.consultations import frozen as fixtures
from tests.consultations.test_freezing import ASKED, ITEMS, SECRET, chain, sheet

pytestmark = pytest.mark.once
HARD = Score(
    "hard", {"fr": "Difficultés"}, {"safe": {"oui": 0, "non": 1}, "hours": {"0": 1, "1": 0, "2": 0}}, "1", False, 1,
    (Band("none", 0, 0, {"fr": "Aucune"}), Band("some", 1, 2, {"fr": "Au moins une"})),
)  # fmt: skip
SAD = Score("gloomy", {}, {"sad": {"oui": 1, "non": 0}}, "1", False, 1, HARD.bands[:1] + (Band("some", 1, 1),), sensitive=True)  # fmt: skip
SCORED = replace(ASKED, scores=(HARD, SAD), cumulations=(Cumulation("both", {}, ("hard", "gloomy")),))


def drawn(place, sheets, asked=SCORED, engine=None):
    """What each zone tells, by name; private files lie in a folder."""
    place.mkdir(exist_ok=True)
    engine, counted = engine or cubes.connect(), scores.counted(asked)
    columns = freezing.responses(sheets, ITEMS, secret=SECRET, freeze="2026-01")
    columns = freezing.scored(engine, place, columns, asked)
    cubes.write_responses(place / "responses.parquet", columns)
    cube = cubes.build(engine, place / "responses.parquet", place, [item.name for item in counted])
    zones = catalogue.plan(freezing.counts_of(columns), chain)
    return {each.zone.name: each for each in freezing.tell(cube, zones, counted, freezing.manifest(asked))}


def of_everyone(told, name):
    (found,) = (c for c in told.columns if c.question == name and c.group == catalogue.EVERYONE)
    return found


def test_a_score_is_told_as_a_question_with_the_same_noise_as_the_same_children(tmp_path):
    sheets = [sheet(n, safe=1 if n < 150 else 2, hours=1) for n in range(400)]

    found = drawn(tmp_path, sheets)["FR"]

    safe, hard = of_everyone(found, "safe"), of_everyone(found, "hard")
    assert [row.option for row in hard.shares] == ["none", "some"]
    assert [row.count for row in hard.shares] == [row.count for row in safe.shares[:2]]  # hours give nothing here
    assert hard.base == safe.base


def test_who_answered_too_little_has_no_score_and_is_outside_the_base(tmp_path):
    sheets = [sheet(n, safe=1 + n % 2, **({"hours": 1} if n < 200 else {"hours": None})) for n in range(400)]

    hard = of_everyone(drawn(tmp_path, sheets)["FR"], "hard")

    assert (hard.base in (190, 200, 210), hard.refused) == (True, 50)


def test_a_sensitive_score_and_its_cumulation_stay_above_towns(tmp_path):
    sheets = [sheet(n, zone="commune:44143", safe=1 + n % 2, hours=1, sad=1 + n % 3 // 2) for n in range(400)]

    found = drawn(tmp_path, sheets)

    town = {name: of_everyone(found["commune:44143"], name).status for name in ("hard", "gloomy", "both")}
    assert town == {"hard": "", "gloomy": "sensitive_level", "both": "sensitive_level"}
    assert [row.option for row in of_everyone(found["departement:44"], "both").shares] == ["0", "1", "2"]


def test_a_small_group_of_a_score_is_withheld_as_one_of_a_question(tmp_path):
    ages = ["6_8"] * 100 + ["9_11"] * 45 + ["12_14"] * 100
    sheets = [sheet(n, age=age, safe=1 + n % 2, hours=1 if n < 129 or n > 144 else None) for n, age in enumerate(ages)]

    found = drawn(tmp_path, sheets)["FR"]

    told = {(c.question, c.age): c.status for c in found.columns if c.question in ("safe", "hard")}
    assert [told["safe", age] for age in ("6_8", "9_11", "12_14")] == ["", "", ""]
    assert [told["hard", age] for age in ("6_8", "9_11", "12_14")] == ["sibling", "below_floor", ""]


def test_private_files_and_tables_without_scores_are_the_same_bytes(tmp_path):
    sheets = [sheet(n, safe=1 + n % 2, hours=n % 3) for n in range(300)]
    columns = freezing.responses(sheets, ITEMS, secret=SECRET, freeze="2026-01")

    once = freezing.scored(None, tmp_path, columns, ASKED)

    assert {name: list(values) for name, values in once.items()} == {n: list(v) for n, v in columns.items()}
    assert list(tmp_path.iterdir()) == []
    assert "scores" not in json.loads(ASKED.canonical) and freezing.manifest(ASKED)["items"] == [i.name for i in ITEMS]


def test_the_order_sheets_come_in_moves_no_byte(tmp_path):
    sheets = [sheet(n, safe=1 + n % 2, hours=n % 3, sad=1 + n % 2) for n in range(300)]

    drawn(tmp_path / "one", sheets)
    drawn(tmp_path / "other", sheets[::-1])

    files = ("responses.parquet", "cube_commune.parquet")
    digests = [[hashlib.sha256((tmp_path / place / f).read_bytes()).digest() for f in files] for place in ("one", "other")]  # fmt: skip
    assert digests[0] == digests[1]


def test_a_score_few_children_have_outside_a_town_is_not_told_of_the_town(tmp_path):
    town = [sheet(n, zone="commune:44143", safe=1 + n % 2, hours=1) for n in range(200)]
    around = [sheet(300 + n, zone="departement:44", safe=1 + n % 2, hours=1 if n < 12 else None) for n in range(60)]

    found = drawn(tmp_path, [*town, *around])["commune:44143"]

    assert {name: of_everyone(found, name).status for name in ("safe", "hard")} == {
        "safe": "",
        "hard": "zone_difference",
    }


def test_a_freeze_tells_scores_and_proves_them_unaltered(answers, monkeypatch, db):
    worry = Score(
        "worry", {"fr": "Inquiétude"}, {"safe": {"oui": 0, "non": 2, "parfois": 1}, "sport": {"oui": 0, "non": 1, "parfois": 0}},
        "1", False, 2, (Band("none", 0, 1, {"fr": "Non"}), Band("some", 2, 3, {"fr": "Oui"})),
    )  # fmt: skip
    monkeypatch.setattr(fixtures, "ASKED", replace(fixtures.ASKED, scores=(worry,)))
    edition = fixtures.Edition(answers)
    edition.receives(180)
    operation.propose(edition.consultation.pk, by=edition.one)

    made = operation.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=fixtures.AT)

    country = made.zones.get(zone="FR", profile="")
    (told,) = (c for c in country.columns if c.question == "worry" and c.group == catalogue.EVERYONE)
    assert [row.option for row in told.shares] == ["none", "some"] and abs(told.shares[1].share - 400 / 9) <= 5
    assert made.manifest["items"][-1] == "worry"
    assert country.associations == []  # under a thousand children
    assert operation.altered_tables() == []
    country.associations = [{"question": "worry", "axis": "age", "strength": 0.5, "below": 0.001}]
    country.save()
    assert operation.altered_tables() == [f"{made.code}: its tables are not those that were drawn"]
