"""The members: map and list, one page a city, one page a promise."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from marelle.base import clock
from marelle.base.origins import reference, strip_for
from marelle.consultations.queries import places, published
from marelle.framework.queries import domains_of
from marelle.library.queries.practices import public_ledger
from marelle.mandates.models import Mandate, MandateQuerySet
from marelle.mandates.queries import amendments, members, network, testimonies
from marelle.mandates.queries.mandates import milestones
from marelle.mandates.queries.members import Filters, Member
from marelle.mandates.queries.reports import public_of
from marelle.territories.models import Territory
from marelle.territories.queries import attribution, facts, find
from marelle.territories.states import TerritoryKind
from marelle.web.parts.open_data import DATASETS
from marelle.web.public import exports, maps
from marelle.web.public.city_figures import read, with_figures
from marelle.web.public.show import public, show
from marelle.web.public.voices import voices_of

PAGE_SIZE = 50
NETWORK_LISTS = ("organisations", "mandates", "plans")  # one line a town: of use for the whole network


class MemberPages(Paginator):
    """Pages of members: the whole is counted once, one page is read."""

    def __init__(self, filters: Filters):
        self.filters, self.network = filters, members.members(filters)
        super().__init__((), PAGE_SIZE)  # never read whole: see `count` and `page`

    @cached_property
    def count(self) -> int:
        return self.network.count()

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        found = members.page_of(self.network, self.filters.tri, (number - 1) * PAGE_SIZE, PAGE_SIZE)
        return Page(found, number, self)


@public
def cities(request: HttpRequest) -> HttpResponse:
    """The list first, the map beside; the address carries the filters."""
    filters = Filters.read(request.GET)
    pages = MemberPages(filters)
    context = {
        "filters": filters,
        "page": pages.get_page(request.GET.get("page")),
        "count": pages.count,
        "map": map_of(pages.network, pages.count, TerritoryKind.DEPARTEMENT),
        "choices": choices(),
        "query": urlencode(filters.parameters),
        "today": clock.today(),
        "attribution": attribution(),
        "noindex": bool(filters.parameters),
    }
    return show(request, "public/cities.html", context)


def map_of(rows: MandateQuerySet, count: int, kind: TerritoryKind) -> maps.Map:
    """Points; one colour an area of that kind when there are too many of them; a grid of dots where none was drawn."""
    if count > maps.MOST_POINTS:
        coloured = maps.of_areas(members.counts_by(rows, kind), count, kind)
        if not coloured.shows_nobody:
            return coloured
        return maps.of_cells(members.cells(rows, maps.CELLS_ACROSS), count) or coloured
    return maps.of_points(members.places(rows, maps.MOST_POINTS), count, kind)


def choices() -> dict[str, list[Any]]:
    """What the filters offer: two questions, whatever the size of the network."""
    areas = Territory.objects.current().filter(kind__in=[TerritoryKind.REGION, TerritoryKind.DEPARTEMENT])
    rows = list(areas.order_by("name", "code").values_list("kind", "code", "name"))
    return {
        "regions": [(code, name) for kind, code, name in rows if kind == TerritoryKind.REGION],
        "departements": sorted((code, name) for kind, code, name in rows if kind == TerritoryKind.DEPARTEMENT),
        "tracks": network.city_tracks(),
    }


# ------------------------------------------------------------------------------------------------------------- exports
def export(kind: str, name: str, write: Callable[[Iterable[Member]], Iterable[str]]) -> Callable[..., HttpResponse]:
    """A view that streams the members in one format, under the filters of the page."""

    def view(request: HttpRequest) -> StreamingHttpResponse:
        filters = Filters.read(request.GET)
        rows = members.every_one(members.members(filters), filters.tri)
        options = {"mark": True} if name.endswith(".csv") and request.GET.get("bom") == "1" else {}
        response = StreamingHttpResponse(write(rows, **options), content_type=kind)
        response["Content-Disposition"] = f'inline; filename="{name}"'
        response["Access-Control-Allow-Origin"] = "*"  # open data: pages of other sites may read it
        return response

    view.__doc__ = f"The members of the list as `{name}`."
    view.__name__ = f"cities_{name.rpartition('.')[2]}"
    return public(view)


cities_json = export("application/json", "villes.json", exports.as_json)
cities_csv = export("text/csv; charset=utf-8", "villes.csv", exports.as_csv)
cities_geojson = export("application/geo+json", "villes.geojson", exports.as_geojson)


# ------------------------------------------------------------------------------------------------------------ one city
@public
def city(request: HttpRequest, code: str) -> HttpResponse:
    """A member's page; for other territories, how to join. A former code or a commune's SIREN leads to its code."""
    history = network.past_and_present(code)
    mandate = members.living_among(history)
    territory = territory_of(mandate, code)
    if territory is not None and territory.code != code:
        return HttpResponsePermanentRedirect(reverse("public:city", args=[territory.code]))
    if mandate is None:
        return not_member(request, territory, history)
    promises = network.promises_of(mandate.plan)
    context: dict[str, Any] = {
        "organisation": mandate.organisation,
        "territory": territory,
        "mandate": mandate,
        "milestones": milestones(mandate, is_public=True),
        "domains": with_figures(domains_with(mandate, promises), mandate),
        "promises": promises,
        "facts": facts(territory) if territory else [],
        "history": [past for past in history if past.pk != mandate.pk],
        "year": mandate.year_on(clock.today()),
        "versions": amendments.versions_of(mandate.plan),
        "ledger": public_ledger(mandate.organisation),
        "testimonies": testimonies.shown(mandate.organisation, limit=testimonies.ON_CITY),
        "reports": list(public_of(code)),
        "lists": own_lists(),
        "voices": voices_of(mandate.organisation),
        "said": said_in(territory),
    }
    return show(request, "public/city.html", context | around(territory))


def said_in(territory: Territory | None) -> dict[str, Any] | None:
    """The latest published results of the consultation, and whether they tell of this place; None before there are any."""
    place = places.in_short(territory)
    freeze = published.in_short(place.zone) if place else None
    return {"freeze": freeze[0], "has_page": freeze[1], "place": place} if freeze else None


def own_lists() -> list[tuple[str, str]]:
    """The open data of one town: each list that speaks of its plan, in words."""
    return [(dataset.name, str(dataset.title)) for dataset in DATASETS if dataset.name not in NETWORK_LISTS]


def not_member(request: HttpRequest, territory: Territory | None, history: list[Mandate]) -> HttpResponse:
    """The page of a known territory without a mandate today: the same whether or not it prepares an application."""
    known = facts(territory) if territory else []
    context = {"territory": territory, "history": history, "facts": known, "noindex": True}
    context["reports"] = list(public_of(territory.code)) if history else []
    return show(request, "public/city_not_member.html", context | around(territory))


@public
def promise(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """One promise: where it comes from, what becomes of it, what will tell."""
    territory, mandate = found(code)
    if mandate is None:
        raise Http404
    promises = network.promises_of(mandate.plan)
    place = next((n for n, promise in enumerate(promises) if promise.position == position), None)
    if territory is not None and territory.code != code:
        raise Http404
    if place is None:
        return taken_out(mandate, position)
    this = promises[place]
    told = network.what_will_tell(this)
    context = {
        "organisation": mandate.organisation,
        "mandate": mandate,
        "promise": this,
        "before": promises[place - 1] if place else None,
        "after": promises[place + 1] if place + 1 < len(promises) else None,
        "strip": strip_for(reference("plans.objective", this.code), None),
        **told,
        "reads": read(told["indicators"], mandate.plan.framework.towns_language),
    }
    return show(request, "public/promise.html", context)


def taken_out(mandate: Mandate, position: int) -> HttpResponse:
    """From the address of a promise that left the plan to the change that took it out. Raises Http404."""
    change = amendments.which_took_out(mandate.plan, position)
    if change is None:
        raise Http404
    return redirect("public:plan_change", mandate.organisation.code, change.code)


def found(code: str) -> tuple[Territory | None, Mandate | None]:
    """The territory of an address and its mandate. Raises Http404 when the address names nothing public."""
    mandate = members.living_mandate(code)
    return territory_of(mandate, code), mandate


def territory_of(mandate: Mandate | None, code: str) -> Territory | None:
    """The territory of a member, else the one of an address. Raises Http404 when the address names nothing public."""
    territory = mandate.organisation.territory if mandate and mandate.organisation.territory else find(code)
    if mandate is None and territory is None:
        raise Http404
    return territory


def around(territory: Territory | None) -> dict[str, Any]:
    """For a commune, its intercommunality, and whether that one is a member."""
    body = territory.intercommunality if territory else None
    return {"body": body, "body_is_member": bool(body and network.members_among([body.code]))}


def domains_with(mandate: Mandate, promises: list[network.Promise]) -> list[dict[str, Any]]:
    """Each domain of the mandate's framework with its promises; a domain without any is still shown."""
    return [
        {"domain": domain, "promises": kept, "indicators": sum(promise.indicators for promise in kept)}
        for domain in domains_of(mandate.plan.framework, covered=False)
        for kept in [[promise for promise in promises if promise.domain.pk == domain.pk]]
    ]
