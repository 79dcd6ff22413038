"""Letters and notices of a call whose end moves."""

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import Role
from marelle.base import outbox
from marelle.mandates.models import Application, Call
from marelle.mandates.queries import people
from marelle.mandates.states import NOT_HANDED_IN


def tell_extension_proposed(call: Call, *, by: Person) -> None:
    """Tell the other administrators of the committee that an extension waits for one of them."""
    chiefs = people_of([call.committee], {Role.PROGRAMME_ADMINISTRATOR})
    notifications.notify(
        [chief for chief in chiefs if chief != by],
        "extension_proposed",
        reference=f"mandates.call:{call.code}",
        sentence=lambda: _("A colleague proposes to extend “%(call)s”: confirm it, or decline.") % {"call": call},
        address=f"/bureau/appels/{call.code}/prolonger",
        committee=call.committee,
    )


def queue_extended(call: Call, reasons: str) -> None:
    """Tell everyone who writes an application not handed in that there is more time, until when and why."""
    writing = Application.rows.filter(call=call, state__in=NOT_HANDED_IN).select_related("organisation", "call")
    for application in writing.order_by("pk"):
        for person in people.writers_of(application.organisation):
            outbox.write(
                "call_extended",
                to=person.email,
                language=person.language,
                reference=f"mandates.application:{application.code}",
                key=f"call_extended:{application.code}:{call.closes_at:%Y%m%d%H%M}:{person.code}",
                context={"application": application, "call": call, "person": person, "reasons": reasons},
            )
