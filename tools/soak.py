"""Runs the long tests at length, on both databases, in a browser too: those that take a share of repetitions from `tests/scale.py`.

    .venv/bin/python tools/soak.py [--scale 1] [--database sqlite|postgresql] [--only WORD] [--list]

At 1, every fault, race and property in full: hours. A small scale tries the soak itself. Each file says how long it
took; the last lines name what failed, and the exit status is 1 when something did.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATABASES = ("sqlite", "postgresql")
LONG = re.compile(r"^from (?:tests\.scale|hypothesis)\b", re.MULTILINE)
WHOLE = re.compile(r"scaled\(([\d_]+)|([\d_]+) if SCALE >= 1")  # repetitions at 1
IN_A_BROWSER = "tests/browser/"  # on SQLite alone
OF_ANOTHER_RUN = ("MARELLE_TEST_PLACE", "MARELLE_TEST_DATABASE", "DATABASE_URL", "PYTEST_XDIST_WORKER")  # and its files
NO_TEST = 5  # pytest's word for: all were left out on this database


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the repetitions, 1 for all")
    parser.add_argument("--database", choices=DATABASES, help="this one alone")
    parser.add_argument("--only", default="", help="files whose path holds this")
    parser.add_argument("--list", action="store_true", help="say what would be run, and its repetitions at 1")
    options = parser.parse_args()
    files = [file for file in long_tests() if options.only in file]
    if options.list:
        print("\n".join(f"{file}: {', '.join(repetitions(file)) or 'as many as hypothesis draws'}" for file in files))
        return 0
    if not files:
        sys.exit(f"No long test has “{options.only}” in its path.")
    failed = [run for run in soak(files, options) if run]
    for run in failed:
        print(f"failed: {run}")
    print(f"Soak at {options.scale:g}: {len(files)} files, {len(failed)} failed.")
    return 1 if failed else 0


def long_tests() -> list[str]:
    """Test files that repeat something, by name."""
    found = (file for file in (ROOT / "tests").rglob("test_*.py") if LONG.search(file.read_text(encoding="utf-8")))
    return sorted(str(file.relative_to(ROOT)) for file in found)


def repetitions(file: str) -> list[str]:
    """How often a file does what it repeats, at 1."""
    found = WHOLE.findall((ROOT / file).read_text(encoding="utf-8"))
    return [f"{int(one or other):,}" for one, other in found]


def soak(files: list[str], options: argparse.Namespace) -> Iterator[str]:
    """Run each file on each database; the name of each run that failed, empty for one that did not."""
    databases = [options.database] if options.database else DATABASES
    environment = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_RUN}
    environment["MARELLE_SCALE"] = str(options.scale)
    runs = [(d, f) for d in databases for f in files if d == "sqlite" or not f.startswith(IN_A_BROWSER)]
    for number, (database, file) in enumerate(runs, start=1):
        began = time.monotonic()
        marks = ["-m", "not once"] if database == "postgresql" else []
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", f"--database={database}", *marks, file]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        fine = done.returncode in (0, NO_TEST)
        said = done.stdout.strip().splitlines()[-1:] or ["nothing said"]
        spent = time.monotonic() - began
        print(
            f"[{number}/{len(runs)}] {'ok' if fine else 'FAILED':<6} {database:<10} {file} {spent:.0f} s: {said[0]}",
            flush=True,
        )
        if not fine:
            print(done.stdout[-4000:], done.stderr[-2000:], flush=True)
        yield "" if fine else f"{file} on {database}"


if __name__ == "__main__":
    sys.exit(main())
