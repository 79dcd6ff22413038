"""Joint candidatures: two dossiers that stay two, who exercises what, shared actions, signatures that wait for one another."""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.models import Notification
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.mandates.models import Agreement, Application, Pair, PaperCopy, Power, SharedAction, Signature
from marelle.mandates.operations import agreements, paper_copies
from marelle.mandates.operations import pairs as operations
from marelle.mandates.queries import applications, pairs
from marelle.plans.models import Plan
from tests.factories.accounts import MembershipFactory, OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory, TrackFactory
from tests.factories.mandates import (
    IN_TIME,
    AgreementFactory,
    ApplicationFactory,
    CallFactory,
    PairFactory,
    PaperCopyFactory,
    PartyFactory,
    SignatureFactory,
)
from tests.factories.plans import ActionFactory, ObjectiveFactory
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db
TOO_LATE = datetime(2026, 6, 2, 9, tzinfo=UTC)
CHECKED = datetime(2026, 9, 28, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


def space(name, territory, **kind):
    organisation = OrganisationFactory(name=name, territory=territory, code=territory.code, **kind)
    editor = PersonFactory(name=f"Qui écrit pour {name}")
    MembershipFactory(person=editor, organisation=organisation, role=Role.CITY_EDITOR)
    return organisation, editor


def belonging_to(wide):
    """A commune of that intercommunality."""
    commune = TerritoryFactory()
    commune.intercommunality = wide
    commune.save(update_fields=["intercommunality"])
    return commune


class Two:
    """Rezé-sur-Test and the intercommunality it belongs to, each with an application to one call."""

    def __init__(self, **track):
        wide = TerritoryFactory(intercommunality=True)
        self.call = CallFactory(tracks=[TrackFactory(**track)])
        self.town, self.ada = space("Rezé-sur-Test", belonging_to(wide))
        self.metropolis, self.max = space("Métropole-Test", wide, kind="intercommunality")
        track = self.call.tracks.get()
        self.own = ApplicationFactory(call=self.call, organisation=self.town, track=track)
        self.other = ApplicationFactory(call=self.call, organisation=self.metropolis, track=track)

    def proposed(self) -> Pair:
        return operations.propose_pair(self.call.pk, self.town, self.metropolis, by=self.ada)

    def accepted(self) -> Pair:
        return operations.accept_pair(self.proposed().pk, by=self.max)


@pytest.fixture
def two():
    return Two()


def told(person):
    rows = Notification.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("sentence", "address"))


# Proposed, accepted, ended -------------------------------------------------------------------------------------------
def test_commune_proposes_and_its_intercommunality_accepts(two):
    pair = two.accepted()

    assert (pair.commune, pair.intercommunality, pair.is_accepted) == (two.town, two.metropolis, True)
    assert told(two.max) == [
        ("Rezé-sur-Test propose une candidature conjointe.", f"/espace/{two.metropolis.code}/candidature/conjointe")
    ]
    assert told(two.ada) == [
        ("Métropole-Test accepte la candidature conjointe.", f"/espace/{two.town.code}/candidature/conjointe")
    ]


def test_who_proposes_does_not_accept(two):
    pair = two.proposed()

    with pytest.raises(NotAllowed):
        operations.accept_pair(pair.pk, by=two.ada)

    pair.refresh_from_db()
    assert pair.accepted_at is None


def test_intercommunality_that_has_not_declared_its_intent_cannot_accept(two):
    pair = two.proposed()
    Application.rows.filter(pk=two.other.pk).update(state="withdrawn")

    with pytest.raises(WrongState):
        operations.accept_pair(pair.pk, by=two.max)


def test_a_commune_of_elsewhere_is_refused(two):
    elsewhere, editor = space("Ailleurs", TerritoryFactory())
    ApplicationFactory(call=two.call, organisation=elsewhere)

    with pytest.raises(BadData):
        operations.propose_pair(two.call.pk, elsewhere, two.metropolis, by=editor)
    with pytest.raises(BadData):
        operations.propose_pair(two.call.pk, two.town, two.town, by=two.ada)

    assert Pair.rows.count() == 0


def test_a_commune_stands_in_one_pair_at_a_time(two):
    two.proposed()

    with pytest.raises(WrongState):
        two.proposed()

    assert Pair.rows.count() == 1


def test_pair_declined_may_be_proposed_again(two):
    operations.end_pair(two.proposed().pk, two.metropolis, by=two.max)

    again = two.proposed()

    assert [pair.code for pair in pairs.pairs_of(two.call, two.town)] == [again.code]
    assert told(two.ada)[0][0] == "Métropole-Test met fin à la candidature conjointe."


def test_nothing_is_proposed_once_the_window_has_ended(two):
    with clock.at(TOO_LATE), pytest.raises(WrongState):
        two.proposed()


