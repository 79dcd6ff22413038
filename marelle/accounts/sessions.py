"""Where a person is signed in, and how long it lasts (trust A8). Everything here is the host's own time."""

import re
from datetime import datetime, timedelta
from typing import cast

from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from marelle.accounts.models import Person, SignIn

IDLE = timedelta(hours=2)  # trust A8
LONGEST = timedelta(hours=12)  # trust A8
SEEN_EVERY = timedelta(minutes=1)  # a page more often than that is not written down

BROWSERS = (("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def notice(request: HttpRequest) -> bool:
    """Note that a signed-in person asked for a page; False when this session has lasted too long, or was ended."""
    now, person = timezone.now(), cast(Person, request.user)
    key = request.session.session_key or ""
    known = SignIn.objects.filter(session_key=key, person=person).first()
    if known is None:
        if request.session.get("noticed"):
            return False
        _begin(request, key, now)
        return True
    if is_over(known, now):
        known.delete()
        return False
    if now - known.seen_at > SEEN_EVERY:
        SignIn.objects.filter(pk=known.pk).update(seen_at=now)
    return True


def is_over(sign_in: SignIn, now: datetime) -> bool:
    """Two hours without a page, or twelve hours in all."""
    return now - sign_in.seen_at >= IDLE or now - sign_in.started_at >= LONGEST


def living(person: Person) -> list[SignIn]:
    """Where this person is signed in now, last seen first."""
    now = timezone.now()
    rows = SignIn.objects.filter(person=person, seen_at__gt=now - IDLE, started_at__gt=now - LONGEST)
    return list(rows.order_by("-seen_at", "pk"))


def end(sign_in: SignIn) -> None:
    """Sign one browser out, from afar."""
    Session.objects.filter(session_key=sign_in.session_key).delete()
    sign_in.delete()


def end_all(person: Person, *, but: str | None = "") -> int:
    """Sign a person out everywhere, save the session `but`; how many."""
    ended = SignIn.objects.filter(person=person).exclude(session_key=but or "")
    keys = list(ended.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    ended.delete()
    return len(keys)


def forget_old(now: datetime) -> None:
    """Drop what has ended by itself, here and among Django's sessions."""
    SignIn.objects.filter(seen_at__lt=now - IDLE).delete()
    SignIn.objects.filter(started_at__lt=now - LONGEST).delete()
    Session.objects.filter(expire_date__lt=now).delete()


def browser_of(agent: str) -> str:
    """Firefox, Linux: enough to recognise one's own, no more."""
    browser = next((name for sign, name in BROWSERS if re.search(rf"\b{sign}\w*/", agent)), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return ", ".join(filter(None, [browser, system]))


def _begin(request: HttpRequest, key: str, now: datetime) -> None:
    request.session["noticed"] = True
    SignIn.objects.get_or_create(
        session_key=key,
        defaults={
            "person": cast(Person, request.user),
            "browser": browser_of(request.headers.get("User-Agent", "")),
            "started_at": now,
            "seen_at": now,
        },
    )
