"""Erasing a person: proposed by one administrator, confirmed by another; the journal's chain stays whole (trust R5, J1)."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q

from marelle.accounts import journal, pending, rules, sessions
from marelle.accounts.models import Invitation, JoinRequest, JournalContent, Notification, PendingAct, Person
from marelle.accounts.notifications import tell_erasure_proposed
from marelle.accounts.operations import end_every_role
from marelle.base.models import Letter, Stamp

ERASE = "erase"  # the kind of act that waits for a second person
ERASING = "erasing"  # the name of the stamp that lets words of the journal go: see base/migrations


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
    sessions.end_all(person)
    _forget_everything(person)
    _purge_journal_of(person)
    journal.record(person, "erased", by=by)
    return person


def _forget_everything(person: Person) -> None:
    """Name, address and means of signing in, wherever accounts keep them."""
    spoken_of = Q(sentence__contains=person.name) if person.name else Q(pk__in=[])  # every sentence holds an empty name
    Letter.objects.filter(address__iexact=person.email).update(address=f"erased@{person.code}.invalid", text="")
    Invitation.objects.filter(email__iexact=person.email).update(email=f"erased@{person.code}.invalid")
    JoinRequest.objects.filter(person=person).update(words="")
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    Notification.objects.filter(Q(person=person) | spoken_of).delete()
    person.email, person.name, person.is_active = f"erased@{person.code}.invalid", "", False
    person.set_unusable_password()
    person.save(update_fields=["email", "name", "is_active", "password"])


def _purge_journal_of(person: Person) -> None:
    """Take a person's words out of the journal; digests stay. Nothing else may delete there: see base/migrations."""
    Stamp.objects.update_or_create(name=ERASING, defaults={"value": 1})
    JournalContent.objects.filter(Q(person=person) | Q(reference=f"accounts.person:{person.code}")).delete()
    Stamp.objects.filter(name=ERASING).update(value=0)
