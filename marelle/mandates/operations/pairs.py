"""Joint candidatures: proposed by one, accepted by the other, ended; who exercises what; shared actions."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, notifications
from marelle.accounts.models import Organisation, Person
from marelle.base import clock
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.mandates import rules
from marelle.mandates.models import Agreement, Application, Call, Pair, Power, SharedAction, Signature
from marelle.mandates.queries import pairs as queries
from marelle.mandates.queries.people import writers_of
from marelle.mandates.states import BEFORE_DECISION, AgreementState, Holder
from marelle.plans.models import Action

OUT = queries.OUT
LONGEST = 500  # characters, of who exercises what in one domain


@transaction.atomic
def propose_pair(call_id: int, organisation: Organisation, other: Organisation, *, by: Person) -> Pair:
    """Propose to the intercommunality of a commune, or to one of its communes, to apply together.

    The one that proposes applies already. Raises NotAllowed, WrongState, BadData.
    """
    call = Call.rows.get(pk=call_id)
    rules.require(rules.may_apply, by, organisation)
    _begun(call, organisation)
    commune, intercommunality = _two(organisation, other)
    if not call.is_open(clock.now()):
        raise WrongState(_("The window of this call has ended."))
    try:
        with transaction.atomic():
            pair = Pair.rows.create(
                call=call,
                commune=commune,
                intercommunality=intercommunality,
                proposed_from=organisation,
                proposed_by=by,
                proposed_at=clock.now(),
            )
    except IntegrityError:
        raise WrongState(_("%(commune)s already stands in a joint application.") % {"commune": commune}) from None
    journal.record(pair, "pair_proposed", by=by, organisation=organisation)
    _tell(pair, other, lambda: _("{name} proposes a joint application.").format(name=organisation))
    return pair


@transaction.atomic
def accept_pair(pair_id: int, *, by: Person) -> Pair:
    """The other agrees: from now on each reads the other's plan as it is written. Raises NotAllowed, WrongState."""
    pair = _standing(pair_id)
    asked = pair.other(pair.proposed_from)
    rules.require(rules.may_apply, by, asked)
    if pair.is_accepted:
        return pair
    _begun(pair.call, asked)
    pair.accepted_at, pair.accepted_by = max(clock.now(), pair.proposed_at), by
    pair.save(update_fields=["accepted_at", "accepted_by"])
    journal.record(pair, "pair_accepted", by=by, organisation=asked)
    _tell(pair, pair.proposed_from, lambda: _("{name} accepts the joint application.").format(name=asked))
    return pair


@transaction.atomic
def end_pair(pair_id: int, organisation: Organisation, *, by: Person) -> Pair:
    """Decline it, take it back, or end it: until a decision, or once one of the two is out. Raises NotAllowed, WrongState."""
    pair = _standing(pair_id)
    if organisation.pk not in (pair.commune_id, pair.intercommunality_id):
        raise NotAllowed(_("This joint application is that of two others."))
    rules.require(rules.may_apply, by, organisation)
    states = {application.state for application in queries.applications_of(pair)}
    if pair.is_accepted and not (states <= BEFORE_DECISION or states & OUT):
        raise WrongState(_("A decision has been taken: the two now stand together."))
    pair.ended_at, pair.ended_by = clock.now(), by
    pair.save(update_fields=["ended_at", "ended_by"])
    pair.shared_actions.all().delete()
    journal.record(pair, "pair_ended", by=by, organisation=organisation)
    _tell(pair, pair.other(organisation), lambda: _("{name} ends the joint application.").format(name=organisation))
    return pair


@transaction.atomic
def write_power(
    pair_id: int, domain_code: str, *, organisation: Organisation, holder: str, words: str, version: int, by: Person
) -> Power:
    """Say who exercises what in one domain. `version`: the one that was read, 0 when nothing was said yet.

    Raises NotAllowed, WrongState, BadData, Conflict (somebody has written since).
    """
    pair = _accepted(pair_id, organisation, by)
    if holder not in Holder.values:
        raise BadData(_("Say who exercises this power."))
    if len(words) > LONGEST:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST})
    domain = pair.call.framework.domains.get(code=domain_code)
    power = Power.rows.filter(pair=pair, domain=domain).first() or Power(pair=pair, domain=domain, version=0)
    if power.version != version:
        raise Conflict(
            _("Somebody has written this since: read it, then save again."),
            yours=words,
            theirs=power.words,
            version=power.version,
        )
    power.holder, power.words, power.version = holder, words.strip(), version + 1
    power.edited_by, power.edited_at = by, clock.now()
    power.save()
    return power


