"""Who relays a consultation: registered by its space or by a letter, confirmed by the programme team, given a signed link."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import require
from marelle.base import clock, stamps
from marelle.base.errors import BadData, Closed, WrongState
from marelle.base.text import random_id
from marelle.consultations import rules
from marelle.consultations.letters import partners as letters
from marelle.consultations.models import Consultation, Partner
from marelle.consultations.queries import access
from marelle.consultations.states import PARTNER_STEPS, ConsultationState, PartnerState, SiteKind
from marelle.territories.models import Territory

TAKES_PARTNERS = frozenset({ConsultationState.PILOT, ConsultationState.OPEN})
LETTER_LIVES = timedelta(days=7)
ENDED = gettext_lazy("This link has ended: register again on the page of the consultation.")


@dataclass(frozen=True)
class Relay:
    """What is said of who relays. `territory`: its commune, or what it covers."""

    name: str
    kind: str
    territory: Territory
    contact_name: str
    contact_email: str
    language: str = "fr"


@transaction.atomic
def register(
    consultation_id: int, organisation: Organisation, relay: Relay, *, by: Person, at: datetime | None = None
) -> Partner:
    """An organisation that has a space here asks to relay; once an edition. Raises NotAllowed, Closed, WrongState, BadData."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_relay_for, by, organisation)
    _check(consultation, relay)
    try:
        with transaction.atomic():
            return _register(consultation, relay, organisation=organisation, by=by, at=at)
    except IntegrityError as error:
        raise WrongState(_("Your organisation has registered already.")) from error


def ask_to_register(consultation_id: int, relay: Relay) -> None:
    """Anyone asks to relay: a letter holds all of it, nothing else is kept before its link is pressed. Raises Closed, BadData."""
    consultation = Consultation.rows.select_related("committee").get(pk=consultation_id)
    _check(consultation, relay)
    words = [
        consultation.code,
        relay.name.strip(),
        relay.kind,
        str(relay.territory.pk),
        relay.contact_name.strip(),
        relay.contact_email.strip(),
        relay.language,
        (clock.now() + LETTER_LIVES).isoformat(),
    ]
    token = access.seal_registration(words)
    letters.ask_to_confirm(consultation, words[1], words[5], relay.language, token)


@transaction.atomic
def confirm_registration(token: str, *, at: datetime | None = None) -> Partner:
    """The link of the letter is pressed: who asked is registered; pressed twice, once. Raises Closed, BadData."""
    at = at or clock.now()
    words = access.read_registration(token)
    if words is None or datetime.fromisoformat(words[7]) <= at:
        raise BadData(str(ENDED))
    consultation = Consultation.rows.lock(Consultation.rows.values_list("pk", flat=True).get(code=words[0]))
    known = Partner.rows.filter(
        consultation=consultation, organisation=None, name=words[1], contact_email__iexact=words[5]
    )
    found = known.select_related("territory").first()
    if found is not None:
        return found
    relay = Relay(words[1], words[2], Territory.objects.get(pk=int(words[3])), *words[4:7])
    _check(consultation, relay)
    return _register(consultation, relay, organisation=None, by=None, at=at)


@transaction.atomic
def add_partner(consultation_id: int, relay: Relay, *, by: Person, at: datetime | None = None) -> Partner:
    """The programme team registers someone who asked by telephone. Raises NotAllowed, Closed, BadData."""
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    _check(consultation, relay)
    return _register(consultation, relay, organisation=None, by=by, at=at)


def _register(
    consultation: Consultation,
    relay: Relay,
    *,
    organisation: Organisation | None,
    by: Person | None,
    at: datetime | None,
) -> Partner:
    made = Partner.rows.create(
        consultation=consultation,
        organisation=organisation,
        name=relay.name.strip(),
        kind=relay.kind,
        territory=relay.territory,
        contact_name=relay.contact_name.strip(),
        contact_email=relay.contact_email.strip(),
        language=relay.language,
        registered_at=at or clock.now(),
    )
    journal.record(made, "partner_registered", by=by, organisation=_house(made), consultation=consultation.code)
    return made


