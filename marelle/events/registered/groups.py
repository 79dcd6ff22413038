"""What working groups bring to the shared pages, for their members alone: dates, search, thread, conversation."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from marelle.accounts import threads
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, origins, registers
from marelle.base.origins import Shown
from marelle.base.registers import Found, Moment, Today
from marelle.base.text import fold
from marelle.events.models import Group
from marelle.events.operations.groups import address_for
from marelle.events.queries import groups as queries

MOST_READ = 200  # groups one reader's search goes through


def register() -> None:
    """Join the registers."""
    threads.register("events.group", may_read=may_read, may_write=may_write, members=members, title=title)
    origins.register("events.group", show)
    registers.today_providers.append(today)
    registers.calendar_providers.append(moments)
    registers.search_providers.append(search)


def may_read(person: Person, code: str) -> bool:
    """The members, and the programme team of its committee."""
    return Group.objects.visible_to(person).filter(code=code).exists()


def may_write(person: Person, code: str) -> bool:
    """The same, while the group is at work."""
    return Group.objects.visible_to(person).filter(code=code, closed_at=None).exists()


def members(code: str) -> Iterator[tuple[Person, str]]:
    """Who is told what is said, each with the page of their own organisation."""
    group = Group.rows.filter(code=code).first()
    for member in queries.members(group) if group else ():
        yield member.person, address_for(group, member.organisation)


def title(code: str) -> str:
    """The group's name."""
    return str(Group.rows.get(code=code))


def show(code: str, reader: Person | None) -> Shown | None:
    """A group on the thread, for those who may read it."""
    if reader is None or not reader.is_authenticated:
        return None
    group = Group.objects.visible_to(reader).filter(code=code).first()
    if group is None:
        return None
    return Shown(str(group), _("working group"), _address(group, reader), on=group.created_at)


def today(person: Person, organisation: Organisation) -> Today:
    """The next meetings."""
    return Today([], list(moments(person, organisation)), [])


def moments(person: Person | None, organisation: Organisation | None) -> Iterator[Moment]:
    """The meetings of one's groups; nobody else's calendar has them."""
    if person is None or organisation is None:
        return
    for group, occurrence in queries.meetings_of(person, organisation, clock.now()):
        yield Moment(
            code=f"meeting-{occurrence.code}",
            title=f"{group}: {occurrence.event}",
            starts_at=occurrence.starts_at,
            ends_at=occurrence.ends_at,
            address=address_for(group, organisation),
            zone=occurrence.event.zone,
            place=occurrence.room,
            sequence=occurrence.sequence,
        )


def search(words: str, person: Person | None, limit: int) -> Iterable[Found]:
    """The groups one may read, by their name."""
    if person is None:
        return
    sought, left = fold(words).split(), limit
    for group in Group.objects.visible_to(person).order_by("-created_at", "pk")[:MOST_READ]:
        names = fold(" ".join(group.name.values()))
        if left and sought and all(word in names for word in sought):
            left -= 1
            yield Found(_("working group"), str(group), "", _address(group, person))


def _address(group: Group, reader: Person) -> str:
    seat = group.members.filter(person=reader, left_at=None).select_related("organisation").first()
    return address_for(group, seat.organisation if seat else group.committee)
