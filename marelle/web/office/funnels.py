"""How far the applications of a call went, by track or by week: on screen and as files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from marelle.accounts.doors import committee
from marelle.base.doors import door
from marelle.mandates.models import Call
from marelle.mandates.queries import funnels as queries
from marelle.web.parts.tables import Column, Table, answer

WEEKS = "semaines"  # what the address says


@door(committee)
@require_GET
def funnel(request: HttpRequest, code: str) -> HttpResponse:
    """The steps of a call, counted."""
    call = get_object_or_404(Call.objects.visible_to(request.user), code=code)  # type: ignore[arg-type]
    is_weekly = request.GET.get("par") == WEEKS
    table = by_week(request, call) if is_weekly else by_track(request, call)
    return answer(request, "office/funnel.html", table, {"call": call, "is_weekly": is_weekly})


def by_track(request: HttpRequest, call: Call) -> Table:
    """A line a track; all of them last."""
    *lines, whole = queries.by_track(call)
    counts = {
        "intentions": (_("Intents"), lambda row: row.intents),
        "brouillons": (pgettext("of applications", "Being written"), lambda row: row.drafts),
        "deposees": (pgettext("of applications", "Handed in"), lambda row: row.handed_in),
        "completes": (_("Complete"), lambda row: row.complete),
        "lues": (pgettext("of applications", "Read"), lambda row: row.read),
        "decidees": (_("Decided"), lambda row: row.decided),
        "signees": (_("Signed"), lambda row: row.signed),
        "sorties": (_("Withdrawn or lapsed"), lambda row: row.left),
    }
    return Table(
        request,
        name=f"parcours-{call.code}",
        caption=_("How far applications went, by track"),
        columns=[
            Column("voie", _("Track"), lambda row: row.track),
            *(Column(name, title, value, kind="number") for name, (title, value) in counts.items()),
        ],
        rows=lines,
        totals={"voie": _("All tracks")} | {name: value(whole) for name, (_title, value) in counts.items()},
    )


def by_week(request: HttpRequest, call: Call) -> Table:
    """A line a week, the first one first."""
    return Table(
        request,
        name=f"parcours-{call.code}-semaines",
        caption=_("What came each week"),
        columns=[
            Column("semaine", _("Week from Monday"), lambda row: row.monday),
            Column("intentions", _("Intents"), lambda row: row.intents, kind="number"),
            Column("deposees", pgettext("of applications", "Handed in"), lambda row: row.handed_in, kind="number"),
            Column("decidees", _("Decided"), lambda row: row.decided, kind="number"),
        ],
        rows=queries.by_week(call),
        per_page=400,
        empty=_("Nothing has come yet."),
    )
