"""Letters: written in the transaction of the act they speak of, sent afterwards by the worker (trust D4, E3-E7)."""

import hashlib
import logging
import re
import smtplib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.base.errors import BadData
from marelle.base.models import Letter, LetterState, Stamp

log = logging.getLogger("marelle.outbox")
MAX_SUBJECT = 150  # characters, trust E3
MAX_TRIES = 5  # settled 1
HELD = timedelta(seconds=90)  # a letter by its sender: four answers of a server, each within EMAIL_TIMEOUT
LONG_ENOUGH = timedelta(seconds=10)  # of sending, when the server is slow: jobs and rounds have their turn
RETRY, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)  # between two looks at a server that does not answer
DOWN, RESTS = "mail_down", "mail_rests"  # stamps: since when it does not answer, and until when it is left in peace


class Fate(Enum):
    """What became of a letter."""

    SENT = "sent"
    KEPT = "kept"  # it waits, or is given up: its own fault
    SILENT = "silent"  # handed over, and the server said nothing: it may have left


_rights: dict[str, Callable[[str, str], bool]] = {}


def may_receive(kind: str, test: Callable[[str, str], bool]) -> None:
    """Register who may still receive letters of a kind: `test(reference, address)`, asked when sending (trust E5)."""
    _rights[kind] = test


def write(
    kind: str,
    *,
    to: str,
    language: str,
    key: str,
    context: dict[str, Any],
    reference: str = "",
    not_before: datetime | None = None,
    calendar: str = "",
    unsubscribe: str = "",
) -> Letter:
    """Put a letter in the outbox, in the current transaction. The same `key` twice is one letter.

    The words are `templates/letters/<kind>.txt`: first line the subject, then an empty line, then the text.
    `calendar`: an iCalendar text to go with it; `unsubscribe`: where one press ends such letters. Raises BadData when a name in the subject holds a line break (trust E3).
    """
    with translation.override(language):
        words = render_to_string(f"letters/{kind}.txt", {**context, "site": settings.SITE_ADDRESS})
    subject, text = _apart(words)
    letter, _made = Letter.objects.get_or_create(
        key=key[:120],
        defaults={
            "kind": kind,
            "reference": reference,
            "address": to,
            "language": language,
            "subject": subject,
            "text": text,
            "calendar": calendar,
            "unsubscribe": unsubscribe,
            "written_at": clock.now(),
            "not_before": not_before or timezone.now(),
        },
    )
    return letter


def _apart(words: str) -> tuple[str, str]:
    """Subject and text of a letter. What follows the subject must be an empty line, else a name broke it."""
    subject, _line, rest = words.lstrip("\n ").partition("\n")
    if "\r" in subject or not (rest.startswith("\n") or not rest.strip()):
        raise BadData(_("A name in the subject of a letter holds a line break: correct it, then try again."))
    return re.sub(r"[ \t\r\n]+", " ", subject).strip()[:MAX_SUBJECT], rest.strip() + "\n"


def send_waiting(limit: int = 50, *, at: datetime | None = None) -> int:
    """Send what waits, oldest first but those tried in vain after the others; how many left.

    One that fails waits longer each time, then is parked. While the mail server cannot be reached nothing is tried,
    counted or given up: all wait, in order, and the office is told (`down_since`). One that falls silent with a letter in
    its hands may have taken it: that letter waits to be sent again under the same Message-ID, and no other is risked
    meanwhile but one a look, further and further apart. `at`: by real time, which mail servers keep.
    """
    begun, at = time.monotonic(), at or timezone.now()
    due = Letter.objects.filter(state=LetterState.WAITING, not_before__lte=at).order_by("tries", "pk")
    keys = list(due.values_list("pk", flat=True)[:limit])
    if not keys or _rests(at):
        return 0
    sent, server = 0, None
    for pk in keys:
        spent = timedelta(seconds=time.monotonic() - begun)
        if spent > LONG_ENOUGH:
            break
        server = server or _reached(at + spent)
        if server is None:
            return sent
        fate = _send(pk, server, at + spent)
        sent += fate is Fate.SENT
        if fate is not Fate.SENT:
            server.close()  # whatever befell this letter, the next has a line of its own
            server = None
        if fate is Fate.SILENT:
            _leave_in_peace(at + spent, growing=True)
            return sent
    if server:
        server.close()
    Stamp.objects.filter(name__in=(DOWN, RESTS)).delete()
    return sent


