"""The team pages: of an organisation, of the committee."""

import pytest

from marelle.accounts import journal, operations
from marelle.accounts.models import Delegation, Invitation, JournalContent, Membership, PendingAct
from marelle.accounts.states import Role
from marelle.base.idempotency import new_key
from marelle.base.models import Letter
from tests.factories.accounts import (
    DelegationFactory,
    InvitationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    PersonFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return OrganisationFactory(code="67447", name="Bourg")


@pytest.fixture
def chief(city):
    return PersonFactory(name="Alix Chef", application=True, roles=[(city, Role.CITY_ADMINISTRATOR)])


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def head(house):
    return PersonFactory(application=True, roles=[(house, Role.PROGRAMME_ADMINISTRATOR)])


def test_team_shows_roles_and_protection(client, city, chief):
    """trust A3. Who works here, as what, and who has not set up the second proof their role asks for."""
    bare = PersonFactory(name="Sacha Sans", roles=[(city, Role.ELECTED_LEAD)])
    sign_in(client, bare)

    page = client.get("/espace/67447/equipe")

    shown = {c.person.name: (c.has_second_factor, c.must_have_second_factor) for c in page.context["team"]}
    assert shown == {"Alix Chef": (True, True), "Sacha Sans": (False, True)}
    assert "seconde preuve à installer" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_team_asks_a_fixed_number_of_questions(client, django_assert_num_queries, city, chief, count):
    """STYLE 21. Whatever the size of the team, its invitations and requests."""
    for _ in range(count):
        PersonFactory(roles=[(city, Role.CITY_EDITOR)])
        InvitationFactory(organisation=city)
        JoinRequestFactory(organisation=city)
        DelegationFactory(organisation=city)
    sign_in(client, chief)
    client.get("/espace/67447/equipe")

    with django_assert_num_queries(10):
        client.get("/espace/67447/equipe")


def test_invite_from_the_page(client, city, chief):
    """trust A6. One press, one letter; pressed twice with the same form, still one."""
    sign_in(client, chief)
    form = {
        "email": "a@marelle.example",
        "role": "CE",
        "form_key": new_key(),
    }

    first = client.post("/espace/67447/equipe/inviter", form)
    client.post("/espace/67447/equipe/inviter", form)

    assert first.url == "/espace/67447/equipe"
    assert (Invitation.objects.count(), Letter.objects.filter(kind="invitation").count()) == (1, 1)


PATHS = ["inviter", "roles", "delegations"]


@pytest.mark.parametrize("path", PATHS)
def test_light_session_is_led_to_the_proof(client, city, chief, path):
    """trust A4. Team changes ask for a second proof, and nothing is written before."""
    sign_in(client, chief, proof="code")

    led = client.post(f"/espace/67447/equipe/{path}", {"email": "a@marelle.example", "role": "CE"})

    assert led.url == f"/compte/preuve/application?next=%2Fespace%2F67447%2Fequipe%2F{path}"
    assert (Invitation.objects.count(), Membership.objects.count()) == (0, 1)


def test_form_is_sent_again_after_the_proof(client, city, chief):
    """trust A4, D1. What was typed is not lost: after the code, the invitation leaves."""
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    from tests.factories.accounts import SECRET

    sign_in(client, chief, proof="code")
    led = client.post("/espace/67447/equipe/inviter", {"email": "a@marelle.example", "role": "CE"})
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))

    done = client.post(led.url, {"code": code, "next": "/espace/67447/equipe/inviter"})

    assert (done.status_code, done.url) == (302, "/espace/67447/equipe")
    assert Invitation.objects.get().email == "a@marelle.example"


@pytest.mark.parametrize("minutes", [9, 11])
def test_roles_ask_for_a_fresh_proof(client, city, chief, minutes):
    """trust A9. Ten minutes."""
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    sign_in(client, chief, minutes_ago=minutes)

    client.post("/espace/67447/equipe/roles", {"person": editor.code, "role": "CR"})

    assert editor.memberships.living().count() == (2 if minutes == 9 else 1)


