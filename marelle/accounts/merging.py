"""Two accounts of one person become one: proposed by a programme administrator, confirmed by another (settled 11, trust A13).

What names the account that closes is found from the models themselves and given to the one that stays. Packages say the
exceptions in `registers.joined`: what proves something stays under the name that did it; of two where one may stand, the
second goes or ends; any other clash is refused. The account that closes is never deleted: the journal still names it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from marelle.accounts import journal, letters, pending, queries, rules, sessions
from marelle.accounts.models import Invitation, JoinRequest, Membership, Notification, Organisation, PendingAct, Person
from marelle.accounts.notifications import notify
from marelle.accounts.queries import SECOND_FACTORS
from marelle.accounts.states import (
    COMMITTEE_ROLES,
    REQUEST_STEPS,
    SECOND_PROOF_ROLES,
    RequestState,
    Role,
)
from marelle.base import clock, registers
from marelle.base.errors import WrongState
from marelle.base.models import FeedKey
from marelle.base.registers import Joined

KIND = "merge"  # of act that waits for a second person
MOVES, STAYS, FOLDS = Joined("moves"), Joined("stays"), Joined("folds")
OWN = {
    "account.EmailAddress.user": STAYS,
    "mfa.Authenticator.user": STAYS,  # a second proof is the account's it was set up for
    "accounts.SignIn.person": STAYS,
    "accounts.JournalContent.person": STAYS,  # the chain never changes
    "accounts.PendingAct.proposed_by": Joined(
        "stays", "answered_at"
    ),  # who proposed never confirms, even by another account
    "accounts.PendingAct.answered_by": STAYS,
    "accounts.Membership.person": Joined("ends", "ended_at"),
    "accounts.Delegation.person": Joined("ends", "ended_at"),
    "accounts.JoinRequest.person": FOLDS,  # of two that wait, one was declined before
    "accounts.ThreadReading.person": FOLDS,
    "accounts.Message_mentions.person": FOLDS,
}


@dataclass(frozen=True)
class Side:
    """One of the two accounts as an administrator compares it. `refusal`: why it cannot be the one that closes, or "" ."""

    person: Person
    memberships: list[Membership]
    identities: list[SocialAccount]
    second_factors: int
    refusal: str


@dataclass(frozen=True)
class Waiting:
    """A proposal: the account that would close, the one that would stay."""

    act: PendingAct
    closing: Side
    staying: Side


# What names a person --------------------------------------------------------------------------------------------------
def columns() -> Iterator[tuple[str, models.ForeignKey]]:
    """Each column of any table that names a person, by its "package.Model.column"; tables between two models too."""
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.concrete_fields:
            if isinstance(column, models.ForeignKey) and column.related_model is Person:
                yield f"{model._meta.label}.{column.name}", column


def rule_of(name: str) -> Joined:
    """What becomes of a column when its account closes: it moves, unless its package says otherwise."""
    return registers.joined.get(name, MOVES)


# Comparing ------------------------------------------------------------------------------------------------------------
def sides(one: Person, other: Person) -> tuple[Side, Side]:
    """Both accounts, each with why it could not be the one that closes."""
    return _side(one, into=other), _side(other, into=one)


def waiting(reader: Person) -> list[Waiting]:
    """The proposals this administrator may answer or take back, the oldest first."""
    acts = PendingAct.objects.filter(kind=KIND, state=RequestState.ASKED).select_related("proposed_by")
    near = Person.objects.in_care_of(reader.committees_as({Role.PROGRAMME_ADMINISTRATOR})).distinct()
    codes = {code for act in acts for code in _codes(act)}
    people = {person.code: person for person in near.filter(code__in=codes)}
    pairs = [(act, *_codes(act)) for act in acts.order_by("proposed_at", "pk")]
    return [
        Waiting(act, *sides(people[closing], people[staying]))
        for act, closing, staying in pairs
        if closing in people and staying in people
    ]


def refusal(closing: Person, staying: Person) -> str:
    """Why the first may not be taken into the second, as a sentence; "" when nothing stands in the way."""
    for is_refused, sentence in (
        (closing == staying, _("These are one and the same account.")),
        (closing.is_robot or staying.is_robot, _("The account of the house is nobody’s.")),
        (not (closing.is_active and staying.is_active), _("One of these accounts is closed already.")),
        (_each_administers(closing, staying), _("Each administers an organisation where the other does not: that organisation names the account that stays first.")),
        (_rank(closing) > _rank(staying), _("This account has the stronger role: it is the one that stays.")),
        (_loses_protection(closing, staying), _("The account that stays must have a passkey or an authenticator application first: its roles ask for one, or the other account has one.")),
        (_act_waits(closing, staying), _("Something else waits for an answer about one of these accounts: answer it first.")),
    ):  # fmt: skip
        if is_refused:
            return sentence
    return ""


# Acts -----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def propose(closing_id: int, staying_id: int, *, by: Person) -> PendingAct:
    """Propose that the first account is taken into the second. Raises NotAllowed, WrongState."""
    closing, staying = _locked(closing_id, staying_id)
    _check(closing, staying, by)
    act = pending.propose(KIND, _reference(closing), {"into": staying.code}, by=by)
    for committee in by.committees_as({Role.PROGRAMME_ADMINISTRATOR}):
        chiefs = queries.people_of([committee], {Role.PROGRAMME_ADMINISTRATOR})
        notify(
            [chief for chief in chiefs if chief not in (by, closing, staying)],
            "merge_proposed",
            reference=act.reference,
            sentence=lambda: _("A colleague proposes that two accounts become one: compare them, and answer."),
            address="/bureau/equipe/fusion",
            committee=committee,
        )
    return act


@transaction.atomic
def confirm(code: str, *, by: Person) -> Person:
    """Take one account into the other: what it held moves, it closes, both are signed out and told. The one that stays.

    Raises NotAllowed for who proposed or is one of the two; WrongState when things changed, or both hold what one may hold.
    """
    act = pending.confirm(code, kind=KIND, by=by)
    found = {person.code: person.pk for person in Person.objects.filter(code__in=_codes(act))}
    closing, staying = _locked(*(found[named] for named in _codes(act)))
    _check(closing, staying, by, answering=act)
    held = list(closing.memberships.living().select_related("organisation").order_by("pk"))
    _give_all(closing, staying, by)
    _close(closing)
    for organisation, roles in _by_organisation(held).items():
        told = {"roles": sorted(roles), "into": staying.code}
        journal.record(closing, "merged", by=by, organisation=organisation, **told)
    journal.record(closing, "merged", by=by, into=staying.code)
    for person in (closing, staying):
        sessions.end_all(person)
        letters.queue_merged(person, closing=closing, staying=staying, key=act.code)
    return staying


@transaction.atomic
def decline(code: str, *, by: Person) -> PendingAct:
    """Leave both as they are; who proposed may take it back. Raises NotAllowed, WrongState."""
    act = pending.decline(code, by=by)
    for person in Person.objects.filter(code__in=_codes(act)):
        rules.require(rules.may_reconcile, by, person)
    return act


# Pieces ---------------------------------------------------------------------------------------------------------------
def _check(closing: Person, staying: Person, by: Person, answering: PendingAct | None = None) -> None:
    by.forget_memberships()
    for person in (closing, staying):
        rules.require(rules.may_reconcile, by, person)
    if (
        answering is None
        and PendingAct.objects.filter(kind=KIND, reference=_reference(closing), state="asked").exists()
    ):
        raise WrongState(_("A colleague has already proposed this; it waits for confirmation."))
    if sentence := refusal(closing, staying):
        raise WrongState(sentence)
    if any(_clashes_refused(closing, staying)):
        raise WrongState(
            _(
                "Both accounts hold what one person holds once, as two readings of one dossier or both shares of a key: settle that first."
            )
        )


def _give_all(closing: Person, staying: Person, by: Person) -> None:
    """Everything that names the one that closes, by the rule of its column."""
    _give_ways_in(closing, staying)
    _give_requests(closing, staying, by)
    _give_feeds(closing, staying)
    twice = Notification.objects.filter(
        person=staying, read_at=None, kind=OuterRef("kind"), reference=OuterRef("reference")
    )
    Notification.objects.filter(Exists(twice), person=closing, read_at=None).delete()
    for name, column in columns():
        _give(column, rule_of(name), closing, staying)


def _give(column: models.ForeignKey, rule: Joined, closing: Person, staying: Person) -> None:
    rows = column.model._base_manager.filter(**{column.name: closing})
    if rule.how == "stays":
        if not rule.column:
            return
        rows = rows.filter(**{f"{rule.column}__isnull": True})
    if rule.how == "folds":
        for twice in _clashes(column, closing, staying):
            twice.delete()
    if rule.how == "ends":
        for twice in _clashes(column, closing, staying):
            twice.update(**{rule.column: clock.now()})
    rows.update(**{column.name: staying})


def _clashes(column: models.ForeignKey, closing: Person, staying: Person) -> Iterator[models.QuerySet]:
    """Rows of the one that closes that would stand twice, a queryset for each rule of uniqueness."""
    for names, condition in _unique(column):
        same = {name: OuterRef(name) for name in names if name != column.name}
        theirs = column.model._base_manager.filter(condition, **{column.name: staying}, **same)
        yield column.model._base_manager.filter(condition, Exists(theirs), **{column.name: closing})


def _unique(column: models.ForeignKey) -> Iterator[tuple[tuple[str, ...], Q]]:
    options = column.model._meta
    if column.unique:
        yield (column.name,), Q()
    for names in options.unique_together:
        if column.name in names:
            yield tuple(names), Q()
    for constraint in options.constraints:
        if isinstance(constraint, models.UniqueConstraint) and column.name in constraint.fields:
            yield tuple(constraint.fields), constraint.condition or Q()


def _clashes_refused(closing: Person, staying: Person) -> Iterator[str]:
    """What both hold, which one person may hold once, and which nothing folds: a reading of one dossier, a share of one key."""
    for name, column in columns():
        if rule_of(name) == MOVES and any(rows.exists() for rows in _clashes(column, closing, staying)):
            yield str(column.model._meta.label)


def _give_ways_in(closing: Person, staying: Person) -> None:
    """Identities of the issuer go to the one that stays, unless the same issuer opens it already; second proofs do not move."""
    known = SocialAccount.objects.filter(user=staying).values("provider")
    SocialAccount.objects.filter(user=closing, provider__in=known).delete()
    Invitation.objects.filter(email__iexact=closing.email, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )


def _give_requests(closing: Person, staying: Person, by: Person) -> None:
    """Of two requests to join one organisation the one of the account that closes is answered no, without a letter."""
    known = JoinRequest.objects.filter(person=staying, state=RequestState.ASKED).values("organisation")
    for request in JoinRequest.objects.filter(person=closing, state=RequestState.ASKED, organisation__in=known):
        REQUEST_STEPS.take(request, "decline")
        request.answered_by, request.answered_at = by, clock.now()
        request.save(update_fields=["state", "answered_by", "answered_at"])


def _give_feeds(closing: Person, staying: Person) -> None:
    """Calendars go on; where both have one, the one of the account that closes ends."""
    living = FeedKey.objects.filter(withdrawn_at=None)
    known = living.filter(person_code=staying.code).values("organisation_code")
    living.filter(person_code=closing.code, organisation_code__in=known).update(withdrawn_at=clock.now())
    living.filter(person_code=closing.code).update(person_code=staying.code)


def _close(closing: Person) -> None:
    closing.is_active = False
    closing.set_unusable_password()
    closing.save(update_fields=["is_active", "password"])


def _side(person: Person, *, into: Person) -> Side:
    tied = SocialAccount.objects.filter(user=person).order_by("pk")
    return Side(person, person.living_memberships, list(tied), _second_factors(person), refusal(person, into))


def _rank(person: Person) -> int:
    """How much the roles of today open: 3 administers a committee, 2 works there, 1 administers or signs for a city."""
    roles = {membership.role for membership in person.living_memberships}
    tiers: list[frozenset[Any]] = [frozenset({Role.PROGRAMME_ADMINISTRATOR}), COMMITTEE_ROLES, SECOND_PROOF_ROLES]
    return next((3 - level for level, tier in enumerate(tiers) if roles & tier), 0)


def _each_administers(one: Person, other: Person) -> bool:
    own, theirs = _administered(one), _administered(other)
    return bool(own - theirs) and bool(theirs - own)


def _administered(person: Person) -> set[int]:
    held = person.living_memberships
    return {m.organisation_id for m in held if m.role == rules.chief_role(m.organisation)}


def _loses_protection(closing: Person, staying: Person) -> bool:
    """A second proof would be lost, or a role would come that asks for one which is not there (trust A3)."""
    if _second_factors(staying):
        return False
    roles = {membership.role for membership in closing.living_memberships}
    return bool(_second_factors(closing) or roles & SECOND_PROOF_ROLES)


def _second_factors(person: Person) -> int:
    return Authenticator.objects.filter(user=person, type__in=SECOND_FACTORS).count()


def _act_waits(closing: Person, staying: Person) -> bool:
    """An erasure, an identity asked for; another merge of the account that stays."""
    asked = PendingAct.objects.filter(state=RequestState.ASKED)
    about = asked.filter(reference__in=[_reference(closing), _reference(staying)])
    return about.exclude(kind=KIND, reference=_reference(closing)).exists()


def _by_organisation(memberships: list[Membership]) -> dict[Organisation, set[str]]:
    held: dict[Organisation, set[str]] = {}
    for membership in memberships:
        held.setdefault(membership.organisation, set()).add(membership.role)
    return held


def _locked(closing_id: int, staying_id: int) -> tuple[Person, Person]:
    """Both, always locked in the same order."""
    rows = Person.rows.select_for_update(of=("self",)).filter(pk__in={closing_id, staying_id}).order_by("pk")
    found = {person.pk: person for person in rows}
    return found[closing_id], found[staying_id]


def _codes(act: PendingAct) -> tuple[str, str]:
    """Codes of the account that closes and of the one that stays."""
    return act.reference.partition(":")[2], act.payload.get("into", "")


def _reference(person: Person) -> str:
    return f"accounts.person:{person.code}"
