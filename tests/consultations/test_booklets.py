"""Paper says what the screen says, to every band, in every language; what the screen does by itself it says in words."""

import html
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from marelle.base.errors import BadData
from marelle.consultations import booklets, numbering, passes, printing
from marelle.consultations.booklets import Printed
from marelle.consultations.collect import Visit
from marelle.consultations.questionnaires import BANDS, Option, Part, Question, Questionnaire
from marelle.web.kids import screens, walking
from marelle.web.kids.drawing import Assets
from marelle.web.kids.screens import Scene
from tests.consultations import intake as given
from tests.consultations.four_languages import HELP, LANGUAGES, QUESTIONNAIRE, TITLE

AT = datetime(2026, 11, 3, tzinfo=UTC)
ASSETS = Assets("/static/kids.css", "/static/kids.js", "/static/pictograms.svg", frozenset(printing.drawings()))
EVERYWHERE = [(band, language) for band in BANDS for language in LANGUAGES]


def printed(band="9_11", language="fr", questionnaire=QUESTIONNAIRE):
    return Printed(questionnaire, band, language, TITLE, HELP)


def scene(band, language):
    facts = replace(given.FACTS, title=TITLE, help_numbers=HELP)
    visit = Visit(facts, QUESTIONNAIRE, "ticket", AT, passes.Secret(bytes(32)), lambda id, part: 201)
    return Scene(visit, walking.State(lang=language, band=band, gender="girl"), ASSETS, {"js": "1"})


def bare(text):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))).strip()


def on_screen(band, language):
    """What each question of each part says on screen: its text, hints, answers, help."""
    found = []
    for part in walking.parts_for(QUESTIONNAIRE, band):
        put = part.seen_by(band)
        for drawn in screens.whole_part(scene(band, language), part, put, {}).split('<section class="question"')[1:]:
            drawn = drawn.split("</section>")[0]
            asked = re.search(r"<legend.*?>(.*?)</legend>|<p class=\"note\".*?>(.*?)</p>", drawn, re.DOTALL)
            hints = re.findall(r'<p class="hint">(.*?)</p>', drawn)
            answers = re.findall(r"<label>.*?<span>(.*?)</span></label>", drawn, re.DOTALL)
            numbers = re.findall(r'no-phone">(\d+)<', drawn)
            found.append((bare(asked[1] or asked[2]), [bare(h) for h in hints], [bare(a) for a in answers], numbers))
    return found


def on_paper(band, language):
    found = []
    content = booklets.booklet(printed(band, language))
    for question in (question for part in content["parts"] for question in part["questions"]):
        hints = [question[name]["t"] for name in ("hint", "several") if question[name]]
        answers = [each["label"]["t"] for each in (*question["options"], *question["others"])]
        numbers = (
            [line["number"] for line in content["help"]["lines"]]
            if question["sensitive"] or question["warning"]
            else []
        )
        found.append((question["label"]["t"], hints, answers, numbers))
    return found


@pytest.mark.parametrize(("band", "language"), EVERYWHERE)
def test_paper_and_screen_say_the_same(band, language):
    decided = {} if band == "15_18" else {"Est-ce juste ?", "Is it fair?", "هل هذا عدل؟"}  # the band alone decides it

    said = [each for each in on_screen(band, language) if each[0] not in decided]

    assert on_paper(band, language) == said
    assert len(said) == (8 if band == "15_18" else 7 if band == "12_14" else 5)


def test_paper_shows_pictures_to_the_bands_that_see_them_on_screen():
    assert {band: walking.rendering(band) for band in BANDS} == {
        "6_8": "pictures", "9_11": "pictures", "12_14": "text", "15_18": "text",
    }  # fmt: skip
    assert {band: drawn(booklets.booklet(printed(band))) for band in BANDS} == {
        "6_8": True, "9_11": True, "12_14": False, "15_18": False,
    }  # fmt: skip


