"""Who people are at the issuer (OpenID Connect): an issuer and a subject there, tied to one account here (trust A13).

An e-mail address never ties them: it is a hint an administrator reads. The person asks, a programme administrator confirms
(settled 11). So does an issuer that says another address than the day the two were tied: nobody comes in that way before.
"""

from dataclasses import asdict, dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, letters, pending, queries, rules
from marelle.accounts.models import PendingAct, Person
from marelle.accounts.notifications import notify
from marelle.accounts.states import RequestState, Role
from marelle.base.errors import WrongState

KIND = "identity"  # of act that waits for a second person
LONGEST = 191  # characters of an issuer or a subject: the columns of `SocialAccount`


@dataclass(frozen=True)
class Identity:
    """What the issuer said of somebody, the last time it did. `name` and `email` are hints, and prove nothing here."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""


def account_of(identity: Identity) -> SocialAccount | None:
    """The account here of an issuer's subject."""
    tied = SocialAccount.objects.filter(provider=identity.issuer, uid=identity.subject)
    return tied.select_related("user").first()


def address_has_changed(account: SocialAccount, identity: Identity) -> bool:
    """Whether the issuer says another address than the day they were tied."""
    return account.extra_data.get("email", "").lower() != identity.email.lower()


def tied_to(person: Person) -> SocialAccount | None:
    """How the issuer of today knows this person."""
    return SocialAccount.objects.filter(user=person, provider=settings.OIDC.get("issuer", "")).first()


def asked_by(person: Person) -> PendingAct | None:
    """What this person asked, and nobody answered yet."""
    return PendingAct.objects.filter(kind=KIND, reference=_reference(person), state=RequestState.ASKED).first()


def waiting(reader: Person) -> list[dict[str, Any]]:
    """What this administrator may answer, the oldest first: the act, the person, what the issuer said, what is tied today."""
    acts = PendingAct.objects.filter(kind=KIND, state=RequestState.ASKED).order_by("proposed_at", "pk")
    near = Person.objects.in_care_of(reader.committees_as({Role.PROGRAMME_ADMINISTRATOR}))
    by_reference = {act.reference: act for act in acts}
    codes = [reference.partition(":")[2] for reference in by_reference]
    people = {_reference(person): person for person in near.filter(code__in=codes).distinct()}
    tied = {account.user_id: account for account in SocialAccount.objects.filter(user__in=people.values())}
    return [
        {
            "act": act,
            "person": people[reference],
            "told": Identity(**act.payload),
            "tied": tied.get(people[reference].pk),
        }
        for reference, act in by_reference.items()
        if reference in people
    ]


@transaction.atomic
def ask(identity: Identity, *, by: Person) -> PendingAct:
    """Ask that an issuer's subject opens one's account. Raises WrongState when it opens one already, or one asked before."""
    if account_of(identity) is not None:
        raise WrongState(_("This identity already opens an account here."))
    return _propose(identity, by)


@transaction.atomic
def ask_again(account: SocialAccount, identity: Identity) -> None:
    """The issuer says another address: an administrator is asked whether it is the same person. Once, however often they come."""
    person = account.user
    if asked_by(person) is None:
        _propose(identity, person)


@transaction.atomic
def confirm(code: str, *, by: Person) -> Person:
    """Tie what was asked to the account of who asked; what was tied to it from that issuer no longer opens it.

    Raises NotAllowed for who asked, and WrongState when it was answered or opens another account meanwhile.
    """
    act = pending.confirm(code, kind=KIND, by=by)
    person, identity = _person_of(act), Identity(**act.payload)
    rules.require(rules.may_reconcile, by, person)
    known = account_of(identity)
    if known is not None and known.user_id != person.pk:
        raise WrongState(_("This identity already opens another account. Its person unties it first."))
    SocialAccount.objects.filter(user=person, provider=identity.issuer).delete()
    SocialAccount.objects.create(
        user=person, provider=identity.issuer, uid=identity.subject, extra_data={"email": identity.email}
    )
    _forget_payload(act)
    journal.record(person, "identity_tied", by=by, issuer=identity.issuer)
    letters.queue_identity_tied(person, act.code)
    return person


@transaction.atomic
def decline(code: str, *, by: Person) -> Person:
    """Leave things as they are; who asked may take it back. What the issuer said is forgotten."""
    act = pending.decline(code, by=by)
    person = _person_of(act)
    if by != person:
        rules.require(rules.may_reconcile, by, person)
    _forget_payload(act)
    return person


@transaction.atomic
def untie(person_id: int, *, by: Person) -> Person:
    """The issuer no longer opens one's account."""
    person = Person.rows.select_for_update(of=("self",)).get(pk=person_id)
    rules.require(rules.is_self, by, person)
    if SocialAccount.objects.filter(user=person).delete()[0]:
        journal.record(person, "identity_untied", by=by)
    return person


def _propose(identity: Identity, person: Person) -> PendingAct:
    """One asked at a time; told to those who may answer, without a name."""
    act = pending.propose(KIND, _reference(person), asdict(identity), by=person)
    committees = {c.pk: c for m in person.living_memberships for c in queries.committees_of(m.organisation)}
    for committee in committees.values():
        chiefs = queries.people_of([committee], {Role.PROGRAMME_ADMINISTRATOR})
        notify(
            [chief for chief in chiefs if chief != person],
            "identity_asked",
            reference=act.reference,
            sentence=lambda: _("Someone asks that another way in opens their account: see who, and answer."),
            address="/bureau/equipe/identites",
            committee=committee,
        )
    return act


def _reference(person: Person) -> str:
    return f"accounts.person:{person.code}"


def _person_of(act: PendingAct) -> Person:
    return Person.rows.select_for_update(of=("self",)).get(code=act.reference.partition(":")[2])


def _forget_payload(act: PendingAct) -> None:
    """What was told is kept by the account it opens, or nowhere."""
    act.payload = {}
    act.save(update_fields=["payload"])
