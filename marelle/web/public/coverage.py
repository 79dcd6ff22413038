"""Which rights and recommendations the network works on, and which nobody does."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from marelle.base import clock
from marelle.mandates.queries.coverage import Coverage, Covered, coverage
from marelle.mandates.queries.network import framework_in_force
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind
from marelle.web.parts.charts import ACROSS, ROW, tiles
from marelle.web.parts.tables import Column, Table
from marelle.web.public.show import public, show

LONGEST = 20  # characters read of a région's code: trust W9
WORDS = {
    "somebody": pgettext_lazy("coverage", "at least one town works on it"),
    "perhaps": pgettext_lazy("coverage", "perhaps: only its domain is known"),
    "nobody": pgettext_lazy("coverage", "no known town works on it"),
    "unnamed": pgettext_lazy("coverage", "the framework does not name it"),
}


@public
def rights(request: HttpRequest) -> HttpResponse:
    """Every article and recommendation with the towns that work on it, those of nobody first; in one région if asked."""
    framework = framework_in_force()
    if framework is None:
        raise Http404
    areas = Territory.objects.current().filter(kind=TerritoryKind.REGION).order_by("name", "code")
    regions = list(areas.values_list("code", "name"))
    asked = request.GET.get("region", "")[:LONGEST]
    region = asked if asked in dict(regions) else ""
    found = coverage(framework, region)
    table = table_of(request, found)
    if table.wanted:
        return table.download()
    wall = tiles([(c.code, found.step(c), summary(c)) for c in found.rights])
    context = {
        "coverage": found,
        "table": table,
        "regions": regions,
        "region": region,
        "region_name": dict(regions).get(region, ""),
        "tiles": wall,
        "height": ROW * -(-len(wall) // ACROSS),
        "forgotten": [c for c in found.lines if c.state == "nobody"],
        "unnamed": [c for c in found.lines if c.state == "unnamed"],
        "today": clock.today(),
        "noindex": bool(request.GET),
    }
    return show(request, "public/coverage.html", context)


def summary(covered: Covered) -> str:
    """What one hears of an article, or reads when pointing at it."""
    words = ngettext(
        "Article %(code)s, %(name)s: %(towns)s town", "Article %(code)s, %(name)s: %(towns)s towns", covered.towns
    )
    return words % {"code": covered.code, "name": covered.name, "towns": covered.towns}


def kind_word(covered: Covered) -> str:
    """What a line is about."""
    return _("article") if covered.kind == "article" else _("recommendation")


def table_of(request: HttpRequest, found: Coverage) -> Table:
    """The same as lines, to sort and to take away."""

    def count(name: str) -> Any:
        return lambda covered: getattr(covered, name)

    columns = [
        Column("name", _("What"), lambda c: c.name, order="name"),
        Column("kind", _("Kind"), lambda c: c.kind, order="kind", shown=kind_word),
        Column("code", _("Number"), lambda c: c.code),
        Column("towns", _("Towns"), count("towns"), "number", order="towns"),
        Column("direct", capfirst(pgettext("coverage", "said so")), count("direct"), "number", order="direct"),
        Column(
            "through",
            capfirst(pgettext("coverage", "by a recommendation")),
            count("through"),
            "number",
            order="through",
        ),
        Column("perhaps", capfirst(pgettext("coverage", "perhaps")), count("perhaps"), "number", order="perhaps"),
        Column("state", _("Known"), lambda c: c.state, shown=lambda c: WORDS[c.state]),
    ]
    return Table(
        request,
        name=_("rights-covered"),
        caption=_("Articles and recommendations, those nobody works on first"),
        columns=columns,
        rows=found.lines,
        per_page=20,
        empty=_("This framework names no article and no recommendation."),
    )
