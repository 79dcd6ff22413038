"""The committee admits, reads, proposes and decides; then both sides sign: by keyboard, in French."""

import io
import re
import time
from datetime import date

from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from playwright.sync_api import expect

from marelle.accounts.files import opened
from marelle.mandates.models import Agreement, Application, Mandate, Review, Score
from marelle.mandates.operations import reviews
from tests.browser.keyboard import choose, follow, prove, push, tab_to, tick, upload, write, write_day
from tests.browser.looks import assert_fine
from tests.browser.town import ACCEPTED, SUBMITTED, enter, someone

PDF = {
    "name": "vote.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
}


def application_of(code: str) -> Application:
    return Application.rows.get(organisation__code=code)


def test_committee_reads_and_decides(page_fr, server, town):
    page = page_fr
    enter(page, server, "committee-officer")
    page.goto("/bureau/appels/2026")
    assert_fine(page)
    follow(page, "Nevers")
    assert_fine(page)
    push(page, "Elle est recevable")
    for reader in ("Andréa", "Maxime"):
        choose(page, "Lecteur ou lectrice", reader)
        push(page, "Confier la lecture")
    expect(page.locator("main")).to_contain_text("Maxime Trousse")
    assert_fine(page)

    enter(page, server, "reviewer-1")
    page.goto("/bureau/lectures")
    assert_fine(page)
    follow(page, "Nevers")
    assert_fine(page)
    push(page, "Rien ne me lie à cette ville : ouvrir le dossier")
    assert_fine(page)
    for criterion in page.locator("form[data-save] fieldset").all():
        tab_to(page, criterion.locator("input[type=radio]").first)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    write(page, "Synthèse pour le conseil d’administration", "Un dossier sérieux.")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    push(page, "Ma lecture est terminée")
    first = Review.rows.get(application=application_of(SUBMITTED), reviewer__email__startswith="reviewer-1")
    assert (first.state, set(first.scores.values_list("points", flat=True))) == ("finished", {2})
    read_apart(Review.rows.exclude(pk=first.pk).get(application=application_of(SUBMITTED)))

    here = f"/bureau/candidatures/{application_of(SUBMITTED).code}"
    enter(page, server, "committee-officer")
    page.goto(here)
    follow(page, "Enregistrer l’avis")
    assert_fine(page)
    tab_to(page, page.get_by_role("group", name="Avis").get_by_role("radio").first)
    page.keyboard.press("Space")
    write(page, "Raisons", "La commission salue un plan précis.")
    push(page, "Enregistrer cet avis")

    enter(page, server, "committee-admin")
    page.goto(here)
    follow(page, "Proposer la décision")
    assert_fine(page)
    tab_to(page, page.get_by_role("group", name="Décision").get_by_role("radio").first)
    page.keyboard.press("Space")
    write(page, "Raisons", "Le plan couvre les cinq domaines.")
    write_day(page, "Séance du", date(2026, 9, 25))
    push(page, "Proposer au conseil d’administration")

    enter(page, server, "board", minutes_ago=30)
    page.goto("/bureau/decisions")
    assert_fine(page)
    follow(page, "Nevers")
    assert_fine(page)
    push(page, "Je confirme cette décision")
    expect(page.get_by_role("heading", name="Une preuve de plus")).to_be_visible()
    prove(page)
    if application_of(SUBMITTED).state != "accepted":
        push(page, "Je confirme cette décision")
    expect(page.locator("main")).to_be_visible()
    assert_fine(page)

    assert application_of(SUBMITTED).state == "accepted"


def read_apart(review: Review) -> None:
    """The second reader, through the operations."""
    reviews.begin_review(review.pk, by=review.reviewer)
    for score in Score.objects.filter(review=review).select_related("criterion"):
        reviews.save_score(review.pk, score.criterion, "points", 3, was=None, version=score.version, by=review.reviewer)
    review.refresh_from_db()
    reviews.save_summary(review.pk, "Solide.", was="", version=review.version, by=review.reviewer)
    reviews.finish_review(review.pk, by=review.reviewer)


