"""A sentence for each person whom an act concerns; what stays unread goes into one daily mail."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from marelle.accounts.models import Notification, Organisation, PendingAct, Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import Role
from marelle.base import clock, outbox
from marelle.base.models import Letter

DIGEST_AFTER = timedelta(hours=12)  # unread for half a day: one mail gathers them


def notify(
    people: Iterable[Person],
    kind: str,
    *,
    reference: str,
    sentence: Callable[[], str],
    address: str,
    committee: Organisation | None = None,
) -> None:
    """Tell each person once, in their language: an unread notification of the same kind and thing is replaced.

    `sentence` is called once per language: `lambda: _("Your application was handed in.")`.
    `committee`: the one whose office `address` opens.
    """
    told = {p.pk: p for p in people if p.is_active and not p.is_robot}
    old = Q(person__in=told, kind=kind, reference=reference, read_at=None)
    Notification.objects.filter(old).delete()
    Notification.objects.bulk_create(
        Notification(
            person=p,
            organisation=committee,
            kind=kind,
            reference=reference,
            sentence=_in(p.language, sentence),
            address=address,
            made_at=clock.now(),
        )
        for p in told.values()
    )


def forget(person: Person, *references: str, under: str = "") -> None:
    """Take back what was told and not read about things this person may no longer read. `under`: only what leads there."""
    Notification.objects.filter(
        person=person, reference__in=references, read_at=None, address__startswith=under
    ).delete()


def tell_erasure_proposed(act: PendingAct) -> PendingAct:
    """Tell the other administrators of the committee that an erasure waits for one of them; its person is not named."""
    for committee in act.proposed_by.committees_as({Role.PROGRAMME_ADMINISTRATOR}):
        chiefs = people_of([committee], {Role.PROGRAMME_ADMINISTRATOR})
        notify(
            [chief for chief in chiefs if chief != act.proposed_by],
            "erasure_proposed",
            reference=act.reference,
            sentence=lambda: _("A colleague proposes to erase a person: confirm it, or decline."),
            address="/bureau/equipe#accounts",
            committee=committee,
        )
    return act


def _in(language: str, sentence: Callable[[], str]) -> str:
    with translation.override(language):
        return sentence()[:300]


@transaction.atomic
def mark_read(person: Person, codes: Iterable[str] | None = None) -> None:
    """Mark one's notifications as read: those named, or all."""
    mine = Notification.objects.filter(person=person, read_at=None)
    (mine if codes is None else mine.filter(code__in=list(codes))).update(read_at=clock.now())


@transaction.atomic
def write_digests(at: datetime) -> int:
    """One letter a person and day, gathering what was not read; how many letters."""
    waiting = Notification.objects.filter(
        read_at=None, mailed_at=None, made_at__lt=at - DIGEST_AFTER, person__is_active=True
    )
    people = Person.objects.filter(pk__in=waiting.values("person")).order_by("pk")
    return sum(_write_digest(person, waiting.filter(person=person), at) for person in people)


def _write_digest(person: Person, waiting: QuerySet[Notification], at: datetime) -> bool:
    """The letter of the day, of what this person may still read; False when today's has been written already."""
    key = f"digest:{person.code}:{at:%Y-%m-%d}"
    if Letter.objects.filter(key=key).exists():
        return False  # what has come since waits for tomorrow's
    told = [n for n in waiting.order_by("made_at", "pk") if _still_concerns(n, person)]
    waiting.update(mailed_at=at)
    if told:
        outbox.write(
            "digest",
            to=person.email,
            language=person.language,
            key=key,
            context={"person": person, "notifications": told, "address": settings.SITE_ADDRESS},
        )
    return bool(told)


def _still_concerns(notification: Notification, person: Person) -> bool:
    """Whether it leads to a place where this person still has a role (trust E5, V14)."""
    _root, face, *rest = [*notification.address.split("/"), "", ""]
    if face == "espace":
        return any(m.organisation.code == rest[0] for m in person.living_memberships)
    if face == "bureau" and notification.organisation_id:
        return bool(person.roles_at(notification.organisation_id))
    return face != "bureau" or person.in_committee
