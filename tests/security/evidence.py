"""The last column of docs/security.md: for each item, a test that proves it. `python -m tests.security.evidence` fills it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| ([A-Z]\d+) \| (.*?) \| ([^|]+?) \|(?: ([^|]*) \|)?$", re.M)
PROVES = re.compile(r"trust ((?:[A-Z]\d+(?:, | and )?)+)")


def proofs() -> dict[str, list[str]]:
    """By item, the tests whose docstring begins with its number; those that name it first come first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = PROVES.match((isinstance(node, ast.FunctionDef) and ast.get_docstring(node)) or "")
            for rank, item in enumerate(re.findall(r"[A-Z]\d+", said[1]) if said else ()):
                found.setdefault(item, []).append((rank, f"{path.relative_to(ROOT / 'tests')}::{node.name}"))
    return {item: [name for _rank, name in sorted(names)] for item, names in found.items()}


def named() -> dict[str, tuple[str, str]]:
    """By item of the document: when it is due, and the test it names."""
    return {item: (due, test.strip("` ")) for item, _what, due, test in ROW.findall(DOCUMENT.read_text("utf-8"))}


def write() -> None:
    """Give every item its test; one that still proves it stays."""
    known = proofs()

    def row(found: re.Match) -> str:
        item, what, due, test = found.groups()
        mine = known.get(item, [])
        kept = (test or "").strip("` ")
        name = kept if kept in mine else next(iter(mine), "")
        return f"| {item} | {what} | {due} | {f'`{name}`' if name else ''} |"

    words = DOCUMENT.read_text(encoding="utf-8")
    words = words.replace("| item | what | due |\n|---|---|---|\n", "| item | what | due | test |\n|---|---|---|---|\n")
    DOCUMENT.write_text(ROW.sub(row, words), encoding="utf-8")


if __name__ == "__main__":
    write()