def test_both_sides_sign_and_anyone_checks_the_sealed_document(page_fr, open_page, server, town):
    page, here = page_fr, f"/espace/{ACCEPTED}/convention"
    enter(page, server, f"elu-{ACCEPTED}")
    page.goto(here)
    assert_fine(page)
    write(page, "Numéro de la délibération", "2026-88", exact=False)
    write_day(page, "Jour du vote", date(2026, 9, 14))
    upload(page, re.compile("Texte de la délibération"), PDF)
    push(page, "Enregistrer le vote")
    assert_fine(page)

    enter(page, server, "committee-officer")
    page.goto("/bureau/conventions")
    follow(page, re.compile("Préparer"), exact=False)
    assert_fine(page)
    push(page, "Préparer")
    assert_fine(page)
    push(page, "Envoyer à la signature")
    assert_fine(page)

    enter(page, server, f"elu-{ACCEPTED}", minutes_ago=30)
    page.goto(here)
    follow(page, "Relire et signer")
    assert_fine(page)
    write(page, "Vous signez en qualité de", "Maire")
    tick(page, re.compile("J’ai lu cette convention"))
    push(page, "Signer")
    expect(page.get_by_role("heading", name="Une preuve de plus")).to_be_visible()
    prove(page)
    if page.url.endswith("/signer"):
        write(page, "Vous signez en qualité de", "Maire")
        tick(page, re.compile("J’ai lu cette convention"))
        push(page, "Signer")
    assert_fine(page)

    enter(page, server, "committee-admin")
    page.goto(f"/bureau/conventions/{Agreement.rows.get(application=application_of(ACCEPTED)).code}")
    assert_fine(page)
    follow(page, "Signer pour le comité")
    assert_fine(page)
    write(page, "Vous signez en qualité de", "Présidente du comité")
    tick(page, re.compile("J’ai lu cette convention"))
    push(page, "Signer")
    expect(page.locator(".hop")).to_have_count(6)
    call_command("worker", once=True, verbosity=0, stdout=io.StringIO())
    enter(page, server, f"elu-{ACCEPTED}")
    page.goto(here)
    expect(page.get_by_role("heading", name="Tout le monde a signé")).to_be_visible()
    expect(page.locator(".hop")).to_have_count(6)
    assert_fine(page)

    agreement = Agreement.rows.get(application=application_of(ACCEPTED))
    with opened(agreement.sealed) as stream:
        sealed = {"name": "convention.pdf", "mimeType": "application/pdf", "buffer": stream.read()}
    visitor = open_page()
    visitor.goto("/verifier")
    upload(visitor, re.compile("^Le fichier PDF"), sealed)
    push(visitor, "Vérifier")
    expect(visitor.get_by_role("status")).to_contain_text("Ce document est authentique et intact")
    assert_fine(visitor)
    assert visitor.context.cookies() == []
    assert Mandate.rows.get(organisation__code=ACCEPTED).state == "planned"  # it begins on 20 November


def test_opinion_typed_in_a_light_session_arrives_after_the_proof(page_fr, server, town):
    """trust A4. What was typed is sent by the proof itself: nothing is typed twice."""
    page = page_fr
    application = Application.rows.get(pk=ready_for_an_opinion())
    enter(page, server, "committee-officer")
    page.goto(f"/bureau/candidatures/{application.code}/avis")
    page.get_by_role("group", name="Avis").get_by_role("radio").first.check()
    write(page, "Raisons", "La commission salue un plan précis.")
    become_light(page)
    push(page, "Enregistrer cet avis")
    expect(page.get_by_role("heading", name="Une preuve de plus")).to_be_visible()
    assert_fine(page)
    application.refresh_from_db()
    assert application.opinion == ""

    prove(page)

    expect(page.locator("main")).to_contain_text("L’avis de la commission est enregistré.")
    application.refresh_from_db()
    assert (application.opinion, application.opinion_text) == ("favourable", "La commission salue un plan précis.")


def ready_for_an_opinion() -> int:
    """The dossier of SUBMITTED, admitted and read by two, through the operations."""
    application, officer = application_of(SUBMITTED), someone("committee-officer")
    reviews.admit(application.pk, by=officer)
    for key in ("reviewer-1", "reviewer-2"):
        reviews.assign_reader(application.pk, someone(key), by=officer)
    for review in Review.rows.filter(application=application).select_related("reviewer"):
        read_apart(review)
    return application.pk


def become_light(page) -> None:
    """Meanwhile the session ended, and was opened again elsewhere by a code sent by e-mail."""
    cookie = next(c for c in page.context.cookies() if c["name"] == "marelle")
    session = SessionStore(session_key=cookie["value"])
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session.save()
