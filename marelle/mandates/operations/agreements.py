"""The agreement: prepared, sent, signed by each party for the very text it has read (trust F28), then sealed.

The text sent is a PDF; its SHA-256 is what everybody signs. Taking it back voids every signature.
"""

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.accounts import files, journal
from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.robot import robot
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, jobs, seal
from marelle.base.errors import BadData, Conflict, Unavailable, WrongState
from marelle.base.models import Job
from marelle.mandates import documents, rules
from marelle.mandates.letters import agreements as letters
from marelle.mandates.models import Agreement, Application, Party, Signature
from marelle.mandates.operations import pairs
from marelle.mandates.operations.mandates import adopt_plan, start_mandate
from marelle.mandates.operations.voiding import void_signatures
from marelle.mandates.queries.agreements import comes_before, seal_reason, waits_for_vote
from marelle.mandates.states import (
    AGREEMENT_STEPS,
    APPLICATION_STEPS,
    AgreementState,
    ApplicationState,
    SigningOrder,
)

LONGEST_ARTICLE = 20_000  # characters
MOST_ARTICLES = 60


@transaction.atomic
def prepare_agreement(
    application_id: int,
    *,
    by: Person,
    intercommunality: Organisation | None = None,
    language: str = "fr",
    order: str = SigningOrder.ANY,
) -> Agreement:
    """Write the first text from the application: committee, organisation, and its intercommunality if it takes part.

    `order`: in which its parties sign. Raises NotAllowed, WrongState, BadData.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_handle, by, application)
    if application.state not in (ApplicationState.ACCEPTED, ApplicationState.ADOPTED):
        raise WrongState(_("The agreement comes after the board’s decision."), state=application.state)
    if intercommunality and intercommunality.kind != OrganisationKind.INTERCOMMUNALITY:
        raise BadData(_("The third party is an intercommunality."))
    others = [intercommunality] if intercommunality and intercommunality.pk != application.organisation_id else []
    try:
        with transaction.atomic():
            agreement = Agreement.rows.create(
                application=application,
                content=documents.agreement_text(application, others, language=language),
                order=SigningOrder(order),
            )
    except IntegrityError:
        raise WrongState(_("The agreement of this application is already being prepared.")) from None
    named = [application.call.committee, application.organisation, *others]
    Party.objects.bulk_create(
        Party(agreement=agreement, organisation=organisation, position=position)
        for position, organisation in enumerate(named, start=1)
    )
    journal.record(agreement, "agreement_prepared", by=by, organisation=application.organisation)
    return agreement


@transaction.atomic
def write_agreement(
    agreement_id: int, *, by: Person, preamble: str, articles: list[dict[str, str]], version: int
) -> Agreement:
    """Change the words of a draft. Raises NotAllowed, WrongState, Conflict, BadData."""
    agreement = Agreement.rows.lock(agreement_id)
    rules.require(rules.may_send_agreement, by, agreement)
    if agreement.state != AgreementState.DRAFT:
        raise WrongState(_("This agreement has been sent: take it back before changing it."))
    articles = [
        {"title": a["title"].strip(), "text": a["text"].strip()} for a in articles if (a["title"] + a["text"]).strip()
    ]
    _check_articles(articles)
    words = {**agreement.content, "preamble": preamble.strip(), "articles": articles}
    if version != agreement.version:
        raise Conflict(
            _("A colleague changed this agreement while you were writing. Both are kept below."),
            yours=_as_text(words),
            theirs=_as_text(agreement.content),
            version=agreement.version,
        )
    agreement.content, agreement.version = words, agreement.version + 1
    agreement.save(update_fields=["content", "version"])
    return agreement


@transaction.atomic
def record_vote(
    application_id: int,
    *,
    by: Person,
    number: str,
    voted_on: date,
    file: File | None = None,
    at: datetime | None = None,
) -> Application:
    """The council voted the plan and the agreement: its number, its day, its text.

    Raises NotAllowed, WrongState, BadData.
    """
    at = at or clock.now()
    application = Application.rows.lock(application_id)
    rules.require(rules.may_record_vote, by, application)
    faults = []
    if not number.strip():
        faults.append(_("Give the number of the vote."))
    if voted_on > clock.day_of(at):
        faults.append(_("Give a day that has passed: the day of the vote."))
    if faults:
        raise BadData(_("The vote cannot be recorded yet."), faults)
    if file and file.organisation_id != application.organisation_id:
        raise BadData(_("This file belongs to another organisation."))
    APPLICATION_STEPS.take(application, "adopt")
    application.vote_number, application.voted_on = number.strip()[:60], voted_on
    application.save(update_fields=["state", "vote_number", "voted_on"])
    adopt_plan(application, on=voted_on)
    if file:
        share(file, at)
        application.files.add(file)
    journal.record(application, "voted", by=by, number=application.vote_number, voted_on=voted_on.isoformat())
    letters.tell_voted(application)
    return application


def send_agreement(agreement_id: int, *, by: Person, at: datetime | None = None) -> Agreement:
    """Freeze the text as a PDF and ask every party to sign it. Raises NotAllowed, WrongState, Conflict, Unavailable.

    The PDF is drawn before the transaction, which then refuses if the text has changed meanwhile.
    """
    at = at or clock.now()
    drawn = Agreement.rows.select_related("application__organisation").get(pk=agreement_id)
    rules.require(rules.may_send_agreement, by, drawn)
    if not AGREEMENT_STEPS.allows(drawn, "send"):
        raise WrongState(_("This agreement has already been sent."), state=drawn.state)
    document = documents.agreement_pdf(drawn, at=at)
    return _send(drawn, document, by=by, at=at)


@transaction.atomic
def _send(drawn: Agreement, document: bytes, *, by: Person, at: datetime) -> Agreement:
    agreement = Agreement.rows.lock(drawn.pk)
    rules.require(rules.may_send_agreement, by, agreement)
    if agreement.version != drawn.version:
        raise Conflict(
            _("A colleague changed this agreement meanwhile. Read it again, then send it."),
            yours=_as_text(drawn.content),
            theirs=_as_text(agreement.content),
            version=agreement.version,
        )
    AGREEMENT_STEPS.take(agreement, "send")
    application = agreement.application
    agreement.document = _kept(document, application, by=by, at=at, sealed=False)
    agreement.fingerprint = hashlib.sha256(document).hexdigest()
    agreement.sent_at, agreement.sent_by = at, by
    agreement.refused_by, agreement.refused_because = None, ""
    agreement.version += 1
    agreement.save()
    journal.record(
        agreement, "agreement_sent", by=by, organisation=application.organisation, sha256=agreement.fingerprint
    )
    letters.ask_signatures(agreement)
    return agreement


@transaction.atomic
def change_agreement(agreement_id: int, *, by: Person, at: datetime | None = None) -> Agreement:
    """Take the text back to change it: every signature given so far is void. Raises NotAllowed, WrongState."""
    at = at or clock.now()
    agreement = Agreement.rows.lock(agreement_id)
    rules.require(rules.may_send_agreement, by, agreement)
    AGREEMENT_STEPS.take(agreement, "change")
    void = void_signatures(agreement, at)
    agreement.version += 1
    agreement.save(update_fields=["state", "version"])
    journal.record(
        agreement, "agreement_changed", by=by, organisation=agreement.application.organisation, signatures_void=void
    )
    letters.tell_taken_back(agreement)
    return agreement


@transaction.atomic
def sign_agreement(
    agreement_id: int,
    *,
    organisation: Organisation,
    by: Person,
    fingerprint_seen: str,
    capacity: str,
    at: datetime | None = None,
) -> Signature:
    """Sign for one party the text whose fingerprint the signatory saw. The last signature starts the mandate.

    Raises NotAllowed, WrongState, Conflict (another text has been sent since), BadData.
    """
    at = at or clock.now()
    agreement = Agreement.rows.lock(agreement_id)
    party = Party.objects.select_related("organisation", "agreement").get(
        agreement=agreement, organisation=organisation
    )
    rules.require(rules.may_sign, by, party)
    if not AGREEMENT_STEPS.allows(agreement, "sign_first"):
        raise WrongState(_("This agreement is not waiting for a signature."), state=agreement.state)
    if fingerprint_seen != agreement.fingerprint:
        raise Conflict(
            _("The text has changed since you read it. Read the new one, then sign."),
            yours=fingerprint_seen,
            theirs=agreement.fingerprint,
            version=agreement.version,
        )
    if not capacity.strip():
        raise BadData(_("Say as what you sign."))
    require_vote(party)
    require_turn(party)
    pairs.require_the_other(agreement)
    signature = _signed(party, by=by, capacity=capacity.strip()[:120], at=at)
    journal.record(agreement, "signed", by=by, organisation=party.organisation, sha256=signature.fingerprint)
    count_signatures(agreement, by=by, at=at)
    return signature


@jobs.task("seal_agreement")
def seal_agreement(job: Job, *, code: str) -> None:
    """Put the house's seal on the signed text and keep it; done twice, it has one effect (trust P6)."""
    agreement = Agreement.rows.select_related("document", "application__organisation").get(code=code)
    if agreement.sealed_id or agreement.document is None:
        return
    with files.opened(agreement.document) as stream:
        document = stream.read()
    if hashlib.sha256(document).hexdigest() != agreement.fingerprint:
        raise Unavailable(_("The file on disk is not the text that was signed."), agreement=agreement.pk)
    with override(agreement.content["language"]):
        sealed = seal.seal(document, reason=seal_reason(agreement))
    _keep_seal(agreement.pk, sealed)


