"""What comes out of a freeze: protected tables of every zone, the same bytes from the same sheets, never a true count."""

import json
import stat
from statistics import variance

import pytest

from marelle.consultations import catalogue, cubes, freezing
from marelle.consultations.items import items_of
from marelle.consultations.opening import Frozen
from marelle.consultations.questionnaires import Option, Part, Question, Questionnaire

pytestmark = pytest.mark.once
YES_NO = (Option("oui", {"fr": "Oui"}), Option("non", {"fr": "Non"}))
ASKED = Questionnaire(
    {"fr": "Consultation"},
    ("fr",),
    (
        Part(
            "rights",
            {"fr": "Droits"},
            (
                Question("hello", "note", {"fr": "Bonjour"}),
                Question("safe", "one", {"fr": "En sécurité ?"}, options=YES_NO),
                Question("where", "many", {"fr": "Où ?"}, options=YES_NO, has_dont_know=False),
                Question("hours", "integer", {"fr": "Heures ?"}, start=0, end=2),
                Question("sad", "one", {"fr": "Triste ?"}, options=YES_NO, sensitive=True),
                Question("why", "text", {"fr": "Pourquoi ?"}),
            ),
        ),
    ),
)
ITEMS = items_of(ASKED)
RULES = freezing.manifest(ASKED)
SECRET = bytes(range(32))


def sheet(n, *, zone="FR", age="9_11", gender="girl", set_aside="", **answers):
    return Frozen(n.to_bytes(16, "big"), answers, zone, "school", age, gender, "fr", "screen", set_aside)


def chain(zone):
    return (zone, "departement:44", "FR") if zone.startswith("commune") else (zone,)


@pytest.fixture
def told(tmp_path):
    """What each zone tells of sheets, by its name."""

    def draw(sheets, *, secret=SECRET, rules=RULES, freeze="2026-01", folder="one"):
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        columns = freezing.responses(sheets, ITEMS, secret=secret, freeze=freeze)
        cubes.write_responses(place / "responses.parquet", columns)
        engine = cubes.connect()
        cube = cubes.build(engine, place / "responses.parquet", place, [item.name for item in ITEMS])
        zones = catalogue.plan(freezing.counts_of(columns), chain)
        return {each.zone.name: each for each in freezing.tell(cube, zones, ITEMS, rules)}

    return draw


def france(told):
    return {column.question: column for column in told["FR"].columns if column.group == catalogue.EVERYONE}


def test_every_question_that_has_options_is_counted():
    assert [item.name for item in ITEMS] == ["safe", "where.oui", "where.non", "hours", "sad"]
    assert RULES["items"] == [item.name for item in ITEMS]


def test_what_a_child_said_has_a_code():
    said = [
        {},
        {"safe": None},
        {"safe": 2},
        {"safe": "dk"},
        {"safe": "no"},
        {"hours": 2},
        {"where": [2]},
        {"where": "no"},
    ]

    codes = [[item.code(answers) for item in ITEMS] for answers in said]

    assert codes == [
        [0, 0, 0, 0, 0],
        [250, 0, 0, 0, 0],
        [2, 0, 0, 0, 0],
        [251, 0, 0, 0, 0],
        [252, 0, 0, 0, 0],
        [0, 0, 0, 3, 0],
        [0, 2, 1, 0, 0],
        [0, 252, 252, 0, 0],
    ]


def test_tables_are_near_the_truth_and_do_not_know_in_the_base(told):
    sheets = [
        sheet(n, safe=1 if n < 120 else 2 if n < 180 else "dk", where=[1] if n % 2 else [1, 2]) for n in range(200)
    ]

    found = france(told(sheets))

    assert [row.option for row in found["safe"].shares] == ["oui", "non", "dk"]
    assert all(abs(row.share - true) <= 5 for row, true in zip(found["safe"].shares, (60, 30, 10), strict=True))
    assert found["safe"].base in (190, 200, 210)
    everywhere, outside = found["where"].shares
    assert (everywhere.share, everywhere.edge > 0, abs(outside.share - 50) <= 4) == (None, True, True)
    assert found["hours"].status == "not_asked"


def test_skipped_and_refused_are_outside_the_base(told):
    sheets = [
        sheet(n, safe=1 if n % 2 else 2, hours=None if n % 4 == 0 else "no" if n % 4 == 1 else 1) for n in range(400)
    ]

    found = france(told(sheets))["hours"]

    assert (found.refused, found.base in (190, 200, 210)) == (50, True)


