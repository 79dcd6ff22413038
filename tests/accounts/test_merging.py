"""Two accounts of one person become one: what moves, what stays, what is refused; two administrators, a letter each."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.test import Client

from marelle.accounts import erasing, erasures, merging
from marelle.accounts.models import (
    Delegation,
    File,
    JournalContent,
    Membership,
    Message,
    Notification,
    PendingAct,
    Person,
    SignIn,
    ThreadReading,
)
from marelle.accounts.states import Role
from marelle.base.errors import NotAllowed, WrongState
from marelle.base.models import FeedKey, Letter
from marelle.consultations.models import Booklet
from marelle.mandates.models import Decision, SavedView, Tie
from tests.factories.accounts import (
    LONG_AGO,
    DelegationFactory,
    FileFactory,
    JoinRequestFactory,
    MembershipFactory,
    MessageFactory,
    NotificationFactory,
    OrganisationFactory,
    PendingActFactory,
    PersonFactory,
    ThreadFactory,
    ThreadReadingFactory,
)
from tests.factories.consultations import BookletFactory, KeyShareFactory
from tests.factories.contacts import SavedViewFactory
from tests.factories.mandates import DecisionFactory, ReviewFactory, TieFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/bureau/equipe/fusion"

AGREED = {
    "ends ended_at": """
        accounts.Delegation.person
        accounts.Membership.person
    """,
    "ends left_at": """
        events.GroupMember.person
    """,
    "folds": """
        accounts.JoinRequest.person
        accounts.Message_mentions.person
        accounts.ThreadReading.person
        events.GroupInvitation.person
        mandates.BoardSession_present.person
        mandates.SavedView.owner
        mandates.Timing.person
    """,
    "moves": """
        accounts.Delegation.recorded_by
        accounts.File.added_by
        accounts.Import.confirmed_by
        accounts.Import.given_by
        accounts.Invitation.invited_by
        accounts.JoinRequest.answered_by
        accounts.Message.author
        accounts.Notification.person
        consultations.KeyShare.holder
        consultations.NationalTable.asked_by
        consultations.Partner.confirmed_by
        consultations.PrintRun.asked_by
        consultations.Questionnaire.added_by
        consultations.Questionnaire.waived_by
        consultations.ResearchRequest.analyst
        consultations.ResearchRequest.asked_by
        consultations.Sitting.opened_by
        events.Ballot.given_by
        events.Delegation.made_by
        events.EventPerson.person
        events.GroupInvitation.invited_by
        events.Invitation.replied_by
        events.Minutes.written_by
        events.Need.stated_by
        events.Participant.person
        library.Adoption.adopted_by
        library.AdoptionResult.given_by
        library.Practice.contact
        library.Practice.submitted_by
        library.Resource.submitted_by
        mandates.Agreement.sent_by
        mandates.AgreementAmendment.asked_by
        mandates.AgreementAmendment.sent_by
        mandates.Answer.edited_by
        mandates.Application.created_by
        mandates.Application.submitted_by
        mandates.Asking.asked_by
        mandates.BoardSession.made_by
        mandates.CallAnswer.published_by
        mandates.Contact.done_by
        mandates.Contact.next_by
        mandates.Contact.recorded_by
        mandates.Handover.closed_by
        mandates.Handover.left
        mandates.Mandate.officer
        mandates.Pair.accepted_by
        mandates.Pair.ended_by
        mandates.Pair.proposed_by
        mandates.PaperCopy.answered_by
        mandates.PaperCopy.given_by
        mandates.Point.done_by
        mandates.Power.edited_by
        mandates.Remark.author
        mandates.Remark.resolved_by
        mandates.Reminding.made_by
        mandates.Review.assigned_by
        mandates.Review.reviewer
        mandates.SharedAction.added_by
        mandates.Slot.made_by
        mandates.Testimony.proposed_by
        mandates.Testimony.published_by
        mandates.Tie.person
        plans.Amendment.answered_by
        plans.Amendment.begun_by
        plans.Amendment.submitted_by
        plans.Answer.written_by
        plans.BroughtText.given_by
        plans.ChildSentence.edited_by
        plans.GroupCode.made_by
        plans.GroupCode.sentence_read_by
        plans.Note.written_by
        plans.Proposal.shown_by
        plans.Proposal.written_by
        plans.Rating.rated_by
        plans.Reading.recorded_by
        plans.Reading.verified_by
        plans.Reason.said_by
        plans.Removal.removed_by
        plans.Report.accepted_by
        plans.Report.edited_by
        plans.Report.submitted_by
        socialaccount.SocialAccount.user
    """,
    "stays": """
        account.EmailAddress.user
        accounts.JournalContent.person
        accounts.PendingAct.answered_by
        accounts.SignIn.person
        consultations.Booklet.second_by
        consultations.Freeze.confirmed_by
        consultations.Freeze.proposed_by
        events.DeclarationSignature.signed_by
        mandates.AmendmentSignature.person
        mandates.Bundle.asked_by
        mandates.Decision.confirmed_by
        mandates.Decision.proposed_by
        mandates.HandIn.handed_in_by
        mandates.Signature.person
        mfa.Authenticator.user
    """,
    "stays answered_at": """
        accounts.PendingAct.proposed_by
    """,
    "stays second_by": """
        consultations.Booklet.first_by
    """,
}


def test_every_column_that_names_a_person_has_its_rule():
    """A new one fails here: say in `registers.joined` what becomes of it, then write it down above."""
    found = {
        name: f"{rule.how} {rule.column}".strip() for name, _c in merging.columns() for rule in [merging.rule_of(name)]
    }

    assert found == {name: rule for rule, names in AGREED.items() for name in names.split()}


def house():
    """A committee, two of its administrators, and a town it looks after."""
    committee = OrganisationFactory(committee=True)
    chiefs = [PersonFactory(application=True, roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)]) for _ in range(2)]
    return OrganisationFactory(), chiefs


def pair(town, *, closing=Role.CITY_EDITOR, staying=Role.CITY_EDITOR, **of_staying):
    """Two accounts of Alix in one town."""
    one = PersonFactory(name="Alix Chef", email="alix.chef@ancienne.example", roles=[(town, closing)])
    return one, PersonFactory(name="Alix Chef", email="alix@ville.example", roles=[(town, staying)], **of_staying)


def merged(closing, staying, chiefs):
    act = merging.propose(closing.pk, staying.pk, by=chiefs[0])
    merging.confirm(act.code, by=chiefs[1])
    closing.refresh_from_db()
    return act


def test_what_one_account_holds_goes_to_the_other():
    """Roles, files, messages, conflicts of interest, lists, calendars, identities; what is decided stays as it was."""
    town, chiefs = house()
    other = OrganisationFactory()
    closing, staying = pair(town, application=True)
    editor = MembershipFactory(person=closing, organisation=other, role=Role.CITY_EDITOR)
    file, tie = FileFactory(added_by=closing), TieFactory(person=closing)
    decision = DecisionFactory(proposed_by=closing, confirmed_by=staying)
    message = MessageFactory(author=closing)
    message.mentions.add(closing)
    FeedKey.objects.create(person_code=closing.code, organisation_code=other.code, made_at=LONG_AGO)
    SocialAccount.objects.create(user=closing, provider="https://issuer.example", uid="s-1")

    merged(closing, staying, chiefs)

    assert set(Membership.objects.living().filter(person=staying).values_list("organisation", "role")) == {
        (town.pk, Role.CITY_EDITOR),
        (other.pk, Role.CITY_EDITOR),
    }
    editor.refresh_from_db()
    assert (editor.person, editor.ended_at) == (staying, None)
    assert File.rows.get(pk=file.pk).added_by == staying
    assert Tie.rows.get(pk=tie.pk).person == staying
    assert (Message.rows.get().author, list(message.mentions.all())) == (staying, [staying])
    assert (FeedKey.objects.get().person_code, FeedKey.objects.get().withdrawn_at) == (staying.code, None)
    assert SocialAccount.objects.get().user == staying
    decided = Decision.objects.get(pk=decision.pk)
    assert (decided.proposed_by, decided.confirmed_by) == (closing, staying)
    assert (closing.is_active, closing.name, closing.memberships.living().count()) == (False, "Alix Chef", 0)


def test_what_both_hold_is_held_once():
    """One living role and delegation, one reading of a thread, one view of a name, one notification; the request is answered."""
    town, chiefs = house()
    closing, staying = pair(town, closing=Role.CITY_ADMINISTRATOR, staying=Role.CITY_ADMINISTRATOR, application=True)
    thread, elsewhere = ThreadFactory(), OrganisationFactory()
    for person in (closing, staying):
        DelegationFactory(organisation=town, person=person)
        ThreadReadingFactory(thread=thread, person=person)
        SavedViewFactory(owner=person)
        NotificationFactory(person=person)
        JoinRequestFactory(person=person, organisation=elsewhere)
        FeedKey.objects.create(person_code=person.code, organisation_code=town.code, made_at=LONG_AGO)
        SocialAccount.objects.create(user=person, provider="https://issuer.example", uid=person.code)
    NotificationFactory(person=closing, kind="other")

    merged(closing, staying, chiefs)

    assert (Membership.objects.living().filter(organisation=town).count(), Membership.objects.count()) == (1, 4)
    assert (Delegation.objects.filter(ended_at=None).count(), Delegation.objects.filter(person=staying).count()) == (
        1,
        2,
    )
    assert list(ThreadReading.objects.values_list("person", flat=True)) == [staying.pk]
    assert list(SavedView.rows.values_list("owner", flat=True)) == [staying.pk]
    mine = Notification.objects.exclude(kind="merge_proposed")
    assert sorted(mine.values_list("person", "kind")) == [(staying.pk, "join_asked"), (staying.pk, "other")]
    assert sorted(staying.join_requests.values_list("state", flat=True)) == ["asked", "declined"]
    assert FeedKey.objects.get(withdrawn_at=None).person_code == staying.code
    assert list(SocialAccount.objects.values_list("uid", flat=True)) == [staying.code]


def test_second_proofs_stay_where_they_were_set_up():
    """trust A3. The one that stays keeps its own; the other's opens nothing."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    Authenticator.objects.create(user=closing, type="totp", data={})

    merged(closing, staying, chiefs)

    assert Authenticator.objects.filter(user=staying).count() == 1


