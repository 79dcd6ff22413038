"""The page `sources.yaml` beside the packaged tables: who made them, under which licence, of which year."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

FOLDER: Path = settings.BASE / "data" / "territories"


@dataclass(frozen=True)
class Source:
    """One publisher's work, as the page of sources shows it. `title` and `used_for` in the language asked for."""

    key: str
    title: str
    publisher: str
    licence: str
    vintage: str
    used_for: str
    obtained_from: str


@cache
def read_page(folder: Path = FOLDER) -> dict[str, Any]:
    """The page as it is written: country, vintage, population, sources, what a complete load holds."""
    return yaml.safe_load((folder / "sources.yaml").read_text(encoding="utf-8"))


def in_language(words: dict[str, str], language: str) -> str:
    """The words in `language` (`fr`, `en-gb`…), else in the first language written."""
    return words.get(language.split("-")[0]) or next(iter(words.values()))


def all_sources(language: str, folder: Path = FOLDER) -> list[Source]:
    """Every source of the packaged tables, in the order of the page."""
    return [
        Source(
            key=row["key"],
            title=in_language(row["title"], language),
            publisher=row["publisher"],
            licence=row["licence"],
            vintage=str(row["vintage"]),
            used_for=in_language(row["used_for"], language),
            obtained_from=row["obtained_from"],
        )
        for row in read_page(folder)["sources"]
    ]