def test_answer_give_end_delegate_from_the_page(client, city, chief):
    """trust R1. Each button of the page does its act, once."""
    asked = JoinRequestFactory(organisation=city)
    sign_in(client, chief)

    client.post(f"/espace/67447/equipe/demandes/{asked.code}", {"answer": "accept", "role": "CR"})
    membership = asked.person.memberships.get()
    client.post("/espace/67447/equipe/roles", {"person": asked.person.code, "role": "CE"})
    client.post(f"/espace/67447/equipe/roles/{membership.code}/terminer")
    typed = {"person": chief.code, "given_by": "Maire", "reference": "arrêté 1", "signed_on": "2026-01-05"}
    client.post("/espace/67447/equipe/delegations", typed)
    client.post(f"/espace/67447/equipe/delegations/{Delegation.objects.get().code}/terminer")

    assert [m.role for m in asked.person.memberships.living()] == ["CE"]
    assert Delegation.objects.filter(ended_at=None).count() == 0


@pytest.mark.parametrize("typed", [{}, {"answer": "perhaps"}, {"answer": "accept", "role": "board_member"}])
def test_answer_that_is_none_changes_nothing(client, city, chief, typed):
    """A form without its answer leads back to the team: nobody is let in, nobody is told no."""
    asked = JoinRequestFactory(organisation=city)
    sign_in(client, chief)

    answer = client.post(f"/espace/67447/equipe/demandes/{asked.code}", {"form_key": new_key(), **typed})

    asked.refresh_from_db()
    assert (answer.status_code, answer.url, asked.state) == (302, "/espace/67447/equipe", "asked")


def test_take_over_from_the_page(client, city, chief):
    """trust A8. One page explains, one press acts, one page lists what was held."""
    gone = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    sign_in(client, chief)
    first = client.get(f"/espace/67447/equipe/reprendre/{gone.code}")

    done = client.post(f"/espace/67447/equipe/reprendre/{gone.code}")

    assert (first.status_code, done.context["held"].roles) == (200, ["CE"])
    assert gone.memberships.living().count() == 0


def test_last_administrator_is_told_why(client, city, chief):
    """trust R6. 409, with what to do next; the role stays."""
    sign_in(client, chief)

    refused = client.post(f"/espace/67447/equipe/roles/{chief.memberships.get().code}/terminer")

    assert refused.status_code == 409
    assert "Nommez d’abord un autre administrateur" in refused.content.decode()
    assert chief.memberships.living().count() == 1


def test_foreign_pieces_are_not_found(client, city, chief):
    """trust O4. A piece of another organisation is looked up through this one, and is not there."""
    other = OrganisationFactory()
    sign_in(client, chief)
    paths = [
        f"demandes/{JoinRequestFactory(organisation=other).code}",
        f"invitations/{InvitationFactory(organisation=other).code}/retirer",
        f"delegations/{DelegationFactory(organisation=other).code}/terminer",
        f"roles/{PersonFactory(roles=[(other, Role.CITY_EDITOR)]).memberships.get().code}/terminer",
        f"reprendre/{PersonFactory(roles=[(other, Role.CITY_EDITOR)]).code}",
    ]

    statuses = [
        client.post(f"/espace/67447/equipe/{path}", {"answer": "accept", "role": "CE"}).status_code for path in paths
    ]

    assert statuses == [404] * 5


@pytest.mark.parametrize("role", [Role.CITY_READER, Role.CITY_EDITOR, Role.ELECTED_LEAD])
def test_changes_are_for_administrators(client, city, chief, role):
    """trust R1. Others see the team, without buttons; posting is refused, and the refusal is written (J3)."""
    person = PersonFactory(application=True, roles=[(city, role)])
    sign_in(client, person)
    page = client.get("/espace/67447/equipe").content.decode()

    refused = client.post("/espace/67447/equipe/inviter", {"email": "a@marelle.example", "role": "CE"})

    assert ("Envoyer l’invitation" in page, refused.status_code, Invitation.objects.count()) == (False, 403, 0)
    assert JournalContent.objects.get(verb="refused").person == person


