"""What the intake asks of our own database, answered with Django; and the one intake of this process.

Sittings and questionnaires are kept in memory for a few seconds: a class of thirty asks the database once.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from multiprocessing import util
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.db.models import F

from marelle.accounts import files
from marelle.base import clock
from marelle.consultations import collect, questionnaires, spool
from marelle.consultations.collect import Keys, Medium, SittingFacts
from marelle.consultations.hours import Line
from marelle.consultations.models import IntakeHour, Questionnaire, Sitting, SittingCount
from marelle.consultations.models import Medium as MediumRow
from marelle.consultations.queries.monitoring import GUESSING
from marelle.consultations.states import TAKES_ANSWERS, ConsultationState, SittingState, VersionState
from marelle.territories.states import TerritoryKind

LIVES = 0.0 if settings.MODE == "test" else 3.0  # seconds a sitting's facts are kept
ANCHOR = 30.0  # seconds between two looks at the database's clock
HOURS_KEPT = timedelta(days=60)  # of what the intake answered
MOST_KEPT = 5000  # sittings, then all are forgotten
STILL_TAKES = frozenset({ConsultationState.OPEN, ConsultationState.CLOSED})  # boxes of tablets, until the opening
NEVER_OPENED = frozenset({SittingState.PLANNED, SittingState.CANCELLED})
log = logging.getLogger("marelle.intake")
Found = TypeVar("Found")


def connected(ask: Callable[..., Found]) -> Callable[..., Found]:
    """As Django does before and after a page: no connection is kept too long, none is left to a thread that sleeps.

    Raises spool.NotKept while the database does not answer: who asks comes back in a moment.
    """

    @wraps(ask)
    def asked(*arguments: Any) -> Found:
        if connection.in_atomic_block:  # a page of ours, which has its own care of it
            return ask(*arguments)
        close_old_connections()
        try:
            return ask(*arguments)
        except (OperationalError, InterfaceError) as error:
            raise spool.NotKept(type(error).__name__) from error
        finally:
            close_old_connections()

    return asked


class Directory:
    """Answers `collect.Directory`."""

    def __init__(self, lives: float = LIVES):
        self.lives = lives
        self._kept: dict[tuple[str, bytes | str], tuple[float, SittingFacts]] = {}
        self._versions: dict[str, questionnaires.Questionnaire] = {}
        self._lock = Lock()

    def by_digest(self, digest: bytes) -> SittingFacts | None:
        return self._facts("code_digest", digest)

    def by_reference(self, reference: str) -> SittingFacts | None:
        return self._facts("code", reference)

    def _facts(self, field: str, value: bytes | str) -> SittingFacts | None:
        kept = self._kept.get((field, value))
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        with self._lock:  # a class that begins asks once
            kept = self._kept.get((field, value))
            if kept is not None and kept[0] > time.monotonic():
                return kept[1]
            facts = read_facts(field, value)
            if facts is not None and self.lives:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[field, value] = (time.monotonic() + self.lives, facts)
        return facts

    def questionnaire(self, short_hash: str) -> questionnaires.Questionnaire | None:
        """A version that has been frozen: it never changes, so it is kept."""
        if short_hash not in self._versions:
            found = read_questionnaire(short_hash)
            if found is None:
                return None
            self._versions[short_hash] = found
        return self._versions[short_hash]

    @connected
    def medium(self, sha256: str) -> Medium | None:
        found = MediumRow.objects.filter(file__sha256=sha256, file__removed_at=None).select_related("file").first()
        if found is None:
            return None
        with files.opened(found.file) as stream:
            return Medium(found.content_type, stream.read())

    @connected
    def weight(self, sha256s: Iterable[str]) -> int:
        """Bytes of these recordings and pictures together."""
        found = MediumRow.objects.filter(file__sha256__in=list(sha256s), file__removed_at=None)
        return sum(dict(found.values_list("file__sha256", "file__size")).values())

    @connected
    def count(self, reference: str, part: str) -> int:
        found = SittingCount.objects.filter(sitting__code=reference, part=part).values_list("received", flat=True)
        return next(iter(found), 0)

    @connected
    def add(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Counts of a moment ago, together, far from the answers themselves."""
        with transaction.atomic():
            sittings = dict(Sitting.rows.filter(code__in={ref for ref, _p in counts}).values_list("code", "pk"))
            for (reference, part), received in sorted(counts.items()):
                if reference in sittings:
                    row, _made = SittingCount.objects.get_or_create(sitting_id=sittings[reference], part=part)
                    SittingCount.objects.filter(pk=row.pk).update(received=F("received") + received)

    @connected
    def add_hours(self, counts: Mapping[Line, int]) -> None:
        """What was answered in hours that are over; those of two months ago go."""
        with transaction.atomic():
            for (hour, status, step), answers in sorted(counts.items()):
                began = datetime.fromtimestamp(hour * 3600, UTC)
                row, _made = IntakeHour.objects.get_or_create(hour=began, status=status, within_ms=step)
                IntakeHour.objects.filter(pk=row.pk).update(answers=F("answers") + answers)
            IntakeHour.objects.filter(hour__lt=clock.now() - HOURS_KEPT).delete()

    @connected
    def alarm(self, failures: int) -> None:
        log.warning("codes: %s wrong ones in a minute", failures)
        caches["default"].set(GUESSING, failures, 3600)