def test_who_proposed_by_one_account_never_confirms_by_the_other():
    """settled 11. An act proposed with the account that closes waits for somebody else still."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    act = PendingActFactory(proposed_by=closing)

    merged(closing, staying, chiefs)

    act.refresh_from_db()
    assert (act.proposed_by, act.state) == (staying, "asked")


def test_both_are_signed_out_and_told():
    """trust A8. Every browser of the two; the whole letter, to both addresses."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    for person in (closing, staying):
        sign_in(Client(), person).get("/compte/")
    before = SignIn.objects.filter(person__in=[closing, staying]).count()

    merged(closing, staying, chiefs)

    text = (
        "Bonjour,\n\n"
        "Deux administrateurs du programme ont constaté que deux comptes Marelle sont à vous, et les ont réunis.\n\n"
        "Le compte qui reste\u202f: alix@ville.example. Entrez avec cette adresse. Il réunit les rôles, les fichiers et les "
        "messages des deux.\n\n"
        "Le compte fermé\u202f: alix.chef@ancienne.example. Il n’ouvre plus rien. Ce que vous avez signé ou déposé avec lui "
        "reste à son nom.\n\n"
        "Tous les navigateurs ont été déconnectés. Si ces deux comptes ne sont pas tous les deux à vous, prévenez aussitôt "
        "le comité national.\n\n"
        "Marelle\n"
    )
    letters = Letter.objects.filter(kind="accounts_merged").order_by("address")
    assert (before, SignIn.objects.count(), Session.objects.count()) == (2, 0, 0)
    assert [(letter.address, letter.subject, letter.text) for letter in letters] == [
        (address, "Vos deux comptes n’en font plus qu’un", text) for address in (closing.email, staying.email)
    ]


