"""Renewal: what is taken from the mandate before, marked, its last values as baselines, and what differs since."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from marelle.accounts.states import Role
from marelle.base.models import Origin
from marelle.mandates.models import TakenUp
from marelle.mandates.operations.applications import save_answer, take_up
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import taken_up
from marelle.plans.models import Indicator
from marelle.plans.operations import writing as plans
from marelle.plans.queries import content
from tests.factories.accounts import PersonFactory
from tests.factories.framework import DemonstrationFramework
from tests.factories.mandates import AnswerFactory, ApplicationFactory, CallFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, ReadingFactory

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 9, 1, tzinfo=UTC)


class Renewing:
    """A town whose mandate came in from elsewhere, after it had declared its intent for the next."""

    def __init__(self):
        self.framework = DemonstrationFramework()
        self.new = ApplicationFactory(call__framework=self.framework, state="draft")
        call = CallFactory(
            framework=self.framework, opens_at=LONG_AGO, closes_at=LONG_AGO + timedelta(days=1), name={"fr": "Mandats repris"}
        )  # fmt: skip
        self.old = ApplicationFactory(
            organisation=self.new.organisation, call=call, state="signed", plan__framework=self.framework,
            taken_over_at=self.new.created_at, created_at=self.new.created_at + timedelta(days=3),
        )  # fmt: skip
        self.editor = PersonFactory(roles=[(self.new.organisation, Role.CITY_EDITOR)])
        domain = self.framework.domains.get(code="A")
        self.objective = ObjectiveFactory(plan=self.old.plan, domain=domain, name="Des rues calmes")
        ActionFactory(objective=self.objective, name="Ouvrir une rue", lead_service="Voirie", budget_eur=1200)

    def indicator(self, **given):
        return IndicatorFactory(
            objective=self.objective, name="Rues calmes", unit="rues", baseline=2, baseline_year=2019, target=20,
            source="Voirie", **given,
        )  # fmt: skip

    def take(self):
        take_up(self.new.pk, by=self.editor)
        self.new.plan.refresh_from_db()
        return taken_up.of(self.new)

    def copied(self):
        return Indicator.objects.get(objective__plan=self.new.plan)


def test_a_mandate_brought_in_without_answers_is_offered_and_its_plan_is_taken():
    scene = Renewing()
    offered = queries.previous(scene.new)

    taken = scene.take()

    assert offered == scene.old
    assert list(scene.new.plan.objectives.values_list("name", "actions__name")) == [
        ("Des rues calmes", "Ouvrir une rue")
    ]
    assert (taken.previous, taken.content["answers"]) == (scene.old, {})
    assert queries.previous(scene.new) is None


@pytest.mark.parametrize("situation", ["another framework", "a plan begun", "a light track", "an empty plan"])
def test_a_mandate_brought_in_is_not_offered_where_nothing_of_it_could_be_taken(situation):
    scene = Renewing()
    if situation == "another framework":
        scene.new = ApplicationFactory(organisation=scene.new.organisation)
    elif situation == "a plan begun":
        ObjectiveFactory(plan=scene.new.plan, domain=scene.framework.domains.get(code="B"))
    elif situation == "a light track":
        scene.new.track.follows_framework = False
    else:
        scene.objective.delete()

    assert queries.previous(scene.new) is None


def test_the_newest_call_is_taken_from_not_the_last_brought_in():
    scene = Renewing()
    before = ApplicationFactory(
        organisation=scene.new.organisation, call=CallFactory(opens_at=LONG_AGO - timedelta(days=2000), closes_at=LONG_AGO),
        state="signed", taken_over_at=scene.new.created_at, created_at=scene.new.created_at + timedelta(days=9),
    )  # fmt: skip
    AnswerFactory(application=before, key="presentation.summary", value="Il y a longtemps.")

    assert queries.previous(scene.new) == scene.old


def test_the_last_value_read_becomes_the_baseline_with_its_year_and_its_source():
    scene = Renewing()
    old = scene.indicator()
    ReadingFactory(indicator=old, period="2024", until=date(2024, 12, 31), value=9, source="Comptage")
    last = ReadingFactory(indicator=old, period="2025-S1", until=date(2025, 6, 30), value=Decimal("11.5"), source="")
    ReadingFactory(indicator=old, period="2026", until=date(2026, 12, 31), value=None, missing_because="Non relevé")
    ReadingFactory(indicator=old, period="2027", until=date(2027, 12, 31), value=99, replaced_at=LONG_AGO)
    ReadingFactory(indicator=old, period="2028", until=date(2028, 12, 31), value=98, breakdown="age:6-10")

    taken, new = scene.take(), scene.copied()

    assert (new.baseline, new.baseline_year, new.source, new.target) == (Decimal("11.5"), 2025, "Voirie", 20)
    assert taken.content["read"] == [new.code]
    assert Origin.objects.get(kind="reading").parent == f"plans.reading:{last.code}"
    old.refresh_from_db()
    assert (old.baseline, old.baseline_year) == (2, 2019)


def test_without_a_reading_the_old_baseline_stays_and_nothing_says_it_was_read():
    scene = Renewing()
    scene.indicator()

    taken, new = scene.take(), scene.copied()

    assert (new.baseline, new.baseline_year, taken.content["read"]) == (2, 2019, [])
    assert not Origin.objects.filter(kind="reading").exists()


def test_what_differs_from_what_was_taken_is_told_of_answers_and_of_the_plan():
    scene = Renewing()
    scene.indicator()
    for key, value in (("presentation.summary", "Avant."), ("presentation.governance", "Un comité.")):
        AnswerFactory(application=scene.old, key=key, value=value)
    taken = scene.take()
    nothing = (
        taken_up.answers_changed(taken, queries.dossier(scene.new)),
        taken_up.plan_changed(taken, content(scene.new.plan)),
    )

    save_answer(scene.new.pk, "presentation.summary", "Après.", was="Avant.", version=0, by=scene.editor)
    plans.save_plan_field(
        scene.new.plan_id, f"indicator.{scene.copied().code}.target", "30", was="20", version=0, by=scene.editor
    )
    plans.add_objective(scene.new.plan_id, "B", name="Nouveau", by=scene.editor)

    answers = taken_up.answers_changed(taken, queries.dossier(scene.new))
    changes = taken_up.plan_changed(taken, content(scene.new.plan))
    assert nothing == ([], [])
    assert [(line["key"], line["before"], line["after"]) for line in answers] == [
        ("presentation.summary", "Avant.", "Après.")
    ]
    assert [(c.what, c.kind, c.name, [(f.field, Decimal(f.old), Decimal(f.new)) for f in c.fields if f.field == "target"]) for c in changes] == [
        ("changed", "indicator", "Rues calmes", [("target", 20, 30)]),
        ("added", "objective", "Nouveau", []),
    ]  # fmt: skip


def test_taken_up_twice_keeps_what_was_taken_first():
    scene = Renewing()
    AnswerFactory(application=scene.old, key="presentation.summary", value="Avant.")
    first = scene.take().content
    AnswerFactory(application=scene.old, key="presentation.governance", value="Un comité.")

    second = scene.take().content

    assert first["answers"] == {"presentation.summary": "Avant."}
    assert second["answers"] == {"presentation.summary": "Avant.", "presentation.governance": "Un comité."}
    assert second["plan"] == first["plan"] != {}
    assert TakenUp.rows.count() == 1
