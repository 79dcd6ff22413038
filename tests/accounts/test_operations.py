"""Organisations, invitations, roles, delegations: what each act changes, and what it refuses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from marelle.accounts import erasing, erasures, journal, operations
from marelle.accounts.models import (
    Delegation,
    Invitation,
    JoinRequest,
    JournalContent,
    JournalEntry,
    Membership,
    Notification,
    Organisation,
    Person,
    SignIn,
)
from marelle.accounts.notifications import write_digests
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.territories.models import Territory
from tests.factories.accounts import (
    DelegationFactory,
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    NotificationFactory,
    OrganisationFactory,
    PersonFactory,
)
from tests.factories.base import LetterFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_monday():
    with clock.at(MONDAY):
        yield


@pytest.fixture
def city():
    return OrganisationFactory(name="Bourg")


@pytest.fixture
def chief(city):
    return PersonFactory(name="Alix Chef", roles=[(city, Role.CITY_ADMINISTRATOR)])


@pytest.fixture
def committee():
    return OrganisationFactory(committee=True)


def administrator_of(committee):
    return PersonFactory(roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)])


def commune(**more):
    return Territory.objects.create(code="67447", kind="commune", name="Schiltigheim", siren="216704478", **more)


def world():
    """What accounts hold, counted: a refused act leaves it as it was."""
    return (
        Membership.objects.living().count(),
        Organisation.objects.count(),
        list(Invitation.objects.values_list("accepted_at", "withdrawn_at")),
        list(JoinRequest.objects.values_list("state", flat=True)),
        Delegation.objects.filter(ended_at=None).count(),
        JournalEntry.objects.count(),
        Letter.objects.count(),
    )


def acts():
    return list(JournalContent.objects.order_by("entry").values_list("verb", flat=True))


# People --------------------------------------------------------------------------------------------------------------
def test_make_person_proves_the_address_once():
    """trust A5. The address that was proved is written as proved; asked again, it is the same person."""
    person = operations.make_person(email="Camille@Marelle.example", name=" Camille ")
    again = operations.make_person(email="camille@marelle.example", name="Other")

    assert (again.pk, person.email, person.name) == (person.pk, "camille@marelle.example", "Camille")
    assert EmailAddress.objects.filter(user=person, verified=True, primary=True).count() == 1


def test_change_details_is_for_oneself():
    """trust R1. One's own name and language, nobody else's."""
    person, other = PersonFactory(name="Avant"), PersonFactory()

    with pytest.raises(NotAllowed):
        operations.change_details(person.pk, name="Volé", language="en", by=other)
    changed = operations.change_details(person.pk, name=" Après ", language="en", by=person)

    assert (changed.name, changed.language) == ("Après", "en")


def test_disable_person_ends_roles_and_sessions(city, chief, committee):
    """trust A8. A closed account is out everywhere."""
    person = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    SignIn.objects.create(person=person, session_key="k", started_at=MONDAY, seen_at=MONDAY)

    operations.disable_person(person.pk, by=administrator_of(committee))

    person.refresh_from_db()
    assert (person.is_active, person.memberships.living().count(), person.sign_ins.count()) == (False, 0, 0)
    assert acts() == ["role_ended", "disabled"]


@pytest.mark.parametrize("who", ["city administrator", "last administrator"])
def test_disable_person_refuses(city, chief, committee, who):
    """trust R6. Not by a city's administrator; not the last administrator of a city."""
    person = chief if who == "last administrator" else PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    by = administrator_of(committee) if who == "last administrator" else chief
    before = world()

    with pytest.raises((NotAllowed, WrongState)):
        operations.disable_person(person.pk, by=by)

    person.refresh_from_db()
    assert (world(), person.is_active) == (before, True)


