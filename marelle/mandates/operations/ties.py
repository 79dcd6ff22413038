"""Conflicts of interest declared once for all: with an organisation, with a territory."""

from collections.abc import Iterable

from django.db import transaction

from marelle.accounts import journal, notifications, threads
from marelle.accounts.models import Organisation, Person
from marelle.base import clock
from marelle.mandates import rules
from marelle.mandates.models import Application, Remark, Review, Tie, tied
from marelle.mandates.queries.conversations import reference_internal, reference_with_city
from marelle.territories.models import Territory

OFFICE = "/bureau/"


@transaction.atomic
def declare_tie(place: Organisation | Territory, *, by: Person) -> Tie:
    """Say that one has a tie with an organisation, or with all those of a territory: their dossiers close. Twice is once.

    Raises NotAllowed.
    """
    rules.require(rules.may_declare_tie, by, place)
    kind = "territory" if isinstance(place, Territory) else "organisation"
    Person.rows.lock(by.pk)
    tie = Tie.rows.filter(person=by, ended_at=None, **{kind: place}).first()
    if tie is None:
        tie = Tie.rows.create(person=by, declared_at=clock.now(), **{kind: place})
        journal.record(tie, "tie_declared", by=by, organisation=by.committees_as()[0], place=place.code)
        forget_dossiers(by, Application.rows.filter(tied(by)))
    return tie


def forget_dossiers(person: Person, dossiers: Iterable[Application]) -> None:
    """Take back what the office told this person, unread, of dossiers that are closed to them from now on."""
    for dossier in dossiers:
        reviews = Review.rows.filter(application=dossier).values_list("code", flat=True)
        remarks = Remark.rows.filter(application=dossier).values_list("code", flat=True)
        told = [f"mandates.review:{code}" for code in reviews] + [f"mandates.remark:{code}" for code in remarks]
        notifications.forget(person, f"mandates.application:{dossier.code}", *told, under=OFFICE)
        for conversation in (reference_with_city(dossier), reference_internal(dossier)):
            threads.leave(conversation, person, under=OFFICE)


@transaction.atomic
def end_tie(tie_id: int, *, by: Person) -> Tie:
    """Say that a tie of one's own holds no more. Twice is once. Raises NotAllowed."""
    tie = Tie.rows.lock(tie_id)
    rules.require(rules.may_end_tie, by, tie)
    if tie.ended_at is None:
        tie.ended_at = clock.now()
        tie.save(update_fields=["ended_at"])
        journal.record(tie, "tie_ended", by=by, organisation=next(iter(by.committees_as()), None))
    return tie
