"""Who may do what with consultations."""

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import Role
from marelle.consultations.models import Consultation, Partner, ResearchRequest, Sitting


def may_prepare(person: Person, committee: Organisation) -> bool:
    """The programme team of the committee whose consultation it is."""
    return accounts.in_programme_team(person, committee)


def may_write(person: Person, consultation: Consultation) -> bool:
    """The programme team of the committee whose consultation it is."""
    return accounts.in_programme_team(person, consultation.committee)


def may_hold_key(person: Person, consultation: Consultation) -> bool:
    """A programme administrator of the committee whose consultation it is."""
    return accounts.may_administer(person, consultation.committee)


def may_open(person: Person, consultation: Consultation) -> bool:
    """A programme administrator of the committee whose consultation it is opens, closes and freezes it."""
    return accounts.may_administer(person, consultation.committee)


def is_analyst(person: Person, consultation: Consultation) -> bool:
    """An analyst of the committee whose consultation it is."""
    return Role.ANALYST in person.roles_in(consultation.committee)


def may_agree_on(person: Person, request: ResearchRequest) -> bool:
    """A programme administrator of the committee whose consultation it is, never for a file of their own."""
    return may_open(person, request.consultation) and person.pk != request.analyst_id


def may_take(person: Person, request: ResearchRequest) -> bool:
    """The analyst who is named, as long as they are one."""
    return person.pk == request.analyst_id and is_analyst(person, request.consultation)


def may_answer_partner(person: Person, partner: Partner) -> bool:
    """The programme team of the committee whose consultation it is."""
    return accounts.in_programme_team(person, partner.consultation.committee)


def may_relay_for(person: Person, organisation: Organisation) -> bool:
    """Who writes for the organisation, a partner’s authors among them."""
    return accounts.may_write(person, organisation) or Role.PARTNER_AUTHOR in person.roles_in(organisation)


def may_relay(person: Person, partner: Partner) -> bool:
    """Who writes for the organisation that relays, and the programme team."""
    own = partner.organisation is not None and may_relay_for(person, partner.organisation)
    return own or may_answer_partner(person, partner)


def may_hold(person: Person, sitting: Sitting) -> bool:
    """Who writes for the organisation whose group it is, and the programme team; from home, the programme team alone."""
    if sitting.site is not None:
        return may_relay(person, sitting.site.partner)
    return accounts.in_programme_team(person, sitting.consultation.committee)


def may_carry_on(person: Person, organisation: Organisation) -> bool:
    """Who writes for the organisation takes what its children said into its plan, and answers them."""
    return accounts.may_write(person, organisation)
