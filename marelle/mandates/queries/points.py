"""What a city has been asked to complete: its points, what is still missing, and the task list of a probation."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from marelle.accounts.models import Person
from marelle.mandates.models import Application, Point
from marelle.mandates.queries import applications, places
from marelle.mandates.queries.applications import Dossier, Missing, Task
from marelle.mandates.queries.places import Place
from marelle.mandates.states import ApplicationState


@dataclass(frozen=True)
class Asked:
    """A point and its place in the dossier."""

    point: Point
    place: Place


def open_of(dossier: Dossier) -> list[Asked]:
    """The points asked since the last handing-in, in order; none while nothing is asked."""
    if dossier.application.state not in applications.REOPENED:
        return []
    return with_places(dossier, list(dossier.application.points.open().in_order()))


def with_places(dossier: Dossier, rows: list[Point]) -> list[Asked]:
    """Points beside their places."""
    return [Asked(point, places.place_of(dossier, point.place)) for point in rows]


def missing(dossier: Dossier) -> list[Missing]:
    """Everything that stands between an application and handing it in; on probation, each condition not answered too."""
    return applications.missing(dossier) + _conditions(dossier)


def tasks(dossier: Dossier, reader: Person, at: datetime | None = None, *, advised: bool = True) -> list[Task]:
    """The task list: what is asked is said beside each section. On probation, only what its conditions reopen."""
    lines = applications.tasks(dossier, reader, at, advised=advised)
    if dossier.application.state not in applications.REOPENED:
        return lines
    asked = Counter(a.place.address.partition("#")[0] for a in open_of(dossier) if a.point.done_at is None)
    last = _last(dossier, lines[-1])
    if dossier.application.state == ApplicationState.ON_PROBATION:
        ways = _ways(dossier)
        lines = [line for line in lines if line.url in ways]
    else:
        lines = lines[:-1]
    return [*(_with_points(line, asked[line.url]) for line in lines), last]


def not_ticked(application: Application) -> int:
    """How many points its city has not ticked off; 0 while nothing is asked."""
    if application.state not in applications.REOPENED:
        return 0
    return application.points.open().filter(done_at=None).count()


def _conditions(dossier: Dossier) -> list[Missing]:
    if dossier.application.state != ApplicationState.ON_PROBATION:
        return []
    sentence = _("Condition not answered yet: “%(words)s”.")
    address = applications.home_address(dossier.application)
    return [
        Missing(sentence % {"words": asked.point.words}, f"{address}#{asked.point.code}")
        for asked in open_of(dossier)
        if asked.point.done_at is None
    ]


def _ways(dossier: Dossier) -> set[str]:
    """Where what is reopened is written."""
    opened = places.reopened(dossier.application, dossier.sections)
    found = {
        applications.section_address(dossier.application, s)
        for s in dossier.sections
        if places.key_of(s) in opened.sections
    }
    return found | ({applications.plan_address(dossier.application)} if opened.plan else set())


def _with_points(line: Task, count: int) -> Task:
    if not count:
        return line
    words = ngettext("%(count)s point to complete here", "%(count)s points to complete here", count)
    return replace(line, state="begun", word=pgettext("section", "to complete"), help=words % {"count": count})


def _last(dossier: Dossier, line: Task) -> Task:
    """Handing in again waits for the conditions."""
    unanswered = len(_conditions(dossier))
    if not unanswered:
        return line
    words = ngettext("%(count)s condition is not answered", "%(count)s conditions are not answered", unanswered)
    return replace(line, state="blocked", word=pgettext("section", "blocked"), help=words % {"count": unanswered})
