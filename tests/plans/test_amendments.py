"""A running plan amended: what differs, what it weighs, what becomes of its rows; what is refused changes nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock, origins
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.plans.amendments import clashes, differences, heavy_because
from marelle.plans.models import Action, Amendment, Indicator, Objective, Plan, Reading
from marelle.plans.operations import amending, writing
from marelle.plans.operations.running import Typed, move_action, record_reading
from marelle.plans.queries import content
from marelle.plans.states import AMENDMENT_STEPS
from marelle.plans.versions import differences_of, meanwhile_in
from tests.factories.accounts import PersonFactory
from tests.factories.framework import DomainFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory

pytestmark = pytest.mark.django_db
WHY = "Le marché a pris six mois de retard."
LEVELS = ["informed", "consulted", "involved", "lead"]


def test_amendment_steps_are_the_agreed_ones():
    assert AMENDMENT_STEPS.as_text() == (
        "draft: submit > submitted, withdraw > withdrawn\n"
        "returned: submit > submitted, withdraw > withdrawn\n"
        "submitted: accept > accepted, refuse > refused, send_back > returned, withdraw > withdrawn"
    )


# What differs, and what it weighs -------------------------------------------------------------------------------------
def an_action(code="a1", **said):
    return {
        **{"code": code, "name": "Fermer la rue", "lead_service": "voirie", "partners": "", "involvement": "involved"},
        **{"starts_on": "2027-01-01", "ends_on": "2028-06-30", "budget_eur": 1000},
        **said,
    }


def an_indicator(code="i1", **said):
    return {
        **{"code": code, "name": "Rues calmes", "unit": "%", "direction": "higher_is_better", "baseline": "20.000"},
        **{"baseline_year": 2025, "baseline_missing_because": "", "target": "80.000", "source": "voirie"},
        **said,
    }


def an_objective(code="o1", domain="D1", **said):
    return {
        **{"code": code, "domain": domain, "name": "Aller à l’école", "promise": "Des rues calmes."},
        **{"recommendations": ["R1"], "actions": [an_action()], "indicators": [an_indicator()]},
        **said,
    }


def a_content(*objectives, vision="Mieux vivre."):
    return {"vision": vision, "objectives": list(objectives) or [an_objective()]}


def with_action(**said):
    return a_content(an_objective(actions=[an_action(**said)]))


def with_indicator(**said):
    return a_content(an_objective(indicators=[an_indicator(**said)]))


ANOTHER = an_objective("o2", "D2", recommendations=[], actions=[], indicators=[])
AGREED = [  # what changes, and why the commission judges; nothing: a programme officer does
    ("nothing", a_content(), []),
    ("vision", a_content(vision="Vivre bien."), []),
    ("words of a promise", a_content(an_objective(promise="Des rues très calmes.")), []),
    ("name of an action", with_action(name="Fermer la rue de l’école"), []),
    ("dates", with_action(starts_on="2027-03-01", ends_on="2029-06-30"), []),
    ("lead", with_action(lead_service="éducation"), []),
    ("partners", with_action(partners="Maison de quartier"), []),
    ("budget a tenth up", with_action(budget_eur=1100), []),
    ("budget beyond a tenth", with_action(budget_eur=1101), ["budget_moved"]),
    ("budget beyond a tenth down", with_action(budget_eur=899), ["budget_moved"]),
    ("budget no longer known", with_action(budget_eur=None), ["budget_moved"]),
    ("children more involved", with_action(involvement="lead"), []),
    ("children less involved", with_action(involvement="consulted"), ["children_less_involved"]),
    ("children no longer said", with_action(involvement=""), ["children_less_involved"]),
    ("one action more", a_content(an_objective(actions=[an_action(), an_action("a2", budget_eur=None)])), []),
    (
        "one action less",
        a_content(an_objective(actions=[an_action("a2")])),
        ["action_removed"],
    ),
    ("no action left", a_content(an_objective(actions=[])), ["domain_emptied", "action_removed", "budget_moved"]),
    ("target raised", with_indicator(target="90.000"), []),
    ("target lowered", with_indicator(target="70.000"), ["target_lowered"]),
    ("no target", with_indicator(target=None), ["target_lowered"]),
    ("source", with_indicator(source="police municipale"), []),
    ("unit", with_indicator(unit="rues"), ["measured_otherwise"]),
    ("direction", with_indicator(direction="lower_is_better"), ["measured_otherwise"]),
    ("baseline", with_indicator(baseline="30.000"), ["measured_otherwise"]),
    ("indicator more", a_content(an_objective(indicators=[an_indicator(), an_indicator("i2")])), ["indicator_added"]),
    ("indicator less", a_content(an_objective(indicators=[])), ["indicator_removed"]),
    ("recommendation dropped", a_content(an_objective(recommendations=[])), ["recommendation_dropped"]),
    ("recommendation more", a_content(an_objective(recommendations=["R1", "R2"])), []),
    ("objective more", a_content(an_objective(), ANOTHER), ["objective_added"]),
    (
        "objective less",
        {"vision": "Mieux vivre.", "objectives": []},
        [
            *("objective_removed", "domain_emptied", "action_removed", "indicator_removed"),
            *("recommendation_dropped", "budget_moved"),
        ],
    ),
]


@pytest.mark.parametrize(("after", "because"), [row[1:] for row in AGREED], ids=[row[0] for row in AGREED])
def test_what_makes_an_amendment_heavy_is_agreed(after, because):
    assert heavy_because(a_content(), after, levels=LEVELS) == because


@pytest.mark.parametrize(
    ("percent", "budget", "heavy"),
    [(25, 1250, False), (25, 1251, True), (25, 749, True), (0, 1000, False), (0, 1001, True), (100, 2000, False)],
)
def test_share_of_the_budget_is_the_programmes(percent, budget, heavy):
    found = heavy_because(a_content(), with_action(budget_eur=budget), budget_percent=percent)

    assert found == (["budget_moved"] if heavy else [])


@pytest.mark.parametrize(
    ("direction", "old", "new", "lowered"),
    [
        ("lower_is_better", "10.000", "12.000", True),
        ("lower_is_better", "10.000", "8.000", False),
        ("neutral", "10.000", "12.000", True),
        ("neutral", "10.000", "8.000", True),
        ("higher_is_better", None, "8.000", False),
    ],
)
def test_target_is_lowered_in_its_own_direction(direction, old, new, lowered):
    before, after = (with_indicator(direction=direction, target=target) for target in (old, new))

    assert heavy_because(before, after) == (["target_lowered"] if lowered else [])


def test_differences_are_told_field_by_field():
    after = a_content(an_objective(actions=[an_action(ends_on="2029-06-30"), an_action("a2", name="Planter")]))

    found = differences(a_content(), after)

    assert [(c.what, c.kind, c.code, c.under) for c in found] == [
        ("changed", "action", "a1", "Aller à l’école"),
        ("added", "action", "a2", "Aller à l’école"),
    ]
    assert [(f.field, f.old, f.new) for f in found[0].fields] == [("ends_on", "2028-06-30", "2029-06-30")]


@pytest.mark.parametrize(
    ("mine", "meanwhile", "clash"),
    [
        (with_action(lead_service="éducation"), with_action(partners="Maison de quartier"), []),
        (with_action(lead_service="éducation"), with_action(lead_service="éducation"), []),
        (with_action(lead_service="éducation"), with_action(lead_service="sports"), ["a1"]),
        (with_action(ends_on="2027-06-30"), with_action(starts_on="2027-09-01"), ["a1"]),
        (a_content(an_objective(actions=[])), with_action(partners="Maison de quartier"), ["a1"]),
        (a_content(ANOTHER), a_content(an_objective(actions=[an_action(), an_action("a2")])), ["a2"]),
    ],
    ids=["other fields", "the same words", "other words", "one date each", "what is gone", "into what is gone"],
)
def test_what_both_changed_is_named(mine, meanwhile, clash):
    found = clashes(differences(a_content(), mine), differences(a_content(), meanwhile))

    assert [change.code for change in found] == clash


# A plan and its working copy -----------------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 10, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def plan():
    """Two objectives; the first with two actions and an indicator that was read."""
    plan = PlanFactory(running=True, vision="Mieux vivre.")
    first = ObjectiveFactory(plan=plan, domain__position=1)
    ObjectiveFactory(plan=plan, domain=first.domain, name="Jouer dehors", promise="Un parc par quartier.", position=1)
    ActionFactory(objective=first, name="Fermer la rue", ends_on=date(2028, 6, 30))
    ActionFactory(objective=first, name="Former les agents", position=1)
    IndicatorFactory(objective=first, name="Rues calmes", baseline=20, target=80)
    return plan


@pytest.fixture
def editor(plan):
    return PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])


@pytest.fixture
def lead(plan):
    return PersonFactory(roles=[(plan.organisation, Role.ELECTED_LEAD)])


@pytest.fixture
def amendment(plan, editor):
    return amending.begin(plan.pk, by=editor)


def stand_in(amendment, model, name):
    """The part of the copy with this name."""
    path = "plan" if model is Objective else "objective__plan"
    return model.objects.get(**{path: amendment.copy, "name": name})


def write(amendment, model, name, field, value, by):
    part = stand_in(amendment, model, name)
    kind = model._meta.model_name
    writing.save_plan_field(
        amendment.copy_id, f"{kind}.{part.code}.{field}", value, was="", version=part.version, by=by
    )


def take_out(amendment, model, name, by):
    part = stand_in(amendment, model, name)
    writing.remove(amendment.copy_id, f"{model._meta.model_name}.{part.code}", by=by)


def in_force(amendment, lead, by=None):
    """Handed in and accepted."""
    amending.submit(amendment.pk, by=lead, why=WHY)
    return amending.accept(amendment.pk, by=by or PersonFactory())


def names(plan):
    objectives = plan.objectives.order_by("position", "pk")
    return {o.name: [p.name for p in [*o.actions.order_by("position"), *o.indicators.all()]] for o in objectives}


def test_copy_holds_what_the_plan_holds_and_the_plan_goes_on(plan, amendment, editor):
    assert differences_of(amendment) == []
    assert (amendment.copy.state, plan.state) == ("amended", "running")
    assert names(amendment.copy) == names(plan)
    assert [p.pk for p in Plan.objects.visible_to(editor)] == [plan.pk]


def test_one_change_at_a_time(plan, amendment, editor):
    with pytest.raises(WrongState):
        amending.begin(plan.pk, by=editor)

    assert (Amendment.rows.count(), Plan.rows.count()) == (1, 2)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "validated", "adopted", "closed", "evaluated"])
def test_only_a_running_plan_is_amended(plan, editor, state):
    Plan.rows.update(state=state)

    with pytest.raises(WrongState):
        amending.begin(plan.pk, by=editor)

    assert Plan.rows.count() == 1


def test_rows_stay_with_their_readings_states_and_origins(plan, amendment, editor, lead):
    """The date is written in the copy while the action moves and a reading is taken: nothing of either is lost."""
    action, indicator = (
        Action.objects.get(objective__plan=plan, name="Fermer la rue"),
        plan.objectives.first().indicators.get(),
    )
    write(amendment, Action, "Fermer la rue", "ends_on", "2029-06-30", editor)
    write(amendment, Indicator, "Rues calmes", "source", "police municipale", editor)
    move_action(action.pk, "begin", by=editor)
    reading = record_reading(indicator.pk, Typed("2027", value=D(50)), by=editor)

    in_force(amendment, lead)

    after = Action.objects.get(pk=action.pk)
    assert (after.code, after.ends_on, after.state, after.lead_service) == (
        action.code,
        date(2029, 6, 30),
        "in_progress",
        "",
    )
    assert Indicator.objects.get(pk=indicator.pk).source == "police municipale"
    assert Reading.objects.get().indicator_id == indicator.pk
    assert origins.strip_for(f"plans.reading:{reading.code}", editor).parents[0].label == "Aller à l’école sans danger"
    assert names(plan) == {
        "Aller à l’école sans danger": ["Fermer la rue", "Former les agents", "Rues calmes"],
        "Jouer dehors": [],
    }


def test_what_is_taken_out_is_closed_never_erased(plan, amendment, editor, lead):
    indicator = Indicator.objects.get(objective__plan=plan)
    record_reading(indicator.pk, Typed("2027", value=D(50)), by=editor)
    take_out(amendment, Indicator, "Rues calmes", editor)
    take_out(amendment, Objective, "Jouer dehors", editor)

    in_force(amendment, lead)

    kept = Indicator.objects.select_related("objective__plan").get(pk=indicator.pk)
    copy = Plan.rows.get(pk=amendment.copy_id)
    assert (kept.code, kept.objective.plan_id, kept.readings.count()) == (indicator.code, copy.pk, 1)
    assert (copy.state, names(copy)) == ("closed", {"Jouer dehors": [], "Aller à l’école sans danger": ["Rues calmes"]})
    assert names(plan) == {"Aller à l’école sans danger": ["Fermer la rue", "Former les agents"]}
    with pytest.raises(WrongState):
        record_reading(indicator.pk, Typed("2026", value=D(40)), by=editor)


def test_parent_taken_out_says_so_beside_its_frozen_words(plan, amendment, editor, lead):
    indicator = Indicator.objects.get(objective__plan=plan)
    reading = record_reading(indicator.pk, Typed("2027", value=D(50)), by=editor)
    take_out(amendment, Objective, "Aller à l’école sans danger", editor)

    in_force(amendment, lead)

    for reader in (editor, None):
        parent = origins.strip_for(f"plans.reading:{reading.code}", reader).parents[0]
        assert (parent.label, parent.changed) == ("Aller à l’école sans danger", True)
        assert parent.state == "retiré du plan le 10 avril 2028"


def test_what_is_new_moves_in_under_its_own_code(plan, amendment, editor, lead):
    home = stand_in(amendment, Objective, "Jouer dehors")
    added = writing.add_action(amendment.copy_id, home.code, name="Planter une haie", by=editor)
    domain = DomainFactory(framework=plan.framework, position=0)
    objective = writing.add_objective(amendment.copy_id, domain.code, name="Être écouté", by=editor)
    inside = writing.add_indicator(amendment.copy_id, objective.code, name="Conseils tenus", by=editor)

    in_force(amendment, lead)

    assert Action.objects.get(code=added.code).objective.plan_id == plan.pk
    assert Indicator.objects.get(code=inside.code).objective.plan_id == plan.pk
    assert origins.strip_for(f"plans.action:{added.code}", editor).parents[0].label == "Jouer dehors"
    assert list(plan.objectives.order_by("number").values_list("number", "name")) == [
        (1, "Aller à l’école sans danger"),
        (2, "Jouer dehors"),
        (3, "Être écouté"),
    ]
    assert Plan.rows.get(pk=amendment.copy_id).objectives.count() == 0


def test_what_the_plan_gained_meanwhile_stays(plan, amendment, editor, lead):
    """Somebody takes a practice over into the running plan while the copy is written."""
    write(amendment, Action, "Fermer la rue", "ends_on", "2029-06-30", editor)
    objective = plan.objectives.get(name="Jouer dehors")
    writing.take_over(plan.pk, objective.code, kind="practice", parent="library.practice:x", name="Planter", by=editor)

    in_force(amendment, lead)

    assert names(plan)["Jouer dehors"] == ["Planter"]
    assert [c.name for c in differences_of(Amendment.rows.get())] == ["Fermer la rue"]


def test_what_would_undo_another_s_change_waits_until_it_was_seen(plan, amendment, editor, lead):
    take_out(amendment, Objective, "Jouer dehors", editor)
    objective = plan.objectives.get(name="Jouer dehors")
    writing.take_over(plan.pk, objective.code, kind="practice", parent="library.practice:x", name="Planter", by=editor)
    before = content(plan)

    with pytest.raises(BadData) as refused:
        amending.submit(amendment.pk, by=lead, why=WHY)
    amending.catch_up(amendment.pk, by=editor)

    amendment.refresh_from_db()
    assert refused.value.faults == [
        "Le plan a changé entre-temps\u202f: reprenez d’abord ces changements dans votre copie."
    ]
    assert (amendment.state, content(plan), meanwhile_in(amendment)) == ("draft", before, [])
    assert names(amendment.copy)["Jouer dehors"] == ["Planter"]


def test_objective_brought_back_by_catching_up_stands_once_in_the_copy(plan, amendment, editor, lead):
    objective = plan.objectives.order_by("position").first()
    take_out(amendment, Objective, objective.name, editor)
    writing.take_over(plan.pk, objective.code, kind="practice", parent="library.practice:x", name="Planter", by=editor)

    amending.catch_up(amendment.pk, by=editor)
    take_out(amendment, Action, "Former les agents", editor)
    in_force(amendment, lead)

    amendment.refresh_from_db()
    originals = list(amendment.stands_for.values())
    assert len(originals) == len(set(originals))
    assert names(plan)[objective.name] == ["Fermer la rue", "Planter", "Rues calmes"]


def test_objective_brought_back_by_catching_up_is_not_put_back_twice(plan, amendment, editor):
    objective = plan.objectives.order_by("position").first()
    take_out(amendment, Objective, objective.name, editor)
    take_out(amendment, Objective, "Jouer dehors", editor)
    writing.take_over(plan.pk, objective.code, kind="practice", parent="library.practice:x", name="Planter", by=editor)

    amending.catch_up(amendment.pk, by=editor)

    assert [removal.name for removal in amendment.copy.removals.all()] == ["Jouer dehors"]


def test_accepting_refuses_what_clashes_since_it_was_handed_in(plan, amendment, editor, lead):
    write(amendment, Action, "Fermer la rue", "lead_service", "éducation", editor)
    amending.submit(amendment.pk, by=lead, why=WHY)
    Action.objects.filter(objective__plan=plan, name="Fermer la rue").update(lead_service="sports")
    before = content(plan)

    with pytest.raises(WrongState):
        amending.accept(amendment.pk, by=PersonFactory())

    amendment.refresh_from_db()
    assert (amendment.state, content(plan)) == ("submitted", before)


def test_catching_up_keeps_what_is_written_in_the_copy(plan, amendment, editor):
    write(amendment, Action, "Fermer la rue", "lead_service", "éducation", editor)
    Action.objects.filter(objective__plan=plan).update(partners="Maison de quartier", lead_service="sports")
    Plan.rows.filter(pk=plan.pk).update(vision="Vivre bien.")

    amending.catch_up(amendment.pk, by=editor)

    part = stand_in(amendment, Action, "Fermer la rue")
    amendment.refresh_from_db()
    amendment.copy.refresh_from_db()
    assert (part.lead_service, part.partners, amendment.copy.vision) == (
        "éducation",
        "Maison de quartier",
        "Vivre bien.",
    )
    assert [(f.field, f.old, f.new) for c in differences_of(amendment) for f in c.fields] == [
        ("lead_service", "sports", "éducation")
    ]


def test_handed_in_it_is_frozen_and_weighed(plan, amendment, editor, lead):
    write(amendment, Indicator, "Rues calmes", "target", "60", editor)

    handed = amending.submit(amendment.pk, by=lead, why=WHY)

    assert (handed.state, handed.weight, handed.heavy_because) == ("submitted", "heavy", ["target_lowered"])
    with pytest.raises(WrongState):
        write(amendment, Indicator, "Rues calmes", "target", "70", editor)
    assert [(f.field, f.old, f.new) for c in differences_of(handed) for f in c.fields] == [
        ("target", "80.000", "60.000")
    ]


@pytest.mark.parametrize(
    ("role", "why", "changes", "error"),
    [
        (Role.CITY_EDITOR, WHY, True, NotAllowed),
        (Role.CITY_READER, WHY, True, NotAllowed),
        (Role.ELECTED_LEAD, " ", True, BadData),
        (Role.ELECTED_LEAD, WHY, False, BadData),
    ],
    ids=["editor", "reader", "no reason", "nothing changed"],
)
def test_handing_in_refuses(plan, amendment, editor, role, why, changes, error):
    if changes:
        write(amendment, Action, "Fermer la rue", "lead_service", "éducation", editor)

    with pytest.raises(error):
        amending.submit(amendment.pk, by=PersonFactory(roles=[(plan.organisation, role)]), why=why)

    amendment.refresh_from_db()
    assert (amendment.state, amendment.submitted_at, amendment.after) == ("draft", None, {})


def test_sent_back_it_is_written_again(plan, amendment, editor, lead):
    write(amendment, Action, "Fermer la rue", "lead_service", "éducation", editor)
    amending.submit(amendment.pk, by=lead, why=WHY)

    amending.send_back(amendment.pk, by=PersonFactory(), answer="Dites quand.")
    write(amendment, Action, "Fermer la rue", "ends_on", "2029-06-30", editor)
    again = amending.submit(amendment.pk, by=lead, why=WHY)

    assert [f.field for c in differences_of(again) for f in c.fields] == ["lead_service", "ends_on"]
    assert again.answer == ""


@pytest.mark.parametrize("how", ["refuse", "withdraw"])
def test_refused_or_withdrawn_the_plan_is_as_it_was(plan, amendment, editor, lead, how):
    before = content(plan)
    write(amendment, Action, "Fermer la rue", "lead_service", "éducation", editor)
    amending.submit(amendment.pk, by=lead, why=WHY)

    if how == "refuse":
        amending.refuse(amendment.pk, by=PersonFactory(), answer="La cible reste.")
    else:
        amending.withdraw(amendment.pk, by=editor)

    told = Amendment.rows.get()
    assert (content(plan), Plan.rows.count(), told.copy) == (before, 1, None)
    assert [c.name for c in differences_of(told)] == ["Fermer la rue"]
    assert amending.begin(plan.pk, by=editor).state == "draft"


def test_journal_tells_each_step(plan, amendment, editor, lead):
    write(amendment, Action, "Fermer la rue", "lead_service", "éducation", editor)

    in_force(amendment, lead)

    assert list(JournalContent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "amendment_begun",
        "amendment_submitted",
        "amendment_accepted",
    ]
