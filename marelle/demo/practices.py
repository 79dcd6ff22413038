"""The demonstration's practices and resources: told, read, published and taken over by the operations people use."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from marelle.accounts import files
from marelle.accounts.models import Membership, Organisation, Person
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.demo import network, papers
from marelle.framework.models import Domain
from marelle.library.models import Practice, Service
from marelle.library.operations import adoptions, resources
from marelle.library.operations import practices as operations
from marelle.library.operations.practices import TEXTS, CameFrom
from marelle.library.operations.services import load_services, read_services
from marelle.library.queries.practices import plan_for
from marelle.plans.models import Action

FILE = Path(__file__).with_name("practices.yaml")
SHARED = Path(__file__).with_name("resources.yaml")
SERVICES = Path(settings.BASE) / "data" / "library" / "services.yaml"


@cache
def content() -> list[dict[str, Any]]:
    """Every practice of the file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@cache
def shared() -> list[dict[str, Any]]:
    """Every resource of the file."""
    return yaml.safe_load(SHARED.read_text(encoding="utf-8"))


def tell(until: datetime, team: dict[str, Person], codes: Collection[str]) -> None:
    """Whatever was done by then in the places of these codes, day after day."""
    load_services(read_services(SERVICES))
    made: dict[str, Practice] = {}
    acts = [act for row in content() if row["city"] in codes for act in told(row, team, codes, made)]
    acts += [act for row in shared() for act in kept(row, team)]
    for at, _order, act in sorted(acts, key=lambda act: act[:2]):
        if at <= until:
            with clock.at(at):
                act()


def told(
    row: dict[str, Any], team: dict[str, Person], codes: Collection[str], made: dict[str, Practice]
) -> Iterator[Any]:
    """What happens to one practice: when, in which order among the same day's, and the act."""
    place, key, order = Organisation.objects.get(code=row["city"]), row["key"], content().index(row)
    author, officer = administrator(place), team["committee-officer"]

    def write() -> None:
        made[key] = written(row, place, author)

    yield at(row["proposed"], days=-4), order, write
    yield at(row["proposed"]), order, lambda: operations.submit(made[key].pk, by=author)
    state = row.get("state", "published")
    if state == "returned":
        yield at(row["proposed"], days=6), order, lambda: operations.send_back(made[key].pk, row["note"], by=officer)
    if "published" in row:
        yield at(row["published"]), order, lambda: operations.publish(made[key].pk, by=officer)
    if state == "retained":
        chief = team["committee-admin"]
        yield at(row["published"], days=9), order, lambda: operations.retain(made[key].pk, by=chief)
    for reuse in row.get("adopted", []):
        if reuse["city"] in codes:
            yield from taken_over(row, reuse, order, made)


def written(row: dict[str, Any], place: Organisation, author: Person) -> Practice:
    """Every field as somebody would type it."""
    languages = [language for language in operations.LANGUAGES if language in row]
    words = {language: row[language] for language in languages}
    if row.get("story"):
        practice = operations.draft_from(of_the_story(), organisation=place, words=words, by=author)
    else:
        practice = operations.draft(place, by=author, language=languages[0], name=row["fr"]["name"])
        for language in languages:
            operations.add_language(practice.pk, language, by=author)
            for field in TEXTS:
                known = row[language]["name"] if (language, field) == (languages[0], "name") else ""
                put(practice, f"{language}.{field}", row[language][field], author, was=known)
    put(practice, "about.evidence_level", row["evidence"], author, was="told")
    put(practice, "about.cost_eur", str(row.get("cost_eur", "")), author)
    framework = Domain.objects.filter(code__in=row["domains"]).order_by("-framework__valid_from", "-framework").first()
    domains = Domain.objects.filter(framework=framework.framework_id, code__in=row["domains"]) if framework else []
    services = Service.objects.filter(code__in=row["services"])
    operations.describe(
        practice.pk,
        domains=[str(domain.pk) for domain in domains],
        services=[service.code for service in services],
        languages=row["languages"],
        by=author,
    )
    if row.get("contact"):
        operations.agree_to_be_asked(practice.pk, by=author)
    return practice


def put(practice: Practice, name: str, value: str, by: Person, *, was: str = "") -> None:
    operations.save_field(practice.pk, name, value, was=was, version=0, by=by)


def of_the_story() -> CameFrom:
    """The action of the demonstration's one story, in its commune's plan."""
    words = network.content()
    action = Action.objects.get(
        name=words["story"]["action"], objective__plan__organisation__code=words["where"]["story"]
    )
    return CameFrom("action", f"plans.action:{action.code}", action.name, action.lead_service)


def taken_over(row: dict[str, Any], reuse: dict[str, Any], order: int, made: dict[str, Practice]) -> Iterator[Any]:
    """A practice in another town's plan, what was changed there, what it gave, why it was given up."""
    place = Organisation.objects.get(code=reuse["city"])
    author, held = administrator(place), {}

    def take() -> None:
        plan = plan_for(place, author)
        practice = made[row["key"]]
        objective = (
            plan.objectives.filter(domain__code__in=row["domains"]).order_by("domain__position", "-position").first()
        )  # type: ignore[union-attr]
        held["pk"] = adoptions.take_over(practice.pk, place, plan.pk, objective.code, by=author).pk  # type: ignore[union-attr]

    yield at(reuse["day"]), order, take
    if "changed" in reuse:
        yield at(reuse["day"], days=20), order, lambda: adoptions.adapt(held["pk"], reuse["changed"], by=author)
    if "dropped" in reuse:
        yield at(reuse["dropped"]), order, lambda: adoptions.drop(held["pk"], reuse["because"], by=author)
    for result in reuse.get("results", []):
        yield (
            at(reuse["day"], days=31 * result["months"]),
            order,
            lambda said=result: adoptions.give_result(
                held["pk"], said["months"], said["outcome"], said["words"], by=author
            ),
        )


def kept(row: dict[str, Any], team: dict[str, Person]) -> Iterator[Any]:
    """A resource of the committee: drawn, joined in its languages, published."""
    by = team["committee-officer"]

    def share() -> None:
        committee = by.committees_as()[0]
        said = {field: row[field] for field in ("name", "summary", "kind", "audience")}
        services = list(Service.objects.filter(code__in=row["services"]))
        resource = resources.draft_resource(committee, by=by, services=services, **said)
        for language, paragraphs in row["text"].items():
            title = row["name"][language]
            document = papers.paper(title, at=clock.now(), paragraphs=paragraphs, language=language)
            name = f"{row['file']}-{language}.pdf"
            file = files.keep(document, label=name, kind="pdf", organisation=committee, by=by)
            resources.keep_file(resource, file, language, by=by)
        resources.submit_resource(resource.pk, by=by)
        resources.publish_resource(resource.pk, by=team["committee-admin"])

    yield at(row["published"]), len(content()) + shared().index(row), share


def administrator(place: Organisation) -> Person:
    """Who runs this place's space."""
    held = Membership.objects.living().filter(organisation=place, role=Role.CITY_ADMINISTRATOR)
    return held.select_related("person").order_by("pk")[0].person


def at(day: date, *, days: int = 0) -> datetime:
    """Ten o'clock in Paris, some days later."""
    return datetime.combine(day + timedelta(days=days), time(10), tzinfo=clock.PARIS)
