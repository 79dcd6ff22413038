"""The catalogue of all the house's open data (DCAT-AP 2, SEMIC): its lists, and the files of each published consultation."""

from collections.abc import Callable, Iterator
from datetime import date

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from marelle.consultations.exports.descriptors import MEDIA, File
from marelle.consultations.queries import open_data as consulted
from marelle.consultations.queries import published
from marelle.consultations.queries.published import Edition
from marelle.web.parts.open_data import DATASETS, Dataset
from marelle.web.parts.triples import Address, Literal, Statement

EU = "http://publications.europa.eu/resource/authority"  # named authority lists of the Publications Office
LICENCE = "https://spdx.org/licenses/etalab-2.0"
LICENCE_TITLE, LICENCE_CODE = "Licence Ouverte 2.0", "etalab-2.0"  # https://github.com/etalab/licence-ouverte
THEME = f"{EU}/data-theme/SOCI"
FRANCE = f"{EU}/country/FRA"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
KINDS = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON", "xml": "XML", "parquet": "PARQUET"}
TITLE = _("Open data of the child-friendly cities")
ABOUT = _("Towns, mandates, promises, actions, indicators and readings of the network; protected tables of the consultation of children.")  # fmt: skip


def statements() -> Iterator[Statement]:
    """Everything the catalogue says."""
    home = f"{settings.SITE_ADDRESS}/donnees"
    yield from _described(home, "dcat:Catalog", lambda: TITLE, lambda: ABOUT)
    yield home, "foaf:homepage", Address(home)
    yield from _shared(home)
    publisher = _publisher()
    yield publisher, "rdf:type", Address("foaf:Agent")
    yield publisher, "foaf:name", Literal("Marelle")
    yield LICENCE, "rdf:type", Address("dct:LicenseDocument")
    yield LICENCE, "dct:title", Literal(LICENCE_TITLE, "fr")
    yield LICENCE, "dct:identifier", Literal(LICENCE_CODE)
    for dataset in DATASETS:
        yield home, "dcat:dataset", Address(f"{home}#{dataset.name}")
        yield from _list(home, dataset)
    for edition in published.editions():
        read = published.edition(edition.code)
        if read is not None:
            yield home, "dcat:dataset", Address(consulted.about(read).address)
            yield from _consultation(read)


def _publisher() -> str:
    return f"{settings.SITE_ADDRESS}/#editeur"


def _described(
    thing: str, kind: str, title: Callable[[], str | Promise], about: Callable[[], str | Promise]
) -> Iterator[Statement]:
    """Kind, title and description, in every language of the house."""
    yield thing, "rdf:type", Address(kind)
    for code, _name in settings.LANGUAGES:
        with override(code):
            said = (str(title()), str(about()))
        yield thing, "dct:title", Literal(said[0], code)
        yield thing, "dct:description", Literal(said[1], code)


def _shared(thing: str) -> Iterator[Statement]:
    yield thing, "dct:publisher", Address(_publisher())
    yield thing, "dct:license", Address(LICENCE)
    yield thing, "dct:language", Address(f"{EU}/language/FRA")
    yield thing, "dct:spatial", Address(FRANCE)


# Lists ---------------------------------------------------------------------------------------------------------------
def _list(home: str, dataset: Dataset) -> Iterator[Statement]:
    thing = f"{home}#{dataset.name}"
    yield from _described(thing, "dcat:Dataset", lambda: dataset.title, lambda: dataset.about)
    yield from _shared(thing)
    yield thing, "dct:identifier", Literal(dataset.name)
    yield thing, "dcat:landingPage", Address(home)
    yield thing, "dcat:theme", Address(THEME)
    yield thing, "dct:accrualPeriodicity", Address(f"{EU}/frequency/UPDATE_CONT")
    for kind in ("csv", "xlsx", "json"):
        yield from _distribution(thing, f"{home}/{dataset.name}.{kind}", f"{dataset.name}.{kind}", kind)


def _distribution(dataset: str, address: str, title: str, kind: str) -> Iterator[Statement]:
    yield dataset, "dcat:distribution", Address(address)
    yield address, "rdf:type", Address("dcat:Distribution")
    yield address, "dct:title", Literal(title)
    yield address, "dcat:accessURL", Address(address)
    yield address, "dcat:downloadURL", Address(address)
    yield address, "dct:license", Address(LICENCE)
    yield address, "dct:format", Address(f"{EU}/file-type/{KINDS[kind]}")
    yield address, "dcat:mediaType", Address(f"{MEDIA_TYPES}/{MEDIA[kind]}")


# Consultations -------------------------------------------------------------------------------------------------------
def _consultation(read: Edition) -> Iterator[Statement]:
    thing, said = consulted.about(read).address, read.consultation
    yield from _described(thing, "dcat:Dataset", lambda: str(said), lambda: "\n".join(consulted.about(read).caution))
    yield from _shared(thing)
    yield thing, "dct:identifier", Literal(f"consultation-{said.code}")
    yield thing, "dct:issued", _day(consulted.frozen_on(read.freeze))
    yield thing, "dcat:landingPage", Address(thing)
    yield thing, "dcat:theme", Address(THEME)
    yield thing, "dct:accrualPeriodicity", Address(f"{EU}/frequency/NEVER")
    first, last = consulted.fieldwork(said)
    yield thing, "dct:temporal", Address(f"{thing}#periode")
    yield f"{thing}#periode", "rdf:type", Address("dct:PeriodOfTime")
    yield f"{thing}#periode", "dcat:startDate", _day(first)
    yield f"{thing}#periode", "dcat:endDate", _day(last)
    for file in consulted.files_of(read.freeze):
        address = f"{thing}/{file.path}"
        yield from _distribution(thing, address, file.path, file.kind)
        yield from _checked(address, file)


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), kind="xsd:date")


def _checked(address: str, file: File) -> Iterator[Statement]:
    """Size and digest of a file."""
    digest = f"{address}#sha256"
    yield address, "dcat:byteSize", Literal(str(file.size), kind="xsd:decimal")
    yield address, "spdx:checksum", Address(digest)
    yield digest, "rdf:type", Address("spdx:Checksum")
    yield digest, "spdx:algorithm", Address("spdx:checksumAlgorithm_sha256")
    yield digest, "spdx:checksumValue", Literal(file.digest, kind="xsd:hexBinary")
