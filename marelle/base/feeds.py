"""Personal calendar feeds: an address nobody can guess stands for a person in an organisation until it is withdrawn.

Calendar programs cannot sign in: the key in the address is all they have. What it shows is asked anew each time.
"""

from django.db import transaction
from django.utils import timezone

from marelle.base.models import FeedKey


@transaction.atomic
def open_feed(person_code: str, organisation_code: str) -> FeedKey:
    """The living key of a person in an organisation, made at first need."""
    key, _made = FeedKey.objects.get_or_create(
        person_code=person_code,
        organisation_code=organisation_code,
        withdrawn_at=None,
        defaults={"made_at": timezone.now()},
    )
    return key


def living(person_code: str, organisation_code: str) -> FeedKey | None:
    """The key in force, if there is one."""
    return FeedKey.objects.filter(
        person_code=person_code, organisation_code=organisation_code, withdrawn_at=None
    ).first()


def withdraw(person_code: str, organisation_code: str) -> None:
    """Close the address; the next one is another."""
    keys = FeedKey.objects.filter(person_code=person_code, organisation_code=organisation_code, withdrawn_at=None)
    keys.update(withdrawn_at=timezone.now())


def find(code: str, organisation_code: str) -> FeedKey | None:
    """The living key of that name for that organisation."""
    return FeedKey.objects.filter(code=code, organisation_code=organisation_code, withdrawn_at=None).first()
