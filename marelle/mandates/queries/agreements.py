"""Agreements as pages show them, and what /verifier answers."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice

from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext as _

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock
from marelle.mandates import rules
from marelle.mandates.models import Agreement, AgreementAmendment, AgreementQuerySet, Application, Party, Signature
from marelle.mandates.states import AgreementState, AmendmentState, ApplicationState, SigningOrder

OUR_MARK = re.compile(rb"marelle:(agreement|application):([23456789a-z]{20,32})")  # written in every PDF of ours
LONGEST_MARK, MOST_MARKS = 60, 8  # bytes; how many are looked up
A_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
SIGNED = (AgreementState.SIGNED, AgreementState.AMENDED, AgreementState.ENDED)


@dataclass(frozen=True)
class Place:
    """Where one party signs: who, as what, when; `waiting` while nobody has. `after`: who signs before it, and has not."""

    party: Party
    signature: Signature | None
    may_sign: bool
    after: Sequence[Organisation] = ()

    @property
    def waiting(self) -> bool:
        """Nobody has signed for this party."""
        return self.signature is None


@dataclass(frozen=True)
class Verdict:
    """What /verifier says: `kind` is sealed, signed, sent, replaced, handed_in, altered or unknown."""

    kind: str
    parties: list[str] = field(default_factory=list)
    at: datetime | None = None
    fingerprint: str = ""


def with_signatures(agreements: AgreementQuerySet) -> AgreementQuerySet:
    """Everything a page of agreements shows, in a fixed number of questions."""
    living = Signature.objects.filter(void_at=None).select_related("person")
    parties = Party.objects.select_related("organisation").order_by("position")
    return agreements.select_related(
        "application__organisation",
        "application__call__committee",
        "application__track",
        "document",
        "sealed",
        "sent_by",
        "refused_by",
        "mandate__track",
    ).prefetch_related(Prefetch("parties", parties.prefetch_related(Prefetch("signatures", living, to_attr="living"))))


def of_organisation(organisation: Organisation, person: Person) -> AgreementQuerySet:
    """The agreements an organisation is a party to, as `person` may see them, latest first."""
    mine = Party.objects.filter(organisation=organisation)
    seen = Agreement.objects.visible_to(person).filter(pk__in=mine.values("agreement"))
    return with_signatures(seen).order_by("-sent_at", "-pk")


def waiting_first(person: Person) -> AgreementQuerySet:
    """The office's list: those being prepared, then those waiting for signatures, then the others, by name."""
    return with_signatures(Agreement.objects.visible_to(person)).order_by(
        F("signed_at").desc(nulls_first=True), "application__organisation__name", "pk"
    )


def to_prepare(person: Person) -> list[Application]:
    """Applications accepted that have no agreement yet, by name."""
    accepted = Application.objects.visible_to(person).filter(
        state__in=[ApplicationState.ACCEPTED, ApplicationState.ADOPTED], agreement=None
    )
    return list(
        accepted.select_related("organisation", "call__committee", "track").order_by("organisation__name", "pk")
    )


def to_vote(organisation: Organisation, person: Person) -> Application | None:
    """The application whose council's vote is not recorded yet, where the track asks for one or allows it."""
    accepted = Application.objects.visible_to(person).filter(
        organisation=organisation, state=ApplicationState.ACCEPTED, track__council_vote__in=["required", "optional"]
    )
    return accepted.select_related("organisation", "track").order_by("-submitted_at", "pk").first()


def places(agreement: Agreement, person: Person) -> list[Place]:
    """One place a party, in order; needs `with_signatures`."""
    found, parties = [], list(agreement.parties.all())
    signed = {party.pk for party in parties if party.living}  # type: ignore[attr-defined]
    for party in parties:
        party.agreement = agreement
        living: list[Signature] = party.living  # type: ignore[attr-defined]
        before = comes_before(party, parties, signed)
        may_sign = party.pk not in signed and not before and rules.may_sign(person, party)
        found.append(Place(party, living[0] if living else None, may_sign, before))
    return found


def comes_before(party: Party, parties: Iterable[Party], signed: Collection[int]) -> list[Organisation]:
    """Who must sign before this party, and has not. `signed`: the parties that have, by primary key."""
    order, is_committee = party.agreement.order, party.organisation.kind == OrganisationKind.COMMITTEE
    first = (order == SigningOrder.COMMITTEE_LAST and is_committee) or (
        order == SigningOrder.COMMITTEE_FIRST and not is_committee
    )
    return [
        other.organisation
        for other in parties
        if first and other.pk not in signed and (other.organisation.kind == OrganisationKind.COMMITTEE) != is_committee
    ]


def waits_for_vote(party: Party) -> bool:
    """Whether the organisation's council must vote before this party signs; the committee may sign first."""
    application = party.agreement.application
    if party.organisation.kind == OrganisationKind.COMMITTEE or application.track.council_vote != "required":
        return False
    return application.state != ApplicationState.ADOPTED


