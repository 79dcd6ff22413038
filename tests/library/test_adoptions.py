"""A practice taken over: an action in the plan, its origin both ways, what it gave after 6 and 12 months, who is told."""

import pytest

from marelle.accounts.models import Notification
from marelle.accounts.states import Role
from marelle.base import origins
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter, Origin
from marelle.library.models import Adoption
from marelle.library.operations import adoptions
from marelle.library.operations.practices import reference
from marelle.library.queries import practices as queries
from marelle.library.registered import letters
from marelle.plans.models import Action
from marelle.plans.states import PlanState
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.plans import ObjectiveFactory, PlanFactory
from tests.library.shelf import A_YEAR, AT, HALF_A_YEAR, editor, published

pytestmark = pytest.mark.django_db


def scene(state=PlanState.DRAFT, **practice):
    """A practice on the shelf, somebody who writes for another town, an objective of its plan."""
    writer, town = editor()
    objective = ObjectiveFactory(plan=PlanFactory(organisation=town, state=state))
    return published(summary="Fermée à quatre heures.", **practice), writer, town, objective


def take(practice, writer, town, objective, at=AT):
    return adoptions.take_over(practice.pk, town, objective.plan_id, objective.code, by=writer, at=at)


@pytest.mark.parametrize("state", ["draft", "returned", "adopted", "running"])
def test_a_practice_becomes_an_action_that_says_where_it_comes_from(state):
    practice, writer, town, objective = scene(state)

    adoption = take(practice, writer, town, objective)

    action = objective.actions.get()
    assert (action.name, adoption.action, adoption.state) == ("La rue aux enfants", action, "planned")
    up = origins.strip_for(f"plans.action:{action.code}", writer).parents
    down = origins.strip_for(reference(practice), writer).offspring
    assert [(link.kind, link.label, link.address) for link in up][-1:] == [
        ("practice", "La rue aux enfants", f"/pratiques/{practice.code}")
    ]
    assert [link.address for link in down] == [f"/espace/{town.code}/plan/actions/{action.code}"]


def test_nobody_outside_sees_an_action_of_a_plan_that_does_not_run():
    practice, writer, town, objective = scene()

    take(practice, writer, town, objective)

    assert [link.label for link in origins.strip_for(reference(practice), None).offspring] == [
        "une source non publique"
    ]
    assert queries.public_adoptions(practice) == ([], 1)


def test_a_town_whose_plan_runs_is_named():
    practice, writer, town, objective = scene("running")

    adoption = take(practice, writer, town, objective)

    assert queries.public_adoptions(practice) == ([adoption], 0)


@pytest.mark.parametrize("state", ["submitted", "validated", "amended", "closed", "evaluated"])
def test_a_plan_that_is_read_or_closed_takes_nothing(state):
    practice, writer, town, objective = scene(state)

    with pytest.raises(WrongState):
        take(practice, writer, town, objective)

    assert (Adoption.rows.count(), Action.objects.count(), Origin.objects.count()) == (0, 0, 0)


def test_taking_over_is_refused_to_who_may_not():
    practice, writer, town, objective = scene()
    reader = PersonFactory(roles=[(town, Role.CITY_READER)])
    stranger, elsewhere = editor()

    with pytest.raises(NotAllowed):
        take(practice, reader, town, objective)
    with pytest.raises(NotAllowed):
        take(practice, stranger, town, objective)
    with pytest.raises(NotAllowed):
        take(practice, stranger, elsewhere, objective)

    assert (Adoption.rows.count(), Action.objects.count()) == (0, 0)


def test_a_plan_of_another_of_ones_towns_is_not_this_one():
    practice, writer, town, _objective = scene()
    _other, elsewhere = editor()
    both = PersonFactory(roles=[(town, Role.CITY_EDITOR), (elsewhere, Role.CITY_EDITOR)])
    foreign = ObjectiveFactory(plan=PlanFactory(organisation=elsewhere))

    with pytest.raises(BadData):
        take(practice, both, town, foreign)

    assert (Adoption.rows.count(), Action.objects.count()) == (0, 0)


@pytest.mark.parametrize("state", ["draft", "proposed", "returned", "retired"])
def test_what_is_not_on_the_shelf_is_not_taken_over(state):
    practice, writer, town, objective = scene()
    type(practice).rows.filter(pk=practice.pk).update(state=state)

    with pytest.raises(WrongState):
        take(practice, writer, town, objective)

    assert Action.objects.count() == 0


def test_ones_own_and_twice_are_refused():
    writer, town = editor()
    objective = ObjectiveFactory(plan=PlanFactory(organisation=town))
    own, other = published(organisation=town), published()
    take(other, writer, town, objective)

    for practice in (own, other):
        with pytest.raises(WrongState):
            take(practice, writer, town, objective)

    assert (Adoption.rows.count(), Action.objects.count()) == (1, 1)


