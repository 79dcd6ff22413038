"""The network: how far it is, domain by domain; one indicator on the map; every number with where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from marelle.framework.models import Domain, Framework, IndicatorDefinition
from marelle.mandates.models import AreaStanding, Level, Night, Standing
from marelle.mandates.queries import figures, testimonies
from marelle.mandates.queries.members import CITY_KINDS
from marelle.mandates.states import MEMBER_STATES
from marelle.plans.states import ProofLevel
from marelle.territories.models import Territory
from marelle.territories.queries import attribution
from marelle.web.parts import evolutions, value_maps, whence
from marelle.web.parts.tables import Column, Table
from marelle.web.public.show import public, show
from marelle.web.templatetags.marelle import day, number

LONGEST = 40  # characters read of any choice: trust W9
MEANING = {  # the dictionary of the columns of the files
    "day": gettext_lazy("The day whose end the figures are of."),
    "domain": gettext_lazy("Code of the domain, in its framework."),
    "title": gettext_lazy("Its name."),
    "region": gettext_lazy("INSEE code of the région; empty for the whole network."),
    "mandates": gettext_lazy("Mandates that run, suspended ones included."),
    "indicators": gettext_lazy("Indicators of their plans in that domain."),
    "unknown": gettext_lazy("Those whose way is not known: no reading, no baseline or no target."),
    "actions": gettext_lazy("Actions of their plans in that domain."),
    "done": gettext_lazy("Those that are finished."),
}
OF_DEGREE = {
    "percent": gettext_lazy("Mean way of the mandates, in whole per cent rounded down; empty when nothing is known."),
    "mandates": gettext_lazy("Mandates that mean is made of."),
    "indicators": gettext_lazy("Indicators known at that level of proof."),
}


@public
def network(request: HttpRequest) -> HttpResponse:
    """Progress by domain, its evolution, one indicator on the map, the table to take away."""
    night, followed = figures.night(), figures.frameworks_followed()
    if night is None or not followed:
        return show(request, "public/network_before.html")
    framework = asked_framework(request, followed)
    rows = list(figures.network(framework))
    regions = figures.network(framework, level=Level.REGION).exclude(area="")
    table = table_of(request, night, [*rows, *regions])
    if table.wanted:
        return table.download()
    context = told_of(request, night, framework, rows) | {"frameworks": followed, "noindex": bool(request.GET)}
    return show(request, "public/network.html", context | {"dictionary": dictionary(request, table)})


def told_of(request: HttpRequest, night: Night, framework: Framework, rows: list[AreaStanding]) -> dict[str, Any]:
    """What the page of the network shows, the table of the screen without its régions."""
    history = figures.network_evolution(framework)
    return {
        "night": night,
        "framework": framework,
        "domains": [domain_card(row, night, history.get(row.domain_id, []), framework) for row in rows],
        "mandates": max((row.mandates for row in rows), default=0),
        "table": table_of(request, night, rows),
        "testimonies": testimonies.shown(limit=testimonies.ON_NETWORK),
        "attribution": attribution(),
        **on_the_map(request, framework, night),
    }


@public
def network_domain(request: HttpRequest, slug: str) -> HttpResponse:
    """One domain: the formula, its evolution, and each mandate with what it gives to the mean."""
    night, framework = last_figures(request)
    row = figures.network(framework).filter(domain__slug=slug).first()
    if row is None:
        raise Http404
    table = mandates_of(request, row.domain, night)
    if table.wanted:
        return table.download()
    history = figures.network_evolution(framework).get(row.domain_id, [])
    card = domain_card(row, night, history, framework)
    unnamed = row.mandates - table.total
    context = {**card, "night": night, "framework": framework, "table": table, "unnamed": max(unnamed, 0)}
    return show(request, "public/network_domain.html", context | {"noindex": bool(request.GET)})


@public
def network_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator of the library: its rule, what the network reads, on the map and département by département."""
    night, framework = last_figures(request)
    definition = next((d for d in figures.indicators_followed(framework) if d.code == code), None)
    if definition is None:
        raise Http404
    table = areas_of(request, definition, night)
    if table.wanted:
        return table.download()
    context = {"night": night, "framework": framework, "table": table, "attribution": attribution()}
    context |= chosen(request, definition, night) | {"noindex": bool(request.GET)}
    return show(request, "public/network_indicator.html", context)


def last_figures(request: HttpRequest) -> tuple[Night, Framework]:
    """The last night, and the framework asked for or the newest followed. Raises Http404 before the first night."""
    night, followed = figures.night(), figures.frameworks_followed()
    if night is None or not followed:
        raise Http404
    return night, asked_framework(request, followed)


def asked_framework(request: HttpRequest, followed: Sequence[Framework]) -> Framework:
    """The framework of the address, else the newest."""
    asked = request.GET.get("cadre", "")[:LONGEST]
    return next((framework for framework in followed if key_of(framework) == asked), followed[0])


