import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from marelle.base import pdf, pdf_child
from marelle.base.errors import Unavailable

pytestmark = pytest.mark.once
AT = datetime(2026, 5, 12, 12, 32, tzinfo=UTC)
HOSTILE = [
    '#eval("1 + 1")',
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0"',
    "$ x^2 $ *strong* _emph_ `code` <label> @ref",
    '"]) #panic("out") [',
    "\\u{1f388} \\ #sys.version",
    "= Title\n- item\n+ item\n/ term: x",
    "balloon 🎈🎈 中文 עברית",
    "stop \x00\x01\x1b[31m \u202e back \ud800 \ue000",
    "'; DROP TABLE--<script>alert(1)</script>",
    "x" * 3000,
]


def content(**changes):
    words = dict.fromkeys(
        ["fingerprint", "verify", "page", "plan", "vision", "promise", "team", "documents", "nothing_written"], "mot"
    )
    return {
        "kind": "Dossier",
        "words": words,
        "fingerprint": "ab" * 32,
        "keywords": ["marelle:application:abc"],
        "facts": [{"name": "Organisme", "value": "Bourg"}],
        "sections": [{"title": "Présentation", "fields": [{"title": "Résumé", "state": "oui", "value": "Une ville."}]}],
        "vision": "Une ville où l’on joue.",
        "domains": [
            {
                "name": "Bien-être",
                "colour": "pin",
                "objectives": [
                    {
                        "name": "Rues calmes",
                        "promise": "Chaque rue d’école sera calme.",
                        "actions": [["Fermer la rue", "Voirie", "2027", "1 000 €"]],
                        "indicators": [["Rues", "0", "12", "ville"]],
                    }
                ],
            }
        ],
        "action_columns": ["Action", "Service", "Dates", "Budget"],
        "indicator_columns": ["Indicateur", "Départ", "Cible", "Source"],
        "team": ["Ana, élue"],
        "documents": [{"name": "vote.pdf", "fingerprint": "cd" * 32}],
        "document_columns": ["Pièce", "Empreinte"],
        **changes,
    }


def drawn(**changes):
    return pdf.render("application", content(**changes), language="fr", title="Candidature de Bourg", at=AT)


def words_of(document):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def hostile_everywhere(value, text):
    if isinstance(value, dict):
        return {
            key: item if key in ("words", "keywords", "colour") else hostile_everywhere(item, text)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [hostile_everywhere(item, text) for item in value]
    return text


def test_templates_never_run_or_read_what_they_are_given():
    """trust P1. Templates are ours; words of people are strings, never run."""
    forbidden = re.compile(r"eval\s*\(|plugin\s*\(|read\s*\(|@preview|@local")
    templates = sorted(pdf.TEMPLATES.glob("**/*.typ"))

    found = [path.name for path in templates if forbidden.search(path.read_text())]

    assert found == []
    assert {"agreement", "application", "house"} <= {path.stem for path in templates}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_pdf_shows_hostile_words_as_words(text):
    """trust P1, V17. Hostile text in every field of a PDF is printed, not obeyed."""
    given = hostile_everywhere(content(), text)

    document = pdf.render("application", given, language="fr", title="T " + text[:60], at=AT)

    seen = "".join(words_of(document).split())
    plain = [w for w in re.findall(r"[a-zA-Z/]{4,}", text) if len(w) < 60]
    assert [w for w in plain if w not in seen] == []
    assert "root:x:0:0" not in seen


def test_pdf_templates_hold_no_link(tmp_path, monkeypatch):
    """trust P2. The engine follows links out of its root: one among the templates stops everything."""
    (tmp_path / "evil.typ").symlink_to("/etc/passwd")
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)

    with pytest.raises(RuntimeError):
        pdf.template_names.__wrapped__()

    assert [path for path in Path(pdf.CHILD.parent.parent / "pdf").rglob("*") if path.is_symlink()] == []


