"""`make soak`, tried on one file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import soak

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.once


def run(**more):
    line = [sys.executable, "tools/soak.py", "--scale", "0.01", "--only", "base/test_text", "--database", "sqlite"]
    return subprocess.run(line, cwd=ROOT, env={**os.environ, **more}, capture_output=True, text=True)


def test_soak_runs_the_long_tests_and_counts():
    done = run()

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Soak at 0.01: 1 files, 0 failed."), done.stdout


def test_soak_leaves_the_files_of_the_run_that_calls_it_alone(tmp_path):
    (tmp_path / "test.sqlite3").write_text("kept")

    run(MARELLE_TEST_PLACE=str(tmp_path))

    assert [path.name for path in tmp_path.iterdir()] == ["test.sqlite3"]


def test_soak_names_what_failed():
    done = run(PYTEST_ADDOPTS="--no-such-option")

    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [
        "failed: tests/base/test_text.py on sqlite",
        "Soak at 0.01: 1 files, 1 failed.",
    ]


def test_soak_finds_the_files_that_repeat_something():
    found = soak.long_tests()

    faults = {
        f"tests/faults/test_{name}.py" for name in ("kill_worker", "kill_letters", "kill_documents", "mail_silent")
    }
    assert faults | {"tests/events/test_time_zones.py"} <= set(found)
    assert "tests/config/test_soak.py" not in found


def test_the_proofs_of_the_consultation_are_whole_at_one():
    """specs/consultation.md, section 17: what it asks for by number."""
    asked = {
        "tests/anonymity/test_relinking.py": ["10,000"],  # children
        "tests/anonymity/test_at_rest.py": ["10,000", "50"],  # children; openings killed
        "tests/anonymity/test_canaries.py": ["1,000"],
        "tests/browser/test_kids.py": ["400"],  # of 25 expressions at least; every walk besides
        "tests/browser/test_tablet.py": ["10,000"],  # boxes
        "tests/consultations/test_relevance.py": ["100,000", "10,000"],  # strings
        "tests/faults/test_hostile_intake.py": ["200,000", "100,000"],  # bodies; codes guessed
        "tests/faults/test_kill_intake.py": [
            "200",
            "20",
            "100",
        ],  # kills of the server, of PostgreSQL; parts sent by eight
    }

    assert {file: soak.repetitions(file) for file in soak.long_tests() if file in asked} == asked
