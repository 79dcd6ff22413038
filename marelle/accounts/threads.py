"""Conversations, one for anything that wants one: who may read the thing may read what is said about it.

A package says who, once for each kind of thing: `register("events.group", …)`. Messages stay: their author may correct
one for a quarter of an hour. Somebody named after an @ is told; the others too, in one line, which the daily letter gathers.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from marelle.accounts import files, notifications
from marelle.accounts.models import File, Message, Notification, Organisation, Person, Thread, ThreadReading
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed
from marelle.base.text import fold

CORRECTED_WITHIN = timedelta(minutes=15)
LONGEST = 5000  # characters of a message
MOST_SHOWN = 200  # messages of one page, the latest


@dataclass(frozen=True)
class Kind:
    """What a package says of its things, each named by its public code.

    `members`: who is told, each with the address where they read it. `title`: asked in the reader's language.
    `keeper`: in whose name a person's file is kept; None: no file is joined to these conversations.
    """

    may_read: Callable[[Person, str], bool]
    may_write: Callable[[Person, str], bool]
    members: Callable[[str], Iterable[tuple[Person, str]]]
    title: Callable[[str], str]
    keeper: Callable[[Person, str], Organisation] | None = None


_kinds: dict[str, Kind] = {}


def register(
    model: str,
    *,
    may_read: Callable[[Person, str], bool],
    may_write: Callable[[Person, str], bool],
    members: Callable[[str], Iterable[tuple[Person, str]]],
    title: Callable[[str], str],
    keeper: Callable[[Person, str], Organisation] | None = None,
) -> None:
    """Give the things of `model` ("package.model") a conversation."""
    _kinds[model] = Kind(may_read, may_write, members, title, keeper)


def may_read(reference: str, person: Person) -> bool:
    """Whether this person may read what is said there. What nobody registered has no reader."""
    kind, code = _known(reference)
    return kind is not None and person.is_active and kind.may_read(person, code)


def may_write(reference: str, person: Person) -> bool:
    """Whether this person may say something there."""
    kind, code = _known(reference)
    return kind is not None and person.is_active and kind.may_read(person, code) and kind.may_write(person, code)


@transaction.atomic
def say(reference: str, text: str, *, by: Person, language: str = "", upload: UploadedFile | None = None) -> Message:
    """Add a message, with the file joined to it if any, and tell who must know. Raises NotAllowed, BadData."""
    if not may_write(reference, by):
        raise NotAllowed(_("You cannot write in this conversation."))
    now, words = clock.now(), _clean(text)
    thread, _new = Thread.objects.get_or_create(reference=reference, defaults={"begun_at": now})
    message = Message.objects.create(
        thread=thread,
        author=by,
        language=language or by.language,
        text=words,
        file=_join(upload, reference, by) if upload else None,
        made_at=now,
    )
    _name(message)
    _see(thread, by)
    return message


@transaction.atomic
def correct(message_id: int, text: str, *, by: Person) -> Message:
    """Correct one's own message, for a quarter of an hour. Raises NotAllowed, Closed, BadData."""
    message = Message.rows.lock(message_id)
    if message.author_id != by.pk or not may_write(message.thread.reference, by):
        raise NotAllowed(_("Only who wrote a message may correct it."))
    if clock.now() >= message.made_at + CORRECTED_WITHIN:
        raise Closed(_("A message can be corrected for a quarter of an hour. Write another one."))
    message.text, message.edited_at = _clean(text), max(clock.now(), message.made_at)  # a clock may be put back
    message.save(update_fields=["text", "edited_at"])
    _name(message)
    return message


def read(reference: str, person: Person) -> list[Message]:
    """What was said, oldest first; nothing of it waits for this person any more, here or in the daily letter.

    Nothing is written unless something was said since. Raises NotAllowed.
    """
    if not may_read(reference, person):
        raise NotAllowed(_("You cannot read this conversation."))
    seen = ThreadReading.objects.filter(thread=OuterRef("thread"), person=person).values("read_at")[:1]
    rows = Message.objects.filter(thread__reference=reference).select_related("author", "thread", "file")
    rows = rows.annotate(seen_at=Subquery(seen, output_field=DateTimeField())).order_by("-made_at", "-pk")
    found = list(rows[:MOST_SHOWN])[::-1]
    if any(m.seen_at is None or (m.edited_at or m.made_at) > m.seen_at for m in found):  # type: ignore[attr-defined]
        _see(found[0].thread, person)
    return found


def takes_files(reference: str) -> bool:
    """Whether a file may be joined to what is said there."""
    kind, _code = _known(reference)
    return kind is not None and kind.keeper is not None


