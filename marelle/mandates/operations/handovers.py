"""Handing a file over: asked for by the house when a lead leaves and after elections, or by the team itself."""

from datetime import date, datetime, timedelta
from typing import cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts import operations as accounts
from marelle.accounts import rules as accounts_rules
from marelle.accounts.models import Invitation, Organisation, Person
from marelle.accounts.robot import robot
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import handovers as letters
from marelle.mandates.models import Election, Handover, Mandate
from marelle.mandates.queries.handovers import departures
from marelle.mandates.states import RUNNING, HandoverReason

LOOKS_BACK = timedelta(days=14)  # a worker that stood still so long has missed nothing


@transaction.atomic
def ask_handover(
    organisation_id: int,
    *,
    by: Person,
    why: str = HandoverReason.ASKED,
    left: Person | None = None,
    since: date | None = None,
) -> Handover:
    """Ask for a handover: those who write are told. One at a time: the open one is given back. Raises NotAllowed."""
    organisation = Organisation.rows.lock(organisation_id)
    rules.require(accounts_rules.may_write, by, organisation)
    under_way = Handover.rows.filter(organisation=organisation, closed_at=None).first()
    if under_way:
        return under_way
    handover = Handover(
        organisation=organisation, why=why, left=left, since=since or clock.today(), asked_at=clock.now()
    )
    handover.save()
    journal.record(handover, "handover_asked", by=by, organisation=organisation, why=why)
    if by.is_robot:
        letters.queue_asked(handover)
    return handover


@transaction.atomic
def name_successor(organisation_id: int, *, email: str, role: str, by: Person, language: str = "fr") -> Invitation:
    """Invite who takes over, as an administrator invites: a one-use link, good for 14 days. Raises NotAllowed, BadData."""
    invitation, _token = accounts.invite(organisation_id, email=email, role=role, by=by, language=language)
    handover = ask_handover(organisation_id, by=by)
    handover.successor = invitation.email
    handover.save(update_fields=["successor"])
    return invitation


@transaction.atomic
def close_handover(handover_id: int, *, by: Person) -> Handover:
    """Say that the file is handed over. Raises NotAllowed, WrongState."""
    handover = Handover.rows.select_related("organisation").select_for_update(of=("self",)).get(pk=handover_id)
    rules.require(accounts_rules.may_write, by, handover.organisation)
    if handover.closed_at:
        raise WrongState(_("This handover is done already."))
    handover.closed_at, handover.closed_by = clock.now(), by
    handover.save(update_fields=["closed_at", "closed_by"])
    journal.record(handover, "handover_closed", by=by, organisation=handover.organisation)
    return handover


@transaction.atomic
def set_election(committee: Organisation, on: date, *, by: Person) -> Election:
    """Write down the day of municipal elections. Raises NotAllowed, BadData when it is known already."""
    rules.require(accounts_rules.in_programme_team, by, committee)
    try:
        with transaction.atomic():
            election = Election.objects.create(committee=committee, on=on)
    except IntegrityError:
        raise BadData(_("This day is written down already.")) from None
    journal.record(election, "election_set", by=by, organisation=committee, on=on.isoformat())
    return election


@transaction.atomic
def forget_election(election_id: int, *, by: Person) -> None:
    """Take a day back while nothing was asked for it. Raises NotAllowed, WrongState."""
    election = Election.rows.lock(election_id)
    rules.require(accounts_rules.in_programme_team, by, election.committee)
    if election.asked_at:
        raise WrongState(_("Handovers were asked for after this day already."))
    journal.record(election, "election_forgotten", by=by, organisation=election.committee, on=election.on.isoformat())
    election.delete()


def ask_after_departures(at: datetime) -> None:
    """A round: each lead who went leaves a file to hand over. May run twice."""
    for membership in departures(at - LOOKS_BACK):
        known = Handover.rows.filter(organisation=membership.organisation, asked_at__gte=membership.ended_at)
        if not known.exists():
            since = clock.day_of(cast(datetime, membership.ended_at))
            ask_handover(
                membership.organisation_id, by=robot(), why=HandoverReason.LEFT, left=membership.person, since=since
            )


def ask_after_elections(at: datetime) -> None:
    """A round: the day after elections, every town with a running mandate is asked. May run twice."""
    past = Election.rows.filter(asked_at=None, on__lt=clock.day_of(at))
    for election in past.order_by("on", "pk"):
        running = Mandate.rows.filter(
            state__in=sorted(RUNNING), agreement__application__call__committee=election.committee_id
        )
        for key in sorted(set(running.values_list("organisation", flat=True))):
            ask_handover(key, by=robot(), why=HandoverReason.ELECTIONS, since=election.on)
        Election.rows.filter(pk=election.pk).update(asked_at=at)