def test_journal_says_it_to_the_house_and_to_each_organisation():
    """trust J1. Which account, into which, with which roles."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)

    merged(closing, staying, chiefs)

    told = JournalContent.objects.filter(verb="merged").order_by("entry__chain")
    assert {(c.entry.chain.organisation, tuple(sorted(c.facts))) for c in told} == {
        (town, ("into", "roles")),
        (None, ("into",)),
    }
    assert {(c.person, c.reference, c.facts["into"]) for c in told} == {
        (chiefs[1], f"accounts.person:{closing.code}", staying.code)
    }


def alone(town):
    one, _other = pair(town, application=True)
    return one, one


def stronger(town):
    return pair(town, closing=Role.CITY_ADMINISTRATOR, application=True)


def two_towns(town):
    one = PersonFactory(application=True, roles=[(town, Role.CITY_ADMINISTRATOR)])
    return one, PersonFactory(application=True, roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])


def bare(town):
    return pair(town, closing=Role.CITY_ADMINISTRATOR, staying=Role.CITY_ADMINISTRATOR)


def protected(town):
    one, other = pair(town)
    Authenticator.objects.create(user=one, type="totp", data={})
    return one, other


def closed(town):
    one, other = pair(town, application=True)
    Person.objects.filter(pk=other.pk).update(is_active=False)
    return one, other


def being_erased(town):
    one, other = pair(town, application=True)
    PendingActFactory(kind="erase", reference=f"accounts.person:{other.code}")
    return one, other


def two_readings(town):
    one, other = pair(town, application=True)
    first = ReviewFactory(reviewer=one)
    ReviewFactory(application=first.application, reviewer=other)
    return one, other


def both_shares(town):
    one, other = pair(town, application=True)
    share = KeyShareFactory(holder=one)
    KeyShareFactory(consultation=share.consultation, position=2, holder=other)
    return one, other


REFUSED = [alone, stronger, two_towns, bare, protected, closed, being_erased, two_readings, both_shares]


def world():
    return [
        list(Person.objects.order_by("pk").values_list("pk", "is_active", "password")),
        list(Membership.objects.order_by("pk").values()),
        list(PendingAct.objects.order_by("pk").values()),
        Letter.objects.count(),
        JournalContent.objects.count(),
    ]


@pytest.mark.parametrize("situation", REFUSED)
def test_merge_is_refused(situation):
    """Proposed or, when it came about meanwhile, confirmed: nothing has changed."""
    town, chiefs = house()
    closing, staying = situation(town)
    waits = PendingActFactory(
        kind="merge", reference=f"accounts.person:{closing.code}", payload={"into": staying.code}, proposed_by=chiefs[0]
    )
    before = world()

    with pytest.raises(WrongState):
        merging.confirm(waits.code, by=chiefs[1])
    PendingAct.objects.filter(pk=waits.pk).delete()
    with pytest.raises(WrongState):
        merging.propose(closing.pk, staying.pk, by=chiefs[0])

    PendingAct.rows.bulk_create([waits])
    assert world() == before


def test_what_two_persons_did_stays_with_the_two():
    """settled 11. A booklet typed twice; another, typed once, is not typed again by the same hands."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    twice, once = BookletFactory(first_by=staying, second_by=closing), BookletFactory(first_by=closing)

    merged(closing, staying, chiefs)

    typed = Booklet.rows.filter(pk__in=[twice.pk, once.pk]).order_by("pk").values_list("first_by", "second_by")
    assert list(typed) == [(staying.pk, closing.pk), (staying.pk, None)]


