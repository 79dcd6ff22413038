"""A published edition: the country, a région, a département, Rezé, which has its page, and Bouaye, where too few answered."""

from datetime import UTC, datetime

from marelle.consultations.models import Freeze
from tests.consultations.four_languages import HELP, QUESTIONNAIRE
from tests.factories.consultations import (
    ConsultationFactory,
    FreezeFactory,
    QuestionnaireFactory,
    ZoneTablesFactory,
    column,
)
from tests.factories.territories import TerritoryFactory

SECRET = 77777  # a number that stands in what is withheld, and may show nowhere
AGES4 = ("6_8", "9_11", "12_14", "15_18")
OPENS, CLOSES = datetime(2026, 10, 1, 6, tzinfo=UTC), datetime(2026, 12, 18, 17, tzinfo=UTC)
COUNTRY = [
    column("heard", base=26410, yes=60, no_way=30, dk=10),
    *(column("heard", age, base=6600, yes=share, no_way=90 - share, dk=10) for age, share in zip(AGES4, (70, 65, 55, 50), strict=True)),
    column("heard", gender="girl", base=13000, yes=58, no_way=32, dk=10),
    column("heard", gender="boy", base=12900, yes=62, no_way=28, dk=10),
    column("heard", "6_8", "girl", base=3200, yes=69, no_way=21, dk=10),
    column("where", base=15000, school=44, home=71, street=12, dk=6),
    column("hurt", base=12000, yes=11, no_way=75, dk=14),
    column("play", base=25000, yes=60, no_way=35, dk=5),
]  # fmt: skip
TOWN = [
    column("heard", base=140, yes=84, no_way=11, dk=5),
    column("heard", "6_11", base=80, yes=88, no_way=7, dk=5),
    column("heard", "12_18", base=60, yes=78, no_way=17, dk=5),
    column("play", base=140, yes=62, no_way=33, dk=5),
]


def withheld(question, status, age="all", gender="all"):
    """A column that is not told, in which a number was forgotten."""
    forgotten = column(question, age, gender, base=SECRET, yes=SECRET / 1000)
    return forgotten.__class__(**{**vars(forgotten), "status": status})


def crossed(column, answer):
    """The same column, of the children who gave an answer to another question."""
    return column.__class__(**{**vars(column), "profile": answer})


def publish(state: str = "published", code: str = "2026", **known) -> Freeze:
    """The edition, with what each place tells."""
    edition = ConsultationFactory(
        opened=True, state=state, code=code, opens_at=OPENS, closes_at=CLOSES, help_numbers=list(HELP), **known
    )
    QuestionnaireFactory(
        consultation=edition, state="frozen", frozen_at=OPENS,
        canonical=QUESTIONNAIRE.canonical, content_hash=QUESTIONNAIRE.content_hash,
    )  # fmt: skip
    manifest = {
        "profiles": ["play"],
        "rules": "disclosure 2026-11",
        "questionnaire": QUESTIONNAIRE.content_hash,
        "digest": "d" * 64,
    }
    freeze = FreezeFactory(consultation=edition, code=f"{code}-01", manifest=manifest)
    ZoneTablesFactory(freeze=freeze, ages="age4", genders=["girl", "boy"], columns=COUNTRY)
    outside = [
        crossed(column("heard", base=16000, yes=66, no_way=24, dk=10), "yes"),
        crossed(withheld("heard", "below_floor"), "no_way"),
    ]
    ZoneTablesFactory(freeze=freeze, profile="play", ages="age4", columns=outside)
    heard = column("heard", base=1900, yes=61, no_way=29, dk=10)
    ZoneTablesFactory(freeze=freeze, zone="region:52", columns=[heard])
    ZoneTablesFactory(freeze=freeze, zone="departement:44", columns=[heard, withheld("hurt", "below_floor")])
    town = [*TOWN, withheld("hurt", "sensitive_level"), withheld("where", "below_floor")]
    town += [
        withheld("heard", "sibling", gender="girl"),
        column("heard", gender="boy", base=70, yes=83, no_way=12, dk=5),
    ]
    ZoneTablesFactory(freeze=freeze, zone="commune:44143", ages="age2", genders=["girl", "boy"], columns=town)
    ZoneTablesFactory(freeze=freeze, zone="commune:44190", status="zone_difference", columns=[withheld("heard", "")])
    return freeze


def geography() -> None:
    """Pays de la Loire, Loire-Atlantique, three of its communes."""
    region = TerritoryFactory(kind="region", code="52", name="Pays de la Loire")
    department = TerritoryFactory(kind="departement", code="44", name="Loire-Atlantique", region=region)
    around = {"departement": department, "region": region}
    for code, name in (("44143", "Rezé"), ("44018", "Bouaye"), ("44190", "Les Sorinières")):
        TerritoryFactory(code=code, name=name, **around)
