"""Who may do what from a call to a mandate. Each docstring is the sentence the programme team would say."""

from datetime import timedelta

from django.db.models import Q

from marelle.accounts import rules as accounts
from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.rules import require
from marelle.accounts.states import BOARD_ROLES, PROGRAMME_TEAM, OrganisationKind, Role
from marelle.base import clock
from marelle.mandates.models import (
    Agreement,
    AmendmentSignature,
    Application,
    Bundle,
    Call,
    Contact,
    Mandate,
    PaperCopy,
    Party,
    Remark,
    Reminding,
    Review,
    SavedView,
    Testimony,
    Tie,
)
from marelle.mandates.models.applications import in_conflict
from marelle.mandates.states import BEGUN
from marelle.territories.models import Territory

__all__ = ["require"]


def may_open_call(person: Person, committee: Organisation) -> bool:
    """A programme administrator opens the calls of their own committee."""
    return accounts.is_programme_administrator(person, committee)


def may_prepare_call(person: Person, call: Call) -> bool:
    """A programme administrator of the committee whose call it is."""
    return Role.PROGRAMME_ADMINISTRATOR in person.roles_at(call.committee_id)


def may_answer_publicly(person: Person, call: Call) -> bool:
    """The programme team of the committee whose call it is."""
    return accounts.in_programme_team(person, call.committee)


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


def may_write_to(person: Person, organisation: Organisation) -> bool:
    """The programme team writes to the organisations its committees look after."""
    near = Organisation.objects.looked_after_by(person.committees_as(PROGRAMME_TEAM))
    return near.exclude(kind=OrganisationKind.COMMITTEE).filter(pk=organisation.pk).exists()


def may_handle(person: Person, application: Application) -> bool:
    """The programme team of the committee, never for an organisation one belongs to or has a tie with."""
    return _in_team(person, application) and _is_apart(person, application)


def may_prepare_hearings(person: Person, call: Call) -> bool:
    """The programme team of the committee whose call it is."""
    return accounts.in_programme_team(person, call.committee)


def may_prepare_session(person: Person, call: Call) -> bool:
    """The programme team of the committee whose call it is."""
    return accounts.in_programme_team(person, call.committee)


def may_share_out(person: Person, call: Call) -> bool:
    """The programme team of the committee whose call it is; each dossier then asks `may_handle`."""
    return accounts.in_programme_team(person, call.committee)


def may_bundle(person: Person, call: Call) -> bool:
    """The programme team of the committee whose call it is; the file then holds what each may read."""
    return accounts.in_programme_team(person, call.committee)


def may_take_bundle(person: Person, bundle: Bundle) -> bool:
    """Who asked for it, and nobody else, while still of the team."""
    return bundle.asked_by_id == person.pk and may_bundle(person, bundle.call)


def may_confirm_session(person: Person, call: Call) -> bool:
    """The board of the committee whose call it is; each decision then asks `may_confirm_decision`."""
    return Role.BOARD_MEMBER in person.roles_at(call.committee_id)


def may_be_reader(person: Person, application: Application) -> bool:
    """A reviewer of the committee, never of an organisation they have a tie with, or belonged to in the last 24 months."""
    is_reader = Role.REVIEWER in _roles(person, application)
    return is_reader and not _belonged_lately(person, application.organisation) and not _has_tie(person, application)


def may_be_read_by(reader: Person) -> Q:
    """The applications of their committee a reviewer may be given, as `may_be_reader` says: many at once, one question."""
    return ~in_conflict(reader) & ~Q(organisation__in=reader.memberships.filter(_lately()).values("organisation"))


def may_review(person: Person, review: Review) -> bool:
    """Only the reader it was given to."""
    return review.reviewer_id == person.pk and may_be_reader(person, review.application)


def may_remark(person: Person, application: Application) -> bool:
    """A reader who has begun; the programme team. Each while the dossier is open to them."""
    begun = application.reviews.filter(reviewer=person, state__in=BEGUN).exists()
    return may_handle(person, application) or (begun and may_be_reader(person, application))


def may_change_remark(person: Person, remark: Remark) -> bool:
    """Whoever wrote it, while they may write remarks on the dossier."""
    return remark.author_id == person.pk and may_remark(person, remark.application)


def may_resolve(person: Person, remark: Remark) -> bool:
    """Whoever wrote it, and the programme team."""
    return may_change_remark(person, remark) or may_handle(person, remark.application)


def may_reopen_review(person: Person, review: Review) -> bool:
    """The programme team of the committee, never for an organisation one belongs to or has a tie with."""
    return may_handle(person, review.application)


def may_end_tie(person: Person, tie: Tie) -> bool:
    """Whoever declared it."""
    return tie.person_id == person.pk


def may_declare_tie(person: Person, place: Organisation | Territory) -> bool:
    """Whoever works for a committee, of any place, for themselves."""
    return person.in_committee


def may_give_opinion(person: Person, application: Application) -> bool:
    """The programme team records the commission's opinion; commission members too."""
    advises = bool(_roles(person, application) & {*PROGRAMME_TEAM, Role.COMMISSION_MEMBER})
    return advises and _is_apart(person, application)


def may_propose_decision(person: Person, application: Application) -> bool:
    """A programme administrator of the committee proposes the decision."""
    is_administrator = Role.PROGRAMME_ADMINISTRATOR in _roles(person, application)
    return is_administrator and _is_apart(person, application)


def may_give_more_time(person: Person, application: Application) -> bool:
    """A programme administrator of the committee, never for an organisation one belongs to."""
    return may_propose_decision(person, application)


def may_read_proposal(person: Person, application: Application) -> bool:
    """The board that must confirm it, and the programme team that made it."""
    return may_confirm_decision(person, application) or may_handle(person, application)


