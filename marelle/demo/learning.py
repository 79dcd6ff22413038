"""What the demonstration's cities learn from one another: needs, a ranking, exchanges, working groups, cities abroad."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from marelle.accounts import operations as accounts
from marelle.accounts import threads
from marelle.accounts.models import Membership, Organisation, Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock
from marelle.demo import network
from marelle.demo.people import CHARACTERS, DOMAIN
from marelle.events.models import Need, Ranking
from marelle.events.operations import exchanges, groups, needs
from marelle.events.operations.meetings import add_organisation_abroad
from marelle.events.queries.needs import help_for
from marelle.framework.models import Domain
from marelle.library.models import Service
from marelle.library.operations import practices

FILE = Path(__file__).with_name("learning.yaml")
STATED = datetime(2026, 4, 20, 10, tzinfo=clock.PARIS)
WHERE = {"abroad": "Palerme", "partner": "Réseau partenaire de démonstration"}  # of the characters who work there


@cache
def content() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def tell(until: datetime, team: dict[str, Person], told: Collection[str]) -> None:
    """All of it, among the places of `told`. Its acts stand before `until`, whatever the stage."""
    officer = team["committee-officer"]
    with clock.at(STATED):
        people = {**_abroad(officer), **_at_home(told)}
        stated = _needs(told, people)
        _practices(officer, team["committee-admin"])
    _ranking(team["committee-admin"], stated, people, until)
    with clock.at(STATED + timedelta(days=3)):
        for number, plan in enumerate(content()["groups"]):
            _group(plan, number, officer, people, until)
    with clock.at(until - timedelta(days=5)):
        _exchanges(stated, people)


def _abroad(officer: Person) -> dict[str, Person]:
    """Six cities of other countries and a partner, each with somebody who writes for it; two are characters."""
    house = officer.committees_as()[0]
    people = {}
    kinds = [(row, OrganisationKind.COMMUNE) for row in content()["abroad"]]
    for number, (row, kind) in enumerate([*kinds, (content()["partner"], OrganisationKind.PARTNER)]):
        organisation = add_organisation_abroad(by=officer, committee=house, kind=kind, **row)
        character = next((c for c in CHARACTERS if WHERE.get(c.place) == row["name"]), None)
        person = accounts.make_person(
            email=character.email if character else f"abroad-{number}@{DOMAIN}",
            name=character.name if character else network.someone(number + 200),
            language="en" if kind == OrganisationKind.COMMUNE else "fr",
        )
        role = character.role if character else Role.CITY_EDITOR
        Membership.objects.get_or_create(
            person=person, organisation=organisation, role=role, ended_at=None, defaults={"started_at": clock.now()}
        )
        person.forget_memberships()
        people[row["name"]] = person
    return people


def _at_home(told: Collection[str]) -> dict[str, Person]:
    """The administrator of each place of the network that is there."""
    people = {}
    for organisation in Organisation.objects.filter(code__in=list(told)):
        found = people_of([organisation], {Role.CITY_ADMINISTRATOR})
        if found:
            people[organisation.code] = found[0]
    return people


def _needs(told: Collection[str], people: dict[str, Person]) -> list[Need | None]:
    """In the order of the file; None where the city is not there."""
    services = {service.code: service for service in Service.objects.all()}
    stated: list[Need | None] = []
    for row in content()["needs"]:
        if row["code"] not in told or row["service"] not in services:
            stated.append(None)
            continue
        stated.append(
            needs.state_need(
                Organisation.objects.get(code=row["code"]).pk,
                by=people[row["code"]],
                name=row["name"],
                service=services[row["service"]],
                urgency=row["urgency"],
                what_was_tried=row["tried"],
                childrens_words=row["children"],
            )
        )
    return stated


def _practices(officer: Person, chief: Person) -> None:
    """What cities abroad do, told in their name by one of the committee, read and published by another."""
    house = officer.committees_as()[0]
    for row in content()["practices"]:
        town = Organisation.objects.get(name=row["city"], code__startswith="o-")
        practice = practices.draft(town, by=officer, committee=house, name=row["fr"]["name"])
        for language in [code for code in ("fr", "en") if code in row]:
            practices.add_language(practice.pk, language, by=officer)
            for field, words in row[language].items():
                was = words if (language, field) == ("fr", "name") else ""
                practices.save_field(practice.pk, f"{language}.{field}", words, was=was, version=0, by=officer)
        practices.save_field(practice.pk, "about.evidence_level", row["evidence"], was="told", version=0, by=officer)
        newest = Domain.objects.filter(code__in=row["domains"]).order_by("-framework__valid_from", "-framework").first()
        domains = Domain.objects.filter(framework=newest.framework_id, code__in=row["domains"]) if newest else []
        services = list(Service.objects.filter(code__in=row["services"]).values_list("code", flat=True))
        practices.describe(
            practice.pk,
            domains=[str(domain.pk) for domain in domains],
            services=services,
            languages=row["languages"],
            by=officer,
        )
        practices.submit(practice.pk, by=officer)
        practices.publish(practice.pk, by=chief)


def _ranking(chief: Person, stated: list[Need | None], people: dict[str, Person], until: datetime) -> None:
    """One the cities answered, and one that waits for their points."""
    ranking = _opened(content()["ranking"], chief)
    if _day(content()["open_ranking"]["opens"]) <= until:
        _opened(content()["open_ranking"], chief)
    with clock.at(min(until, ranking.opens_at + timedelta(days=4))):
        for row in content()["points"]:
            given = {need.code: count for need, count in zip(stated, row["gives"], strict=True) if need and count}
            if row["code"] in people and given:
                city = Organisation.objects.get(code=row["code"])
                needs.rank(ranking.pk, city, given, by=people[row["code"]])


def _opened(plan: dict[str, Any], chief: Person) -> Ranking:
    opens_at = _day(plan["opens"])
    with clock.at(opens_at):
        return needs.open_ranking(
            chief.committees_as()[0],
            by=chief,
            name=plan["name"],
            points=plan["points"],
            opens_at=opens_at,
            closes_at=_day(plan["closes"], "18:00"),
        )


def _day(day: str, hour: str = "00:00") -> datetime:
    """An hour of a day, in Paris."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=clock.PARIS)


