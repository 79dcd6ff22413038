"""The end-of-mandate evaluation of the network: which cohorts there are, which anyone may read, and their numbers.

Read from the open data and nothing else, so that anyone finds the same numbers from the published files.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import caches
from django.db.models import Count

from marelle.accounts.models import Person
from marelle.base import clock, stamps
from marelle.framework.models import Domain, Track, text
from marelle.mandates.evaluation import Books, Line, evaluate
from marelle.mandates.figures import milestones
from marelle.mandates.models import Mandate
from marelle.mandates.queries import open_data
from marelle.mandates.queries.members import CITY_KINDS
from marelle.mandates.queries.open_data import OVER, PUBLISHED, Asked, all_at_once

KEPT = 3600  # seconds


@dataclass(frozen=True)
class Cohort:
    """The mandates of a track whose last day falls in a year. `opens_on`: when the last final report can be written.

    `stamp`: of what is public, when it was read.
    """

    track: Track
    year: int
    mandates: int
    over: int
    opens_on: date
    stamp: int | None = None

    def is_published(self, on: date) -> bool:
        """Whether each mandate is over, or in the months of its final report."""
        return self.over == self.mandates or self.opens_on <= on

    @property
    def is_provisional(self) -> bool:
        """Whether some mandate still runs."""
        return self.over < self.mandates


@dataclass(frozen=True)
class Evaluation:
    """The numbers of a cohort as known on a day, and the words behind their keys."""

    cohort: Cohort
    on: date
    lines: list[Line]
    domains: dict[str, Domain]
    policies: dict[str, str]
    towns: dict[str, str]

    def line(self, key: str) -> Line | None:
        """One number by its key."""
        return next((line for line in self.lines if line.key == key), None)

    def section(self, name: str) -> list[Line]:
        """The lines of one section, in order."""
        return [line for line in self.lines if line.parts[0] == name]


def cohorts(person: Person | None = None, *, stamp: int | None = None) -> list[Cohort]:
    """Of each track that asks for a final report, the cohorts there are, the latest year first. Two questions.

    For a `person` of a committee, those of the tracks its mandates follow, one question more.
    """
    tracks = {track.pk: track for track in Track.objects.order_by("position", "pk") if "final" in track.reports}
    if person is not None:
        theirs = set(Mandate.objects.visible_to(person).order_by().values_list("track", flat=True).distinct())
        tracks = {pk: track for pk, track in tracks.items() if pk in theirs}
    rows = Mandate.objects.filter(
        track__in=list(tracks), state__in=sorted(PUBLISHED), organisation__kind__in=CITY_KINDS
    )
    found: dict[tuple[int, int], list[tuple[int, int, date]]] = defaultdict(list)
    told = rows.scoped("public").order_by().values_list("track", "starts_on", "ends_on", "first_ends_on", "state")
    for track, starts_on, ends_on, first, state, count in told.annotate(count=Count("pk")):
        final = milestones(starts_on, ends_on, ["final"], tracks[track].report_dates, first_ends_on=first)[-1]
        year = (ends_on - timedelta(days=1)).year
        found[year, track].append((count, count if state in OVER else 0, final.opens_on))
    return [
        Cohort(
            tracks[track],
            year,
            sum(n for n, _o, _d in parts),
            sum(o for _n, o, _d in parts),
            max(d for _n, _o, d in parts),
            stamp,
        )
        for (year, track), parts in sorted(found.items(), key=lambda item: (-item[0][0], tracks[item[0][1]].position))
    ]


def published(on: date | None = None) -> list[Cohort]:
    """Those anyone may read; read again when something public changes."""
    stamp = stamps.current()
    known = caches["local"].get_or_set(f"cohorts:{stamp}", lambda: cohorts(stamp=stamp), KEPT) or []
    return [cohort for cohort in known if cohort.is_published(on or clock.today())]


def cohort_of(year: int, track: str = "", *, person: Person | None = None) -> Cohort | None:
    """The cohort of a year, of the fullest track that has one or of the track asked for; published, without a `person`."""
    found = cohorts(person) if person else published()
    return next((c for c in found if c.year == year and track in ("", c.track.code)), None)


def evaluation(cohort: Cohort) -> Evaluation:
    """Its numbers today; worked out again when something public changes."""
    on = clock.today()
    stamp = stamps.current() if cohort.stamp is None else cohort.stamp
    name = f"evaluation:{stamp}:{cohort.track.code}:{cohort.year}:{on}"
    held = caches["local"].get(name)
    if held is None:
        books = books_of(cohort.track.code)
        held = evaluate(books, cohort.year, on), _names(books.mandates), _names(books.indicators, "definition")
        caches["local"].set(name, held, KEPT)
    lines, towns, library = held
    policies = {line.parts[1]: text(library[line.parts[1]]) for line in lines if line.parts[0] == "policies"}
    slugs = {line.parts[1] for line in lines if line.parts[0] == "attainment"}
    newest = {domain.slug: domain for domain in Domain.objects.filter(slug__in=slugs).order_by("pk")}
    domains = {d.slug: d for d in sorted(newest.values(), key=lambda d: (d.position, d.pk))}
    return Evaluation(cohort, on, lines, domains, policies, towns)


def books_of(track: str) -> Books:
    """The open data of one track, towns and indicators of the library with their names. Eight questions."""
    asked = Asked(track=track)

    def rows(source: open_data.Source, **more: str) -> list[open_data.Row]:
        return all_at_once(source, asked, **more)

    return Books(
        mandates=rows(open_data.MANDATES, named="organisation__name"),
        objectives=rows(open_data.OBJECTIVES),
        actions=rows(open_data.ACTIONS),
        indicators=rows(open_data.INDICATORS, named="definition__name"),
        readings=rows(open_data.READINGS),
        reports=rows(open_data.REPORTS),
        ratings=rows(open_data.RATINGS),
        proposals=rows(open_data.PROPOSALS),
    )


def _names(rows: Sequence[Mapping[str, Any]], code: str = "organisation") -> dict[str, Any]:
    """Names by code: of two versions of one thing, the last made."""
    return {row[code]: row["named"] for row in rows if row[code]}