def test_strangers_find_no_team(client, city, chief, head):
    """trust O3. Another city, the committee, nobody: 404 or the door."""
    nobody = client.get("/espace/67447/equipe").status_code
    sign_in(client, PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)]))
    other = client.get("/espace/67447/equipe").status_code
    sign_in(client, head)

    assert (nobody, other, client.get("/espace/67447/equipe").status_code) == (302, 404, 404)


def test_journal_shows_ones_own_acts_only(client, city, chief):
    """trust J4. Administrators read the acts of their organisation, in sentences; never another's."""
    operations.invite(city.pk, email="a@marelle.example", role=Role.CITY_EDITOR, by=chief)
    other = OrganisationFactory()
    journal.record(other, "sealed", by=None, organisation=other)
    sign_in(client, chief)

    page = client.get("/espace/67447/equipe/journal")

    assert [(a.who, a.words, a.details) for a in page.context["acts"]] == [
        ("Alix Chef", "a envoyé une invitation", "rédaction")
    ]


@pytest.mark.parametrize(("role", "status"), [(Role.CITY_EDITOR, 403), (Role.CITY_ADMINISTRATOR, 200)])
def test_journal_is_for_administrators(client, city, role, status):
    """trust J4. Editors do not read it."""
    sign_in(client, PersonFactory(roles=[(city, role)]))

    assert client.get("/espace/67447/equipe/journal").status_code == status


# Office --------------------------------------------------------------------------------------------------------------
def test_office_answers_requests_of_all(client, city, house):
    """trust R1. The programme team lets people in where no administrator did."""
    officer = PersonFactory(application=True, roles=[(house, Role.PROGRAMME_OFFICER)])
    asked = JoinRequestFactory(organisation=city)
    sign_in(client, officer)
    page = client.get("/bureau/equipe").content.decode()

    client.post(f"/bureau/equipe/demandes/{asked.code}", {"answer": "accept", "role": "CA"})

    assert asked.person.name in page
    assert [m.role for m in asked.person.memberships.living()] == ["CA"]


def test_office_invites_and_changes_roles(client, house, head):
    """trust A9, R1. Programme administrators look after the committee's people."""
    member = PersonFactory(roles=[(house, Role.REVIEWER)])
    sign_in(client, head)

    client.post("/bureau/equipe/inviter", {"email": "a@marelle.example", "role": "RV"})
    client.post("/bureau/equipe/roles", {"person": member.code, "role": "CM"})
    client.post(f"/bureau/equipe/roles/{member.memberships.get(role='RV').code}/terminer")
    client.post(f"/bureau/equipe/invitations/{Invitation.objects.get().code}/retirer")

    assert [m.role for m in member.memberships.living()] == ["CM"]
    assert Invitation.objects.get().withdrawn_at is not None


@pytest.mark.parametrize(
    ("role", "page", "journal_", "invite"),
    [
        (Role.PROGRAMME_ADMINISTRATOR, 200, 200, 302),
        (Role.PROGRAMME_OFFICER, 200, 403, 403),
        (Role.REVIEWER, 403, 403, 403),
    ],
)
def test_office_people_doors(client, house, role, page, journal_, invite):
    """trust R1. Officers see; administrators change and read the journal; readers neither."""
    sign_in(client, PersonFactory(application=True, roles=[(house, role)]))

    statuses = (
        client.get("/bureau/equipe").status_code,
        client.get("/bureau/equipe/journal").status_code,
        client.post("/bureau/equipe/inviter", {"email": "a@marelle.example", "role": "RV"}).status_code,
    )

    assert statuses == (page, journal_, invite)


