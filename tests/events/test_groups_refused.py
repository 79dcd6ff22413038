"""Working groups: what is refused, to whom, with nothing changed."""

from datetime import UTC, datetime, timedelta

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.events.models import Event, GroupInvitation, GroupMember
from marelle.events.operations import groups
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import IN_TIME

pytestmark = pytest.mark.django_db
SOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(house):
    return PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])


@pytest.fixture
def group(house, officer):
    return groups.make_group(house, by=officer, name={"fr": "Enfants à la rue"})


@pytest.fixture
def bo(house):
    return PersonFactory(email="bo@ville.example", roles=[(OrganisationFactory(), Role.CITY_EDITOR)])


def meeting_of(group, by):
    return groups.plan_meeting(
        group.pk, name={"fr": "Bilan"}, starts_at=SOON, ends_at=SOON + timedelta(hours=1), language="fr", by=by
    )


@pytest.mark.parametrize("who", ["of another committee’s country", "gone"])
def test_invite_member_refuses_who_the_committee_does_not_look_after(group, officer, who):
    OrganisationFactory(committee=True, code="o-autre", country="TN")
    country = "TN" if who != "gone" else "FR"
    place = OrganisationFactory(code="o-ville", country=country)
    person = PersonFactory(roles=[(place, Role.CITY_EDITOR)], disabled=who == "gone")

    with pytest.raises(BadData):
        groups.invite_member(group.pk, person.email, by=officer)

    assert GroupInvitation.objects.count() == 0


def test_invite_member_refuses_a_part_there_is_not(group, officer, bo):
    with pytest.raises(BadData):
        groups.invite_member(group.pk, bo.email, by=officer, role="chief")

    assert GroupInvitation.objects.count() == 0


def test_withdraw_invitation_refuses_who_does_not_run_the_group_and_what_was_answered(group, officer, bo):
    groups.invite_member(group.pk, bo.email, by=officer)
    with pytest.raises(NotAllowed):
        groups.withdraw_invitation(group.pk, bo, by=bo)
    groups.answer_invitation(group.pk, accepts=True, by=bo)

    with pytest.raises(WrongState):
        groups.withdraw_invitation(group.pk, bo, by=officer)

    assert list(GroupInvitation.objects.values_list("accepted", flat=True)) == [True]


def test_nobody_joins_a_group_that_is_closed(group, officer, bo):
    groups.invite_member(group.pk, bo.email, by=officer)
    groups.close_group(group.pk, by=officer)

    with pytest.raises(WrongState):
        groups.answer_invitation(group.pk, accepts=True, by=bo)

    assert (GroupMember.objects.count(), GroupInvitation.objects.get().accepted) == (0, None)


@pytest.mark.parametrize(
    ("situation", "error"),
    [("a stranger", NotAllowed), ("another group’s", Event.DoesNotExist), ("already off", WrongState)],
)
def test_cancel_meeting_refuses(group, house, officer, bo, situation, error):
    other = groups.make_group(house, by=officer, name={"fr": "Autre"})
    meeting = meeting_of(other if situation == "another group’s" else group, officer)
    if situation == "already off":
        groups.cancel_meeting(group.pk, meeting.code, by=officer)
    before = list(Event.rows.values_list("state", flat=True))

    with pytest.raises(error):
        groups.cancel_meeting(group.pk, meeting.code, by=bo if situation == "a stranger" else officer)

    assert list(Event.rows.values_list("state", flat=True)) == before
