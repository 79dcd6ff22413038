"""Gatherings: the jobs of their invitations, who may still receive them, what a city has to answer."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, outbox, registers
from marelle.base.registers import Act, Today
from marelle.events.models import Invitation
from marelle.events.operations import invitations
from marelle.events.queries import gatherings
from marelle.events.states import EventState, Reply

TASKS = (invitations.invite_network, invitations.chase_silent)  # known to the worker once this file is read


def register() -> None:
    """Join the registers."""
    registers.today_providers.append(today)
    for kind in ("gathering_invitation", "gathering_chase"):
        outbox.may_receive(kind, is_invited)


def today(person: Person, organisation: Organisation) -> Today:
    """The invitations an organisation has not answered, for those who write for it."""
    return Today(acts=list(_acts(person, organisation)), moments=[], changes=[])


def is_invited(reference: str, address: str) -> bool:
    """Whoever has this address still works for an organisation invited to the gathering."""
    person = Person.objects.filter(email__iexact=address, is_active=True).first()
    code = reference.partition(":")[2]
    invited = Invitation.objects.filter(event__code=code)
    return person is not None and invited.filter(organisation__in=person.organisation_ids).exists()


def _acts(person: Person, organisation: Organisation) -> Iterator[Act]:
    if not accounts.may_write(person, organisation):
        return
    waiting = gatherings.invited(organisation).filter(reply=Reply.SILENT, event__state=EventState.PUBLISHED)
    for invitation in waiting[:1]:
        event = invitation.event
        closes = event.registration_closes_at
        if closes is None or clock.now() < closes:
            sentence = _("Answer the invitation: %(gathering)s") % {"gathering": event}
            address = f"/espace/{organisation.code}/rencontres/nationales/{event.code}"
            yield Act(sentence, address, due_at=closes, zone=event.zone)
