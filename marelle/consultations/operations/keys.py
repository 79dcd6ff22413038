"""The key of a consultation leaves the server in two shares, for two persons, before it opens (specs/consultation.md, section 11).

The first share is drawn and shown once; the second, which makes the pair, is shown once to somebody else. From then on
the public half alone is here: no answer can be read until both shares come back, for the freeze.
"""

import hashlib
import hmac
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.rules import require
from marelle.base import clock
from marelle.base.ciphers import cipher
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.consultations import rules, sealing
from marelle.consultations.models import Consultation, KeyShare
from marelle.consultations.states import BEING_WRITTEN

PURPOSE = "key share"  # of the key that seals the first share until the second is drawn
LAST_GROUP = 8  # characters its holder types back


class Handed(NamedTuple):
    """A share at the only moment it may be seen: `text` is kept nowhere."""

    share: KeyShare
    text: str


@transaction.atomic
def draw_first(consultation_id: int, *, by: Person, at: datetime | None = None) -> Handed:
    """Draw the first share, for whoever asks. It waits here, sealed, for the second person. Raises NotAllowed, WrongState."""
    consultation = _locked(consultation_id, by)
    if consultation.public_key is not None or consultation.key_shares.exists():
        raise WrongState(_("This consultation has a key already, or its first share."))
    drawn = secrets.token_bytes(sealing.SCALAR)
    return _handed(consultation, 1, drawn, by, at, sealed=_sealed(drawn, consultation))


@transaction.atomic
def draw_second(consultation_id: int, *, by: Person, at: datetime | None = None) -> Handed:
    """Draw the pair in memory and hand its second share to another person; the first is wiped.

    Raises NotAllowed for the holder of the first, WrongState.
    """
    consultation = _locked(consultation_id, by)
    first = consultation.key_shares.select_for_update(of=("self",)).filter(position=1).exclude(sealed="").first()
    if consultation.public_key is not None or first is None:
        raise WrongState(_("The first share of the key is drawn before the second, and once."))
    if first.holder_id == by.pk:
        raise NotAllowed(_("Each share is held by another person: somebody else draws the second."))
    pair = sealing.Pair.draw()
    second = sealing.join(_opened(first, consultation), pair.private)
    first.sealed = ""
    first.save(update_fields=["sealed"])
    consultation.public_key = pair.public
    consultation.version += 1
    consultation.save(update_fields=["public_key", "version"])
    return _handed(consultation, 2, second, by, at)