def test_erasure_takes_two_people_and_keeps_the_chain(city, chief, committee):
    """trust R5, J1. Proposed by one, confirmed by another; words go, the chain stays whole."""
    person = PersonFactory(name="Camille Efface", email="camille@marelle.example", roles=[(city, Role.CITY_EDITOR)])
    journal.record(city, "file_added", by=person, organisation=city, label="plan")
    first, second = administrator_of(committee), administrator_of(committee)
    act = erasing.propose_erasure(person.pk, by=first)

    with pytest.raises(NotAllowed):
        erasing.confirm_erasure(act.code, by=first)
    erasing.confirm_erasure(act.code, by=second)

    person.refresh_from_db()
    assert (person.name, person.is_active, person.email.endswith(".invalid")) == ("", False, True)
    assert not JournalContent.objects.filter(person=person).exists()
    assert list(journal.broken_chains()) == []
    assert JournalEntry.objects.filter(content=None).count() >= 1


def erase(person, committee):
    act = erasing.propose_erasure(person.pk, by=administrator_of(committee))
    erasing.confirm_erasure(act.code, by=administrator_of(committee))


@pytest.mark.parametrize("name", ["Camille Efface", "Camille", ""])
def test_erasure_takes_the_sentences_about_the_person_whatever_their_name(city, chief, committee, name):
    """What was said of them goes, by what it speaks of: a name may be somebody else's, may have changed, may be empty."""
    person = PersonFactory(name=name)
    operations.ask_to_join(city.pk, by=person)
    operations.change_details(person.pk, name="Un autre nom", language="fr", by=person)
    other = NotificationFactory(
        sentence="Camille Durand demande à rejoindre Bourg.", reference="accounts.joinrequest:x"
    )
    NotificationFactory(person=person, sentence="Votre demande est acceptée.")

    erase(person, committee)

    assert [n.sentence for n in Notification.objects.exclude(kind="erasure_proposed")] == [other.sentence]


def test_erasure_takes_the_name_an_invitation_holds(city, chief, committee):
    """A network brought in prepares invitations under names: the name goes with the person."""
    person = PersonFactory(email="camille@marelle.example")
    held = InvitationFactory(organisation=city, email="Camille@marelle.example", held_name="Camille Efface")

    erase(person, committee)

    held.refresh_from_db()
    assert (held.held_name, held.email == person.email) == ("", False)


def test_erasure_takes_the_letters_that_told_of_the_person(city, chief, committee):
    """What was mailed of them in the letter of a day goes with it; other days stay."""
    person = PersonFactory(name="Camille Efface")
    operations.ask_to_join(city.pk, by=person)
    write_digests(MONDAY + timedelta(hours=13))
    Letter.objects.update(state="sent", sent_at=MONDAY)
    other = LetterFactory(key=f"digest:{chief.code}:2026-05-03", kind="digest", address=chief.email)
    told = Letter.objects.filter(kind="digest", text__contains="Camille Efface").count()

    erase(person, committee)

    assert told == 1
    assert not Letter.objects.filter(text__contains="Camille Efface").exists()
    assert Letter.objects.get(pk=other.pk).text == other.text


def test_erasure_stops_the_letters_that_have_not_left(city, chief, committee):
    """trust T8. To the person, or telling of them: they never leave. Invitations they sent do, for those who got them."""
    person = PersonFactory(name="Camille Efface", roles=[(city, Role.CITY_ADMINISTRATOR)])
    operations.invite(city.pk, email="autre@marelle.example", role=Role.CITY_EDITOR, by=person)
    operations.ask_to_join(OrganisationFactory(code="10009").pk, by=person)
    Letter.objects.all().update(calendar="BEGIN:VCALENDAR")
    sent = LetterFactory(address=person.email.upper(), state="sent", sent_at=MONDAY, calendar="ATTENDEE:Camille")
    waiting = LetterFactory(address=person.email.upper())
    told = LetterFactory(key="told", reference=f"accounts.membership:{person.memberships.get().code}")

    erase(person, committee)

    kept = set(Letter.objects.values_list("kind", "state"))
    sent.refresh_from_db()
    assert not Letter.objects.filter(pk__in=[waiting.pk, told.pk]).exists()
    assert (sent.address, sent.text, sent.calendar) == (f"erased@{person.code}.invalid", "", "")
    assert ("invitation", "waiting") in kept


