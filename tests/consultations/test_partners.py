"""Who relays: registered, confirmed, given a link that opens and another that follows."""

import re
from datetime import timedelta

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.consultations.models import Partner
from marelle.consultations.operations import partners as operations
from marelle.consultations.operations.partners import Relay
from marelle.consultations.queries import access
from marelle.consultations.queries.access import Link
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.consultations import IN_TIME, ConsultationFactory, PartnerFactory
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_time():
    with clock.at(IN_TIME):
        yield


def relay(**said):
    known = {
        "name": "École Jules-Verne",
        "kind": "school",
        "territory": TerritoryFactory(),
        "contact_name": "Camille Exemple",
        "contact_email": "camille@ecole.example",
    }
    return Relay(**known | said)


def officer(consultation):
    return PersonFactory(roles=[(consultation.committee, Role.PROGRAMME_OFFICER)])


def verbs():
    return list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))


def token_sent():
    return re.search(r"/consultation/inscription/(\S+)", Letter.objects.get(kind="partner_asked").text)[1]


def test_a_town_registers_once_from_its_space():
    town = OrganisationFactory()
    editor = PersonFactory(roles=[(town, Role.CITY_EDITOR)])
    consultation = ConsultationFactory(opened=True)

    made = operations.register(consultation.pk, town, relay(), by=editor)

    with pytest.raises(WrongState):
        operations.register(consultation.pk, town, relay(), by=editor)
    assert (made.state, made.organisation, verbs()) == ("registered", town, ["partner_registered"])
    assert Partner.rows.count() == 1


@pytest.mark.parametrize(
    ("role", "state", "said", "error"),
    [
        (Role.CITY_READER, "open", {}, NotAllowed),
        (Role.CITY_EDITOR, "design", {}, Closed),
        (Role.CITY_EDITOR, "closed", {}, Closed),
        (Role.CITY_EDITOR, "open", {"name": " "}, BadData),
        (Role.CITY_EDITOR, "open", {"kind": "home"}, BadData),
        (Role.CITY_EDITOR, "open", {"contact_email": "camille"}, BadData),
    ],
)
def test_registering_refuses(role, state, said, error):
    town = OrganisationFactory()
    person = PersonFactory(roles=[(town, role)])
    consultation = ConsultationFactory(opened=True, state=state)

    with pytest.raises(error):
        operations.register(consultation.pk, town, relay(**said), by=person)

    assert (Partner.rows.count(), verbs()) == (0, [])


def test_anyone_registers_by_a_letter_and_nothing_is_kept_before():
    consultation = ConsultationFactory(opened=True)

    operations.ask_to_register(consultation.pk, relay(language="en"))
    before = Partner.rows.count()
    made = operations.confirm_registration(token_sent())
    again = operations.confirm_registration(token_sent())

    assert (before, made.name, made.organisation, made.language, again) == (0, "École Jules-Verne", None, "en", made)
    assert verbs() == ["partner_registered"]


def test_the_letter_s_link_ends_and_bends_for_nobody():
    consultation = ConsultationFactory(opened=True)
    operations.ask_to_register(consultation.pk, relay())
    token = token_sent()

    for given, at in [(token, IN_TIME + timedelta(days=7)), ("A" + token, IN_TIME), ("", IN_TIME)]:
        with pytest.raises(BadData):
            operations.confirm_registration(given, at=at)

    assert Partner.rows.count() == 0


def test_a_partner_is_confirmed_and_gets_its_two_links():
    partner = PartnerFactory(organisation=None)
    by = officer(partner.consultation)

    operations.confirm_partner(partner.pk, by=by)

    partner.refresh_from_db()
    text = Letter.objects.get(kind="partner_confirmed").text
    assert (partner.state, partner.confirmed_by, partner.confirmed_at) == ("confirmed", by, IN_TIME)
    assert (access.link_of(partner) in text, access.link_of(partner, own=True) in text) == (True, True)
    assert access.partner_of(access.link_of(partner), IN_TIME) == partner


def test_the_teachers_link_is_not_the_contact_s():
    partner = PartnerFactory(confirmed=True)
    teachers, own = access.link_of(partner), access.link_of(partner, own=True)

    found = [access.partner_of(link, IN_TIME, own=is_own) for link in (teachers, own) for is_own in (False, True)]

    assert found == [partner, None, None, partner]


def test_a_declined_partner_reads_why_and_may_be_confirmed_later():
    partner = PartnerFactory()
    by = officer(partner.consultation)

    with pytest.raises(BadData):
        operations.decline_partner(partner.pk, " ", by=by)
    operations.decline_partner(partner.pk, "Déjà inscrit par la ville.", by=by)
    operations.confirm_partner(partner.pk, by=by)

    partner.refresh_from_db()
    assert "Déjà inscrit par la ville." in Letter.objects.get(kind="partner_declined").text
    assert (partner.state, verbs()) == ("confirmed", ["partner_declined", "partner_confirmed"])


@pytest.mark.parametrize("act", ["confirm_partner", "finish_partner", "draw_link"])
def test_a_stranger_changes_no_partner(act):
    partner = PartnerFactory(confirmed=act != "confirm_partner")
    before = (partner.state, partner.link)

    with pytest.raises(NotAllowed):
        getattr(operations, act)(partner.pk, by=PersonFactory())

    partner.refresh_from_db()
    assert ((partner.state, partner.link), verbs(), Letter.objects.count()) == (before, [], 0)


def test_a_link_drawn_anew_ends_the_ones_before():
    partner = PartnerFactory(confirmed=True, organisation=None)
    teachers, own = access.link_of(partner), access.link_of(partner, own=True)

    with pytest.raises(Closed):
        operations.draw_link(partner.pk, by=Link(teachers))
    operations.draw_link(partner.pk, by=Link(own))

    partner.refresh_from_db()
    ended = [access.partner_of(teachers, IN_TIME), access.partner_of(own, IN_TIME, own=True)]
    text = Letter.objects.get(kind="partner_link").text
    assert (ended, access.link_of(partner) in text, teachers in text) == ([None, None], True, False)


@pytest.mark.parametrize("text", ["", "partner", "partner.x.1.AAAA", "\x00", "é" * 300])
def test_what_is_no_link_opens_nothing(text):
    assert access.partner_of(text, IN_TIME) is None


def test_a_link_lives_as_long_as_its_edition():
    partner = PartnerFactory(confirmed=True)
    link = access.link_of(partner)

    last_day = partner.consultation.opens_at + timedelta(days=366)

    assert access.partner_of(link, last_day) == partner
    assert access.partner_of(link, partner.consultation.opens_at + access.LINK_LIVES) is None
