"""The demonstration's questionnaire: accepted as it stands, said in four languages, drawn, the same bytes each time."""

import re
from pathlib import Path

import pytest

from marelle.consultations.questionnaires import BANDS, wording
from marelle.consultations.xlsform import read_workbook
from marelle.demo import consultation_book

SPRITE = Path(__file__).parents[2] / "marelle" / "static" / "kids" / "pictograms.svg"
LANGUAGES = ("fr", "fr-x-simple", "en", "ar")


@pytest.fixture(scope="module")
def read():
    return read_workbook(consultation_book.workbook())


def test_workbook_is_accepted_and_lacks_recordings_alone(read):
    assert read.faults == []
    assert {(todo.kind, todo.language) for todo in read.todos} == {("audio_none", language) for language in LANGUAGES}


def test_edition_has_forty_questions_in_four_parts_of_ten(read):
    parts = read.questionnaire.parts

    assert [(part.name, len(part.questions)) for part in parts] == [
        (n, 10) for n in ("outside", "school", "home", "voice")
    ]
    assert read.questionnaire.languages == LANGUAGES
    seen = {b: sum(len(part.seen_by(b)) for part in parts) for b in BANDS}
    assert seen == {"6_8": 24, "9_11": 34, "12_14": 40, "15_18": 40}
    assert [q.name for q in read.questionnaire.questions() if q.relevance] == [
        "way_fear", "way_why", "way_alone", "school_toilets_why", "activities_why", "town_told",
    ]  # fmt: skip


def test_two_scores_and_their_cumulation_are_said_in_four_languages(read):
    asked = read.questionnaire

    assert [(score.name, len(score.points), score.cutoff, len(score.bands)) for score in asked.scores] == [
        ("lacks", 5, 2, 3),
        ("apart", 3, 3, 3),
    ]
    assert [(each.name, each.scores) for each in asked.cumulations] == [("burdens", ("lacks", "apart"))]
    texts = [each.label for each in (*asked.derived, *(band for score in asked.scores for band in score.bands))]
    assert {tuple(sorted(text)) for text in texts} == {tuple(sorted(LANGUAGES))}
    assert all(score.label["fr"].startswith("Indice de démonstration") for score in asked.scores)


def test_a_trial_of_one_part_has_the_scores_of_its_questions():
    asked = read_workbook(consultation_book.workbook(parts=2)).questionnaire

    assert ([score.name for score in asked.scores], asked.cumulations) == (["apart"], ())
    assert read_workbook(consultation_book.workbook(parts=1)).questionnaire.derived == ()


def test_sensitive_questions_are_five_from_twelve_on_each_at_the_end_of_its_part(read):
    sensitive = [q for q in read.questionnaire.questions() if q.sensitive]

    assert [q.name for q in sensitive] == ["street_unease", "school_bullied", "online_hurt", "low", "treated_less"]
    assert {q.bands for q in sensitive} == {("12_14", "15_18")}
    assert all(part.questions[-1].sensitive for part in read.questionnaire.parts)
    assert all(q.has_dont_know and q.has_rather_not for q in read.questionnaire.questions())


def test_everything_is_said_to_every_age_in_every_language(read):
    lacking = [
        (thing.name, band, language)
        for question in read.questionnaire.questions()
        for thing in (question, *question.options)
        for band in question.bands
        for language in LANGUAGES
        if wording(thing, band, language)[1] != language
    ]

    assert lacking == []


def test_every_pictogram_it_names_is_drawn(read):
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text()))
    named = {thing.pictogram for q in read.questionnaire.questions() for thing in (q, *q.options) if thing.pictogram}

    assert (named | {part.icon for part in read.questionnaire.parts}) - drawn == set()


def test_workbook_is_the_same_bytes_each_time():
    first = consultation_book.workbook(parts=1, name="Essai")
    consultation_book.workbook.cache_clear()

    assert consultation_book.workbook(parts=1, name="Essai") == first
    assert len(read_workbook(first).questionnaire.parts) == 1
