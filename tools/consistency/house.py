"""Checks that need the house standing: models, addresses, settings, words."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from tools.consistency.tree import PACKAGES, PRODUCT, ROOT, TESTS, all_source, python_files, short, text, tree

LIBRARIES = (
    "ROOT_URLCONF",
    "ACCOUNT_",
    "ALLAUTH_",
    "MFA_",
    "SOCIALACCOUNT_",
    "WHITENOISE_",
    "NINJA_",
    "TASKS",
    "HEADLESS_",
)


def models() -> list[Any]:
    """Our own tables."""
    from django.apps import apps  # slow import

    return [m for m in apps.get_models() if m.__module__.startswith("marelle.")]


def package_of(module: str) -> str:
    return module.split(".")[1]


def foreign_keys_point_down() -> Iterator[str]:
    """A table names only tables of its own package or of one below."""
    for model in models():
        for field in model._meta.get_fields():
            other = getattr(field, "related_model", None)
            own = hasattr(field, "attname") or (field.many_to_many and not field.auto_created)
            if not own or other is None or not getattr(other, "__module__", "").startswith("marelle."):
                continue
            here, there = (PACKAGES.index(package_of(m.__module__)) for m in (model, other))
            if there > here:
                yield f"{model.__module__}.{model.__name__}.{field.name} points up to {other.__name__}"


def models_without_factory() -> Iterator[str]:
    """Every table can be filled by a test in one word."""
    import tests.factories as folder  # slow import

    modules = [import_module(f"tests.factories.{m.name}") for m in iter_modules(folder.__path__)]
    made = set()
    for thing in (thing for module in modules for thing in vars(module).values()):
        options = getattr(thing, "_meta", None)
        if isinstance(thing, type) and hasattr(options, "get_model_class") and options.model:
            made.add(options.get_model_class())
    yield from (f"{m.__module__}.{m.__name__} has no factory" for m in models() if m not in made)


def listed(name: str) -> list[str]:
    """The first word of each line of a list kept by hand in tests/."""
    path = TESTS / name
    lines = text(path).splitlines() if path.exists() else []
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def addresses() -> Iterator[tuple[str, str, Any]]:
    """Every address: its full name, its pattern, its view."""
    from django.urls import URLPattern, get_resolver  # slow import

    def walk(patterns: list[Any], spaces: tuple[str, ...], before: str) -> Iterator[tuple[str, str, Any]]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield ":".join((*spaces, pattern.name or "")), route, pattern.callback
            else:
                inside = (*spaces, pattern.namespace) if pattern.namespace else spaces
                yield from walk(pattern.url_patterns, inside, route)

    yield from walk(get_resolver().url_patterns, (), "/")


def door_of(name: str, view: Any) -> str:
    """The door of a view: its own, or the one declared for a third party's. Empty when there is none."""
    from marelle.config.doors import THIRD_PARTY_DOORS  # slow import

    return getattr(view, "door", "") or THIRD_PARTY_DOORS.get(name, "")


def addresses_without_door() -> Iterator[str]:
    """A view nobody thought about answers nobody (trust O1)."""
    for name, route, view in addresses():
        if not door_of(name, view):
            yield f"{route} ({name}) has no door"
        if not name or name.endswith(":"):
            yield f"{route} has no name"


def public_addresses() -> list[str]:
    """The names of what anyone may open."""
    return sorted({name for name, _route, view in addresses() if door_of(name, view) == "anyone"})


def public_list_is_the_agreed_one() -> Iterator[str]:
    """What anyone may open is written by hand in tests/public_urls.txt (trust O1)."""
    agreed, found = set(listed("public_urls.txt")), set(public_addresses())
    yield from (
        f"{name} is open to anyone: add it to tests/public_urls.txt if that is meant" for name in sorted(found - agreed)
    )
    yield from (f"tests/public_urls.txt: {name} does not exist, or is not open" for name in sorted(agreed - found))


def unused_settings() -> Iterator[str]:
    """Every setting of ours is read by someone."""
    from django.conf import global_settings  # slow import

    path = PRODUCT / "config" / "settings.py"
    source = all_source() + "".join(text(p) for p in python_files(TESTS))
    for node in tree(path).body:
        for target in node.targets if isinstance(node, ast.Assign) else []:
            for name in (n.id for n in ast.walk(target) if isinstance(n, ast.Name) and n.id.isupper()):
                known = hasattr(global_settings, name) or name.startswith(LIBRARIES)
                if not known and len(re.findall(rf"\b{name}\b", source)) < 2:
                    yield f"{short(path)}: {name} is read by nobody"


def journal_words() -> Iterator[str]:
    """Every act written in the journal has a sentence, in French too; every sentence has its act."""
    from django.utils import translation  # slow import

    from marelle.accounts import journal_words as words  # slow import

    written = set(recorded_verbs())
    computed = tuple(verb for verb in written if verb.startswith("_"))
    spoken = set(re.findall(r"[\"'](\w+)[\"']", all_source_but(words)))
    unknown = sorted(written - set(words.WORDS) - set(computed))
    yield from (f"the journal writes “{verb}”, which has no sentence" for verb in unknown)
    for verb, sentence in words.WORDS.items():
        if verb not in spoken and not (computed and verb.endswith(computed)):
            yield f"marelle/accounts/journal_words.py: nobody writes “{verb}”"
        with translation.override("en"):
            english = str(sentence)
        with translation.override("fr"):
            if str(sentence) == english:
                yield f"marelle/accounts/journal_words.py: “{verb}” has no French"


def all_source_but(module: ModuleType) -> str:
    return "\n".join(text(p) for p in python_files() if str(p) != module.__file__)


def recorded_verbs() -> Iterator[str]:
    """The verbs given to `journal.record(thing, "verb", …)` anywhere; of a computed one its ending, `_added`."""
    for path in python_files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            called = node.func
            by_name = isinstance(called, ast.Attribute) and called.attr == "record"
            if by_name and isinstance(called.value, ast.Name) and called.value.id == "journal":
                for part in ast.walk(node.args[1]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def migrations_missing() -> Iterator[str]:
    """The tables are those of the models."""
    from django.apps import apps  # slow import
    from django.db.migrations.autodetector import MigrationAutodetector  # slow import
    from django.db.migrations.loader import MigrationLoader  # slow import
    from django.db.migrations.state import ProjectState  # slow import
    from django.utils import translation  # slow import

    with translation.override(None):  # the words of choices are compared in English
        loader = MigrationLoader(None)
        detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changes = detector.changes(graph=loader.graph)
    for app, missing in changes.items():
        if (ROOT / "marelle" / app).exists():
            yield f"{app}: the migration “{missing[0].name}” is missing"
