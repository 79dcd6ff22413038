"""A consultation of 2026, from the first of October to Christmas; a partner, its school, a class of 25 on the third of November."""

import hashlib
import json
import zlib
from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from marelle.consultations import catalogue
from marelle.consultations.drawing import Column, Row
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.mandates import RowFactory
from tests.factories.territories import TerritoryFactory

OPENS = datetime(2026, 10, 1, 6, tzinfo=UTC)
IN_TIME = datetime(2026, 11, 3, 9, tzinfo=UTC)
CLOSES = datetime(2026, 12, 24, 23, tzinfo=UTC)


class ConsultationFactory(RowFactory):
    """In design."""

    class Meta:
        model = "consultations.Consultation"

    class Params:
        opened = factory.Trait(state="open", opened_at=OPENS, public_key=b"\x04" + bytes(64))

    code = factory.Sequence(lambda n: f"{2026 + n}")
    committee = factory.SubFactory(OrganisationFactory, committee=True)
    name = factory.LazyFunction(lambda: {"fr": "Consultation nationale", "en": "National consultation"})
    opens_at = OPENS
    closes_at = CLOSES


class QuestionnaireFactory(RowFactory):
    """A first draft without a question."""

    class Meta:
        model = "consultations.Questionnaire"

    consultation = factory.SubFactory(ConsultationFactory)
    number = 1
    workbook = factory.SubFactory(FileFactory)
    canonical = '{"languages":["fr"],"parts":[],"title":{"fr":"Consultation"}}'
    content_hash = factory.LazyAttribute(lambda o: hashlib.sha256(o.canonical.encode()).hexdigest())
    added_by = factory.SubFactory(PersonFactory)
    added_at = OPENS


class MediumFactory(RowFactory):
    """The recording of a question."""

    class Meta:
        model = "consultations.Medium"

    consultation = factory.SubFactory(ConsultationFactory)
    name = factory.Sequence(lambda n: f"q{n}.opus")
    kind = "audio"
    content_type = "audio/ogg"
    file = factory.SubFactory(FileFactory)
    added_at = OPENS


class KeyShareFactory(RowFactory):
    """The first half, in somebody's hands."""

    class Meta:
        model = "consultations.KeyShare"

    consultation = factory.SubFactory(ConsultationFactory, opened=True)
    position = 1
    holder = factory.SubFactory(PersonFactory)
    digest = "0" * 64
    handed_at = OPENS


class PartnerFactory(RowFactory):
    """A town that asks to relay."""

    class Meta:
        model = "consultations.Partner"

    class Params:
        confirmed = factory.Trait(state="confirmed", confirmed_at=OPENS)

    consultation = factory.SubFactory(ConsultationFactory, opened=True)
    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Ville {n}")
    kind = "school"
    territory = factory.SubFactory(TerritoryFactory)
    contact_name = "Camille Exemple"
    contact_email = factory.Sequence(lambda n: f"relais{n}@ville.example")
    registered_at = OPENS


class SiteFactory(RowFactory):
    """A school of the town."""

    class Meta:
        model = "consultations.Site"

    partner = factory.SubFactory(PartnerFactory, confirmed=True)
    name = factory.Sequence(lambda n: f"École {n}")
    kind = "school"
    territory = factory.SelfAttribute("partner.territory")


class SittingFactory(RowFactory):
    """A class of 25 that answers now, its code not drawn."""

    class Meta:
        model = "consultations.Sitting"

    site = factory.SubFactory(SiteFactory)
    consultation = factory.SelfAttribute("site.partner.consultation")
    territory = factory.SelfAttribute("site.territory")
    state = "running"
    bands = factory.LazyFunction(lambda: ["9_11"])
    languages = factory.LazyFunction(lambda: ["fr"])
    head_count = 25
    opens_at = datetime(2026, 11, 3, 8, tzinfo=UTC)
    closes_at = datetime(2026, 11, 3, 12, tzinfo=UTC)
    added_at = OPENS


class SittingCountFactory(DjangoModelFactory):
    """Twelve of one part."""

    class Meta:
        model = "consultations.SittingCount"

    sitting = factory.SubFactory(SittingFactory)
    part = "rights"
    received = 12


