"""What a first visit weighs, what it asks, what it leaves behind; and words that try to be a script."""

import gzip
from pathlib import Path

import pytest
from django.db import connection

from marelle.accounts.models import Organisation
from marelle.mandates.models import Answer
from marelle.plans.models import Action, Indicator, Objective
from marelle.web.parts.page_cache import PACKING
from tests.browser.town import STORY, WRITES, enter
from tests.faults.living_server import LivingServer

PAGES = {
    "home": "/",
    "cities": "/villes",
    "city": f"/villes/{STORY}",
    "city_not_member": "/villes/81004",
    "promise": f"/villes/{STORY}/engagements/1",
    "join": "/rejoindre",
    "my_commune": "/rejoindre/ma-commune?q=rez",
    "eligibility": "/rejoindre/eligibilite",
    "call": "/appels/2026",
    "verify": "/verifier",
    "accessibility": "/accessibilite",
    "privacy": "/confidentialite",
    "sources": "/sources",
    "security": "/securite",
    "search": "/recherche?q=rez",
    "proposals": f"/villes/{STORY}/propositions",
    "child_page": f"/villes/{STORY}/enfants",
    "group_rating": "/avis",
}
FOR_CHILDREN = {"child_page", "group_rating"}
FILES = ["/villes.json", "/villes.csv", "/villes.geojson", "/nouvelles.atom", "/appels.ics", "/sitemap.xml", "/robots.txt",
         "/favicon.svg", "/.well-known/security.txt", f"/villes/{STORY}/carte.png", "/api/v1/members", "/api/v1/territories?q=rez"]  # fmt: skip
MOST, MOST_WITH_MAP, MOST_STYLE, MOST_SCRIPT, MOST_REQUESTS = 120_000, 250_000, 15_000, 20_000, 10  # IDENTITY §6, bytes
MOST_FOR_A_CHILD = 60_000  # bytes, the page packed as the cache of pages packs it
CANARY = '"><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>{{ 7*7 }}'


class Weight:
    """The compressed bytes of a first visit, by kind, as the browser received them."""

    def __init__(self, page):
        self.kinds, self.bytes = {}, {}
        watch = page.context.new_cdp_session(page)
        watch.send("Network.enable")
        watch.send("Network.setCacheDisabled", {"cacheDisabled": True})
        watch.on("Network.responseReceived", lambda told: self.kinds.update({told["requestId"]: told["type"]}))
        watch.on("Network.loadingFinished", self.finished)

    def finished(self, told) -> None:
        kind = self.kinds.get(told["requestId"], "Other")
        self.bytes.setdefault(kind, []).append(told["encodedDataLength"])

    def of(self, kind: str) -> float:
        return sum(self.bytes.get(kind, []))

    @property
    def faults(self) -> list[str]:
        total, asked = sum(map(sum, self.bytes.values())), sum(map(len, self.bytes.values()))
        bars = [
            (total, MOST_WITH_MAP, "bytes"),
            (asked, MOST_REQUESTS, "requests"),
            (self.of("Stylesheet"), MOST_STYLE, "bytes of style"),
            (self.of("Script"), MOST_SCRIPT, "bytes of script"),
        ]
        return [f"{value:.0f} {what}, at most {most}" for value, most, what in bars if value > most]


@pytest.fixture
def living(town, tmp_path, monkeypatch):
    """The real server, with the product's own compressed files, before the small network. Pages themselves come unpacked."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marelle.config.settings")
    if connection.vendor == "sqlite":
        connection.close()
    with LivingServer(Path(tmp_path)) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_first_visits_stay_within_their_budgets(browser, living):
    faults, weighed = [], {}
    for name, address in (PAGES | {"sign_in": "/compte/entrer"}).items():
        context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
        page = context.new_page()
        hosts = set()
        page.on("request", lambda request, hosts=hosts: hosts.add("/".join(request.url.split("/")[:3])))
        weight = Weight(page)
        page.goto(living + address, wait_until="networkidle")
        total = weighed[name] = sum(map(sum, weight.bytes.values()))
        faults += [f"{name}: {fault}" for fault in weight.faults]
        if name not in ("home", "cities") and total > MOST:
            faults.append(f"{name}: {total:.0f} bytes, at most {MOST}")
        packed = total - weight.of("Document") + len(gzip.compress(page.content().encode(), PACKING))
        if name in FOR_CHILDREN and (packed > MOST_FOR_A_CHILD or weight.of("Script")):
            faults.append(f"{name}: {packed:.0f} bytes for a child, at most {MOST_FOR_A_CHILD}, and no script")
        faults += [f"{name}: asks {host}" for host in hosts - {living}]
        faults += [f"{name}: leaves {cookie['name']}" for cookie in context.cookies() if name != "sign_in"]
        context.close()

    assert all(weighed.values())
    assert faults == [], "\n".join(faults)


def test_no_public_address_leaves_a_cookie(page_fr, server, town):
    page = page_fr
    for address in [*PAGES.values(), *(f"/en{way}" for way in PAGES.values())]:
        page.goto(address)
    for address in FILES:
        assert page.request.get(address).status == 200, address
    page.request.get("/sante")  # no worker runs here: it says so

    assert page.context.cookies() == []


def test_words_that_try_to_be_a_script_stay_words(page_fr, server, town):
    """Any dialog, script or broken policy makes `open_page` fail."""
    for code in (STORY, WRITES):
        Organisation.objects.filter(code=code).update(name=f"Ville {CANARY}")
        plan = {"plan__organisation__code": code}
        Objective.objects.filter(**plan).update(name=CANARY, promise=CANARY)
        parts = {"objective__plan__organisation__code": code}
        Action.objects.filter(**parts).update(name=CANARY, lead_service=CANARY)
        Indicator.objects.filter(**parts).update(name=CANARY, source=CANARY, baseline_missing_because=CANARY)
    texts = Answer.rows.filter(application__organisation__code=WRITES)
    texts.exclude(key__endswith=".policy").exclude(key="documents.voted_on").update(value=CANARY)
    page = page_fr
    seen = [
        *("/", "/villes", f"/villes/{STORY}", f"/villes/{STORY}/engagements/1", "/recherche?q=ville"),
        f"/rejoindre/ma-commune?q={CANARY}",
        f"/villes?q={CANARY}",
    ]
    for address in seen:
        page.goto(address)
    enter(page, server, "signatory")
    inside = [
        "",
        "/candidature",
        "/candidature/presentation",
        "/candidature/auto-evaluation/bien-etre",
        "/plan",
        "/equipe",
    ]
    for way in [
        *inside,
        "/candidature/plan",
        "/candidature/plan?vue=tableau",
        "/candidature/plan?vue=imprimer",
        "/recherche?q=img",
    ]:
        page.goto(f"/espace/{WRITES}{way}")
        page.wait_for_load_state("load")

    assert page.evaluate("document.querySelectorAll('img[src=x], svg[onload]').length") == 0
    page.goto(f"/espace/{WRITES}/candidature/presentation")
    assert CANARY in [area.input_value() for area in page.locator("textarea").all()]
