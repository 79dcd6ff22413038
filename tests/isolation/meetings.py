"""A webinar for each town: its committee prepares it, its editor moderates it, somebody without an account comes."""

from datetime import timedelta

from marelle.accounts import files
from marelle.events.models import Event, EventPerson, Occurrence, Registration
from marelle.events.operations import lessons, meetings, registrations, series
from marelle.events.operations.meetings import Held
from marelle.events.operations.registrations import Coming
from tests.journeys.road import VOTE


def make_webinar(world, key, editor, at) -> tuple[Event, Registration]:
    """Announced, open for an hour and a half from `at`; one registration in it, one document."""
    officer = world.people["PO"]
    event = meetings.draft_webinar(by=officer, committee=world.house, name={"fr": "Webinaire", "en": "Webinar"}, at=at)
    begins = at + timedelta(days=1)
    held = Held("fr", begins, begins + timedelta(minutes=90), "https://salle.example/1")
    occurrence = meetings.hold_in(event.pk, held, by=officer, at=at)
    Occurrence.rows.filter(pk=occurrence.pk).update(transcript="Bonjour.")
    EventPerson.objects.create(event=event, role="moderator", person=editor, name="Animation")
    paper = files.keep(VOTE, label="supports.pdf", kind="pdf", organisation=world.house, by=officer)
    lessons.join_document(event.pk, paper, by=officer)
    together = series.make_series(world.house, by=officer, name={"fr": "Une série"})
    note = {"suggestions_until": begins, "series": together}
    event = meetings.write_note(event.pk, by=officer, version=event.version, **note)
    event = meetings.publish(event.pk, by=officer, at=at)
    coming = Coming(email=f"quelqu.un@{key.replace(' ', '')}.example", name="Quelqu’un")
    return event, registrations.register(occurrence.pk, coming, at=at)
