"""Reading the tree, for every check."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "marelle"
TEMPLATES = PRODUCT / "templates"
TESTS = ROOT / "tests"
PACKAGES = (
    "base",
    "framework",
    "territories",
    "accounts",
    "plans",
    "mandates",
    "library",
    "events",
    "consultations",
    "web",
    "demo",
    "config",
)  # from the ground up
TEMPLATE_ENDINGS = (".html", ".txt", ".xml", ".svg")


@cache
def python_files(folder: Path = PRODUCT) -> tuple[Path, ...]:
    """Every Python file written by hand."""
    return tuple(p for p in sorted(folder.rglob("*.py")) if "migrations" not in p.parts)


@cache
def template_files() -> tuple[Path, ...]:
    return tuple(p for p in sorted(TEMPLATES.rglob("*")) if p.suffix in TEMPLATE_ENDINGS)


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


@cache
def all_source() -> str:
    """Every Python file and template of the product, one after the other."""
    return "\n".join(text(p) for p in (*python_files(), *template_files()))
