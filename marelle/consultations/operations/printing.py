"""Booklets to print, drawn beside the page: asked for by the number, kept apart for a month, drawn once however often delivered."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.accounts import files, journal
from marelle.accounts.models import Person
from marelle.accounts.robot import robot
from marelle.accounts.rules import require
from marelle.base import clock, jobs
from marelle.base.errors import BadData
from marelle.base.models import Job
from marelle.consultations import printing, rules
from marelle.consultations.booklets import Printed
from marelle.consultations.models import Booklet, PrintRun, Sitting
from marelle.consultations.models.field import MOST_COPIES
from marelle.consultations.operations.keying import questionnaire_of
from marelle.consultations.operations.sittings import house_of
from marelle.consultations.questionnaires import BANDS

DRAW = "draw_booklets"
OF_A_FILE = 10  # copies: about five seconds to draw, three megabytes
KEPT = timedelta(days=30)  # what was drawn; the frozen questionnaire draws it again


@dataclass(frozen=True)
class Wanted:
    """Which booklets: an age, a language, a form of paper, how many."""

    band: str
    language: str
    form: str = "a5"
    copies: int = 1


@transaction.atomic
def ask_for_booklets(sitting_id: int, wanted: Wanted, *, by: Person, at: datetime | None = None) -> PrintRun:
    """Ask for booklets, each with a number of chance; the worker draws them. Raises NotAllowed, WrongState, BadData."""
    sitting = Sitting.rows.lock(sitting_id)
    require(rules.may_hold, by, sitting)
    asked = questionnaire_of(sitting)
    is_offered = wanted.band in (sitting.bands or BANDS) and wanted.language in asked.languages
    if not is_offered or wanted.form not in printing.FORMS or not 1 <= wanted.copies <= MOST_COPIES:
        raise BadData(
            _("Choose an age and a language of the group, and %(most)s copies at most.") % {"most": MOST_COPIES}
        )
    printing.typefaces(wanted.language)
    run = PrintRun.rows.create(sitting=sitting, asked_by=by, asked_at=at or clock.now(), **asdict(wanted))
    journal.record(sitting, "booklets_asked", by=by, organisation=house_of(sitting), copies=wanted.copies)
    jobs.enqueue(DRAW, run.code, code=run.code)
    return run


@jobs.task(DRAW)
def draw_booklets(job: Job, *, code: str) -> None:
    """Draw them ten by ten, telling how far one is; done twice, it has one effect."""
    run = PrintRun.rows.select_related("sitting__consultation", "asked_by").get(code=code)
    if not run.is_waiting:
        return
    with override(run.asked_by.language):
        try:
            drawn = list(_drawn(run, job))
        except BadData as error:
            PrintRun.rows.filter(pk=run.pk).update(refused=error.sentence)
            return
    _keep(run.pk, drawn)


def _drawn(run: PrintRun, job: Job) -> Iterator[tuple[str, bytes]]:
    """Each file with its name."""
    edition, asked = run.sitting.consultation, questionnaire_of(run.sitting)
    booklet = Printed(asked, run.band, run.language, edition.name, edition.help_numbers)
    taken = {str(number) for number in Booklet.rows.filter(sitting=run.sitting).values_list("number", flat=True)}
    numbers = [n for n in printing.draw_numbers(run.copies + len(taken)) if n not in taken][: run.copies]
    for start in range(0, run.copies, OF_A_FILE):
        jobs.tell_progress(job, start, run.copies)
        some = numbers[start : start + OF_A_FILE]
        name = f"{run.title}-{start + 1:02}-{start + len(some):02}.pdf"
        yield name, printing.draw(booklet, some, form=run.form, at=run.asked_at)
    jobs.tell_progress(job, run.copies, run.copies)


@transaction.atomic
def _keep(run_id: int, drawn: list[tuple[str, bytes]]) -> None:
    """One PDF as it is, several in one archive; read from the page of the group and nowhere else."""
    run = PrintRun.rows.select_for_update(of=("self",)).select_related("sitting__site__partner").get(pk=run_id)
    if not run.is_waiting:
        return
    content, kind = (drawn[0][1], "pdf") if len(drawn) == 1 else (_archive(drawn), "zip")
    house = house_of(run.sitting)
    run.file = files.keep(content, label=f"{run.title}.{kind}", kind=kind, organisation=house, by=robot())
    run.file.is_apart = True
    run.file.save(update_fields=["is_apart"])
    run.save(update_fields=["file"])


def _archive(drawn: list[tuple[str, bytes]]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:  # PDFs are pressed already
        for name, content in drawn:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return held.getvalue()


def jobs_of(runs: Iterable[PrintRun]) -> dict[str, Job]:
    """The jobs that draw those still to be drawn, by the run's code."""
    keys = {f"{DRAW}:{run.code}": run.code for run in runs if run.is_waiting}
    return {keys[job.key]: job for job in Job.objects.filter(key__in=keys)} if keys else {}


def forget_old(at: datetime) -> None:
    """A round: booklets drawn a month ago go; that they were asked for stays in the journal."""
    for run in PrintRun.rows.filter(asked_at__lt=at - KEPT).select_related("file").order_by("pk"):
        with transaction.atomic():
            PrintRun.rows.filter(pk=run.pk).delete()
            if run.file is not None:
                files.forget(run.file)
