"""A letter leaves only to who may still read what it speaks of."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from marelle.accounts.models import Membership
from marelle.accounts.states import Role
from marelle.base import outbox
from marelle.base.models import Letter
from marelle.mandates.letters import agreement_amendments, agreements, calls, decisions, moves, paper_copies, reviews
from marelle.mandates.letters import applications as letters
from marelle.mandates.models import Review
from marelle.mandates.operations import cities
from marelle.mandates.queries import people
from marelle.mandates.registered.letters import OF_AGREEMENTS, OF_APPLICATIONS
from tests.factories.accounts import OrganisationFactory, PendingActFactory, PersonFactory
from tests.factories.mandates import (
    AgreementAmendmentFactory,
    ApplicationFactory,
    CallFactory,
    DecisionFactory,
    HandInFactory,
    MandateFactory,
    PaperCopyFactory,
    PartyFactory,
    ReviewFactory,
)

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 9, 30, 12, tzinfo=UTC)


def application_of(city):
    return {"application": ApplicationFactory(organisation=city, returned=True)}


def remind(application):
    """A week before the end, whoever writes for its organisation."""
    end, week = application.call.closes_at, timedelta(days=7)
    for person in people.writers_of(application.organisation):
        letters.queue_reminder(person, [application], end, before=week, at=end - week)


WRITTEN = {
    "receipt": lambda city: letters.queue_receipt(HandInFactory(**application_of(city))),
    "reminder": lambda city: remind(ApplicationFactory(organisation=city)),
    "sent_back": lambda city: reviews.queue_sent_back(ApplicationFactory(organisation=city, returned=True)),
    "lapse_soon": lambda city: letters.queue_lapse_soon(ApplicationFactory(organisation=city), LATER, LATER),
    "call_extended": lambda city: calls.queue_extended(ApplicationFactory(organisation=city).call, "Une panne."),
    "more_time": lambda city: letters.queue_more_time(
        ApplicationFactory(organisation=city, late_until=LATER), "Une panne."
    ),
    "decision": lambda city: decisions.queue_decision(DecisionFactory(application__organisation=city)),
    "agreement_sent": lambda city: agreements.ask_signatures(party_of(city)),
    "agreement_reminder": lambda city: remind_to_sign(party_of(city), city, agreements),
    "agreement_changed": lambda city: agreements.tell_taken_back(party_of(city)),
    "agreement_signed": lambda city: agreements.queue_signed_by_all(party_of(city), MandateFactory()),
    "paper_copy_refused": lambda city: refuse_copies(city),
    "agreement_amendment_sent": lambda city: agreement_amendments.ask_signatures(amendment_of(city)),
    "agreement_amendment_reminder": lambda city: remind_to_sign(amendment_of(city), city, agreement_amendments),
    "agreement_amendment_signed": lambda city: agreement_amendments.queue_signed_by_all(
        amendment_of(city), MandateFactory()
    ),
    "from_committee": lambda city: write_to_city(city),
    "mandate_ended": lambda city: agreements.tell_ended(MandateFactory(organisation=city)),
    "mandate_moved": lambda city: moves.queue_moved(
        MandateFactory(organisation=city), "Une fusion.", on=LATER.date(), act=PendingActFactory()
    ),
}


def party_of(city):
    return PartyFactory(agreement__application__organisation=city).agreement


def amendment_of(city):
    """Sent to that city, and nobody else."""
    amendment = AgreementAmendmentFactory(sent=True, agreement__application__organisation=city)
    PartyFactory(agreement=amendment.agreement)
    return amendment


def remind_to_sign(waiting, city, module):
    for person in people.signatories_of(city):
        module.remind_to_sign(waiting, city, person, which=1)


def refuse_copies(city):
    """Each gave one, in turn."""
    agreement = party_of(city)
    answered = {"state": "refused", "refused_because": "Une page manque.", "answered_at": LATER}
    for person in people.writers_of(city):
        copy = PaperCopyFactory(agreement=agreement, given_by=person, answered_by=PersonFactory(), **answered)
        paper_copies.queue_refused(copy)


def write_to_city(city):
    officer = PersonFactory(roles=[(OrganisationFactory(committee=True), Role.PROGRAMME_OFFICER)])
    cities.write_to_city(city.pk, "Bonjour", by=officer)


@pytest.mark.once
def test_every_letter_of_an_application_and_of_an_agreement_is_written_here():
    assert {*OF_APPLICATIONS, *OF_AGREEMENTS} - set(WRITTEN) == set()


@pytest.mark.parametrize("kind", WRITTEN)
def test_letter_leaves_to_who_still_works_there(kind):
    """trust E5, V14. Two were written to; one has left before the letter did."""
    city = OrganisationFactory()
    stays, leaves = (PersonFactory(roles=[(city, Role.ELECTED_LEAD)]) for _ in range(2))
    WRITTEN[kind](city)
    Membership.objects.filter(person=leaves).update(ended_at="2026-09-30T08:00:00Z")

    outbox.send_waiting()

    assert set(Letter.objects.values_list("kind", "address", "state")) == {
        (kind, stays.email, "sent"),
        (kind, leaves.email, "parked"),
    }
    assert [message.to for message in mail.outbox] == [[stays.email]]


def test_letters_tell_hours_in_the_zone_of_their_call():
    call = CallFactory(zone="Indian/Reunion", closes_at=datetime(2026, 6, 1, 8, tzinfo=UTC))
    city = OrganisationFactory()
    PersonFactory(roles=[(city, Role.ELECTED_LEAD)])
    hand_in = HandInFactory(
        application__call=call, application__organisation=city, handed_in_at=datetime(2026, 5, 2, 21, tzinfo=UTC)
    )

    remind(hand_in.application)
    letters.queue_receipt(hand_in)

    reminder, receipt = (Letter.objects.get(kind=kind).text for kind in ("reminder", "receipt"))
    assert "1er juin 2026, 12\u00a0h (heure de La Réunion)" in reminder
    assert "3 mai 2026, 1\u00a0h (heure de La Réunion)" in receipt


def test_letter_to_a_reader_who_stepped_aside_does_not_leave():
    """trust E5, R3."""
    reader = PersonFactory(roles=[(OrganisationFactory(committee=True), Role.REVIEWER)])
    review = ReviewFactory(reviewer=reader, started=True)
    reviews.queue_assigned(review)
    Review.rows.filter(pk=review.pk).update(state="stepped_aside")

    outbox.send_waiting()

    assert (Letter.objects.get().state, mail.outbox) == ("parked", [])
