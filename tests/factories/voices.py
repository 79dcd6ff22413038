"""What children say of plans: proposals, answers, the code of a group, a sentence of their page."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from marelle.plans.operations import group_codes
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.plans import PlanFactory, ReportFactory

CODE = "abcd2345"  # what the adult of a group holds


class ProposalFactory(DjangoModelFactory):
    """A council's proposal that waits for its answer."""

    class Meta:
        model = "plans.Proposal"

    organisation = factory.SubFactory(OrganisationFactory)
    words = "Nous voulons des bancs dans la cour."
    source = "council"
    group_name = "Conseil des enfants"
    received_on = date(2028, 1, 15)
    written_by = factory.SubFactory(PersonFactory)
    written_at = datetime(2028, 1, 16, 8, tzinfo=UTC)

    class Params:
        shown = factory.Trait(shown_at=datetime(2028, 1, 17, 8, tzinfo=UTC), shown_by=factory.SubFactory(PersonFactory))
        answered = factory.Trait(state="answered")
        withdrawn = factory.Trait(state="withdrawn", withdrawn_because="Écrite deux fois.")

    @classmethod
    def _create(cls, model, *args, **kwargs):
        return model.rows.create(*args, **kwargs)


class AnswerFactory(DjangoModelFactory):
    """Yes, next year."""

    class Meta:
        model = "plans.Answer"

    proposal = factory.SubFactory(ProposalFactory, answered=True)
    kind = "yes"
    why = "Vous avez raison : on ne sait pas où s’asseoir."
    planned_for = "2029"
    answered_on = date(2028, 3, 1)
    written_by = factory.SubFactory(PersonFactory)
    written_at = datetime(2028, 3, 1, 8, tzinfo=UTC)


class GroupCodeFactory(DjangoModelFactory):
    """A council's, made of `CODE`, good for three weeks."""

    class Meta:
        model = "plans.GroupCode"

    report = factory.SubFactory(ReportFactory)
    kind = "council"
    digest = factory.LazyFunction(lambda: group_codes.digest(CODE))
    made_by = factory.SubFactory(PersonFactory)
    made_at = datetime(2029, 5, 2, 8, tzinfo=UTC)
    expires_at = datetime(2029, 5, 23, 8, tzinfo=UTC)


class ChildSentenceFactory(DjangoModelFactory):
    """The first words of the page, written again."""

    class Meta:
        model = "plans.ChildSentence"

    plan = factory.SubFactory(PlanFactory)
    part = "welcome"
    words = "Bienvenue ! Ici, on te dit ce que la ville fait pour toi."
    instead_of = "Ta ville a fait des promesses aux enfants."
    edited_by = factory.SubFactory(PersonFactory)
    edited_at = datetime(2028, 2, 1, 8, tzinfo=UTC)
