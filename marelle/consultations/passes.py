"""What a page carries instead of a cookie: passes signed by the house, and a field sealed by it. No database is asked.

A pass says which sitting (or partner), what for and until when: `kind.reference.expiry.signature`.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KINDS = SITTING, LATE, PARTNER = ("sitting", "late", "partner")
AFTER_THE_WINDOW = {SITTING: timedelta(minutes=30), LATE: timedelta(days=21)}  # specs/consultation.md, sections 9, 13
SIGNATURE = 16  # bytes
LONGEST = 200  # characters of a pass
FIELD_LIVES = timedelta(hours=2)
FIELD_BYTES = 6 * 1024  # of the sealed field, as text


class Invalid(ValueError):
    """Not written by this house, or not for this."""


class Expired(Invalid):
    """Written by this house, for a time that has passed."""


class TooLong(ValueError):
    """More than the sealed field may hold."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass says. `reference`: the code of a Sitting or a Partner's link, never what a child types."""

    kind: str
    reference: str
    expires_at: datetime


def derive(secret: str | bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose alone, from the house's secret."""
    said = secret.encode() if isinstance(secret, str) else secret
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"marelle consultations {purpose}".encode()).derive(said)


def make(reference: str, kind: str, expires_at: datetime, key: bytes) -> str:
    """A pass. `reference` holds no full stop."""
    if kind not in KINDS or "." in reference:
        raise ValueError(f"no pass for {kind} {reference}")
    said = f"{kind}.{reference}.{int(expires_at.timestamp()):x}"
    return f"{said}.{_signature(said, key)}"


def read(text: str, key: bytes, now: datetime) -> Pass:
    """What a pass says. Raises Invalid, Expired."""
    said, _mark, signature = text.rpartition(".") if len(text) <= LONGEST and text.isascii() else ("", "", "")
    if not hmac.compare_digest(signature, _signature(said, key)) or said.count(".") != 2:
        raise Invalid
    kind, reference, expiry = said.split(".")
    found = Pass(kind, reference, datetime.fromtimestamp(int(expiry, 16), UTC))
    if found.expires_at <= now:
        raise Expired
    return found


def _signature(said: str, key: bytes) -> str:
    return _text(hmac.digest(key, said.encode(), "sha256")[:SIGNATURE])


class Secret:
    """Seals what a page without JavaScript carries from one screen to the next: unreadable, untouchable, for two hours."""

    def __init__(self, key: bytes):
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, about: str, now: datetime) -> str:
        """`about`: what it belongs to (a sitting and a part): elsewhere it does not open. Raises TooLong."""
        nonce = secrets.token_bytes(12)
        until = int((now + FIELD_LIVES).timestamp()).to_bytes(6, "big")
        sealed = _text(nonce + until + self._cipher.encrypt(nonce, plain, until + about.encode()))
        if len(sealed) > FIELD_BYTES:
            raise TooLong(f"{len(sealed)} characters")
        return sealed

    def open(self, text: str, about: str, now: datetime) -> bytes:
        """Raises Invalid, Expired."""
        plain, until = self.outlived(text, about)
        if until <= now.timestamp():
            raise Expired
        return plain

    def outlived(self, text: str, about: str) -> tuple[bytes, int]:
        """What it holds, however old, and the second it ends: to say where to begin again, never to go on. Raises Invalid."""
        try:
            said = bytes_of(text) if len(text) <= FIELD_BYTES else b""
            nonce, until = said[:12], said[12:18]
            return self._cipher.decrypt(nonce, said[18:], until + about.encode()), int.from_bytes(until, "big")
        except (InvalidTag, ValueError):
            raise Invalid from None


def closed(plain: bytes, about: str, key: bytes) -> str:
    """Sealed for as long as it takes, to lie in a database. `about`: what it belongs to; elsewhere it does not open."""
    nonce = secrets.token_bytes(12)
    return _text(nonce + AESGCM(key).encrypt(nonce, plain, about.encode()))


def reopened(text: str, about: str, key: bytes) -> bytes:
    """What was sealed so. Raises Invalid."""
    try:
        said = bytes_of(text)
        return AESGCM(key).decrypt(said[:12], said[12:], about.encode())
    except (InvalidTag, ValueError):
        raise Invalid from None


def bytes_of(text: str) -> bytes:
    """What base64url says, with or without its equal signs. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("not a text")
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _text(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).decode().rstrip("=")
