"""Erasing a person: what is forgotten, and the list of those erased, kept outside the database (trust T8).

`erasures` in MARELLE_DATA holds a line a person erased: when, and their random code, nothing else. A backup put back brings
people back: the list says who must be erased again.
"""

from datetime import UTC
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Q

from marelle.accounts.heads import append
from marelle.accounts.models import Invitation, JoinRequest, JournalContent, Notification, PendingAct, Person
from marelle.base import clock, registers
from marelle.base.models import FeedKey, Letter, LetterState, Stamp

FILE = "erasures"
ERASING = "erasing"  # the name of the stamp that lets words of the journal go: see base/migrations


def address_of_nobody(person: Person) -> str:
    """The address an erased person keeps: it leads nowhere, and says that they are erased."""
    return f"erased@{person.code}.invalid"


def is_erased(person: Person) -> bool:
    """Whether nothing of this person is left."""
    return person.email == address_of_nobody(person)


def forget(person: Person) -> None:
    """Name, address, means of signing in, what was said of them, and their words in the journal, whose chain stays whole.

    What the packages above keep under one of their addresses goes with them (`registers.forgetting`).
    """
    references = references_to(person)
    _forget_addresses(person)
    _forget_letters(person, references)
    _purge_journal(person, references)
    about = Q(reference__in=references) & ~Q(kind="erasure_proposed")  # that one names nobody
    Notification.objects.filter(Q(person=person) | about).delete()
    Invitation.objects.filter(email__iexact=person.email).update(email=address_of_nobody(person), held_name="")
    JoinRequest.objects.filter(person=person).update(words="")
    FeedKey.objects.filter(person_code=person.code, withdrawn_at=None).update(withdrawn_at=clock.now())
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    PendingAct.objects.filter(kind="identity", reference=f"accounts.person:{person.code}").update(payload={})
    person.email, person.name, person.is_active = address_of_nobody(person), "", False
    person.set_unusable_password()
    person.save()


def references_to(person: Person) -> list[str]:
    """Everything that speaks of this person: themselves, their roles, requests, delegations, the invitations they got or sent."""
    theirs = {
        "membership": person.memberships.all(),
        "joinrequest": person.join_requests.all(),
        "delegation": person.delegations.all(),
        "invitation": Invitation.objects.filter(Q(email__iexact=person.email) | Q(invited_by=person)),
    }
    codes = ((kind, code) for kind, rows in theirs.items() for code in rows.values_list("code", flat=True))
    return [f"accounts.person:{person.code}", *(f"accounts.{kind}:{code}" for kind, code in codes)]


def _forget_addresses(person: Person) -> None:
    """Each address they signed in with, once, whatever its capitals."""
    more = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    for address in sorted({address.lower() for address in (person.email, *more)}):
        for forget_address in registers.forgetting:
            forget_address(address)


def _forget_letters(person: Person, references: list[str]) -> None:
    """Letters to the person; what was told to others of them, in letters of its own or in those of a day.

    What had not left yet never leaves, save the invitations they sent: those who got them may still come in.
    """
    theirs = Letter.objects.filter(address__iexact=person.email)
    waiting = Letter.objects.filter(state=LetterState.WAITING)
    of_them = [reference for reference in references if not reference.startswith("accounts.invitation:")]
    (waiting & theirs | waiting.filter(reference__in=of_them)).delete()
    theirs.update(address=address_of_nobody(person), text="", calendar="")
    told = Notification.objects.filter(reference__in=references).exclude(mailed_at=None).select_related("person")
    days = [f"digest:{n.person.code}:{n.mailed_at:%Y-%m-%d}" for n in told if n.mailed_at]
    sent = Letter.objects.exclude(state=LetterState.WAITING)
    sent.filter(Q(reference__in=references) | Q(key__in=days)).update(text="")


def _purge_journal(person: Person, references: list[str]) -> None:
    """Take out the words that name a person; digests stay. Nothing else may delete there: see base/migrations."""
    naming = Q(person=person) | Q(reference__in=references) | Q(facts__icontains=person.code)
    Stamp.objects.update_or_create(name=ERASING, defaults={"value": 1})
    JournalContent.objects.filter(naming).delete()
    Stamp.objects.filter(name=ERASING).update(value=0)


# The list outside the database ---------------------------------------------------------------------------------------
def listed(path: Path | None = None) -> list[str]:
    """The codes of the list, first erased first."""
    path = path or settings.DATA / FILE
    lines = (line.split() for line in (path.read_text().splitlines() if path.exists() else []))
    return list(dict.fromkeys(words[1] for words in lines if len(words) == 2))


def write_down() -> int:
    """Add whoever is erased in the database and not yet on the list; how many. The worker catches up what a crash left out."""
    known = set(listed())
    rows = Person.objects.filter(email__startswith="erased@", email__endswith=".invalid").order_by("pk")
    missing = [person.code for person in rows if is_erased(person) and person.code not in known]
    at = clock.now().astimezone(UTC).isoformat()
    append(settings.DATA / FILE, (f"{at} {code}" for code in missing))
    return len(missing)


def note(code: str) -> None:
    """Add what was erased and is nobody's account: a random code, nothing else."""
    append(settings.DATA / FILE, [f"{clock.now().astimezone(UTC).isoformat()} {code}"])
