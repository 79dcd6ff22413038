"""Words nobody else would write: each names where it was planted, and is found again in whatever a page answers."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

from pypdf import PdfReader

FIRST, LENGTH, ENOUGH = "kqz", 20, 12  # a page may shorten a text: twelve letters name a canary
SIGHTING = re.compile(rf"{FIRST}[a-z]{{{ENOUGH - len(FIRST)}}}")
HYPHENS = "-\u00ad\u2010"  # with spaces, what a line's end may put inside a word


@dataclass(frozen=True, order=True)
class Planted:
    """Whose it is, and what it is: `home`, “answer”."""

    owner: str
    what: str


@dataclass
class Canaries:
    """Every word planted, by its first letters."""

    planted: dict[str, Planted] = field(default_factory=dict)

    def plant(self, owner: str, what: str, which: object = "") -> str:
        """A word of twenty letters for one place."""
        digest = hashlib.sha256(f"{owner} {what} {which}".encode()).digest()
        word = FIRST + "".join(chr(97 + byte % 26) for byte in digest)[: LENGTH - len(FIRST)]
        self.planted[word[:ENOUGH]] = Planted(owner, what)
        return word

    def seen_in(self, text: str) -> set[Planted]:
        """Whose words stand in a text, whatever its case, even cut at the end of a line."""
        plain = text.lower()
        words = {*SIGHTING.findall(plain), *SIGHTING.findall(joined(plain))}
        return {self.planted[word] for word in words if word in self.planted}

    def of(self, owner: str) -> Iterable[Planted]:
        """Everything planted in one place."""
        return sorted({planted for planted in self.planted.values() if planted.owner == owner})


def joined(text: str) -> str:
    """A text without what may stand inside a word: asked of every page, hence not by a pattern, a third of its time."""
    text = "".join(text.split())
    for hyphen in HYPHENS:
        text = text.replace(hyphen, "")
    return text


def text_of(response) -> str:
    """Everything an answer says: its status line, headers, cookies, and its body, opened if it is a PDF or an archive."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return "\n".join([response.reason_phrase, headers, response.cookies.output(), text_of_body(body)])


def text_of_body(body: bytes) -> str:
    """The words of a body."""
    if body.startswith(b"%PDF") and b"startxref" in body:  # files people joined here are PDFs by their first bytes only
        return text_of_pdf(body)
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(f"{name}\n{archive.read(name).decode(errors='ignore')}" for name in archive.namelist())
    return body.decode(errors="ignore")


def text_of_pdf(body: bytes) -> str:
    """The words of every page, and what the document says of itself."""
    reader = PdfReader(io.BytesIO(body))
    about = " ".join(str(value) for value in (reader.metadata or {}).values())
    return "\n".join([about, *(page.extract_text() for page in reader.pages)])
