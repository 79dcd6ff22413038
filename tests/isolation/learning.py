"""Needs and groups in the world: every town states a need and asks for an exchange; one of its people sits in a group."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import threads
from marelle.accounts.models import File
from marelle.base import clock
from marelle.events.models import Exchange, Group, Need, Ranking
from marelle.events.operations import groups, needs
from marelle.library.models import Service
from tests.factories.accounts import OrganisationFactory
from tests.factories.events import ExchangeFactory
from tests.journeys.road import VOTE

MADE = datetime(2026, 10, 2, 10, tzinfo=clock.PARIS)


@dataclass
class Learning:
    """What an address may name, by the key of the town. The ranking has ended: a city reads its own points."""

    ranking: Ranking
    needs: dict[str, Need] = field(default_factory=dict)
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)


def make_learning(world: Any) -> Learning:
    """In each town, `CE` states a need and is the member of a group of its own."""
    officer = world.people["PO"]
    service, _new = Service.objects.get_or_create(code="tutelle", defaults={"name": {"fr": "Tutelle"}})
    with clock.at(MADE):
        dates = {"opens_at": MADE - timedelta(days=2), "closes_at": MADE + timedelta(days=1)}
        ranking = needs.open_ranking(world.house, by=officer, name={"fr": "Automne"}, points=5, **dates)
        made = Learning(ranking)
        for town in world.towns.values():
            _state(made, world, town, service)
            _sit(made, world, town, officer)
    return made


def _state(made: Learning, world: Any, town: Any, service: Service) -> None:
    editor = town.people["CE"]
    need = needs.state_need(
        town.organisation.pk,
        by=editor,
        committee=world.house,
        service=service,
        urgency=2,
        name=world.canaries.plant(town.key, "need"),
        what_was_tried=world.canaries.plant(town.key, "need", "tried"),
        childrens_words=world.canaries.plant(town.key, "need", "children"),
    )
    needs.rank(made.ranking.pk, town.organisation, {need.code: 2}, by=editor)
    other = OrganisationFactory(code=f"o-port-{town.key.replace(' ', '-')}", name="Port")
    message = world.canaries.plant(town.key, "need", "message")
    made.exchanges[town.key] = ExchangeFactory(
        need=need, asked_by=town.organisation, asked_of=other, message=message, asked_at=MADE
    )
    made.needs[town.key] = need


def _sit(made: Learning, world: Any, town: Any, officer: Any) -> None:
    def word(which: str) -> str:
        return world.canaries.plant(town.key, "group", which)

    editor = town.people["CE"]
    group = groups.make_group(world.house, by=officer, name={"fr": word("name")}, charter={"fr": word("charter")})
    groups.invite_member(group.pk, editor.email, by=officer)
    groups.answer_invitation(group.pk, accepts=True, by=editor)
    groups.write_minutes(group.pk, held_on=MADE.date(), language="fr", text=word("minutes"), by=editor)
    upload = SimpleUploadedFile(f"{word('file')}.pdf", VOTE)
    made.files[town.key] = groups.add_file(group.pk, upload, by=editor)
    starts_at = MADE + timedelta(days=30)
    groups.plan_meeting(
        group.pk,
        name={"fr": word("meeting")},
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        language="fr",
        by=editor,
    )
    threads.say(groups.reference_of(group), word("message"), by=editor)
    made.groups[town.key] = group
