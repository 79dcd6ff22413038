"""What somebody chooses and gives back by themselves, from their own page: the way of `registrations`, and no other."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.base import stamps
from marelle.base.errors import BadData, Closed, WrongState
from marelle.events.models import ProgrammeItem, Registration
from marelle.events.operations import registrations
from marelle.events.queries import gatherings
from marelle.events.states import ENDED


@transaction.atomic
def choose(registration_id: int, item_code: str, *, at: datetime) -> Registration:
    """Choose an item of the gathering. Twice is once.

    Raises BadData (a clash, no such item), Closed once the deadline has passed, WrongState.
    """
    main = _living(registration_id)
    event = main.occurrence.event
    item = ProgrammeItem.rows.filter(event=event, code=item_code).first()
    if item is None:
        raise BadData(_("This item is not in the programme any more."))
    if not gatherings.is_open(event, at):
        raise Closed(_("The time to choose has passed, or has not come yet. What you had chosen is kept."))
    choice = registrations.choose(main.pk, item.pk, at=at)
    stamps.bump("public")
    return choice


@transaction.atomic
def give_back(registration_id: int, *, at: datetime) -> Registration:
    """Give a place back while what it is in has not begun. Twice is once. Raises Closed, WrongState."""
    found = Registration.rows.select_related("occurrence", "item").get(pk=registration_id)
    begins = (found.item.starts_at if found.item else None) or found.occurrence.starts_at
    if at >= begins and found.state not in ENDED:
        raise Closed(_("It has begun: a place is not given back any more."))
    cancelled = registrations.cancel(found.pk, at=at)
    stamps.bump("public")
    return cancelled


@transaction.atomic
def take(registration_id: int, *, at: datetime) -> Registration:
    """Take the place that is offered. Twice is once. Raises Closed, WrongState."""
    taken = registrations.accept(_living(registration_id).pk, at=at)
    stamps.bump("public")
    return taken


def _living(registration_id: int) -> Registration:
    """The registration. Raises WrongState once it has been cancelled."""
    found: Registration = Registration.rows.select_related("occurrence__event").get(pk=registration_id)
    if found.state in ENDED:
        raise WrongState(_("This registration is cancelled: nothing has changed."))
    return found
