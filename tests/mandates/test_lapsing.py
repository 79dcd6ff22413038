"""Applications nobody handed in, after their call has ended."""

from datetime import timedelta

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import NotAllowed, WrongState
from marelle.base.models import Letter, Origin
from marelle.mandates import checks
from marelle.mandates.operations.applications import save_answer, take_up
from marelle.mandates.operations.lapsing import let_lapse
from marelle.mandates.registered.applications import look_after_drafts
from marelle.plans.models import Action, Plan
from marelle.plans.operations import writing as plans
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DemonstrationFramework
from tests.factories.mandates import CLOSES, AnswerFactory, ApplicationFactory

pytestmark = pytest.mark.django_db


def on(days):
    """The worker's round, so many days after the end of the call."""
    at = CLOSES + timedelta(days=days)
    with clock.at(at):
        look_after_drafts(at)


def states(*applications):
    for application in applications:
        application.refresh_from_db()
    return [application.state for application in applications]


def test_drafts_lapse_thirty_days_after_the_end_told_a_week_before():
    draft = ApplicationFactory(organisation__name="Bourg", state="draft")
    intent = ApplicationFactory(call=draft.call, state="intent")
    handed_in = ApplicationFactory(call=draft.call, submitted=True)
    answer = AnswerFactory(application=draft, key="presentation.summary", value="Une ville.")
    editor = PersonFactory(roles=[(draft.organisation, Role.CITY_EDITOR)])

    found = []
    for days in (22, 23, 29, 30, 30):
        on(days)
        found.append(([*states(draft, intent, handed_in)], Letter.objects.count()))

    answer.refresh_from_db()
    assert found == [
        (["draft", "intent", "submitted"], 0),
        (["draft", "intent", "submitted"], 1),
        (["draft", "intent", "submitted"], 1),
        (["lapsed", "lapsed", "submitted"], 1),
        (["lapsed", "lapsed", "submitted"], 1),
    ]
    assert (Letter.objects.get().address, answer.value) == (editor.email, "Une ville.")
    assert [c.verb for c in JournalContent.objects.all()] == ["lapsed", "lapsed"]
    assert list(checks.plans_follow_applications()) == []


def test_a_worker_that_slept_tells_first_then_waits_a_week():
    draft = ApplicationFactory(state="draft")
    PersonFactory(roles=[(draft.organisation, Role.CITY_EDITOR)])

    found = []
    for days in (90, 96, 97):
        on(days)
        found.append((states(draft)[0], Letter.objects.count()))

    assert found == [("draft", 1), ("draft", 1), ("lapsed", 1)]


def test_letter_says_what_is_kept():
    draft = ApplicationFactory(organisation__name="Bourg", organisation__code="67447", state="draft")
    PersonFactory(roles=[(draft.organisation, Role.CITY_EDITOR)])

    on(23)

    letter = Letter.objects.get()
    assert letter.subject == "Bourg\u202f: votre candidature devient caduque dans une semaine"
    assert letter.text == EXPECTED.format(call=draft.call)


@pytest.mark.parametrize(
    ("situation", "by_robot", "error"),
    [({"state": "draft"}, False, NotAllowed), ({"submitted": True}, True, WrongState)],
    ids=["by hand", "handed in"],
)
def test_let_lapse_refuses(situation, by_robot, error):
    application = ApplicationFactory(**situation)
    head = PersonFactory(roles=[(OrganisationFactory(committee=True), Role.PROGRAMME_ADMINISTRATOR)])
    before = application.state

    with pytest.raises(error):
        let_lapse(application.pk, by=robot() if by_robot else head)

    assert (states(application), JournalContent.objects.count()) == ([before], 0)


def test_take_up_begins_from_the_previous_application():
    """What was written stays, what is taken up says from where, until it is changed; days are asked anew."""
    old = ApplicationFactory(state="lapsed")
    for key, value in [("presentation.summary", "Avant."), ("team.officer_name", "Rose"), ("unknown.key", "Perdu.")]:
        AnswerFactory(application=old, key=key, value=value)
    new = ApplicationFactory(organisation=old.organisation)
    AnswerFactory(application=new, key="team.officer_name", value="Zoé")
    editor = PersonFactory(roles=[(new.organisation, Role.CITY_EDITOR)])

    take_up(new.pk, by=editor)
    before = list(new.answers.order_by("key").values_list("key", "value", "taken_from"))
    save_answer(new.pk, "presentation.summary", "Après.", was="Avant.", version=0, by=editor)

    assert before == [("presentation.summary", "Avant.", old.pk), ("team.officer_name", "Zoé", None)]
    assert list(new.answers.order_by("key").values_list("value", "taken_from")) == [("Après.", None), ("Zoé", None)]
    assert list(old.answers.order_by("key").values_list("value", flat=True)) == ["Avant.", "Rose", "Perdu."]