@transaction.atomic
def share_action(pair_id: int, action_code: str, *, organisation: Organisation, by: Person) -> SharedAction:
    """An action of one's own plan is carried by both: the other's dossier shows it, written once. Raises NotAllowed, WrongState."""
    pair = _accepted(pair_id, organisation, by)
    action = _own_action(pair, organisation, action_code)
    found, is_new = SharedAction.objects.get_or_create(
        action=action, defaults={"pair": pair, "added_by": by, "added_at": clock.now()}
    )
    if is_new:
        other = pair.other(organisation)
        journal.record(pair, "action_shared", by=by, organisation=organisation)
        _tell(pair, other, lambda: _("{name} shares an action with you.").format(name=organisation))
    return found


@transaction.atomic
def unshare_action(pair_id: int, action_code: str, *, organisation: Organisation, by: Person) -> None:
    """The action is one's own alone again. Raises NotAllowed, WrongState."""
    pair = _accepted(pair_id, organisation, by)
    action = _own_action(pair, organisation, action_code)
    if SharedAction.objects.filter(pair=pair, action=action).delete()[0]:
        journal.record(pair, "action_unshared", by=by, organisation=organisation)


def require_the_other(agreement: Agreement, *, signing: int = 1) -> None:
    """Where the track says so, a joint candidature's last signature waits until the other agreement lacks one at most.

    `signing`: how many signatures are given at once. Raises WrongState.
    """
    application = agreement.application
    if not application.track.pairs_sign_together or _left(agreement) > signing:
        return
    for pair in Pair.objects.of(application.call, application.organisation).standing().exclude(accepted_at=None):
        other = pair.other(application.organisation)
        beside = Agreement.rows.filter(application__call=pair.call, application__organisation=other).first()
        if beside is None or beside.state == AgreementState.DRAFT or _left(beside) > 1:
            raise WrongState(
                _("%(city)s applies jointly: its agreement must be signed by all but one of its parties first.")
                % {"city": other}
            )


def _left(agreement: Agreement) -> int:
    """How many of its parties have not signed."""
    signed = Signature.objects.filter(void_at=None).values("party")
    return agreement.parties.exclude(pk__in=signed).count()


def _standing(pair_id: int) -> Pair:
    pair = Pair.rows.lock(pair_id)
    if pair.ended_at is not None:
        raise WrongState(_("This joint application has ended."))
    return pair


def _accepted(pair_id: int, organisation: Organisation, by: Person) -> Pair:
    """A pair both agreed on, whose organisation still writes its application."""
    pair = _standing(pair_id)
    rules.require(rules.may_apply, by, organisation)
    if organisation.pk not in (pair.commune_id, pair.intercommunality_id) or not pair.is_accepted:
        raise WrongState(_("The other has not accepted yet."))
    if not _begun(pair.call, organisation).is_being_written:
        raise WrongState(_("Your application is handed in: it no longer changes."))
    return pair


def _begun(call: Call, organisation: Organisation) -> Application:
    application = Application.rows.filter(call=call, organisation=organisation).exclude(state__in=OUT).first()
    if application is None:
        raise WrongState(_("Declare your own intent to this call first: each keeps its own application."))
    return application


def _two(organisation: Organisation, other: Organisation) -> tuple[Organisation, Organisation]:
    """The commune and its intercommunality. Raises BadData when they are not."""
    for commune, intercommunality in ((organisation, other), (other, organisation)):
        place = commune.territory
        if place and intercommunality.territory_id and place.intercommunality_id == intercommunality.territory_id:
            return commune, intercommunality
    raise BadData(_("A joint application is that of a commune and of its own intercommunality."))


def _own_action(pair: Pair, organisation: Organisation, code: str) -> Action:
    application = _begun(pair.call, organisation)
    action = Action.rows.filter(objective__plan=application.plan_id, code=code).first()
    if action is None:
        raise BadData(_("This action is not in your plan."))
    return action


def _tell(pair: Pair, organisation: Organisation, sentence: Callable[[], str]) -> None:
    address = f"/espace/{organisation.code}/candidature/conjointe"
    notifications.notify(
        writers_of(organisation),
        "pair",
        reference=f"mandates.pair:{pair.code}",
        sentence=sentence,
        address=address,
    )
