"""Who may do what: nobody of the committee handles, advises on or decides for a city they belong to."""

from datetime import date

import pytest

from marelle.accounts.states import Role
from marelle.base.errors import NotAllowed, WrongState
from marelle.mandates.models import Application, Signature
from marelle.mandates.operations import agreements, decisions, reviews
from tests.factories.accounts import MembershipFactory
from tests.factories.mandates import AgreementFactory, ApplicationFactory, PartyFactory, ReviewFactory, SignatureFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db

ACTS = {
    "admit": ("submitted", Role.PROGRAMME_OFFICER, lambda a, by: reviews.admit(a.pk, by=by)),
    "send back": (
        "submitted",
        Role.PROGRAMME_OFFICER,
        lambda a, by: reviews.send_back(a.pk, by=by, because="Le budget.", complete_before=date(2099, 1, 1)),
    ),
    "assign": (
        "admissible",
        Role.PROGRAMME_OFFICER,
        lambda a, by: reviews.assign_reader(
            a.pk, works_as(Role.REVIEWER, by.living_memberships[0].organisation), by=by
        ),
    ),
    "opinion": (
        "under_review",
        Role.COMMISSION_MEMBER,
        lambda a, by: reviews.give_opinion(a.pk, "favourable", "Bien.", by=by),
    ),
    "decision": (
        "opinion_given",
        Role.PROGRAMME_ADMINISTRATOR,
        lambda a, by: decisions.propose_decision(
            a.pk, by=by, outcome="granted", reasons="Bien.", session_on=date(2026, 7, 6)
        ),
    ),
    "agreement": (
        "accepted",
        Role.PROGRAMME_OFFICER,
        lambda a, by: agreements.prepare_agreement(a.pk, by=by),
    ),
    "taking an agreement back": (
        "adopted",
        Role.PROGRAMME_OFFICER,
        lambda a, by: agreements.change_agreement(AgreementFactory(application=a, sent=True).pk, by=by),
    ),
}


@pytest.mark.parametrize("own", [False, True], ids=["another city", "their own city"])
@pytest.mark.parametrize("act", ACTS)
def test_committee_acts_on_other_cities_than_their_own(act, own):
    """trust R4. The same person, the same role: allowed for another city, refused for the one they belong to."""
    state, role, perform = ACTS[act]
    application = ApplicationFactory(**{state: True})
    ReviewFactory.create_batch(2, application=application, finished=True)
    person = works_as(role, committee())
    if not own:
        perform(application, person)
        return
    MembershipFactory(person=person, organisation=application.organisation, role=Role.CITY_READER)

    with pytest.raises(NotAllowed):
        perform(application, person)

    assert Application.rows.get().state == state


def test_nobody_signs_for_two_parties():
    agreement = AgreementFactory(sent=True)
    house = committee()
    both = works_as(Role.PROGRAMME_ADMINISTRATOR, house)
    MembershipFactory(person=both, organisation=agreement.application.organisation, role=Role.ELECTED_LEAD)
    SignatureFactory(party=PartyFactory(agreement=agreement), person=both)
    PartyFactory(agreement=agreement, organisation=house, position=1)

    with pytest.raises(WrongState):
        agreements.sign_agreement(
            agreement.pk, organisation=house, by=both, fingerprint_seen=agreement.fingerprint, capacity="Direction"
        )

    assert Signature.objects.filter(party__agreement=agreement).count() == 1