@pytest.mark.parametrize("count", [1, 3])
def test_office_people_asks_a_fixed_number_of_questions(client, django_assert_num_queries, house, head, count):
    """STYLE 21. Whatever the number of members and requests."""
    for _ in range(count):
        PersonFactory(roles=[(house, Role.REVIEWER)])
        JoinRequestFactory()
    sign_in(client, head)
    client.get("/bureau/equipe")

    with django_assert_num_queries(10):
        client.get("/bureau/equipe")


# Accounts that end ---------------------------------------------------------------------------------------------------
def leave(client, email, act):
    return client.post("/bureau/equipe/comptes", {"email": email, "act": act})


def test_office_closes_an_account(client, city, chief, head):
    person = PersonFactory(email="parti@marelle.example", roles=[(city, Role.CITY_EDITOR)])
    sign_in(client, head)

    answer = leave(client, "Parti@marelle.example", "close")

    person.refresh_from_db()
    assert (answer.status_code, person.is_active, person.memberships.living().count()) == (302, False, 0)


def test_office_erases_a_person_by_two_administrators(client, city, chief, house, head):
    """trust R5. One proposes and is told no when confirming; another, who was told, confirms."""
    person = PersonFactory(name="Rose Partie", email="partie@marelle.example", roles=[(city, Role.CITY_EDITOR)])
    other = PersonFactory(application=True, roles=[(house, Role.PROGRAMME_ADMINISTRATOR)])
    sign_in(client, head)
    leave(client, person.email, "erase")
    address = f"/bureau/equipe/comptes/{PendingAct.objects.get().code}"
    own = (client.post(address).status_code, "Effacer définitivement" in client.get("/bureau/equipe").content.decode())
    person.refresh_from_db()
    kept = person.name
    sign_in(client, other)
    page = client.get("/bureau/equipe").content.decode()

    client.post(address)

    person.refresh_from_db()
    assert (own, kept, "Effacer définitivement" in page) == ((403, False), "Rose Partie", True)
    assert (person.name, person.is_active, other.notifications.get().kind) == ("", False, "erasure_proposed")
    assert "Rose Partie" not in client.get("/bureau/equipe").content.decode()


def test_office_declines_an_erasure(client, head):
    person = PersonFactory(name="Rose Reste", email="reste@marelle.example")
    sign_in(client, head)
    leave(client, person.email, "erase")
    address = f"/bureau/equipe/comptes/{PendingAct.objects.get().code}"

    answers = [client.post(address, {"decline": "1"}).status_code for _time in range(2)]

    person.refresh_from_db()
    assert (answers, person.name, PendingAct.objects.get().state) == ([302, 404], "Rose Reste", "declined")


@pytest.mark.parametrize(
    ("role", "proof", "email", "status"),
    [
        (Role.PROGRAMME_ADMINISTRATOR, "mfa", "personne@marelle.example", 422),
        (Role.PROGRAMME_ADMINISTRATOR, "old", "reste@marelle.example", 302),
        (Role.PROGRAMME_OFFICER, "mfa", "reste@marelle.example", 403),
        (Role.REVIEWER, "mfa", "reste@marelle.example", 403),
    ],
    ids=["unknown address", "proof too old", "officer", "reader"],
)
@pytest.mark.parametrize("act", ["close", "erase"])
def test_office_refuses_to_end_an_account(client, house, role, proof, email, status, act):
    """trust A9, R1. Nothing is closed nor proposed."""
    person = PersonFactory(email="reste@marelle.example")
    reader = PersonFactory(application=True, roles=[(house, role)])
    sign_in(client, reader, minutes_ago=11 if proof == "old" else 0)

    answer = leave(client, email, act)

    person.refresh_from_db()
    assert (answer.status_code, person.is_active, PendingAct.objects.count()) == (status, True, 0)