def test_what_was_given_up_may_be_taken_over_again():
    practice, writer, town, objective = scene()
    first = take(practice, writer, town, objective)

    adoptions.drop(first.pk, "Trop cher pour l’instant.", by=writer)
    second = take(practice, writer, town, objective)

    assert list(Adoption.rows.order_by("pk").values_list("state", "dropped_because")) == [
        ("dropped", "Trop cher pour l’instant."),
        ("planned", ""),
    ]
    assert second.pk != first.pk


def test_results_are_given_on_their_days_each_once():
    practice, writer, town, objective = scene("running")
    adoption = take(practice, writer, town, objective)
    adoptions.adapt(adoption.pk, "Le mercredi seulement.", by=writer)

    with pytest.raises(WrongState):
        adoptions.give_result(adoption.pk, 6, "worked", by=writer, at=HALF_A_YEAR.replace(day=14))
    adoptions.give_result(adoption.pk, 6, "partly", "Un essai.", by=writer, at=HALF_A_YEAR)
    with pytest.raises(WrongState):
        adoptions.give_result(adoption.pk, 6, "worked", by=writer, at=HALF_A_YEAR)
    with pytest.raises(WrongState):
        adoptions.give_result(adoption.pk, 12, "worked", by=writer, at=HALF_A_YEAR)
    adoptions.give_result(adoption.pk, 12, "worked", by=writer, at=A_YEAR)

    assert list(adoption.results.order_by("after_months").values_list("after_months", "outcome", "words")) == [
        (6, "partly", "Un essai."),
        (12, "worked", ""),
    ]
    adoption.refresh_from_db()
    assert (adoption.state, adoption.what_was_changed) == ("result_given", "Le mercredi seulement.")


@pytest.mark.parametrize(("months", "outcome"), [(3, "worked"), (6, "wonderful")])
def test_a_result_is_one_of_those_offered(months, outcome):
    practice, writer, town, objective = scene()
    adoption = take(practice, writer, town, objective)

    with pytest.raises(BadData):
        adoptions.give_result(adoption.pk, months, outcome, by=writer, at=A_YEAR)

    assert adoption.results.count() == 0


@pytest.mark.parametrize("act", ["adapt", "drop"])
def test_giving_up_and_changing_are_told_in_words_by_who_may(act):
    practice, writer, town, objective = scene()
    adoption = take(practice, writer, town, objective)

    with pytest.raises(BadData):
        getattr(adoptions, act)(adoption.pk, "  ", by=writer)
    with pytest.raises(NotAllowed):
        getattr(adoptions, act)(adoption.pk, "Voilà.", by=PersonFactory())

    adoption.refresh_from_db()
    assert adoption.state == "planned"


def test_those_who_told_it_know_without_the_town_in_the_sentence():
    author, home = editor()
    practice, writer, town, objective = scene(organisation=home)

    take(practice, writer, town, objective)

    told = Notification.objects.get(person=author)
    assert (town.name in told.sentence, told.address) == (False, f"/espace/{home.code}/rencontres/pratiques")
    assert [row.organisation for row in queries.made_of_ours(home, author)] == [town]
    assert queries.made_of_ours(home, PersonFactory()) == []
    assert [row.practice for row in queries.taken_over(town, writer)] == [practice]


def test_the_result_is_asked_by_letter_once_a_person_on_its_day():
    practice, writer, town, objective = scene()
    PersonFactory(roles=[(town, Role.CITY_READER)])
    adoption = take(practice, writer, town, objective)

    letters.ask_results(HALF_A_YEAR.replace(day=14))
    before = Letter.objects.count()
    for _twice in range(2):
        letters.ask_results(HALF_A_YEAR)

    letter = Letter.objects.get()
    assert (before, letter.address) == (0, writer.email)
    assert letter.subject == "Qu’a donné «\u202fLa rue aux enfants\u202f», après 6 mois\u202f?"
    assert f"/espace/{town.code}/rencontres/reprises/{adoption.code}" in letter.text
    assert letters.still_writes(letter.reference, writer.email)
    assert not letters.still_writes(letter.reference, "autre@marelle.example")


def test_no_result_is_asked_of_what_was_given_up_or_told():
    practice, writer, town, objective = scene()
    adoption = take(practice, writer, town, objective)
    adoptions.give_result(adoption.pk, 6, "worked", by=writer, at=HALF_A_YEAR)
    other = OrganisationFactory()
    dropped = Adoption.rows.create(
        practice=practice, organisation=other, adopted_at=AT, adopted_by=writer, state="dropped"
    )

    letters.ask_results(HALF_A_YEAR)

    assert (dropped.state, Letter.objects.count()) == ("dropped", 0)
