"""Handovers: what is to do in the space, and the rounds that ask for them."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.base import dues, outbox, rounds
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Act
from marelle.mandates.letters.handovers import KIND
from marelle.mandates.models import Handover
from marelle.mandates.operations.handovers import ask_after_departures, ask_after_elections
from marelle.mandates.registered.letters import works_there
from marelle.mandates.states import HandoverReason


def register() -> None:
    """Join the registers."""
    dues.watches.append(Watch(under_way, to_hand_over))
    rounds.register(ask)
    outbox.may_receive(KIND, works_there)


def ask(at: datetime) -> None:
    """A round of the worker."""
    ask_after_departures(at)
    ask_after_elections(at)


def under_way(person: Person, organisation: Organisation) -> QuerySet | None:
    """The open handover of the space."""
    if not accounts.may_write(person, organisation):
        return None
    rows = Handover.objects.visible_to(person).filter(organisation=organisation, closed_at=None)
    return dues.facts(rows, why="why", name="left__name", successor="successor")


def to_hand_over(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Act]:
    """Who takes over reads; the others hand over."""
    address = f"/espace/{organisation.code}/passation"
    for row in rows:
        if row["successor"] and row["successor"] == person.email.lower():
            yield Act(_("Read the handover pack: you take over"), address, urgent=True)
        elif row["why"] == HandoverReason.ELECTIONS:
            yield Act(_("Hand the file over: the council was elected"), address)
        elif row["name"]:
            yield Act(_("Hand the file over: %(name)s has left") % {"name": row["name"]}, address, urgent=True)
        else:
            yield Act(_("Hand the file over"), address)
