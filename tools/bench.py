"""Measures Marelle beside a bare Django of the same run, prints the figures and writes bench.json.

    .venv/bin/python tools/bench.py [--quick] [--database sqlite|postgresql] [--only "six years"]

Both databases by default, one after the other, each in a process of its own. The server, the bare Django and the load
(16 clients in one process of their own) share this machine.
A bar tells how far one is. Whole: about an hour a database on two quiet cores (six years of 35,000 mandates are
12 million readings); --quick: five minutes; --members 3000: a quarter of an hour; --only: the parts whose name holds these
words, their figures written over the ones of the same name.
Each row: {"name", "value", "unit", "p95", "runs", "baseline": {"name", "value"}, "ratio", "bar", "holds"} and the
conditions ("generator", "cache", "database"). `holds` comes from `bar` by `benching.rows.holds` alone.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
FILE = ROOT / "bench.json"
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of everything: to run often, and to try the bench itself"
    )
    parser.add_argument("--members", type=int, default=35_000, help="members of the large network")
    parser.add_argument(
        "--only", action="append", default=[], metavar="WORDS", help="the parts whose name holds these words, or those"
    )
    parser.add_argument("--database", choices=DATABASES, help="this one alone")
    options = parser.parse_args()
    if options.database:
        return measure(options)
    ended = [subprocess.run([sys.executable, *sys.argv, "--database", name]).returncode for name in DATABASES]
    return max(ended)


def measure(options: argparse.Namespace) -> int:
    """Measure on one database, keeping the figures of the other."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="marelle-bench-") as place, database(options.database, Path(place)):
        os.environ |= {
            "MARELLE_DATA": place,
            "MARELLE_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "marelle.config.settings",
        }
        import django  # slow import

        django.setup()
        from benching.bar import Bar  # slow import: settings first
        from benching.rows import show  # slow import

        rows: list = []
        parts = Bar(options.database, parts_of(options, Path(place)))
        for part in parts:
            for row in part():
                rows.append(row)
                parts.say(show(row))
            write([row.as_json() for row in rows], options.database, whole=not options.only)
        django.db.connections.close_all()
    broken = [row.name for row in rows if row.holds is False]
    minutes = (time.monotonic() - begun) / 60
    print(
        f"{options.database}: {len(rows)} figures in {minutes:.1f} min, {len(broken)} below their bar{': ' * bool(broken)}{', '.join(broken)}."
    )
    return 0


def parts_of(options: argparse.Namespace, place: Path) -> list:
    """What is measured, in order, each with its share of the whole."""
    from benching import (
        booklets,
        bundles,
        child,
        children,
        cubes,
        ground,
        inside,
        intake,
        live,
        meetings,
        outside,
        shelf,
        workbooks,
        years,
    )  # slow import: settings first

    quick = options.quick
    parts = [
        ("geography and demonstration", 60, ground.build),
        ("what is typed and kept", 10, lambda: inside.measure(quick=quick)),
        ("programme of a gathering", 15, lambda: meetings.measure(quick=quick)),
        ("children's answers, collected", 30, lambda: intake.measure(quick=quick)),
        ("a child's first screen", 15, lambda: child.measure(quick=quick)),
        ("booklets of paper", 5, lambda: booklets.measure(quick=quick)),
        ("children's pages, walked", 700, lambda: children.measure(quick=quick)),
        ("frozen answers, counted", 120, lambda: cubes.measure(quick=quick)),
        ("search among practices", 60, lambda: shelf.measure(quick=quick)),
        ("dossiers gathered", 40, lambda: bundles.measure(quick=quick)),
        ("workbooks out and back", 120, lambda: workbooks.measure(quick=quick)),
        ("pages, warm and cold", 90, lambda: outside.measure(place, quick=quick)),
        ("registrations and live board", 160, lambda: live.measure(place, quick=quick)),
        ("six years of 300 mandates", 240, lambda: years.measure(place, mandates=300, quick=quick)),
        (
            "a large network",
            60,
            lambda: outside.measure_large(place, members=options.members, quick=quick),
        ),
        (
            "six years of a large network",
            1500,
            lambda: years.measure(place, mandates=options.members, quick=quick),
        ),
    ]
    wanted = options.only or [""]
    return [part for number, part in enumerate(parts) if number == 0 or any(words in part[0] for words in wanted)]


def write(rows: list[dict], name: str, *, whole: bool) -> None:
    """What was measured so far on this database, and what is known of the other; not `whole`: of the other parts too."""
    before = json.loads(FILE.read_text()) if FILE.exists() else []
    anew = {row["name"] for row in rows}
    kept = [
        row for row in before if of_database(row) != DATABASES.index(name) or (not whole and row["name"] not in anew)
    ]
    rows = [{"database": name} | row for row in rows]
    FILE.write_text(json.dumps(sorted(kept + rows, key=of_database), ensure_ascii=False, indent=1) + "\n")


def of_database(row: dict) -> int:
    """SQLite's rows first; figures of the browser alone stand with them."""
    return DATABASES.index(row.get("database", "sqlite"))


@contextmanager
def database(name: str, place: Path) -> Iterator[None]:
    """A SQLite file in `place`, or a PostgreSQL of its own that keeps its promises to the disk."""
    os.environ.pop("DATABASE_URL", None)
    if name == "sqlite":
        yield
        return
    from tests.postgresql import Server  # slow import

    with tempfile.TemporaryDirectory(prefix="marelle-bench-pg-") as cluster:
        server = Server(Path(cluster), options="-c max_connections=120")
        server.start()
        os.environ["DATABASE_URL"] = server.address
        try:
            yield
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
