"""Compile every template of the product; name each one that cannot be read.

python tools/templates.py
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marelle.config.settings")
os.environ.setdefault("MARELLE_MODE", "demo")

import django  # noqa: E402
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines  # noqa: E402

FOLDER = ROOT / "marelle" / "templates"


def faults(folder: Path = FOLDER) -> list[str]:
    """One sentence a template that does not compile."""
    django.setup()
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".html", ".txt", ".xml", ".svg")):
        name = path.relative_to(folder).as_posix()
        try:
            engines["django"].get_template(name)
        except (TemplateSyntaxError, TemplateDoesNotExist) as error:
            found.append(f"{name}: {error}")
    return found


if __name__ == "__main__":
    lines = faults()
    print("\n".join(lines) or "Every template compiles.")
    sys.exit(1 if lines else 0)
