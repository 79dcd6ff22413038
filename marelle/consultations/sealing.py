"""Boxes only a consultation's private key opens: ECIES, the same here and in a browser (specs/consultation.md, section 11).

box = 0x01 ‖ kid (8) ‖ R (65) ‖ nonce (12) ‖ AES-256-GCM (key, nonce, plain, with the first 74 bytes as its heading).
R is a point drawn for this box alone; the key is HKDF-SHA256 of the secret R shares with the consultation's public key.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORM = 1
CURVE = ec.SECP256R1()
INFO = b"marelle sheet v1"
POINT, KID, NONCE, TAG, SCALAR = 65, 8, 12, 16, 32  # bytes
HEADING = 1 + KID + POINT
OVERHEAD = HEADING + NONCE + TAG
SIZES = (1024, 2048, 4096, 8192)  # bytes a sheet is padded to: its length says nothing
LARGEST = 16384  # a box of a tablet put in another one
CHECK = 4  # bytes at the end of a written share, against slips of the hand


class NotOpened(ValueError):
    """This is not a box, not one of this key, or not as it was sealed."""


class TooLong(ValueError):
    """More than the largest size takes."""


class Pair(NamedTuple):
    """Both halves of a consultation's key. `public`: 65 bytes, uncompressed."""

    private: bytes
    public: bytes

    @classmethod
    def draw(cls) -> Self:
        """A new pair."""
        drawn = ec.generate_private_key(CURVE)
        return cls(drawn.private_numbers().private_value.to_bytes(SCALAR, "big"), _bytes_of(drawn.public_key()))

    @classmethod
    def of(cls, private: bytes) -> Self:
        """The pair behind a private half. Raises ValueError."""
        return cls(private, _bytes_of(_private(private).public_key()))


@lru_cache(maxsize=64)
def kid(public: bytes) -> bytes:
    """The eight bytes a box names its key by."""
    return hashlib.sha256(public).digest()[:KID]


def seal(plain: bytes, public: bytes) -> bytes:
    """Close JSON, padded with spaces, to everyone but the holder of the private half. Raises TooLong."""
    return _sealed(padded(plain), public, ec.generate_private_key(CURVE), secrets.token_bytes(NONCE))


def padded(plain: bytes) -> bytes:
    """The same up to the next size. Raises TooLong."""
    for size in (*SIZES, LARGEST):
        if len(plain) <= size:
            return plain.ljust(size)
    raise TooLong(f"{len(plain)} bytes")


def open_box(box: bytes, private: bytes) -> bytes:
    """What was sealed, its spaces included. Raises NotOpened."""
    return Opener(private).open(box)


class Opener:
    """Opens many boxes of one key."""

    def __init__(self, private: bytes):
        self._key, self._public = _private(private), Pair.of(private).public
        self._kid = kid(self._public)

    def open(self, box: bytes) -> bytes:
        """What was sealed, its spaces included. Raises NotOpened."""
        if kid_of(box) != self._kid:
            raise NotOpened("another key")
        heading, nonce, closed = box[:HEADING], box[HEADING : HEADING + NONCE], box[HEADING + NONCE :]
        point = heading[1 + KID :]
        try:
            shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point))
            return AESGCM(_key_of(shared, point, self._public)).decrypt(nonce, closed, heading)
        except (InvalidTag, ValueError):
            raise NotOpened("not as it was sealed") from None


def kid_of(box: bytes) -> bytes:
    """The name of the key a box was sealed to. Raises NotOpened for what cannot be a box."""
    if len(box) <= OVERHEAD or box[0] != FORM or box[1 + KID] != 4:
        raise NotOpened("not a box")
    return box[1 : 1 + KID]


def check_box(box: bytes, public: bytes) -> None:
    """Verify what can be without the private half: its key, its size, its point. Raises NotOpened."""
    if kid_of(box) != kid(public) or len(box) - OVERHEAD not in SIZES:
        raise NotOpened("another key or size")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, box[1 + KID : HEADING])
    except ValueError:
        raise NotOpened("not a point") from None


def split(private: bytes) -> tuple[bytes, bytes]:
    """Two shares: together the key, apart nothing."""
    first = secrets.token_bytes(len(private))
    return first, _xor(first, private)


def join(first: bytes, second: bytes) -> bytes:
    """The private half behind two shares. Whether it is the right one shows in `Pair.of(…).public`."""
    return _xor(first, second)


def share_text(share: bytes) -> str:
    """A share as it is printed: nine groups of eight, the last against slips of the hand."""
    written = (share + hashlib.sha256(share).digest()[:CHECK]).hex()
    return " ".join(written[place : place + 8] for place in range(0, len(written), 8))


def read_share(typed: str) -> bytes | None:
    """The share somebody typed or pasted; None when a letter is wrong or missing."""
    try:
        said = bytes.fromhex("".join(typed.split()))
    except ValueError:
        return None
    share, check = said[:-CHECK], said[-CHECK:]
    return share if len(share) == SCALAR and hashlib.sha256(share).digest()[:CHECK] == check else None


def _sealed(plain: bytes, public: bytes, drawn: ec.EllipticCurvePrivateKey, nonce: bytes) -> bytes:
    point = _bytes_of(drawn.public_key())
    heading = bytes((FORM,)) + kid(public) + point
    key = _key_of(drawn.exchange(ec.ECDH(), _public(public)), point, public)
    return heading + nonce + AESGCM(key).encrypt(nonce, plain, heading)


def _key_of(shared: bytes, point: bytes, public: bytes) -> bytes:
    """HKDF-SHA256 for one block: extract, then expand."""
    extracted = hmac.digest(point + public, shared, "sha256")
    return hmac.digest(extracted, INFO + b"\x01", "sha256")


def _private(private: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(private, "big"), CURVE)


@lru_cache(maxsize=64)
def _public(public: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public)


def _bytes_of(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