@connected
def read_facts(field: str, value: bytes | str) -> SittingFacts | None:
    """One sitting as it stands."""
    sitting = (
        Sitting.rows.filter(**{field: value}).select_related("consultation", "site", "territory__departement").first()
    )
    if sitting is None:
        return None
    consultation, territory = sitting.consultation, sitting.territory
    is_open = consultation.state == ConsultationState.OPEN
    department = territory if territory.kind == TerritoryKind.DEPARTEMENT else territory.departement
    return SittingFacts(
        reference=sitting.code,
        consultation=consultation.code,
        opens_at=max(sitting.opens_at, consultation.opens_at),
        closes_at=min(sitting.closes_at, consultation.closes_at),
        takes_parts=is_open and sitting.state in TAKES_ANSWERS,
        takes_late=consultation.state in STILL_TAKES
        and consultation.opening_began_at is None
        and sitting.state not in NEVER_OPENED,
        head_count=sitting.head_count,
        territory=territory.code,
        department=department.code if department else "",
        site_kind=sitting.site.kind if sitting.site else "home",
        site=sitting.site.code if sitting.site else "",
        public_key=bytes(consultation.public_key or b""),
        versions=tuple(version[:16] for version in frozen_versions(sitting)),
        bands=tuple(sitting.bands),
        languages=tuple(sitting.languages),
        title=consultation.name,
        themes=consultation.themes,
        help_numbers=tuple(consultation.help_numbers),
        answered_on=consultation.answered_on,
        is_pilot=consultation.is_pilot,
        is_demonstration=settings.DEMO,
    )


def frozen_versions(sitting: Sitting) -> list[str]:
    """Hashes of what has been asked in the field, today's wording first."""
    versions = Questionnaire.rows.filter(consultation_id=sitting.consultation_id, frozen_at__isnull=False)
    found = versions.order_by("-number").values_list("state", "content_hash")
    return [each for _s, each in sorted(found, key=lambda one: one[0] != VersionState.FROZEN)]


@connected
def read_questionnaire(short_hash: str) -> questionnaires.Questionnaire | None:
    version = Questionnaire.rows.filter(content_hash__startswith=short_hash, frozen_at__isnull=False).first()
    return questionnaires.read(version.canonical) if version and len(short_hash) == 16 else None


class Now:
    """The one clock, without a question to the database at each part: it is looked at now and then, and counted on from."""

    def __init__(self) -> None:
        self._looked, self._moment = float("-inf"), datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        if connection.vendor != "postgresql" or not settings.CLOCK_FROM_DATABASE or clock.shift() is not None:
            return clock.here()
        here = time.monotonic()
        if here - self._looked > ANCHOR:
            self._moment, self._looked = connected(clock.now)(), here
        return self._moment + timedelta(seconds=here - self._looked)


@cache
def intake() -> collect.Intake:
    """The intake of this process. Its pages are given by who serves it."""
    writer = spool.Writer(spool.store(settings.ANSWERS_URL))
    keys, *older = map(Keys.of, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    made = collect.Intake(Directory(), writer, keys, Now(), collect.NoPages(), older=tuple(older))
    util.Finalize(None, made.close, exitpriority=10)  # granian forks its processes: `atexit` is not heard there
    return made
