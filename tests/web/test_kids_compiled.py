"""Questions are drawn once for a version, an age and a language; what a child answered is never kept so."""

from marelle.web.kids import screens
from marelle.web.kids.pages import KidsPages
from tests.consultations.intake import CODE, intake_over
from tests.web.kid import Kid
from tests.web.test_kids import ASSETS


def first_questions(store, language="fr"):
    """A child at the first page of the first part."""
    intake = intake_over(store)
    intake.pages = KidsPages(lambda: ASSETS)
    child = Kid(intake).come_in(CODE)
    child.press("language", lang=language).press("about").press("parts", band="9_11", gender="girl")
    return child.press("", ("part", "rights"))


def drawn(child):
    return child.html.partition('<section class="question"')[2].partition('<div class="ways">')[0]


def test_a_compiled_question_is_drawn_as_the_first_time_in_each_language(answers):
    screens._compiled.clear()
    first = [drawn(first_questions(answers, language)) for language in ("fr", "ar")]
    count = len(screens._compiled)

    again = [drawn(first_questions(answers, language)) for language in ("fr", "ar")]

    assert again == first
    assert first[0] != first[1]
    assert len(screens._compiled) == count > 0


def test_no_answer_is_in_what_is_compiled(answers):
    screens._compiled.clear()
    child = first_questions(answers)

    child.press("next", q010="1").press("back")

    assert child.page.checked == {"q010": ["1"]}
    assert [html for html in screens._compiled.values() if "checked" in html] == []