@pytest.mark.parametrize(
    ("own", "other", "may_end"),
    [
        ("draft", "submitted", True),
        ("opinion_given", "draft", True),
        ("accepted", "draft", False),
        ("accepted", "accepted", False),
        ("accepted", "declined", True),
        ("adopted", "withdrawn", True),
    ],
)
def test_pair_ends_before_a_decision_or_when_one_is_out(two, own, other, may_end):
    pair = two.accepted()
    for application, state in ((two.own, own), (two.other, other)):
        Application.rows.filter(pk=application.pk).update(state=state, submitted_at=IN_TIME)

    if may_end:
        operations.end_pair(pair.pk, two.town, by=two.ada)
    else:
        with pytest.raises(WrongState):
            operations.end_pair(pair.pk, two.town, by=two.ada)

    pair.refresh_from_db()
    assert (pair.ended_at is not None) == may_end


def test_pair_is_not_ended_by_a_third_city(two):
    """trust O1. One that applies too, and may end its own: nothing has changed for the two."""
    pair = two.accepted()
    third, editor = space("Ailleurs-sur-Test", TerritoryFactory())

    with pytest.raises(NotAllowed):
        operations.end_pair(pair.pk, third, by=editor)

    pair.refresh_from_db()
    assert (pair.ended_at, told(two.ada)[1:]) == (None, [])


# Who exercises what --------------------------------------------------------------------------------------------------
def test_either_says_who_exercises_a_domain_and_neither_overwrites_the_other(two):
    pair, domain = two.accepted(), DomainFactory(framework=two.call.framework)

    def write(organisation, by, words, version):
        return operations.write_power(
            pair.pk, domain.code, organisation=organisation, holder="both", words=words, version=version, by=by
        )

    write(two.town, two.ada, "Les écoles.", 0)
    with pytest.raises(Conflict):
        write(two.metropolis, two.max, "Les crèches.", 0)
    write(two.metropolis, two.max, "Les écoles à la commune, les crèches à la métropole.", 1)

    power = Power.rows.get()
    assert (power.words, power.version) == ("Les écoles à la commune, les crèches à la métropole.", 2)


def test_nothing_is_written_together_before_the_other_accepts(two):
    pair, domain = two.proposed(), DomainFactory(framework=two.call.framework)

    with pytest.raises(WrongState):
        operations.write_power(
            pair.pk, domain.code, organisation=two.town, holder="both", words="", version=0, by=two.ada
        )

    assert Power.rows.count() == 0


# Actions carried by both ---------------------------------------------------------------------------------------------
def action_of(application, name="Une rue calme devant l’école"):
    domain = DomainFactory(framework=application.call.framework)
    objective = ObjectiveFactory(plan=application.plan, domain=domain)
    return ActionFactory(objective=objective, name=name, lead_service="Voirie")


def test_action_shared_is_written_once_and_handed_in_by_both(two):
    pair, action = two.accepted(), action_of(two.other)
    before = applications.content(applications.dossier(two.own))

    operations.share_action(pair.pk, action.code, organisation=two.metropolis, by=two.max)
    operations.share_action(pair.pk, action.code, organisation=two.metropolis, by=two.max)
    after = applications.content(applications.dossier(two.own))

    assert SharedAction.rows.count() == 1
    assert after == before | {
        "shared": [
            {
                "domain": action.objective.domain.code,
                "name": "Une rue calme devant l’école",
                "lead_service": "Voirie",
                "organisation": "Métropole-Test",
            }
        ]
    }
    assert "shared" not in applications.content(applications.dossier(two.other))


def test_action_of_the_other_is_not_one_s_own_to_share(two):
    pair, action = two.accepted(), action_of(two.other)

    with pytest.raises(BadData):
        operations.share_action(pair.pk, action.code, organisation=two.town, by=two.ada)

    assert SharedAction.rows.count() == 0


def test_application_handed_in_shares_nothing_more(two):
    pair, action = two.accepted(), action_of(two.own)
    Application.rows.filter(pk=two.own.pk).update(state="submitted", submitted_at=IN_TIME)

    with pytest.raises(WrongState):
        operations.share_action(pair.pk, action.code, organisation=two.town, by=two.ada)


def test_pair_ended_leaves_the_action_where_it_was_written(two):
    pair, action = two.accepted(), action_of(two.other)
    operations.share_action(pair.pk, action.code, organisation=two.metropolis, by=two.max)

    operations.end_pair(pair.pk, two.town, by=two.ada)

    assert "shared" not in applications.content(applications.dossier(two.own))
    assert type(action).rows.filter(pk=action.pk).exists()


