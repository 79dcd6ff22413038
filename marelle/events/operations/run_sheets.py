"""What a meeting is made of: its parts, one after the other, and the moderator's run sheet, minute by minute."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts import rules as accounts
from marelle.accounts.models import Person
from marelle.base.errors import BadData, WrongState
from marelle.events import rules
from marelle.events.models import Event, ProgrammeItem, RunSheetLine
from marelle.events.operations.meetings import bump
from marelle.events.states import EventState, ItemKind

LONGEST = 24 * 60  # minutes: a run sheet is of one day


@transaction.atomic
def add_part(event_id: int, *, by: Person, kind: str, name: dict[str, str], minutes: int) -> ProgrammeItem:
    """A part after the others. Raises NotAllowed, BadData."""
    event = _locked(event_id, by)
    name = {language: said.strip() for language, said in name.items() if said.strip()}
    if not name or kind not in ItemKind.values or not 1 <= minutes <= LONGEST:
        raise BadData(_("Give a part its kind, a name and its minutes."))
    last = event.items.order_by("-position").values_list("position", flat=True).first()
    part = ProgrammeItem.rows.create(
        event=event, kind=kind, name=name, minutes=minutes, position=0 if last is None else last + 1
    )
    _changed(event, by)
    return part


@transaction.atomic
def change_part(
    event_id: int, code: str, *, by: Person, kind: str, name: dict[str, str], minutes: int
) -> ProgrammeItem:
    """Another kind, another name, another length. Raises NotAllowed, BadData."""
    event = _locked(event_id, by)
    part: ProgrammeItem = event.items.get(code=code)
    part.name = {language: said.strip() for language, said in name.items() if said.strip()}
    part.kind, part.minutes = kind, minutes
    if not part.name or kind not in ItemKind.values or not 1 <= minutes <= LONGEST:
        raise BadData(_("Give a part its kind, a name and its minutes."))
    part.save(update_fields=["kind", "name", "minutes"])
    _changed(event, by)
    return part


@transaction.atomic
def move_part(event_id: int, code: str, *, by: Person, up: bool) -> None:
    """One place earlier, or later. Raises NotAllowed."""
    event = _locked(event_id, by)
    parts = list(event.items.order_by("position", "pk"))
    place = next(n for n, part in enumerate(parts) if part.code == code)
    other = place - 1 if up else place + 1
    if 0 <= other < len(parts):
        parts[place], parts[other] = parts[other], parts[place]
    for position, part in enumerate(parts):
        ProgrammeItem.rows.filter(pk=part.pk).update(position=position)
    _changed(event, by)


@transaction.atomic
def remove_part(event_id: int, code: str, *, by: Person) -> None:
    """A part less; lines of the run sheet that spoke of it stay. Raises NotAllowed."""
    event = _locked(event_id, by)
    event.items.filter(code=code).delete()
    _changed(event, by)


@transaction.atomic
def fill(event_id: int, *, by: Person) -> list[RunSheetLine]:
    """A first run sheet from the parts: the welcome, each part when it begins, the end. Raises NotAllowed, WrongState.

    Nothing is filled over lines somebody wrote.
    """
    event = _locked(event_id, by)
    if event.run_sheet.exists():
        raise WrongState(_("The run sheet has lines already: change them, or remove them first."))
    lines = list(_first_lines(event))
    if not lines:
        raise WrongState(_("Add the parts of the meeting first: the run sheet is made from them."))
    return RunSheetLine.objects.bulk_create(lines)


@transaction.atomic
def write_line(
    event_id: int, *, by: Person, minute: int, what: dict[str, str], who: str = "", note: dict[str, str] | None = None
) -> RunSheetLine:
    """What happens from a minute on; said again, it replaces what stood there. Raises NotAllowed, BadData."""
    event = _locked(event_id, by)
    said = {language: words.strip() for language, words in what.items() if words.strip()}
    if not said or not 0 <= minute < LONGEST:
        raise BadData(_("Say from which minute, and what happens."))
    line = event.run_sheet.filter(minute=minute).first() or RunSheetLine(event=event, minute=minute)
    line.what, line.who = said, who.strip()[:200]
    line.note = {language: words.strip() for language, words in (note or {}).items() if words.strip()}
    line.save()
    return line


@transaction.atomic
def change_line(
    event_id: int, was: int, *, by: Person, minute: int, what: dict[str, str], who: str = ""
) -> RunSheetLine:
    """Other words, or another minute; what it is about stays. Raises NotAllowed, BadData (another line stands there)."""
    event = _locked(event_id, by)
    line: RunSheetLine = event.run_sheet.get(minute=was)
    line.minute, line.who = minute, who.strip()[:200]
    line.what = {language: words.strip() for language, words in what.items() if words.strip()}
    if not line.what or not 0 <= minute < LONGEST:
        raise BadData(_("Say from which minute, and what happens."))
    if minute != was and event.run_sheet.filter(minute=minute).exists():
        raise BadData(_("Another line begins at this minute: choose another, or remove that one first."))
    line.save()
    return line


@transaction.atomic
def remove_line(event_id: int, minute: int, *, by: Person) -> None:
    """A line less. Raises NotAllowed."""
    _locked(event_id, by).run_sheet.filter(minute=minute).delete()


def _first_lines(event: Event) -> Iterator[RunSheetLine]:
    minute = 0
    people = list(event.roles.order_by("position", "pk"))
    for part in event.items.order_by("position", "pk"):
        who = ", ".join(dict.fromkeys(role.name for role in people if role.item_id == part.pk))
        yield RunSheetLine(event=event, minute=minute, what=part.name, who=who[:200], item=part)
        minute += part.minutes
    if minute:
        yield RunSheetLine(event=event, minute=minute, what=_in_each_language(event))


def _in_each_language(event: Event) -> dict[str, str]:
    said = {}
    for language in event.name:
        with translation.override(language):
            said[language] = _("Thanks, what comes next, the end")
    return said


def _locked(event_id: int, by: Person) -> Event:
    """Parts and run sheet are the moderator's too."""
    event: Event = Event.rows.lock(event_id)
    accounts.require(rules.may_moderate, by, event)
    return event


def _changed(event: Event, by: Person) -> None:
    journal.record(event, "meeting_changed", by=by, organisation=event.committee)
    if event.state != EventState.DRAFT:
        bump(event)
