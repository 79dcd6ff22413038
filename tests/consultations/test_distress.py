"""When a question hurts: help beside it, a way out that asks nothing, the same on screen and on paper, in each language."""

import html
import re
from dataclasses import replace

import pytest

from marelle.consultations import booklets, documents
from marelle.consultations.booklets import Printed
from marelle.consultations.collect import Intake
from marelle.consultations.languages import NATIVE, help_numbers
from marelle.consultations.questionnaires import BANDS
from marelle.consultations.spool import Writer
from marelle.web.kids.drawing import Assets
from marelle.web.kids.pages import KidsPages
from marelle.web.kids.words import words
from tests.consultations import four_languages
from tests.consultations import intake as given
from tests.consultations.four_languages import TITLE
from tests.web.kid import Kid

NUMBERS = ["119", "3018", "3114"]
LANGUAGES = tuple(NATIVE)  # each one the house speaks, whatever the questionnaire has
QUESTIONNAIRE = replace(four_languages.QUESTIONNAIRE, languages=LANGUAGES)
ASSETS = Assets("/static/kids.css", "/static/kids.js", "/static/pictograms.svg", frozenset())


class House(given.Rooms):
    """A group whose questionnaire has a sensitive question, for the older ones."""

    def __init__(self):
        facts = replace(
            given.FACTS,
            versions=(QUESTIONNAIRE.short_hash,),
            languages=LANGUAGES,
            title=TITLE,
            help_numbers=tuple(help_numbers()),
        )
        super().__init__(facts)

    def questionnaire(self, short_hash):
        return QUESTIONNAIRE if short_hash == QUESTIONNAIRE.short_hash else None


@pytest.fixture
def kid(answers):
    made = Intake(House(), Writer(answers, gathers=0.0), given.KEYS, given.Held(), KidsPages(lambda: ASSETS))
    yield Kid(made)
    made.close()


def printed(band, language):
    return Printed(QUESTIONNAIRE, band, language, TITLE, help_numbers())


def at_the_question(kid, language):
    """Before the question that may hurt, its answer not given."""
    kid.come_in().press("language", lang=language).press("about").press("parts", band="12_14", gender="girl")
    kid.press("", part="rights")
    for _page in range(4):
        if "fieldset" in kid.html and 'name="hurt"' in kid.html:
            return kid
        kid.press("next")
    raise AssertionError("the question never came")


def beside(kid):
    """What stands with the question: the text after it, to the next one."""
    block = next(each for each in kid.html.split('<section class="question"') if 'name="hurt"' in each)
    return block.split("</section>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_stands_beside_the_question_on_screen_and_on_paper(kid, language):
    at_the_question(kid, language)
    content = booklets.booklet(printed("12_14", language))

    aside = re.search(r'<aside class="sensitive">(.*?)</aside>', beside(kid), re.DOTALL)[1]
    asked = next(q for part in content["parts"] for q in part["questions"] if q["sensitive"])
    assert re.findall(r'no-phone">(\d+)<', aside) == NUMBERS
    assert html.escape(words(language)("sensitive"), quote=False) in html.unescape(aside)
    assert asked["sensitive"]["t"] == words(language)("sensitive")
    assert [(line["number"], line["whom"]["l"]) for line in content["help"]["lines"]] == [
        (number, language[:2]) for number in NUMBERS
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_stops_twice_is_thanked_and_never_asked_why(kid, answers, language):
    at_the_question(kid, language)
    can_stop = "stop" in kid.steps

    kid.press("stop")
    sure = (kid.title, [named for named in kid.page.inputs if named.get("type") != "hidden"], "textarea" in kid.html)
    kid.press("stopped")
    thanked = kid.title
    with answers.reading() as reading:
        (kept,) = reading.execute("SELECT count(*) FROM spool").fetchone()

    said = words(language)
    assert (can_stop, sure, thanked, kept) == (True, (said("stop_title"), [], False), said("thanks_title"), 0)
    assert all(number in kid.html for number in NUMBERS)
    assert booklets.booklet(printed("12_14", language))["stop"]["t"] == booklets.words(language)["stop_text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_to_call_is_on_every_screen_of_a_visit(kid, language):
    """Said in the language of the page, with the way out beside while something can be stopped."""
    said, whom = words(language), [html.escape(each[language], quote=False) for each in help_numbers()]
    pages = []

    kid.come_in()
    for step in (
        {"step": "language", "lang": language},
        {"step": "about"},
        {"step": "parts", "band": "12_14", "gender": "girl"},
        {"step": "", "part": "rights"},
    ):
        kid.press(**step)
        pages.append(kid.html)
    while "next" in kid.steps:
        kid.press("next")
        pages.append(kid.html)
    kid.press("send")
    pages.append(kid.html)
    kid.press("finish")
    pages.append(kid.html)

    helped = [
        html.unescape(page).count(said("help_adult")) > 0
        and all(word in html.unescape(page) for word in [*NUMBERS, *map(html.unescape, whom)])
        for page in pages
    ]
    assert len(pages) > 6 and kid.title == said("thanks_title")
    assert helped == [True] * len(pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_a_text_one_reads_that_nobody_can_answer_it(kid, language):
    """The warning, then the numbers, then the field."""
    at_the_question(kid, language)
    while 'name="change"' not in kid.html:
        kid.press("next")

    page = html.unescape(kid.html)
    block = next(each for each in page.split('<section class="question"') if 'name="change"' in each)
    places = [
        block.index(words(language)("text_warning")),
        *(block.index(number) for number in NUMBERS),
        block.index("<textarea"),
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("band", BANDS)
def test_before_twelve_no_booklet_holds_a_sensitive_question(band):
    content = booklets.booklet(printed(band, "fr"))

    sensitive = [q for part in content["parts"] for q in part["questions"] if q["sensitive"]]

    assert len(sensitive) == (1 if band in ("12_14", "15_18") else 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_numbers_are_said_in_each_language(language):
    assert [bool(each.get(language)) for each in help_numbers()] == [True, True, True]


@pytest.mark.parametrize(("language", "why"), [("fr", "pourquoi il s’est arrêté"), ("en", "why they stopped")])
def test_the_adults_sheets_say_what_to_do(language, why):
    adult, danger = (
        str(documents.sheet_words(name, language, help_numbers()))
        for name in ("fiche-adulte", "si-un-enfant-se-confie")
    )

    assert [number for number in NUMBERS if number not in adult] == []
    assert [number for number in NUMBERS if number not in danger] == []
    assert why in adult


@pytest.mark.parametrize(("language", "line"), [("fr", "102\u202f: écoute"), ("en", "102: somebody listens")])
def test_another_countrys_numbers_take_the_place_of_these_on_every_sheet(language, line):
    numbers = [{"number": "102", "fr": "écoute", "en": "somebody listens"}, {"number": "107", "fr": "urgence"}]

    sheets = {name: documents.sheet_words(name, language, numbers) for name in documents.SHEETS}

    told = {name: str(words) for name, words in sheets.items()}
    assert [
        name
        for name, said in told.items()
        if any(number in said for number in (*NUMBERS, "{first", "{numbers", "{each"))
    ] == []
    assert [name for name, said in told.items() if "102, 107" in said] == ["fiche-adulte", "atelier-avant"]
    assert [
        part["points"][0]
        for part in sheets["si-un-enfant-se-confie"]["parts"]
        if "points" in part and "102" in part["points"][0]
    ] == [line]
