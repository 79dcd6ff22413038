"""Checks that read files without running them."""

import ast
import re
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

from tools.consistency.tree import (
    PACKAGES,
    PRODUCT,
    ROOT,
    TEMPLATES,
    TESTS,
    all_source,
    functions,
    python_files,
    short,
    template_files,
    text,
    tree,
)

LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_FILE, LONGEST_TEST_FILE, MOST_ARGUMENTS = 50, 15, 500, 800, 5


def imports_inside_functions() -> Iterator[str]:
    """Imports stand at the top of a file, save slow libraries: a group of lines that begins with `# slow import`."""
    for path in python_files():
        lines = text(path).splitlines()
        for function in functions(path):
            if path.name == "apps.py" and function.name == "ready":
                continue  # Django has no models before
            slow_until = 0
            for node in sorted(
                (n for n in ast.walk(function) if isinstance(n, (ast.Import, ast.ImportFrom))), key=lambda n: n.lineno
            ):
                end = node.end_lineno or node.lineno
                if "# slow import" in "".join(lines[node.lineno - 1 : end]) or node.lineno == slow_until + 1:
                    slow_until = end
                else:
                    yield f"{short(path)}:{node.lineno}: import inside the function {function.name}"


def signals() -> Iterator[str]:
    """Packages call each other's operations; nothing listens in secret."""
    for path in python_files():
        for node in ast.walk(tree(path)):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            names = {alias.name for alias in node.names} if isinstance(node, (ast.Import, ast.ImportFrom)) else set()
            if module.endswith("signals") or module == "django.dispatch" or "signals" in names:
                yield f"{short(path)}:{node.lineno}: a signal"


def sizes() -> Iterator[str]:
    """Functions, views, files and lists of arguments stay short."""
    for path in (*python_files(), *python_files(ROOT / "tools"), *python_files(TESTS)):
        in_tests = path.is_relative_to(TESTS)
        length, longest = text(path).count("\n"), LONGEST_TEST_FILE if in_tests else LONGEST_FILE
        if length > longest:
            yield f"{short(path)}: {length} lines, at most {longest}"
        for function in () if in_tests else functions(path):
            yield from function_sizes(path, function)