def test_erasure_leaves_no_word_of_the_journal_that_leads_to_the_person(city, chief, committee):
    """trust J1. Their roles, requests, invitations and what others did about them go too, wherever their code stands."""
    invitation, token = operations.invite(city.pk, email="camille@marelle.example", role=Role.CITY_EDITOR, by=chief)
    _used, person = operations.accept_invitation(token, name="Camille")
    membership = person.memberships.get()
    operations.end_role(membership.pk, by=chief)
    request = operations.ask_to_join(city.pk, by=person)
    operations.answer_join_request(request.pk, accept=False, by=chief)
    journal.record(city, "assigned", by=chief, organisation=city, reader=person.code)
    chief.memberships.get()

    erase(person, committee)

    left = list(JournalContent.objects.exclude(verb__in=["act_proposed", "act_confirmed", "erased"]))
    leads = [f"accounts.{kind}:{row.code}" for kind, row in (("membership", membership), ("joinrequest", request))]
    assert [c.verb for c in left if c.reference in leads or c.person == person] == []
    assert [c.verb for c in left if person.code in str(c.facts) or invitation.code in c.reference] == []
    assert list(journal.broken_chains()) == []


@pytest.mark.django_db(transaction=True)
def test_erased_people_are_listed_outside_the_database_by_their_code_alone(committee, settings):
    """trust T8. One line a person, once the erasure stands; the worker adds what a crash left out."""
    person, other = PersonFactory(name="Camille Efface"), PersonFactory(name="Dominique")
    for one in (person, other):
        erase(one, committee)
    path = settings.DATA / "erasures"
    first = path.read_text()

    path.write_text(first.splitlines()[0] + "\n")
    caught = [erasures.write_down(), erasures.write_down()]

    assert [line.split()[1] for line in first.splitlines()] == [person.code, other.code]
    assert (caught, erasures.listed()) == ([1, 0], [person.code, other.code])
    assert "Camille" not in first


def test_erase_again_takes_whoever_came_back(city, chief):
    """trust T8. Even a last administrator: two people had decided it. Whoever is erased already, or unknown, is left."""
    returned = [erasing.came_back(code) for code in (chief.code, "nobody")]

    erasing.erase_again(chief.code)

    chief.refresh_from_db()
    assert (returned, erasing.came_back(chief.code)) == ([True, False], False)
    assert (chief.name, chief.is_active, chief.memberships.living().count()) == ("", False, 0)


# Organisations -------------------------------------------------------------------------------------------------------
def test_create_organisation_makes_its_first_administrator(committee):
    """settled 17. A commune's space carries its INSEE code; who opens it administers it; the committee is told."""
    officer = PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])
    person = PersonFactory()

    organisation = operations.create_organisation(commune(), by=person)

    assert (organisation.code, organisation.kind, organisation.name) == ("67447", "commune", "Schiltigheim")
    assert person.roles_in(organisation) == {Role.CITY_ADMINISTRATOR}
    assert acts() == ["organisation_created", "joined"]
    assert Notification.objects.get(person=officer).sentence == "Schiltigheim a ouvert son espace."


@pytest.mark.parametrize(
    ("territory", "error"),
    [({"is_current": False}, BadData), ({}, WrongState)],
    ids=["merged away", "open already"],
)
def test_create_organisation_refuses(territory, error):
    """trust D2. Not for a commune of the past, nor twice for one place."""
    place = commune(**territory)
    if error is WrongState:
        operations.create_organisation(place, by=PersonFactory())
    before = world()

    with pytest.raises(error):
        operations.create_organisation(place, by=PersonFactory())

    assert world() == before


def test_create_organisation_refuses_a_departement():
    """settled 17. A département has no space."""
    with pytest.raises(BadData):
        operations.create_organisation(
            Territory.objects.create(code="67", kind="departement", name="Bas-Rhin"), by=PersonFactory()
        )

    assert Organisation.objects.count() == 0


def test_ask_to_join_tells_the_administrators(city, chief):
    """trust R2. Asked twice it is one request; the administrators know."""
    person = PersonFactory(name="Dominique")

    first = operations.ask_to_join(city.pk, by=person, words="service jeunesse")
    second = operations.ask_to_join(city.pk, by=person)

    assert first.pk == second.pk
    assert Notification.objects.get(person=chief).sentence == "Dominique demande à rejoindre Bourg."
    assert Letter.objects.get(kind="join_asked").address == chief.email
    assert acts() == ["join_asked"]