def key_of(framework: Framework) -> str:
    """A framework, as an address names it."""
    return f"{framework.code}-{framework.version}"


def domain_card(row: AreaStanding, night: Night, history: list[figures.Point], framework: Framework) -> dict[str, Any]:
    """A domain: its three numbers, how many are unknown, where they come from, how they went."""
    address = reverse("public:network_domain", args=[row.domain.slug]) + f"?cadre={key_of(framework)}"
    return {
        "domain": row.domain,
        "row": row,
        "degrees": whence.degrees_of(row.degrees),
        "unknown": row.tally.unknown,
        "whence": whence.of_places(row.degrees, row.tally, night.on, address),
        "evolution": evolutions.of_points(history, night.on, str(row.domain)),
    }


# The map -------------------------------------------------------------------------------------------------------------
def on_the_map(request: HttpRequest, framework: Framework, night: Night) -> dict[str, Any]:
    """The indicator chosen among those that are followed, else the one most towns know."""
    offered = figures.indicators_followed(framework)
    asked = request.GET.get("indicateur", "")[:LONGEST]
    definition = next((d for d in offered if d.code == asked), None) or figures.best_known(offered)
    found = chosen(request, definition, night) if definition else {"definition": None}
    return {"offered": offered, "proofs": ProofLevel.choices, **found}


def chosen(request: HttpRequest, definition: IndicatorDefinition, night: Night) -> dict[str, Any]:
    """One indicator: the network's values, and the map of one level of proof."""
    whole = figures.values(definition, Level.NETWORK)
    asked = request.GET.get("preuve", "")
    fullest = max(whole, key=lambda v: v.counted, default=None)
    proof = asked if asked in ProofLevel.values else (fullest.proof if fullest else ProofLevel.DECLARED)
    values = {v.area: shown(v, definition) for v in figures.values(definition, Level.DEPARTEMENT) if v.proof == proof}
    drawn = value_maps.of_values(values, lambda value: in_words(value, definition))
    address = reverse("public:network_indicator", args=[definition.code]) + f"?preuve={proof}"
    return {
        "definition": definition,
        "proof": proof,
        "proof_word": ProofLevel(proof).label,
        "proofs": ProofLevel.choices,
        "values": [(ProofLevel(v.proof).label, shown_words(v, definition), v) for v in whole],
        "map": drawn,
        "legend": [(step, legend_words(step, definition)) for step in drawn.steps],
        "whence": whence.of_values(whole, definition.rollup, night.on, address),
    }


def shown(value: figures.Value, definition: IndicatorDefinition) -> Decimal | None:
    """What the map shows: the value; how far, in per cent, when values are never put together."""
    if definition.rollup != "none":
        return value.value
    return None if value.degree.percent is None else Decimal(value.degree.percent)


def in_words(value: Decimal | None, definition: IndicatorDefinition) -> str:
    """A value with its unit."""
    if value is None:
        return _("not measured")
    unit = "%" if definition.rollup == "none" else definition.unit_name
    decimals = 0 if value == value.to_integral_value() or abs(value) >= 100 else 1
    return f"{number(value, decimals)} {unit}".strip()


def shown_words(value: figures.Value, definition: IndicatorDefinition) -> str:
    return in_words(shown(value, definition), definition)


def legend_words(step: value_maps.Step, definition: IndicatorDefinition) -> str:
    """What a colour says."""
    if step.least == step.most:
        return in_words(step.least, definition)
    least = in_words(step.least, definition).removesuffix(definition.unit_name).strip()
    return _("%(least)s to %(most)s") % {"least": least, "most": in_words(step.most, definition)}


# To take away --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Explained:
    """A column, and what it says."""

    name: str
    meaning: Any


def table_of(request: HttpRequest, night: Night, rows: Sequence[AreaStanding]) -> Table:
    """The network, then each région, a domain a line."""
    columns = [
        Column("day", _("Day"), lambda row: night.on, only="files"),
        Column("domain", _("Code"), lambda row: row.domain.code, only="files"),
        Column("title", _("Domain"), lambda row: str(row.domain)),
        Column("region", _("Région"), lambda row: row.area, shown=lambda row: names.get(row.area, _("the network"))),
        Column("mandates", _("Mandates"), lambda row: row.mandates, "number"),
        Column("indicators", _("Indicators"), lambda row: row.indicators, "number"),
        *(column for proof, word in ProofLevel.choices for column in columns_of(proof, word)),
        Column("unknown", _("Unknown"), lambda row: row.tally.unknown, "number"),
        Column("actions", _("Actions"), lambda row: row.actions, "number", only="files"),
        Column("done", _("Finished"), lambda row: row.done, "number", only="files"),
    ]
    codes = {row.area for row in rows if row.area}
    names = dict(Territory.objects.filter(kind=Level.REGION, code__in=codes).values_list("code", "name"))
    caption = _("How far the network and its régions are, in per cent of the way")
    return Table(request, name=_("network"), caption=caption, columns=columns, rows=rows)


