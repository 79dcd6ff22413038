"""Declarations: a text frozen when it is opened, which organisations sign together through their signatory."""

import hashlib
import json
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import require
from marelle.base import clock, stamps
from marelle.base.errors import BadData, Closed, Conflict, NotAllowed, WrongState
from marelle.events import rules
from marelle.events.models import Declaration, DeclarationSignature, Event

LONGEST = 20_000  # characters of a declaration, in one language


@transaction.atomic
def write_declaration(
    event_id: int,
    *,
    name: dict[str, str],
    text: dict[str, str],
    closes_at: datetime | None,
    by: Person,
    code: str = "",
) -> Declaration:
    """Write a declaration, or change the one of that code while nobody may sign it. Raises NotAllowed, WrongState, BadData."""
    event = Event.rows.lock(event_id)
    require(rules.may_run, by, event.committee)
    declaration = (
        event.declarations.select_for_update(of=("self",)).get(code=code) if code else Declaration(event=event)
    )
    if declaration.opened_at:
        raise WrongState(_("This text is open for signature: it does not change any more."))
    if not any(name.values()) or not any(text.values()):
        raise BadData(_("A declaration has a name and a text."))
    if max(map(len, text.values())) > LONGEST:
        raise BadData(_("This text is too long: 20,000 characters at most."))
    declaration.name, declaration.text, declaration.closes_at = name, text, closes_at
    declaration.save()
    journal.record(declaration, "declaration_written", by=by, organisation=event.committee)
    return declaration


@transaction.atomic
def open_declaration(declaration_id: int, *, by: Person, at: datetime | None = None) -> Declaration:
    """Freeze the text and let it be signed. Raises NotAllowed, WrongState."""
    declaration = Declaration.rows.lock(declaration_id)
    event = declaration.event
    require(rules.may_run, by, event.committee)
    if declaration.opened_at:
        raise WrongState(_("This text is already open for signature."))
    declaration.opened_at = at or clock.now()
    declaration.fingerprint = fingerprint_of(declaration)
    declaration.save(update_fields=["opened_at", "fingerprint"])
    journal.record(
        declaration, "declaration_opened", by=by, organisation=event.committee, sha256=declaration.fingerprint
    )
    stamps.bump("public")
    return declaration


@transaction.atomic
def sign_declaration(
    declaration_id: int, organisation: Organisation, *, fingerprint_seen: str, by: Person, at: datetime | None = None
) -> DeclarationSignature:
    """Sign for one organisation the text whose fingerprint its signatory saw. Once an organisation.

    Raises NotAllowed, Closed, Conflict (another text), WrongState (not open, already signed).
    """
    at = at or clock.now()
    declaration = Declaration.rows.lock(declaration_id)
    require(accounts.may_sign_for, by, organisation)
    if not declaration.event.invitations.filter(organisation=organisation).exists():
        raise NotAllowed(_("Organisations invited to the gathering sign this text."))
    if declaration.opened_at is None or at < declaration.opened_at:
        raise WrongState(_("This text is not open for signature yet."))
    if declaration.closes_at and at >= declaration.closes_at:
        raise Closed(_("The time to sign has passed."))
    if fingerprint_seen != declaration.fingerprint or fingerprint_of(declaration) != declaration.fingerprint:
        raise Conflict(
            _("This is not the text you read. Read it again, then sign."),
            yours=fingerprint_seen,
            theirs=declaration.fingerprint,
            version=0,
        )
    try:
        with transaction.atomic():
            signature = DeclarationSignature.objects.create(
                declaration=declaration,
                organisation=organisation,
                signed_by=by,
                signed_at=at,
                fingerprint=declaration.fingerprint,
            )
    except IntegrityError as error:
        raise WrongState(_("Your organisation has already signed this text.")) from error
    journal.record(declaration, "declaration_signed", by=by, organisation=organisation, sha256=signature.fingerprint)
    stamps.bump("public")
    return signature


def fingerprint_of(declaration: Declaration) -> str:
    """SHA-256 of its name and text in every language, in one fixed order."""
    words = json.dumps([declaration.name, declaration.text], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()
