"""What each role may see of a dossier, at each of its stages. To show that something does not leak, something could."""

import pytest

from marelle.accounts.states import Role
from marelle.mandates.models import Agreement, Application, Mandate
from marelle.mandates.states import ApplicationState
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import AgreementFactory, ApplicationFactory, MandateFactory, PartyFactory, ReviewFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db

WITH_OPINION = ["opinion_given", "accepted", "on_probation", "declined", "adopted", "signed"]
HANDED_IN = ["submitted", "returned", "admissible", "under_review", "hearing_planned", "heard", *WITH_OPINION]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.PROGRAMME_OFFICER, HANDED_IN),
        (Role.PROGRAMME_ADMINISTRATOR, HANDED_IN),
        (Role.BOARD_MEMBER, WITH_OPINION),
        (Role.COMMISSION_MEMBER, WITH_OPINION),
        (Role.REVIEWER, []),
        (Role.ANALYST, []),
        (Role.VOLUNTEER, []),
        (None, []),
    ],
    ids=str,
)
def test_applications_visible_to_each_role(role, seen):
    """trust O2. Every state there is, and which of them a role reads."""
    for state in ApplicationState:
        ApplicationFactory(**({} if state == ApplicationState.DRAFT else {state.value: True}))
    house = committee()
    person = works_as(role, house) if role else PersonFactory()

    found = Application.objects.visible_to(person).values_list("state", flat=True)

    assert sorted(found) == sorted(seen)


def test_applications_visible_to_a_reader_are_those_assigned():
    """trust R3."""
    reader = works_as(Role.REVIEWER, committee())
    mine, other = ReviewFactory(reviewer=reader, started=True), ReviewFactory()
    ReviewFactory(reviewer=reader, stepped_aside=True)

    assert other.application not in Application.objects.visible_to(reader)
    assert list(Application.objects.visible_to(reader)) == [mine.application]


@pytest.mark.parametrize(("state", "seen"), [("draft", 0), ("sent", 1), ("signed", 1)])
def test_agreements_visible_to_their_parties_once_sent(state, seen):
    """trust O8."""
    agreement = AgreementFactory(**({} if state == "draft" else {state: True}))
    party = PartyFactory(agreement=agreement)
    AgreementFactory(sent=True)
    person = PersonFactory(roles=[(party.organisation, Role.CITY_READER)])

    assert Agreement.objects.visible_to(person).count() == seen


def test_mandates_visible_to_their_own_people_and_the_committee():
    """trust O2."""
    mine, other = MandateFactory(), MandateFactory()
    person = PersonFactory(roles=[(mine.organisation, Role.CITY_READER)])
    stranger = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])
    officer = works_as(Role.PROGRAMME_OFFICER, committee())

    assert [list(Mandate.objects.visible_to(p).order_by("pk")) for p in (person, stranger, officer)] == [
        [mine],
        [],
        [mine, other],
    ]