@transaction.atomic
def _keep_seal(agreement_id: int, sealed: bytes) -> None:
    agreement = Agreement.rows.lock(agreement_id)
    if agreement.sealed_id:
        return
    by, at = robot(), clock.now()
    agreement.sealed = _kept(sealed, agreement.application, by=by, at=at, sealed=True)
    agreement.sealed_fingerprint = hashlib.sha256(sealed).hexdigest()
    agreement.save(update_fields=["sealed", "sealed_fingerprint"])
    journal.record(agreement, "sealed", by=by, organisation=agreement.application.organisation)
    letters.tell_sealed(agreement)


def count_signatures(agreement: Agreement, *, by: Person, at: datetime) -> None:
    """Partly signed, or signed by all: then the mandate starts and the seal is asked for. Called by who holds it."""
    waiting = agreement.parties.exclude(signatures__in=Signature.objects.filter(void_at=None))
    if waiting.exists():
        AGREEMENT_STEPS.take(agreement, "sign_first")
        agreement.save(update_fields=["state"])
        letters.tell_signed(agreement)
        return
    AGREEMENT_STEPS.take(agreement, "sign_last")
    agreement.signed_at = at
    agreement.save(update_fields=["state", "signed_at"])
    mandate = start_mandate(agreement, by=by, at=at)
    letters.queue_signed_by_all(agreement, mandate)
    jobs.enqueue("seal_agreement", agreement.code, code=agreement.code)


