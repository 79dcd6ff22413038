"""What opens a partner's page and a group's page without an account: signed links, keys known by their digest, codes under seal."""

import hmac
import json
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import QuerySet

from marelle.base.ciphers import cipher
from marelle.consultations import passes
from marelle.consultations.collect import Keys
from marelle.consultations.models import Partner, Sitting
from marelle.consultations.states import SittingState

LINK_LIVES = timedelta(days=400)  # from the first day of an edition, which lasts a year at most: its state decides
OWN = "suivi-"  # before the reference, in the link its contact alone holds
LOST = frozenset({SittingState.CLOSED, SittingState.CANCELLED, SittingState.KEYING})  # no page for the room any more
BOXES_COME = passes.AFTER_THE_WINDOW[passes.LATE]


class Key(str):
    """What a facilitator holds without an account: the key of a group's page."""


class Link(str):
    """What a partner's teachers hold: its signed link. Its contact holds another, which also closes."""


class Opened(NamedTuple):
    """What the facilitator reads: what children type, and the key of the page shown to them."""

    code: str
    projector: str


# Partners ------------------------------------------------------------------------------------------------------------
def link_of(partner: Partner, *, own: bool = False) -> str:
    """The signed link that opens sittings; `own`: the one that follows them and closes them."""
    until = partner.consultation.opens_at + LINK_LIVES
    return passes.make(f"{OWN if own else ''}{partner.link}", passes.PARTNER, until, _keys()[0].passes)


def partner_of(text: str, at: datetime, *, own: bool = False) -> Partner | None:
    """Whose link it is; None when it opens nothing: altered, ended, drawn anew since."""
    for keys in _keys():
        try:
            found = passes.read(text, keys.passes, at)
        except passes.Invalid:
            continue
        if found.kind == passes.PARTNER and found.reference.startswith(OWN) == own:
            rows = Partner.rows.select_related("consultation__committee", "organisation", "territory")
            return rows.filter(link=found.reference.removeprefix(OWN)).first()
    return None


# Sittings ------------------------------------------------------------------------------------------------------------
def seal(opened: Opened) -> str:
    """What is kept of a code until it closes."""
    return cipher("consultation codes").encrypt(json.dumps(opened).encode()).decode()


def unseal(sitting: Sitting) -> Opened | None:
    """What a facilitator reads; None once it is erased, or sealed under a key this house no longer has."""
    if not sitting.code_sealed:
        return None
    try:
        return Opened(*json.loads(cipher("consultation codes").decrypt(sitting.code_sealed.encode())))
    except InvalidToken:
        return None


def projector_digest(key: str, secret: str = "") -> bytes:
    """What is kept of a group's page's key: 32 bytes, looked up by equality."""
    return hmac.digest(passes.derive(secret or settings.SECRET_KEY, "projector"), key.encode()[:100], "sha256")


def sitting_of(key: str) -> Sitting | None:
    """The group whose page this is, while it lives; None for a key nobody has, or of a group that is over."""
    return _held_by(key).exclude(state__in=sorted(LOST)).first()


def late_sitting_of(key: str, at: datetime) -> Sitting | None:
    """The same, closed or not, for as long as boxes of its tablets may come."""
    return _held_by(key).filter(closes_at__gt=at - BOXES_COME).exclude(state=SittingState.CANCELLED).first()


def _held_by(key: str) -> QuerySet[Sitting]:
    digests = [projector_digest(key, secret) for secret in _secrets()]
    rows = Sitting.rows.select_related("consultation__committee", "site__partner__organisation", "territory")
    return rows.filter(projector_digest__in=digests)


# A registration that waits in a letter ---------------------------------------------------------------------------------
def seal_registration(words: list[str]) -> str:
    """A text nobody else can make, and nobody can read."""
    return cipher("consultation registration").encrypt(json.dumps(words).encode()).decode().rstrip("=")


def read_registration(token: str) -> list[str] | None:
    """What it says; None if this house did not write it."""
    padded = token + "=" * (-len(token) % 4)
    try:
        return json.loads(cipher("consultation registration").decrypt(padded.encode()))
    except (InvalidToken, ValueError):
        return None


# Keys ----------------------------------------------------------------------------------------------------------------
def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def code_key() -> bytes:
    """The key of what children type."""
    return _keys()[0].codes


def _keys() -> list[Keys]:
    return [_keys_of(secret) for secret in _secrets()]


@cache
def _keys_of(secret: str) -> Keys:
    return Keys.of(secret)
