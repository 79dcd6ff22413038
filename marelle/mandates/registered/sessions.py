"""What the sessions of the board bring to "Aujourd'hui" and to calendars, for those who sit there and who prepare them."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, dues, registers
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Moment
from marelle.framework.models import text
from marelle.mandates.models import BoardSession


def register() -> None:
    """Join the registers."""
    dues.watches.append(SESSIONS)
    registers.calendar_providers.append(moments)


def coming(person: Person, organisation: Organisation) -> QuerySet | None:
    """The sessions to come of a committee, for those who may see them."""
    if organisation.kind != OrganisationKind.COMMITTEE:
        return None
    rows = BoardSession.objects.visible_to(person).to_come().filter(call__committee=organisation)
    columns = {name: name for name in ("code", "starts_at", "length_minutes", "place")}
    return dues.facts(rows.filter(starts_at__gt=clock.now()), **columns, zone="call__zone", call="call__name")


def meetings(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Moment]:
    """Their dates, told by the name of the call."""
    for row in rows:
        starts_at = row.at("starts_at")
        yield Moment(
            code=f"session-{row['code']}",
            title=_("Session of the board: %(call)s") % {"call": text(row.words("call"))},
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=row["length_minutes"]),
            address=f"/bureau/seances/{row['code']}",
            zone=row["zone"],
            place=row["place"],
        )


SESSIONS = Watch(coming, meetings)


def moments(person: Person | None, organisation: Organisation | None) -> list[Moment]:
    """The same, for a calendar."""
    return dues.read(SESSIONS, person, organisation) if person and organisation else []