def _group(plan: dict[str, Any], number: int, officer: Person, people: dict[str, Person], until: datetime) -> None:
    group = groups.make_group(officer.committees_as()[0], by=officer, name=plan["name"], charter=plan["charter"])
    members = [people[name] for name in plan["members"] if name in people]
    for person in members:
        groups.invite_member(group.pk, person.email, by=officer)
        groups.answer_invitation(group.pk, accepts=True, by=person)
    groups.write_group(group.pk, "agenda", plan["agenda"], version=1, by=officer)
    for language, text in plan["minutes"].items():
        groups.write_minutes(group.pk, held_on=clock.today(), language=language, text=text, by=officer)
    for message in plan["messages"]:
        if message["by"] in people:
            threads.say(
                groups.reference_of(group), message["text"], by=people[message["by"]], language=message["language"]
            )
    starts_at = (until + timedelta(days=10 + number)).replace(hour=14, minute=0)
    groups.plan_meeting(
        group.pk,
        name=plan["meeting"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        language="fr",
        by=officer,
    )


def _exchanges(stated: list[Need | None], people: dict[str, Person]) -> None:
    """Each of the first needs that finds help asks the likeliest city; every second one is accepted already."""
    asked = 0
    for need in stated[:4]:
        helpful = help_for(need).cities if need else []
        city = next((found.organisation for found in helpful if found.organisation.code in people), None)
        if need is None or city is None:
            continue
        exchange = exchanges.ask(need.pk, city, by=people[need.organisation.code], message="Une heure en visio ?")
        if asked % 2 == 0:
            exchanges.answer(exchange.pk, accept=True, by=people[city.code])
        asked += 1