# Signatures that wait for one another --------------------------------------------------------------------------------
def agreement_of(application, *, signed: int):
    """Sent to two parties, `signed` of which have signed."""
    agreement = AgreementFactory(application=application, sent=True)
    for number in range(2):
        party = PartyFactory(agreement=agreement, organisation=OrganisationFactory())
        if number < signed:
            SignatureFactory(party=party)
    return agreement


@pytest.mark.parametrize(
    ("own_signed", "other_signed", "waits"),
    [(0, None, False), (1, None, True), (1, 0, True), (1, 1, False), (1, 2, False)],
)
def test_last_signature_waits_until_the_other_agreement_lacks_one_at_most(own_signed, other_signed, waits):
    two = Two(pairs_sign_together=True)
    two.accepted()
    agreement = agreement_of(two.own, signed=own_signed)
    if other_signed is not None:
        agreement_of(two.other, signed=other_signed)

    if waits:
        with pytest.raises(WrongState):
            operations.require_the_other(agreement)
    else:
        operations.require_the_other(agreement)


def test_track_that_does_not_ask_for_it_lets_each_sign_alone(two):
    two.accepted()

    operations.require_the_other(agreement_of(two.own, signed=1))


def test_signature_itself_waits():
    two = Two(pairs_sign_together=True)
    two.accepted()
    Application.rows.filter(pk=two.own.pk).update(
        state="adopted", submitted_at=IN_TIME, vote_number="2026-41", voted_on=date(2026, 9, 14)
    )
    two.own.refresh_from_db()
    agreement = agreement_of(two.own, signed=0)
    parties = list(agreement.parties.order_by("pk"))
    SignatureFactory(party=parties[0])
    mayor = PersonFactory()
    MembershipFactory(person=mayor, organisation=parties[1].organisation, role=Role.ELECTED_LEAD)

    with pytest.raises(WrongState, match="candidature conjointe"):
        agreements.sign_agreement(
            agreement.pk,
            organisation=parties[1].organisation,
            by=mayor,
            fingerprint_seen=agreement.fingerprint,
            capacity="maire",
        )


def on_paper(agreement, *parties):
    """A copy these parties signed, compared with its text by an administrator who neither gave nor sent it."""
    given = PaperCopyFactory(agreement=agreement, signers=[signer_of(party) for party in parties])
    chief = PersonFactory(roles=[(agreement.application.call.committee, Role.PROGRAMME_ADMINISTRATOR)])
    paper_copies.accept_paper_copy(given.pk, by=chief, fingerprint_seen=given.fingerprint, at=CHECKED)


def signer_of(party):
    return {"organisation": party.organisation.code, "name": "Ana Maire", "capacity": "Maire", "on": "2026-09-24"}


def to_be_signed():
    """The two agreements of a joint candidature whose track asks for both, with their parties."""
    two = Two(pairs_sign_together=True)
    two.accepted()
    voted = {"state": "adopted", "submitted_at": IN_TIME, "vote_number": "2026-41", "voted_on": date(2026, 9, 14)}
    Application.rows.update(**voted)
    Plan.rows.update(state="adopted")
    two.own.refresh_from_db()
    two.other.refresh_from_db()
    own, other = agreement_of(two.own, signed=0), agreement_of(two.other, signed=0)
    return own, list(own.parties.order_by("pk")), other, list(other.parties.order_by("pk"))


def states(*agreements_read):
    return [Agreement.rows.get(pk=agreement.pk).state for agreement in agreements_read]


def test_copy_signed_by_all_waits_for_the_other_agreement_and_is_kept():
    own, parties, other, _others = to_be_signed()

    with pytest.raises(WrongState, match="candidature conjointe"):
        on_paper(own, *parties)

    assert (states(own, other), Signature.objects.count()) == (["sent", "sent"], 0)
    assert PaperCopy.rows.get().state == "given"


def test_last_signature_on_paper_waits_too():
    own, parties, other, _others = to_be_signed()
    on_paper(own, parties[0])

    with pytest.raises(WrongState, match="candidature conjointe"):
        on_paper(own, parties[1])

    assert (states(own, other), Signature.objects.count()) == (["partly_signed", "sent"], 1)


def test_copy_signed_by_all_is_taken_once_the_other_lacks_one_signature():
    own, parties, other, others = to_be_signed()
    SignatureFactory(party=others[0])

    on_paper(own, *parties)

    assert states(own, other) == ["signed", "sent"]


def test_two_agreements_signed_wholly_on_paper_are_taken_one_party_after_the_other():
    own, parties, other, others = to_be_signed()

    on_paper(own, parties[0])
    on_paper(other, *others)
    on_paper(own, parties[1])

    assert states(own, other) == ["signed", "signed"]


def test_pair_of_the_factory_is_one_the_database_takes():
    assert PairFactory(accepted=True).is_accepted