def _signed(party: Party, *, by: Person, capacity: str, at: datetime) -> Signature:
    if Signature.objects.filter(party__agreement=party.agreement_id, person=by, void_at=None).exists():
        raise WrongState(_("You have already signed this agreement for one party: someone else signs for the others."))
    try:
        with transaction.atomic():
            return Signature.objects.create(
                party=party, person=by, capacity=capacity, fingerprint=party.agreement.fingerprint, signed_at=at
            )
    except IntegrityError:
        raise WrongState(_("This party has already signed.")) from None


def require_vote(party: Party) -> None:
    """Raises WrongState while the council has not voted."""
    if waits_for_vote(party):
        raise WrongState(_("The council’s vote comes before the signature: record it first."))


def require_turn(party: Party, *, beside: Collection[int] = ()) -> None:
    """The order of signatures the committee chose. `beside`: parties that sign the same copy. Raises WrongState."""
    parties = list(Party.objects.filter(agreement=party.agreement_id).select_related("organisation"))
    signed = Signature.objects.filter(party__in=parties, void_at=None).values_list("party", flat=True)
    before = comes_before(party, parties, {*signed, *beside})
    if before:
        names = ", ".join(organisation.name for organisation in before)
        raise WrongState(_("This agreement is signed in order: %(names)s first.") % {"names": names})


def _kept(content: bytes, application: Application, *, by: Person, at: datetime, sealed: bool) -> File:
    name = application.organisation.name
    label = _("Sealed agreement, %(name)s") if sealed else _("Agreement, %(name)s")
    file = files.keep(
        content, label=f"{label % {'name': name}}.pdf", kind="pdf", organisation=application.organisation, by=by
    )
    share(file, at)
    return file


def share(file: File, at: datetime) -> None:
    """The other parties may read it from now on."""
    if file.shared_at is None:
        file.shared_at = at
        file.save(update_fields=["shared_at"])


def _check_articles(articles: list[dict[str, Any]]) -> None:
    faults = [
        _("Article %(number)d needs a title and a text.") % {"number": number}
        for number, article in enumerate(articles, start=1)
        if not (article["title"] and article["text"]) or len(article["text"]) > LONGEST_ARTICLE
    ]
    if not articles or len(articles) > MOST_ARTICLES:
        faults.append(_("An agreement has from 1 to 60 articles."))
    if faults:
        raise BadData(_("This agreement cannot be kept so."), faults)


def _as_text(content: dict[str, Any]) -> str:
    pieces = [content.get("preamble", ""), *(f"{a['title']}\n{a['text']}" for a in content.get("articles", []))]
    return "\n\n".join(pieces)