def test_ask_to_join_without_administrator_tells_the_programme(city, committee):
    """trust R6. Where nobody is left, the programme team is told."""
    officer = PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])

    operations.ask_to_join(city.pk, by=PersonFactory())

    assert Notification.objects.get().person == officer


@pytest.mark.parametrize("situation", ["member", "committee", "foreign role"])
def test_ask_to_join_refuses(city, chief, committee, situation):
    """trust R1. Not where one works already, nor the committee, nor as what does not exist there."""
    target, by, role = {
        "member": (city, chief, Role.CITY_EDITOR),
        "committee": (committee, PersonFactory(), Role.PROGRAMME_OFFICER),
        "foreign role": (city, PersonFactory(), Role.PROGRAMME_OFFICER),
    }[situation]
    before = world()

    with pytest.raises((WrongState, BadData)):
        operations.ask_to_join(target.pk, by=by, role=role)

    assert world() == before


@pytest.mark.parametrize(
    ("accept", "state", "roles"), [(True, "accepted", {Role.CITY_READER}), (False, "declined", set())]
)
def test_answer_join_request_tells_the_person(city, chief, accept, state, roles):
    """trust R1. Let in as what the administrator says, or not; a letter leaves either way."""
    request = JoinRequestFactory(organisation=city)

    answered = operations.answer_join_request(request.pk, accept=accept, role=Role.CITY_READER, by=chief)

    answered.person.forget_memberships()
    assert (answered.state, answered.person.roles_in(city)) == (state, roles)
    assert Letter.objects.get(kind="join_answered").address == request.person.email
    assert Notification.objects.get().person == request.person


@pytest.mark.parametrize("situation", ["stranger", "editor", "answered", "foreign role"])
def test_answer_join_request_refuses(city, chief, situation):
    """trust R1. Administrators and the programme team only, once."""
    request = JoinRequestFactory(organisation=city, state="declined" if situation == "answered" else "asked")
    by = {
        "stranger": PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)]),
        "editor": PersonFactory(roles=[(city, Role.CITY_EDITOR)]),
    }.get(situation, chief)
    before = world()

    with pytest.raises((NotAllowed, WrongState, BadData)):
        operations.answer_join_request(
            request.pk, accept=True, role=Role.ANALYST if situation == "foreign role" else "", by=by
        )

    assert world() == before


# Invitations ---------------------------------------------------------------------------------------------------------
def test_invite_sends_a_link_and_keeps_its_digest_only(city, chief):
    """trust A6. The letter holds the token; the database does not."""
    invitation, token = operations.invite(city.pk, email=" New@Marelle.example ", role=Role.CITY_EDITOR, by=chief)

    letter = Letter.objects.get(kind="invitation")
    assert (letter.address, f"/compte/invitation/{token}" in letter.text) == ("new@marelle.example", True)
    assert token not in str(Invitation.objects.values().get())
    assert invitation.expires_at - invitation.invited_at == timedelta(days=14)


def test_letter_of_invitation():
    """trust E6. The whole French text: nobody's name in the subject."""
    city = OrganisationFactory(name="Bourg")
    chief = PersonFactory(name="Alix Chef", roles=[(city, Role.CITY_ADMINISTRATOR)])

    _invitation, token = operations.invite(city.pk, email="a@marelle.example", role=Role.CITY_EDITOR, by=chief)

    letter = Letter.objects.get()
    assert letter.subject == "Une invitation à rejoindre une équipe"
    assert letter.text == (
        "Bonjour,\n\n"
        "Alix Chef vous invite à rejoindre Bourg sur Marelle. Rôle\u202f: rédaction.\n\n"
        "Pour accepter\u202f:\n"
        f"http://127.0.0.1:8000/compte/invitation/{token}\n\n"
        "Ce lien sert une fois, jusqu’au 18 mai 2026, 10\u00a0h. Ne le transmettez pas.\n\n"
        "Marelle\n"
    )


