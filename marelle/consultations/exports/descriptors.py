"""What the files hold, for programs: CSV on the Web and Data Package. Written from what is known, never inferred from values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from marelle.consultations.exports.lines import CROSSED

LICENCE = {  # the French open licence: https://github.com/etalab/licence-ouverte
    "name": "etalab-2.0",
    "title": "Licence Ouverte 2.0",
    "path": "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
}
CSVW_TYPES: dict[str, Any] = {
    "text": "string",
    "number": "decimal",
    "whole": "integer",
    "flag": {"base": "boolean", "format": "yes|no"},
}
PACKAGE_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "flag": {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
}
MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "json": "application/json",
}


@dataclass(frozen=True)
class File:
    """One file as it lies on the disk. `name`: of its address, without its kind. `level`: of its places, "" for none.

    `digest`: SHA-256. `lines`: of a table, its titles aside, else 0. `columns`: names of its columns, of a CSV file.
    """

    name: str
    kind: str
    size: int
    digest: str
    level: str = ""
    lines: int = 0
    columns: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """commune.csv."""
        return f"{self.name}.{self.kind}"


@dataclass(frozen=True)
class About:
    """What every file says of the edition: `title`, `address` of its page of data, `publisher`, `caution`, days of the
    fieldwork and of the freeze, as 2026-10-01.
    """

    code: str
    title: str
    address: str
    publisher: str
    freeze: str
    caution: Sequence[str]
    days: tuple[str, str]
    frozen_on: str


def csvw(about: About, files: Iterable[File]) -> dict[str, Any]:
    """Tabular metadata (W3C, Metadata Vocabulary for Tabular Data) of the CSV files of the published tables and lists."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "fr"}],
        "@type": "TableGroup",
        "dc:title": about.title,
        "dc:description": " ".join(about.caution),
        "dc:publisher": about.publisher,
        "dc:license": {"@id": LICENCE["path"]},
        "dc:temporal": "/".join(about.days),
        "dc:identifier": about.freeze,
        "dc:issued": about.frozen_on,
        "tables": [
            {"@type": "Table", "url": file.path, "tableSchema": {"@type": "Schema", "columns": _csvw_columns(file)}}
            for file in files
            if file.columns
        ],
    }


def _csvw_columns(file: File) -> list[dict[str, Any]]:
    return [
        {"@type": "Column", "name": name, "titles": name, "datatype": CSVW_TYPES[kind]}
        | ({"dc:description": meaning} if meaning else {})
        for name, kind, meaning in columns(file)
    ]


def package(about: About, files: Iterable[File]) -> dict[str, Any]:
    """The Data Package (frictionlessdata.io, version 1): every file with its size, its digest, and what its columns hold."""
    return {
        "profile": "data-package",
        "name": f"consultation-{about.code}".lower(),
        "id": f"{about.address}/datapackage.json",
        "title": about.title,
        "description": "\n\n".join(about.caution),
        "homepage": about.address,
        "version": about.freeze,
        "created": f"{about.frozen_on}T00:00:00Z",
        "licenses": [LICENCE],
        "contributors": [{"title": about.publisher, "role": "publisher"}],
        "temporal": {"start": about.days[0], "end": about.days[1]},
        "resources": [_resource(file) for file in files],
    }


def _resource(file: File) -> dict[str, Any]:
    known = {
        "name": file.name if file.columns else f"{file.name}-{file.kind}",
        "path": file.path,
        "format": file.kind,
        "mediatype": MEDIA[file.kind],
        "bytes": file.size,
        "hash": f"sha256:{file.digest}",
    }
    if not file.columns:
        return {**known, "profile": "data-resource"}
    fields = [
        {"name": name, **PACKAGE_TYPES[kind]} | ({"description": meaning} if meaning else {})
        for name, kind, meaning in columns(file)
    ]
    schema = {"fields": fields, "missingValues": [""]}
    dialect = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
    return {**known, "profile": "tabular-data-resource", "encoding": "utf-8", "dialect": dialect, "schema": schema}


def columns(file: File) -> list[tuple[str, str, str]]:
    """Name, kind and meaning of each column of a CSV file; columns of the two lists and of SDMX are texts without one."""
    known = {field.name: field for field in CROSSED}
    if not set(file.columns) <= set(known) or not file.level:
        return [(name, "text", "") for name in file.columns]
    return [(name, known[name].kind, str(known[name].meaning)) for name in file.columns]
