"""The demonstration's needs, ranking and groups: what a visitor finds there, the same each time."""

import io

import pytest

from marelle.accounts.models import Message, Organisation, Person
from marelle.demo import building, learning
from marelle.demo.stages import STAGES
from marelle.events.models import Ballot, Group, GroupMember, Need, Ranking
from marelle.library.models import Practice, Service
from tests.factories.framework import DemonstrationFramework
from tests.factories.library import ServiceFactory
from tests.factories.territories import TerritoryFactory

PLACES = ["44143", "35238"]


def build(stage):
    for code in PLACES:
        TerritoryFactory(code=code)
    DemonstrationFramework()
    for row in learning.content()["needs"]:
        if not Service.objects.filter(code=row["service"]).exists():
            ServiceFactory(code=row["service"])
    building.build(stage, only=PLACES, out=io.StringIO())


@pytest.mark.django_db
def test_the_network_learns_from_its_own():
    build("review")

    abroad = Organisation.objects.exclude(country="FR").order_by("pk").values_list("name", flat=True)
    assert list(Need.rows.order_by("organisation__code").values_list("organisation__code", flat=True)) == PLACES[::-1]
    assert list(abroad) == [row["name"] for row in [*learning.content()["abroad"], learning.content()["partner"]]]
    assert list(Ballot.objects.values_list("given", flat=True)) == [5, 5]
    assert [
        (str(group), group.members.count(), group.minutes.count(), group.meetings.count())
        for group in Group.rows.order_by("pk")
    ] == [("Enfants arrivés seuls", 4, 2, 1), ("Jouer dehors", 2, 2, 1)]
    assert [str(ranking) for ranking in Ranking.rows.filter(closes_at__gt=STAGES["review"])] == ["Besoins de l’automne"]
    assert Message.objects.count() == 2
    told = Practice.objects.public().filter(by_committee=True).order_by("pk")
    assert [(practice.organisation.name, practice.state) for practice in told] == [
        ("Palerme", "published"),
        ("Sfax", "published"),
        ("Málaga", "published"),
    ]
    assert GroupMember.objects.filter(person__email__startswith="moderator-abroad@").count() == 1
    assert Person.objects.filter(email__startswith="partner@").count() == 1


def test_eight_cities_state_a_need_and_each_need_has_its_column():
    needs, points = learning.content()["needs"], learning.content()["points"]

    assert len({row["code"] for row in needs}) == 8
    assert {len(row["gives"]) for row in points} == {8}
    assert len({row["country"] for row in learning.content()["abroad"]}) == 6
