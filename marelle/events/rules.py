"""Who may do what with meetings, needs, exchanges and working groups."""

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.events.models import Delegation, Event, Exchange, Group, GroupMember, Invitation, Need
from marelle.events.states import EventRole


def may_run(person: Person, committee: Organisation) -> bool:
    """The programme team of the committee whose meeting, ranking or group it is."""
    return accounts.in_programme_team(person, committee)


# Meetings ------------------------------------------------------------------------------------------------------------
def may_prepare_meeting(person: Person, event: Event) -> bool:
    """The programme team of the committee whose meeting it is."""
    return accounts.in_programme_team(person, event.committee)


def may_moderate(person: Person, event: Event) -> bool:
    """Whoever organises or moderates the meeting, in whatever organisation; the programme team of its committee."""
    runs = event.roles.filter(person=person, role__in=[EventRole.ORGANISER, EventRole.MODERATOR])
    return accounts.in_programme_team(person, event.committee) or runs.exists()


# Needs ---------------------------------------------------------------------------------------------------------------
def may_state_need(person: Person, organisation: Organisation) -> bool:
    """Whoever writes for the organisation."""
    return accounts.may_write(person, organisation)


def may_rank(person: Person, organisation: Organisation) -> bool:
    """Whoever writes for the organisation whose points they are."""
    return accounts.may_write(person, organisation)


def may_change_need(person: Person, need: Need) -> bool:
    """Whoever writes for the organisation that stated it."""
    return accounts.may_write(person, need.organisation)


def may_take_up_need(person: Person, need: Need) -> bool:
    """The programme team of the committee the need was stated to."""
    return accounts.in_programme_team(person, need.committee)


def may_answer_exchange(person: Person, exchange: Exchange) -> bool:
    """Whoever writes for the organisation that was asked."""
    return accounts.may_write(person, exchange.asked_of)


def may_tell_exchange(person: Person, exchange: Exchange) -> bool:
    """Whoever writes for one of the two organisations."""
    return accounts.may_write(person, exchange.asked_by) or accounts.may_write(person, exchange.asked_of)


# Working groups ------------------------------------------------------------------------------------------------------
def is_member(person: Person, group: Group) -> bool:
    """Whoever is a member of the group today."""
    return GroupMember.objects.filter(group=group, person=person, left_at=None).exists()


def may_read_group(person: Person, group: Group) -> bool:
    """The members of the group, and the programme team of its committee."""
    return is_member(person, group) or accounts.in_programme_team(person, group.committee)


# Gatherings ----------------------------------------------------------------------------------------------------------
def may_answer_invitation(person: Person, invitation: Invitation) -> bool:
    """Whoever writes for the organisation invited."""
    return accounts.may_write(person, invitation.organisation)


def may_change_delegation(person: Person, delegation: Delegation) -> bool:
    """Whoever writes for the organisation that sends the delegation."""
    return accounts.may_write(person, delegation.organisation)