def may_confirm_decision(person: Person, application: Application) -> bool:
    """The committee's board confirms it, never for an organisation one belongs to."""
    on_board = Role.BOARD_MEMBER in _roles(person, application)
    return on_board and _is_apart(person, application)


def may_record_vote(person: Person, application: Application) -> bool:
    """The organisation records its own council's vote."""
    return accounts.may_hand_in(person, application.organisation)


def may_send_agreement(person: Person, agreement: Agreement) -> bool:
    """The programme team sends the agreement for signature, never for an organisation one belongs to."""
    return may_handle(person, agreement.application)


def may_sign(person: Person, party: Party) -> bool:
    """The elected lead signs for the organisation; for the committee, an administrator other than the one who sent it."""
    for_committee = party.organisation.kind == OrganisationKind.COMMITTEE
    if for_committee and party.agreement.sent_by_id == person.pk:
        return False  # four eyes, trust R5
    return accounts.may_sign_for(person, party.organisation)


def may_give_copy(person: Person, agreement: Agreement) -> bool:
    """Who may hand in for the city, and the programme team, give the copy signed on paper."""
    return accounts.may_hand_in(person, agreement.application.organisation) or may_send_agreement(person, agreement)


def may_check_copy(person: Person, copy: PaperCopy) -> bool:
    """A programme administrator, who neither gave the copy nor sent the text."""
    apart = person.pk not in (copy.given_by_id, copy.agreement.sent_by_id)
    return apart and may_propose_decision(person, copy.agreement.application)


def may_ask_amendment(person: Person, agreement: Agreement) -> bool:
    """Who may hand in for the city, and the programme team, ask for an amendment of the agreement."""
    return accounts.may_hand_in(person, agreement.application.organisation) or may_send_agreement(person, agreement)


def may_sign_amendment(person: Person, signature: AmendmentSignature) -> bool:
    """The elected lead signs for the organisation; for the committee, an administrator other than the one who sent it."""
    organisation = signature.party.organisation
    if organisation.kind == OrganisationKind.COMMITTEE and signature.amendment.sent_by_id == person.pk:
        return False  # four eyes, trust R5
    return accounts.may_sign_for(person, organisation)


def may_end_mandate(person: Person, mandate: Mandate) -> bool:
    """The programme team of the committee that signed, never for an organisation one belongs to."""
    return may_handle(person, mandate.agreement.application)


def may_move_mandate(person: Person, mandate: Mandate) -> bool:
    """A programme administrator of the committee that signed, never for an organisation one belongs to."""
    return may_propose_decision(person, mandate.agreement.application)


def may_renounce(person: Person, mandate: Mandate) -> bool:
    """The elected lead of the city gives its title up."""
    return accounts.may_sign_for(person, mandate.organisation)


def may_confirm_amendment(person: Person, mandate: Mandate) -> bool:
    """A member of the commission or of the board of the committee that signed, never for an organisation one belongs to."""
    judges = bool(_roles(person, mandate.agreement.application) & BOARD_ROLES)
    return judges and not accounts.belongs_to(person, mandate.organisation)


def may_follow(person: Person, mandate: Mandate) -> bool:
    """The programme team of the committee that signed, never for an organisation one belongs to."""
    return may_handle(person, mandate.agreement.application)


def may_finish_step(person: Person, contact: Contact) -> bool:
    """The programme team; whoever writes for the city, when the step is the city’s."""
    own = contact.next_is_city and accounts.may_write(person, contact.mandate.organisation)
    return own or may_follow(person, contact.mandate)


def may_keep_views(person: Person, committee: Organisation) -> bool:
    """The programme team of this committee."""
    return accounts.in_programme_team(person, committee)


def may_keep_readings(person: Person, committee: Organisation) -> bool:
    """Whoever reads applications for this committee."""
    return Role.REVIEWER in person.roles_in(committee)


def owns_view(person: Person, view: SavedView) -> bool:
    """Whoever made it."""
    return view.owner_id == person.pk


def may_remind(person: Person, reminding: Reminding) -> bool:
    """The programme team of the committee that reminds."""
    return accounts.in_programme_team(person, reminding.committee)


def may_propose_testimony(person: Person, mandate: Mandate) -> bool:
    """Whoever writes for the city."""
    return accounts.may_write(person, mandate.organisation)


def may_review_testimony(person: Person, testimony: Testimony) -> bool:
    """The programme team of the committee that signed, never for an organisation one belongs to."""
    return may_follow(person, testimony.mandate)


def may_withdraw_testimony(person: Person, testimony: Testimony) -> bool:
    """Whoever writes for the city, and the programme team."""
    return may_propose_testimony(person, testimony.mandate) or may_review_testimony(person, testimony)


def _roles(person: Person, application: Application) -> frozenset[str]:
    """What one is in the committee whose call it is."""
    return person.roles_at(application.call.committee_id)


def _is_apart(person: Person, application: Application) -> bool:
    """Whether they neither belong to the organisation nor declared a conflict of interest with it."""
    return not accounts.belongs_to(person, application.organisation) and not _has_tie(person, application)


def _has_tie(person: Person, application: Application) -> bool:
    return Application.rows.filter(in_conflict(person), pk=application.pk).exists()


def _in_team(person: Person, application: Application) -> bool:
    return bool(_roles(person, application) & PROGRAMME_TEAM)


def _belonged_lately(person: Person, organisation: Organisation) -> bool:
    return person.memberships.filter(_lately(), organisation=organisation).exists()


def _lately() -> Q:
    """Memberships that hold, or ended lately."""
    since = clock.now() - timedelta(days=731)  # trust R4: 24 months, a leap day among them
    return Q(ended_at=None) | Q(ended_at__gte=since)