def test_invite_again_withdraws_the_first(city, chief):
    """trust A6. One living link an address."""
    _first, old = operations.invite(city.pk, email="a@marelle.example", role=Role.CITY_EDITOR, by=chief)
    _second, new = operations.invite(city.pk, email="a@marelle.example", role=Role.CITY_EDITOR, by=chief)

    with pytest.raises(Closed):
        operations.accept_invitation(old, name="A")
    operations.accept_invitation(new, name="A")

    assert Person.objects.get(email="a@marelle.example").roles_in(city) == {Role.CITY_EDITOR}


@pytest.mark.parametrize(
    ("role", "to", "error"),
    [
        (Role.CITY_EDITOR, Role.CITY_EDITOR, NotAllowed),
        (Role.ELECTED_LEAD, Role.CITY_EDITOR, NotAllowed),
        (Role.CITY_ADMINISTRATOR, Role.PROGRAMME_ADMINISTRATOR, BadData),
    ],
    ids=["editor", "elected lead", "role of the committee"],
)
def test_invite_refuses(city, role, to, error):
    """trust R1. Administrators only, and roles of their own house only."""
    by = PersonFactory(roles=[(city, role)])
    before = world()

    with pytest.raises(error):
        operations.invite(city.pk, email="a@marelle.example", role=to, by=by)

    assert world() == before


def test_accept_invitation_serves_once(city, chief):
    """trust A6. The second use finds nothing."""
    _invitation, token = operations.invite(city.pk, email="a@marelle.example", role=Role.CITY_EDITOR, by=chief)
    operations.accept_invitation(token, name="Ada")
    before = world()

    with pytest.raises(Closed):
        operations.accept_invitation(token, name="Bob")

    assert (world(), Person.objects.get(email="a@marelle.example").name) == (before, "Ada")


@pytest.mark.parametrize("situation", ["too late", "withdrawn", "somebody else", "account asleep", "invented"])
def test_accept_invitation_refuses(city, chief, situation):
    """trust A6, V2. After fourteen days to the second, withdrawn, for another account, or invented."""
    invitation, token = operations.invite(city.pk, email="a@marelle.example", role=Role.CITY_EDITOR, by=chief)
    by, at = None, MONDAY
    if situation == "too late":
        at = MONDAY + timedelta(days=14)
    elif situation == "withdrawn":
        operations.withdraw_invitation(invitation.pk, by=chief)
    elif situation == "somebody else":
        by = PersonFactory()
    elif situation == "account asleep":
        PersonFactory(email="a@marelle.example")
    else:
        token = "x" * 43
    before = world()

    with pytest.raises((Closed, NotAllowed)):
        operations.accept_invitation(token, by=by, name="A", at=at)

    assert world() == before


def test_ended_invitation_is_not_revived(city, chief):
    """trust A6, V11. Fifteen days later, neither a new password nor a new role opens the old link."""
    _invitation, token = operations.invite(city.pk, email="a@marelle.example", role=Role.CITY_ADMINISTRATOR, by=chief)
    later = MONDAY + timedelta(days=15)
    with clock.at(later):
        person = operations.make_person(email="a@marelle.example", name="A")
        person.set_password("nouvelle-girafe-sous-7-ponts")
        person.save()
        MembershipFactory(person=person, organisation=city, role=Role.CITY_READER)
        with pytest.raises(Closed):
            operations.accept_invitation(token, by=person)

    person.forget_memberships()
    assert person.roles_in(city) == {Role.CITY_READER}


def test_end_role_withdraws_waiting_invitations(city, chief):
    """trust A6. Who leaves cannot come back with a link received before."""
    person = PersonFactory(email="a@marelle.example", roles=[(city, Role.CITY_EDITOR)])
    _invitation, token = operations.invite(city.pk, email=person.email, role=Role.CITY_ADMINISTRATOR, by=chief)
    operations.end_role(person.memberships.get().pk, by=chief)

    with pytest.raises(Closed):
        operations.accept_invitation(token, by=person)


