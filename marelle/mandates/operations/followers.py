"""Following a town by mail: asked, confirmed by the link of a letter, told once a month, stopped in one press.

Before the address is confirmed nothing is kept but the letter that asks, and that one goes once it has left. Who stops is
erased at once, letters too, and stays erased when a backup is put back (`accounts.erasures`).
"""

import base64
import hashlib
import json
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import erasures
from marelle.accounts.models import Organisation
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Letter, LetterState
from marelle.mandates.letters import followers as letters
from marelle.mandates.models import Follower
from marelle.mandates.queries import members
from marelle.mandates.queries.news import Span, news_of

LINK_LIVES = timedelta(days=3)
AT_ONCE = 100  # letters a round writes: the next round goes on
HOUR = 8  # of the first day of a month, in Paris


@transaction.atomic
def ask(organisation: Organisation, *, email: str, language: str) -> None:
    """Send the link that confirms an address. The same for an address that follows already."""
    if members.living_mandate(organisation.code) is None:
        raise WrongState(_("This town is not a member of the network today: there is nothing to follow."))
    letters.ask_to_confirm(organisation, email.strip(), language, token_of(organisation.code, email.strip(), language))


@transaction.atomic
def confirm(token: str) -> Follower:
    """Follow a town, by the link of a letter; pressed twice, it is one. Raises BadData for a link that has ended."""
    code, email, language = read(token)
    organisation = Organisation.objects.get(code=code)
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # two presses at once are one
    known = Follower.rows.filter(organisation=organisation, email__iexact=email).first()
    if known:
        return known
    now = clock.now()
    return Follower.rows.create(
        organisation=organisation, email=email, language=language, confirmed_at=now, told_until=now
    )


@transaction.atomic
def stop(follower_id: int) -> None:
    """Follow no more: the address is erased, and the letters that carry it."""
    follower = Follower.rows.lock(follower_id)
    about = letters.reference(follower.organisation)
    Letter.objects.filter(address__iexact=follower.email, reference=about).delete()
    key = follower.key
    follower.delete()
    transaction.on_commit(lambda: erasures.note(key), robust=True)


def tell_everyone(at: datetime) -> None:
    """A round: on the first day of a month, each follower is told what is new; nothing new, no letter. Each month once."""
    month = at.astimezone(clock.PARIS).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if at < month + timedelta(hours=HOUR):
        return
    due = Follower.rows.filter(told_until__lt=month).order_by("pk").values_list("pk", flat=True)
    waiting = list(due[:AT_ONCE])
    gone = set(erasures.listed()) if waiting else set()
    for pk in waiting:
        _tell(pk, month, gone)


@transaction.atomic
def _tell(pk: int, month: datetime, gone: set[str]) -> None:
    follower = Follower.rows.select_for_update(of=("self",)).filter(pk=pk, told_until__lt=month).first()
    if follower is None:
        return
    if follower.key in gone:  # a backup brought them back
        follower.delete()
        return
    mandate = members.living_mandate(follower.organisation.code)
    news = news_of(mandate, Span(follower.told_until, month)) if mandate else []
    if news:
        letters.tell_news(follower, news, month)
    follower.told_until = month
    follower.save(update_fields=["told_until"])


def forget_unconfirmed(at: datetime) -> None:
    """A round: of an address nobody confirmed not even the letter stays, once it has left or its link has ended."""
    asked = Letter.objects.filter(kind=letters.CONFIRM)
    asked.filter(state=LetterState.SENT).delete()
    asked.filter(written_at__lt=at - LINK_LIVES).delete()


# The link ------------------------------------------------------------------------------------------------------------
def token_of(code: str, email: str, language: str) -> str:
    """A link nobody else can make, and nobody can read."""
    words = json.dumps([code, email, language]).encode()
    return _cipher().encrypt(words).decode().rstrip("=")


def read(token: str) -> tuple[str, str, str]:
    """Town, address and language of a link. Raises BadData."""
    padded = token + "=" * (-len(token) % 4)
    try:
        words = _cipher().decrypt(padded.encode(), ttl=int(LINK_LIVES.total_seconds()))
    except InvalidToken:
        raise BadData(_("This link has ended: ask for another on the page of the town.")) from None
    code, email, language = json.loads(words)
    return code, email, language


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"follow:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
