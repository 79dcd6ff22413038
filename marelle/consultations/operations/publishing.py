"""Publication: two persons agree on a day and hour; results are under embargo until then, public from then on.

What is public are the protected tables of the freeze, and nothing else (specs/disclosure.md, sections 2 and 7).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, pending
from marelle.accounts.models import PendingAct, Person
from marelle.accounts.robot import robot
from marelle.accounts.rules import require
from marelle.accounts.states import RequestState
from marelle.base import clock, stamps
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.consultations import rules
from marelle.consultations.letters import results as letters
from marelle.consultations.models import Consultation
from marelle.consultations.operations import freezing
from marelle.consultations.queries.results import waiting_act
from marelle.consultations.states import CONSULTATION_STEPS, ConsultationState

PUBLISH = "results_embargoed"  # an act that waits for a second person
LONGEST = timedelta(days=365)  # from the agreement to the publication


@transaction.atomic
def propose(consultation_id: int, on: datetime, *, by: Person, reread: bool = False) -> PendingAct:
    """Ask a second person to publish the results at a moment to come. `reread`: attacks on tables were, for this freeze.

    Raises NotAllowed, WrongState, also while sheets wait to be taken back or when tables were altered, BadData.
    """
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    _require_frozen(consultation)
    _require_settled(consultation)
    if not clock.now() <= on <= clock.now() + LONGEST:
        raise BadData(_("Results are published at a moment to come, within a year."))
    asked = {"on": on.isoformat(), "freeze": freezing.latest(consultation).code, "reread": reread}
    return pending.propose(PUBLISH, freezing.reference(consultation), asked, by=by, organisation=consultation.committee)


@transaction.atomic
def confirm(consultation_id: int, *, by: Person) -> Consultation:
    """The second person agrees: under embargo until the moment said.

    Raises NotAllowed for who proposed, WrongState when tables were drawn again since or sheets wait to be taken back,
    BadData when the hour has gone by.
    """
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    _require_frozen(consultation)
    act = _waiting(consultation)
    if act.proposed_by_id == by.pk:
        raise NotAllowed(_("The person who proposed cannot confirm: a second person must."))
    if act.payload["freeze"] != freezing.latest(consultation).code:
        raise WrongState(_("Sheets were counted again since: propose the publication anew."))
    _require_settled(consultation)
    if moment_of(act) < clock.now():
        raise BadData(_("The hour proposed has gone by: propose another one."))
    pending.confirm(act.code, kind=PUBLISH, by=by, organisation=consultation.committee)
    consultation.embargo_until = moment_of(act)
    CONSULTATION_STEPS.take(consultation, "embargo")
    consultation.version += 1
    consultation.save(update_fields=["state", "embargo_until", "version"])
    told = consultation.embargo_until.isoformat()
    journal.record(consultation, "results_embargoed", by=by, organisation=consultation.committee, until=told)
    return consultation


@transaction.atomic
def decline(consultation_id: int, *, by: Person) -> PendingAct:
    """The publication is not agreed on, or taken back by who proposed it. Raises NotAllowed, WrongState."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    return pending.decline(_waiting(consultation).code, by=by, organisation=consultation.committee)


def publish_what_is_due(at: datetime) -> None:
    """A round of the worker: what was under embargo until then becomes public."""
    due = Consultation.rows.filter(state=ConsultationState.EMBARGOED, embargo_until__lte=at).order_by("pk")
    for consultation_id in due.values_list("pk", flat=True):
        _publish(consultation_id, at)


@transaction.atomic
def _publish(consultation_id: int, at: datetime) -> None:
    consultation = Consultation.rows.lock(consultation_id)
    if consultation.state != ConsultationState.EMBARGOED:
        return  # another worker was faster
    CONSULTATION_STEPS.take(consultation, "publish")
    consultation.published_at = at
    consultation.version += 1
    consultation.save(update_fields=["state", "published_at", "version"])
    journal.record(consultation, "results_published", by=robot(), organisation=consultation.committee)
    letters.tell_partners(consultation)
    stamps.bump("public")


def _waiting(consultation: Consultation) -> PendingAct:
    asked = PendingAct.rows.filter(reference=freezing.reference(consultation), state=RequestState.ASKED, kind=PUBLISH)
    found = asked.first()
    if found is None:
        raise WrongState(_("Nothing waits for a second person."))
    return found


def _require_frozen(consultation: Consultation) -> None:
    if consultation.state != ConsultationState.FROZEN:
        raise WrongState(_("Only frozen results are published."), state=consultation.state)


def _require_settled(consultation: Consultation) -> None:
    """Tables that somebody proposed to draw again are not published meanwhile, nor tables that are not those drawn."""
    if waiting_act(consultation, freezing.RESTORE) is not None:
        raise WrongState(
            _("Somebody proposed to count sheets set aside with the others: answer it on the page of the freeze first.")
        )
    if freezing.is_altered(freezing.latest(consultation)):
        raise WrongState(_("These tables are not those that were drawn at the freeze: nothing is published."))


def moment_of(act: PendingAct) -> datetime:
    """When an act that waits would publish."""
    return datetime.fromisoformat(act.payload["on"])
