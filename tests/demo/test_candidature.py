"""The demonstration's call: places that apply jointly, a city heard, another invited, questions answered, one passed on."""

import io

import pytest
from django.db import transaction

from marelle.accounts.models import Message
from marelle.demo import building, network
from marelle.demo.stages import STAGES
from marelle.mandates.models import Application, Asking, CallAnswer, Hearing, Pair, Review
from tests.factories.framework import DemonstrationFramework
from tests.factories.territories import TerritoryFactory

JOINT = {"57463": "200039865", "67447": "246700488"}
HEARD, INVITED, ASKED_POINTS = "80021", "97302", "01053"


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """These places at the review, built once, undone at the end of the file: tests read them."""
    with django_db_blocker.unblock(), transaction.atomic():
        for commune, intercommunality in JOINT.items():
            town = TerritoryFactory(code=commune)
            town.intercommunality = TerritoryFactory(code=intercommunality, intercommunality=True)
            town.save()
        for code in (HEARD, INVITED, ASKED_POINTS):
            TerritoryFactory(code=code)
        DemonstrationFramework()
        only = {*JOINT, *JOINT.values(), HEARD, INVITED, ASKED_POINTS}
        building.build("review", only=only, out=io.StringIO())
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_call_shows_what_a_call_is_made_of(built):
    pairs = Pair.objects.standing().exclude(accepted_at=None).order_by("commune__code")
    assert [(pair.commune.code, pair.intercommunality.code) for pair in pairs] == sorted(JOINT.items())
    assert [(pair.powers.count(), pair.shared_actions.count()) for pair in pairs] == [(5, 1), (5, 1)]

    states = dict(Application.rows.values_list("organisation__code", "state"))
    assert (states[HEARD], states[INVITED], states[ASKED_POINTS]) == ("heard", "hearing_planned", "returned")
    assert Hearing.rows.exclude(heard_at=None).get().application.organisation.code == HEARD
    assert Hearing.rows.filter(heard_at=None).get().application.organisation.code == INVITED

    assert CallAnswer.rows.count() == 2
    assert (
        Message.objects.filter(thread__reference__startswith="mandates.").count() == 3
    )  # two with a city, one of the team
    assert Asking.rows.get().answer.startswith("Le service siège au comité")


@pytest.mark.django_db
def test_what_both_carry_is_written_by_one_and_handed_in_by_the_other_too(built):
    """Its own plan already holds it at home."""
    handed_in = {
        code: Application.rows.get(organisation__code=code).hand_ins.get().content for code in ("57463", "200039865")
    }

    (carried,) = handed_in["200039865"]["shared"]
    assert "shared" not in handed_in["57463"]
    assert carried["name"] in str(handed_in["57463"]["plan"])


@pytest.mark.django_db
def test_two_readers_of_a_dossier_do_not_agree_on_everything(built):
    reviews = Review.rows.filter(application__organisation__code="57463").order_by("pk")
    first, second = (
        list(review.scores.order_by("criterion__position").values_list("points", flat=True)) for review in reviews
    )

    assert max(abs(one - other) for one, other in zip(first, second, strict=True)) == 2


def test_places_walk_together_only_where_both_are_told():
    told = network.places(STAGES["review"])
    groups = network.together(told)

    assert sorted(place.code for group in groups for place in group) == sorted(place.code for place in told)
    assert {tuple(place.code for place in group) for group in groups if len(group) == 2} == set(JOINT.items())
    alone = [place for place in told if place.code in JOINT.values()]
    assert network.together(alone) == [(place,) for place in alone]
