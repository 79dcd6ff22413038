"""What holds across the whole tree. The checks are in tools/consistency; test_contracts.py shows that each one bites."""

import subprocess
import sys

import pytest

from tools.consistency.__main__ import HOUSE, SOURCE
from tools.consistency.tree import ROOT, TESTS

pytestmark = pytest.mark.once


def waiting(name: str) -> list[str]:
    """Beginnings of the faults of one check that are known, and not mended yet."""
    lines = (TESTS / "consistency_not_yet.txt").read_text().splitlines()
    return [line.partition(": ")[2] for line in lines if line.partition(": ")[0] == name]


@pytest.mark.parametrize("check", (*SOURCE, *HOUSE), ids=lambda check: check.__name__)
def test_consistency(check):
    known = waiting(check.__name__)

    faults = list(check())

    assert [fault for fault in faults if not fault.startswith(tuple(known))] == [], check.__doc__
    assert [line for line in known if not any(fault.startswith(line) for fault in faults)] == [], (
        "mended: drop these lines"
    )


@pytest.mark.parametrize(
    "line",
    [
        ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"],
        ["tools/templates.py"],
        ["tools/secrets_scan.py"],
        ["tools/messages.py", "check"],
    ],
    ids=["imports", "templates", "secrets", "French"],
)
def test_gate(line):
    done = subprocess.run([sys.executable, *line], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