def test_same_sheets_are_told_in_the_same_bytes_in_any_order_and_another_secret_in_others(told):
    ages = ("6_8", "9_11", "12_14", "15_18")
    zones = ("commune:44143", "commune:44109")
    sheets = [sheet(n, zone=zones[n % 2], age=ages[n % 4], safe=1 + n % 2, hours=n % 3) for n in range(600)]

    once = told(sheets)
    again = told(sheets[::-1], folder="two")
    otherwise = told(sheets, secret=bytes(32), folder="three")

    assert {name: each.written for name, each in once.items()} == {name: each.written for name, each in again.items()}
    assert once["FR"].written != otherwise["FR"].written
    assert set(once) == {"commune:44143", "commune:44109", "departement:44", "FR"}


def test_same_children_are_told_in_the_same_numbers_wherever_they_are_told(told):
    sheets = [sheet(n, zone="departement:44", safe=1 + n % 2) for n in range(300)]

    found = told([*sheets, *(sheet(1000 + n, safe=1) for n in range(200))])

    of_all = found["FR"].columns[0].shares
    of_some = found["departement:44"].columns[0].shares
    assert of_all != of_some
    alone = told(sheets, folder="two")
    assert [row.share for row in alone["departement:44"].columns[0].shares] == [row.share for row in of_some]


def test_town_of_a_département_of_its_own_gets_the_stricter_noise(told):
    found = told([sheet(n, zone="commune:44143", safe=1 + n % 2) for n in range(200)])

    assert [each.zone.narrow for each in found.values()] == [True, True, True]
    assert len({each.columns[0].shares[0].share for each in found.values()}) == 1  # the same children, the same noise


def test_sheet_set_aside_is_left_out(told):
    sheets = [sheet(n, safe=1) for n in range(49)] + [sheet(n, safe=2, set_aside="identical") for n in range(100, 200)]

    assert (told(sheets)["FR"].zone.status, told(sheets)["FR"].columns) == ("below_floor", ())


@pytest.mark.parametrize(("children", "status"), [(99, "below_floor"), (100, "")])
def test_sensitive_question_needs_a_hundred_children(told, children, status):
    assert france(told([sheet(n, sad=1 + n % 2) for n in range(children)]))["sad"].status == status


def test_sensitive_question_of_a_town_is_not_told(told):
    found = told([sheet(n, zone="commune:44143", safe=1 + n % 2, sad=1 + n % 2) for n in range(300)])

    town = {column.question: column.status for column in found["commune:44143"].columns}
    assert (town["sad"], town["safe"], france(found)["sad"].status) == ("sensitive_level", "", "")


def test_sensitive_question_moves_more(told):
    sheets = [sheet(n, safe=1 + n % 2, sad=1 + n % 2) for n in range(2000)]
    shares = {"safe": [], "sad": []}

    for n in range(30):
        drawn = france(told(sheets, secret=bytes([n]) * 32))
        for name, found in shares.items():
            found.append(drawn[name].shares[0].share)

    assert variance(shares["sad"]) > 1.4 * variance(shares["safe"])  # 8 and 3, before the rounding


def test_thresholds_of_the_manifest_are_the_ones_used_after_a_round_by_json(told):
    sheets = [sheet(n, safe=1 + n % 2) for n in range(80)]

    read = told(sheets, rules=json.loads(json.dumps(RULES)))

    assert read["FR"].written == told(sheets, folder="two")["FR"].written


def test_nothing_true_is_in_what_is_written(told):
    sheets = [sheet(n, safe=1 if n < 173 else 2, hours=n % 3) for n in range(346)]

    written = told(sheets)["FR"].written.decode()

    numbers = [row[name] for column in json.loads(written) for row in column["shares"] for name in ("count",)]
    assert all(number is None or number % 5 == 0 for number in numbers)
    assert all(column["base"] is None or column["base"] % 10 == 0 for column in json.loads(written))
    assert "173" not in written and "346" not in written


def test_secret_is_drawn_once_and_ours_alone_to_read(tmp_path):
    place = tmp_path / "private" / "2026-01.secret"

    first, again = freezing.make_secret(place), freezing.make_secret(place)

    assert first == again and len(first) == 32
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
