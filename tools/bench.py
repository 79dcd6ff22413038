"""Measures Marelle beside a bare Django of the same run, prints the figures and writes bench.json.

    .venv/bin/python tools/bench.py [--quick] [--database sqlite|postgresql]

Both databases by default, one after the other, each in a process of its own. The server, the bare Django and the load
(16 clients in one process of their own) share this machine.
Each row: {"name", "value", "unit", "p95", "runs", "baseline": {"name", "value"}, "ratio", "bar", "holds"} and the
conditions ("generator", "cache", "database"). `holds` comes from `bar` by `benching.rows.holds` alone.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
FILE = ROOT / "bench.json"
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests: to try the bench itself")
    parser.add_argument("--members", type=int, default=35_000, help="members of the large network")
    parser.add_argument("--database", choices=DATABASES, help="this one alone")
    options = parser.parse_args()
    if options.database:
        return measure(options)
    ended = [subprocess.run([sys.executable, *sys.argv, "--database", name]).returncode for name in DATABASES]
    return max(ended)


def measure(options: argparse.Namespace) -> int:
    """Measure on one database, keeping the figures of the other."""
    with tempfile.TemporaryDirectory(prefix="marelle-bench-") as place, database(options.database, Path(place)):
        os.environ |= {
            "MARELLE_DATA": place,
            "MARELLE_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "marelle.config.settings",
        }
        import django  # slow import

        django.setup()
        from benching import ground, inside, outside, shelf  # slow import: settings first
        from benching.rows import show

        rows = []
        for part in (
            ground.build,
            lambda: inside.measure(quick=options.quick),
            lambda: shelf.measure(quick=options.quick),
            lambda: outside.measure(Path(place), quick=options.quick),
            lambda: outside.measure_large(Path(place), members=options.members, quick=options.quick),
        ):
            for row in part():
                rows.append(row)
                print(show(row), flush=True)
            write([row.as_json() for row in rows], options.database)
        django.db.connections.close_all()
    broken = [row.name for row in rows if row.holds is False]
    print(
        f"{options.database}: {len(rows)} figures, {len(broken)} below their bar{': ' * bool(broken)}{', '.join(broken)}."
    )
    return 0


def write(rows: list[dict], name: str) -> None:
    """What was measured so far on this database, and what is known of the other."""
    before = json.loads(FILE.read_text()) if FILE.exists() else []
    kept = [row for row in before if of_database(row) != DATABASES.index(name)]
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
