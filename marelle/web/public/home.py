"""The first page: what the network is, where it stands, how one joins."""

from django.http import HttpRequest, HttpResponse

from marelle.base import clock
from marelle.base.registers import moments
from marelle.framework.models import Domain
from marelle.framework.queries import domains_of
from marelle.mandates.queries import members, network, testimonies
from marelle.territories.queries import attribution
from marelle.territories.states import TerritoryKind
from marelle.web.public.cities import map_of
from marelle.web.public.show import public, show

DATES_SHOWN = 3


@public
def home(request: HttpRequest) -> HttpResponse:
    """One sentence, a map, three numbers with their date, two doors, four steps, five domains, the next dates."""
    framework = network.framework_in_force()
    kinds = network.count_by_kind()
    count = sum(kinds.values())
    context = {
        "map": map_of(members.members(), count, TerritoryKind.REGION),  # by région: light enough for its budget
        "members": count,
        "intercommunalities": kinds["intercommunality"],
        "inhabitants": members.inhabitants(),
        "promises": network.count_promises(),
        "today": clock.today(),
        "domains": [(domain, words_of(domain)) for domain in domains_of(framework)] if framework else [],
        "dates": [moment for moment in moments(None, None) if moment.starts_at >= clock.now()][:DATES_SHOWN],
        "attribution": attribution(),
        "testimonies": testimonies.shown(limit=testimonies.ON_HOME),
    }
    return show(request, "public/home.html", context)


def words_of(domain: Domain) -> str:
    """What the framework recommends in a domain, in a line."""
    return " · ".join(str(recommendation) for recommendation in domain.recommendations.all())
