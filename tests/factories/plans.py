"""Plans: an empty draft, and what can be put into it."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory, FrameworkFactory


class PlanFactory(DjangoModelFactory):
    """A draft without anything in it; a trait for each state."""

    class Meta:
        model = "plans.Plan"

    organisation = factory.SubFactory(OrganisationFactory)
    framework = factory.SubFactory(FrameworkFactory)
    created_at = datetime(2026, 4, 1, 8, tzinfo=UTC)

    class Params:
        submitted = factory.Trait(state="submitted")
        returned = factory.Trait(state="returned")
        validated = factory.Trait(state="validated")
        adopted = factory.Trait(state="adopted", adopted_on=date(2026, 9, 14))
        running = factory.Trait(state="running", adopted_on=date(2026, 9, 14))
        amended = factory.Trait(state="amended", adopted_on=date(2026, 9, 14))
        closed = factory.Trait(state="closed", adopted_on=date(2026, 9, 14))
        evaluated = factory.Trait(state="evaluated", adopted_on=date(2026, 9, 14))

    @classmethod
    def _create(cls, model, *args, **kwargs):
        return model.rows.create(*args, **kwargs)


class ObjectiveFactory(DjangoModelFactory):
    """An objective in a domain of the plan's framework."""

    class Meta:
        model = "plans.Objective"

    plan = factory.SubFactory(PlanFactory)
    domain = factory.SubFactory(DomainFactory, framework=factory.SelfAttribute("..plan.framework"))
    name = "Aller à l’école sans danger"
    promise = "D’ici 2032, chaque rue d’école sera calme."


class ActionFactory(DjangoModelFactory):
    """An action whose budget is unknown."""

    class Meta:
        model = "plans.Action"

    objective = factory.SubFactory(ObjectiveFactory)
    name = "Fermer la rue de l’école aux voitures"


class IndicatorFactory(DjangoModelFactory):
    """An indicator without values."""

    class Meta:
        model = "plans.Indicator"

    objective = factory.SubFactory(ObjectiveFactory)
    name = "Écoles dont la rue est apaisée"
    unit = "%"


class YearlyTargetFactory(DjangoModelFactory):
    """What an indicator aims at in 2028."""

    class Meta:
        model = "plans.YearlyTarget"

    indicator = factory.SubFactory(IndicatorFactory)
    year = 2028
    value = 55


class RemovalFactory(DjangoModelFactory):
    """An action taken out of a plan, without what it held: what only a list shows."""

    class Meta:
        model = "plans.Removal"

    plan = factory.SubFactory(PlanFactory)
    kind = "action"
    name = "Fermer la rue de l’école aux voitures"
    words = "[]"
    removed_by = factory.SubFactory(PersonFactory)
    removed_at = datetime(2026, 4, 2, 8, tzinfo=UTC)

    @classmethod
    def _create(cls, model, *args, **kwargs):
        return model.rows.create(*args, **kwargs)


class BroughtTextFactory(DjangoModelFactory):
    """A text that was pasted: the heading of no domain, two lines."""

    class Meta:
        model = "plans.BroughtText"

    plan = factory.SubFactory(PlanFactory)
    lines = [["Une rue calme", "", ""], ["Fermer la rue", "", ""]]
    given_by = factory.SubFactory(PersonFactory)
    given_at = datetime(2026, 4, 2, 8, tzinfo=UTC)


class ReasonFactory(DjangoModelFactory):
    """Why a domain has no objective."""

    class Meta:
        model = "plans.Reason"

    plan = factory.SubFactory(PlanFactory)
    rule = "domain_missing"
    place = "domain.A"
    said = "L’intercommunalité exerce cette compétence."
    said_by = factory.SubFactory(PersonFactory)
    said_at = datetime(2026, 4, 2, 8, tzinfo=UTC)


class ReadingFactory(DjangoModelFactory):
    """A value declared for a year."""

    class Meta:
        model = "plans.Reading"

    indicator = factory.SubFactory(IndicatorFactory)
    period = "2027"
    until = date(2027, 12, 31)
    value = 40
    recorded_by = factory.SubFactory(PersonFactory)
    recorded_at = datetime(2028, 1, 15, 8, tzinfo=UTC)


class ReportFactory(DjangoModelFactory):
    """A mid-term report asked for, due on 1 September 2029; a trait for each state."""

    class Meta:
        model = "plans.Report"

    plan = factory.SubFactory(PlanFactory, running=True)
    kind = "mid_term"
    year = 2029
    covers_from = date(2026, 9, 1)
    covers_until = date(2029, 8, 31)
    due_on = date(2029, 9, 1)
    asked_at = datetime(2029, 3, 1, 5, tzinfo=UTC)

    class Params:
        yearly = factory.Trait(
            kind="yearly",
            year=2027,
            covers_from=date(2027, 1, 1),
            covers_until=date(2027, 12, 31),
            due_on=date(2028, 1, 31),
            asked_at=datetime(2027, 10, 31, 5, tzinfo=UTC),
        )
        final = factory.Trait(
            kind="final",
            year=2032,
            covers_until=date(2032, 2, 29),
            due_on=date(2032, 3, 1),
            asked_at=datetime(2031, 9, 1, 5, tzinfo=UTC),
        )
        submitted = factory.Trait(
            state="submitted",
            submitted_at=datetime(2029, 8, 20, 8, tzinfo=UTC),
            submitted_by=factory.SubFactory(PersonFactory),
            fingerprint="c" * 64,
        )
        returned = factory.Trait(
            submitted=True,
            state="returned",
            returned_at=datetime(2029, 9, 4, 8, tzinfo=UTC),
            returned_because="Dites ce qui freine la rue aux écoles.",
        )
        accepted = factory.Trait(
            submitted=True,
            state="accepted",
            accepted_at=datetime(2029, 9, 20, 8, tzinfo=UTC),
            accepted_by=factory.SubFactory(PersonFactory),
        )

    @classmethod
    def _create(cls, model, *args, **kwargs):
        return model.rows.create(*args, **kwargs)


class RatingFactory(DjangoModelFactory):
    """The town says that an objective is on track."""

    class Meta:
        model = "plans.Rating"

    report = factory.SubFactory(ReportFactory)
    objective = factory.SubFactory(ObjectiveFactory, plan=factory.SelfAttribute("..report.plan"))
    by = "city"
    verdict = "on_track"
    why = "Trois rues sur cinq sont calmes."
    rated_by = factory.SubFactory(PersonFactory)
    rated_at = datetime(2029, 8, 12, 8, tzinfo=UTC)

    class Params:
        children = factory.Trait(by="children", verdict="held_back", why="", rated_by=None)
        committee = factory.Trait(by="committee")


class NoteFactory(DjangoModelFactory):
    """A few words, for the town's own people."""

    class Meta:
        model = "plans.Note"

    action = factory.SubFactory(ActionFactory)
    thread = factory.Sequence(lambda n: f"note-{n}")
    words = "Les bancs sont posés."
    day = date(2028, 3, 14)
    written_by = factory.SubFactory(PersonFactory)
    written_at = datetime(2028, 3, 14, 16, tzinfo=UTC)
