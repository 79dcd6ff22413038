"""Open data of a published consultation: its page, its files, and the catalogue of the house that leads to them."""

import hashlib
import json

import pytest
import rdflib

from marelle.consultations.models import Consultation
from marelle.consultations.operations import open_data as writing
from marelle.web.parts.triples import Address, Literal, json_ld, turtle, xml
from tests.consultations.published import edition_of, publish

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("its_own_disk"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # by rdflib 7.6 itself
]
PAGE = "/consultation/2026/donnees"
DCAT, DCT, SPDX = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://spdx.org/rdf/terms#"
FORMS = {"jsonld": "json-ld", "ttl": "turtle", "rdf": "xml"}


@pytest.fixture
def files():
    """Those of a published edition, as the worker wrote them."""
    return writing.write(edition_of(publish()))


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_page_tells_the_files_what_they_are_worth_and_how_to_cite(client, files):
    page = client.get(PAGE).content.decode()

    missing = [file.path for file in files if f'href="{PAGE}/{file.path}"' not in page]
    assert missing == []
    for said in (
        "de leur plein gré du 1er octobre 2026 au 24 décembre 2026",
        "changé au hasard, exprès",
        "tout est arrondi",
        "Aucune part n’est redressée",
        "environ 1\u202f240 enfants",
        "Comité national, Consultation nationale, gel 2027-01 du 25 décembre 2026,"
        " https://marelle.example/consultation/2026/donnees, Licence Ouverte 2.0.",
    ):
        assert said in page


def test_page_says_that_files_are_being_written(client):
    publish()

    page = client.get(PAGE)

    assert (page.status_code, "revenez dans quelques minutes" in page.content.decode()) == (200, True)
    assert client.get(f"{PAGE}/commune.csv").status_code == 404


@pytest.mark.parametrize("address", ["", "/commune.csv", "/datapackage.json"])
@pytest.mark.parametrize("state", ["open", "closed", "frozen", "embargoed"])
def test_nothing_is_open_before_it_is_published(client, files, address, state):
    Consultation.rows.update(state=state)

    assert client.get(PAGE + address).status_code == 404


def test_file_comes_as_it_was_written(client, files):
    known = {file.path: file.digest for file in files}

    got = {path: client.get(f"{PAGE}/{path}") for path in known}

    assert {path: hashlib.sha256(body(response)).hexdigest() for path, response in got.items()} == known
    assert got["commune.csv"]["Content-Type"] == "text/csv; charset=utf-8"
    assert got["commune.csv"]["Content-Disposition"] == 'attachment; filename="consultation-2026-commune.csv"'
    assert got["datapackage.json"]["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", ["index.json", "region.csv", "commune.json", "responses.parquet"])
def test_file_that_is_not_offered_does_not_exist(client, files, name):
    assert client.get(f"{PAGE}/{name}").status_code == 404


def test_page_of_the_house_leads_to_it(client, files):
    assert f'href="{PAGE}"' in client.get("/donnees").content.decode()


# The catalogue -------------------------------------------------------------------------------------------------------
def graphs(client) -> dict[str, rdflib.Graph]:
    return {
        kind: rdflib.Graph().parse(data=client.get(f"/donnees/catalogue.{kind}").content, format=form)
        for kind, form in FORMS.items()
    }


def test_catalogue_holds_the_same_statements_in_every_form(client, files):
    found = graphs(client)

    assert len(found["ttl"]) > 500
    assert set(found["ttl"]) == set(found["rdf"]) == set(found["jsonld"])


def test_catalogue_leads_to_every_file_with_its_digest(client, files):
    graph = graphs(client)["ttl"]
    dataset = rdflib.URIRef(f"https://marelle.example{PAGE}")

    found = {}
    for each in graph.objects(dataset, rdflib.URIRef(f"{DCAT}distribution")):
        (checksum,) = graph.objects(each, rdflib.URIRef(f"{SPDX}checksum"))
        (digest,) = graph.objects(checksum, rdflib.URIRef(f"{SPDX}checksumValue"))
        (size,) = graph.objects(each, rdflib.URIRef(f"{DCAT}byteSize"))
        found[str(each)] = (str(digest), str(size))
    assert found == {f"https://marelle.example{PAGE}/{file.path}": (file.digest, str(file.size)) for file in files}


def test_catalogue_is_one_for_the_house(client, files):
    graph = graphs(client)["rdf"]
    home = rdflib.URIRef("https://marelle.example/donnees")

    datasets = {str(each).rpartition("/")[2] for each in graph.objects(home, rdflib.URIRef(f"{DCAT}dataset"))}

    lists = "organisations mandates plans objectives actions indicators readings reports ratings proposals"
    assert datasets == {f"donnees#{name}" for name in lists.split()} | {"donnees"}
    licence = rdflib.URIRef("https://spdx.org/licenses/etalab-2.0")
    assert {str(each) for each in graph.objects(None, rdflib.URIRef(f"{DCT}license"))} == {str(licence)}
    assert str(graph.value(licence, rdflib.URIRef(f"{DCT}identifier"))) == "etalab-2.0"


def test_catalogue_has_what_dcat_ap_requires(client, files):
    graph = graphs(client)["jsonld"]
    required = {"Catalog": ("title", "description", "publisher"), "Dataset": ("title", "description")}

    for kind, names in required.items():
        things = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(DCAT + kind)))
        lacking = [(each, n) for each in things for n in names if not list(graph.objects(each, rdflib.URIRef(DCT + n)))]
        assert (len(things) > 0, lacking) == (True, [])
    distributions = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(f"{DCAT}Distribution")))
    assert [each for each in distributions if not list(graph.objects(each, rdflib.URIRef(f"{DCAT}accessURL")))] == []


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "ttl"),
        ("application/rdf+xml", "rdf"),
        ("application/ld+json", "jsonld"),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.9", "ttl"),
        ("text/html", "jsonld"),
    ],
)
def test_catalogue_comes_as_it_is_asked_for(client, accept, kind):
    response = client.get("/donnees/catalogue", headers={"accept": accept})

    assert (response.status_code, response["Location"]) == (302, f"/donnees/catalogue.{kind}")
    assert "Accept" in response["Vary"]


def test_catalogue_says_nothing_of_an_edition_that_is_not_published(client):
    publish("embargoed")

    assert b"consultation/2026" not in client.get("/donnees/catalogue.ttl").content


def test_statements_survive_any_text():
    said = [
        ("https://ville.example/a b", "dct:title", Literal('Dit « "oui" » \\ & <non>\n\t', "fr")),
        ("https://ville.example/a b", "dct:issued", Literal("2026-10-01", kind="xsd:date")),
        ("https://ville.example/a b", "dct:spatial", Address("https://ville.example/<x>")),
    ]

    found = [rdflib.Graph().parse(data=write(said), format=form) for write, form in ((turtle, "turtle"), (xml, "xml"), (json_ld, "json-ld"))]  # fmt: skip

    assert set(found[0]) == set(found[1]) == set(found[2])
    texts = [str(thing) for thing in found[0].objects(None, rdflib.URIRef(f"{DCT}title"))]
    assert texts == ['Dit « "oui" » \\ & <non>\n\t']


def test_json_ld_needs_nothing_fetched(client):
    said = json.loads(client.get("/donnees/catalogue.jsonld").content)

    assert isinstance(said["@context"], dict)