@pytest.mark.parametrize("name", ["../base/pdf", "/etc/passwd", "nothing", "house.typ"])
def test_pdf_refuses_other_templates(name):
    """trust P2. Only a template of ours has a name."""
    with pytest.raises(ValueError):
        pdf.render(name, {}, language="fr", title="x", at=AT)


def test_pdf_embeds_our_typefaces_alone():
    """trust P3. System fonts are not looked at; packages are looked for in an empty folder."""
    document = drawn()

    found = set()
    for page in PdfReader(io.BytesIO(document)).pages:
        for font in page["/Resources"]["/Font"].values():
            found.add(font.get_object()["/BaseFont"].split("+")[-1].split("-")[0])
    assert found <= {"AtkinsonHyperlegible", "BricolageGrotesque96pt", "BricolageGrotesque"}
    assert "AtkinsonHyperlegible" in found
    assert len(pdf.font_folders()) == 2


@pytest.mark.parametrize(
    ("source", "limit"),
    [("#while true {}", "CPU_SECONDS = 20"), ("#let a = (1,) * 200000000\n#a.len()", "MEMORY_BYTES = 512 * 2**20")],
    ids=["endless", "greedy"],
)
def test_pdf_child_is_stopped_beyond_its_limits(tmp_path, source, limit):
    """trust P4. 20 seconds and 512 MB: beyond, the child ends without a document (here with 1 second)."""
    (tmp_path / "evil.typ").write_text(source)
    child = tmp_path / "child.py"
    child.write_text(pdf.CHILD.read_text().replace("CPU_SECONDS = 20", "CPU_SECONDS = 1"))
    order = {"template": str(tmp_path / "evil.typ"), "root": str(tmp_path), "fonts": [], "empty": str(tmp_path)}

    answer = subprocess.run(
        [sys.executable, "-I", str(child)],
        input=json.dumps({**order, "given": {}, "at": 0}).encode(),
        capture_output=True,
        timeout=20,
    )

    assert answer.returncode != 0
    assert answer.stdout == b""
    assert limit in pdf.CHILD.read_text()


def test_pdf_that_fails_is_said_unavailable(monkeypatch, tmp_path):
    """trust P4. Whatever happens to the child, the parent says so and goes on."""
    broken = tmp_path / "child.py"
    broken.write_text("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(pdf, "CHILD", broken)

    with pytest.raises(Unavailable) as caught:
        drawn()

    assert caught.value.facts == {"template": "application", "cause": "status -9", "retry_after": 60}


def test_pdf_is_the_same_twice():
    """trust P5. The same input gives the same bytes, so that a fingerprint means something."""
    assert drawn() == drawn()
    assert drawn(vision="Une autre.") != drawn()


def test_pdf_is_tagged_titled_and_in_a_language():
    """trust P5. Marked, titled, in its language, declared PDF/UA-1."""
    document = drawn()

    root = PdfReader(io.BytesIO(document)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert "/StructTreeRoot" in root
    assert PdfReader(io.BytesIO(document)).metadata.title == "Candidature de Bourg"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()


def test_pdf_shows_pages_fingerprint_and_where_to_check():
    document = drawn(vision="Une longue vision. " * 900)

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]
    assert len(pages) > 2
    assert [f"{n} / {len(pages)}" in text for n, text in enumerate(pages, 1)] == [True] * len(pages)
    assert ["ab" * 32 in text and "/verifier" in text for text in pages] == [True] * len(pages)


def test_shown_keeps_lines_and_drops_what_deceives():
    assert pdf_child.shown({"a": ["x\r\ny\tz", 3, "\u202eabc\x00"]}, set()) == {"a": ["x\ny z", 3, "abc"]}
    assert pdf_child.shown("a🎈b", {"🎈"}) == "a□b"
    assert pdf_child.shown("é 中", set(), strict=True) == "é □"


def test_every_page_of_the_demonstration_says_so(settings):
    settings.DEMO = True

    document = drawn(vision="Une ville.\n" * 120)

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]
    assert len(pages) > 1
    assert [page for page in pages if "lieux réels, contenu inventé" not in " ".join(page.split())] == []