def seal_reason(agreement: Agreement) -> str:
    """Who signed, as what and when: written inside the seal."""
    rows = Signature.objects.filter(party__agreement=agreement, void_at=None)
    return " ; ".join(
        _said(s) for s in rows.select_related("person", "party__organisation").order_by("party__position")
    )


def _said(signature: Signature) -> str:
    """One signature, as the seal tells it."""
    sentence = _("%(name)s, %(capacity)s, for %(organisation)s, on %(at)s")
    at = f"{signature.signed_at:%Y-%m-%d %H:%M} UTC"
    if signature.is_on_paper:
        sentence = _("%(name)s, %(capacity)s, for %(organisation)s, on paper on %(at)s")
        at = f"{clock.day_of(signature.signed_at):%Y-%m-%d}"
    named = {"name": signature.name, "capacity": signature.capacity, "organisation": signature.party.organisation.name}
    return sentence % {**named, "at": at}


def verify_file(blocks: Iterable[bytes]) -> Verdict:
    """What we know of a file, read block after block: hashed and searched for our mark, never opened, held whole nor kept."""
    digest, marks = _digest_and_marks(blocks)
    known = verify_fingerprint(digest)
    if known.kind != "unknown":
        return known
    for kind, code in sorted(marks):
        verdict = _verdict_of_mark(kind, code, digest)
        if verdict:
            return verdict
    return Verdict("unknown", fingerprint=digest)


def _digest_and_marks(blocks: Iterable[bytes]) -> tuple[str, set[tuple[str, str]]]:
    """The fingerprint, and the first few marks of ours: a file of ours holds one."""
    digest, marks, end = sha256(), set[tuple[str, str]](), b""
    for block in blocks:
        digest.update(block)
        window = end + block
        if len(marks) < MOST_MARKS:
            marks |= {(m[1].decode(), m[2].decode()) for m in islice(OUR_MARK.finditer(window), MOST_MARKS)}
        end = window[-LONGEST_MARK:]  # a mark may lie across two blocks
    return digest.hexdigest(), marks


def verify_fingerprint(text: str) -> Verdict:
    """What we know of a fingerprint typed in: spaces and capitals do not matter."""
    digest = "".join(text.split()).lower()
    if not A_FINGERPRINT.fullmatch(digest):
        return Verdict("unknown")
    sent = ~Q(state=AgreementState.DRAFT)
    found = (Q(fingerprint=digest) & sent) | Q(sealed_fingerprint=digest)
    agreement = with_signatures(Agreement.objects.filter(found).everyone(reason="whoever holds the file")).first()
    if agreement:
        return _of_agreement(agreement, digest)
    amendment = (
        AgreementAmendment.objects.filter(fingerprint=digest)
        .exclude(state=AmendmentState.DROPPED)
        .everyone(reason="whoever holds the file")
        .first()
    )
    if amendment:
        names = list(amendment.agreement.parties.order_by("position").values_list("organisation__name", flat=True))
        kind = "signed" if amendment.signed_at else "sent"
        return Verdict(kind, names, amendment.signed_at or amendment.sent_at, digest)
    application = (
        Application.objects.filter(Q(fingerprint=digest) | Q(hand_ins__fingerprint=digest))
        .everyone(reason="whoever holds the file")
        .select_related("organisation")
        .first()
    )
    if application:
        return Verdict("handed_in", [application.organisation.name], application.submitted_at, digest)
    return Verdict("unknown", fingerprint=digest)


def _of_agreement(agreement: Agreement, digest: str) -> Verdict:
    names = [party.organisation.name for party in agreement.parties.all()]
    if agreement.sealed_fingerprint == digest:
        return Verdict("sealed", names, agreement.signed_at, digest)
    if agreement.state in SIGNED:
        return Verdict("signed", names, agreement.signed_at, digest)
    return Verdict("sent", names, agreement.sent_at, digest)


def _verdict_of_mark(kind: str, code: str, digest: str) -> Verdict | None:
    """Our mark, but not our bytes: an earlier text of ours that was taken back, or something altered."""
    if kind == "application":
        application = (
            Application.objects.filter(code=code)
            .exclude(fingerprint="")
            .everyone(reason="whoever holds the file")
            .select_related("organisation")
            .first()
        )
        return Verdict("altered", [application.organisation.name], None, digest) if application else None
    agreement = Agreement.objects.filter(code=code).exclude(sent_at=None).everyone(reason="whoever holds the file")
    found = with_signatures(agreement).first()
    if found is None:
        return None
    names = [party.organisation.name for party in found.parties.all()]
    organisation = found.application.organisation
    ours = File.rows.filter(sha256=digest, organisation=organisation, kind="pdf")
    earlier = ours.exclude(
        added_by__memberships__organisation=organisation
    ).first()  # what its people bring is not ours
    if earlier:
        return Verdict("replaced", names, earlier.added_at, digest)
    return Verdict("altered", names, None, digest)
