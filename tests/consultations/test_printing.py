"""Booklets asked for by the number: drawn beside the page, once, kept apart for a month."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from pypdf import PdfReader

from marelle.accounts import files
from marelle.accounts.models import File, JournalContent
from marelle.base import clock, jobs
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Job
from marelle.consultations import printing as drawing
from marelle.consultations.models import PrintRun
from marelle.consultations.operations import printing
from marelle.consultations.operations.printing import Wanted
from tests.consultations.four_languages import QUESTIONNAIRE
from tests.consultations.test_keying import AFTER, clerk
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import IN_TIME, BookletFactory, QuestionnaireFactory, SittingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting():
    made = SittingFactory(state="keying")
    known = {"canonical": QUESTIONNAIRE.canonical, "content_hash": QUESTIONNAIRE.content_hash}
    QuestionnaireFactory(consultation=made.consultation, state="frozen", frozen_at=IN_TIME, **known)
    return made


def bytes_of(run):
    with files.opened(run.file) as stream:
        return stream.read()


def test_booklets_are_drawn_once_however_often_the_job_is_delivered(sitting):
    person = clerk(sitting)
    run = printing.ask_for_booklets(sitting.pk, Wanted("9_11", "fr", "a5", 2), by=person, at=AFTER)
    job = Job.objects.get()

    for _delivery in range(2):
        printing.draw_booklets(job, code=run.code)

    run.refresh_from_db()
    job.refresh_from_db()
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(bytes_of(run))).pages]
    assert len({re.search(r"Livret (\d{6})", page)[1] for page in pages}) == 2
    assert (job.done, job.total, run.file.kind, run.file.label) == (2, 2, "pdf", "livrets-9_11-fr.pdf")
    assert (File.rows.filter(label__startswith="livrets").count(), run.file.is_apart) == (1, True)
    assert run.file.organisation == sitting.site.partner.organisation
    said = JournalContent.objects.get(verb="booklets_asked")
    assert (said.person, said.facts) == (person, {"copies": 2})


def test_more_than_ten_come_as_files_of_ten_and_none_has_the_number_of_one_typed_in(sitting, monkeypatch):
    BookletFactory(sitting=sitting, number=100000)
    monkeypatch.setattr(drawing.numbering, "NUMBERS", 13)  # 100000 to 100012: chance has nothing else to give
    run = printing.ask_for_booklets(sitting.pk, Wanted("9_11", "fr", copies=12), by=clerk(sitting), at=AFTER)

    jobs.deliver.call(Job.objects.get().pk)

    run.refresh_from_db()
    archive = zipfile.ZipFile(io.BytesIO(bytes_of(run)))
    pages = [page.extract_text() for name in archive.namelist() for page in PdfReader(archive.open(name)).pages]
    assert archive.namelist() == ["livrets-9_11-fr-01-10.pdf", "livrets-9_11-fr-11-12.pdf"]
    assert {int(re.search(r"Livret (\d{6})", page)[1]) for page in pages} == set(range(100001, 100013))


def test_a_language_nobody_writes_is_refused_before_anything_is_asked(sitting, monkeypatch):
    monkeypatch.setattr(drawing, "PLACES", ())
    drawing.find_font.cache_clear()

    with pytest.raises(BadData):
        printing.ask_for_booklets(sitting.pk, Wanted("9_11", "ar"), by=clerk(sitting), at=AFTER)

    drawing.find_font.cache_clear()
    assert (PrintRun.rows.count(), Job.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("wanted", "who", "error"),
    [
        (Wanted("9_11", "fr", copies=61), clerk, BadData),
        (Wanted("9_11", "fr", copies=0), clerk, BadData),
        (Wanted("12_14", "fr"), clerk, BadData),
        (Wanted("9_11", "uk"), clerk, BadData),
        (Wanted("9_11", "fr", "a3"), clerk, BadData),
        (Wanted("9_11", "fr"), lambda _sitting: PersonFactory(), NotAllowed),
    ],
    ids=["too many", "none", "another age", "another language", "no such paper", "stranger"],
)
def test_asking_for_booklets_refuses(sitting, wanted, who, error):
    with pytest.raises(error):
        printing.ask_for_booklets(sitting.pk, wanted, by=who(sitting), at=AFTER)

    assert (PrintRun.rows.count(), Job.objects.count(), JournalContent.objects.count()) == (0, 0, 0)


def test_nothing_is_drawn_from_a_questionnaire_that_is_not_frozen():
    sitting = SittingFactory(state="ready")

    with pytest.raises(WrongState):
        printing.ask_for_booklets(sitting.pk, Wanted("9_11", "fr"), by=clerk(sitting), at=AFTER)

    assert PrintRun.rows.count() == 0


def test_what_was_drawn_goes_after_thirty_days(sitting):
    run = printing.ask_for_booklets(sitting.pk, Wanted("9_11", "fr"), by=clerk(sitting), at=AFTER)
    printing.draw_booklets(Job.objects.get(), code=run.code)
    file = PrintRun.rows.get().file

    with clock.at(AFTER):
        printing.forget_old(AFTER + timedelta(days=30))
        kept = PrintRun.rows.count()
        printing.forget_old(AFTER + timedelta(days=30, seconds=1))

    file.refresh_from_db()
    assert (kept, PrintRun.rows.count(), file.removed_at is not None) == (1, 0, True)
