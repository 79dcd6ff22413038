"""The French catalogue, kept in one `.po` file for each area of the house.

    python tools/messages.py extract [AREA…] [--prune]   add what is missing; with --prune, drop what is no longer used
    python tools/messages.py check                       every sentence translated, no leftover, same placeholders
    python tools/messages.py compile                     write marelle/locale/fr/LC_MESSAGES/django.mo

Sentences are written in English in the code; no program of GNU gettext is needed.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ROOT / "marelle"
FRENCH = PRODUCT / "locale" / "fr"
COMPILED = FRENCH / "LC_MESSAGES" / "django.mo"

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
    "demo",
)
FACES = ("public", "account", "city", "office", "api", "parts")
AREAS = (*PACKAGES, *(f"web_{face}" for face in FACES), "letters", "parts")
THIRD_PARTY_TEMPLATES = {"account": "web_account", "allauth": "web_account", "mfa": "web_account"}

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
BAD_TYPOGRAPHY = (
    (re.compile(r"[ \u00a0][;:!?»]"), "a narrow no-break space (U+202F) stands before ; : ! ? »"),
    (re.compile(r"«[ \u00a0]"), "a narrow no-break space (U+202F) stands after «"),
    (re.compile(r"(?<!«)\u202f(?=%\()"), "an ordinary space stands before what is put in, but after «"),
    (re.compile(r"[^\W\d]'[^\W\d]"), "the apostrophe is curly (’)"),
)
Key = tuple[str | None, str]  # context, singular


def area_of(path: Path) -> str:
    """The area a source file belongs to, so that each `.po` has one owner."""
    parts = path.relative_to(PRODUCT).parts
    if parts[0] == "templates":
        folder = parts[1] if len(parts) > 2 else "parts"
        if folder in THIRD_PARTY_TEMPLATES:
            return THIRD_PARTY_TEMPLATES[folder]
        if folder == "letters":
            return "letters"
        return f"web_{folder}" if folder in FACES and folder != "parts" else "parts"
    if parts[0] == "web":
        return f"web_{parts[1]}" if parts[1] in FACES else "web_parts"
    return parts[0] if parts[0] in PACKAGES else "base"


def sources() -> Iterator[Path]:
    """Every file that may hold a sentence."""
    for path in sorted(PRODUCT.rglob("*")):
        inside = path.relative_to(PRODUCT).parts
        if "migrations" in inside or inside[0] in ("locale", "static"):
            continue
        if path.suffix == ".py" or (inside[0] == "templates" and path.suffix in (".html", ".txt", ".xml", ".svg")):
            yield path


def sentences_in(path: Path) -> Iterator[tuple[Key, str | tuple[str, ...], int]]:
    """Each sentence of one file: its key, its singular or its forms, its line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = re.sub(r"^[ \t]+", "", templatize(text), flags=re.M)
    found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
    for line, forms, _comments, context in found:
        singular = forms[0] if isinstance(forms, tuple) else forms
        if singular:
            yield (context, singular), forms, line


def used() -> dict[str, dict[Key, Message]]:
    """What each area says, in the order of its files."""
    areas: dict[str, dict[Key, Message]] = {area: {} for area in AREAS}
    for path in sources():
        place = str(path.relative_to(ROOT))
        for key, forms, _line in sentences_in(path):
            messages = areas[area_of(path)]
            message = messages.setdefault(key, Message(forms, context=key[0]))
            if isinstance(forms, tuple) and not message.pluralizable:
                messages[key] = message = Message(forms, context=key[0], locations=message.locations)
            if (place, 0) not in message.locations:
                message.locations.append((place, 0))
    return areas


def read_area(area: str) -> Catalog:
    """The `.po` of one area; empty when there is none yet."""
    path = FRENCH / f"{area}.po"
    if not path.exists():
        return Catalog(locale="fr", domain="django")
    with path.open("rb") as file:
        return read_po(file, locale="fr", domain="django")


def messages_of(catalog: Catalog) -> dict[Key, Message]:
    """Every sentence of a catalogue but its heading."""
    return {(m.context, m.id[0] if m.pluralizable else m.id): m for m in catalog if m.id}


def is_translated(message: Message) -> bool:
    if message.pluralizable:
        return len(message.string) > 1 and all(message.string)
    return bool(message.string)


def translations() -> dict[Key, Message]:
    """What is already said in French anywhere, the first area winning."""
    known: dict[Key, Message] = {}
    for area in AREAS:
        for key, message in messages_of(read_area(area)).items():
            if is_translated(message):
                known.setdefault(key, message)
    return known


