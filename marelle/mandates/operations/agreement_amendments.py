"""Amendments of a signed agreement: asked by the city or the committee, sent, signed by each party in the agreed order.

The last signature makes it part of the agreement; one that prolongs the mandate moves its end and its final report.
"""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import files, journal
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData, Conflict, WrongState
from marelle.mandates import documents, figures, rules
from marelle.mandates.letters import agreement_amendments as letters
from marelle.mandates.models import Agreement, AgreementAmendment, AmendmentSignature, Mandate, Party
from marelle.mandates.operations.agreements import share
from marelle.mandates.queries.agreement_amendments import MOST_MONTHS, prolongs_from
from marelle.mandates.queries.agreements import comes_before
from marelle.mandates.states import (
    AGREEMENT_AMENDMENT_STEPS,
    AGREEMENT_STEPS,
    MANDATE_STEPS,
    AgreementState,
    AmendmentKind,
    AmendmentState,
)
from marelle.plans.models import Report
from marelle.plans.states import ReportKind, ReportState

LONGEST = 5000  # characters of what changes
LIVING = (AgreementState.SIGNED, AgreementState.AMENDED)
WAITING = (AmendmentState.SENT, AmendmentState.PARTLY_SIGNED)


@transaction.atomic
def ask_amendment(
    agreement_id: int,
    *,
    by: Person,
    kind: str,
    reasons: str,
    months: int | None = None,
    words: str = "",
    at: datetime | None = None,
) -> AgreementAmendment:
    """Ask for an amendment: a prolongation of so many months, or words that change the agreement. Its text is drawn.

    Raises NotAllowed, WrongState, BadData.
    """
    at = at or clock.now()
    agreement = Agreement.rows.lock(agreement_id)
    rules.require(rules.may_ask_amendment, by, agreement)
    if agreement.state not in LIVING or not agreement.parties.exists():
        raise WrongState(_("An amendment changes an agreement that is signed here and runs."), state=agreement.state)
    mandate = agreement.mandate
    months = months if kind == AmendmentKind.PROLONGATION else None
    _check(kind, reasons, months, words)
    if months:
        _require_time(mandate, at)
    amendment = AgreementAmendment(
        agreement=agreement,
        number=agreement.amendments.count() + 1,
        kind=kind,
        months=months,
        reasons=reasons.strip(),
        asked_by=by,
        asked_at=at,
    )
    amendment.content = documents.amendment_text(amendment, words=words.strip(), ends_on=mandate.ends_on)
    try:
        with transaction.atomic():
            amendment.save()
    except IntegrityError:
        raise WrongState(_("An amendment of this agreement is already being prepared or signed.")) from None
    journal.record(agreement, "agreement_amendment_asked", by=by, organisation=_city(agreement), kind=kind)
    letters.tell_asked(amendment)
    return amendment


@transaction.atomic
def send_amendment(amendment_id: int, *, by: Person, at: datetime | None = None) -> AgreementAmendment:
    """Freeze the text as a PDF and ask every party to sign it. Raises NotAllowed, WrongState."""
    at = at or clock.now()
    amendment = _held(amendment_id)
    agreement = amendment.agreement
    rules.require(rules.may_send_agreement, by, agreement)
    AGREEMENT_AMENDMENT_STEPS.take(amendment, "send")
    drawn = documents.amendment_pdf(amendment, at=at)
    name = f"{amendment.content['heading']}, {_city(agreement).name}.pdf"
    amendment.document = files.keep(drawn, label=name, kind="pdf", organisation=_city(agreement), by=by)
    share(amendment.document, at)
    amendment.fingerprint = hashlib.sha256(drawn).hexdigest()
    amendment.sent_by, amendment.sent_at = by, at
    amendment.save()
    told = {"sha256": amendment.fingerprint}
    journal.record(agreement, "agreement_amendment_sent", by=by, organisation=_city(agreement), **told)
    letters.ask_signatures(amendment)
    return amendment


@transaction.atomic
def drop_amendment(amendment_id: int, *, by: Person, because: str) -> AgreementAmendment:
    """Leave it there, saying why: before its last signature nothing has changed. Raises NotAllowed, WrongState, BadData."""
    amendment = _held(amendment_id)
    rules.require(rules.may_send_agreement, by, amendment.agreement)
    if not because.strip():
        raise BadData(_("Write the reasons: the city will read them."))
    AGREEMENT_AMENDMENT_STEPS.take(amendment, "drop")
    amendment.dropped_because = because.strip()
    amendment.save(update_fields=["state", "dropped_because"])
    city = _city(amendment.agreement)
    journal.record(amendment.agreement, "agreement_amendment_dropped", by=by, organisation=city)
    letters.tell_dropped(amendment)
    return amendment


@transaction.atomic
def sign_amendment(
    amendment_id: int,
    *,
    organisation: Organisation,
    by: Person,
    fingerprint_seen: str,
    capacity: str,
    at: datetime | None = None,
) -> AmendmentSignature:
    """Sign for one party the text whose fingerprint the signatory saw. The last signature makes it part of the agreement.

    Raises NotAllowed, WrongState, Conflict, BadData.
    """
    at = at or clock.now()
    amendment = _held(amendment_id)
    party = Party.objects.select_related("organisation").get(agreement=amendment.agreement, organisation=organisation)
    rules.require(rules.may_sign_amendment, by, AmendmentSignature(amendment=amendment, party=party))
    if amendment.state not in WAITING or amendment.agreement.state not in LIVING:
        raise WrongState(_("This amendment is not waiting for a signature."), state=amendment.state)
    if fingerprint_seen != amendment.fingerprint:
        raise Conflict(
            _("The text has changed since you read it. Read the new one, then sign."),
            yours=fingerprint_seen,
            theirs=amendment.fingerprint,
            version=0,
        )
    if not capacity.strip():
        raise BadData(_("Say as what you sign."))
    signature = _signed(amendment, party, by=by, capacity=capacity.strip()[:120], at=at)
    journal.record(amendment.agreement, "agreement_amendment_signed", by=by, organisation=party.organisation)
    _count(amendment, by=by, at=at)
    return signature