@transaction.atomic
def acknowledge(consultation_id: int, typed: str, *, by: Person, at: datetime | None = None) -> KeyShare:
    """Its holder types the last group of a share: they hold it indeed. Raises WrongState, BadData."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_hold_key, by, consultation)
    share = consultation.key_shares.filter(holder=by, acknowledged_at=None).first()
    if share is None:
        raise WrongState(_("No share of this key waits for you."))
    said = "".join(typed.split()).lower()
    if not hmac.compare_digest(said.encode(), last_group(share).encode()):
        raise BadData(_("This is not the last group of your share: compare it with your copy."))
    share.acknowledged_at = at or clock.now()
    share.save(update_fields=["acknowledged_at"])
    journal.record(
        consultation, "key_share_acknowledged", by=by, organisation=consultation.committee, share=share.position
    )
    return share


@transaction.atomic
def draw_anew(consultation_id: int, *, by: Person) -> Consultation:
    """A share was lost before the opening: both are void, two others will be drawn. Raises NotAllowed, WrongState."""
    consultation = _locked(consultation_id, by)
    if consultation.public_key is None and not consultation.key_shares.exists():
        raise WrongState(_("No share of this key has been drawn."))
    consultation.key_shares.all().delete()
    consultation.public_key = None
    consultation.version += 1
    consultation.save(update_fields=["public_key", "version"])
    demonstration_place(consultation).unlink(missing_ok=True)
    journal.record(consultation, "key_forgotten", by=by, organisation=consultation.committee)
    return consultation


@transaction.atomic
def draw_for_demonstration(consultation_id: int, *, by: Person) -> Consultation:
    """In a demonstration alone: the whole key, in a file beside the data, and its pages say so. Raises NotAllowed, WrongState."""
    consultation = _locked(consultation_id, by)
    if not settings.DEMO:
        raise NotAllowed(_("The key is kept in a file in a demonstration alone."))
    if consultation.public_key is not None or consultation.key_shares.exists():
        raise WrongState(_("This consultation has a key already, or its first share."))
    pair = sealing.Pair.draw()
    place = demonstration_place(consultation)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pair.private)
    consultation.public_key = pair.public
    consultation.version += 1
    consultation.save(update_fields=["public_key", "version"])
    journal.record(consultation, "key_kept_in_a_file", by=by, organisation=consultation.committee)
    return consultation


# What the others ask -------------------------------------------------------------------------------------------------
def is_ready(consultation: Consultation) -> bool:
    """Whether the key is made and both holders have shown that they hold their share."""
    if consultation.public_key is None:
        return False
    held = consultation.key_shares.filter(acknowledged_at__isnull=False).count()
    return held == 2 or demonstration_key(consultation) is not None


def demonstration_place(consultation: Consultation) -> Path:
    """The file of the key of a demonstration."""
    return Path(settings.DATA) / "keys" / f"{consultation.code}.key"


def demonstration_key(consultation: Consultation) -> bytes | None:
    """The private half, in a demonstration that keeps it in a file."""
    place = demonstration_place(consultation)
    if not settings.DEMO or consultation.public_key is None or not place.exists():
        return None
    private = place.read_bytes()
    return private if sealing.Pair.of(private).public == bytes(consultation.public_key) else None


def joined(consultation: Consultation, texts: tuple[str, str]) -> bytes:
    """The private half behind two shares as they were printed, in any order. Raises BadData."""
    shares = [sealing.read_share(text) for text in texts]
    known = dict(consultation.key_shares.values_list("digest", "position"))
    brought = [share and known.get(digest_of(share)) for share in shares]
    faults = [
        _("Share %(number)s: not a share of this key, or a letter is wrong.") % {"number": number}
        for number, position in enumerate(brought, start=1)
        if position is None
    ]
    if not faults and set(brought) != {1, 2}:
        faults = [_("The same share was brought twice: the other holder brings theirs.")]
    if faults:
        raise BadData(faults[0], faults)
    private = sealing.join(*(share for share in shares if share))
    if sealing.Pair.of(private).public != bytes(consultation.public_key or b""):
        raise BadData(_("These two shares do not make the key of this consultation."))
    return private


def last_group(share: KeyShare) -> str:
    """The characters its holder types back: the printed share ends with the first four bytes of its digest."""
    return share.digest[:LAST_GROUP]


def digest_of(share: bytes) -> str:
    """SHA-256, by which a share is known again."""
    return hashlib.sha256(share).hexdigest()


# What they share -----------------------------------------------------------------------------------------------------
def _locked(consultation_id: int, by: Person) -> Consultation:
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_hold_key, by, consultation)
    if consultation.state not in BEING_WRITTEN:
        raise WrongState(_("Answers are sealed to this key: it is no longer changed."))
    return consultation


def _handed(
    consultation: Consultation, position: int, share: bytes, by: Person, at: datetime | None, *, sealed: str = ""
) -> Handed:
    made = KeyShare.rows.create(
        consultation=consultation,
        position=position,
        holder=by,
        digest=digest_of(share),
        sealed=sealed,
        handed_at=at or clock.now(),
    )
    journal.record(consultation, "key_share_handed", by=by, organisation=consultation.committee, share=position)
    return Handed(made, sealing.share_text(share))


def _sealed(share: bytes, consultation: Consultation) -> str:
    return cipher(f"{PURPOSE} {consultation.code}").encrypt(share).decode()


def _opened(share: KeyShare, consultation: Consultation) -> bytes:
    """Raises WrongState when the house's secret has changed twice meanwhile."""
    try:
        return cipher(f"{PURPOSE} {consultation.code}").decrypt(share.sealed.encode())
    except InvalidToken:
        raise WrongState(_("The first share can no longer be read here: draw both anew.")) from None
