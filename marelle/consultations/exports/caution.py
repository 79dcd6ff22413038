"""What every file and every page of the open data says before its numbers: what they are worth, what protects the children."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.consultations import telling


def caution(days: tuple[date, date], children: int | None, *, weighted: bool) -> Sequence[str]:
    """One sentence a fact. `days`: first and last of the fieldwork; `children`: about how many answered, None if unknown."""
    first, last = (day(on) for on in days)
    said = [_("Children answered of their own will from %(first)s to %(last)s: they are no random sample of all children, and intervals are indicative.") % {"first": first, "last": last}]  # fmt: skip
    if children:
        said.append(_("The question most of them answered: %(children)s.") % {"children": telling.children(children)})
    return [
        *said,
        _("Every count was changed a little at random on purpose, so that no child can be found, not even by subtracting tables: totals may differ by a few."),
        _("Then all is rounded: children to ten, counts to five, shares to a per cent, or to a tenth from 1,000 children on; near 0 and 100 a share is told as 5 per cent or less, 95 per cent or more, and is no number in the files."),
        weights(weighted=weighted),
    ]  # fmt: skip


def day(on: date) -> str:
    """1er octobre 2026."""
    said = date_format(on, "j F Y", use_l10n=False)
    return f"1er{said[1:]}" if on.day == 1 and (get_language() or "fr").startswith("fr") else said


def weights(*, weighted: bool) -> str:
    """Whether shares are weighted."""
    if weighted:
        return _("Shares of départements, régions and the whole country are weighted to be like all children; those of towns are not.")  # fmt: skip
    return _("No share is weighted: each child who answered counts once.")
