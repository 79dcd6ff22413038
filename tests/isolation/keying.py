"""A consultation in the field: in each town a group whose booklets are typed in, one of them read otherwise by two persons."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marelle.accounts import files
from marelle.accounts.models import File
from marelle.accounts.robot import robot
from marelle.base import clock
from marelle.consultations.keying import Entry
from marelle.consultations.models import Consultation, PrintRun, Sitting
from marelle.consultations.operations import keying
from tests.consultations import intake as house
from tests.consultations.four_languages import QUESTIONNAIRE
from tests.factories.consultations import (
    ConsultationFactory,
    PartnerFactory,
    PrintRunFactory,
    QuestionnaireFactory,
    SiteFactory,
    SittingFactory,
)

OPENS, CLOSES = datetime(2026, 1, 5, 8, tzinfo=clock.PARIS), datetime(2027, 12, 20, 18, tzinfo=clock.PARIS)
MADE = datetime(2026, 10, 6, 10, tzinfo=clock.PARIS)
NUMBER = 123456


@dataclass
class Keying:
    """What an address may name. `sittings`, and `runs` of booklets drawn for them: by the key of the town."""

    edition: Consultation
    sittings: dict[str, Sitting] = field(default_factory=dict)
    runs: dict[str, PrintRun] = field(default_factory=dict)


def make_keying(world: Any, code: str = "2026-terrain") -> Keying:
    """Two persons of each town type one booklet, and do not agree."""
    edition = ConsultationFactory(
        opened=True, code=code, committee=world.house, is_pilot=True, public_key=house.PAIR.public, opens_at=OPENS, closes_at=CLOSES
    )  # fmt: skip
    known = {"canonical": QUESTIONNAIRE.canonical, "content_hash": QUESTIONNAIRE.content_hash}
    QuestionnaireFactory(consultation=edition, state="frozen", frozen_at=OPENS, added_by=world.people["PO"], **known)
    made = Keying(edition)
    for town in world.towns.values():
        made.sittings[town.key] = sitting = _sit(world, town, edition)
        kept = {"organisation": town.organisation, "by": robot()}
        file = files.keep(b"%PDF-1.7 booklets", label="livrets.pdf", kind="pdf", **kept)
        File.rows.filter(pk=file.pk).update(is_apart=True)
        made.runs[town.key] = PrintRunFactory(sitting=sitting, file=file, asked_by=town.people["CE"])
    return made


def _sit(world: Any, town: Any, edition: Consultation) -> Sitting:
    name = world.canaries.plant(town.key, "name of a group")
    place = town.organisation.territory
    contact = {"contact_name": "Camille", "contact_email": "camille@ville.example"}
    where = {"territory": place} if place else {}
    partner = PartnerFactory(
        consultation=edition, organisation=town.organisation, name="Ville", state="active", confirmed_at=OPENS, **contact, **where
    )  # fmt: skip
    site = SiteFactory(partner=partner, name="École")
    window = {"opens_at": MADE - timedelta(days=1), "closes_at": MADE - timedelta(hours=20)}
    sitting = SittingFactory(site=site, name=name, state="keying", **window)
    with clock.at(MADE):
        for person, code in ((town.people["CE"], 1), (town.people["CA"], 2)):
            entry = Entry.new("9_11", "girl", "fr", {"heard": code})
            keying.key_in(sitting.pk, NUMBER, entry, by=person)
    return sitting
