"""Every public page: the same for everyone, in two languages, found by machines, and silent about what is not public."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from marelle.accounts import files
from marelle.accounts.models import File
from marelle.base import clock, origins
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.factories.framework import DomainFactory, RecommendationFactory
from tests.factories.mandates import ApplicationFactory, CallFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ReadingFactory
from tests.factories.territories import FormerCodeFactory, TerritoryFactory
from tests.web.public_town import NOW, area, member, promise

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/villes",
    "/villes/67447",
    "/villes/67447/chiffres",
    "/villes/67447/engagements/1",
    "/reseau",
    "/villes/67043",
    "/rejoindre",
    "/rejoindre/ma-commune?q=bis",
    "/rejoindre/eligibilite",
    "/rejoindre/eligibilite?organisme=other",
    "/appels/appel-2027",
    "/accessibilite",
    "/confidentialite",
    "/sources",
    "/securite",
]
FOR_MACHINES = [
    "/villes.json",
    "/villes.csv",
    "/villes.geojson",
    "/nouvelles.atom",
    "/sitemap.xml",
    "/robots.txt",
    "/.well-known/security.txt",
    "/villes/67447/carte.png",
]
FRENCH_LETTERS = re.compile("[àâçéèêëîïôùûœ]")
FRENCH_BY_NATURE = {"Français", "Bas-Rhin", "Schiltigheim", "Département", "département", "Défenseur"}


@pytest.fixture
def town():
    """A member with a promise, a commune that is none, an open call."""
    mandate = member()
    domain = DomainFactory(framework=mandate.plan.framework)
    RecommendationFactory(domain=domain)
    objective = promise(mandate)
    ActionFactory(objective=objective)
    IndicatorFactory(objective=objective)
    TerritoryFactory(code="67043", name="Bischheim", departement=area("departement", "67", "Bas-Rhin"))
    CallFactory(
        code="appel-2027",
        framework=mandate.plan.framework,
        opens_at=datetime(2027, 2, 1, tzinfo=UTC),
        closes_at=datetime(2027, 6, 1, 10, tzinfo=UTC),
    )
    return mandate


@pytest.mark.parametrize("path", PAGES + FOR_MACHINES)
def test_every_page_answers_without_cookie_nor_other_host(client, town, path):
    with clock.at(NOW):
        response = client.get(path)

    content = b"".join(response.streaming_content) if response.streaming else response.content
    hosts = set(re.findall(rb'(?:src|href|action|content)="https?://([^"/]+)', content))
    assert response.status_code == 200
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")
    assert hosts <= {b"127.0.0.1:8000"}
    assert b" style=" not in content
    assert b"<script>" not in content


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_for_someone_signed_in(client, town, path):
    with clock.at(NOW):
        plain = client.get(path).content
        client.force_login(
            MembershipFactory(organisation=town.organisation).person,
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        again = client.get(path).content

    assert again == plain


@pytest.mark.parametrize("path", PAGES)
def test_a_page_stays_within_twelve_questions(client, town, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(12), clock.at(NOW):
        response = client.get(path)

    assert response.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_its_address_and_its_other_language(client, town, path):
    with clock.at(NOW):
        page = client.get(f"/en{path}").content.decode()

    plain = path.partition("?")[0]
    site = "http://127.0.0.1:8000"
    english = f"{site}/en{plain}"
    assert f'<link rel="canonical" href="{english}">' in page
    assert f'<link rel="alternate" hreflang="fr" href="{site}{plain}">' in page
    assert f'<link rel="alternate" hreflang="en" href="{english}">' in page
    assert '<html lang="en"' in page


@pytest.mark.parametrize("path", PAGES)
def test_the_english_page_has_no_french_words_of_the_house(client, town, path):
    town.track.name = town.plan.framework.name = {"fr": "Titre", "en": "Title"}
    town.track.save()
    with clock.at(NOW):
        page = client.get(f"/en{path}").content.decode().replace("Chaque enfant va à l’école sans danger", "")

    page = re.sub(r"<(script|style|select|svg).*?</\1>", "", page, flags=re.S)
    page = re.sub(r'<(\w+)[^>]* lang="fr"[^>]*>.*?</\1>', "", page, flags=re.S)
    words = set(re.sub(r"<[^>]+>", " ", page).split())
    french = {word.strip(".,;:()") for word in words if FRENCH_LETTERS.search(word)} - FRENCH_BY_NATURE
    assert {word for word in french if not word.startswith(("Bien-être", "libre"))} <= set(NAMES_FROM_DATA)


NAMES_FROM_DATA = [  # of sources.yaml, which names works as their publishers do
    "géographique",
    "départements",
    "établissements",
]


@pytest.mark.parametrize(
    "path",
    ["/villes/99999", "/villes/67447/engagements/2", "/villes/67447/engagements/0", "/villes/67043/engagements/1"]
    + ["/villes/67043/carte.png", "/appels/nothing", "/appels/appel-2027/documents/nothing", "/sitemap-9.xml"],
)
def test_what_does_not_exist_is_a_404(client, town, path):
    response = client.get(path)

    assert response.status_code == 404


@pytest.mark.parametrize("situation", [{}, {"submitted": True}])
def test_a_town_that_only_prepares_looks_like_any_other(client, situation):
    quiet = TerritoryFactory(code="67001", name="Achenheim")
    writing = TerritoryFactory(code="67002", name="Adamswiller")
    ApplicationFactory(organisation__code="67002", organisation__name="Adamswiller", organisation__territory=writing)

    pages = [client.get(f"/villes/{place.code}").content.decode() for place in (quiet, writing)]
    promise_page = client.get("/villes/67002/engagements/1")

    assert pages[1] == pages[0].replace("67001", "67002").replace("Achenheim", "Adamswiller")
    assert '<meta name="robots" content="noindex">' in pages[1]
    assert promise_page.status_code == 404


def test_a_draft_call_is_not_told(client):
    CallFactory(code="secret", draft=True, name={"fr": "Appel secret"})

    response = client.get("/appels/secret")
    home = client.get("/").content.decode()
    join = client.get("/rejoindre").content.decode()

    assert response.status_code == 404
    assert "Appel secret" not in home + join


def test_only_the_public_documents_of_a_published_call_are_given(client, town):
    call = CallFactory(code="appel-2028")
    given = {"label": "Cahier", "kind": "pdf", "organisation": town.organisation, "by": PersonFactory()}
    public, private, stray = [files.keep(content, **given) for content in (b"%PDF-1", b"%PDF-2", b"%PDF-3")]
    File.rows.filter(pk__in=[public.pk, stray.pk]).update(is_public=True)
    call.documents.set([public, private])

    answers = [client.get(f"/appels/appel-2028/documents/{file.code}") for file in (public, private, stray)]
    content = b"".join(answers[0].streaming_content)
    answers[0].close()

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert content == b"%PDF-1"
    assert answers[0]["Content-Disposition"] == 'attachment; filename="Cahier.pdf"'


@pytest.mark.parametrize(("given", "leads_to"), [("216704478", "67447"), ("67999", "67447")])
def test_an_old_code_and_a_siren_lead_to_the_commune(client, given, leads_to):
    mandate = member(siren="216704478")
    FormerCodeFactory(code="67999", territory=mandate.organisation.territory)

    answers = [client.get(f"{prefix}/villes/{given}") for prefix in ("", "/en")]

    assert [(a.status_code, a["Location"]) for a in answers] == [
        (301, f"/villes/{leads_to}"),
        (301, f"/en/villes/{leads_to}"),
    ]


def test_a_promise_shows_where_it_comes_from(client, town):
    objective = town.plan.objectives.get()
    origins.link(
        "recommendation",
        parent="framework.recommendation:unknown/1/R1",
        offspring=origins.reference("plans.objective", objective.code),
        label="Air sain",
        by=town.agreement.application.created_by,
    )

    page = client.get("/villes/67447/engagements/1").content.decode()

    assert "D’où ça vient" in page
    assert "Chaque enfant va à l’école sans danger" in page


def test_a_promise_shows_what_is_done_and_what_was_read(client, town):
    objective = town.plan.objectives.get()
    ActionFactory(objective=objective, name="Rue calme", state="in_progress")
    ActionFactory(objective=objective, name="Piste cyclable", state="blocked", reason="Le marché est à refaire.")
    known = IndicatorFactory(objective=objective, name="Écoles apaisées", baseline=20, target=80)
    ReadingFactory(indicator=known, value=50, evidence_address="https://ville.example/arrete")
    ReadingFactory(indicator=known, value=60, replaced_at=NOW)
    unknown = IndicatorFactory(objective=objective, name="Air mesuré", baseline=1, target=9)
    ReadingFactory(indicator=unknown, value=None, missing_because="Capteur en panne.")

    promise = client.get("/villes/67447/engagements/1").content.decode()
    city = client.get("/villes/67447").content.decode()

    told = ["en cours", "bloquée", "Le marché est à refaire.", "justifié", "Capteur en panne."]
    assert [words for words in told if words not in promise] == []
    assert ("50\u202f% du chemin" in promise, "66\u202f%" in promise) == (True, False)
    assert "Avancement inconnu" in promise
    assert "2 commencées" in city


def test_a_city_page_shows_what_is_not_measured_and_what_is_missing(client, town):
    with clock.at(NOW):
        page = client.get("/villes/67447").content.decode()

    assert "<dt>inconnu</dt><dd>1 sur 1</dd>" in page
    assert "inconnu" in page
    assert "34\u202f708" in page
    assert "Année 1 sur 6" in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_city_page_asks_the_same_questions_whatever_its_promises(client, django_assert_num_queries, count):
    mandate = member()
    for number in range(count):
        promise(mandate, f"Promesse {number}")

    with django_assert_num_queries(12), clock.at(NOW):
        response = client.get("/villes/67447")

    assert response.status_code == 200


def test_sitemap_lists_each_page_in_each_language(client, town):
    with clock.at(NOW):
        found = ElementTree.fromstring(client.get("/sitemap.xml").content)

    addresses = [element.text for element in found.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert "http://127.0.0.1:8000/villes/67447" in addresses
    assert "http://127.0.0.1:8000/en/villes/67447" in addresses
    assert "http://127.0.0.1:8000/appels/appel-2027" in addresses
    assert [address for address in addresses if "67043" in address] == []


def test_the_feed_tells_of_new_members(client, town):
    found = ElementTree.fromstring(client.get("/nouvelles.atom").content)

    entries = found.findall("{http://www.w3.org/2005/Atom}entry")
    assert [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in entries] == ["Schiltigheim"]


def test_the_card_is_a_picture_of_the_expected_size(client, town):
    response = client.get("/villes/67447/carte.png")

    assert response["Content-Type"] == "image/png"
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(response.content[16:20]), int.from_bytes(response.content[20:24])) == (1200, 630)
    assert len(response.content) < 60_000


def test_my_commune_leads_to_its_space(client, town):
    page = client.get("/rejoindre/ma-commune?q=bischh").content.decode()

    assert 'href="/compte/commune/67043"' in page
    assert "1 réponse pour «\u202fbischh\u202f»" in page


def test_what_a_town_wrote_says_its_language(client, town):
    """A programme that has no French: its towns' words are not marked as French."""
    town.plan.framework.name = {"de": "Rahmen"}
    town.plan.framework.save()
    with clock.at(NOW):
        page = client.get(f"/villes/{town.plan.organisation.code}/engagements/1").content.decode()

    assert '<h1 lang="de">' in page


@pytest.mark.parametrize("home", ["/", "/en/"])
def test_the_foot_leads_to_the_interface_for_programs(client, home):
    assert '<a href="/api/v1/openapi.json">' in client.get(home).content.decode()