def write_area(area: str, messages: Iterable[Message]) -> bool:
    """Write one `.po` if it changed; sorted by place, so that changes read well."""
    catalog = Catalog(locale="fr", domain="django", fuzzy=False)
    for m in messages:
        catalog.add(
            m.id,
            m.string,
            locations=[(place, 0) for place, _line in m.locations],
            flags=m.flags - {"fuzzy"},
            context=m.context,
        )
    out = io.BytesIO()
    write_po(out, catalog, width=120, omit_header=True, include_lineno=False, sort_by_file=True)
    heading = (
        f"# French of the area `{area}`. Made with tools/messages.py.\n"
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: fr\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    )
    return write_if_changed(FRENCH / f"{area}.po", heading.encode() + out.getvalue())


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write in one move, so that a reader never meets half a file."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
    return True


def extract_areas(areas: Iterable[str], *, prune: bool) -> int:
    """Add to each area the sentences its `.po` lacks. Returns how many remain to translate."""
    said, known, left = used(), translations(), 0
    for area in areas:
        kept = messages_of(read_area(area))
        if not kept and not said[area]:
            continue
        extra = {} if prune else {key: message for key, message in kept.items() if key not in said[area]}
        for key, message in said[area].items():
            earlier = kept.get(key) or known.get(key)
            if earlier and earlier.pluralizable == message.pluralizable:
                message.string = earlier.string
            elif key in known and known[key].pluralizable == message.pluralizable:
                message.string = known[key].string
            if not is_translated(message):
                left += 1
        write_area(area, [*said[area].values(), *extra.values()])
        print(
            f"{area}: {len(said[area])} sentences" + (f", {len(extra)} not used (--prune drops them)" if extra else "")
        )
    return left


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def faults_of(area: str, key: Key, message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    where = f"{area}.po: “{key[1]}”"
    if not is_translated(message):
        yield f"{where} has no French"
        return
    if message.fuzzy:
        yield f"{where} is marked fuzzy"
    sources_ = list(message.id) if message.pluralizable else [message.id]
    wanted = set().union(*(placeholders(s) for s in sources_))
    for form in message.string if message.pluralizable else [message.string]:
        missing = wanted - placeholders(form) if not message.pluralizable else set()
        if missing or placeholders(form) - wanted:
            yield f"{where}: the French holds {sorted(placeholders(form))}, the English {sorted(wanted)}"
        for pattern, sentence in BAD_TYPOGRAPHY:
            if pattern.search(form):
                yield f"{where}: {sentence}"


def check() -> list[str]:
    """Every fault of the French catalogue, each as a sentence."""
    faults, first = [], {}
    for area, said in used().items():
        catalog = read_area(area)
        kept = messages_of(catalog)
        for key, message in said.items():
            if key not in kept:
                faults.append(f"{area}.po lacks “{key[1]}” ({message.locations[0][0]})")
            elif kept[key].pluralizable != message.pluralizable:
                faults.append(f"{area}.po: “{key[1]}” is not a plural on both sides")
        for key, message in kept.items():
            if key not in said:
                faults.append(f"{area}.po: “{key[1]}” is used nowhere")
                continue
            faults.extend(faults_of(area, key, message))
            if key in first and first[key][1].string != message.string:
                faults.append(f"{area}.po: “{key[1]}” is said otherwise in {first[key][0]}.po")
            first.setdefault(key, (area, message))
        faults.extend(f"{area}.po keeps an obsolete “{m.id}”" for m in catalog.obsolete.values())
    known = {f"{area}.po" for area in AREAS}
    faults.extend(f"{p.name} belongs to no area" for p in FRENCH.glob("*.po") if p.name not in known)
    return faults


def compile_catalogue() -> bool:
    """Join all areas into the `.mo` Django reads. Returns whether anything had to be written."""
    parts = [path for area in AREAS if (path := FRENCH / f"{area}.po").exists()]
    newest = max([Path(__file__).stat().st_mtime, *(p.stat().st_mtime for p in parts)])
    if COMPILED.exists() and COMPILED.stat().st_mtime > newest:
        return False
    catalog = Catalog(locale="fr", domain="django", charset="utf-8")
    for message in translations().values():
        catalog.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, catalog)
    write_if_changed(COMPILED, out.getvalue())
    COMPILED.touch()
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=["extract", "check", "compile"])
    parser.add_argument("areas", nargs="*", choices=[*AREAS, []], metavar="AREA")
    parser.add_argument("--prune", action="store_true", help="drop sentences the code no longer says")
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args()
    if asked.act == "extract":
        left = extract_areas(asked.areas or AREAS, prune=asked.prune)
        print(f"{left} sentences to translate in marelle/locale/fr/.")
        return 0
    if asked.act == "check":
        faults = check()
        print("\n".join(faults) or "The French catalogue is complete.")
        return 1 if faults else 0
    written = compile_catalogue()
    if not asked.quiet:
        print("French catalogue compiled." if written else "French catalogue already up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
