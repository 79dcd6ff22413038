"""Prepare what browsers receive: one style sheet, three fonts, one script, htmx. Into `marelle/static/built/`, not committed.

`python tools/assets.py` does nothing when nothing has changed; `--force` does all again.
"""

import argparse
import gzip
import hashlib
import importlib.util
import re
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))

from marelle.base.progress import track  # noqa: E402

STATIC = HERE / "marelle" / "static"
BUILT = STATIC / "built"
FIRST, LAST = ["tokens", "fonts", "reset", "base", "layout", "components", "forms"], ["map", "print"]
SCRIPTS = ["pieces", "typeahead", "autosave"]
ALONE = ["bench", "door", "keying", "passkey"]  # of one page, too heavy for all
KIDS = [
    "css/tokens",
    "css/fonts",
    "kids/kids",
]  # the child's pages have a sheet of their own: two letters, no title face
FRENCH_LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x152, 0x153, 0x178, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2020, 0x2022, 0x2026),
    *(0x2039, 0x203A, 0x20AC, 0x2122, 0x2212),
    *(0x11E, 0x11F, 0x130, 0x131, 0x15E, 0x15F),  # Turkish
]
FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum"]  # tnum: figures of equal width in tables
FONTS = {  # built name: (package, file, place on its axes)
    "atkinson-400": ("fontpkg_atkinson_hyperlegible", "AtkinsonHyperlegible-Regular.ttf", {}),
    "atkinson-700": ("fontpkg_atkinson_hyperlegible", "AtkinsonHyperlegible-Bold.ttf", {}),
    "bricolage-700": (
        "fontpkg_bricolage_grotesque",
        "BricolageGrotesque[opsz,wdth,wght].ttf",
        {"wght": 700, "opsz": 32, "wdth": 100},
    ),
}
FONT_PACKAGES = ["fonttools", "brotli", "fontpkg-atkinson-hyperlegible", "fontpkg-bricolage-grotesque"]


def sheets() -> list[Path]:
    """Every sheet, in the order of the layers; a face's own sheet stands before the last ones."""
    faces = sorted({path.stem for path in (STATIC / "css").glob("*.css")} - {*FIRST, *LAST})
    return [STATIC / "css" / f"{name}.css" for name in [*FIRST, *faces, *LAST]]


def place_of(package: str) -> Path | None:
    """Where an installed package lies; None when it is absent."""
    found = importlib.util.find_spec(package)
    return Path(found.origin).parent if found and found.origin else None


def font_file(name: str) -> Path | None:
    """The TrueType file `name` is made from; None when its package is absent."""
    package, file, _axes = FONTS[name]
    place = place_of(package)
    return place / "files" / file if place and (place / "files" / file).exists() else None


def build_sheet() -> None:
    """The sheet of every face but the child's, and the child's own."""
    join_sheets("marelle.css", sheets())
    join_sheets("kids.css", kids_sheets())


def kids_sheets() -> list[Path]:
    """What the child's sheet is made of."""
    return [STATIC / f"{name}.css" for name in KIDS]


def join_sheets(name: str, paths: list[Path]) -> None:
    """Join sheets in the order of their layers, and minify. Fonts that were not built are left out."""
    texts = {path.stem: path.read_text() for path in paths}
    texts["fonts"] = "\n".join(
        rule
        for rule in re.findall(r"@font-face \{.*?\}", texts["fonts"])
        if all((BUILT / "fonts" / file).exists() for file in re.findall(r"fonts/([\w-]+\.woff2)", rule))
        and not (name == "kids.css" and "Bricolage" in rule)
    )
    css = "\n".join(texts.values())
    try:
        import lightningcss

        css = lightningcss.process_stylesheet(css, filename=name)
    except ImportError:
        print("lightningcss is not installed: the style sheet is joined, not minified.", file=sys.stderr)
    (BUILT / name).write_text(css)


