"""« Aujourd'hui »: the next date, at most three acts, what changed. The same three places for every role."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.accounts.models import Notification, Organisation, Person
from marelle.base import clock, registers
from marelle.base.registers import Act, Moment
from marelle.web.templatetags.marelle import in_language, in_zone, moment, without_language, zone_words

MOST_CHANGES = 10  # lines of "what changed"


def show(person: Person, organisation: Organisation) -> dict[str, Any]:
    """What `parts/today.html` needs, for one reader in one organisation."""
    today = registers.today(person, organisation)
    told = [_line(n) for n in notices(person, organisation)[:MOST_CHANGES]]
    known = [
        {"sentence": c.sentence, "address": here(c.address), "at": c.at, "is_read": True, "code": ""}
        for c in today.changes
    ]
    changes = told + [c for c in known if c["sentence"] not in {t["sentence"] for t in told}]
    return {
        "organisation": organisation,
        "next_date": _next_date(today.moments),
        "acts": [_act(act) for act in today.acts],
        "changes": sorted(changes, key=lambda c: c["at"], reverse=True)[:MOST_CHANGES],
        "unread": sum(not c["is_read"] for c in told),
    }


def notices(person: Person, organisation: Organisation | None = None) -> QuerySet[Notification]:
    """One's own notifications, unread first, latest first; of one organisation's addresses when it is given."""
    mine = Notification.objects.filter(person=person)
    if organisation is not None:
        place = "/bureau" if organisation.kind == "committee" else f"/espace/{organisation.code}/"
        mine = mine.filter(address__startswith=place)
    return mine.order_by(F("read_at").desc(nulls_first=True), "-made_at", "pk")


def lines(found: Iterable[Notification]) -> list[dict[str, Any]]:
    """Notifications as `parts/notifications.html` shows them."""
    return [_line(notification) for notification in found]


def here(address: str) -> str:
    """An address of the house in the reader's language."""
    return in_language(without_language(address), get_language()) if address.startswith("/") else address


def _line(n: Notification) -> dict[str, Any]:
    is_read = n.read_at is not None
    return {"sentence": n.sentence, "address": here(n.address), "at": n.made_at, "is_read": is_read, "code": n.code}


def _next_date(moments: list[Moment]) -> dict[str, Any] | None:
    now = clock.now()
    coming = next((m for m in moments if m.starts_at >= now), None)
    if coming is None:
        return None
    return {"at": coming.starts_at, "title": coming.title, "url": here(coming.address), "zone": coming.zone}


def _act(act: Act) -> dict[str, str]:
    return {"title": act.sentence, "url": here(act.address), "help": _until(act.due_at, act.zone) if act.due_at else ""}


def _until(due_at: datetime, zone: str) -> str:
    """Its hour is told in Paris, or with the place that keeps it."""
    when = moment(in_zone(due_at, zone))
    return _("Until %(moment)s") % {"moment": when if zone == "Europe/Paris" else f"{when} ({zone_words(zone)})"}
