"""Measures Marelle beside a bare Django of the same run, prints the figures and writes bench.json.

    .venv/bin/python tools/bench.py [--quick]

The server, the bare Django and the load (16 clients in one process of their own) share this machine.
Each row: {"name", "value", "unit", "p95", "runs", "baseline": {"name", "value"}, "ratio", "bar", "holds"} and the
conditions ("generator", "cache", "database"). `holds` comes from `bar` by `benching.rows.holds` alone.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]


def write(rows: list) -> None:
    """What was measured so far."""
    (ROOT / "bench.json").write_text(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests: to try the bench itself")
    parser.add_argument("--members", type=int, default=35_000, help="members of the large network")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="marelle-bench-") as place:
        os.environ |= {
            "MARELLE_DATA": place,
            "MARELLE_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "marelle.config.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        import django  # slow import

        django.setup()
        from benching import ground, inside, outside  # slow import: settings first
        from benching.rows import show

        rows = list(ground.build())
        rows += inside.measure(quick=options.quick)
        rows += outside.measure(Path(place), quick=options.quick)
        write(rows)
        for row in rows:
            print(show(row), flush=True)
        large = outside.measure_large(Path(place), members=options.members, quick=options.quick)
        for row in large:
            print(show(row), flush=True)
        rows += large
    write(rows)
    broken = [row.name for row in rows if row.holds is False]
    print(f"{len(rows)} figures, {len(broken)} below their bar{': ' + ', '.join(broken) if broken else ''}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
