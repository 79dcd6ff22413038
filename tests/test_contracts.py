"""Each contract of the tree bites: a copy is broken on purpose, in every way at once, and every fault must be named."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from marelle.consultations.operations.freezing import CODE_VERSION
from tools.consistency.tree import ROOT

pytestmark = pytest.mark.once

STOPS = "\n    " + "\n    ".join(f"line_{n} = {n}" for n in range(52))
VIEW = "\n    ".join(f"line_{n} = {n}" for n in range(16))

# What is added to the copy: file → text at its end.
OFFENCES = {
    "docs/handbook/lost.md": "# Une page que rien ne montre\n",
    "marelle/base/text.py": "\n\ndef hasty():\n    import json\n    return json\n",
    "marelle/base/steps.py": "\n\nfrom django.dispatch import Signal  # noqa\n",
    "marelle/plans/figures.py": f"\n\ndef endless():{STOPS}\n\n\ndef crowded(a, b, c, d, e, f):\n    return a\n",
    "marelle/plans/rules.py": "\n\ndef may_never_be_asked(person, thing):\n    return True\n",
    "marelle/plans/operations/writing.py": (
        '\n\ndef force(thing, journal):\n    thing.state = "adopted"\n    journal.record(thing, "trampled", by=None)\n'
    ),
    "marelle/plans/models/plans.py": (
        "\n\nclass Orphan(models.Model):\n"
        '    """No factory, and a key that points up."""\n\n'
        '    call = models.ForeignKey("mandates.Call", on_delete=models.PROTECT)\n'
    ),
    "marelle/web/public/trespass.py": (
        '"""A page that does everything wrong."""\n\n'
        "from marelle.base.doors import anyone, door\n"
        "from marelle.web.city import urls  # noqa\n\n\n"
        "def undoored(request):\n    return None\n\n\n"
        f"@door(anyone)\ndef unagreed(request):\n    {VIEW}\n    try:\n        return Call.rows.all()\n    except ValueError:\n        return None\n"
    ),
    "marelle/web/public/urls.py": (
        "\n\nfrom django.urls import path as trial_path  # noqa\n"
        "from marelle.web.public import trespass  # noqa\n\n"
        'urlpatterns += [trial_path("sans-porte", trespass.undoored, name="undoored"), '
        'trial_path("non-convenu", trespass.unagreed, name="unagreed")]\n'
    ),
    "marelle/web/phones/__init__.py": "",
    "marelle/web/phones/urls.py": "urlpatterns = []\n",
    "marelle/weather/__init__.py": "",
    "marelle/base/upwards.py": "from marelle.plans import models  # noqa\n",
    "marelle/plans/states.py": "\n\nfrom marelle.plans import models as upper  # noqa\n",
    "marelle/templates/public/forgotten.html": '<p style="color: red" onclick="x()">{% trial %}</p><script>1</script>\n',
    "marelle/config/settings.py": "\nNOBODY_READS" + '_THIS = os.environ.get("MARELLE_' + 'UNEXPLAINED")\n',
    "marelle/base/long_file.py": "# line\n" * 501,
    "docs/running/trial.md": "See /ro" + "ot/somewhere.\n",
    "docs/security.md": "\n| W99 | A promise without a test | now |\n",
    "tools/trial.py": 'TOKEN = "' + "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8" + '"\n',
}

# What the checks must say about it.
CONSISTENCY = {
    "import inside a function": r"imports_inside_functions: marelle/base/text\.py:\d+: import inside the function hasty",
    "signal": r"signals: marelle/base/steps\.py",
    "long function": r"sizes: marelle/plans/figures\.py:\d+ endless: \d+ lines",
    "many arguments": r"sizes: marelle/plans/figures\.py:\d+ crowded: 6 arguments",
    "long view": r"sizes: marelle/web/public/trespass\.py:\d+ unagreed: a view of \d+ lines",
    "long file": r"sizes: marelle/base/long_file\.py: 501 lines",
    "view with a try": r"views_without_try: marelle/web/public/trespass\.py:\d+ unagreed",
    "page that reads rows": r"rows_outside_operations: marelle/web/public/trespass\.py",
    "rule nobody asks": r"unused_rules: .*may_never_be_asked is asked nowhere",
    "rule without a sentence": r"unused_rules: .*may_never_be_asked has no sentence",
    "state moved by hand": r"states_moved_by_hand: marelle/plans/operations/writing\.py",
    "act without a sentence": r"journal_words: the journal writes “trampled”",
    "key that points up": r"foreign_keys_point_down: marelle\.plans\.models\.plans\.Orphan\.call points up to Call",
    "table without a factory": r"models_without_factory: marelle\.plans\.models\.plans\.Orphan",
    "table without a migration": r"migrations_missing: plans",
    "address without a door": r"addresses_without_door: /sans-porte \(public:undoored\) has no door",
    "address not agreed": r"public_list_is_the_agreed_one: public:unagreed is open to anyone",
    "face outside the contract": r"faces_in_the_contract: .*marelle\.web\.phones",
    "package outside the contract": r"packages_in_the_contract: .*marelle\.weather",
    "unused template": r"unused_templates: marelle/templates/public/forgotten\.html",
    "inline style": r"inline_style_and_script: marelle/templates/public/forgotten\.html:1: an inline style",
    "inline script": r"inline_style_and_script: marelle/templates/public/forgotten\.html:1: an inline script",
    "inline handler": r"inline_style_and_script: marelle/templates/public/forgotten\.html:1: an inline handler",
    "unused icon": r"unused_icons: .*the icon never-shown",
    "unread setting": r"unused_settings: .*NOBODY_READS",
    "unexplained variable": r"documented_variables: .*MARELLE_UNEXPLAINED",
    "path of a machine": r"foreign_places: docs/running/trial\.md",
    "page of the handbook that no index lists": r"pages_in_their_index: docs/handbook/index\.md does not list lost\.md",
    "security item without a test": r"security_items: trust W99 is due and has no test",
}
IMPORTS = {
    "package that points up": r"marelle\.base is not allowed to import marelle\.plans",
    "face that knows another": r"marelle\.web\.public is not allowed to import marelle\.web\.city",
    "file that points up": r"marelle\.plans\.states is not allowed to import marelle\.plans\.models",
    "file without a place": r"- marelle\.base\.upwards",
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> Path:
    """The tree, broken in every way at once."""
    copy = tmp_path_factory.mktemp("broken") / "marelle"
    skip = shutil.ignore_patterns(".git", ".venv*", "var", "built", "__pycache__", ".*_cache", ".hypothesis", "data")
    shutil.copytree(ROOT, copy, ignore=skip)
    for name, text in OFFENCES.items():
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    icons = copy / "marelle" / "static" / "icons.svg"
    icons.write_text(icons.read_text().replace("</svg>", '<symbol id="never-shown"></symbol></svg>'))
    return copy


def said_in(folder: Path, *line: str) -> str:
    """What a check prints in that tree; it must fail."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MARELLE_", "DATABASE_URL", "DJANGO_"))}
    environment |= {"PYTHONPATH": str(folder), "MARELLE_MODE": "demo", "MARELLE_DATA": str(folder / "var")}
    done = subprocess.run([sys.executable, *line], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode != 0, f"the broken tree passes {line}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def consistency_says(broken) -> str:
    return said_in(broken, "-m", "tools.consistency")


@pytest.fixture(scope="module")
def imports_say(broken) -> str:
    return said_in(
        broken, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    )


@pytest.mark.parametrize("offence", CONSISTENCY)
def test_consistency_names_the_offence(consistency_says, offence):
    assert re.search(CONSISTENCY[offence], consistency_says), consistency_says[-4000:]


@pytest.mark.parametrize("offence", IMPORTS)
def test_import_contracts_name_the_offence(imports_say, offence):
    assert re.search(IMPORTS[offence], imports_say), imports_say[-4000:]


def test_secret_scan_names_the_offence(broken):
    assert "tools/trial.py:1: looks like a forge token" in said_in(broken, "tools/secrets_scan.py")


def test_template_check_names_the_offence(broken):
    assert "public/forgotten.html: Invalid block tag" in said_in(broken, "tools/templates.py")


def test_french_check_names_the_offence(broken):
    """A sentence nobody translated, and one with other placeholders than the English."""
    (broken / "marelle" / "base" / "said.py").write_text(
        "from django.utils.translation import gettext as _\n\n"
        "A = _('Nobody translated this.')\nB = _('%(count)s towns')\n"
    )
    with (broken / "marelle" / "locale" / "fr" / "base.po").open("a") as file:
        file.write('\nmsgid "%(count)s towns"\nmsgstr "villes"\n\nmsgid "Said nowhere."\nmsgstr "Dit nulle part."\n')

    said = said_in(broken, "tools/messages.py", "check")

    assert "base.po lacks “Nobody translated this.”" in said
    assert "base.po: “%(count)s towns”: the French holds [], the English ['%(count)s']" in said
    assert "base.po: “Said nowhere.” is used nowhere" in said


def test_the_version_a_freeze_tells_is_the_product_s():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == CODE_VERSION
