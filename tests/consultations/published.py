"""A published edition with tables of three places, each line told by hand: what its files hold can be written out."""

import json
import zlib

from marelle.consultations.drawing import Column, Row
from marelle.consultations.models import Consultation
from marelle.consultations.queries import published
from tests.consultations.frozen import ASKED
from tests.factories.consultations import (
    CLOSES,
    OPENS,
    ConsultationFactory,
    FreezeFactory,
    QuestionnaireFactory,
    ZoneTablesFactory,
)
from tests.factories.territories import TerritoryFactory

COUNTRY = [
    Column("safe", base=1240, refused=5, design=1.21, shares=(
        Row("oui", 62.4, 58.9, 65.8, 0, 760, 775), Row("non", 36.1, 32.7, 39.6, 0, 745, 450), Row("parfois", None, None, None, -1), Row("dk", 1.5, 1.0, 2.6, 0, 710, 20),
    )),
    Column("where", base=1240, refused=5, shares=(Row("oui", 50.2, 46.7, 53.7, 0, 780, 620), Row("non", None, None, None, 1), Row("parfois", 3, 2, 4.4, 0, 770, 35), Row("dk", None, None, None, -1))),
    Column("hours", base=1000, refused=0, shares=(Row("0", 99, 98.1, 99, 0, 600, 990), Row("19", 1, 1, 1.9, 0, 600, 10))),
    Column("safe", "6_8", status="below_floor"),
]  # fmt: skip
CROSSED = [
    Column("safe", base=620, refused=5, profile="oui", shares=(Row("oui", 71, 66, 75, 0, 380, 440), Row("non", 29, 25, 34, 0, 380, 180))),
    Column("safe", profile="non", status="below_floor"),
]  # fmt: skip
REZE = [
    Column("safe", base=120, refused=10, shares=(Row("oui", 66, 55, 76, 0, 84), Row("non", 34, 24, 45, 0, 84), Row("parfois", edge=-5), Row("dk", edge=-5))),
    Column("safe", "all", "girl", base=60, refused=10, shares=(Row("oui", edge=5), Row("non", edge=-5), Row("parfois", edge=-5), Row("dk", edge=-5))),
    Column("sad", status="sensitive_level"),
]  # fmt: skip


def publish(state: str = "published", *, margins: bool = False, code: str = "2026") -> Consultation:
    """The edition; Rezé has a page, Vertou has none, Ain keeps its zero."""
    edition = ConsultationFactory(
        code=code, opened=True, state=state, published_at=CLOSES, committee__name="Comité national"
    )
    QuestionnaireFactory(
        consultation=edition,
        canonical=ASKED.canonical,
        content_hash=ASKED.content_hash,
        state="frozen",
        frozen_at=OPENS,
    )
    freeze = FreezeFactory(
        code="2027-01", consultation=edition, manifest={"margins": ["region"] if margins else [], "rules": "hand"}
    )
    TerritoryFactory(code="44143", name="Rezé", kind="commune")
    ZoneTablesFactory(freeze=freeze, zone="FR", columns=COUNTRY)
    ZoneTablesFactory(freeze=freeze, zone="FR", profile="sport", columns=CROSSED)
    ZoneTablesFactory(freeze=freeze, zone="departement:01", columns=REZE[2:])
    ZoneTablesFactory(freeze=freeze, zone="commune:44143", columns=REZE)
    ZoneTablesFactory(
        freeze=freeze, zone="commune:44215", status="below_floor", body=zlib.compress(json.dumps([]).encode())
    )
    return edition


def edition_of(consultation: Consultation) -> published.Edition:
    """As the pages read it."""
    read = published.edition(consultation.code)
    assert read is not None
    return read