def test_first_administrator_prints_a_one_use_link(capsys):
    """trust A11. No account by default: a command prints a link; once somebody administers, it refuses."""
    asked = {"email": "a@marelle.example", "name": "Ada", "organisation_name": "Comité"}

    call_command("first_administrator", **asked)
    dry = (capsys.readouterr().out, Organisation.objects.count())
    call_command("first_administrator", **asked, write=True)
    link = capsys.readouterr().out.split()[-1]
    _used, person = operations.accept_invitation(link.rpartition("/")[2], name="Ada")
    with pytest.raises(SystemExit):
        call_command("first_administrator", **asked, write=True)

    assert dry == ("Ada <a@marelle.example> would be invited to administer Comité (nothing written).\n", 0)
    assert person.committee_roles == {Role.PROGRAMME_ADMINISTRATOR}


def test_first_administrator_of_another_committee_is_asked_for_by_name(capsys):
    """A committee beside one that stands: said on purpose, of a country of its own, with its own administrator."""
    first = {"email": "a@marelle.example", "name": "Ada", "organisation_name": "Comité", "write": True}
    second = {"email": "b@marelle.example", "name": "Bea", "organisation_name": "Comité belge", "write": True}
    call_command("first_administrator", **first)
    capsys.readouterr()

    with pytest.raises(SystemExit):
        call_command("first_administrator", **second)
    refused = (capsys.readouterr().err, Organisation.objects.count())
    call_command("first_administrator", **second, country="be", another=True)
    link = capsys.readouterr().out.split()[-1]
    _used, person = operations.accept_invitation(link.rpartition("/")[2], name="Bea")
    with pytest.raises(SystemExit):
        call_command("first_administrator", **second, another=True)

    assert refused == ("Un autre comité existe déjà ici. Pour en créer un à côté, ajoutez --another.\n", 1)
    assert [(c.name, c.country) for c in person.committees_as({Role.PROGRAMME_ADMINISTRATOR})] == [
        ("Comité belge", "BE")
    ]
    assert Organisation.objects.count() == 2


# Roles ---------------------------------------------------------------------------------------------------------------
def test_give_role_adds_one(city, chief):
    """trust R2. Several roles in one place."""
    person = PersonFactory(roles=[(city, Role.CITY_READER)])

    operations.give_role(person.pk, city.pk, Role.CITY_EDITOR, by=chief)

    person.forget_memberships()
    assert person.roles_in(city) == {Role.CITY_READER, Role.CITY_EDITOR}


@pytest.mark.parametrize("situation", ["editor", "stranger", "twice", "foreign role"])
def test_give_role_refuses(city, chief, situation):
    """trust R1, D2. By administrators, to colleagues, once, of this house."""
    person = PersonFactory(roles=[] if situation == "stranger" else [(city, Role.CITY_READER)])
    by = PersonFactory(roles=[(city, Role.CITY_EDITOR)]) if situation == "editor" else chief
    role = {"twice": Role.CITY_READER, "foreign role": Role.BOARD_MEMBER}.get(situation, Role.CITY_EDITOR)
    before = world()

    with pytest.raises((NotAllowed, WrongState, BadData)):
        operations.give_role(person.pk, city.pk, role, by=by)

    assert world() == before


def test_role_changes_apply_at_the_next_request(client, city, chief):
    """trust R7, A8. The page open a moment ago is closed, and the last role gone ends every session."""
    from tests.signing_in import sign_in

    person = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    sign_in(client, person)
    first = client.get(f"/espace/{city.code}/equipe").status_code
    operations.end_role(person.memberships.get().pk, by=chief)

    second = client.get(f"/espace/{city.code}/equipe")

    assert (first, second.status_code, second.url.startswith("/compte/entrer")) == (200, 302, True)


def test_end_role_of_an_administrator_ends_the_delegation(city, chief):
    """settled 12. The right to hand in goes with the role."""
    other = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])
    DelegationFactory(organisation=city, person=other)

    operations.end_role(other.memberships.get().pk, by=chief)

    assert Delegation.objects.filter(ended_at=None).count() == 0
    assert acts() == ["role_ended", "delegation_ended"]


