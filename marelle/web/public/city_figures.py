"""A town's figures: domain by domain as the last night left them, and each indicator with what was read of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from marelle.framework.queries import domains_of
from marelle.mandates.models import Mandate
from marelle.mandates.queries import figures
from marelle.mandates.queries.figures import Story
from marelle.mandates.queries.members import living_mandate
from marelle.plans.attainment import Tally
from marelle.plans.following import Followed, follow
from marelle.plans.queries import outline
from marelle.web.parts import evolutions, whence
from marelle.web.parts.evolutions import Evolution
from marelle.web.parts.whence import Whence
from marelle.web.public.show import public, show


@dataclass(frozen=True)
class Read:
    """An indicator as the public reads it: how far, its readings as a chart, where its figure comes from."""

    followed: Followed
    evolution: Evolution
    whence: Whence


def read(indicators: Iterable[Followed], language: str) -> list[Read]:
    """Each indicator with its chart and its provenance. `language`: of the words of the town."""
    return [Read(one, evolutions.of_readings(one, language), whence.of_indicator(one)) for one in indicators]


def with_figures(rows: list[dict[str, Any]], mandate: Mandate) -> list[dict[str, Any]]:
    """The domains of a town's page, each with its numbers, where they come from, and how they went. One question."""
    story = figures.story(mandate)
    address = reverse("public:city_figures", args=[mandate.organisation.code])
    return [row | _card(row, story, f"{address}#{row['domain'].slug}") for row in rows]


def _card(row: dict[str, Any], story: Story, address: str) -> dict[str, Any]:
    tally = story.now.get(row["domain"].pk, Tally(row["indicators"]))
    points = story.points.get(row["domain"].pk, [])
    return {
        "tally": tally,
        "degrees": whence.degrees_of(tally.degrees_by_proof),
        "whence": whence.of_plan(tally, story.until, address) if tally.asked else None,
        "evolution": evolutions.of_points(points, story.until, str(row["domain"])) if story.until else None,
    }


@public
def city_figures(request: HttpRequest, code: str) -> HttpResponse:
    """Every indicator of a member's plan: its readings as a chart, the table of the same, where its figure comes from."""
    mandate = living_mandate(code)
    if mandate is None:
        raise Http404
    story = figures.story(mandate)
    parts = follow(outline(mandate.plan, covered=False, domains=domains_of(mandate.plan.framework, covered=False)))
    language = mandate.plan.framework.towns_language
    domains = [{"domain": part.outline.domain, "indicators": read(part.indicators, language)} for part in parts]
    context = {
        "organisation": mandate.organisation,
        "mandate": mandate,
        "domains": domains,
        "evolution": evolutions.of_points(figures.whole(story), story.until, "") if story.until else None,
        "whence": whence.of_plan(story.whole, story.until),
    }
    return show(request, "public/city_figures.html", context)
