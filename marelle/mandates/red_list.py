"""Why a mandate is on the red list: plain facts in, reasons out. Each limit is the programme team's, said beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from marelle.mandates.states import RUNNING, MandateState

SILENT_AFTER = timedelta(days=120)  # a quarter, and the time to answer
READ_EVERY = timedelta(days=365)  # an indicator is read each year
BLOCKED_AFTER = timedelta(days=90)  # a quarter
ENDS_WITHIN = timedelta(days=183)  # six months, when the final report is due
UNDER_WATCH = frozenset({MandateState.ON_WATCH, MandateState.SUSPENDED})
DAYS_OF_A_MONTH = 30


class Reason(TextChoices):
    """In the order they are told, the gravest first."""

    WATCH = "watch", pgettext_lazy("reason", "on watch or suspended")
    REPORT = "report", pgettext_lazy("reason", "report overdue")
    SILENT = "silent", pgettext_lazy("reason", "silent")
    LEAD = "lead", pgettext_lazy("reason", "no elected lead")
    READING = "reading", pgettext_lazy("reason", "no reading for a year")
    BLOCKED = "blocked", pgettext_lazy("reason", "actions blocked")
    STEP = "step", pgettext_lazy("reason", "agreed step not done")
    END = "end", pgettext_lazy("reason", "ends soon, nothing prepared")


@dataclass(frozen=True)
class Facts:
    """What is known of a mandate on a day. A day is None when it never was; `report_due_on`, `step_due_on`: of what waits.

    `blocked`: its actions blocked since `BLOCKED_AFTER` or more; `blocked_since`: the oldest. `is_followed`: another
    mandate is signed for after this one, or an application is under way.
    """

    state: str
    starts_on: date
    ends_on: date
    acted_on: date | None = None
    read_on: date | None = None
    report_due_on: date | None = None
    blocked: int = 0
    blocked_since: date | None = None
    has_lead: bool = True
    step_due_on: date | None = None
    is_followed: bool = False

    def silent_days(self, today: date) -> int:
        """Days since its people last did something here; since its first day when they never did."""
        return max((today - (self.acted_on or self.starts_on)).days, 0)


@dataclass(frozen=True)
class Why:
    """One reason, and how much of it: days or, for `blocked` actions, months; `count` of them."""

    reason: Reason
    days: int = 0
    count: int = 0

    @property
    def months(self) -> int:
        """The days, in whole months of thirty."""
        return self.days // DAYS_OF_A_MONTH


def reasons(known: Facts, today: date) -> list[Why]:
    """Why this mandate asks for somebody's eye today, the gravest first. A mandate that does not run asks for nothing."""
    return sorted(_reasons(known, today), key=lambda why: _ORDER.index(why.reason)) if known.state in RUNNING else []


_ORDER = list(Reason)


def _reasons(known: Facts, today: date) -> Iterator[Why]:
    if known.state in UNDER_WATCH:
        yield Why(Reason.WATCH)
    for reason, due_on in ((Reason.REPORT, known.report_due_on), (Reason.STEP, known.step_due_on)):
        if due_on is not None and due_on < today:
            yield Why(reason, days=(today - due_on).days)
    if known.silent_days(today) >= SILENT_AFTER.days:
        yield Why(Reason.SILENT, days=known.silent_days(today))
    if not known.has_lead:
        yield Why(Reason.LEAD)
    unread = (today - max(known.read_on or known.starts_on, known.starts_on)).days
    if unread >= READ_EVERY.days:
        yield Why(Reason.READING, days=unread)
    if known.blocked_since is not None and today - known.blocked_since >= BLOCKED_AFTER:
        yield Why(Reason.BLOCKED, days=(today - known.blocked_since).days, count=known.blocked)
    if not known.is_followed and known.ends_on - today <= ENDS_WITHIN:
        yield Why(Reason.END, days=max((known.ends_on - today).days, 0))
