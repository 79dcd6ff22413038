"""What a published edition gives to take away: the report of a place, in the words of its page, drawn by the worker or at once."""

import io
import os
from datetime import timedelta

import pytest
from django.utils import translation
from pypdf import PdfReader

from marelle.base import jobs, pdf
from marelle.base.models import Job, JobState
from marelle.consultations import result_documents
from marelle.consultations.models import Consultation, ZoneTables
from marelle.consultations.operations import result_documents as drawing
from marelle.consultations.queries import places, published, reports, result_files
from tests.web.public_results import CLOSES, SECRET, geography, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_disk")]
AT = CLOSES + timedelta(days=30)
REPORTS = [
    f"{place}.{language}.pdf"
    for place in ("commune-44143", "departement-44", "france", "region-52")
    for language in ("en", "fr")
]


@pytest.fixture
def read():
    geography()
    return published.edition(publish().consultation.code)


def told(read, zone: str):
    return reports.report_of(read, places.find(zone))


def words(document: bytes) -> str:
    """The text of a PDF on one line: where a line breaks says nothing."""
    pages = PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u202f", " ").split())


def spaced(said: list[str]) -> list[str]:
    """With plain spaces."""
    return [words.replace("\u202f", " ") for words in said]


def said(report) -> list[str]:
    """Every sentence and cell the content holds, as words."""

    def each(value):
        if isinstance(value, str):
            yield " ".join(value.replace("\u202f", " ").split())
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from each(one)

    unseen = {"author", "verify"}
    return [words for key, value in report.items() if key not in unseen for words in each(value)]


# One report ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("zone", ["FR", "commune:44143"])
def test_report_shows_all_it_is_given(read, zone, language):
    report = told(read, zone)

    document = words(result_documents.report(report, language))

    with translation.override(language):
        sentences = said(result_documents.content(report))
    squeezed = document.replace(" ", "")  # a long address or fingerprint is broken
    assert len(sentences) > 60
    assert [one for one in sentences if one.replace(" ", "") not in squeezed] == []


def test_report_says_what_the_page_says(read, client):
    page = client.get("/consultation/2026/lieux/commune-44143").content.decode().replace("\u202f", " ")

    content = result_documents.content(told(read, "commune:44143"))

    questions = [question for part in content["parts"] for question in part["questions"]]
    assert len(questions) == 4
    shown = [question["title"] for question in questions]
    shown += [question["sentence"] for question in questions]
    shown += [cell for q in questions for row in q["rows"] for cell in (row["answer"], row["share"], row["between"])]
    shown += [cell for row in content["who"] for cell in row]
    assert len(shown) == 32
    assert [words for words in shown if words.replace("\u202f", " ") not in page] == []


def test_report_of_a_town_tells_ages_and_larger_places(read):
    content = result_documents.content(told(read, "commune:44143"))

    (heard,) = [q for part in content["parts"] for q in part["questions"] if q["title"] == "Les adultes t’écoutent-ils ?"]  # fmt: skip
    table = heard["beside"]
    assert spaced(table["columns"]) == ["Réponse", "6 à 11 ans", "12 à 18 ans", "Pays de la Loire", "France"]
    assert spaced(table["rows"][0]) == ["Oui", "88 %", "78 %", "61 %, plus haut ici", "60 %, plus haut ici"]
    assert spaced(content["apart"]) == [
        "Les adultes t’écoutent-ils ? « Oui » : 84 %, contre 60 % (France), plus haut ici."
    ]


def test_report_says_what_answers_change_most_with(read):
    changes = [
        {"question": "heard", "axis": "age", "strength": 0.21, "below": 0.001},
        {"question": "heard", "axis": "play", "strength": 0.12, "below": None},
    ]
    ZoneTables.objects.filter(freeze=read.freeze, zone="FR", profile="").update(associations=changes)
    report = told(published.edition(read.consultation.code), "FR")

    document = words(result_documents.report(report, "fr"))

    sentence = "Ce avec quoi les réponses changent, et de combien, de 0 à 1 : âge (0,21), diffère (p < 0,001) ; « Joues-tu dehors ? » (0,12), pas de différence montrée."
    assert document.count(sentence) == 1 and document.count("La force est le V de Cramér") == 1
    assert "de combien" not in words(result_documents.report(told(read, "commune:44143"), "fr"))


def test_withheld_question_says_why_and_nothing_else(read):
    content = result_documents.content(told(read, "commune:44143"))

    withheld = {q["sentence"]: q["rows"] for part in content["parts"] for q in part["questions"] if not q["rows"]}
    assert withheld == {
        "Une question sensible\u202f: publiée à partir du département, et de 100 enfants.": [],
        "Pas assez de réponses pour protéger les enfants.": [],
    }