def function_sizes(path: Path, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    where = f"{short(path)}:{function.lineno} {function.name}"
    length = (function.end_lineno or 0) - function.lineno + 1
    if length > LONGEST_FUNCTION:
        yield f"{where}: {length} lines, at most {LONGEST_FUNCTION}"
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        length -= (first.end_lineno or 0) - first.lineno + 1
    if is_view(function) and length > LONGEST_VIEW:
        yield f"{where}: a view of {length} lines, at most {LONGEST_VIEW}"
    arguments = [a for a in (*function.args.posonlyargs, *function.args.args) if a.arg not in ("self", "cls")]
    if len(arguments) > MOST_ARGUMENTS:
        yield f"{where}: {len(arguments)} arguments by position, at most {MOST_ARGUMENTS}"


def is_view(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a door stands before it."""
    names = (d.func for d in function.decorator_list if isinstance(d, ast.Call))
    return any(isinstance(name, ast.Name) and name.id == "door" for name in names)


def views_without_try() -> Iterator[str]:
    """Errors are turned into pages elsewhere."""
    for path in python_files(PRODUCT / "web"):
        for function in functions(path):
            if is_view(function) and any(isinstance(node, ast.Try) for node in ast.walk(function)):
                yield f"{short(path)}:{function.lineno} {function.name}: a view has no try"


def inline_style_and_script() -> Iterator[str]:
    """No inline style, no inline script, no address that runs (trust W1)."""
    shapes = {
        "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
        "an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.I),
        "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
        "an address that runs": re.compile(r"javascript:", re.I),
    }
    for path in template_files():
        data = re.sub(r'<script type="application/(?:ld\+)?json"', "<data", text(path))
        for what, shape in shapes.items():
            for match in shape.finditer(data):
                yield f"{short(path)}:{data.count(chr(10), 0, match.start()) + 1}: {what}"


def foreign_places() -> Iterator[str]:
    """No path of one machine, and no address of a package index, anywhere in the tree."""
    words = [
        "/wo" + "rk/",
        "/ro" + "ot/",
        "py" + "pi.org",
        "python" + "hosted.org",
        "npm" + "js.org",
        "--in" + "dex-url",
    ]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
    paths = [ROOT / name for name in listed if name] or [p for p in ROOT.rglob("*") if ".venv" not in p.parts]
    for path in paths:
        if path.suffix in (".png", ".gz", ".xz", ".br", ".woff2", ".pdf", ".pyc", ".mo") or not path.is_file():
            continue
        content = path.read_text(encoding="utf-8", errors="ignore")
        yield from (f"{short(path)} names {word}" for word in words if word in content)


def unused_templates() -> Iterator[str]:
    """Every template is named by a view, another template, a letter's kind or a library that looks for it."""
    source, quoted = all_source(), set(re.findall(r"[\"']([\w./-]+)[\"']", all_source()))
    computed = {m.split("{")[0] for m in re.findall(r"f[\"']([\w./-]+\{\w+\}[\w./-]*)[\"']", source)}
    for path in template_files():
        name = path.relative_to(TEMPLATES).as_posix()
        if name in quoted or name.split("/")[0] in ("account", "allauth", "mfa", "django", "errors"):
            continue
        if name.startswith("letters/") and path.stem in quoted:
            continue
        if "/" not in name or any(start and name.startswith(start) for start in computed):
            continue  # 404.html and its like; names made from a state
        yield f"{short(path)} is used nowhere"


def unused_icons() -> Iterator[str]:
    """Every drawing of the icon sheet is shown somewhere."""
    sheet = PRODUCT / "static" / "icons.svg"
    quoted = set(re.findall(r"[\"'#]([\w-]+)[\"']", all_source()))
    for name in re.findall(r"<symbol[^>]*\bid=\"([\w-]+)\"", text(sheet)) if sheet.exists() else ():
        if name not in quoted and name.removeprefix("i-").removeprefix("icon-") not in quoted:
            yield f"marelle/static/icons.svg: the icon {name} is used nowhere"


def unused_rules() -> Iterator[str]:
    """Every rule is asked by someone, and says its sentence."""
    for path in python_files():
        if path.name != "rules.py" and path.parent.name != "rules":
            continue
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if len(re.findall(rf"\b{node.name}\b", all_source())) < 2:
                yield f"{short(path)}: the rule {node.name} is asked nowhere"
            if not ast.get_docstring(node):
                yield f"{short(path)}: the rule {node.name} has no sentence"


def rows_outside_operations() -> Iterator[str]:
    """Pages read `objects`, scoped; only what changes something holds a row."""
    services = ("operations", "erasing", "journal", "pending", "files", "proof", "notifications", "sessions", "threads")
    for path in python_files():
        inside = path.relative_to(PRODUCT)
        for number, line in enumerate(text(path).splitlines(), start=1):
            if inside.parts[0] in ("web", "api") and re.search(r"\.rows\b", line):
                yield f"{short(path)}:{number}: a page reads .rows: use objects.visible_to or objects.everyone(reason=…)"
            elif ".rows.lock(" in line and inside.parts[0] != "base" and not {*inside.parts, path.stem} & set(services):
                yield f"{short(path)}:{number}: .rows.lock outside operations"


def states_moved_by_hand() -> Iterator[str]:
    """A state moves along its table of steps alone."""
    for path in python_files():
        if path.relative_to(PRODUCT).parts[0] == "base":
            continue
        for node in ast.walk(tree(path)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets):
                yield f"{short(path)}:{node.lineno}: a state is written by hand"


def faces_in_the_contract() -> Iterator[str]:
    """A new face cannot forget that it knows no other."""
    contract = ConfigParser()
    contract.read(ROOT / ".importlinter")
    listed = contract["importlinter:contract:faces"]["modules"].split()
    for folder in sorted((PRODUCT / "web").iterdir()):
        if (folder / "urls.py").exists() and f"marelle.web.{folder.name}" not in listed:
            yield f".importlinter: the face marelle.web.{folder.name} is not in the contract `faces`"


def packages_in_the_contract() -> Iterator[str]:
    """A new package has its place in the order, and its files in theirs."""
    contract = text(ROOT / ".importlinter")
    for folder in sorted(p for p in PRODUCT.iterdir() if (p / "__init__.py").exists()):
        if not re.search(rf"^\s+marelle\.{folder.name}\b", contract, re.M):
            yield f".importlinter: the package marelle.{folder.name} has no place"
        if folder.name in PACKAGES[:8] and f"importlinter:contract:{folder.name}]" not in contract:
            yield f".importlinter: the files of marelle.{folder.name} have no order"


def documented_variables() -> Iterator[str]:
    """Every variable of the environment is explained in docs/running/settings.md, and each explained one is read."""
    page = ROOT / "docs" / "running" / "settings.md"
    explained = set(re.findall(r"`((?:MARELLE_\w+)|DATABASE_URL)`", text(page))) if page.exists() else set()
    asked: set[str] = set()
    for path in (*python_files(), *python_files(TESTS), *python_files(ROOT / "tools")):
        asked |= set(re.findall(r"[\"'](MARELLE_[A-Z_]+|DATABASE_URL)[\"']", text(path)))
    asked -= {"MARELLE_"}
    yield from (f"docs/running/settings.md does not explain {name}" for name in sorted(asked - explained))
    yield from (f"docs/running/settings.md explains {name}, which nothing reads" for name in sorted(explained - asked))


def security_items() -> Iterator[str]:
    """Each item of docs/security.md that is due has a test whose docstring begins with its number."""
    due = set(re.findall(r"^\| ([A-Z]\d+) \|.*\| now \|", text(ROOT / "docs" / "security.md"), re.M))
    waiting = {line.split()[0] for line in text(TESTS / "security_not_yet.txt").splitlines() if line[:1].isupper()}
    proved = set()
    for path in python_files(TESTS):
        for function in functions(path):
            said = re.match(r"trust ((?:[A-Z]\d+(?:, | and )?)+)", ast.get_docstring(function) or "")
            proved |= set(re.findall(r"[A-Z]\d+", said[1])) if said else set()
    yield from (f"trust {item} is due and has no test" for item in sorted(due - proved - waiting))
    yield from (f"tests/security_not_yet.txt: trust {item} is not due" for item in sorted(waiting - due))


def pages_in_their_index() -> Iterator[str]:
    """Whoever opens the handbook, or the decisions, finds every page from its index."""
    for folder in (ROOT / "docs" / "handbook", ROOT / "docs" / "decisions"):
        named = set(re.findall(r"\]\(([\w.-]+\.md)\)", text(folder / "index.md")))
        pages = {path.name for path in folder.glob("*.md")} - {"index.md"}
        yield from (f"{short(folder)}/index.md does not list {name}" for name in sorted(pages - named))
        yield from (f"{short(folder)}/index.md lists {name}, which is not there" for name in sorted(named - pages))