@pytest.mark.parametrize("situation", ["last leaves", "last removed", "editor removes", "twice"])
def test_end_role_refuses(city, chief, situation):
    """trust R6. The last administrator can neither leave nor be removed; an editor removes nobody."""
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    membership, by = chief.memberships.get(), chief
    if situation == "last removed":
        by = PersonFactory(robot=True)
    elif situation == "editor removes":
        by = editor
    elif situation == "twice":
        membership = MembershipFactory(organisation=city, ended=True)
    before = world()

    with pytest.raises((NotAllowed, WrongState)):
        operations.end_role(membership.pk, by=by)

    assert world() == before


def test_last_administrator_counts_the_active_ones(city, chief):
    """trust R6. A closed account does not count as another administrator."""
    PersonFactory(disabled=True, roles=[(city, Role.CITY_ADMINISTRATOR)])

    with pytest.raises(WrongState):
        operations.end_role(chief.memberships.get().pk, by=chief)


def test_take_over_keeps_what_a_colleague_held(city, chief):
    """trust A8. Roles and delegation end, files stay and are counted, the person is signed out."""
    gone = PersonFactory(name="Sacha", roles=[(city, Role.CITY_ADMINISTRATOR), (city, Role.CITY_EDITOR)])
    DelegationFactory(organisation=city, person=gone)
    SignIn.objects.create(person=gone, session_key="k", started_at=MONDAY, seen_at=MONDAY)

    held = operations.take_over(city.pk, gone.pk, by=chief)

    assert (sorted(held.roles), held.delegations, held.files) == (["CA", "CE"], 1, 0)
    assert (gone.memberships.living().count(), gone.sign_ins.count()) == (0, 0)
    assert acts()[-1] == "files_taken_over"
    assert Notification.objects.get(person=chief).sentence == "Sacha a quitté Bourg\u202f; l’équipe garde les dossiers."


@pytest.mark.parametrize("situation", ["oneself", "stranger", "by an editor"])
def test_take_over_refuses(city, chief, situation):
    """trust R1. An administrator, from a colleague."""
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    gone = {"oneself": chief, "stranger": PersonFactory(), "by an editor": chief}[situation]
    before = world()

    with pytest.raises((NotAllowed, WrongState)):
        operations.take_over(city.pk, gone.pk, by=editor if situation == "by an editor" else chief)

    assert world() == before


# Delegations ---------------------------------------------------------------------------------------------------------
def test_record_delegation_lets_an_administrator_hand_in(city, chief):
    """settled 12. By which act, of which day."""
    from marelle.accounts import rules

    before = rules.may_hand_in(chief, city)

    operations.record_delegation(
        city.pk, chief.pk, given_by="Maire", reference="arrêté 3", signed_on=date(2026, 5, 1), by=chief
    )

    assert (before, rules.may_hand_in(chief, city)) == (False, True)
    assert acts() == ["delegation_recorded"]


@pytest.mark.parametrize("situation", ["to an editor", "by an editor", "tomorrow", "twice"])
def test_record_delegation_refuses(city, chief, situation):
    """settled 12. To an administrator, by one, signed already, once."""
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    if situation == "twice":
        DelegationFactory(organisation=city, person=chief)
    before = world()

    with pytest.raises((NotAllowed, WrongState, BadData)):
        operations.record_delegation(
            city.pk,
            (editor if situation == "to an editor" else chief).pk,
            given_by="Maire",
            reference="a",
            signed_on=date(2026, 5, 5 if situation == "tomorrow" else 1),
            by=editor if situation == "by an editor" else chief,
        )

    assert world() == before


@pytest.mark.parametrize("ended", [False, True])
def test_end_delegation(city, chief, ended):
    """settled 12. It ends once."""
    delegation = DelegationFactory(organisation=city, person=chief, ended_at=MONDAY if ended else None)

    if ended:
        with pytest.raises(WrongState):
            operations.end_delegation(delegation.pk, by=chief)
    else:
        assert operations.end_delegation(delegation.pk, by=chief).ended_at == MONDAY


def test_withdraw_invitation_refuses_a_used_one(city, chief):
    """trust A6. What was used cannot be taken back."""
    used = InvitationFactory(organisation=city, accepted_at=MONDAY)
    before = world()

    with pytest.raises(WrongState):
        operations.withdraw_invitation(used.pk, by=chief)

    assert world() == before
