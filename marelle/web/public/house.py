"""The pages at the foot of every other, and what machines read of the site."""

from datetime import datetime, time, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.templatetags.static import static

from marelle.base import clock
from marelle.mandates.queries import members, network
from marelle.territories.queries import attribution, sources
from marelle.web.public import cards
from marelle.web.public.show import public, show
from marelle.web.templatetags.marelle import in_language

FEED_LENGTH = 50
PER_SITEMAP = 5000  # members; the format stops at 50,000 addresses, and each member has one a language
STILL_PAGES = (
    "/",
    "/villes",
    "/donnees",
    "/rejoindre",
    "/rejoindre/eligibilite",
    "/sources",
    "/accessibilite",
    "/confidentialite",
)


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """Where we stand, honestly, and whom to write to."""
    return show(request, "public/accessibility.html", {"contact": settings.CONTACT_EMAIL})


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, and for how long."""
    return show(request, "public/privacy.html", {"contact": settings.CONTACT_EMAIL})


@public
def all_sources(request: HttpRequest) -> HttpResponse:
    """Where the figures, outlines, texts and letters come from, under which licence."""
    context = {
        "sources": sources(),
        "attribution": attribution(),
        "framework": network.framework_in_force(),
        "bases": network.bases_of_recommendations(),
    }
    return show(request, "public/sources.html", context)


@public
def security(request: HttpRequest) -> HttpResponse:
    """How to tell us of a weakness."""
    return show(request, "public/security.html", {"contact": settings.CONTACT_EMAIL})


@public
def security_txt(request: HttpRequest) -> HttpResponse:
    """The same for machines: RFC 9116."""
    expires = datetime.combine(clock.today() + timedelta(days=365), time(0), tzinfo=clock.PARIS)
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.SITE_ADDRESS}/.well-known/security.txt",
        f"Policy: {settings.SITE_ADDRESS}/securite",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
def robots(request: HttpRequest) -> HttpResponse:
    """What is worth reading for a search engine."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/compte/", "/espace/", "/bureau", "/en/compte/", "/api/"))
    text = f"User-agent: *\n{closed}\nSitemap: {settings.SITE_ADDRESS}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@public
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark."""
    return HttpResponseRedirect(static("mark.svg"))


@public
def sitemap(request: HttpRequest, part: int = 0) -> HttpResponse:
    """Every page worth finding, in each language; in parts when the network is large."""
    count = members.members().count()
    parts = ceil(count / PER_SITEMAP) or 1
    if part > parts:
        raise Http404
    if not part and parts > 1:
        addresses = [f"{settings.SITE_ADDRESS}/sitemap-{number}.xml" for number in range(1, parts + 1)]
        return xml("public/sitemap_index.xml", {"addresses": addresses}, "application/xml")
    first = (max(part, 1) - 1) * PER_SITEMAP
    rows = members.members().order_by("pk").values_list("organisation__code", flat=True)[first : first + PER_SITEMAP]
    paths = [f"/villes/{code}" for code in rows]
    if part <= 1:
        paths = [*STILL_PAGES, *(f"/appels/{call.code}" for call in network.calls_to_show()), *paths]
    return xml("public/sitemap.xml", {"pages": [in_every_language(path) for path in paths]}, "application/xml")


def in_every_language(path: str) -> dict[str, str]:
    """The addresses of a page, by language."""
    return {code: settings.SITE_ADDRESS + in_language(path, code) for code, _name in settings.LANGUAGES}


@public
def feed(request: HttpRequest) -> HttpResponse:
    """The newest members, for feed readers: Atom, RFC 4287."""
    entries: list[dict[str, Any]] = [
        {"member": member, "at": datetime.combine(member.mandate_start, time(0), tzinfo=clock.PARIS)}
        for member in members.newest(FEED_LENGTH)
    ]
    updated = max((entry["at"] for entry in entries), default=datetime(2026, 1, 1, tzinfo=clock.PARIS))
    context = {"entries": entries, "updated": updated, "site": settings.SITE_ADDRESS, "own_address": request.path}
    return xml("public/feed.xml", context, "application/atom+xml")


def xml(template: str, context: dict[str, Any], kind: str) -> HttpResponse:
    return HttpResponse(render_to_string(template, context), content_type=f"{kind}; charset=utf-8")


@public
def card(request: HttpRequest, code: str) -> HttpResponse:
    """The picture shown when a member's page is shared."""
    mandate = members.living_mandate(code)
    if mandate is None:
        raise Http404
    territory = mandate.organisation.territory
    where = territory.departement.name if territory and territory.departement else ""
    year = mandate.year_on(clock.today())
    picture = cards.draw(mandate.organisation.name, where, mandate.starts_on.year, mandate.ends_on.year, year)
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "public, max-age=3600"})
