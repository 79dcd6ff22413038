"""Addresses of this face. `contract.md` fixes most of them: adding is free, changing one is a decision."""

from django.urls import URLPattern, URLResolver, path

from marelle.web.public import cities, health, home, house, join, own_page, pieces, search, verify

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("villes", cities.cities, name="cities"),
    path("villes.json", cities.cities_json, name="cities_json"),
    path("villes.csv", cities.cities_csv, name="cities_csv"),
    path("villes.geojson", cities.cities_geojson, name="cities_geojson"),
    path("villes/<slug:code>", cities.city, name="city"),
    path("villes/<slug:code>/engagements/<int:position>", cities.promise, name="promise"),
    path("villes/<slug:code>/carte.png", house.card, name="card"),
    path("nouvelles.atom", house.feed, name="feed"),
    path("rejoindre", join.join, name="join"),
    path("rejoindre/ma-commune", join.my_commune, name="my_commune"),
    path("rejoindre/eligibilite", join.eligibility, name="eligibility"),
    path("appels/<slug:code>", join.call, name="call"),
    path("appels/<slug:code>/documents/<slug:file_code>", join.document, name="document"),
    path("verifier", verify.verify, name="verify"),
    path("accessibilite", house.accessibility, name="accessibility"),
    path("confidentialite", house.privacy, name="privacy"),
    path("sources", house.all_sources, name="sources"),
    path("securite", house.security, name="security"),
    path(".well-known/security.txt", house.security_txt, name="security_txt"),
    path("pieces", pieces.pieces, name="pieces"),
    path("robots.txt", house.robots, name="robots"),
    path("favicon.svg", house.favicon, name="favicon"),
    path("sitemap.xml", house.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", house.sitemap, name="sitemap_part"),
    path("sante", health.health, name="health"),
    path("recherche", search.search_page, name="search"),
    path("mes-rencontres/<slug:key>", own_page.own_page, name="own_page"),
    path("mes-rencontres/<slug:key>/<slug:code>/<slug:verb>", own_page.act, name="own_page_act"),
    path("appels.ics", search.calls_feed, name="calls_feed"),
]
