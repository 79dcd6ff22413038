"""Who may do what from a call to a mandate. Each docstring is the sentence the programme team would say."""

from datetime import timedelta

from django.db.models import Q

from marelle.accounts import rules as accounts
from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.rules import require
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock
from marelle.mandates.models import Agreement, Application, Call, Mandate, Party, Review

__all__ = ["require"]


def may_prepare_call(person: Person, call: Call | None) -> bool:
    """Programme administrators open calls."""
    return accounts.is_programme_administrator(person)


def may_publish_file(person: Person, file: File) -> bool:
    """A file of the committee one works for, never one of a city's dossier."""
    return file.organisation.kind == OrganisationKind.COMMITTEE and accounts.belongs_to(person, file.organisation)


def may_apply(person: Person, organisation: Organisation) -> bool:
    """Those who may write for the organisation start its application."""
    return accounts.may_write(person, organisation)


def may_write(person: Person, application: Application) -> bool:
    """Editors, administrators and elected leads, while the application is being written."""
    return accounts.may_write(person, application.organisation)


def may_submit(person: Person, application: Application) -> bool:
    """The elected lead, or an administrator of the organisation with a recorded delegation."""
    return accounts.may_hand_in(person, application.organisation)


def may_withdraw(person: Person, application: Application) -> bool:
    """Who may hand in may also withdraw."""
    return accounts.may_hand_in(person, application.organisation)


def may_let_lapse(person: Person, application: Application) -> bool:
    """Nobody by hand: the programme’s clock alone."""
    return person.is_robot


def may_handle(person: Person, application: Application) -> bool:
    """The programme team, never for an organisation one belongs to."""
    return accounts.in_programme_team(person) and not accounts.belongs_to(person, application.organisation)


def may_be_reader(person: Person, application: Application) -> bool:
    """A reviewer of the committee, never of an organisation they belong to, or belonged to in the last 24 months."""
    return Role.REVIEWER in person.committee_roles and not _belonged_lately(person, application.organisation)


def may_review(person: Person, review: Review) -> bool:
    """Only the reader it was given to."""
    return review.reviewer_id == person.pk and may_be_reader(person, review.application)


def may_give_opinion(person: Person, application: Application) -> bool:
    """The programme team records the commission's opinion; commission members too."""
    in_commission = Role.COMMISSION_MEMBER in person.committee_roles
    return (accounts.in_programme_team(person) or in_commission) and not accounts.belongs_to(
        person, application.organisation
    )


def may_propose_decision(person: Person, application: Application) -> bool:
    """A programme administrator proposes the decision."""
    return accounts.is_programme_administrator(person) and not accounts.belongs_to(person, application.organisation)


def may_read_proposal(person: Person, application: Application) -> bool:
    """The board that must confirm it, and the programme team that made it."""
    return may_confirm_decision(person, application) or may_handle(person, application)


def may_confirm_decision(person: Person, application: Application) -> bool:
    """The board confirms it, never for an organisation one belongs to."""
    return accounts.is_board_member(person) and not accounts.belongs_to(person, application.organisation)


def may_record_vote(person: Person, application: Application) -> bool:
    """The organisation records its own council's vote."""
    return accounts.may_hand_in(person, application.organisation)


def may_send_agreement(person: Person, agreement: Agreement) -> bool:
    """The programme team sends the agreement for signature, never for an organisation one belongs to."""
    own = accounts.belongs_to(person, agreement.application.organisation)
    return accounts.in_programme_team(person) and not own


def may_sign(person: Person, party: Party) -> bool:
    """The elected lead signs for the organisation; for the committee, an administrator other than the one who sent it."""
    for_committee = party.organisation.kind == OrganisationKind.COMMITTEE
    if for_committee and party.agreement.sent_by_id == person.pk:
        return False  # four eyes, trust R5
    return accounts.may_sign_for(person, party.organisation)


def may_end_mandate(person: Person, mandate: Mandate) -> bool:
    """The programme team, never for an organisation one belongs to."""
    return accounts.in_programme_team(person) and not accounts.belongs_to(person, mandate.organisation)


def _belonged_lately(person: Person, organisation: Organisation) -> bool:
    since = clock.now() - timedelta(days=731)  # trust R4: 24 months, a leap day among them
    living = Q(ended_at=None) | Q(ended_at__gte=since)
    return person.memberships.filter(living, organisation=organisation).exists()
