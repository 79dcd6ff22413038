"""Two officers write in the same field; the network fails while one types: nothing is lost."""

from playwright.sync_api import expect

from marelle.mandates.models import Answer
from tests.browser.keyboard import press, write
from tests.browser.looks import assert_fine
from tests.browser.town import WRITES, enter

FIELD = "Votre territoire et ses enfants, en quelques lignes"
PAGE = f"/espace/{WRITES}/candidature/presentation"
SAVES = "**/candidature/champ"


def kept() -> str:
    return Answer.rows.get(application__organisation__code=WRITES, key="presentation.summary").value


def test_two_officers_see_both_texts_and_join_them_in_one_press(open_page, server, town):
    first, second = open_page(), open_page()
    enter(first, server, "city-admin")
    enter(second, server, "city-editor")
    first.goto(PAGE)
    second.goto(PAGE)

    with first.expect_response(SAVES):
        write(first, FIELD, "Le texte de Camille.", exact=False)
    write(second, FIELD, "Le texte de Sacha.", exact=False)
    conflict = second.get_by_role("region", name="pendant que vous écriviez")
    expect(conflict).to_contain_text("Le texte de Camille.")
    expect(conflict).to_contain_text("Le texte de Sacha.")
    expect(second.get_by_label(FIELD).first).to_have_value("Le texte de Sacha.")
    assert_fine(second)
    press(second, conflict.get_by_text("Réunir les deux textes"))
    press(second, conflict.get_by_role("button", name="Enregistrer ce texte"))
    expect(second.get_by_text("Enregistré.").first).to_be_visible()

    assert sorted(line for line in kept().split("\n") if line) == ["Le texte de Camille.", "Le texte de Sacha."]


def test_autosave_says_that_it_failed_keeps_the_text_and_tries_again(page_fr, server, town):
    page = page_fr
    enter(page, server, "city-editor")
    page.goto(PAGE)
    page.route(SAVES, lambda route: route.abort())

    write(page, FIELD, "Écrit pendant la panne.", exact=False)
    expect(page.locator("form[data-save] [role=alert]").first).to_contain_text("Pas enregistré")
    expect(page.get_by_label(FIELD).first).to_have_value("Écrit pendant la panne.")
    before = kept()
    page.unroute(SAVES)
    expect(page.locator("form[data-save] [role=status]").first).to_contain_text("Enregistré à", timeout=15_000)
    expect(page.locator("form[data-save] [role=alert]").first).to_be_empty()

    assert (before == "Écrit pendant la panne.", kept()) == (False, "Écrit pendant la panne.")


def test_a_session_that_ends_while_one_types_loses_nothing(page_fr, server, town):
    page = page_fr
    enter(page, server, "city-editor")
    page.goto(PAGE)
    page.context.clear_cookies()

    write(page, FIELD, "Écrit après la fin de la session.", exact=False)
    expect(page.locator("form[data-save] [role=alert]").first).to_contain_text("Vous avez été déconnecté")
    press(page, page.get_by_role("button", name="Enregistrer").first)
    expect(page.get_by_label(FIELD).first).to_have_value("Écrit après la fin de la session.")
    assert_fine(page)
    enter(page, server, "city-editor")
    expect(page.locator("form[data-save] [role=status]").first).to_contain_text("Enregistré à", timeout=20_000)

    assert kept() == "Écrit après la fin de la session."
