import io
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from marelle.base import pdf, seal
from marelle.base.errors import Unavailable
from tests.base.test_pdf import content

pytestmark = pytest.mark.once
AT = datetime(2026, 5, 12, 12, 32, tzinfo=UTC)
ROOT = Path(seal.__file__).resolve().parents[2]


@pytest.fixture
def document():
    return pdf.render("application", content(), language="fr", title="Candidature de Bourg", at=AT)


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.SEAL_KEY = tmp_path / "seal.pem"


def test_sealed_pdf_keeps_tags_title_language_and_an_invisible_field(document):
    """trust P6. Sealed files are looked at too: settled 6."""
    sealed = seal.seal(document, reason="Signé par Ana, maire")

    root = PdfReader(io.BytesIO(sealed)).trailer["/Root"]
    field = root["/AcroForm"]["/Fields"][0].get_object()
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "fr"
    assert "/StructTreeRoot" in root
    assert PdfReader(io.BytesIO(sealed)).metadata.title == "Candidature de Bourg"
    assert (field["/FT"], field["/T"], field["/TU"]) == ("/Sig", "MarelleSeal", "Cachet électronique de la plateforme")
    assert field["/F"] & 4 == 0
    assert field["/F"] & 2 == 2
    assert [float(side) for side in field["/Rect"]] == [0, 0, 0, 0]
    assert field["/V"]["/Reason"] == "Signé par Ana, maire"
    assert field["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"


def test_sealed_pdf_begins_with_the_document_that_was_signed(document):
    """trust P6. The seal is added after the document, whose bytes do not change."""
    sealed = seal.seal(document, reason="x")

    assert sealed[: len(document)] == document


@pytest.mark.parametrize("place", [0.1, 0.4, 0.6], ids=["beginning", "middle", "later"])
def test_check_refuses_one_altered_byte(document, place):
    """trust P6. One byte altered and the seal is no longer good."""
    sealed = bytearray(seal.seal(document, reason="x"))
    sealed[int(len(document) * place)] ^= 1

    with pytest.raises(Exception) as caught:  # noqa: PT011  a broken file may also be unreadable
        seal.check(bytes(sealed))

    assert type(caught.value).__name__ in {"Unavailable", "PdfReadError", "PdfStreamError", "ValueError", "KeyError"}


def test_check_refuses_what_is_added_after_the_seal(document):
    """trust P6. The seal covers the whole file."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(seal.seal(document, reason="x")))
    writer.root["/Added"] = writer.root["/Lang"]
    writer.update_root()
    more = io.BytesIO()
    writer.write(more)

    with pytest.raises(Unavailable):
        seal.check(more.getvalue())


def test_check_refuses_another_house(document, settings, tmp_path):
    """trust P6. A seal made with another key is not ours."""
    theirs = seal.seal(document, reason="x")
    settings.SEAL_KEY = tmp_path / "other.pem"

    with pytest.raises(Unavailable):
        seal.check(theirs)


def test_key_is_ours_alone_and_never_made_in_production(settings, document):
    """trust P6. The key is a file only its owner reads; production must be given one."""
    seal.seal(document, reason="x")
    mode = stat.S_IMODE(settings.SEAL_KEY.stat().st_mode)
    settings.SEAL_KEY.unlink()
    settings.PRODUCTION = True

    with pytest.raises(Unavailable):
        seal.seal(document, reason="x")

    assert mode == 0o600
    assert not settings.SEAL_KEY.exists()


def test_seal_is_called_by_jobs_alone():
    """trust P6. No page, no form, no letter touches the key: one operation does, run by the worker."""
    callers = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "marelle").rglob("*.py"))
        if path.name != "seal.py" and any(w in path.read_text() for w in ("seal.seal(", "SEAL_KEY", "base.seal"))
    ]

    assert callers == ["marelle/config/settings.py", "marelle/mandates/operations/agreements.py"]
