"""Following a town by mail: asked, confirmed by the link of a letter, told once a month, stopped in one press.

Before the address is confirmed nothing is kept but the letter that asks, and that one goes once it has left. Who stops is
erased at once, letters too, and stays erased when a backup is put back (`accounts.erasures`).
"""

import json
from datetime import UTC, datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.accounts import erasures
from marelle.accounts.models import Organisation
from marelle.base import clock
from marelle.base.ciphers import cipher
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Letter, LetterState
from marelle.mandates.letters import followers as letters
from marelle.mandates.models import Follower
from marelle.mandates.queries import members
from marelle.mandates.queries.news import Span, news_of

LINK_LIVES = timedelta(days=3)
AT_ONCE = 100  # letters a round writes: the next round goes on
HOUR = 8  # of the first day of a month, in Paris
ENDED = gettext_lazy("This link has ended: ask for another on the page of the town.")


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


def forget_address(address: str) -> None:
    """Somebody's account is erased: the same address follows no town any more. Called within their erasure."""
    for pk in Follower.rows.filter(email__iexact=address).order_by("pk").values_list("pk", flat=True):
        stop(pk)
    Letter.objects.filter(kind=letters.CONFIRM, address__iexact=address).delete()


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
    words = json.dumps([code, email, language, clock.now().timestamp()]).encode()
    return cipher("follow").encrypt(words).decode().rstrip("=")


def read(token: str) -> tuple[str, str, str]:
    """Town, address and language of a link. Raises BadData."""
    padded = token + "=" * (-len(token) % 4)
    try:
        code, email, language, asked = json.loads(cipher("follow").decrypt(padded.encode()))
    except (InvalidToken, ValueError):  # or made before links said when
        raise BadData(str(ENDED)) from None
    if clock.now() >= datetime.fromtimestamp(asked, UTC) + LINK_LIVES:  # one clock decides, even put back
        raise BadData(str(ENDED))
    return code, email, language
