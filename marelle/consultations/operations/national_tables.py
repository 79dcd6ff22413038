"""A table of the whole country over two or three axes: asked for once results are public, counted by the worker, then public.

Refused before anything is counted when it is too large or too thin, by published numbers; refused by the worker when a column is
small or when, with the tables that are public, it would give a few children away (specs/disclosure.md, section 7, R3). Which of these it is says
something of true counts: it is neither kept nor told. As long as the answers are kept: once they are destroyed no other table can be drawn.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.robot import robot
from marelle.accounts.rules import require
from marelle.base import clock, jobs, stamps
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Job
from marelle.consultations import catalogue, drawing, free_axes, rules, scores
from marelle.consultations.catalogue import ALL, EVERYONE, FRANCE, Zone
from marelle.consultations.free_axes import AGE, GENDER, MARK, Axis, Partition, Zoned
from marelle.consultations.items import Item
from marelle.consultations.models import Consultation, NationalTable, ZoneTables
from marelle.consultations.operations.freezing import private_files
from marelle.consultations.queries import national, published
from marelle.consultations.queries.geography import Geography
from marelle.consultations.queries.published import Edition
from marelle.consultations.states import NATIONAL_TABLE_STEPS, ConsultationState, NationalTableState

if TYPE_CHECKING:
    from marelle.consultations.drawing import Column

TASK = "consultation_national_table"
GONE = "gone"  # the answers were destroyed meanwhile
UNSAFE = "unsafe"  # refused for its true counts: never said more closely
COLUMNS = {AGE: "age", GENDER: "sex"}  # of the private file


# Asking --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask(consultation_id: int, question: str, names: Sequence[str], *, by: Person) -> NationalTable:
    """Ask for a question of the whole country by two or three axes. Asked for already, that one.

    Raises NotAllowed, WrongState before the results are public and once answers are destroyed, BadData for what is refused.
    """
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    read = published.edition(consultation.code)
    if consultation.state != ConsultationState.PUBLISHED or read is None:
        raise WrongState(_("Such a table is drawn once results are public, as long as the answers are kept."))
    axes = _axes_or_refuse(read, question, names)
    known = {"question": question, "axes": national.named([axis.name for axis in axes])}
    found = read.freeze.national_tables.filter(**known).first()
    if found is not None:
        return found
    if read.freeze.national_tables.exclude(state=NationalTableState.REFUSED).count() >= free_axes.MOST_TABLES:
        raise BadData(
            _("Ten tables of an edition at most: each more would make the noise that protects children weaker.")
        )
    if read.freeze.national_tables.count() >= free_axes.MOST_ASKED:
        raise BadData(_("Thirty tables of an edition were asked for: no more are counted."))
    made = NationalTable.rows.create(freeze=read.freeze, asked_by=by, asked_at=clock.now(), **known)
    jobs.enqueue(TASK, str(made.pk), table=made.pk)
    told = f"{made.question} × {made.axes}"
    journal.record(consultation, "national_table_asked", by=by, organisation=consultation.committee, table=told)
    return made


def _axes_or_refuse(read: Edition, question: str, names: Sequence[str]) -> list[Axis]:
    """The axes of a table that may be counted, as far as published numbers tell. Raises BadData."""
    told, found = national.country(read), read.questions.get(question)
    if told is None or found is None:
        raise BadData(_("This question cannot be told by others."))
    axes = national.axes(read, told, found[1], names)
    if axes is None:
        raise BadData(_("A table cannot be told by one of these."))
    base = next(
        (c.base or 0 for c in told.columns if (c.question, c.group) == (question, EVERYONE) and not c.status), 0
    )
    items = [item for item in scores.counted(read.asked) if item.question.name == question]
    why = free_axes.TWICE if len(set(names)) < len(names) else ""
    why = why or free_axes.refusal(axes, max(len(items), len(items[0].options)), base)
    if why:
        raise BadData(sentence(why))
    return axes


def sentence(why: str) -> str:
    """Why a table does not exist, as one says it to who asked."""
    return {
        free_axes.AXES: _("Choose two or three axes, each of two answers at least."),
        free_axes.TWICE: _("The same axis is chosen twice."),
        free_axes.CELLS: _("This table would have more than 10,000 cells: choose questions of fewer answers."),
        free_axes.MEAN: _("Too few children for so many cells: each would hold fewer than ten on average. Choose fewer axes, or questions of fewer answers."),
        UNSAFE: _("It could give children away."),
        GONE: _("The answers were destroyed: no other table can be drawn."),
    }[why]  # fmt: skip


# Drawing -------------------------------------------------------------------------------------------------------------
@jobs.task(TASK)
def draw_when_asked(job: Job, table: int) -> None:
    """The job of the worker. May be delivered twice: a table that is drawn or refused stays."""
    draw(table)


def draw(table_id: int) -> NationalTable:
    """Count the table from the private file; draw it, or refuse it. One that is drawn or refused stays."""
    table = NationalTable.rows.select_related("freeze__consultation").get(pk=table_id)
    if table.state != NationalTableState.ASKED:
        return table
    place = private_files(table.freeze.consultation, table.freeze.code) / "responses.parquet"
    read = published.edition(table.freeze.consultation.code)
    columns, why = _Counting(read, table, place).told() if read and place.exists() else ([], GONE)
    return _ended(table, columns, why)


@transaction.atomic
def _ended(table: NationalTable, columns: Sequence[Column], why: str) -> NationalTable:
    consultation = Consultation.rows.lock(table.freeze.consultation_id)
    kept: NationalTable = NationalTable.rows.lock(table.pk)
    if kept.state != NationalTableState.ASKED:
        return kept  # another worker was faster
    NATIONAL_TABLE_STEPS.take(kept, "refuse" if why else "draw")
    kept.why = why
    if not why:
        written = _written(columns)
        kept.body, kept.digest = zlib.compress(written), hashlib.sha256(written).hexdigest()
        kept.drawn_at = clock.now()
    kept.save(update_fields=["state", "why", "body", "digest", "drawn_at"])
    verb, told = "national_table_refused" if why else "national_table_drawn", f"{kept.question} × {kept.axes}"
    journal.record(consultation, verb, by=robot(), organisation=consultation.committee, table=told)
    stamps.bump("public")
    return kept


def _written(columns: Iterable[Column]) -> bytes:
    """As `freezing.Told.written` says: always the same bytes."""
    said = [column.as_said() for column in columns]
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class _Counting:
    """One table in the making. Its counts never leave the worker."""

    def __init__(self, read: Edition, table: NationalTable, place: Path):
        from marelle.consultations import cubes  # slow import

        self.read, self.table, self.place = read, table, place
        told = national.country(read)
        question = read.questions[table.question][1]
        found = national.axes(read, told, question, table.names) if told else None
        if told is None or found is None:
            raise LookupError(f"table={table.pk} is of axes that are not told")
        self.country: ZoneTables = told
        self.axes: list[Axis] = found
        self.items: list[Item] = [item for item in scores.counted(read.asked) if item.question.name == table.question]
        self.engine: Any = cubes.connect(settings.ENGINE)

    def told(self) -> tuple[list[Column], str]:
        """The columns as they may be published; or none, and that it would not be safe."""
        counted = self._counted()
        is_small = free_axes.is_small(int(size) for size in counted.base[:, 0])
        is_thin = counted.base[:, 0].sum() < free_axes.MEAN_CELL * counted.n.size
        if is_small or is_thin or self._gives_away():
            return [], UNSAFE
        return self._drawn(counted), ""

    def _counted(self) -> drawing.Counted:
        from marelle.consultations import cubes  # slow import

        known = {values: (ALL, ALL, MARK.join(values)) for values in free_axes.columns_of(self.axes)}
        counted = drawing.Counted(list(known.values()), self.items)
        for number, item in enumerate(self.items):
            cells = cubes.three_way(self.engine, self.place, item.name, [_column(axis) for axis in self.axes])
            for row in cells.to_pylist():
                codes = [row[f"axis_{place}"] for place in range(1, len(self.axes) + 1)]
                group = tuple(axis.values.get(code, "") for axis, code in zip(self.axes, codes, strict=True))
                if group in known:
                    counted.add(known[group], [(number, *(row[name] for name in ("v", "n", "w", "w2", "ck")))])
        return counted

    def _gives_away(self) -> bool:
        """Whether with another table of the same question a few children could be found."""
        alone = [AGE, GENDER, *self.read.freeze.manifest.get("profiles", ())]
        if free_axes.outside_both(self._children([axis.name for axis in self.axes]), self.axes, alone):
            return True
        if free_axes.closes_a_triangle([axis.name for axis in self.axes], self._sides()):
            return True
        own = Partition(tuple(self.axes), frozenset(free_axes.columns_of(self.axes)))
        others: Iterator[Partition | Zoned] = chain(self._others(), self._zones())
        for other in others:
            names = list(dict.fromkeys([*(axis.name for axis in self.axes), *other.names]))
            if free_axes.gives_away(self._children(names), names, own, other):
                return True
        return False

    def _children(self, names: Sequence[str]) -> list[tuple[tuple[Any, ...], int]]:
        from marelle.consultations import cubes  # slow import

        item = self.items[0]  # the options of one question have one base
        codes = [code for code in range(256) if item.row_of(code) is not None]
        rows = cubes.children_by(self.engine, self.place, item.name, [COLUMNS.get(name, name) for name in names], codes)
        return [(tuple(row[:-1]), row[-1]) for row in rows]

    def _others(self) -> Iterator[Partition]:
        """What is published of this question for the whole country: by age and gender, crossed, other tables as this one."""
        ways = [national.ages(self.country.ages), national.genders(self.country.genders)]
        yield from free_axes.partitions(ways, {column.group for column in self._told("")})
        for profile in self.read.profiles:
            told = self._told(profile.name)
            for place, axis in enumerate(ways) if told else ():
                groups = {(c.group[place], c.profile) for c in told if c.group[1 - place] == ALL}
                yield from free_axes.partitions([axis, national.answers(profile)], groups)
        for table in national.drawn(self.read, self.table.question):
            axes = national.axes(self.read, self.country, self.items[0].question, table.names)
            if axes:
                yield from free_axes.partitions(axes, free_axes.columns_of(axes))

    def _zones(self) -> Iterator[Zoned]:
        """The same of every place that has a page: together, by age, by gender, by both, by each question crossed, alone and by age."""
        from marelle.consultations import cubes  # slow import

        areas = Geography()
        chains = {zone: tuple(areas.chain(zone)) for zone in cubes.zones_of(self.place)}
        told = self._told_by_zone("")
        for by_age, by_gender in ((True, False), (False, True), (True, True)):
            yield Zoned(chains, told, by_age, by_gender)
        for profile in self.read.profiles:
            crossed = self._told_by_zone(profile.name)
            both = {zone: groups | crossed.get(zone, set()) for zone, groups in told.items()}
            for by_age in (False, True) if crossed else ():
                yield Zoned(chains, both, by_age, profile=national.answers(profile))

    def _told_by_zone(self, profile: str) -> dict[str, set[free_axes.Group]]:
        """The groups each place tells of this question."""
        found: dict[str, set[free_axes.Group]] = {}
        for tables in self.read.freeze.zones.filter(profile=profile, status="").iterator():
            columns = (said for said in tables.said if said["question"] == self.table.question and not said["status"])
            found[tables.zone] = {(said["age"], said["gender"], said["profile"] or ALL) for said in columns}
        return found

    def _sides(self) -> list[set[str]]:
        """The axes of each table of this question that is told of the whole country."""
        crossed = [
            {profile.name, way}
            for profile in self.read.profiles
            for place, way in enumerate((AGE, GENDER))
            if any(column.group[place] != ALL for column in self._told(profile.name))
        ]
        drawn = [set(table.names) for table in national.drawn(self.read, self.table.question)]
        return [{AGE, GENDER}, *crossed, *drawn]

    def _told(self, profile: str) -> list[Column]:
        tables = self.read.freeze.zones.filter(zone=FRANCE, profile=profile, status="").first()
        found = tables.columns if tables else ()
        return [column for column in found if column.question == self.table.question and not column.status]

    def _drawn(self, counted: drawing.Counted) -> list[Column]:
        from marelle.consultations import freezing  # slow import

        manifest = self.read.freeze.manifest
        zone = Zone(FRANCE, frozenset(), narrow=self._is_narrow())
        weighted = bool(manifest.get("margins"))
        return drawing.national_table_of(zone, counted, freezing.noises_of(manifest), weighted=weighted)

    def _is_narrow(self) -> bool:
        """Whether the whole country is the same children as one commune or intercommunality: its counts then move more."""
        from marelle.consultations import cubes  # slow import

        areas = Geography()
        chains = [set(areas.chain(zone)) for zone in cubes.zones_of(self.place)]
        shared = set.intersection(*chains) if chains else set()
        return any(catalogue.level_of(zone) not in catalogue.WIDE for zone in shared)


def _column(axis: Axis) -> str:
    return COLUMNS.get(axis.name, axis.name)


# What must hold ------------------------------------------------------------------------------------------------------
def altered() -> list[str]:
    """Tables that are not those that were drawn."""
    found = NationalTable.objects.filter(state=NationalTableState.DRAWN).select_related("freeze").order_by("pk")
    return [
        f"{table.freeze.code}: {table} is not the table that was drawn"
        for table in found.iterator()
        if hashlib.sha256(zlib.decompress(bytes(table.body))).hexdigest() != table.digest
    ]
