"""What comes out of a freeze: one protected table a question, never a true count."""

import json
import stat
from statistics import variance

import pytest

from marelle.consultations import freezing
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
RULES = freezing.manifest(ASKED)
SECRET = bytes(range(32))


def sheet(n, **answers):
    set_aside = answers.pop("set_aside", "")
    return Frozen(n.to_bytes(16, "big"), answers, "FR", "school", "9_11", "girl", "fr", "screen", set_aside)


def published(sheets):
    return freezing.tables(sheets, ASKED, RULES, secret=SECRET, freeze="2026-01")


def test_every_question_that_has_options_has_a_table():
    assert list(published([])) == ["safe", "where", "hours", "sad"]
    assert [entry["question"] for entry in RULES["catalogue"]] == ["safe", "where", "hours", "sad"]


def test_tables_are_near_the_truth_and_do_not_know_in_the_base():
    sheets = [
        sheet(n, safe=1 if n < 120 else 2 if n < 180 else "dk", where=[1] if n % 2 else [1, 2]) for n in range(200)
    ]

    found = published(sheets)

    assert [row.option for row in found["safe"].rows] == ["oui", "non", "dk"]
    assert all(abs(row.percent - true) <= 5 for row, true in zip(found["safe"].rows, (60, 30, 10), strict=True))
    assert found["safe"].base in (190, 200, 210)
    assert (found["where"].rows[0].at_least, abs(found["where"].rows[1].percent - 50) <= 4) == (95, True)
    assert found["hours"].status == "not_asked"


def test_skipped_and_refused_are_outside_the_base():
    sheets = [
        sheet(n, safe=1 if n % 2 else 2, hours=None if n % 4 == 0 else "no" if n % 4 == 1 else 1) for n in range(400)
    ]

    found = published(sheets)["hours"]

    assert (found.refused_percent, found.base in (190, 200, 210)) == (50, True)


def test_same_sheets_give_the_same_tables_in_any_order_and_another_freeze_another_noise():
    sheets = [sheet(n, safe=1 + n % 2, hours=n % 3) for n in range(300)]

    assert published(sheets) == published(sheets[::-1])
    counts = {
        freezing.tables(sheets, ASKED, RULES, secret=bytes([n]) * 32, freeze="2026-01")["hours"].rows[0].children
        for n in range(20)
    }
    assert len(counts) > 1


def test_sheet_set_aside_is_left_out():
    sheets = [sheet(n, safe=1) for n in range(49)] + [sheet(n, safe=2, set_aside="identical") for n in range(100, 200)]

    assert published(sheets)["safe"].status == "below_floor"


def test_sensitive_question_needs_a_hundred_children():
    assert published([sheet(n, sad=1 + n % 2) for n in range(99)])["sad"].status == "sensitive_level"
    assert published([sheet(n, sad=1 + n % 2) for n in range(100)])["sad"].status == ""


def test_sensitive_question_moves_more():
    sheets = [sheet(n, safe=1 + n % 2, sad=1 + n % 2) for n in range(200)]
    shares = {"safe": [], "sad": []}

    for n in range(60):
        drawn = freezing.tables(sheets, ASKED, RULES, secret=bytes([n]) * 32, freeze="2026-01")
        for name, found in shares.items():
            found.append(drawn[name].rows[0].percent)

    assert variance(shares["sad"]) > 2 * variance(shares["safe"])  # 8 and 3, before the rounding


def test_thresholds_of_the_manifest_are_the_ones_used_after_a_round_by_json():
    read = json.loads(json.dumps(RULES))

    assert freezing.tables(
        [sheet(n, safe=1 + n % 2) for n in range(80)], ASKED, read, secret=SECRET, freeze="2026-01"
    ) == published([sheet(n, safe=1 + n % 2) for n in range(80)])


def test_secret_is_drawn_once_and_ours_alone_to_read(tmp_path):
    place = tmp_path / "private" / "2026-01.secret"

    first, again = freezing.make_secret(place), freezing.make_secret(place)

    assert first == again and len(first) == 32
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