def test_erased_person_is_erased_in_each_account():
    """trust T8. The account that was taken into theirs goes too, and the letters that told one address of the other."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    merged(closing, staying, chiefs)

    erasing.confirm_erasure(erasing.propose_erasure(staying.pk, by=chiefs[0]).code, by=chiefs[1])

    closing.refresh_from_db()
    assert (erasures.is_erased(closing), Letter.objects.filter(text__contains="alix").count()) == (True, 0)


def test_former_account_erased_alone_leaves_no_address():
    """trust T8. The letter to the account that stays told the address of the other."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    merged(closing, staying, chiefs)

    erasing.confirm_erasure(erasing.propose_erasure(closing.pk, by=chiefs[0]).code, by=chiefs[1])

    assert Letter.objects.filter(text__contains="ancienne.example").count() == 0


@pytest.mark.parametrize("who", ["who proposed", "one of the two", "administrator of the town", "another committee"])
def test_confirm_is_not_for(who):
    """trust R5, O2. Another programme administrator of the committee that looks after both."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    act = merging.propose(closing.pk, staying.pk, by=chiefs[0])
    abroad = OrganisationFactory(committee=True, code="o-abroad", country="BE")
    by = {
        "who proposed": chiefs[0],
        "one of the two": staying,
        "administrator of the town": PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR)]),
        "another committee": PersonFactory(roles=[(abroad, Role.PROGRAMME_ADMINISTRATOR)]),
    }[who]
    before = world()

    with pytest.raises(NotAllowed):
        merging.confirm(act.code, by=by)

    assert world() == before


def test_administrators_compare_propose_and_confirm_on_the_page():
    """The whole way: typed addresses, side by side, proposed, told to the other, confirmed; a second send does nothing."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    first, second = (sign_in(Client(), chief) for chief in chiefs)

    compared = first.post(PAGE, {"one": closing.email, "other": staying.email.upper()}).content.decode()
    done = first.post(f"{PAGE}/{closing.code}/dans/{staying.code}")
    act = PendingAct.objects.get(kind="merge")
    own, page = first.get(PAGE).content.decode(), second.get(PAGE).content.decode()
    confirmed = second.post(f"{PAGE}/{act.code}")
    again = second.post(f"{PAGE}/{act.code}")

    closing.refresh_from_db()
    assert (
        "Proposer que alix@ville.example reste" in compared,
        "Il ne peut pas être celui qui reste." in compared,
    ) == (
        True,
        True,
    )
    assert (done["Location"], confirmed["Location"], again.status_code) == (PAGE, PAGE, 404)
    assert ("C’est une seule personne" in own, "C’est une seule personne" in page) == (False, True)
    assert list(Notification.objects.filter(kind="merge_proposed").values_list("person", flat=True)) == [chiefs[1].pk]
    assert closing.is_active is False


