"""Counts of what came in: never under five, nor found under five by a subtraction."""

import secrets

import pytest

from marelle.consultations import figures
from marelle.consultations.queries import monitoring
from marelle.consultations.spool import Row, Waiting
from tests.factories.consultations import PartnerFactory, SiteFactory, SittingCountFactory, SittingFactory
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.mark.once
@pytest.mark.parametrize(
    ("counts", "told"),
    [([], 0), ([12], 12), ([12, 3], 12), ([12, 4, 4], 17), ([4, 4, 4, 4], 15), ([5, 0], 5), ([4], 0)],
)
def test_groups_of_fewer_than_five_are_counted_together_by_fives(counts, told):
    assert figures.together(counts) == told


def groups(partner, *received, **about):
    site = SiteFactory(partner=partner, **about)
    for count in received:
        SittingCountFactory(sitting=SittingFactory(site=site, head_count=10), received=count)


@pytest.fixture
def partner():
    town = TerritoryFactory(code="67447", departement=TerritoryFactory(code="67", kind="departement"))
    return PartnerFactory(confirmed=True, territory=town)


def test_no_total_less_what_is_told_tells_a_small_group(partner):
    groups(partner, 23)
    groups(partner, 3, kind="shelter")

    whole = monitoring.overview(partner.consultation)
    lines = {line.key: line.told.received for line in whole.kinds}

    assert (whole.whole.received, lines, whole.whole.hundred) == (23, {"school": 23, "shelter": None}, 115)
    assert monitoring.of_partner(partner).received == 23
    assert [one.came for one in monitoring.partners_of(partner.consultation)] == [23]


def test_groups_called_off_are_in_no_count(partner):
    groups(partner, 20)
    SittingCountFactory(sitting=SittingFactory(site=SiteFactory(partner=partner), state="cancelled"), received=9)

    whole = monitoring.overview(partner.consultation).whole

    assert whole == monitoring.of_partner(partner) == monitoring.Told(groups=1, declared=10, received=20, ratio=2.0)


def test_small_groups_are_told_together(partner):
    groups(partner, 4, 4, 4, 4, kind="shelter")
    other = PartnerFactory(confirmed=True, consultation=partner.consultation, name="Ville sans groupe")

    told = monitoring.overview(partner.consultation)

    assert [(line.key, line.told.received) for line in told.kinds] == [("shelter", 15)]
    assert {one.pk: one.came for one in monitoring.partners_of(partner.consultation)} == {partner.pk: 15, other.pk: 0}


def test_answers_from_home_are_not_found_by_the_ratio(partner):
    groups(partner, 20)
    home = SittingFactory(
        site=None, consultation=partner.consultation, territory=partner.territory.departement, head_count=None
    )
    SittingCountFactory(sitting=home, received=4)

    whole = monitoring.overview(partner.consultation).whole

    assert (whole.received, whole.declared, whole.hundred) == (20, 10, 200)


@pytest.mark.once
def test_ratio_of_fewer_than_five_is_not_told():
    assert [monitoring.told(1, 10, [came]).hundred for came in (0, 4, 5)] == [None, None, 50]


def test_boxes_are_told_by_fives(answers):
    told = []
    for count in (4, 5):
        answers.keep([Waiting(Row(secrets.token_bytes(16), b"a box")) for _n in range(count)])
        told.append(monitoring.health().kept)

    assert told == [0, 5]