def test_take_up_copies_the_plan_and_says_where_each_part_comes_from():
    framework = DemonstrationFramework()
    old = ApplicationFactory(state="lapsed", call__framework=framework)
    AnswerFactory(application=old, key="presentation.summary", value="Avant.")
    writer = PersonFactory(roles=[(old.organisation, Role.CITY_EDITOR)])
    Plan.rows.filter(pk=old.plan_id).update(vision="Une ville à hauteur d’enfant.")
    objective = plans.add_objective(old.plan_id, "A", library="A1", by=writer)
    plans.add_indicator(old.plan_id, objective.code, library="A-I1", by=writer)
    action = plans.add_action(old.plan_id, objective.code, name="Ouvrir un relais", by=writer)
    Action.objects.filter(pk=action.pk).update(lead_service="Enfance", budget_eur=1200, starts_on="2026-09-01")
    plans.add_objective(old.plan_id, "D", name="À nos mots", by=writer)
    new = ApplicationFactory(organisation=old.organisation, call__framework=framework)

    take_up(new.pk, by=writer)

    copied = Plan.rows.get(pk=new.plan_id)
    first = copied.objectives.get(library__code="A1")
    (line,) = first.actions.all()
    assert copied.vision == "Une ville à hauteur d’enfant."
    assert list(copied.objectives.order_by("domain__position").values_list("name", flat=True)) == [
        objective.name,
        "À nos mots",
    ]
    assert (line.name, line.lead_service, line.budget_eur, line.starts_on) == (
        "Ouvrir un relais",
        "Enfance",
        1200,
        None,
    )
    assert first.indicators.get().definition.code == "A-I1"
    assert first.recommendations.count() == objective.recommendations.count() > 0
    assert set(Origin.objects.filter(kind__in=["objective", "action"]).values_list("parent", flat=True)) >= {
        f"plans.objective:{objective.code}",
        f"plans.action:{action.code}",
    }


@pytest.mark.parametrize("situation", ["plan begun", "another framework"])
def test_take_up_leaves_the_plan_alone(situation):
    framework = DemonstrationFramework()
    old = ApplicationFactory(state="lapsed", call__framework=framework)
    AnswerFactory(application=old, key="presentation.summary", value="Avant.")
    writer = PersonFactory(roles=[(old.organisation, Role.CITY_EDITOR)])
    plans.add_objective(old.plan_id, "A", name="Ancien", by=writer)
    given = {"call__framework": framework} if situation == "plan begun" else {}
    new = ApplicationFactory(organisation=old.organisation, **given)
    begun = [plans.add_objective(new.plan_id, "B", name="Nouveau", by=writer)] if given else []

    take_up(new.pk, by=writer)

    assert list(Plan.rows.get(pk=new.plan_id).objectives.all()) == begun
    assert new.answers.get().value == "Avant."


def test_take_up_refuses_without_an_earlier_application_or_the_right():
    new, other = ApplicationFactory(), ApplicationFactory(state="lapsed")
    AnswerFactory(application=other, key="presentation.summary", value="Ailleurs.")
    editor = PersonFactory(roles=[(new.organisation, Role.CITY_EDITOR)])
    reader = PersonFactory(roles=[(new.organisation, Role.CITY_READER)])

    for person, error in ((editor, WrongState), (reader, NotAllowed)):
        with pytest.raises(error):
            take_up(new.pk, by=person)

    assert (new.answers.count(), JournalContent.objects.count()) == (0, 0)


EXPECTED = """Bonjour,

La candidature de Bourg à «\u202f{call}\u202f» n’a pas été déposée avant la fin de l’appel. Elle devient caduque le 1er juillet 2026.

Rien de ce qui a été écrit n’est perdu\u202f: le brouillon est conservé, et pourra être repris au prochain appel, dans l’espace de votre organisme\u202f:
http://127.0.0.1:8000/espace/67447/candidature

Si elle devait être déposée, écrivez au comité avant ce jour.

L’équipe du programme
"""
