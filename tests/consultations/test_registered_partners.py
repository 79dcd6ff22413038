"""What partners and groups bring to "Aujourd'hui"."""

from datetime import timedelta

import pytest
from django.utils import translation

from marelle.accounts.states import Role
from marelle.base import clock, dues
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import IN_TIME, PartnerFactory, SittingFactory

pytestmark = pytest.mark.django_db


def test_the_team_is_told_of_partners_that_wait():
    first = PartnerFactory()
    PartnerFactory(consultation=first.consultation)
    PartnerFactory(consultation=first.consultation, confirmed=True)
    committee = first.consultation.committee
    officer = PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])
    reader = PersonFactory(roles=[(committee, Role.REVIEWER)])

    with clock.at(IN_TIME), translation.override("en"):
        told = [
            [(act.sentence, act.address) for act in dues.today(person, committee).acts if "partner" in act.sentence]
            for person in (officer, reader)
        ]

    address = f"/bureau/consultation/{first.consultation.code}/partenaires"
    assert told == [[("Answer 2 partners that ask to relay the consultation", address)], []]


def test_who_holds_a_group_reads_when_it_comes():
    sitting = SittingFactory(
        state="ready",
        name="CM2 B",
        opens_at=IN_TIME + timedelta(days=1),
        closes_at=IN_TIME + timedelta(days=1, hours=2),
    )
    town = sitting.site.partner.organisation
    editor, reader = (PersonFactory(roles=[(town, role)]) for role in (Role.CITY_EDITOR, Role.CITY_READER))

    with clock.at(IN_TIME), translation.override("en"):
        told = [[moment.title for moment in dues.today(person, town).moments] for person in (editor, reader)]

    assert told == [[f"Children answer: {sitting.site.name}, CM2 B"], []]
