"""Every page of meetings, needs, practices and groups looked at once, in every way: widths, dark, forced colours, right to left, spaced."""

import pytest

from tests.browser import fair
from tests.browser.looks import BOXES, SIDEWAYS, faults_of
from tests.browser.test_looks import CUT, SPACED
from tests.browser.town import STORY, WRITES, enter

CONTRAST = """async () => {
  const { violations } = await axe.run(document, { runOnly: ["color-contrast"], resultTypes: ["violations"] });
  return violations.flatMap((v) => v.nodes.map((n) => n.any[0].message + " " + n.html.slice(0, 120)));
}"""
# Colours forced: what is pressed, typed in or told by its colour keeps an edge, and what is told keeps its word.
EDGES = """() => [...document.querySelectorAll(".button, .state, .notice, input, select, textarea")]
  .filter((one) => one.checkVisibility() && !one.closest(".out-of-sight")
    && !["radio", "checkbox"].includes(one.type) && (getComputedStyle(one).borderTopStyle === "none"
    || (one.matches(".state") && !one.innerText.trim()))).map((one) => one.outerHTML.slice(0, 120))"""
RIGHT_TO_LEFT = "document.documentElement.dir = 'rtl'"


@pytest.fixture
def stalls(town):
    """The network, and what people do at its meetings."""
    return fair.hold()


@pytest.fixture
def look(open_page):
    """`look(addresses)`: what each page fails, in every way. `look.page` is the window."""
    page = open_page(bypass_csp=True)  # for the spacing of WCAG 1.4.12 alone

    def looked(addresses) -> list[str]:
        return [fault for address in addresses for fault in faults_in_every_way(page, address)]

    looked.page = page
    return looked


def faults_in_every_way(page, address) -> list[str]:
    """Light at three widths, dark, forced colours, right to left at two widths, spaced."""
    answer = page.goto(address)
    if answer.status != 200:
        return [f"{address}: {answer.status}"]
    faults = faults_of(page)
    page.emulate_media(color_scheme="dark")
    faults += [f"{address} dark: {fault}" for fault in page.evaluate(CONTRAST)]
    page.emulate_media(forced_colors="active")
    faults += [f"{address} with forced colours: {fault}" for fault in page.evaluate(EDGES)]
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.evaluate(RIGHT_TO_LEFT)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(SIDEWAYS) + page.evaluate(BOXES, [24, 44])
        faults += [f"{address} right to left at {width}: {fault}" for fault in found]
    page.evaluate("document.documentElement.removeAttribute('dir')")
    page.add_style_tag(content=SPACED)
    faults += [f"{address} spaced: {fault}" for fault in page.evaluate(CUT) + page.evaluate(SIDEWAYS)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return faults


def test_public_pages_of_meetings(look, server, stalls):
    item = stalls.gathering.items.order_by("pk")[0]
    spoken = stalls.last_year.items.get()
    own = f"/mes-rencontres/{stalls.coming.participant.key}"

    faults = look(
        [
            *("/rendez-vous", "/rendez-vous/courriel", "/webinaires", f"/webinaires/{stalls.webinar.code}"),
            *(f"/webinaires/{stalls.webinar.code}/direct", f"/webinaires/{stalls.over.code}"),
            *(f"/webinaires/{stalls.over.code}/transcription/fr?q=mineurs", "/mes-rencontres", own, f"{own}/effacer"),
            *(f"{own}/{stalls.coming.code}/salle", f"{own}/{stalls.coming.code}/direct"),
            *(f"{own}/{stalls.came.code}/avis", "/rencontre/2026", f"/rencontre/2026/{item.code}"),
            *(f"/rencontre/2026/declarations/{stalls.declaration}", "/rencontre/2025"),
            *(f"/rencontre/2025/{spoken.code}", "/pratiques", "/pratiques?q=ecole", "/pratiques?q=introuvable"),
            *(f"/pratiques/{stalls.told.code}", "/ressources", f"/ressources/{stalls.resource.code}"),
        ]
    )

    assert faults == [], "\n".join(faults)


def test_pages_of_meetings_in_the_workspace(look, server, stalls):
    enter(look.page, server, "member-admin")
    place = f"/espace/{STORY}/rencontres"
    national = f"{place}/nationales/{stalls.gathering.code}"

    faults = look(
        [
            *(place, national, f"{national}/delegation", f"{national}/personnes/{stalls.delegate.code}"),
            *(f"{national}/declarations/{stalls.declaration}", f"{place}/besoins", f"{place}/besoins/nouveau"),
            *(f"{place}/besoins/{stalls.need.code}", f"{place}/besoins/{stalls.need.code}/modifier"),
            *(f"{place}/besoins/classements/{stalls.ranking.code}", f"{place}/echanges/{stalls.exchange.code}"),
            *(f"{place}/pratiques", f"{place}/pratiques/{stalls.draft.code}"),
            *(f"{place}/pratiques/{stalls.submitted.code}", f"{place}/groupes", f"{place}/groupes/{stalls.group.code}"),
        ]
    )
    enter(look.page, server, "city-admin")
    faults += look(
        [
            *(f"/espace/{WRITES}/rencontres/reprendre/{stalls.told.code}", f"/espace/{WRITES}/rencontres/pratiques"),
            f"/espace/{WRITES}/rencontres/reprises/{stalls.adoption.code}",
        ]
    )
    abroad = enter(look.page, server, "moderator-abroad").living_memberships[0].organisation.code
    faults += look([f"/espace/{abroad}", f"/espace/{abroad}/rencontres/{stalls.webinar.code}"])

    assert faults == [], "\n".join(faults)


def test_pages_of_meetings_in_the_office(look, server, stalls):
    enter(look.page, server, "committee-admin")
    place = "/bureau/rencontres"
    national = f"{place}/nationales/{stalls.gathering.code}"
    item = stalls.gathering.items.filter(kind="market").get()

    faults = look(
        [
            *(place, f"{place}/nouveau-webinaire", f"{place}/{stalls.webinar.code}"),
            *(f"{place}/{stalls.webinar.code}/inscrits", f"{place}/{stalls.webinar.code}/annuler"),
            *(f"{place}/{stalls.over.code}", f"{place}/nationales/nouvelle", national, f"{national}/modifier"),
            *(f"{national}/reponses", f"{national}/programme/nouveau", f"{national}/programme/{item.code}"),
            *(f"{national}/declarations/nouvelle", f"{national}/declarations/{stalls.declaration}"),
            *(f"{national}/accueil", f"{national}/participants", f"{national}/emargement"),
            f"{place}/nationales/{stalls.last_year.code}/programme/{stalls.last_year.items.get().code}/actes",
            *(f"{place}/besoins", f"{place}/besoins/{stalls.need.code}", f"{place}/besoins/classements"),
            *(f"{place}/besoins/classements/{stalls.ranking.code}", f"{place}/pratiques"),
            *(f"{place}/pratiques/{stalls.submitted.code}", f"{place}/ressources", f"{place}/ressources/nouvelle"),
            *(f"{place}/ressources/{stalls.resource.code}", f"{place}/groupes"),
            f"{place}/groupes/{stalls.group.code}",
        ]
    )

    assert faults == [], "\n".join(faults)