def test_merge_is_declined_or_taken_back():
    """Nothing has changed, and it can be proposed again."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    states = []
    for chief in chiefs:
        act = merging.propose(closing.pk, staying.pk, by=chiefs[0])
        sign_in(Client(), chief).post(f"{PAGE}/{act.code}", {"decline": "1"})
        act.refresh_from_db()
        states.append(act.state)

    closing.refresh_from_db()
    assert (states, closing.is_active, closing.memberships.living().count()) == (["declined"] * 2, True, 1)


def test_people_of_another_committee_do_not_exist_here():
    """trust O2. Typed or in the address, they are nobody."""
    town, chiefs = house()
    abroad = OrganisationFactory(committee=True, code="o-abroad", country="BE")
    foreign = PersonFactory(roles=[(abroad, Role.REVIEWER)])
    _closing, staying = pair(town, application=True)
    client = sign_in(Client(), chiefs[0])

    typed = client.post(PAGE, {"one": foreign.email, "other": staying.email})
    address = client.post(f"{PAGE}/{foreign.code}/dans/{staying.code}")

    assert (foreign.name in typed.content.decode(), address.status_code) == (False, 404)


def test_stale_proof_is_asked_again():
    """trust A9. Comparing and proposing ask for a proof of the last ten minutes."""
    town, chiefs = house()
    closing, staying = pair(town, application=True)
    client = sign_in(Client(), chiefs[0], minutes_ago=11)

    places = [
        client.post(path)["Location"].split("?")[0] for path in (PAGE, f"{PAGE}/{closing.code}/dans/{staying.code}")
    ]

    assert (places, PendingAct.objects.count()) == (["/compte/preuve/application"] * 2, 0)