def build_font(name: str) -> None:
    """Keep French Latin and the axes' one place. Without its package, system fonts serve."""
    source, target = font_file(name), BUILT / "fonts" / f"{name}.woff2"
    if source is None:
        target.unlink(missing_ok=True)
        print(f"{FONTS[name][0]} is not installed: pages use the system's fonts.", file=sys.stderr)
        return
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(source)
    if FONTS[name][2]:
        font = instancer.instantiateVariableFont(font, FONTS[name][2])
    options = subset.Options(layout_features=FEATURES, flavor="woff2", name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["DSIG", "STAT", "MVAR"]
    options.hinting = False
    keep = subset.Subsetter(options)
    keep.populate(unicodes=FRENCH_LATIN)
    keep.subset(font)
    subset.save_font(font, str(target), options)


def build_script() -> None:
    """Join the scripts, each in a block of its own, without comment lines or indentation."""
    blocks = []
    for name in SCRIPTS:
        lines = [line.strip() for line in (STATIC / "js" / f"{name}.js").read_text().splitlines()]
        blocks.append("{\n" + "\n".join(line for line in lines if line and not line.startswith("//")) + "\n}")
    (BUILT / "js" / "marelle.js").write_text("\n".join(blocks))
    kids = [line.strip() for line in (STATIC / "kids" / "kids.js").read_text().splitlines()]
    (BUILT / "js" / "kids.js").write_text("\n".join(line for line in kids if line and not line.startswith("//")))
    for name in ALONE:
        (BUILT / "js" / f"{name}.js").write_text((STATIC / "js" / f"{name}.js").read_text())


def copy_htmx() -> None:
    """htmx 2 from the django-htmx wheel, as it is."""
    place = place_of("django_htmx")
    if place is None:
        print("django-htmx is not installed: pages work without it.", file=sys.stderr)
        return
    source = (place / "static" / "django_htmx" / "htmx-2.min.js").read_bytes()
    (BUILT / "js" / "htmx.min.js").write_bytes(source)


def ingredients(paths: list[Path], packages: list[str]) -> str:
    """A digest of what a result depends on: files, and versions of packages."""
    digest = hashlib.sha256()
    for path in [Path(__file__), *paths]:
        digest.update(path.read_bytes())
    for package in packages:
        try:
            digest.update(f"{package} {version(package)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"{package} absent\n".encode())
    return digest.hexdigest()


def results() -> list[Path]:
    """The files that must be there once built."""
    fonts = [BUILT / "fonts" / f"{name}.woff2" for name in FONTS if font_file(name)]
    scripts = [BUILT / "js" / f"{name}.js" for name in ("marelle", "kids", "htmx.min")]
    return [BUILT / "marelle.css", BUILT / "kids.css", *scripts, *fonts]


def stamp_of(part: str) -> str:
    """The digest `part` was built from; empty when it never was."""
    path = BUILT / f"{part}.stamp"
    return path.read_text() if path.exists() else ""


def compressed_bytes(path: Path) -> int:
    """What the network carries: fonts are compressed already, the rest goes through gzip."""
    return path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes(), 9))


def build_all(force: bool = False) -> bool:
    """Build what has changed; whether anything had."""
    for folder in ("fonts", "js"):
        (BUILT / folder).mkdir(parents=True, exist_ok=True)
    scripts = [*(STATIC / "js" / f"{name}.js" for name in (*SCRIPTS, *ALONE)), STATIC / "kids" / "kids.js"]
    fonts = ingredients([], FONT_PACKAGES)
    parts: list[tuple[str, str, list[Callable[[], None]]]] = [
        ("fonts", fonts, [lambda name=name: build_font(name) for name in FONTS]),
        ("sheet", fonts + ingredients([*sheets(), *kids_sheets()], ["lightningcss"]), [build_sheet]),
        ("script", ingredients(scripts, []), [build_script]),
        ("htmx", ingredients([], ["django-htmx"]), [copy_htmx]),
    ]
    whole = all(path.exists() for path in results())
    due = [part for part in parts if force or not whole or stamp_of(part[0]) != part[1]]
    jobs = [job for _name, _digest, jobs in due for job in jobs]
    for job in track(jobs, total=len(jobs), label="assets") if jobs else []:
        job()
    for name, digest, _jobs in due:
        (BUILT / f"{name}.stamp").write_text(digest)
    return bool(due)


def main() -> None:
    """Build what has changed, and say what it weighs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="build everything again")
    if not build_all(parser.parse_args().force):
        print("assets: nothing has changed.")
        return
    weights = ", ".join(f"{p.name} {compressed_bytes(p) / 1000:.1f} KB" for p in results() if p.exists())
    print(f"assets: {weights}.")


if __name__ == "__main__":
    main()
