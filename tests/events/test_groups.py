"""Working groups: their members, what they write, and that nobody else reads a word of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import threads
from marelle.accounts.models import File, Notification
from marelle.accounts.states import Role
from marelle.base import clock, registers
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.events.models import Event, Group, GroupInvitation, GroupMember, Minutes
from marelle.events.operations import groups
from marelle.events.queries import groups as queries
from marelle.events.queries.meetings import show_events
from marelle.library.models import Resource
from tests.factories.accounts import MembershipFactory, OrganisationFactory, PersonFactory
from tests.factories.events import IN_TIME, EventPersonFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
SOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def committee():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(committee):
    return PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])


@pytest.fixture
def town(committee):
    return OrganisationFactory(code="61001")


@pytest.fixture
def abroad(committee):
    return OrganisationFactory(code="o-abroad", country="TN", name="Sfax")


@pytest.fixture
def group(committee, officer):
    return groups.make_group(committee, by=officer, name={"fr": "Enfants à la rue", "en": "Children in the street"})


@pytest.fixture
def aya(town, group, officer):
    person = PersonFactory(name="Aya", email="aya@ville.example", roles=[(town, Role.CITY_EDITOR)])
    groups.invite_member(group.pk, "Aya@ville.example", by=officer)
    groups.answer_invitation(group.pk, accepts=True, by=person)
    return person


@pytest.fixture
def ines(abroad, group, officer):
    person = PersonFactory(name="Inès", email="ines@sfax.example", roles=[(abroad, Role.CITY_EDITOR)], language="en")
    groups.invite_member(group.pk, person.email, by=officer)
    groups.answer_invitation(group.pk, accepts=True, by=person)
    return person


@pytest.fixture
def colleague(town):
    return PersonFactory(name="Bo", roles=[(town, Role.CITY_ADMINISTRATOR)])


def upload(name="note.csv"):
    return SimpleUploadedFile(name, b"a,b\n1,2\n")


def test_members_come_from_any_organisation_the_committee_looks_after(group, aya, ines, town, abroad):
    assert [(m.person, m.organisation) for m in queries.members(group)] == [(aya, town), (ines, abroad)]


def test_who_is_invited_reads_the_charter_and_joins_by_accepting_it(client, group, officer, town):
    groups.write_group(group.pk, "charter", {"fr": "Nous nous écoutons."}, version=1, by=officer)
    groups.write_group(group.pk, "agenda", {"fr": "Point réservé"}, version=2, by=officer)
    person = PersonFactory(name="Bo", email="bo@ville.example", roles=[(town, Role.CITY_EDITOR)])
    groups.invite_member(group.pk, "Bo@ville.example", by=officer)
    told = Notification.objects.get(person=person)
    here = f"/espace/61001/rencontres/groupes/{group.code}"
    sign_in(client, person)

    before = client.get(here).content.decode()
    was_member = queries.members(group).exists()
    asked = here in client.get("/espace/61001").content.decode()
    answer = client.post(f"{here}/faire", {"act": "accept"})
    after = client.get(here).content.decode()

    assert (told.kind, told.address, asked) == ("group_invited", here, True)
    assert ("Nous nous écoutons." in before, "Point réservé" in before, was_member) == (True, False, False)
    assert (answer.status_code, "Point réservé" in after) == (302, True)
    assert [m.person for m in queries.members(group)] == [person]
    assert here not in client.get("/espace/61001").content.decode()


def test_who_declines_reads_nothing_more(client, group, officer, town):
    person = PersonFactory(email="bo@ville.example", roles=[(town, Role.CITY_EDITOR)])
    groups.invite_member(group.pk, person.email, by=officer)
    here = f"/espace/61001/rencontres/groupes/{group.code}"
    sign_in(client, person)

    other = client.post(f"{here}/faire", {"act": "thread", "text": "Bonjour", "language": "fr"})
    answer = client.post(f"{here}/faire", {"act": "decline"})

    assert (other.status_code, answer.status_code, client.get(here).status_code) == (404, 302, 404)
    assert GroupMember.objects.count() == Notification.objects.filter(person=person).count() == 0


def test_nobody_joins_on_an_invitation_that_is_not_theirs_or_is_over(group, officer, town, colleague):
    person = PersonFactory(email="bo@ville.example", roles=[(town, Role.CITY_EDITOR)])
    groups.invite_member(group.pk, person.email, by=officer)
    with pytest.raises(WrongState):
        groups.answer_invitation(group.pk, accepts=True, by=colleague)

    groups.withdraw_invitation(group.pk, person, by=officer)

    with pytest.raises(WrongState):
        groups.answer_invitation(group.pk, accepts=True, by=person)
    assert (GroupMember.objects.count(), GroupInvitation.objects.count()) == (0, 0)


def test_who_left_the_organisation_meanwhile_does_not_join(group, officer, town):
    person = PersonFactory(email="bo@ville.example", roles=[(town, Role.CITY_EDITOR)])
    groups.invite_member(group.pk, person.email, by=officer)
    person.memberships.update(ended_at=IN_TIME)

    with pytest.raises(WrongState):
        groups.answer_invitation(group.pk, accepts=True, by=person)

    assert GroupMember.objects.count() == 0


def test_the_team_invites_and_takes_back_from_the_page(client, group, officer, town):
    person = PersonFactory(name="Bo Essai", email="bo@ville.example", roles=[(town, Role.CITY_EDITOR)])
    sign_in(client, officer)
    here = f"/bureau/rencontres/groupes/{group.code}"

    sent = client.post(f"{here}/membres", {"email": person.email, "role": "facilitator"})
    shown = client.get(here).content.decode()
    invitation = GroupInvitation.objects.get()
    back = client.post(f"{here}/membres", {"act": "withdraw", "person": person.code})

    assert (sent.status_code, invitation.role, "Bo Essai" in shown) == (302, "facilitator", True)
    assert (back.status_code, GroupInvitation.objects.count()) == (302, 0)
    assert "Bo Essai" not in client.get(here).content.decode()


def test_one_of_the_team_accepts_in_the_office(client, group, officer):
    groups.invite_member(group.pk, officer.email, by=officer)
    sign_in(client, officer)
    here = f"/bureau/rencontres/groupes/{group.code}"

    offered = 'value="accept"' in client.get(here).content.decode()
    client.post(f"{here}/faire", {"act": "accept"})

    assert (offered, [m.person for m in queries.members(group)]) == (True, [officer])
    assert 'value="accept"' not in client.get(here).content.decode()


@pytest.mark.parametrize("email", ["nobody@ville.example", "homeless@ville.example"])
def test_invite_member_says_the_same_whether_the_account_exists(group, officer, email):
    PersonFactory(email="homeless@ville.example")

    with pytest.raises(BadData) as refused:
        groups.invite_member(group.pk, email, by=officer)

    assert refused.value.sentence.startswith(("Nobody of the organisations", "Personne dans les organisations"))
    assert GroupInvitation.objects.count() == 0


def test_a_member_invites_nobody(group, aya, colleague):
    with pytest.raises(NotAllowed):
        groups.invite_member(group.pk, colleague.email, by=aya)

    assert GroupInvitation.objects.filter(answered_at=None).count() == 0


def test_somebody_is_invited_once_and_never_when_in_the_group(group, aya, officer, colleague):
    first = groups.invite_member(group.pk, colleague.email, by=officer)

    assert groups.invite_member(group.pk, colleague.email, by=officer) == first
    assert groups.invite_member(group.pk, aya.email, by=officer) is None
    assert Notification.objects.filter(person=colleague).count() == 1


def test_a_meeting_of_a_group_is_read_on_the_page_of_the_group(client, group, aya, colleague, officer):
    event = groups.plan_meeting(
        group.pk, name={"fr": "Bilan"}, starts_at=SOON, ends_at=SOON + timedelta(hours=1), language="fr", by=aya
    )
    EventPersonFactory(event=event, person=aya)

    shown = {
        name: show_events([event.code], who) for name, who in {"aya": aya, "bo": colleague, "team": officer}.items()
    }
    addresses = {name: found[event.code].address for name, found in shown.items() if found}
    sign_in(client, aya)
    opened = client.get(addresses["aya"]).status_code
    sign_in(client, officer)

    assert addresses == {
        "aya": f"/espace/61001/rencontres/groupes/{group.code}",
        "team": f"/bureau/rencontres/groupes/{group.code}",
    }
    assert (opened, client.get(addresses["team"]).status_code, event.address) == (200, 200, addresses["team"])


def test_minutes_stand_side_by_side(group, aya, ines):
    day = date(2026, 4, 30)
    groups.write_minutes(group.pk, held_on=day, language="fr", text="Décidé.", by=aya)
    groups.write_minutes(group.pk, held_on=day, language="en", text="Decided.", by=ines)

    assert [(d.held_on, d.french, d.english) for d in queries.minutes(group)] == [(day, "Décidé.", "Decided.")]


def test_minutes_written_meanwhile_are_not_lost(group, aya, ines):
    day = date(2026, 4, 30)
    first = groups.write_minutes(group.pk, held_on=day, language="fr", text="Décidé.", by=aya)

    with pytest.raises(BadData):
        groups.write_minutes(group.pk, held_on=day, language="fr", text="Autre.", by=ines)
    corrected = groups.write_minutes(
        group.pk, held_on=day, language="fr", text="Décidé, par tous.", by=ines, version=first.version
    )

    assert (Minutes.objects.count(), corrected.version, corrected.text) == (1, 2, "Décidé, par tous.")


def test_a_charter_written_meanwhile_is_not_lost(group, aya, ines):
    groups.write_group(group.pk, "charter", {"fr": "Nous."}, version=1, by=aya)

    with pytest.raises(BadData):
        groups.write_group(group.pk, "charter", {"fr": "Moi."}, version=1, by=ines)

    group.refresh_from_db()
    assert (group.charter, group.version) == ({"fr": "Nous."}, 2)


def test_a_file_is_read_by_the_members_not_by_their_colleagues(group, aya, ines, colleague):
    file = groups.add_file(group.pk, upload(), by=aya)

    assert (file.organisation.code, list(queries.files(group))) == ("61001", [file])
    assert list(File.objects.visible_to(colleague)) == []


def test_a_meeting_is_in_the_members_calendars_and_nobody_elses(group, aya, ines, colleague, town, abroad):
    groups.plan_meeting(
        group.pk, name={"fr": "Bilan"}, starts_at=SOON, ends_at=SOON + timedelta(hours=1), language="fr", by=aya
    )

    titles = {
        "aya": [m.title for m in registers.moments(aya, town)],
        "ines": [m.title for m in registers.moments(ines, abroad)],
        "colleague": [m.title for m in registers.moments(colleague, town)],
        "public": [m.title for m in registers.moments(None, None)],
    }
    assert titles == {
        "aya": ["Enfants à la rue\u202f: Bilan"],
        "ines": ["Enfants à la rue\u202f: Bilan"],
        "colleague": [],
        "public": [],
    }
    assert Event.objects.public().filter(group=group).count() == 0


def test_a_meeting_called_off_is_told_and_leaves_the_calendars(client, group, aya, ines, town):
    event = groups.plan_meeting(
        group.pk, name={"fr": "Bilan"}, starts_at=SOON, ends_at=SOON + timedelta(hours=1), language="fr", by=aya
    )
    sign_in(client, aya)
    here = f"/espace/61001/rencontres/groupes/{group.code}"
    shown = "(heure de Paris)" in client.get(here).content.decode()

    done = client.post(f"{here}/faire", {"act": "no_meeting", "no_meeting-code": event.code})
    again = client.post(f"{here}/faire", {"act": "no_meeting", "no_meeting-code": event.code})

    event.refresh_from_db()
    told = Notification.objects.filter(person=ines, kind="group_meeting").order_by("pk")
    assert (shown, done.status_code, again.status_code, event.state) == (True, 302, 404, "cancelled")
    assert [notification.sentence for notification in told][-1:] == [
        "“Bilan” of “Children in the street” will not be held."
    ]
    assert registers.moments(aya, town) == []


def test_what_a_group_made_goes_to_the_library_as_a_copy(group, aya, officer):
    file = groups.add_file(group.pk, upload(), by=aya)

    resource = groups.put_in_library(group.pk, file, "fr", by=officer)

    kept = resource.files.get().file
    assert (resource.kind, resource.state, kept == file, kept.sha256 == file.sha256, kept.is_apart) == (
        "minutes",
        "draft",
        False,
        True,
        False,
    )
    with pytest.raises(NotAllowed):
        groups.put_in_library(group.pk, file, "fr", by=aya)
    assert Resource.rows.count() == 1


def test_who_leaves_reads_nothing_any_more(group, aya, ines):
    threads.say(groups.reference_of(group), "@Aya ?", by=ines)

    groups.leave(group.pk, aya, by=aya)

    assert threads.may_read(groups.reference_of(group), aya) is False
    assert list(Group.objects.visible_to(aya)) == []
    assert Notification.objects.filter(person=aya).count() == 0


ACTS = {
    "charter": lambda group, by: groups.write_group(group.pk, "charter", {"fr": "x"}, version=1, by=by),
    "minutes": lambda group, by: groups.write_minutes(
        group.pk, held_on=date(2026, 4, 1), language="fr", text="x", by=by
    ),
    "file": lambda group, by: groups.add_file(group.pk, upload(), by=by),
    "meeting": lambda group, by: groups.plan_meeting(
        group.pk, name={"fr": "x"}, starts_at=SOON, ends_at=SOON + timedelta(hours=1), language="fr", by=by
    ),
    "message": lambda group, by: threads.say(groups.reference_of(group), "x", by=by),
}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_colleague_of_a_member_does_nothing(group, aya, colleague, act):
    with pytest.raises(NotAllowed):
        ACTS[act](group, colleague)

    assert (Minutes.objects.count(), File.rows.count(), Event.rows.count()) == (0, 0, 0)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_closed_group_is_read_and_nothing_is_added(group, aya, officer, act):
    groups.close_group(group.pk, by=officer)

    with pytest.raises(NotAllowed if act == "message" else WrongState):
        ACTS[act](group, aya)

    assert threads.may_read(groups.reference_of(group), aya) is True


# Pages: canaries ----------------------------------------------------------------------------------------------------
CANARY = "kqzgroupsecret"


@pytest.fixture
def secret(committee, officer, town):
    """A group whose every text holds one word nobody else would write, and its member in the town."""
    member = PersonFactory(name="Membre", email="membre@ville.example", roles=[(town, Role.CITY_EDITOR)])
    group = groups.make_group(
        committee, by=officer, name={"fr": f"{CANARY} nom", "en": f"{CANARY} name"}, charter={"fr": f"{CANARY} charte"}
    )
    groups.invite_member(group.pk, member.email, by=officer)
    groups.answer_invitation(group.pk, accepts=True, by=member)
    groups.write_group(group.pk, "agenda", {"fr": f"{CANARY} ordre du jour"}, version=1, by=member)
    groups.write_minutes(group.pk, held_on=date(2026, 4, 30), language="fr", text=f"{CANARY} compte rendu", by=member)
    groups.add_file(group.pk, upload(f"{CANARY}.csv"), by=member)
    groups.plan_meeting(
        group.pk,
        name={"fr": f"{CANARY} réunion"},
        starts_at=SOON,
        ends_at=SOON + timedelta(hours=1),
        language="fr",
        by=member,
    )
    threads.say(groups.reference_of(group), f"{CANARY} message", by=member)
    return group, member


def addresses(group, code):
    file, event = group.files.get(), Event.rows.get(group=group)
    return [
        f"/espace/{code}",
        f"/espace/{code}/documents",
        f"/espace/{code}/messages",
        f"/espace/{code}/recherche?q={CANARY[:8]}",
        f"/espace/{code}/rencontres",
        f"/espace/{code}/rencontres/groupes",
        f"/espace/{code}/rencontres/groupes/{group.code}",
        f"/espace/{code}/rencontres/groupes/{group.code}/fichiers/{file.code}",
        f"/webinaires/{event.code}",
        f"/webinaires/{event.code}.ics",
        f"/recherche?q={CANARY[:8]}",
        "/rendez-vous",
        "/webinaires",
        f"/bureau/rencontres/groupes/{group.code}",
        f"/compte/fichiers/{file.code}",
    ]


def read_by(client, group, code):
    """The addresses that say a word of the group."""
    found = []
    for address in addresses(group, code):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if CANARY in body.decode(errors="ignore") or CANARY in str(answer.headers):
            found.append(address)
    return found


@pytest.mark.parametrize("who", ["a colleague", "another city", "a reviewer", "a visitor"])
def test_nobody_else_reads_a_word_of_a_group(client, secret, town, committee, who):
    group, _member = secret
    code = town.code
    if who == "a colleague":
        sign_in(client, PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR), (town, Role.ELECTED_LEAD)]))
    elif who == "another city":
        other = OrganisationFactory(code="61099")
        sign_in(client, PersonFactory(roles=[(other, Role.CITY_ADMINISTRATOR)]))
        code = other.code
    elif who == "a reviewer":
        sign_in(client, PersonFactory(roles=[(committee, Role.REVIEWER)]))

    assert read_by(client, group, code) == []


def test_its_member_reads_all_of_it(client, secret, town):
    group, member = secret
    sign_in(client, member)
    page = client.get(f"/espace/61001/rencontres/groupes/{group.code}").content.decode()

    said = [
        f"{CANARY} {word}" in page for word in ("nom", "charte", "ordre du jour", "compte rendu", "réunion", "message")
    ]
    assert (said, f"{CANARY}.csv" in page) == ([True] * 6, True)


def test_one_s_other_organisation_does_not_show_the_group(client, secret, officer):
    group, member = secret
    other = OrganisationFactory(code="61077")
    MembershipFactory(person=member, organisation=other)
    sign_in(client, member)

    answers = [client.get(f"/espace/61077/rencontres/groupes{end}") for end in ("", f"/{group.code}")]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert CANARY not in answers[0].content.decode()


def test_members_write_share_and_leave_from_the_page(client, group, aya, ines):
    sign_in(client, aya)
    here = f"/espace/61001/rencontres/groupes/{group.code}"

    sent = [
        client.post(f"{here}/faire", {"act": "thread", "text": "Bonjour @Inès", "language": "fr"}),
        client.post(f"{here}/faire", {"act": "agenda", "version": "1", "agenda-fr": "Un point", "agenda-en": "One"}),
        client.post(
            f"{here}/faire",
            {"act": "minutes", "minutes-held_on": "2026-04-30", "minutes-language": "fr", "minutes-text": "Dit."},
        ),
        client.post(f"{here}/faire", {"act": "file", "file-upload": upload()}),
        client.post(
            f"{here}/faire",
            {
                "act": "meeting",
                "meeting-name": "Bilan",
                "meeting-day": "2026-05-20",
                "meeting-starts": "14:00",
                "meeting-ends": "15:00",
                "meeting-language": "fr",
            },
        ),
    ]
    page = client.get(here).content.decode()
    refused = client.post(f"{here}/faire", {"act": "minutes", "minutes-text": "Perdu ?"})
    left = client.post(f"{here}/faire", {"act": "leave"})

    assert [answer.status_code for answer in sent] == [302] * 5
    assert [word in page for word in ("Bonjour @Inès", "Un point", "Dit.", "note.csv", "Bilan")] == [True] * 5
    assert (refused.status_code, "Perdu ?" in refused.content.decode()) == (422, True)
    assert (left.status_code, client.get(here).status_code) == (302, 404)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_group_asks_a_fixed_number_of_questions(client, group, aya, count, django_assert_num_queries):
    for number in range(count):
        threads.say(groups.reference_of(group), f"Bonjour {number}", by=aya)
        groups.plan_meeting(
            group.pk,
            name={"fr": f"Bilan {number}"},
            starts_at=SOON + timedelta(days=number),
            ends_at=SOON + timedelta(days=number, hours=1),
            language="fr",
            by=aya,
        )
    sign_in(client, aya)
    here = f"/espace/61001/rencontres/groupes/{group.code}"
    client.get(here)

    with django_assert_num_queries(11):
        shown = client.get(here).context

    assert (len(shown["thread"]["lines"]), len(shown["meetings"])) == (count, count)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_groups_asks_a_fixed_number_of_questions(
    client, committee, officer, aya, group, count, django_assert_num_queries
):
    for number in range(count):
        more = groups.make_group(committee, by=officer, name={"fr": f"Groupe {number}"})
        groups.invite_member(more.pk, aya.email, by=officer)
        groups.answer_invitation(more.pk, accepts=True, by=aya)
        waiting = groups.make_group(committee, by=officer, name={"fr": f"Invité {number}"})
        groups.invite_member(waiting.pk, aya.email, by=officer)
    sign_in(client, aya)
    client.get("/espace/61001/rencontres/groupes")

    with django_assert_num_queries(7):
        client.get("/espace/61001/rencontres/groupes")
