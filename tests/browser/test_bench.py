"""A reader at the bench, by keys alone: the tie said, a remark, points, the summary; what it takes is counted."""

from playwright.sync_api import expect

from marelle.mandates.models import Remark, Review
from marelle.mandates.operations import reviews
from tests.browser.keyboard import push
from tests.browser.looks import assert_fine
from tests.browser.test_decide import application_of
from tests.browser.town import SUBMITTED, enter, someone

MOST_PAGES = 7  # the queue, the tie, the bench, its remark asked for and kept, the end, the queue again
MOST_KEYS = 40  # besides the words of the remark and of the summary


class Counted:
    """A keyboard that counts its keys, and the pages they open."""

    def __init__(self, page):
        self.page, self.keys, self.pages = page, 0, 0
        page.on("framenavigated", self.turn)

    def turn(self, frame):
        self.pages += frame == self.page.main_frame

    def press(self, key):
        self.page.keyboard.press(key)
        self.keys += 1


def test_a_dossier_is_read_by_keys_alone_in_few_pages(page_fr, server, town):
    page, hand = page_fr, Counted(page_fr)
    review = given()
    enter(page, server, "reviewer-1")
    hand.pages = 0
    page.goto("/bureau/lectures")
    page.goto(f"/bureau/lectures/{review.code}")
    push(page, "Rien ne me lie à cette ville\u202f: ouvrir le dossier")
    assert_fine(page)

    hand.press("?")
    expect(page.get_by_text("Champ suivant du dossier")).to_be_visible()
    hand.press("?")
    hand.press("f")
    with page.expect_navigation():
        hand.press("c")
    page.get_by_label("Votre remarque sur").fill("À préciser.")
    assert_fine(page)
    push(page, "Garder cette remarque")
    hand.press("r")
    expect(page.locator("[data-remark]")).to_be_focused()
    criteria = page.locator("[data-criterion]").count()
    for _criterion in range(criteria):
        hand.press("j")
        hand.press("3")
    hand.press("s")
    page.keyboard.type("Un dossier sérieux.")
    hand.press("Escape")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    push(page, "Ma lecture est terminée")

    review.refresh_from_db()
    assert (review.state, set(review.scores.values_list("points", flat=True))) == ("finished", {3})
    assert Remark.rows.get(review=review).text == "À préciser."
    assert (hand.pages <= MOST_PAGES, hand.keys <= MOST_KEYS) == (True, True), (hand.pages, hand.keys)


def test_keys_are_words_again_where_one_writes_and_for_who_wants_none(page_fr, server, town):
    page, review = page_fr, given()
    reviews.begin_review(review.pk, by=review.reviewer)
    enter(page, server, "reviewer-1")
    page.goto(f"/bureau/lectures/{review.code}")

    page.get_by_label("Synthèse pour le conseil d’administration").focus()
    page.keyboard.type("j3s")
    written = page.get_by_label("Synthèse pour le conseil d’administration").input_value()
    page.keyboard.press("Escape")
    page.get_by_text("Raccourcis clavier").click()
    page.get_by_label("Utiliser les touches seules").uncheck()
    page.keyboard.press("j")
    page.keyboard.press("3")

    assert written == "j3s"
    assert page.locator("[data-criterion] input:checked").count() == 0
    assert page.locator(".remark-link").first.evaluate("(one) => one.tabIndex") == 0


def given() -> Review:
    """The dossier of SUBMITTED, admitted, given to the first reader."""
    application, officer = application_of(SUBMITTED), someone("committee-officer")
    reviews.admit(application.pk, by=officer)
    return reviews.assign_reader(application.pk, someone("reviewer-1"), by=officer)
