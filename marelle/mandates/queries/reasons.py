"""The words of the red list: a sentence for each reason, and what a letter may say of a city."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from marelle.mandates.queries.steering import Row
from marelle.mandates.red_list import Reason, Why


def sentence(row: Row, why: Why) -> str:
    """Why this mandate asks for somebody's eye."""
    return _SENTENCES[why.reason](row, why)


def _report(row: Row, why: Why) -> str:
    late = row.overdue
    words = ngettext("%(report)s: %(n)s day late", "%(report)s: %(n)s days late", why.days)
    return words % {"report": late.name if late else "", "n": why.days}


def _silent(row: Row, why: Why) -> str:
    return ngettext("Silent for %(n)s day", "Silent for %(n)s days", why.days) % {"n": why.days}


def _unread(row: Row, why: Why) -> str:
    return ngettext("No reading for %(n)s day", "No reading for %(n)s days", why.days) % {"n": why.days}


def _blocked(row: Row, why: Why) -> str:
    held = ngettext("%(n)s action blocked", "%(n)s actions blocked", why.count) % {"n": why.count}
    since = ngettext("for %(n)s month", "for %(n)s months", why.months) % {"n": why.months}
    return f"{held}, {since}"


def _step(row: Row, why: Why) -> str:
    words = ngettext("An agreed step is %(n)s day late", "An agreed step is %(n)s days late", why.days)
    return words % {"n": why.days}


def _end(row: Row, why: Why) -> str:
    words = ngettext(
        "The agreement ends in %(n)s day, nothing is prepared",
        "The agreement ends in %(n)s days, nothing is prepared",
        why.days,
    )
    return words % {"n": why.days}


_SENTENCES: dict[Reason, Callable[[Row, Why], str]] = {
    Reason.WATCH: lambda row, why: _("The mandate is %(state)s") % {"state": row.mandate.get_state_display()},
    Reason.REPORT: _report,
    Reason.SILENT: _silent,
    Reason.LEAD: lambda row, why: _("No elected lead"),
    Reason.READING: _unread,
    Reason.BLOCKED: _blocked,
    Reason.STEP: _step,
    Reason.END: _end,
}


BRACES = re.compile(r"\{(\w+)\}")


# Letters with blanks -------------------------------------------------------------------------------------------------
def _reasons(row: Row) -> str:
    return "\n".join(f"- {sentence(row, why)}" for why in row.whys) or _("- nothing in particular")


def _day(day: date) -> str:
    words = date_format(day, "j F Y", use_l10n=False)
    return f"1er{words[1:]}" if day.day == 1 and (get_language() or "fr").startswith("fr") else words


def _waited(row: Row) -> str:
    late = row.overdue
    return f"{late.name} ({_day(late.on)})" if late else _("no report")


BLANKS: Mapping[str, tuple[object, Callable[[Row], str]]] = {  # what stands between braces, what it is, what it becomes
    "ville": (gettext_lazy("the name of the city"), lambda row: row.mandate.organisation.name),
    "voie": (gettext_lazy("its track"), lambda row: str(row.mandate.track)),
    "jours": (gettext_lazy("days of silence"), lambda row: str(row.silent_days)),
    "bilan": (gettext_lazy("the report that is overdue, with its day"), _waited),
    "fin": (
        pgettext_lazy("blank of a letter", "the end of its mandate"),
        lambda row: _day(row.mandate.ends_on),
    ),
    "raisons": (gettext_lazy("the reasons of the red list, one a line"), _reasons),
}


def filled(words: str, row: Row) -> str:
    """A letter for one city: each `{blank}` takes its words; what is no blank stays as it was typed."""
    return BRACES.sub(lambda found: BLANKS[found[1]][1](row) if found[1] in BLANKS else found[0], words)