def columns_of(proof: str, word: Any) -> list[Column]:
    """The three columns of a level of proof."""
    return [
        Column(f"{proof}_percent", capfirst(word), lambda row: row.degrees[proof].percent, "number"),
        Column(f"{proof}_mandates", word, lambda row: row.degrees[proof].known, "number", only="files"),
        Column(f"{proof}_indicators", word, lambda row: row.tally[proof].known, "number", only="files"),
    ]


def dictionary(request: HttpRequest, table: Table) -> Table:
    """What each column of the files says."""
    rows = []
    for column in table.given:
        proof, _line, rest = column.name.partition("_")
        meaning = OF_DEGREE[rest] if proof in ProofLevel.values else MEANING[column.name]
        rows.append(Explained(column.name, f"{ProofLevel(proof).label} : {meaning}" if rest else meaning))
    columns = [
        Column("name", _("Column"), lambda row: row.name),
        Column("meaning", _("What it says"), lambda row: str(row.meaning)),
    ]
    caption = _("Dictionary of the columns")
    return Table(request, name="dictionary", caption=caption, columns=columns, rows=rows, formats=())


def mandates_of(request: HttpRequest, domain: Domain, night: Night) -> Table:
    """What each mandate gives to the mean of a domain, by name: no ranking."""
    rows = Standing.objects.filter(domain=domain, until=None, mandate__state__in=sorted(MEMBER_STATES))
    rows = rows.filter(mandate__organisation__kind__in=CITY_KINDS).select_related("mandate__organisation")
    name = "mandate__organisation__folded_name"
    columns = [
        Column("day", _("Day"), lambda row: night.on, only="files"),
        Column("code", _("Code"), lambda row: row.mandate.organisation.code, only="files"),
        Column(
            "name",
            pgettext("network", "Town"),
            lambda row: row.mandate.organisation.name,
            order=name,
            address=address_of,
        ),
        Column("indicators", _("Indicators"), lambda row: row.indicators, "number"),
        *(column for proof, word in ProofLevel.choices for column in own_columns(proof, word)),
        Column("unknown", _("Unknown"), lambda row: row.tally.unknown, "number"),
    ]
    caption = _("What each mandate gives to these means, in per cent of the way, as %(day)s ended") % {
        "day": day(night.on)
    }
    return Table(request, name=domain.slug, caption=caption, columns=columns, rows=rows.order_by(name, "pk"))


def own_columns(proof: str, word: Any) -> list[Column]:
    """The mean of a mandate at a level of proof, and how many indicators it is of."""
    of = _("%(proof)s: indicators") % {"proof": word}
    return [
        Column(f"{proof}_percent", capfirst(word), lambda row: row.tally[proof].percent, "number"),
        Column(f"{proof}_indicators", capfirst(of), lambda row: row.tally[proof].known, "number"),
    ]


def address_of(row: Standing) -> str:
    return reverse("public:city", args=[row.mandate.organisation.code])


def areas_of(request: HttpRequest, definition: IndicatorDefinition, night: Night) -> Table:
    """An indicator, département by département: the table twin of its map, the three levels of proof apart."""
    rows: dict[str, dict[str, figures.Value]] = {}
    for value in figures.values(definition, Level.DEPARTEMENT):
        rows.setdefault(value.area, {})[value.proof] = value
    names = dict(Territory.objects.filter(kind=Level.DEPARTEMENT, code__in=rows).values_list("code", "name"))
    lines = sorted(rows.items(), key=lambda line: line[0])
    columns = [
        Column("day", _("Day"), lambda line: night.on, only="files"),
        Column("indicator", _("Indicator"), lambda line: definition.code, only="files"),
        Column("departement", _("Code"), lambda line: line[0]),
        Column("name", _("Département"), lambda line: names.get(line[0], line[0])),
        Column("asked", _("Towns that follow it"), lambda line: asked_in(line[1]), "number"),
        *(
            Column(proof, word, cell_of(proof, definition), "number", shown=words_of(proof, definition))
            for proof, word in ProofLevel.choices
        ),
    ]
    caption = _("%(indicator)s, by département") % {"indicator": definition}
    return Table(request, name=definition.code, caption=caption, columns=columns, rows=lines, per_page=120)


def asked_in(values: dict[str, figures.Value]) -> int:
    return max(value.asked for value in values.values())


def cell_of(proof: str, definition: IndicatorDefinition) -> Any:
    return lambda line: shown(line[1][proof], definition)


def words_of(proof: str, definition: IndicatorDefinition) -> Any:
    return lambda line: in_words(shown(line[1][proof], definition), definition)
