"""A gathering in the world: every town is invited and sends somebody; a text is open for signature, one member has signed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import files
from marelle.base import clock
from marelle.events.models import Declaration, Event, ProgrammeItem, Registration
from marelle.events.operations import declarations, gatherings, invitations
from marelle.events.operations.gatherings import Dates, Part
from marelle.events.operations.registrations import Coming
from tests.journeys.road import VOTE

BEGINS = datetime(2026, 11, 18, 9, tzinfo=clock.PARIS)
OPENS = datetime(2026, 9, 1, 9, tzinfo=clock.PARIS)
MADE = datetime(2026, 10, 2, 10, tzinfo=clock.PARIS)


@dataclass
class Gathering:
    """What an address may name: `places` by the key of the town that holds them."""

    event: Event
    item: ProgrammeItem
    file: Any
    declaration: Declaration
    places: dict[str, Registration] = field(default_factory=dict)


def make_gathering(world: Any, year: int = 2026) -> Gathering:
    """Prepared, announced, its towns invited, each with a delegate who chose the workshop."""
    by = world.people["PO"]
    with clock.at(MADE):
        dates = Dates(BEGINS, BEGINS + timedelta(days=1), "Europe/Paris", "Strasbourg", OPENS, BEGINS, None)
        name = {"fr": "Rencontre", "en": "Gathering"}
        event = gatherings.draft_gathering(world.house, year=year, name=name, objectives={}, dates=dates, by=by)
        part = Part("workshop", {"fr": "Atelier", "en": "Workshop"}, BEGINS, 60, is_choice=True)
        item = gatherings.save_item(event.pk, part, by=by)
        file = files.take(SimpleUploadedFile("actes.pdf", VOTE), organisation=world.house, by=by)
        item.files.add(file)  # read by nobody before the proceedings are published
        gatherings.publish_gathering(event.pk, by=by)
        text = declarations.write_declaration(event.pk, name=name, text=name, closes_at=None, by=by)
        made = Gathering(event, item, file, declarations.open_declaration(text.pk, by=by))
        for town in world.towns.values():
            made.places[town.key] = send(made, world, town)
        if member := world.towns.get("member"):
            seen = made.declaration.fingerprint
            lead = member.people["EL"]
            declarations.sign_declaration(text.pk, member.organisation, fingerprint_seen=seen, by=lead)
    return made


def send(made: Gathering, world: Any, town: Any) -> Registration:
    """One delegate of a town, whose name, address, meals and needs are nobody else's affair."""
    person = town.people["CA"]
    invitations.invite(made.event, town.organisation, at=MADE)
    words = {what: world.canaries.plant(town.key, "delegate", what) for what in ("name", "email", "dietary", "access")}
    words["email"] += "@ville.example"
    coming = Coming(organisation=town.organisation, **words)
    delegation = gatherings.send_delegation(made.event.pk, town.organisation, [coming], by=person)
    main = delegation.registrations.get(item=None)
    gatherings.choose_for(main.pk, made.item.code, by=person)
    return main
