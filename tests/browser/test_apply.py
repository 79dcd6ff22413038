"""A commune applies: by keyboard, in French, from the home page to the receipt."""

import re

from playwright.sync_api import expect

from marelle.base.models import Letter
from marelle.mandates.models import Answer, Application
from marelle.plans.models import Action, Indicator, Objective
from tests.browser.keyboard import follow, press, prove, push, tab_to, tick, upload, write
from tests.browser.looks import assert_fine
from tests.browser.town import BEGINS, NEWCOMERS, WRITES, enter

MOST_SCREENS = 6  # issue 2 §3: a newcomer's first answer
WORDS = "Un bourg de 5 000 habitants, dont beaucoup d’enfants."
PDF = {
    "name": "voeu.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
}


class Screens:
    """The screens somebody goes through, and the titles of the fields they fill in."""

    def __init__(self, page):
        self.page, self.seen, self.asked = page, [], []

    def look(self) -> None:
        """A new screen: it must be fine."""
        self.seen.append(self.page.url)
        assert_fine(self.page)

    def write(self, label: str, text: str) -> None:
        """Fill a field in."""
        self.asked.append(label)
        write(self.page, label, text)


def code_of_last_letter() -> str:
    return re.search(r"^ {4}(\S+)$", Letter.objects.latest("pk").text, re.M)[1]


def test_newcomer_saves_a_first_answer_within_six_screens(page_fr, server, town):
    page, screens = page_fr, Screens(page_fr)

    page.goto("/")
    screens.look()
    finder = page.get_by_role("combobox", name="Votre commune ou votre intercommunalité")
    screens.asked.append("Votre commune ou votre intercommunalité")
    tab_to(page, finder)
    page.keyboard.type("Fontaine")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text("Fontaine-la-Marelle")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    screens.look()
    screens.write("Votre nom", "Inès Écrivain")
    screens.write("Votre courriel professionnel", "ines@mairie.example")
    push(page, "Recevoir un code")
    screens.look()
    screens.write("Code reçu par courriel", code_of_last_letter())
    push(page, "Entrer")
    screens.look()
    follow(page, re.compile("Commencer la candidature"), exact=False)
    screens.look()
    push(page, "Commencer : Titre complet")
    screens.look()
    with page.expect_response(lambda answer: answer.url.endswith("/candidature/champ")):
        screens.write("Votre territoire et ses enfants, en quelques lignes", WORDS)

    assert (len(screens.seen) <= MOST_SCREENS, len(screens.asked), len(set(screens.asked))) == (True, 5, 5)
    expect(page.locator("form[data-save] [role=status]").first).to_contain_text("Enregistré à")
    assert Answer.rows.get(application__organisation__code=NEWCOMERS, key="presentation.summary").value == WORDS


def test_officer_writes_a_plan_joins_a_file_and_sees_what_is_missing(page_fr, server, town):
    page, here = page_fr, f"/espace/{BEGINS}/candidature"
    enter(page, server, f"ville-{BEGINS}")
    page.goto(f"{here}/auto-evaluation/bien-etre")
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-saved]").first).to_contain_text("Enregistré à")
    assert_fine(page)

    page.goto(f"{here}/plan")
    domain = page.locator("#bien-etre")
    add(page, domain, "Ajouter un objectif", "ou avec vos mots", "Aller à l’école sans danger", "Ajouter cet objectif")
    add(page, domain, "Ajouter une action", None, "Fermer la rue de l’école", "Ajouter cette action")
    add(page, domain, "Ajouter un indicateur", "ou avec vos mots", "Rues apaisées", "Ajouter cet indicateur")
    assert_fine(page)
    page.goto(f"{here}/documents")
    upload(page, "Fichier à joindre", PDF)
    push(page, "Joindre ce fichier")
    expect(page.get_by_role("link", name="voeu.pdf")).to_be_visible()
    assert_fine(page)
    page.goto(here)
    assert_fine(page)
    follow(page, "Relire et déposer")
    expect(page.get_by_role("heading", name=re.compile("choses manquent|Il manque"))).to_be_visible()
    assert_fine(page)
    gap = page.locator("[aria-labelledby=missing-title] a").first
    told = gap.get_attribute("href")
    press(page, gap)
    page.wait_for_url(lambda url: told.partition("#")[0] in url)

    assert list(Objective.objects.filter(plan__organisation__code=BEGINS).values_list("name", flat=True)) == [
        "Aller à l’école sans danger"
    ]
    assert (
        Action.objects.filter(objective__plan__organisation__code=BEGINS).count(),
        Indicator.objects.filter(objective__plan__organisation__code=BEGINS).count(),
        Application.rows.get(organisation__code=BEGINS).state,
    ) == (1, 1, "draft")


def test_elected_lead_hands_in_with_their_application_and_gets_a_receipt(page_fr, server, town):
    page = page_fr
    enter(page, server, "signatory", proof="code")

    page.goto(f"/espace/{WRITES}")
    assert_fine(page)
    follow(page, "Candidature", within=page.get_by_role("navigation", name="Menu principal"))
    follow(page, "Relire et déposer")
    assert_fine(page)
    tick(page, re.compile("exact"))
    push(page, "Déposer la candidature")
    expect(page.get_by_role("heading", name="Une preuve de plus")).to_be_visible()
    assert_fine(page)
    prove(page)
    expect(page).to_have_url(re.compile("/candidature/(recu|depot)"))
    if page.url.endswith("depot"):
        push(page, "Déposer la candidature")
    assert_fine(page)

    application = Application.rows.get(organisation__code=WRITES)
    assert application.state == "submitted"
    expect(page.locator("main")).to_contain_text(application.fingerprint)


def add(page, domain, opener, label, name, button) -> None:
    """Unfold what adds to the plan, write, press."""
    press(page, domain.get_by_text(opener, exact=True).first)
    box = domain.locator("details.add[open]").first
    field = box.locator("input[name=name]")
    tab_to(page, field)
    page.keyboard.insert_text(name)
    push(page, button, within=box)
