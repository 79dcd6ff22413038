"""Erasing a person: proposed by one administrator, confirmed by another; the journal's chain stays whole (trust R5, J1)."""

from django.db import transaction

from marelle.accounts import erasures, journal, pending, queries, rules, sessions
from marelle.accounts.models import PendingAct, Person
from marelle.accounts.notifications import tell_erasure_proposed
from marelle.accounts.operations import end_every_role
from marelle.accounts.robot import robot

ERASE = "erase"  # the kind of act that waits for a second person


@transaction.atomic
def propose_erasure(person_id: int, *, by: Person) -> PendingAct:
    """Propose to erase a person: another programme administrator confirms (trust R5)."""
    person = Person.rows.lock(person_id)
    rules.require(rules.may_close_account, by, person)
    return tell_erasure_proposed(pending.propose(ERASE, f"accounts.person:{person.code}", {}, by=by))


@transaction.atomic
def confirm_erasure(code: str, *, by: Person) -> Person:
    """Erase a person: name, address, means of signing in, and their words in the journal, whose chain stays whole.

    Raises NotAllowed for who proposed, WrongState when it was answered or the person is a last administrator.
    """
    act = pending.confirm(code, kind=ERASE, by=by)
    person = Person.rows.select_for_update(of=("self",)).get(code=act.reference.partition(":")[2])
    rules.require(rules.may_close_account, by, person)
    end_every_role(person, by=by)
    return _erase(person, by=by)


def came_back(code: str) -> bool:
    """Whether somebody who was erased stands there again, as in the backup that was put back."""
    person = Person.objects.filter(code=code).first()
    return person is not None and not erasures.is_erased(person)


@transaction.atomic
def erase_again(code: str) -> Person:
    """Erase whom a backup brought back (trust T8): two people had decided it, so the last administrator goes too."""
    person = Person.rows.select_for_update(of=("self",)).get(code=code)
    end_every_role(person, by=robot(), even_last=True)
    return _erase(person, by=robot())


def _erase(person: Person, *, by: Person) -> Person:
    """The person, and the accounts of theirs that were taken into this one."""
    for former in queries.taken_into(person):
        if not erasures.is_erased(former):
            _erase(former, by=by)
    sessions.end_all(person)
    erasures.forget(person)
    journal.record(person, "erased", by=by)
    transaction.on_commit(erasures.write_down, robust=True)
    return person
