"""Gatherings: the jobs of their invitations, who may still receive them, what a city has to answer."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, dues, outbox
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Act
from marelle.events.models import Invitation
from marelle.events.operations import invitations
from marelle.events.queries import gatherings
from marelle.events.states import EventState, Reply
from marelle.framework.models import text

TASKS = (invitations.invite_network, invitations.chase_silent)  # known to the worker once this file is read


def register() -> None:
    """Join the registers."""
    dues.watches.append(Watch(unanswered, to_answer))
    for kind in ("gathering_invitation", "gathering_chase"):
        outbox.may_receive(kind, is_invited)


def unanswered(person: Person, organisation: Organisation) -> QuerySet | None:
    """The invitations an organisation has not answered, for those who write for it."""
    if not accounts.may_write(person, organisation):
        return None
    rows = gatherings.invited(organisation).filter(reply=Reply.SILENT, event__state=EventState.PUBLISHED)
    event = ("code", "name", "year", "zone", "registration_closes_at")
    return dues.facts(rows, **{column: f"event__{column}" for column in event})


def to_answer(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """The latest gathering's, while it can be answered."""
    row = max(rows, key=lambda row: row["year"])
    closes = row.at("registration_closes_at")
    if closes is None or clock.now() < closes:
        sentence = _("Answer the invitation: %(gathering)s") % {"gathering": text(row.words("name"))}
        address = f"/espace/{organisation.code}/rencontres/nationales/{row['code']}"
        yield Act(sentence, address, due_at=closes, zone=row["zone"])


def is_invited(reference: str, address: str) -> bool:
    """Whoever has this address still works for an organisation invited to the gathering."""
    person = Person.objects.filter(email__iexact=address, is_active=True).first()
    code = reference.partition(":")[2]
    invited = Invitation.objects.filter(event__code=code)
    return person is not None and invited.filter(organisation__in=person.organisation_ids).exists()