class IntakeHourFactory(DjangoModelFactory):
    """Ten parts received, each within twenty milliseconds, from nine to ten on the third of November (UTC)."""

    class Meta:
        model = "consultations.IntakeHour"

    hour = IN_TIME
    status = 201
    within_ms = 20
    answers = 10


class BookletFactory(RowFactory):
    """Typed in once."""

    class Meta:
        model = "consultations.Booklet"

    sitting = factory.SubFactory(SittingFactory, state="keying")
    number = factory.Sequence(lambda n: 100000 + n)
    first = "sealed"
    first_by = factory.SubFactory(PersonFactory)
    added_at = IN_TIME


class PrintRunFactory(RowFactory):
    """Ten booklets in French, asked for and not drawn."""

    class Meta:
        model = "consultations.PrintRun"

    sitting = factory.SubFactory(SittingFactory)
    band = "9_11"
    language = "fr"
    form = "a5"
    copies = 10
    asked_by = factory.SubFactory(PersonFactory)
    asked_at = IN_TIME


def column(question, age="all", gender="all", *, base=120, **shares):
    """A column whose options have these shares, in per cent."""
    rows = tuple(Row(name, share, max(share - 8, 5), min(share + 8, 95), 0, 90) for name, share in shares.items())
    return Column(question, age, gender, base, 5, shares=rows)


class FreezeFactory(RowFactory):
    """The first of its year."""

    class Meta:
        model = "consultations.Freeze"

    code = factory.Sequence(lambda n: f"2026-{n:02}")
    consultation = factory.SubFactory(ConsultationFactory, opened=True, state="frozen")
    frozen_at = CLOSES
    proposed_by = factory.SubFactory(PersonFactory)
    confirmed_by = factory.SubFactory(PersonFactory)


class ZoneTablesFactory(DjangoModelFactory):
    """The whole country, of which one question is told. `columns`: what it tells."""

    class Meta:
        model = "consultations.ZoneTables"

    class Params:
        columns = [column("q010", yes=60, no=40)]

    freeze = factory.SubFactory(FreezeFactory)
    zone = "FR"
    level = factory.LazyAttribute(lambda o: catalogue.level_of(o.zone))
    ages = "all"
    body = factory.LazyAttribute(lambda o: zlib.compress(json.dumps([each.as_said() for each in o.columns]).encode()))


class NationalTableFactory(RowFactory):
    """A question of the whole country by age and gender and another one, asked for and not drawn. `columns`: what it tells."""

    class Meta:
        model = "consultations.NationalTable"

    class Params:
        columns = [column("heard", base=400, yes=60, no_way=40)]
        drawn = factory.Trait(
            state="drawn",
            drawn_at=CLOSES,
            body=factory.LazyAttribute(lambda o: zlib.compress(_written(o.columns))),
            digest=factory.LazyAttribute(lambda o: hashlib.sha256(_written(o.columns)).hexdigest()),
        )

    freeze = factory.SubFactory(FreezeFactory, consultation__state="published")
    question = "heard"
    axes = "age.gender.play"
    asked_by = factory.SubFactory(PersonFactory)
    asked_at = CLOSES


def _written(columns):
    return json.dumps([each.as_said() for each in columns]).encode()


class ResearchRequestFactory(RowFactory):
    """A researcher asks for one question, with the undertaking signed; nobody has agreed yet."""

    class Meta:
        model = "consultations.ResearchRequest"

    class Params:
        ready = factory.Trait(
            state="ready", freeze="2026-01", digest="0" * 64, ready_at=CLOSES, expires_at=CLOSES + timedelta(hours=24)
        )

    consultation = factory.SubFactory(ConsultationFactory, opened=True, state="published", published_at=CLOSES)
    analyst = factory.SubFactory(PersonFactory)
    institution = "Institut de recherche"
    purpose = "Ce qui fait qu’un enfant se sent en sécurité."
    questions = factory.LazyFunction(lambda: ["safe"])
    public_key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"  # of the age README
    undertaking = factory.SubFactory(FileFactory)
    asked_by = factory.SubFactory(PersonFactory)
    asked_at = CLOSES