def _held(amendment_id: int) -> AgreementAmendment:
    """The agreement first, as every other operation does."""
    agreement = Agreement.rows.lock(AgreementAmendment.rows.values_list("agreement", flat=True).get(pk=amendment_id))
    amendment = AgreementAmendment.rows.select_for_update(of=("self",)).get(pk=amendment_id)
    amendment.agreement = agreement
    return amendment


def _check(kind: str, reasons: str, months: int | None, words: str) -> None:
    faults = []
    if kind not in AmendmentKind.values:
        faults.append(_("Say what the amendment does."))
    if not reasons.strip() or len(reasons) > LONGEST:
        faults.append(_("Write the reasons: they stand in the amendment."))
    if kind == AmendmentKind.PROLONGATION and not 1 <= (months or 0) <= MOST_MONTHS:
        faults.append(_("A mandate is prolonged by 1 to 12 months."))
    if kind == AmendmentKind.CHANGE and not 0 < len(words.strip()) <= LONGEST:
        faults.append(_("Write what changes, as it will stand in the amendment."))
    if faults:
        raise BadData(_("This amendment cannot be asked for yet."), faults)


def _require_time(mandate: Mandate, at: datetime) -> None:
    """In its last year, where it stands, and before its final report. Raises WrongState."""
    if not MANDATE_STEPS.allows(mandate, "prolong") or clock.day_of(at) < prolongs_from(mandate):
        raise WrongState(_("A mandate is prolonged once, in its last year, while it runs."), mandate=mandate.pk)
    told = Report.rows.filter(plan=mandate.plan_id, kind=ReportKind.FINAL)
    if told.filter(state__in=[ReportState.SUBMITTED, ReportState.ACCEPTED]).exists():
        raise WrongState(_("The final report is handed in: apply to the next call instead."), mandate=mandate.pk)


def _signed(
    amendment: AgreementAmendment, party: Party, *, by: Person, capacity: str, at: datetime
) -> AmendmentSignature:
    party.agreement = amendment.agreement
    parties = list(Party.objects.filter(agreement=amendment.agreement).select_related("organisation"))
    before = comes_before(party, parties, set(amendment.signatures.values_list("party", flat=True)))
    if before:
        names = ", ".join(organisation.name for organisation in before)
        raise WrongState(_("This agreement is signed in order: %(names)s first.") % {"names": names})
    try:
        with transaction.atomic():
            given = {"capacity": capacity, "fingerprint": amendment.fingerprint, "signed_at": at}
            return AmendmentSignature.objects.create(amendment=amendment, party=party, person=by, **given)
    except IntegrityError:
        raise WrongState(_("This party, or you for another one, has already signed.")) from None


def _count(amendment: AgreementAmendment, *, by: Person, at: datetime) -> None:
    """Partly signed, or signed by all: then the agreement is amended, the mandate prolonged if it says so."""
    agreement = amendment.agreement
    if amendment.signatures.count() < agreement.parties.count():
        AGREEMENT_AMENDMENT_STEPS.take(amendment, "sign_first")
        amendment.save(update_fields=["state"])
        return
    AGREEMENT_AMENDMENT_STEPS.take(amendment, "sign_last")
    amendment.signed_at = at
    amendment.save(update_fields=["state", "signed_at"])
    if AGREEMENT_STEPS.allows(agreement, "amend"):
        AGREEMENT_STEPS.take(agreement, "amend")
        agreement.save(update_fields=["state"])
    mandate = Mandate.rows.lock(agreement.mandate.pk)
    if amendment.months:
        _prolong(mandate, amendment.months, by=by, at=at)
    letters.queue_signed_by_all(amendment, mandate)


def _prolong(mandate: Mandate, months: int, *, by: Person, at: datetime) -> None:
    _require_time(mandate, at)
    MANDATE_STEPS.take(mandate, "prolong")
    mandate.first_ends_on, mandate.ends_on = mandate.ends_on, clock.months_after(mandate.ends_on, months)
    mandate.save(update_fields=["state", "first_ends_on", "ends_on"])
    _move_final_report(mandate)
    journal.record(mandate, "mandate_prolonged", by=by, until=mandate.last_day.isoformat(), months=months)
    stamps.bump("public")


def _move_final_report(mandate: Mandate) -> None:
    """The final report that was asked for, and not handed in, is due with the new end."""
    track = mandate.track
    asked = figures.milestones(
        mandate.starts_on, mandate.ends_on, ["final"], track.report_dates, first_ends_on=mandate.first_ends_on
    )[-1]
    covers = asked.covers(mandate.starts_on)
    Report.rows.filter(
        plan=mandate.plan_id, kind=ReportKind.FINAL, state__in=[ReportState.ASKED, ReportState.RETURNED]
    ).update(
        year=asked.year,
        due_on=asked.on,
        covers_until=covers[1],
        first_due_on=None,
        put_off_because="",
    )


def _city(agreement: Agreement) -> Organisation:
    return agreement.application.organisation
