"""Files people give: what is taken, what is refused, what is cleaned."""

import hashlib
import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import Image

from marelle.accounts import files
from marelle.accounts.models import File, JournalEntry
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed, Unavailable
from tests.factories.accounts import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind="jpeg", size=(60, 40), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "#c33").save(out, format=kind, **options)
    return out.getvalue()


def picture_with_place():
    exif = Image.Exif()
    exif[0x010F] = "camera-of-camille"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif.tobytes())


def office(parts, first=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr("mimetype", first, zipfile.ZIP_STORED)
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more):
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    return office({"[Content_Types].xml": types, "word/document.xml": "<w/>", **more})


def odt():
    return office({"content.xml": "<x/>"}, first="application/vnd.oasis.opendocument.text")


def sent(content, name):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def city():
    return OrganisationFactory()


@pytest.fixture
def editor(city):
    return PersonFactory(roles=[(city, Role.CITY_EDITOR)])


def on_disk():
    return sorted(p.name for p in Path(settings.FILES_ROOT).glob("*/*"))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("plan.pdf", PDF, "pdf"),
        ("PLAN.PDF", PDF, "pdf"),
        ("cour.jpg", picture(), "jpeg"),
        ("cour.png", picture("png"), "png"),
        ("cour.webp", picture("webp"), "webp"),
        ("note.docx", docx(), "docx"),
        ("note.odt", odt(), "odt"),
        ("table.csv", "école;élèves\n".encode(), "csv"),
        ("voix.mp3", b"ID3\x04" + b"\0" * 100, "mp3"),
        ("voix.opus", b"OggS" + b"\0" * 24 + b"OpusHead" + b"\0" * 20, "opus"),
    ],
)
def test_take_accepts_the_list(city, editor, name, content, kind):
    """trust U1. What is on the list and is what it says is taken, with its size and its fingerprint."""
    file = files.take(sent(content, name), organisation=city, by=editor)

    with files.opened(file) as kept:
        assert (file.kind, len(kept.read())) == (kind, file.size)
    assert list(files.faults()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.exe", PDF),
        ("plan", PDF),
        ("plan.pdf", picture()),
        ("cour.png", picture()),
        ("note.odt", docx()),
        ("drawing.svg", SVG),
        ("drawing.png", SVG),
        ("table.csv", SVG),
        ("page.html", b"<!doctype html><p>x"),
        ("table.csv", b"a;b\n\0"),
        ("cour.jpg", picture()[:100]),
        ("note.docx", docx(**{"word/vbaProject.bin": b"x"})),
        ("note.docx", docx(**{"word/big.xml": b"0" * 3_000_000})),
        ("note.docx", docx(**{f"m{n}": b"" for n in range(5_000)})),
        ("note.docx", b"PK\x03\x04 not a zip"),
    ],
    ids=[
        "unknown extension",
        "no extension",
        "picture as pdf",
        "jpeg as png",
        "docx as odt",
        "svg",
        "svg as png",
        "svg as csv",
        "html",
        "nul in csv",
        "truncated picture",
        "macros",
        "swells",
        "too many parts",
        "broken zip",
    ],
)
def test_take_refuses(city, editor, name, content):
    """trust U1, U3, U5. What is off the list, or is not what it says, leaves nothing behind."""
    before = on_disk()

    with pytest.raises(BadData):
        files.take(sent(content, name), organisation=city, by=editor)

    assert (File.rows.count(), on_disk(), JournalEntry.objects.count()) == (0, before, 0)


def test_take_refuses_a_stranger(city):
    """trust O1. Someone from elsewhere adds nothing."""
    stranger = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])

    with pytest.raises(NotAllowed):
        files.take(sent(PDF, "plan.pdf"), organisation=city, by=stranger)

    assert File.rows.count() == 0


@pytest.mark.parametrize("announced", [21 * 2**20, 10], ids=["announced", "found while streaming"])
def test_take_refuses_twenty_megabytes(city, editor, announced):
    """trust U2. Refused from the announced length, and again while it streams."""
    heavy = sent(PDF + b"0" * (20 * 2**20), "plan.pdf")
    heavy.size = announced
    if announced == 10:
        heavy.chunks = lambda: iter([PDF, *[b"0" * 2**20] * 20])
    before = on_disk()

    with pytest.raises(BadData):
        files.take(heavy, organisation=city, by=editor)

    assert (File.rows.count(), on_disk()) == (0, before)


