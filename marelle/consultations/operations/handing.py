"""A tablet that found no network: the adult hands its file of sealed boxes over, by the key of the group's page."""

from datetime import datetime

from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.base.errors import BadData, Closed
from marelle.consultations import directory, handing
from marelle.consultations.handing import Handed
from marelle.consultations.queries import access
from marelle.consultations.queries.access import Key


def hand_over(key: Key, content: bytes, *, at: datetime | None = None) -> Handed:
    """Take each box of a tablet's file as if the tablet had sent it. The same file again changes nothing.

    Nothing is written in the journal: the moment beside a number would tell when which boxes came.
    Raises Closed for a key that opens nothing, BadData for a file no box of which can be taken.
    """
    sitting = access.late_sitting_of(key, at or clock.now())
    if sitting is None:
        raise Closed(_("This group is over, or the address of its page is not whole."))
    try:
        return handing.hand_over(directory.intake(), handing.read(content), sitting.code)
    except handing.Unreadable as error:
        raise BadData(_sentence(error.why)) from None


def _sentence(why: str) -> str:
    """Why nothing was taken, and what to do: what the tablet keeps is still there."""
    sentences = {
        handing.TOO_BIG: _("This file is too big for one of a tablet: 2 MB at most."),
        handing.EMPTY: _("This file holds no sheet: nothing waited on the tablet when it was saved."),
        handing.CUT: _("This file is not whole. Save it again on the tablet, which still keeps everything."),
        handing.NOT_OURS: _("This is not the file a tablet saves. It is called “marelle-feuilles.json”."),
        handing.ANOTHER: _("These sheets are of another group. Hand them over on the page of that group."),
        handing.TOO_LATE: _("Sheets come three weeks after their group at most: these can no longer be taken."),
    }
    return sentences[why]
