"""The invitation of a gathering: sent to the whole network in one press, answered, and the silent asked once more.

Sending is a job of the worker. Each organisation is told in a transaction of its own, with its row: killed half-way, the
job begins again and passes those already told.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import require
from marelle.base import clock, jobs
from marelle.base.errors import BadData, Closed, WrongState
from marelle.base.models import Job
from marelle.events import letters, rules
from marelle.events.models import Event, Invitation
from marelle.events.queries import gatherings as queries
from marelle.events.states import EventState, RegistrationState, Reply

TELL_EVERY = 20  # organisations between two signs of progress


@transaction.atomic
def ask_to_invite(event_id: int, *, by: Person) -> Job:
    """Invite every member of the committee's network that is not invited yet. Raises NotAllowed, WrongState."""
    event = _announced(event_id, by)
    at = clock.now()
    journal.record(event, "network_invited", by=by, organisation=event.committee)
    return jobs.enqueue("invite_network", f"{event.code}:{at.isoformat()}", code=event.code, at=at.isoformat())


@transaction.atomic
def ask_to_chase(event_id: int, *, by: Person) -> Job:
    """Write once more to those who have not answered. Raises NotAllowed, WrongState."""
    event = _announced(event_id, by)
    at = clock.now()
    journal.record(event, "silent_chased", by=by, organisation=event.committee)
    return jobs.enqueue("chase_silent", f"{event.code}:{at.isoformat()}", code=event.code, at=at.isoformat())


@jobs.task("invite_network")
def invite_network(job: Job, *, code: str, at: str) -> None:
    """One invitation and its letters for each member; done twice, it has one effect."""
    event = Event.rows.get(code=code)
    known = set(event.invitations.values_list("organisation", flat=True))
    waiting = [member for member in queries.members_of(event.committee) if member.pk not in known]
    for done, organisation in enumerate(waiting, start=1):
        invite(event, organisation, at=datetime.fromisoformat(at))
        if not done % TELL_EVERY or done == len(waiting):
            jobs.tell_progress(job, done, len(waiting))


@jobs.task("chase_silent")
def chase_silent(job: Job, *, code: str, at: str) -> None:
    """One more letter to each silent organisation; done twice, it has one effect."""
    event, moment = Event.rows.get(code=code), datetime.fromisoformat(at)
    silent = list(event.invitations.filter(reply=Reply.SILENT).order_by("pk").values_list("pk", flat=True))
    for done, pk in enumerate(silent, start=1):
        _chase(pk, moment)
        if not done % TELL_EVERY or done == len(silent):
            jobs.tell_progress(job, done, len(silent))


@transaction.atomic
def invite(event: Event, organisation: Organisation, *, at: datetime) -> Invitation:
    """Invite one organisation and write to those who write for it. Twice is once."""
    invitation, is_new = Invitation.rows.get_or_create(event=event, organisation=organisation, defaults={"sent_at": at})
    if is_new:
        letters.invite(invitation)
    return invitation


@transaction.atomic
def reply(invitation_id: int, answer: str, *, by: Person, at: datetime | None = None) -> Invitation:
    """Say whether an organisation comes, while registration is open. May be said again otherwise.

    Raises NotAllowed, BadData, Closed, WrongState (it does not come, and people of it are registered).
    """
    at = at or clock.now()
    invitation = Invitation.rows.lock(invitation_id)
    require(rules.may_answer_invitation, by, invitation)
    if answer not in (Reply.COMES, Reply.DOES_NOT):
        raise BadData(_("Say whether you come or not."))
    _check_open(invitation.event, at)
    if answer == Reply.DOES_NOT and _sends_somebody(invitation):
        raise WrongState(_("People of your organisation are registered: cancel their places first."))
    invitation.reply, invitation.replied_at, invitation.replied_by = answer, at, by
    invitation.save(update_fields=["reply", "replied_at", "replied_by"])
    journal.record(
        invitation.event, "invitation_answered", by=by, organisation=invitation.organisation, reply=str(answer)
    )
    return invitation


@transaction.atomic
def _chase(invitation_id: int, at: datetime) -> None:
    invitation = Invitation.rows.lock(invitation_id)
    if invitation.reply != Reply.SILENT or (invitation.chased_at and invitation.chased_at >= at):
        return
    invitation.chased_at = at
    invitation.save(update_fields=["chased_at"])
    letters.chase(invitation)


def _announced(event_id: int, by: Person) -> Event:
    event = Event.rows.lock(event_id)
    require(rules.may_run, by, event.committee)
    if event.state != EventState.PUBLISHED:
        raise WrongState(_("Invitations leave while the gathering is announced, and not yet held."))
    return event


def _check_open(event: Event, at: datetime) -> None:
    if event.state != EventState.PUBLISHED:
        raise WrongState(_("This gathering is not announced, or is over."))
    if event.registration_closes_at and at >= event.registration_closes_at:
        raise Closed(_("Registration is closed: write to the programme team."))


def _sends_somebody(invitation: Invitation) -> bool:
    delegation = queries.delegation_of(invitation.event, invitation.organisation)
    return bool(delegation) and delegation.registrations.exclude(state=RegistrationState.CANCELLED).exists()  # type: ignore[union-attr]
