"""A talk becomes a practice in one press: what was said is a draft, told by who did it, tied to the talk."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.accounts.rules import require
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.events import rules
from marelle.events.models import ProgrammeItem
from marelle.events.queries import meetings, talks
from marelle.framework.models import text
from marelle.library.models import Practice
from marelle.library.operations import practices
from marelle.library.operations.practices import CameFrom


@transaction.atomic
def make_practice(item_id: int, organisation: str, *, by: Person, at: datetime | None = None) -> Practice:
    """Draft a practice from a talk, in the name of one of those who gave it; pressed twice, it is one practice.

    Those who write for that organisation are told, and complete it. Raises NotAllowed, WrongState before the talk, BadData.
    """
    item: ProgrammeItem = ProgrammeItem.rows.lock(item_id)
    event = item.event
    require(rules.may_prepare_meeting, by, event)
    if not talks.was_given(event, item, at or clock.now()):
        raise WrongState(_("This talk has not been given yet."))
    tellers = talks.tellers_of(event)
    teller = next((one for one in tellers.get(item.pk) or tellers[None] if one.code == organisation), None)
    if teller is None:
        raise BadData(_("Choose one of those who gave this talk."))
    origin = CameFrom("talk", talks.reference(item), str(item), text(event.name), meetings.address_of_item(item, by))
    return practices.draft_from(
        origin,
        organisation=teller,
        words={language: _words(item, language) for language in item.name},
        domains=[item.domain] if item.domain else event.domains.all(),
        services=item.services.all() or event.services.all(),
        by=by,
        at=at,
    )


def _words(item: ProgrammeItem, language: str) -> dict[str, str]:
    """What is known of it in one language: its name, what it announced, what came out of it."""
    event = item.event
    return {
        "name": item.name[language],
        "summary": item.description.get(language) or event.objectives.get(language, ""),
        "what_was_done": item.outcome.get(language, ""),
    }
