"""Two editions of a committee that are frozen: one everyone reads, one only its team does. Each town has tables in both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marelle.base import clock
from marelle.consultations.models import Consultation, Freeze
from tests.consultations.four_languages import QUESTIONNAIRE
from tests.factories.consultations import (
    ConsultationFactory,
    FreezeFactory,
    QuestionnaireFactory,
    ZoneTablesFactory,
    column,
)

OPENS, CLOSES = datetime(2024, 10, 1, 8, tzinfo=clock.PARIS), datetime(2024, 12, 18, 18, tzinfo=clock.PARIS)
PUBLISHED = datetime(2025, 3, 3, 6, tzinfo=clock.PARIS)
SILENT = "withdrawn"  # the town that has no page
TOLD = [
    column("heard", base=140, yes=60, no_way=30, dk=10),
    column("where", base=140, school=44, home=71, street=12, dk=6),
    column("play", base=140, yes=60, no_way=35, dk=5),
]


@dataclass
class Results:
    """What an address may name: an edition anyone reads, one that is not public yet."""

    public: Consultation
    coming: Consultation


def make_results(world: Any, code: str = "2024") -> Results:
    """Drawn from no answer: numbers are the same everywhere, words are not."""
    source = world.canaries.plant(world.owner, "results to come")
    return Results(
        _edition(world, code, state="published", published_at=PUBLISHED),
        _edition(world, f"{code}-gel", state="frozen", margins={"source": source, "rows": [["age", "9_11", "9", ""]]}),
    )


def _edition(world: Any, code: str, **known: Any) -> Consultation:
    name = world.canaries.plant(world.owner, "known consultation", code)
    edition = ConsultationFactory(
        opened=True, code=code, committee=world.house, name={"fr": name}, opens_at=OPENS, closes_at=CLOSES, **known
    )  # fmt: skip
    asked = {"canonical": QUESTIONNAIRE.canonical, "content_hash": QUESTIONNAIRE.content_hash}
    QuestionnaireFactory(consultation=edition, state="frozen", frozen_at=OPENS, added_by=world.people["PO"], **asked)
    people = {"proposed_by": world.people["PA"], "confirmed_by": world.people["PA2"]}
    manifest = {"profiles": ["play"], "rules": "disclosure 2026-11", "set_aside": {"identical": 30}, "refused": 0}
    manifest["margins"] = edition.margins.get("source", "")
    _tell(world, FreezeFactory(consultation=edition, code=f"{code}-01", manifest=manifest, **people))
    return edition


def _tell(world: Any, freeze: Freeze) -> None:
    ZoneTablesFactory(freeze=freeze, columns=TOLD)
    ZoneTablesFactory(freeze=freeze, profile="play", columns=[])
    for town in world.towns.values():
        zone, is_told = f"commune:{town.organisation.territory.code}", town.key != SILENT
        ZoneTablesFactory(
            freeze=freeze, zone=zone, status="" if is_told else "below_floor", columns=TOLD if is_told else []
        )
