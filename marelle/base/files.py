"""What a file really is, read from its bytes; pure functions over paths and names (trust U1-U5, U8)."""

import re
import unicodedata
import warnings
import zipfile
import zlib
from pathlib import Path

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from marelle.base.errors import BadData

EXTENSIONS = {
    "pdf": "pdf",
    "png": "png",
    "jpg": "jpeg",
    "jpeg": "jpeg",
    "webp": "webp",
    "odt": "odt",
    "ods": "ods",
    "docx": "docx",
    "xlsx": "xlsx",
    "csv": "csv",
    "mp3": "mp3",
    "opus": "opus",
    "ogg": "opus",
}  # trust U1
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
}
PICTURES = frozenset({"png", "jpeg", "webp"})
OFFICE = frozenset({"odt", "ods", "docx", "xlsx"})
OPEN_DOCUMENT = {MEDIA_TYPES[kind].encode(): kind for kind in ("odt", "ods")}
MICROSOFT = {"wordprocessingml.document.main+xml": "docx", "spreadsheetml.sheet.main+xml": "xlsx"}

MAX_BYTES = 20 * 2**20  # a file, trust U2
MAX_PIXELS = 40_000_000  # a picture, trust U4
MAX_RATIO = 100  # unpacked over packed, trust U5
MAX_UNPACKED = 200 * 2**20  # bytes, trust U5
MAX_MEMBERS = 5_000  # trust U5
MAX_TYPES = 2**20  # bytes of an office file's list of parts: real ones hold a few thousand
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, LookupError, RuntimeError, OSError, EOFError)  # of an archive that lies
BROKEN_XML = (ElementTree.ParseError, DefusedXmlException, LookupError, ValueError)  # no XML, or of an unknown encoding
MACROS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/|basic/|scripts/)", re.IGNORECASE)

MAX_LABEL = 200  # characters, the column's width
MAX_LABEL_BYTES = 255  # trust U8
DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')


def kind_from_name(name: str) -> str:
    """The kind a name announces. Raises BadData when we do not take it."""
    kind = EXTENSIONS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None:
        raise BadData(
            _("This kind of file is not taken. Send a PDF, a picture (PNG, JPEG, WebP), a text, a table or a sound.")
        )
    return kind


def sniff(path: Path) -> str | None:
    """The kind the bytes show, None when it is none of ours."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[:4] == b"OggS":
        return "opus" if head[28:36] == b"OpusHead" else None
    if head[:4] == b"PK\x03\x04":
        return _office_kind(path)
    if head[:3] == b"ID3" or _is_mpeg_frame(head):
        return "mp3"
    return "csv" if _is_table_of_text(path) else None


def check(path: Path, kind: str) -> None:
    """Raise BadData unless the bytes are what the name says, and safe to keep."""
    if sniff(path) != kind:
        raise BadData(_("What this file holds is not what its name says. Save it again from its program."), kind=kind)
    if kind in OFFICE:
        check_office(path)


def check_office(path: Path) -> None:
    """Raise BadData for a text or table that would swell, hides macros, or asks for outside entities."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        unpacked = sum(m.file_size for m in members)
        too_big = unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(path.stat().st_size, 1)
        if len(members) > MAX_MEMBERS or too_big:
            raise BadData(_("This file swells when it is opened: it is not taken."))
        if any(MACROS.search(m.filename) for m in members):
            raise BadData(_("This file holds macros. Save it without macros, then send it again."))


def write_clean_picture(source: Path, target: Path, kind: str) -> None:
    """Draw the picture anew: no place, no camera, no hidden words (trust U4). Raises BadData."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(source, formats=[kind]) as picture:
                _check_pixels(picture)
                upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGBA" if upright.has_transparency_data and kind != "jpeg" else "RGB")
        plain.info.clear()
        plain.save(target, format=kind, **({"quality": 88} if kind != "png" else {"optimize": False}))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise BadData(_("This picture cannot be read. Save it again from its program.")) from error


def clean_label(name: str) -> str:
    """The name as people read it: no folder, no control or direction character, no device name (trust U8)."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    last = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    last = " ".join(FORBIDDEN.sub("_", last).split()).strip(". ")
    stem, dot, extension = last.rpartition(".")
    if not dot:
        stem, extension = last, ""
    if DEVICES.match(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    while len(f"{stem}{dot}{extension}") > MAX_LABEL or len(f"{stem}{dot}{extension}".encode()) > MAX_LABEL_BYTES:
        if not stem:
            return _("document")
        stem = stem[:-1]
    return f"{stem}{dot}{extension}" or _("document")


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise BadData(_("This picture is too large: 40 million points at most."))


def _office_kind(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            first = archive.infolist()[0]
            if first.filename == "mimetype" and first.file_size < 200:
                return OPEN_DOCUMENT.get(archive.read(first).strip())
            types = archive.getinfo("[Content_Types].xml")
            if types.file_size > MAX_TYPES:
                return None
            return _microsoft_kind(archive.read(types))
    except BROKEN_ZIP:
        return None


def _microsoft_kind(types: bytes) -> str | None:
    try:
        root = ElementTree.fromstring(types)
    except BROKEN_XML:
        return None
    for part in root:
        for ending, kind in MICROSOFT.items():
            if part.get("ContentType", "").endswith(ending):
                return kind
    return None


def _is_mpeg_frame(head: bytes) -> bool:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3


def _is_table_of_text(path: Path) -> bool:
    """Text without control characters that does not begin like a page or a drawing."""
    begun = False
    with path.open("rb") as file:
        while block := file.read(2**16):
            if re.search(rb"[\x00-\x08\x0e-\x1f]", block):
                return False
            if not begun and (text := block.removeprefix(b"\xef\xbb\xbf").lstrip()):
                begun = True
                if text.startswith((b"<", b"%!", b"{\\rtf")):
                    return False
    return begun
