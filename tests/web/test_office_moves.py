"""The office's pages of two pairs of eyes: a call extended, a mandate moved; what the public then reads."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Call, Mandate
from tests import signing_in
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import CLOSES, CallFactory, MandateFactory
from tests.mandates.office import committee, works_as
from tests.web.public_town import member

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 5, 10, 9, tzinfo=UTC)


@pytest.fixture
def browsers():
    """Two administrators of the committee, each in front of a browser."""
    house = committee()
    return [signing_in.sign_in(Client(), works_as(Role.PROGRAMME_ADMINISTRATOR, house)) for _number in range(2)]


def read_of(browser, address):
    return browser.get(address).context["waiting"].code


def test_call_is_extended_from_its_page(browsers):
    """A day and an hour in the call's own zone; the second administrator confirms what they read."""
    first, second = browsers
    call = CallFactory()
    place = f"/bureau/appels/{call.code}/prolonger"
    typed = {"closes_on": "2026-06-20", "closes_hour": "18:00", "reasons": "Les élections."}

    with clock.at(CLOSES):
        asked = first.get(f"/bureau/appels/{call.code}").content.decode()
        wrong = first.post(place, typed | {"closes_on": "2026-05-01"})
        proposed = first.post(place, typed)
        own = first.get(place).content.decode()
        second.post(f"{place}/reponse", {"read": read_of(second, place)})
        public = Client().get(f"/appels/{call.code}").content.decode()

    assert (place in asked, wrong.status_code, "Les élections." in wrong.content.decode()) == (True, 422, True)
    assert (proposed.status_code, "Retirer ma proposition" in own, ">Je confirme<" in own) == (302, True, False)
    assert Call.objects.get().closes_at == datetime(2026, 6, 20, 16, tzinfo=UTC)
    assert "20 juin 2026" in public


def test_extension_is_declined_from_its_page(browsers):
    first, second = browsers
    call = CallFactory()
    place = f"/bureau/appels/{call.code}/prolonger"
    with clock.at(CLOSES):
        first.post(place, {"closes_on": "2026-06-20", "closes_hour": "18:00", "reasons": "Les élections."})

        second.post(f"{place}/reponse", {"read": read_of(second, place), "decline": "1"})

    assert (Call.objects.get().closes_at, first.get(place).context["waiting"]) == (CLOSES, None)


@pytest.mark.parametrize(
    ("situation", "move", "told"),
    [
        ({}, "renounce", "Elle a renoncé à son titre le 3 mai 2028"),
        ({"state": "suspended"}, "withdraw", "Son titre lui a été retiré le 3 mai 2028"),
        ({"state": "on_watch"}, "suspend", "Son mandat est suspendu"),
    ],
)
def test_public_page_says_that_a_mandate_is_over(browsers, situation, move, told):
    """Proposed and confirmed on the page of the mandate, read by anyone on the town's."""
    first, second = browsers
    mandate = member(**situation)
    place = f"/bureau/conventions/{mandate.agreement.code}/mandat"

    with clock.at(NOW):
        first.post(place, {"move": move, "on": "2028-05-03", "reasons": "Le conseil l’a voté."})
        second.post(f"{place}/reponse", {"read": read_of(second, place)})
        page = Client().get(f"/villes/{mandate.organisation.code}").content.decode()

    assert Mandate.rows.get().state != situation.get("state", "active")
    assert (told in page, "Le conseil l’a voté." in page) == (True, False)


def test_move_is_declined_from_its_page(browsers):
    first, second = browsers
    mandate = MandateFactory()
    place = f"/bureau/conventions/{mandate.agreement.code}/mandat"
    with clock.at(NOW):
        first.post(place, {"move": "watch", "on": "2028-05-03", "reasons": "Pas de bilan."})

        second.post(f"{place}/reponse", {"read": read_of(second, place), "decline": "1"})

    assert (Mandate.rows.get().state, first.get(place).context["waiting"]) == ("active", None)


@pytest.mark.parametrize(("kind", "count"), [("call", 6), ("mandate", 12)])
@pytest.mark.parametrize("waits", [False, True])
def test_pages_ask_a_fixed_number_of_questions(browsers, kind, count, waits, django_assert_num_queries):
    """settled 8. At most twelve, before and after something is proposed."""
    first, _second = browsers
    thing = CallFactory() if kind == "call" else MandateFactory()
    place = (
        f"/bureau/appels/{thing.code}/prolonger"
        if kind == "call"
        else f"/bureau/conventions/{thing.agreement.code}/mandat"
    )
    with clock.at(CLOSES if kind == "call" else NOW):
        if waits and kind == "call":
            first.post(place, {"closes_on": "2026-06-20", "closes_hour": "18:00", "reasons": "Les élections."})
        elif waits:
            first.post(place, {"move": "watch", "on": "2028-05-03", "reasons": "Pas de bilan."})
        first.get(place)

        with django_assert_num_queries(count):
            first.get(place)


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.PROGRAMME_ADMINISTRATOR, True), (Role.PROGRAMME_OFFICER, False)],
)
def test_only_administrators_are_shown_the_way(role, shown):
    """Nobody is led to a page that would refuse them."""
    browser = signing_in.sign_in(Client(), works_as(role, committee()))
    mandate = MandateFactory(agreement__content={"language": "fr", "preamble": "Entre", "articles": []})
    agreement, call = mandate.agreement, mandate.agreement.application.call

    pages = [
        browser.get(f"/bureau/{place}").content.decode()
        for place in (f"conventions/{agreement.code}", f"appels/{call.code}")
    ]

    assert f"conventions/{agreement.code}/mandat" in pages[0]  # the page of its exchanges, for the whole team
    assert ["clore ce mandat" in pages[0], f"appels/{call.code}/prolonger" in pages[1]] == [shown] * 2


@pytest.mark.parametrize("kind", ["call", "mandate"])
def test_what_waits_is_read_by_who_may_answer_it_alone(browsers, kind):
    """Administering one committee opens no other's deliberation, read there or in one's own town."""
    first, _second = browsers
    mandate = MandateFactory()
    call = mandate.agreement.application.call
    town, elsewhere = mandate.organisation, OrganisationFactory(committee=True, code="o-elsewhere")
    own = (town, Role.CITY_ADMINISTRATOR) if kind == "mandate" else (call.committee, Role.REVIEWER)
    both = PersonFactory(roles=[(elsewhere, Role.PROGRAMME_ADMINISTRATOR), own])
    place = (
        f"/bureau/appels/{call.code}/prolonger"
        if kind == "call"
        else f"/bureau/conventions/{mandate.agreement.code}/mandat"
    )
    typed = {"closes_on": "2026-06-20", "closes_hour": "18:00", "reasons": "Les élections."}
    if kind == "mandate":
        typed = {"move": "watch", "on": "2028-05-03", "reasons": "Pas de bilan."}

    with clock.at(CLOSES if kind == "call" else NOW):
        proposed = first.post(place, typed)
        browser = signing_in.sign_in(Client(), both)
        statuses = [
            browser.get(place).status_code,
            browser.post(place, typed).status_code,
            browser.post(f"{place}/reponse", {"read": read_of(first, place)}).status_code,
        ]

    assert (proposed.status_code, statuses) == (302, [404, 404, 404])