@pytest.mark.parametrize("zone", ["FR", "departement:44", "commune:44143"])
def test_nothing_true_is_in_a_report(read, zone):
    """Planted: a number forgotten in what is withheld."""
    report = told(read, zone)

    assert str(SECRET) not in str(result_documents.content(report))
    assert str(SECRET) not in words(result_documents.report(report, "fr"))


def test_place_without_a_page_has_no_report(read):
    assert told(read, "commune:44018") is None
    assert told(read, "commune:44190") is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_report_is_a_tagged_document_that_readers_hear(read, language):
    document = PdfReader(io.BytesIO(result_documents.report(told(read, "commune:44143"), language)))

    catalog = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712  a PDF boolean
    assert catalog["/Lang"].startswith(language)
    assert b"pdfuaid:part" in catalog["/Metadata"].get_object().get_data()
    assert "Rezé" in document.metadata.title


def test_same_tables_give_the_same_bytes(read):
    report = told(read, "commune:44143")

    assert result_documents.report(report, "fr") == result_documents.report(report, "fr")


# All of them ---------------------------------------------------------------------------------------------------------
def work() -> None:
    """What the worker does until nothing waits."""
    for _turn in range(20):
        waiting = list(Job.objects.filter(task=result_files.TASK, state=JobState.WAITING).values_list("pk", flat=True))
        for pk in waiting:
            jobs.deliver.func(pk)
        if not waiting:
            return


def on_disk(read) -> list[str]:
    return sorted(path.name for path in result_files.folder(read.freeze).iterdir())


def test_worker_draws_every_report_and_the_kit_once(read):
    drawing.prepare_what_is_published(AT)
    drawing.prepare_what_is_published(AT)
    work()

    assert on_disk(read) == sorted([*REPORTS, "dossier-de-presse.zip"])
    assert result_files.progress(read) == result_files.Progress(4, 4, is_stopped=False)
    before = Job.objects.count()
    drawing.prepare_what_is_published(AT + timedelta(days=1))
    assert Job.objects.count() == before == 1


def test_places_are_drawn_a_few_at_a_time(read, monkeypatch):
    monkeypatch.setattr(drawing, "AT_ONCE", 1)
    drawing.prepare_what_is_published(AT)

    jobs.deliver.func(Job.objects.get().pk)
    one = result_files.progress(read)
    work()

    assert (one.done, one.total, one.is_whole) == (1, 4, False)
    assert on_disk(read) == sorted([*REPORTS, "dossier-de-presse.zip"])
    assert Job.objects.count() == 4


def test_worker_killed_on_the_way_goes_on_where_it_was(read):
    drawing.prepare_what_is_published(AT)
    drawing.write(read, places.country(), "fr")
    folder = result_files.folder(read.freeze)
    (folder / f"{drawing.MAKING}half").write_bytes(b"%PDF-")
    there = (folder / "france.fr.pdf").stat().st_mtime_ns
    Job.objects.update(state=JobState.RUNNING, tries=1, lease_until=AT - timedelta(days=365))

    jobs.deliver.func(Job.objects.get().pk)

    assert (folder / "france.fr.pdf").stat().st_mtime_ns == there
    assert [name for name in on_disk(read) if name.endswith(".pdf")] == REPORTS
    assert {(folder / name).read_bytes()[:5] for name in REPORTS} == {b"%PDF-"}
    assert all((folder / name).read_bytes().rstrip().endswith(b"%%EOF") for name in REPORTS)


def test_half_of_a_document_left_behind_goes(read):
    drawing.write(read, places.country(), "fr")
    folder = result_files.folder(read.freeze)
    for name, age in (("old", drawing.OLD + 60), ("young", 0)):
        path = folder / f"{drawing.MAKING}{name}"
        path.write_bytes(b"")
        os.utime(path, (path.stat().st_mtime - age,) * 2)

    drawing.forget_unfinished(read.freeze)

    assert on_disk(read) == [f"{drawing.MAKING}young", "france.fr.pdf"]


def test_report_that_cannot_be_drawn_is_tried_again_and_stops_no_other(read, monkeypatch, caplog):
    monkeypatch.setattr(pdf, "LONGEST", 0.0)  # the engine has no time at all
    drawing.prepare_what_is_published(AT)

    jobs.deliver.func(Job.objects.get().pk)

    tried = [record.args[1] for record in caplog.records if record.name == "marelle.results"]
    job = Job.objects.get()
    assert tried == ["FR", "region:52", "departement:44", "commune:44143"]
    assert (job.state, job.last_error.partition(":")[0]) == (JobState.WAITING, "Unavailable")


@pytest.mark.parametrize("state", ["frozen", "embargoed"])
def test_nothing_is_drawn_before_publication(state):
    publish(state)

    drawing.prepare_what_is_published(AT)

    assert not Job.objects.exists()


def test_results_published_then_purged_keep_their_reports(read):
    Consultation.rows.update(state="purged")

    drawing.prepare_what_is_published(AT)

    assert Job.objects.count() == 1
