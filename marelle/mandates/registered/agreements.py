"""Agreements and mandates: what to sign, dates to know, where they stand on the thread, what must always hold."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from hashlib import sha256

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from marelle.accounts import files
from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, origins, registers, rounds
from marelle.base.errors import Unavailable
from marelle.base.registers import Act, Moment, Today
from marelle.mandates import figures, rules
from marelle.mandates.models import Agreement, Application, Mandate, Party, Signature
from marelle.mandates.operations.mandates import begin_due_mandates, end_due_mandates
from marelle.mandates.queries import mandates
from marelle.mandates.states import AgreementState, ApplicationState

WAITING = (AgreementState.SENT, AgreementState.PARTLY_SIGNED)
SIGNED = (AgreementState.SIGNED, AgreementState.AMENDED, AgreementState.ENDED)


def register() -> None:
    """Join the registers."""
    registers.today_providers.append(today)
    registers.calendar_providers.append(calendar)
    registers.invariants["a signed agreement has one text"] = signed_otherwise
    registers.invariants["the file of an agreement is what was signed"] = other_files
    registers.invariants["a mandate lasts its track’s years"] = wrong_lengths
    origins.register("mandates.application", mandates.show_application)
    origins.register("mandates.mandate", mandates.show_mandate)
    rounds.register(end_due_mandates)  # first: one may wait for it
    rounds.register(begin_due_mandates)


def today(person: Person, organisation: Organisation) -> Today:
    """Agreements to sign, votes to record, and the mandate's dates."""
    return Today(acts=list(_acts(person, organisation)), moments=list(calendar(person, organisation)), changes=[])


def calendar(person: Person | None, organisation: Organisation | None) -> Iterator[Moment]:
    """The first and last days of the organisation's mandate, and the reports it is asked for."""
    if person is None or organisation is None:
        return
    mandate = mandates.living_of(organisation, person)
    if mandate is None:
        return
    address = f"/espace/{organisation.code}/convention"
    yield Moment(f"mandate-{mandate.code}-start", _("The mandate begins"), _morning(mandate.starts_on), address)
    for milestone in mandates.milestones_of(mandate):
        code = f"mandate-{mandate.code}-{milestone.kind}-{milestone.on.year}"
        yield Moment(code, mandates.milestone_name(milestone.kind), _morning(milestone.on), address)
    yield Moment(f"mandate-{mandate.code}-end", _("The mandate ends"), _morning(mandate.ends_on), address)


def _acts(person: Person, organisation: Organisation) -> Iterable[Act]:
    waiting = Party.objects.filter(organisation=organisation, agreement__state__in=WAITING)
    unsigned = waiting.exclude(signatures__in=Signature.objects.filter(void_at=None))
    for party in unsigned.select_related("agreement__application__organisation", "organisation").order_by("pk")[:3]:
        if rules.may_sign(person, party):
            yield _to_sign(party)
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_hand_in(person, organisation):
        return
    voting = Application.objects.visible_to(person).filter(
        organisation=organisation, state=ApplicationState.ACCEPTED, track__council_vote="required"
    )
    if voting.exists():
        yield Act(_("Record the council’s vote"), f"/espace/{organisation.code}/convention#vote")


def _to_sign(party: Party) -> Act:
    if party.organisation.kind != OrganisationKind.COMMITTEE:
        return Act(_("Read and sign the agreement"), f"/espace/{party.organisation.code}/convention")
    name = party.agreement.application.organisation.name
    sentence = _("Read and sign the agreement with %(name)s") % {"name": name}
    return Act(sentence, f"/bureau/conventions/{party.agreement.code}")


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(0), clock.PARIS)


def signed_otherwise() -> Iterator[str]:
    """Agreements signed by all whose living signatures are missing, or name another text."""
    signed = Agreement.rows.filter(state__in=SIGNED)
    living = Q(parties__signatures__void_at=None) & ~Q(parties__signatures=None)
    counted = signed.annotate(
        parties_count=Count("parties", distinct=True),
        same=Count(
            "parties__signatures", distinct=True, filter=living & Q(parties__signatures__fingerprint=F("fingerprint"))
        ),
        living=Count("parties__signatures", distinct=True, filter=living),
    )
    for agreement in counted.exclude(parties_count=F("same"), living=F("same")).order_by("pk"):
        yield f"agreement={agreement.pk} is signed by {agreement.same} of {agreement.parties_count} for its text"
    for pk in signed.filter(mandate=None).order_by("pk").values_list("pk", flat=True):
        yield f"agreement={pk} is signed and opened no mandate"


def other_files() -> Iterator[str]:
    """Agreements whose bytes on disk are not those that were signed, or sealed."""
    for agreement in Agreement.rows.exclude(document=None).select_related("document", "sealed").order_by("pk"):
        kept = [(agreement.document, agreement.fingerprint), (agreement.sealed, agreement.sealed_fingerprint)]
        for file, fingerprint in kept:
            if file is None:
                continue
            try:
                with files.opened(file) as stream:
                    found = sha256(stream.read()).hexdigest()
            except Unavailable:
                found = "missing"
            if found != fingerprint:
                yield f"agreement={agreement.pk}: file={file.pk} is not the text of its fingerprint"


def wrong_lengths() -> Iterator[str]:
    """Mandates whose end is not their start and their track's years, unless they were prolonged."""
    for mandate in Mandate.rows.select_related("track").exclude(state="prolonged").order_by("pk"):
        if mandate.ends_on != figures.mandate_end(mandate.starts_on, mandate.track.years):
            yield f"mandate={mandate.pk} does not last the {mandate.track.years} years of its track"
