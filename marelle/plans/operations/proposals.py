"""What children propose and what they are answered: kept, read over, shown to everyone, answered, carried on into a plan."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, origins, stamps
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Origin
from marelle.plans import periods, rules
from marelle.plans.models import Action, Answer, Objective, Plan, Proposal
from marelle.plans.operations import carrying
from marelle.plans.states import PROPOSAL_STEPS, AnswerKind, ProposalSource, ProposalState

LONGEST = 600  # characters of a proposal, of the reason of an answer: a child reads it in a minute
LONGEST_REASON = 300  # characters
SHOWN = frozenset({ProposalState.PROPOSED, ProposalState.ANSWERED})


@dataclass(frozen=True)
class Said:
    """What children propose, as an adult kept it. `received_on`: None when nobody knows the day any more."""

    words: str
    source: str
    group_name: str = ""
    received_on: date | None = None


@dataclass(frozen=True)
class Told:
    """What children are answered. `planned_for`: a day or a period, blank when it will not be done."""

    kind: str
    why: str
    planned_for: str = ""
    answered_on: date | None = None


@transaction.atomic
def keep_proposal(organisation: Organisation, said: Said, *, by: Person, plan: Plan | None = None) -> Proposal:
    """Write down what a group of children proposes. Nobody else reads it yet. Raises NotAllowed, BadData."""
    proposal = Proposal(organisation=organisation, plan=plan, written_by=by, written_at=clock.now(), **_checked(said))
    rules.require(rules.may_write_proposal, by, proposal)
    if plan is not None and plan.organisation_id != organisation.pk:
        raise BadData(_("What you chose is no longer there. Open the page again."))
    proposal.save()
    journal.record(proposal, "proposal_kept", by=by, source=proposal.source)
    return proposal


@transaction.atomic
def change_proposal(proposal_id: int, said: Said, *, by: Person) -> Proposal:
    """Write it otherwise while it waits for its answer. Shown, it is read over again. Raises NotAllowed, WrongState, BadData."""
    proposal = _mine(proposal_id, by)
    if proposal.state != ProposalState.PROPOSED:
        raise WrongState(_("It has been answered: its words no longer change."), state=proposal.state)
    checked = _checked(said)
    if checked["words"] != proposal.words and proposal.shown_at:
        proposal.shown_at = proposal.shown_by = None
        stamps.bump("public")
    for name, value in checked.items():
        setattr(proposal, name, value)
    proposal.version += 1
    proposal.save()
    journal.record(proposal, "proposal_changed", by=by)
    return proposal


@transaction.atomic
def show(proposal_id: int, *, by: Person) -> Proposal:
    """Let everyone read it, once it has been read over: no child is named. Raises NotAllowed, WrongState."""
    proposal = _mine(proposal_id, by)
    if proposal.state not in SHOWN or proposal.shown_at is not None:
        raise WrongState(_("This is no longer possible: things have moved on meanwhile."), state=proposal.state)
    proposal.shown_at, proposal.shown_by = clock.now(), by
    return _seen(proposal, "proposal_shown", by)


@transaction.atomic
def hide(proposal_id: int, *, by: Person) -> Proposal:
    """Show it to nobody any more, with its answer. Raises NotAllowed, WrongState."""
    proposal = _mine(proposal_id, by)
    if proposal.shown_at is None:
        raise WrongState(_("This is no longer possible: things have moved on meanwhile."), state=proposal.state)
    proposal.shown_at = proposal.shown_by = None
    return _seen(proposal, "proposal_hidden", by)


@transaction.atomic
def withdraw(proposal_id: int, because: str, *, by: Person) -> Proposal:
    """Take it out: written twice, or the children think otherwise now. Raises NotAllowed, WrongState, BadData."""
    proposal = _mine(proposal_id, by)
    PROPOSAL_STEPS.take(proposal, "withdraw")
    proposal.withdrawn_because = _words(because, _("Say why it is taken out."))[:LONGEST_REASON]
    return _seen(proposal, "proposal_withdrawn", by)


@transaction.atomic
def answer(proposal_id: int, told: Told, *, by: Person) -> Answer:
    """Answer the children: yes, in part or no, why, and when. Answered again, it corrects, and what it said is kept.

    Raises NotAllowed, WrongState, BadData.
    """
    proposal = _mine(proposal_id, by)
    if proposal.state == ProposalState.WITHDRAWN:
        raise WrongState(_("This proposal was withdrawn."), state=proposal.state)
    made = _answer(proposal, told, by)
    before = proposal.answers.filter(replaced_at=None).first()
    same = ("kind", "why", "planned_for", "answered_on")
    if before and all(getattr(before, name) == getattr(made, name) for name in same):
        return before
    if before:
        before.replaced_at = made.written_at
        before.save(update_fields=["replaced_at"])
    else:
        PROPOSAL_STEPS.take(proposal, "answer")
        proposal.save(update_fields=["state"])
    made.save()
    journal.record(proposal, "answer_corrected" if before else "proposal_answered", by=by, answer=made.kind)
    stamps.bump("public")
    return made


@transaction.atomic
def carry_on(proposal_id: int, plan_id: int, place: str, *, by: Person) -> Objective | Action:
    """Make an action of it under an objective (`place`: "objective.<code>"), or an objective in a domain ("domain.<code>").

    The proposal is its origin. Only a plan being written takes objectives; one that runs takes actions, once under each
    objective. Raises NotAllowed, WrongState, BadData.
    """
    proposal = _mine(proposal_id, by)
    _check_living(proposal)
    return carrying.carry_on(plan_id, place, _source(proposal), proposal.organisation, by=by)


@transaction.atomic
def tie(proposal_id: int, part: str, *, by: Person) -> Origin:
    """Say that an objective or an action of the town already answers it: `part` is "action.<code>".

    Raises NotAllowed, WrongState, BadData.
    """
    proposal = _mine(proposal_id, by)
    _check_living(proposal)
    made = _link(proposal, carrying.reference_of(part, proposal.organisation), by)
    journal.record(proposal, "proposal_tied", by=by, to=part.replace(".", ":", 1))
    stamps.bump("public")
    return made


def reference(proposal: Proposal) -> str:
    """As the thread names it."""
    return origins.reference("plans.proposal", proposal.code)


def _mine(proposal_id: int, by: Person) -> Proposal:
    proposal = Proposal.rows.lock(proposal_id)
    rules.require(rules.may_write_proposal, by, proposal)
    return proposal


def _seen(proposal: Proposal, verb: str, by: Person) -> Proposal:
    """Saved; what everyone reads has changed."""
    proposal.version += 1
    proposal.save()
    journal.record(proposal, verb, by=by)
    stamps.bump("public")
    return proposal


def _checked(said: Said) -> dict[str, object]:
    if said.source not in ProposalSource.values:
        raise BadData(_("Choose one of the answers offered."))
    if said.received_on and said.received_on > clock.today():
        raise BadData(_("This day has not come yet."))
    return {
        "words": _words(said.words, _("Write what the children propose.")),
        "source": said.source,
        "group_name": said.group_name.strip()[:120],
        "received_on": said.received_on,
    }


def _answer(proposal: Proposal, told: Told, by: Person) -> Answer:
    """The answer as it will be kept, judged."""
    if told.kind not in AnswerKind.values:
        raise BadData(_("Choose one of the answers offered."))
    why = _words(told.why, _("Say why, in words a child reads."))
    answered_on, planned_for = told.answered_on or clock.today(), told.planned_for.strip()
    if answered_on > clock.today():
        raise BadData(_("This day has not come yet."))
    if proposal.received_on and answered_on < proposal.received_on:
        raise BadData(_("Children are not answered before they have spoken: look at the two days again."))
    if told.kind != AnswerKind.NO and not planned_for:
        raise BadData(_("Say when: a day, or a period such as 2029 or 2029-S1."))
    return Answer(
        proposal=proposal,
        kind=told.kind,
        why=why,
        planned_for=_period(planned_for) if planned_for else "",
        answered_on=answered_on,
        written_by=by,
        written_at=clock.now(),
    )


def _period(typed: str) -> str:
    try:
        periods.days_of(typed)
    except ValueError:
        raise BadData(_("Choose a period: a year, half a year, a quarter, a month or a day.")) from None
    return typed


def _words(typed: str, missing: str) -> str:
    words = " ".join(typed.split())
    if not words:
        raise BadData(missing)
    if len(words) > LONGEST:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST})
    return words


def _check_living(proposal: Proposal) -> None:
    if proposal.state == ProposalState.WITHDRAWN:
        raise WrongState(_("This proposal was withdrawn."), state=proposal.state)


def _link(proposal: Proposal, offspring: str, by: Person) -> Origin:
    return carrying.link(_source(proposal), offspring, by)


def _source(proposal: Proposal) -> carrying.Source:
    return carrying.Source("proposal", reference(proposal), proposal.words, proposal.words, proposal.group_name)
