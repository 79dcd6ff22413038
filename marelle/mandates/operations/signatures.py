"""Signatures that do not come: a party refuses, with its reasons; whoever has not signed is reminded."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.base import clock
from marelle.base.errors import BadData, Conflict, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import agreement_amendments as amendment_letters
from marelle.mandates.letters import agreements as letters
from marelle.mandates.models import Agreement, AgreementAmendment, AmendmentSignature, Party, Signature
from marelle.mandates.operations.voiding import void_signatures
from marelle.mandates.queries import people
from marelle.mandates.queries.agreements import comes_before, waits_for_vote
from marelle.mandates.states import AGREEMENT_STEPS, AgreementState, AmendmentState

EVERY = timedelta(days=14)  # ours: a council's signatory signs within two weeks, or is reminded
WAITING = (AgreementState.SENT, AgreementState.PARTLY_SIGNED)
AMENDED_WAITING = (AmendmentState.SENT, AmendmentState.PARTLY_SIGNED)
LIVING = (AgreementState.SIGNED, AgreementState.AMENDED)
LONGEST = 2000  # characters of a reason


@transaction.atomic
def refuse_to_sign(
    agreement_id: int, *, organisation: Organisation, by: Person, fingerprint_seen: str, because: str
) -> Agreement:
    """A party does not sign the text it has read: it goes back to the committee, signatures given so far void.

    Raises NotAllowed, WrongState, Conflict (another text has been sent since), BadData.
    """
    agreement = Agreement.rows.lock(agreement_id)
    party = Party.objects.select_related("organisation", "agreement").get(
        agreement=agreement, organisation=organisation
    )
    rules.require(rules.may_sign, by, party)
    words = because.strip()
    if agreement.state not in WAITING or party.signatures.filter(void_at=None).exists():
        raise WrongState(_("This agreement is not waiting for your signature."), state=agreement.state)
    if fingerprint_seen != agreement.fingerprint:
        raise Conflict(
            _("The text has changed since you read it. Read the new one first."),
            yours=fingerprint_seen,
            theirs=agreement.fingerprint,
            version=agreement.version,
        )
    if not words or len(words) > LONGEST:
        raise BadData(_("Say why, in 2,000 characters at most: the committee will read these very words."))
    AGREEMENT_STEPS.take(agreement, "change")
    void_signatures(agreement, clock.now())
    agreement.refused_by, agreement.refused_because = organisation, words
    agreement.version += 1
    agreement.save(update_fields=["state", "refused_by", "refused_because", "version"])
    journal.record(agreement, "signature_refused", by=by, organisation=agreement.application.organisation)
    letters.tell_refused(agreement)
    return agreement


def remind_signatories(at: datetime) -> int:
    """Remind, every two weeks, who may sign and whose turn it is: one letter a person and agreement; how many. May run twice."""
    told = 0
    for agreement in Agreement.rows.filter(state__in=WAITING, sent_at__lte=at - EVERY).order_by("pk"):
        rounds = (at - agreement.sent_at) // EVERY  # type: ignore[operator]
        told += sum(_remind(party, person, rounds) for party in _next(agreement) for person in _who(party))
    return told


def remind_of_amendments(at: datetime) -> int:
    """The same for the amendments of agreements that run: one letter a person and amendment; how many. May run twice."""
    told = 0
    rows = AgreementAmendment.rows.filter(state__in=AMENDED_WAITING, agreement__state__in=LIVING)
    for amendment in rows.filter(sent_at__lte=at - EVERY).select_related("agreement__application").order_by("pk"):
        which = (at - amendment.sent_at) // EVERY  # type: ignore[operator]
        for party, person in _to_sign(amendment):
            told += amendment_letters.remind_to_sign(amendment, party.organisation, person, which=which)
    return told


def _to_sign(amendment: AgreementAmendment) -> list[tuple[Party, Person]]:
    """Who may sign for the parties whose turn it is, and has signed for none."""
    parties = list(amendment.agreement.parties.select_related("organisation", "agreement").order_by("position"))
    by_party = dict(amendment.signatures.values_list("party", "person"))
    next_ones = [p for p in parties if p.pk not in by_party and not comes_before(p, parties, by_party)]
    return [
        (party, person)
        for party in next_ones
        for person in people.signatories_of(party.organisation)
        if person.pk not in by_party.values()
        and rules.may_sign_amendment(person, AmendmentSignature(amendment=amendment, party=party))
    ]


def _next(agreement: Agreement) -> list[Party]:
    """The parties whose turn it is, and whose council has voted where it must."""
    parties = list(agreement.parties.select_related("organisation", "agreement").order_by("position"))
    signed = set(Signature.objects.filter(party__in=parties, void_at=None).values_list("party", flat=True))
    return [p for p in parties if p.pk not in signed and not comes_before(p, parties, signed) and not waits_for_vote(p)]


def _who(party: Party) -> list[Person]:
    return [person for person in people.signatories_of(party.organisation) if rules.may_sign(person, party)]


def _remind(party: Party, person: Person, rounds: int) -> bool:
    return letters.remind_to_sign(party.agreement, party.organisation, person, which=rounds)
