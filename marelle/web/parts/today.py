"""« Aujourd'hui »: the next date, at most three acts, what changed. The same three places for every role."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from marelle.accounts.models import Notification, Organisation, Person
from marelle.base import clock, dues
from marelle.base.dues import MOST_CHANGES
from marelle.base.registers import Act, Holding, Moment
from marelle.web.templatetags.marelle import here, in_zone, moment, zone_words


def show(person: Person, *organisations: Organisation) -> dict[str, Any]:
    """What `parts/today.html` needs, for one reader in one organisation, or in the committees they work for."""
    today = dues.today(person, *organisations)
    told = lines(notices(person, *organisations)[:MOST_CHANGES])
    known = [
        {"sentence": c.sentence, "address": here(c.address), "at": c.at, "is_read": True, "code": ""}
        for c in today.changes
    ]
    changes = told + [c for c in known if c["sentence"] not in {t["sentence"] for t in told}]
    return {
        "organisation": organisations[0],
        "next_date": _next_date(today.moments),
        "acts": [_act(act, today.held) for act in today.acts],
        "held": today.held,
        "changes": sorted(changes, key=lambda c: c["at"], reverse=True)[:MOST_CHANGES],
        "unread": sum(not c["is_read"] for c in told),
    }


def notices(person: Person, *organisations: Organisation) -> QuerySet[Notification]:
    """One's own notifications, unread first, latest first; of these organisations' addresses when some are given."""
    here = Q() if not organisations else Q(pk__in=[])
    for organisation in organisations:
        if organisation.kind == "committee":
            here |= Q(address__startswith="/bureau") & (Q(organisation=organisation) | Q(organisation=None))
        else:
            here |= Q(address__startswith=f"/espace/{organisation.code}/")
    mine = Notification.objects.filter(here, person=person).select_related("organisation")
    return mine.order_by(F("read_at").desc(nulls_first=True), "-made_at", "pk")


def lines(found: Iterable[Notification]) -> list[dict[str, Any]]:
    """Notifications as `parts/notifications.html` shows them; of several committees, each says which."""
    told = list(found)
    several = len({n.organisation_id for n in told if n.organisation_id}) > 1
    return [_line(notification, several=several) for notification in told]


def _line(n: Notification, *, several: bool) -> dict[str, Any]:
    is_read = n.read_at is not None
    sentence = f"{n.organisation} · {n.sentence}" if several and n.organisation else n.sentence
    return {"sentence": sentence, "address": here(n.address), "at": n.made_at, "is_read": is_read, "code": n.code}


def _next_date(moments: list[Moment]) -> dict[str, Any] | None:
    now = clock.now()
    coming = next((m for m in moments if m.starts_at >= now), None)
    if coming is None:
        return None
    return {"at": coming.starts_at, "title": coming.title, "url": here(coming.address), "zone": coming.zone}


def _act(act: Act, held: list[Holding]) -> dict[str, str]:
    """Its address, until when, and who in the town holds what it is about."""
    who = next((h.holder for h in held if h.holder and h.address == act.address.partition("#")[0]), "")
    return {
        "title": act.sentence,
        "url": here(act.address),
        "help": _until(act.due_at, act.zone) if act.due_at else "",
        "who": _("Held by %(who)s") % {"who": who} if who else "",
    }


def _until(due_at: datetime, zone: str) -> str:
    """Its hour is told in Paris, or with the place that keeps it; what is late says so."""
    when = moment(in_zone(due_at, zone))
    words = _("Late since %(moment)s") if due_at < clock.now() else _("Until %(moment)s")
    return words % {"moment": when if zone == "Europe/Paris" else f"{when} ({zone_words(zone)})"}