def test_take_reads_block_after_block(city, editor):
    """trust U2. The content is never asked for in one piece."""
    upload = TemporaryUploadedFile("plan.pdf", "application/pdf", len(PDF), None)
    upload.write(PDF)
    asked, read = [], upload.file.read
    upload.file.read = lambda size=None: asked.append(size) or read(size)

    files.take(upload, organisation=city, by=editor)

    assert set(asked) == {upload.DEFAULT_CHUNK_SIZE}
    upload.close()


def test_take_draws_pictures_anew(city, editor):
    """trust U4. Neither place nor camera stay in a picture."""
    given = picture_with_place()
    assert b"camera-of-camille" in given

    file = files.take(sent(given, "cour.jpg"), organisation=city, by=editor)

    with files.opened(file) as kept:
        content = kept.read()
        assert b"camera-of-camille" not in content
        assert dict(Image.open(io.BytesIO(content)).getexif()) == {}


def test_take_refuses_a_huge_picture(city, editor):
    """trust U4. Above forty million points, whatever its weight."""
    out = io.BytesIO()
    Image.new("1", (8001, 5000)).save(out, format="png")

    with pytest.raises(BadData):
        files.take(sent(out.getvalue(), "mur.png"), organisation=city, by=editor)

    assert File.rows.count() == 0


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\boot.pdf", "boot.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("fac\u202efdp.pdf", "facfdp.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.tar.pdf", "_lpt1.tar.pdf"),
        ("e\u0301cole.pdf", "école.pdf"),
        ("<b>.pdf", "_b_.pdf"),
    ],
)
def test_take_cleans_labels(city, editor, given, label):
    """trust U8. The name is kept as people read it, and nothing else of it."""
    file = files.take(sent(PDF, "plan.pdf"), organisation=city, by=editor, label=given)

    assert file.label == label


def test_take_shortens_long_labels(city, editor):
    """trust U8. 255 bytes at most, the extension kept."""
    file = files.take(sent(PDF, "plan.pdf"), organisation=city, by=editor, label="é" * 400 + ".pdf")

    assert len(file.label.encode()) == 254
    assert file.label.endswith("é.pdf")


def test_place_is_random_and_private(city, editor):
    """trust U6. The place on disk says nothing of the name, the city or a count."""
    file = files.take(sent(PDF, "plan.pdf"), organisation=city, by=editor)

    folder, name = file.place.split("/")
    assert (len(name), folder) == (26, name[:2])
    assert "plan" not in file.place


def test_keep_stores_what_the_house_makes(city, editor):
    """trust U6. A receipt is kept as it is, fingerprint included."""
    file = files.keep(b"%PDF-made", label="récépissé.pdf", kind="pdf", organisation=city, by=editor)

    with files.opened(file) as kept:
        assert kept.read() == b"%PDF-made"
    assert (file.size, file.sha256) == (9, hashlib.sha256(b"%PDF-made").hexdigest())


@pytest.mark.django_db(transaction=True)
def test_remove_takes_bytes_away_after_the_transaction():
    """trust D7. The row stays, its bytes go."""
    city = OrganisationFactory()
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    file = files.keep(PDF, label="a.pdf", kind="pdf", organisation=city, by=editor)

    removed = files.remove(file, by=editor)

    assert removed.removed_at is not None
    with pytest.raises(Unavailable):
        files.opened(file)
    assert list(files.faults()) == []


def test_faults_name_what_is_missing(city, editor):
    """trust D7. A row without its file, or with another size, is told."""
    lost = files.keep(PDF, label="a.pdf", kind="pdf", organisation=city, by=editor)
    cut = files.keep(PDF, label="b.pdf", kind="pdf", organisation=city, by=editor)
    Path(settings.FILES_ROOT, lost.place).unlink()
    Path(settings.FILES_ROOT, cut.place).write_bytes(b"x")

    assert list(files.faults()) == [
        f"file={lost.pk} is missing on disk",
        f"file={cut.pk} has 1 bytes instead of {len(PDF)}",
    ]


def test_sweep_deletes_what_has_no_row(city, editor):
    """trust D7. An hour-old file without a row goes; young files and files with a row stay."""
    file = files.keep(PDF, label="a.pdf", kind="pdf", organisation=city, by=editor)
    files.sweep()
    folder = Path(settings.FILES_ROOT, "incoming")
    old, young = folder / "old", folder / "young"
    for path in (old, young):
        path.write_bytes(b"x")
    for path in (old, Path(settings.FILES_ROOT, file.place)):
        os.utime(path, (time.time() - 4000,) * 2)

    assert files.sweep() == 1

    assert (old.exists(), young.exists(), Path(settings.FILES_ROOT, file.place).exists()) == (False, True, True)
    young.unlink()
