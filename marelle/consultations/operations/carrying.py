"""« Reprendre »: what children said in a consultation, carried on by their town into its plan, or answered."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import require
from marelle.base import clock, origins, stamps
from marelle.base.errors import BadData
from marelle.base.models import Origin
from marelle.consultations import rules
from marelle.plans.models import Action, Objective, Plan, Proposal
from marelle.plans.operations import carrying, proposals
from marelle.plans.operations.proposals import Said
from marelle.plans.states import ProposalSource, ProposalState


@dataclass(frozen=True)
class Taken:
    """A published result: its reference in the thread, the question children were asked, what one should remember."""

    parent: str
    question: str
    sentence: str


def carry_on(taken: Taken, organisation: Organisation, plan_id: int, place: str, *, by: Person) -> Objective | Action:
    """Make an objective or an action of it in the town's plan, as for a proposal. Raises NotAllowed, WrongState, BadData."""
    require(rules.may_carry_on, by, organisation)
    return carrying.carry_on(plan_id, place, _source(taken, by), organisation, by=by)


@transaction.atomic
def tie(taken: Taken, organisation: Organisation, part: str, *, by: Person) -> Origin:
    """Say that an objective or an action of the town already answers it: `part` is "action.<code>". Raises NotAllowed, BadData."""
    require(rules.may_carry_on, by, organisation)
    made = carrying.link(_source(taken, by), carrying.reference_of(part, organisation), by)
    journal.record(organisation, "result_tied", by=by, organisation=organisation, result=taken.parent, to=part)
    stamps.bump("public")
    return made


@transaction.atomic
def begin_answer(taken: Taken, organisation: Organisation, plan: Plan | None, *, by: Person) -> Proposal:
    """What the town answers publicly, as it answers a proposal; begun already, that one. Raises NotAllowed, BadData."""
    require(rules.may_carry_on, by, organisation)
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # asked twice at once, begun once
    begun = Origin.objects.filter(parent=taken.parent, offspring__startswith="plans.proposal:", withdrawn_at=None)
    codes = [offspring.partition(":")[2] for offspring in begun.values_list("offspring", flat=True)]
    there = Proposal.rows.filter(organisation=organisation, code__in=codes).exclude(state=ProposalState.WITHDRAWN)
    found = there.order_by("pk").first()
    if found:
        return found
    words = f"{taken.question} {taken.sentence}"[: proposals.LONGEST]
    said = Said(words, ProposalSource.CONSULTATION, received_on=clock.today())
    made = proposals.keep_proposal(organisation, said, by=by, plan=plan)
    carrying.link(_source(taken, by), proposals.reference(made), by)
    return made


def _source(taken: Taken, by: Person) -> carrying.Source:
    """Its words frozen as they are today. Raises BadData for what nobody may read any more."""
    shown = origins.shown(taken.parent, by)
    if shown is None:
        raise BadData(_("What you chose is no longer there. Open the page again."))
    return carrying.Source("result", taken.parent, taken.question, shown.title, shown.sentence, shown.address)
