"""What working groups bring to the shared pages, for their members alone: dates, search, thread, conversation."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import threads
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, dues, origins, registers
from marelle.base.dues import Facts, Watch
from marelle.base.origins import Shown
from marelle.base.registers import Act, Found, Moment
from marelle.base.text import fold
from marelle.events.models import Group
from marelle.events.queries import groups as queries
from marelle.events.queries.groups import address_for, read_at
from marelle.framework.models import text

MOST_READ = 200  # groups one reader's search goes through


def register() -> None:
    """Join the registers."""
    threads.register("events.group", may_read=may_read, may_write=may_write, members=members, title=title)
    origins.register("events.group", show)
    dues.watches += [Watch(asked, to_answer), MEETINGS]
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


def show(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Groups on the thread, for those who may read them."""
    if reader is None or not reader.is_authenticated:
        return {}
    return {
        group.code: Shown(str(group), _("working group"), read_at(group, reader), on=group.created_at)
        for group in Group.objects.visible_to(reader).filter(code__in=codes).select_related("committee")
    }


def asked(person: Person, organisation: Organisation) -> QuerySet:
    """The invitations one has not answered."""
    rows = queries.invitations_to(person, organisation)
    return dues.facts(rows, code="group__code", name="group__name", since="invited_at")


def to_answer(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """The oldest invitation."""
    row = min(rows, key=lambda row: row.at("since"))
    sentence = _("Answer the invitation to the working group “{group}”").format(group=text(row.words("name")))
    yield Act(sentence, address_for(Group(code=row["code"]), organisation))


def coming(person: Person, organisation: Organisation) -> QuerySet:
    """The next meetings of one's groups; nobody else's calendar has them."""
    columns = {"group": "event__group__name", "group_code": "event__group__code", "name": "event__name"}
    columns |= {"house_zone": "event__zone"}
    occurrence = ("code", "starts_at", "ends_at", "zone", "room", "sequence")
    rows = queries.meetings_of(person, organisation, clock.now())
    return dues.facts(rows, **columns, **{column: column for column in occurrence})


def meetings(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Moment]:
    """Dates of the group, told by its name."""
    for row in rows:
        yield Moment(
            code=f"meeting-{row['code']}",
            title=f"{text(row.words('group'))}{_(': ')}{text(row.words('name'))}",
            starts_at=row.at("starts_at"),
            ends_at=row.at("ends_at"),
            address=address_for(Group(code=row["group_code"]), organisation),
            zone=row["zone"] or row["house_zone"],
            place=row["room"],
            sequence=row["sequence"],
        )


MEETINGS = Watch(coming, meetings)


def moments(person: Person | None, organisation: Organisation | None) -> list[Moment]:
    """The same, for a calendar."""
    return dues.read(MEETINGS, person, organisation) if person and organisation else []


def search(words: str, person: Person | None, limit: int) -> Iterable[Found]:
    """The groups one may read, by their name."""
    if person is None:
        return
    sought, left = fold(words).split(), limit
    for group in Group.objects.visible_to(person).order_by("-created_at", "pk")[:MOST_READ]:
        names = fold(" ".join(group.name.values()))
        if left and sought and all(word in names for word in sought):
            left -= 1
            yield Found(_("working group"), str(group), "", read_at(group, person))