@transaction.atomic
def confirm_partner(partner_id: int, *, by: Person, at: datetime | None = None) -> Partner:
    """The programme team lets them relay: their signed link leaves by letter. Raises NotAllowed, WrongState."""
    partner = _answered(partner_id, by)
    PARTNER_STEPS.take(partner, "confirm")
    partner.confirmed_at, partner.confirmed_by = at or clock.now(), by
    _save(partner, "state", "confirmed_at", "confirmed_by")
    journal.record(partner, "partner_confirmed", by=by, organisation=_house(partner))
    letters.tell_confirmed(partner)
    stamps.bump("public")
    return partner


@transaction.atomic
def decline_partner(partner_id: int, because: str, *, by: Person) -> Partner:
    """The programme team declines, and says why. Raises NotAllowed, WrongState, BadData."""
    partner = _answered(partner_id, by)
    because = " ".join(because.split())
    if not because:
        raise BadData(_("Say why: they read it."))
    PARTNER_STEPS.take(partner, "decline")
    _save(partner, "state")
    journal.record(partner, "partner_declined", by=by, organisation=_house(partner))
    letters.tell_declined(partner, because)
    return partner


@transaction.atomic
def draw_link(partner_id: int, *, by: Person | access.Link, at: datetime | None = None) -> Partner:
    """End the signed link, and send another: the one before opens nothing any more. Raises NotAllowed, WrongState."""
    partner = Partner.rows.lock(partner_id)
    require_relay(partner, by, at or clock.now(), own=True)
    if partner.state not in {PartnerState.CONFIRMED, PartnerState.ACTIVE}:
        raise WrongState(_("This partner has no link yet."))
    partner.link = random_id()
    _save(partner, "link")
    journal.record(partner, "partner_link_drawn", by=person_of(by), organisation=_house(partner))
    letters.tell_link(partner)
    return partner


@transaction.atomic
def finish_partner(partner_id: int, *, by: Person) -> Partner:
    """They have finished: their link opens nothing any more. Raises NotAllowed, WrongState."""
    partner = Partner.rows.lock(partner_id)
    require(rules.may_relay, by, partner)
    PARTNER_STEPS.take(partner, "finish")
    _save(partner, "state")
    journal.record(partner, "partner_finished", by=by, organisation=_house(partner))
    return partner


# What they share -----------------------------------------------------------------------------------------------------
def person_of(by: Person | access.Link | access.Key) -> Person | None:
    """Whom the journal names: nobody for who holds a link or a key."""
    return by if isinstance(by, Person) else None


def require_relay(partner: Partner, by: Person | access.Link, at: datetime, *, own: bool = False) -> None:
    """A person with the right, or whoever holds the partner's link; `own`: the contact's. Raises NotAllowed, Closed."""
    if isinstance(by, Person):
        require(rules.may_relay, by, partner)
        return
    found = access.partner_of(by, at, own=own)
    if found is None or found.pk != partner.pk:
        raise Closed(_("This link opens nothing today. Ask the person who gave it to you."))


def _answered(partner_id: int, by: Person) -> Partner:
    partner = Partner.rows.lock(partner_id)
    require(rules.may_answer_partner, by, partner)
    return partner


def _house(partner: Partner) -> Organisation:
    """In whose journal it is written."""
    return partner.organisation or partner.consultation.committee


def _save(partner: Partner, *names: str) -> None:
    partner.version += 1
    partner.save(update_fields=[*names, "version"])


def _check(consultation: Consultation, relay: Relay) -> None:
    """Raises Closed, BadData."""
    if consultation.state not in TAKES_PARTNERS:
        raise Closed(_("Partners register while the consultation is being prepared or open."))
    faults = []
    if not relay.name.strip():
        faults.append(_("Give the name of the place or of the body."))
    if not relay.contact_name.strip():
        faults.append(_("Give the name of the person we may write to."))
    try:
        validate_email(relay.contact_email.strip())
    except ValidationError:
        faults.append(_("Give an e-mail address we may write to."))
    if relay.kind not in SiteKind.values or relay.kind == SiteKind.HOME:
        faults.append(_("Choose one of the answers offered."))
    if faults:
        raise BadData(faults[0], faults)