def drawn(content):
    """Whether a picture stands anywhere in a booklet."""
    if isinstance(content, dict):
        return bool(content.get("picture")) or any(drawn(each) for each in content.values())
    return isinstance(content, list | tuple) and any(drawn(each) for each in content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_words_of_paper(language):
    assert booklets.words(language).keys() == booklets.words("fr").keys()


def test_french_of_a_booklet_is_written_as_an_editor_does():
    assert [
        name for name, said in booklets.words("fr").items() if re.search(r"[^\u202f][;:!?»]|«[^\u202f]|'", said)
    ] == []


@pytest.mark.parametrize(
    ("band", "language", "conditions"),
    [
        (
            "9_11",
            "fr",
            [
                "Si tu as répondu « Oui » à la question 4\u202f:",
                "Si tu as coché « À l’école » à la question 1, ou si tu n’as pas coché « À la maison » à la question 1\u202f:",
            ],
        ),
        (
            "15_18",
            "en",
            [
                "If you answered “Yes” to question 4:",
                "If you ticked “At school” at question 1, or if you did not tick “At home” at question 1:",
                "If your answer to question 2 is 3 or more:",
            ],
        ),
    ],
)
def test_conditions_are_said_in_words(band, language, conditions):
    content = booklets.booklet(printed(band, language))

    said = [
        q["condition"]["t"].replace("«\u202f", "« ").replace("\u202f»", " »")
        for q in content["parts"][0]["questions"]
        if q["condition"]
    ]

    assert said == conditions


def test_a_condition_nobody_of_the_band_can_meet_prints_nothing():
    older = Question("a", "one", {"fr": "A ?"}, options=(Option("yes", {"fr": "Oui"}),), bands=("15_18",))
    after = Question("b", "one", {"fr": "B ?"}, options=(Option("yes", {"fr": "Oui"}),), relevance=["=", "a", "yes"])
    asked = Questionnaire({"fr": "Q"}, ("fr",), (Part("p", {"fr": "P"}, (older, after)),))

    assert booklets.booklet(printed("9_11", questionnaire=asked))["parts"] == []


def test_numbers_are_those_of_the_workbook_else_the_next_free():
    many = Question("m", "many", {}, options=tuple(Option(f"o{n}", {}) for n in range(12)))
    some = Question("s", "one", {}, options=(Option("a", {}), Option("b", {}, key_in=1)))

    assert numbering.question_numbers(QUESTIONNAIRE) == {
        "heard": 4, "where": 1, "times": 2, "why_older": 3, "hurt": 5, "change": 6, "play": 7,
    }  # fmt: skip
    assert "".join(numbering.option_keys(many)) == "1234567890+/"
    assert numbering.option_keys(some) == {"2": 1, "1": 2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_stands_beside_each_sensitive_question_and_on_the_last_page(language):
    content = booklets.booklet(printed("12_14", language))

    questions = [question for part in content["parts"] for question in part["questions"]]

    said = booklets.words(language)
    assert [q["sensitive"]["t"] for q in questions if q["sensitive"]] == [said["sensitive"]]
    assert [q["warning"]["t"] for q in questions if q["warning"]] == [said["text_warning"]]
    assert [line["number"] for line in content["help"]["lines"]] == ["119", "3018"]
    assert content["stop"]["t"] == booklets.words(language)["stop_text"]


def test_a_booklet_is_a_tagged_pdf_of_four_pages_by_four_with_its_number_and_page_code():
    numbers = printing.draw_numbers(2)

    drawn = PdfReader(io.BytesIO(printing.draw(printed("12_14"), numbers, form="a5", at=AT)))

    pages = [page.extract_text() for page in drawn.pages]
    half = len(pages) // 2
    assert drawn.trailer["/Root"]["/MarkInfo"]["/Marked"] and half % 4 == 0
    assert [sum(number in page for page in pages) for number in numbers] == [half, half]
    assert f"{QUESTIONNAIRE.content_hash[:4]}-1" in pages[0] and "119" in pages[half - 1]
    assert all(
        word in " ".join(pages).replace("\n", " ") for word in ("Quelqu’un t’a-t-il fait du mal", "N’écris pas ton nom")
    )


@pytest.mark.parametrize("language", ["ar", "fr-x-simple", "uk"])
def test_large_print_is_drawn_in_the_letters_of_each_language(language):
    """In a typeface chosen for them: never in what the engine keeps for letters nobody was asked about."""
    drawn = PdfReader(io.BytesIO(printing.draw(printed("6_8", language), ["123456"], form="large", at=AT)))

    faces = {font["/BaseFont"] for page in drawn.pages for font in page["/Resources"]["/Font"].values()}
    wanted = [name.replace(" ", "") for name in printing.typefaces(language)[0]]
    assert round(float(drawn.pages[0].mediabox.width)) == 595
    assert drawn.trailer["/Root"]["/Lang"] == language[:2]
    assert [name for name in wanted if not any(name in face for face in faces)] == []
    assert [face for face in faces if "DejaVuSansMono" in face or "Libertinus" in face] == []


def test_a_language_without_typeface_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(printing, "find_font", lambda name: "")

    with pytest.raises(BadData, match=r"\(ar\)"):
        printing.draw(printed("9_11", "ar"), ["123456"], form="a5", at=AT)


def test_letters_nobody_draws_are_refused_with_a_sentence():
    asked = Questionnaire(
        {"fr": "Q"},
        ("fr",),
        (Part("p", {"fr": "P"}, (Question("a", "one", {"fr": "中文 ?"}, options=(Option("y", {"fr": "Oui"}),)),)),),
    )

    with pytest.raises(BadData, match="carrés"):
        printing.draw(printed("9_11", questionnaire=asked), ["123456"], form="a5", at=AT)
