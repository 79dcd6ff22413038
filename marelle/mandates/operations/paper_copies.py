"""An agreement signed on paper: its scanned copy given, compared with the text by another person, then kept.

What is signed is still the text of the fingerprint: an administrator says that the copy is of that very text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import File, Organisation, Person
from marelle.base import clock
from marelle.base.errors import BadData, Conflict, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import paper_copies as letters
from marelle.mandates.models import Agreement, PaperCopy, Party, Signature
from marelle.mandates.operations import pairs
from marelle.mandates.operations.agreements import count_signatures, require_turn, require_vote, share
from marelle.mandates.states import AGREEMENT_STEPS, PAPER_COPY_STEPS

LONGEST = 2000  # characters of a reason


@dataclass(frozen=True)
class Signer:
    """Who signed on paper for a party: a name, as what, on which day."""

    organisation: Organisation
    name: str
    capacity: str
    on: date


@transaction.atomic
def give_paper_copy(
    agreement_id: int,
    file: File,
    signers: Sequence[Signer],
    *,
    by: Person,
    fingerprint_seen: str,
    at: datetime | None = None,
) -> PaperCopy:
    """Give the scanned agreement, saying who signed it: an administrator then compares it with the text.

    Raises NotAllowed, WrongState, Conflict (another text has been sent since), BadData.
    """
    at = at or clock.now()
    agreement = Agreement.rows.lock(agreement_id)
    rules.require(rules.may_give_copy, by, agreement)
    _require_text(agreement, fingerprint_seen)
    _check(agreement, file, signers, clock.day_of(at))
    _require_parties(agreement, {signer.organisation.code for signer in signers})
    said = [
        {
            "organisation": signer.organisation.code,
            "name": signer.name.strip(),
            "capacity": signer.capacity.strip(),
            "on": signer.on.isoformat(),
        }
        for signer in signers
    ]
    try:
        with transaction.atomic():
            copy = PaperCopy.rows.create(
                agreement=agreement,
                file=file,
                fingerprint=agreement.fingerprint,
                signers=said,
                given_by=by,
                given_at=at,
            )
    except IntegrityError:
        raise WrongState(_("A copy of this agreement already waits to be checked.")) from None
    share(file, at)
    journal.record(agreement, "paper_copy_given", by=by, organisation=_city(agreement), sha256=file.sha256)
    letters.tell_given(copy)
    return copy


@transaction.atomic
def accept_paper_copy(copy_id: int, *, by: Person, fingerprint_seen: str, at: datetime | None = None) -> PaperCopy:
    """Say that the copy is of the text sent, and signed as it is told: its signatures count. The last one starts the mandate.

    Raises NotAllowed, WrongState, Conflict.
    """
    at = at or clock.now()
    copy, agreement = _held(copy_id)
    rules.require(rules.may_check_copy, by, copy)
    _require_text(agreement, fingerprint_seen)
    parties = _require_parties(agreement, {signer["organisation"] for signer in copy.signers})
    pairs.require_the_other(agreement, signing=len(parties))
    PAPER_COPY_STEPS.take(copy, "accept")
    _answer(copy, by, at)
    for party in parties:
        _sign(party, copy)
    journal.record(agreement, "paper_copy_accepted", by=by, organisation=_city(agreement), sha256=copy.fingerprint)
    count_signatures(agreement, by=by, at=at)
    letters.tell_accepted(copy)
    return copy


@transaction.atomic
def refuse_paper_copy(copy_id: int, *, by: Person, because: str, at: datetime | None = None) -> PaperCopy:
    """Say why the copy cannot be taken: a page is missing, another text, a name. Raises NotAllowed, WrongState, BadData."""
    at = at or clock.now()
    copy, agreement = _held(copy_id)
    rules.require(rules.may_check_copy, by, copy)
    words = because.strip()
    if not words or len(words) > LONGEST:
        raise BadData(_("Say why, in 2,000 characters at most: who gave the copy will read these very words."))
    PAPER_COPY_STEPS.take(copy, "refuse")
    copy.refused_because = words
    _answer(copy, by, at)
    journal.record(agreement, "paper_copy_refused", by=by, organisation=_city(agreement))
    letters.queue_refused(copy)
    return copy


def _held(copy_id: int) -> tuple[PaperCopy, Agreement]:
    """The agreement first, as every other operation does."""
    agreement = Agreement.rows.lock(PaperCopy.rows.values_list("agreement", flat=True).get(pk=copy_id))
    copy = PaperCopy.rows.select_for_update(of=("self",)).select_related("given_by").get(pk=copy_id)
    copy.agreement = agreement
    return copy, agreement


def _answer(copy: PaperCopy, by: Person, at: datetime) -> None:
    copy.answered_by, copy.answered_at = by, at
    copy.save(update_fields=["state", "answered_by", "answered_at", "refused_because"])


def _sign(party: Party, copy: PaperCopy) -> None:
    said = copy.signer_of(party.organisation.code) or {}
    Signature.objects.create(
        party=party,
        signatory=said["name"],
        capacity=said["capacity"],
        fingerprint=copy.fingerprint,
        signed_at=datetime.combine(date.fromisoformat(said["on"]), time(0), clock.PARIS),
    )


def _require_text(agreement: Agreement, seen: str) -> None:
    if not AGREEMENT_STEPS.allows(agreement, "sign_first"):
        raise WrongState(_("This agreement is not waiting for a signature."), state=agreement.state)
    if seen != agreement.fingerprint:
        raise Conflict(
            _("The text has changed since you read it. Read the new one first."),
            yours=seen,
            theirs=agreement.fingerprint,
            version=agreement.version,
        )


def _require_parties(agreement: Agreement, codes: set[str]) -> list[Party]:
    """The parties that sign the copy: none has signed yet, each after its council's vote and in its turn. Raises WrongState."""
    rows = agreement.parties.select_related("organisation", "agreement__application__track").order_by("position")
    parties = [party for party in rows if party.organisation.code in codes]
    if Signature.objects.filter(party__in=parties, void_at=None).exists():
        raise WrongState(_("This party has already signed."))
    for party in parties:
        require_vote(party)
        require_turn(party, beside=[other.pk for other in parties])
    return parties


def _check(agreement: Agreement, file: File, signers: Sequence[Signer], today: date) -> None:
    faults = []
    if file.kind != "pdf":
        faults.append(_("Give the scanned copy as a PDF."))
    known = set(agreement.parties.values_list("organisation", flat=True))
    codes = [signer.organisation.pk for signer in signers]
    if not codes or len(codes) != len(set(codes)) or not set(codes) <= known:
        faults.append(_("Say who signed the copy, for each party that did."))
    if any(not signer.name.strip() or not signer.capacity.strip() for signer in signers):
        faults.append(_("Give the name of each signatory, and as what they signed."))
    first = clock.day_of(agreement.sent_at) if agreement.sent_at else today
    if any(not first <= signer.on <= today for signer in signers):
        faults.append(_("The day of a signature comes after the text was sent, and not after today."))
    if faults:
        raise BadData(_("This copy cannot be taken so."), faults)
    if file.organisation_id not in (agreement.application.organisation_id, agreement.application.call.committee_id):
        raise BadData(_("This file belongs to another organisation."))


def _city(agreement: Agreement) -> Organisation:
    return agreement.application.organisation
