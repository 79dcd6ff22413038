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

    assert {"tests/faults/test_kill_worker.py", "tests/events/test_time_zones.py"} <= set(found)
    assert "tests/config/test_soak.py" not in found
