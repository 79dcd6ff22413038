"""Spaces and people of a network brought in: opened without anybody joining, prepared without any letter leaving.

Whoever brings the network in asked the right (`mandates.operations.bringing_in`). Nobody gets an account here: an
invitation is held, and becomes a letter when somebody sends it.
"""

import secrets

from django.db import transaction

from marelle.accounts import journal, rules
from marelle.accounts.models import Import, Invitation, Organisation, Person
from marelle.accounts.operations import KIND_OF_TERRITORY, TOKEN_BYTES, digest, write_invitation
from marelle.base import clock, jobs
from marelle.base.models import Job
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

TELL_EVERY = 20  # letters between two signs of progress


def open_space(territory: Territory, *, by: Person) -> Organisation:
    """The space of a commune or intercommunality, administered by nobody yet; the one that stands, if it does."""
    organisation, made = Organisation.objects.get_or_create(
        code=territory.code,
        defaults={
            "kind": KIND_OF_TERRITORY[TerritoryKind(territory.kind)],
            "name": territory.name,
            "country": territory.country,
            "territory": territory,
            "created_at": clock.now(),
        },
    )
    if made:
        journal.record(organisation, "organisation_created", by=by, organisation=organisation)
    return organisation


def hold_invitation(organisation: Organisation, *, email: str, role: str, name: str, by: Person) -> Invitation:
    """Prepare an invitation: no letter leaves, and its token is nobody's."""
    at = clock.now()
    held = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        token_digest=digest(secrets.token_urlsafe(TOKEN_BYTES)),
        invited_by=by,
        invited_at=at,
        expires_at=at,
        held_at=at,
        held_name=name,
    )
    journal.record(held, "invitation_held", by=by, role=role)
    return held


def held(codes: list[str]) -> list[Invitation]:
    """Invitations prepared for these organisations, not sent yet, in the order they were prepared."""
    rows = Invitation.objects.filter(organisation__code__in=codes, accepted_at=None, withdrawn_at=None)
    return list(rows.exclude(held_at=None).select_related("organisation").order_by("pk"))


@transaction.atomic
def send(invitation_id: int, *, by: Person) -> Invitation | None:
    """Send the letter of an invitation that was held; None when it left already. Raises NotAllowed."""
    prepared = Invitation.rows.select_for_update(of=("self",)).get(pk=invitation_id)
    rules.require(rules.looks_after, by, prepared.organisation)
    if prepared.held_at is None or prepared.withdrawn_at or prepared.accepted_at:
        return None
    invitation, _token = write_invitation(prepared.organisation, prepared.email, prepared.role, by=by)
    return invitation


@jobs.task("send_held_invitations")
def send_held(job: Job, *, code: str, by: str) -> None:
    """Send every invitation that came with a workbook; killed half-way, those that left do not leave again."""
    given, person = Import.rows.get(code=code), Person.objects.get(code=by)
    waiting = held(given.outcome.get("codes", []))
    for done, prepared in enumerate(waiting, start=1):
        send(prepared.pk, by=person)
        if not done % TELL_EVERY or done == len(waiting):
            jobs.tell_progress(job, done, len(waiting))
