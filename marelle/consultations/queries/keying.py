"""What is shown of booklets being typed in: their numbers, what each waits for, how often keys were wrong. Never an answer."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from marelle.accounts.models import Person
from marelle.consultations.keying import BOTH, Rate
from marelle.consultations.models import Booklet, PrintRun, Sitting
from marelle.consultations.states import BookletState

KEYS = {"first": ("first_by",), "second": ("second_by",), BOTH: ("first_by", "second_by")}
SECOND, THIRD, SENDING = "second", "third", "sending"


@dataclass(frozen=True)
class Waiting:
    """A booklet not settled. `what`: "second" typing, "third" choice or "sending". `is_mine`: typed by the reader."""

    number: int
    what: str
    is_mine: bool
    added_at: datetime


def waiting(sitting: Sitting, person: Person) -> list[Waiting]:
    """Those not settled, by number: an order of chance."""
    found = sitting.booklets.exclude(state=BookletState.SETTLED).order_by("number")
    return [Waiting(b.number, _what(b), b.first_by_id == person.pk, b.added_at) for b in found]


def settled(sitting: Sitting) -> int:
    """How many booklets were settled and sent."""
    return sitting.booklets.filter(state=BookletState.SETTLED).count()


def rates(sitting: Sitting) -> tuple[list[tuple[str, Rate]], list[tuple[str, Rate]]]:
    """Mistakes by clerk, then by question, of booklets typed twice and settled; those without any are told for clerks alone."""
    twice = sitting.booklets.filter(state=BookletState.SETTLED, second_by__isnull=False)
    wrong: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    found = list(twice.select_related("first_by", "second_by").order_by("pk"))
    for booklet in found:
        for side in ("first_by", "second_by"):
            compared[_name(booklet, side)] += booklet.compared
        for name, who in booklet.differing:
            questions[name] += 1
            wrong.update(_name(booklet, side) for side in KEYS.get(who, ()))
    clerks = [(name, Rate(wrong[name], compared[name])) for name in sorted(compared)]
    return clerks, [(name, Rate(count, len(found))) for name, count in sorted(questions.items())]


def in_keying(sitting_rows: list[Sitting]) -> list[tuple[Sitting, int]]:
    """Sittings with how many of their booklets wait."""
    waiting = Counter(
        Booklet.rows.filter(sitting__in=sitting_rows)
        .exclude(state=BookletState.SETTLED)
        .values_list("sitting_id", flat=True)
    )
    return [(sitting, waiting[sitting.pk]) for sitting in sitting_rows]


def _name(booklet: Booklet, side: str) -> str:
    person = getattr(booklet, side)
    return str(person.name or person.email)


def _what(booklet: Booklet) -> str:
    if booklet.state == BookletState.DIFFERS:
        return THIRD
    return SECOND if booklet.is_sampled and booklet.second_by_id is None else SENDING


def print_runs(sitting: Sitting) -> QuerySet[PrintRun]:
    """Booklets a group asked for, the last first."""
    return PrintRun.rows.filter(sitting=sitting).select_related("file", "asked_by").order_by("-asked_at", "-pk")