def down_since() -> datetime | None:
    """Since when the mail server cannot be reached; None while it can."""
    since = Stamp.objects.filter(name=DOWN).values_list("value", flat=True).first()
    return datetime.fromtimestamp(since, UTC) if since else None


def _rests(at: datetime) -> bool:
    """Whether the server was just tried in vain. A clock put back does not make its rest longer than the longest."""
    moment = int(at.timestamp())
    latest = moment + int(LONGEST_REST.total_seconds())
    return Stamp.objects.filter(name=RESTS, value__gt=moment, value__lte=latest).exists()


def _reached(at: datetime) -> Any:
    """A line to the mail server; None when it does not answer, and then it is left in peace for a while."""
    server = get_connection()
    try:
        server.open()
    except Exception as error:  # refused, silent, unknown, or it does not let us in
        log.warning("mail server not reached: %s", type(error).__name__)
        _leave_in_peace(at)
        return None
    return server


def _leave_in_peace(at: datetime, *, growing: bool = False) -> None:
    """No letter for a minute; `growing`: for as long as the trouble has lasted, an hour at most."""
    moment = int(at.timestamp())
    down, _new = Stamp.objects.get_or_create(name=DOWN, defaults={"value": moment})
    lasted = timedelta(seconds=moment - down.value)
    rest = min(max(lasted, RETRY), LONGEST_REST) if growing else RETRY
    Stamp.objects.update_or_create(name=RESTS, defaults={"value": moment + int(rest.total_seconds())})


def _send(pk: int, server: Any, at: datetime) -> Fate:
    with transaction.atomic():
        # The try is counted first, in its own transaction: a letter that kills its sender is parked too.
        taken = Letter.objects.filter(pk=pk, state=LetterState.WAITING, not_before__lte=at).update(
            tries=F("tries") + 1, not_before=at + HELD
        )
    if not taken:
        return Fate.KEPT
    letter = Letter.objects.get(pk=pk)
    if letter.tries > MAX_TRIES:
        _settle(letter, LetterState.PARKED, "its sender died at each try", at)
        return Fate.KEPT
    if letter.kind in _rights and not _rights[letter.kind](letter.reference, letter.address):
        _settle(letter, LetterState.PARKED, "no longer allowed to read this", at)
        return Fate.KEPT
    try:
        mail = _message(letter)
        mail.connection = server
        mail.send()
    except Exception as error:  # any fault of the mail server: the letter waits
        log.warning("letter=%s not sent: %s", letter.pk, type(error).__name__)
        _fail(letter, error, at)
        return Fate.SILENT if _is_silence(error) else Fate.KEPT
    _settle(letter, LetterState.SENT, "", at)
    return Fate.SENT


def _is_silence(error: Exception) -> bool:
    """Whether the line was cut, or nothing came: what a server answers, even a refusal, is no silence."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, (ConnectionError, TimeoutError))


def _message(letter: Letter) -> EmailMessage:
    """The mail; its Message-ID never changes, so that a second sending of one letter can be told as such."""
    host = urlsplit(settings.SITE_ADDRESS).hostname or "marelle"
    name = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
    headers = {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}
    if letter.unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    mail = EmailMessage(
        letter.subject,
        letter.text,
        settings.DEFAULT_FROM_EMAIL,
        [letter.address],
        headers=headers,
        reply_to=[settings.REPLY_TO],
    )
    if letter.calendar:
        method = re.search(r"^METHOD:(\w+)", letter.calendar, re.MULTILINE)  # RFC 6047: said twice, inside and outside
        kind = f"text/calendar; method={method[1]}" if method else "text/calendar"
        mail.attach("rendez-vous.ics", letter.calendar, kind)
    return mail


def _fail(letter: Letter, error: Exception, at: datetime) -> None:
    parked = letter.tries >= MAX_TRIES
    letter.state = LetterState.PARKED if parked else LetterState.WAITING
    letter.not_before = at + timedelta(minutes=2**letter.tries)
    letter.last_error = f"{type(error).__name__}: {error}"[:300]
    letter.save(update_fields=["state", "not_before", "last_error"])


def _settle(letter: Letter, state: LetterState, why: str, at: datetime) -> None:
    letter.state, letter.last_error = state, why
    letter.sent_at = at if state == LetterState.SENT else None
    letter.save(update_fields=["state", "last_error", "sent_at"])