def files_of(reference: str, person: Person) -> QuerySet[File]:
    """The files joined to what was said there, for who reads it. Raises NotAllowed."""
    if not may_read(reference, person):
        raise NotAllowed(_("You cannot read this conversation."))
    rows = File.objects.filter(messages__thread__reference=reference, removed_at=None)
    return rows.everyone(reason="joined to a conversation this person reads")


def unread(references: Collection[str], person: Person) -> dict[str, int]:
    """How many messages of others wait for this person in each of these conversations, in one question.

    The caller gives those the person may read.
    """
    seen = ThreadReading.objects.filter(thread=OuterRef("thread"), person=person).values("read_at")[:1]
    rows = Message.objects.filter(thread__reference__in=references).exclude(author=person)
    rows = rows.annotate(seen_at=Subquery(seen, output_field=DateTimeField()))
    waiting = rows.filter(Q(seen_at=None) | Q(made_at__gt=F("seen_at"))).values("thread__reference")
    counts = waiting.annotate(count=Count("pk")).values_list("thread__reference", "count")
    return dict.fromkeys(references, 0) | dict(counts)


@transaction.atomic
def leave(reference: str, person: Person, *, under: str = "") -> None:
    """This person no longer reads it: what was told to them of it is taken back. `under`: only what leads there."""
    Notification.objects.filter(_told(reference), person=person, read_at=None, address__startswith=under).delete()


def _known(reference: str) -> tuple[Kind | None, str]:
    model, _sep, code = reference.partition(":")
    return _kinds.get(model), code


def _join(upload: UploadedFile, reference: str, by: Person) -> File:
    kind, code = _known(reference)
    if kind is None or kind.keeper is None:
        raise NotAllowed(_("No file can be joined to this conversation."))
    file = files.take(upload, organisation=kind.keeper(by, code), by=by)
    file.is_apart = True
    file.save(update_fields=["is_apart"])
    return file


def _clean(text: str) -> str:
    words = text.strip()
    if not words:
        raise BadData(_("Write something first."))
    if len(words) > LONGEST:
        raise BadData(_("This message is too long: 5,000 characters at most."))
    return words


def _name(message: Message) -> None:
    """Keep who is named after an @, and tell: those named by name, the others in one line. Corrected, only who is new."""
    kind, code = _known(message.thread.reference)
    if kind is None:
        return
    told = [(person, address) for person, address in kind.members(code) if person != message.author]
    before = set(message.mentions.values_list("pk", flat=True))
    named = _named(message.text, [person for person, _address in told])
    message.mentions.set(named)
    by_address: dict[tuple[str, bool], list[Person]] = {}
    for person, address in told:
        by_address.setdefault((address, person in named), []).append(person)
    for (address, is_named), people in by_address.items():
        if is_named:
            new = [person for person in people if person.pk not in before]
            _tell(new, "thread_mention", f"accounts.message:{message.code}", _mention(message, kind, code), address)
        elif message.edited_at is None:
            _tell(people, "thread_message", message.thread.reference, _news(kind, code), address)


def _named(text: str, people: list[Person]) -> list[Person]:
    """Those whose whole name follows an @, whatever its accents; the longest name wins."""
    found = set()
    for at in re.finditer("@", text):
        rest = fold(text[at.end() : at.end() + 150]) + " "
        fit = [(fold(p.name), p) for p in people if p.name and rest.startswith(f"{fold(p.name)} ")]
        longest = max((len(name) for name, _p in fit), default=0)
        found |= {p for name, p in fit if len(name) == longest}
    return sorted(found, key=lambda person: person.pk)


def _tell(people: list[Person], kind: str, reference: str, sentence: Callable[[], str], address: str) -> None:
    notifications.notify(people, kind, reference=reference, sentence=sentence, address=address)


def _mention(message: Message, kind: Kind, code: str) -> Callable[[], str]:
    return lambda: _("{name} speaks to you in “{title}”.").format(name=message.author.name, title=kind.title(code))


def _news(kind: Kind, code: str) -> Callable[[], str]:
    return lambda: _("New messages in “{title}”.").format(title=kind.title(code))


def _see(thread: Thread, person: Person) -> None:
    now = clock.now()
    Notification.objects.filter(_told(thread.reference), person=person, read_at=None).update(read_at=now)
    if not ThreadReading.objects.filter(thread=thread, person=person).update(read_at=now):
        ThreadReading.objects.get_or_create(thread=thread, person=person, defaults={"read_at": now})


def _told(reference: str) -> Q:
    """What was told of a conversation."""
    named = Concat(Value("accounts.message:"), "code")
    messages = Message.objects.filter(thread__reference=reference).annotate(named=named).values("named")
    return Q(kind="thread_mention", reference__in=messages) | Q(kind="thread_message", reference=reference)
