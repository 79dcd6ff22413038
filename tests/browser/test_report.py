"""A mid-term report, by keyboard: an officer fills it in few steps, the committee verifies, a resident takes it away."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from marelle.base import clock
from marelle.base.models import Job
from marelle.mandates.models import Mandate
from marelle.mandates.operations.reports import draw_report
from marelle.plans.models import Report
from tests.browser.keyboard import follow, push, tab_to, tick, write
from tests.browser.looks import assert_fine
from tests.browser.town import STORY, enter
from tests.factories.plans import ReportFactory

SPACE = f"/espace/{STORY}/bilans"
TEXTS = {
    "Ce qui s’est bien passé": "Trois rues d’école sont calmes.",
    "Ce qui est difficile": "Le marché des travaux est à refaire.",
    "Comment les enfants ont participé": "Leur conseil a choisi les rues.",
    "Ce qui a été fait contre les discriminations": "Les quartiers prioritaires d’abord.",
    "La suite": "Deux rues de plus.",
}


@pytest.fixture
def report(town):
    """Asked for, due in a month."""
    plan = Mandate.rows.get(organisation__code=STORY).plan
    today = clock.today()
    return ReportFactory(
        plan=plan, year=today.year, due_on=today + timedelta(days=30), covers_until=today, asked_at=clock.now()
    )


def say(page, card, word) -> None:
    """Go to the answers of an objective, and down to one of them."""
    tab_to(page, card.get_by_role("radio").first)
    wanted = card.get_by_label(word, exact=True)
    for _answer in range(5):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()


def test_report_is_filled_verified_and_taken_away(page_fr, server, report):
    page, objectives = page_fr, list(report.plan.objectives.order_by("domain__position", "position", "pk"))

    enter(page, server, "member-admin")
    page.goto(SPACE)
    assert_fine(page)
    follow(page, "Bilan à mi-mandat")
    assert_fine(page)
    for objective in objectives:
        card = page.locator(f"[id='{objective.code}']")
        say(page, card, "en bonne voie")
        with page.expect_response("**/champ"):
            write(page, "Pourquoi ?", "Comme prévu.", exact=False, within=card)
            page.keyboard.press("Tab")
    for title, text in TEXTS.items():
        write(page, title, text, exact=False)
    push(page, "Relire et remettre", exact=False)
    expect(page.get_by_text("Tout y est")).to_be_visible()
    assert_fine(page)

    enter(page, server, f"elu-{STORY}")
    page.goto(f"{SPACE}/{report.code}/remise")
    tick(page, "J’ai relu ce bilan")
    push(page, "Remettre le bilan")
    assert_fine(page)
    assert Report.rows.get(pk=report.pk).state == "submitted"

    enter(page, server, "committee-officer")
    page.goto("/bureau/bilans")
    assert_fine(page)
    follow(page, "Rezé")
    assert_fine(page)
    say(page, page.locator(f"[id='{objectives[0].code}']"), "freiné")
    push(page, "Noter ce que nous constatons")
    push(page, "Accepter le bilan")
    job = Job.objects.filter(task="draw_report").latest("pk")
    draw_report(job, **job.arguments)

    page.context.clear_cookies()
    page.goto(f"/villes/{STORY}")
    follow(page, "Bilan à mi-mandat")
    assert_fine(page)
    first = page.locator("article", has_text=objectives[0].name).first
    assert first.locator("ul.list .state").all_inner_texts()[:3] == ["en bonne voie", "non noté", "freiné"]
    link = page.get_by_role("link", name="Sur papier")
    tab_to(page, link)
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename == "Bilan à mi-mandat.pdf"
