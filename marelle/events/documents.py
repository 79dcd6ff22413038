"""Papers of meetings: the certificate of who was there, the badges of a gathering."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.base import clock, pdf, qr_codes
from marelle.base.text import hour_in_words
from marelle.events.models import Event, Registration


def certificate(registration: Registration) -> bytes:
    """That a participant was there, in their language. The same registration gives the same bytes."""
    participant, occurrence = registration.participant, registration.occurrence
    event = occurrence.event
    with translation.override(participant.language):
        starts, ends = (
            at.astimezone(ZoneInfo(occurrence.local_zone)) for at in (occurrence.starts_at, occurrence.ends_at)
        )
        facts = [
            {"name": _("Participant"), "value": participant.name},
            {"name": _("Meeting"), "value": str(event)},
            {"name": _("Date"), "value": date_format(starts, "j F Y", use_l10n=False)},
            {"name": _("Hours"), "value": _hours(starts, ends, occurrence.local_zone)},
        ]
        body = str(participant.organisation or participant.organisation_name)
        if body:
            facts.insert(1, {"name": _("Organisation"), "value": body})
        hosts = ", ".join(host.organisation.name for host in event.hosts.select_related("organisation").order_by("pk"))
        content = {
            "kind": _("Certificate of attendance"),
            "facts": facts,
            "paragraphs": [_("Organised by: %(hosts)s.") % {"hosts": hosts or event.committee.name}],
            "words": {"nothing_written": ""},
        }
        title = _("Certificate of attendance")
        return pdf.render(
            "certificate", content, language=participant.language, title=title, at=registration.present_at or starts
        )


def badges(event: Event, people: Iterable[Registration]) -> bytes:
    """The badges of a gathering, in the order given, each with a square that opens its person at the door."""
    door = f"{settings.SITE_ADDRESS}/bureau/rencontres/nationales/{event.code}/accueil?code="
    content = {
        "badges": [
            {
                "name": found.participant.name,
                "function": found.participant.function,
                "organisation": str(found.participant.organisation or found.participant.organisation_name),
                "code": found.code,
                "qr_code": qr_codes.printed(door + found.code),
            }
            for found in people
        ],
        "event": str(event),
        "words": {"qr_code": _("QR code of the badge")},
    }
    title = _("Badges, %(event)s") % {"event": event}
    return pdf.render("badges", content, language=(get_language() or "fr")[:2], title=title, at=event.created_at)


def _hours(starts: datetime, ends: datetime, zone: str) -> str:
    return _("from %(start)s to %(end)s (%(place)s time)") % {
        "start": hour_in_words(starts),
        "end": hour_in_words(ends),
        "place": clock.place_of(zone),
    }
