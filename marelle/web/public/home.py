"""The first page: what the network is, where it stands, how one joins."""

from django.http import HttpRequest, HttpResponse

from marelle.base import clock
from marelle.base.registers import moments
from marelle.framework.models import Domain
from marelle.framework.queries import domains_of
from marelle.mandates.queries import members, network
from marelle.territories.queries import attribution
from marelle.territories.states import TerritoryKind
from marelle.web.public import maps
from marelle.web.public.show import public, show

DATES_SHOWN = 3


@public
def home(request: HttpRequest) -> HttpResponse:
    """One sentence, a map, three numbers with their date, two doors, four steps, five domains, the next dates."""
    framework = network.framework_in_force()
    kinds = network.count_by_kind()
    context = {
        "map": small_map(sum(kinds.values())),
        "members": sum(kinds.values()),
        "intercommunalities": kinds["intercommunality"],
        "inhabitants": members.inhabitants(),
        "promises": network.count_promises(),
        "today": clock.today(),
        "domains": [(domain, words_of(domain)) for domain in domains_of(framework)] if framework else [],
        "dates": [moment for moment in moments(None, None) if moment.starts_at >= clock.now()][:DATES_SHOWN],
        "attribution": attribution(),
    }
    return show(request, "public/home.html", context)


def words_of(domain: Domain) -> str:
    """What the framework recommends in a domain, in a line."""
    return " · ".join(str(recommendation) for recommendation in domain.recommendations.all())


def small_map(count: int) -> maps.Map:
    """The map of the first page: by région, light enough for its budget."""
    rows = members.members()
    if count > maps.MOST_POINTS:
        return maps.of_areas(members.counts_by(rows, TerritoryKind.REGION), count, TerritoryKind.REGION)
    return maps.of_points(members.places(rows, maps.MOST_POINTS), count, TerritoryKind.REGION)
