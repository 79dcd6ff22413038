"""Agreements and mandates: what to sign, dates to know, where they stand on the thread, what must always hold."""

from collections.abc import Iterator
from datetime import date, datetime, time
from hashlib import sha256

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import files
from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, dues, origins, registers, rounds
from marelle.base.dues import Facts, Watch
from marelle.base.errors import Unavailable
from marelle.base.registers import Act, Moment
from marelle.mandates import figures
from marelle.mandates.models import Agreement, Application, Mandate, Party, Signature
from marelle.mandates.operations.mandates import begin_due_mandates, end_due_mandates
from marelle.mandates.operations.signatures import remind_of_amendments, remind_signatories
from marelle.mandates.queries import mandates
from marelle.mandates.states import AgreementState, ApplicationState, MandateState

WAITING = (AgreementState.SENT, AgreementState.PARTLY_SIGNED)
MOST_ACTS = 3  # of one kind
SIGNED = (AgreementState.SIGNED, AgreementState.AMENDED, AgreementState.ENDED)


def register() -> None:
    """Join the registers."""
    dues.watches += [Watch(unsigned, to_sign), Watch(unvoted, to_record), MANDATE]
    registers.calendar_providers.append(calendar)
    registers.invariants["a signed agreement has one text"] = signed_otherwise
    registers.invariants["the file of an agreement is what was signed"] = other_files
    registers.invariants["a mandate lasts its track’s years"] = wrong_lengths
    origins.register("mandates.mandate", mandates.show_mandates)
    rounds.register(end_due_mandates)  # first: one may wait for it
    rounds.register(begin_due_mandates)
    rounds.register(remind_signatories)
    rounds.register(remind_of_amendments)


def unsigned(person: Person, organisation: Organisation) -> QuerySet | None:
    """What this person is to sign for the organisation, as `rules.may_sign` says."""
    if not accounts.may_sign_for(person, organisation):
        return None
    rows = Party.objects.filter(organisation=organisation, agreement__state__in=WAITING)
    rows = rows.exclude(signatures__in=Signature.objects.filter(void_at=None))
    if organisation.kind == OrganisationKind.COMMITTEE:
        rows = rows.exclude(agreement__sent_by=person)
    return dues.facts(rows, key="pk", code="agreement__code", name="agreement__application__organisation__name")


def to_sign(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """The oldest first."""
    for row in sorted(rows, key=lambda row: row["key"])[:MOST_ACTS]:
        if organisation.kind != OrganisationKind.COMMITTEE:
            yield Act(_("Read and sign the agreement"), f"/espace/{organisation.code}/convention")
        else:
            sentence = _("Read and sign the agreement with %(name)s") % {"name": row["name"]}
            yield Act(sentence, f"/bureau/conventions/{row['code']}")


def unvoted(person: Person, organisation: Organisation) -> QuerySet | None:
    """The application accepted, on which the council is to vote."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_hand_in(person, organisation):
        return None
    rows = Application.objects.visible_to(person).filter(organisation=organisation, state=ApplicationState.ACCEPTED)
    return dues.facts(rows.filter(track__council_vote="required"), code="code")


def to_record(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """One vote, whatever the number of tracks."""
    yield Act(_("Record the council’s vote"), f"/espace/{organisation.code}/convention#vote")


def living(person: Person, organisation: Organisation) -> QuerySet:
    """The mandate that runs, or else the one about to; a row for each of its reports that was put off, or one."""
    put_off = FilteredRelation("plan__reports", condition=Q(plan__reports__first_due_on__isnull=False))
    rows = mandates.living(organisation, person).annotate(put_off=put_off)
    moved = {"put_off_kind": "put_off__kind", "put_off_year": "put_off__year", "put_off_to": "put_off__due_on"}
    days = {"starts_on": "starts_on", "ends_on": "ends_on", "first_ends_on": "first_ends_on"}
    asks = {"reports": "track__reports", "report_dates": "track__report_dates"}
    return dues.facts(rows, key="pk", code="code", state="state", **days, **asks, **moved)


def dates(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Moment]:
    """The first and last days of the organisation's mandate, and the reports it is asked for."""
    row = min(rows, key=_order)
    address, name = f"/espace/{organisation.code}/convention", f"mandate-{row['code']}"
    starts_on, ends_on = row.on("starts_on"), row.on("ends_on")
    yield Moment(f"{name}-start", _("The mandate begins"), _morning(starts_on), address)
    put_off = {(r["put_off_kind"], r["put_off_year"]): r.on("put_off_to") for r in rows if r["key"] == row["key"]}
    asks = {"reports": row.words("reports"), "chosen": row.words("report_dates")}
    for asked in figures.milestones(starts_on, ends_on, **asks, first_ends_on=row.on("first_ends_on")):
        title, on = mandates.milestone_name(asked.kind), put_off.get((asked.kind, asked.year)) or asked.on
        moved = (on - asked.on).days  # only ever later: calendars that hold it follow
        yield Moment(f"{name}-{asked.kind}-{asked.on.year}", title, clock.evening_of(on), address, sequence=moved)
    yield Moment(f"{name}-end", _("The mandate ends"), _morning(ends_on), address)


MANDATE = Watch(living, dates)


def calendar(person: Person | None, organisation: Organisation | None) -> list[Moment]:
    """The same dates, for a calendar."""
    return dues.read(MANDATE, person, organisation) if person and organisation else []


def _order(row: Facts) -> tuple[bool, int, int]:
    """As `mandates.living` puts them: one about to begin last, else the latest begun first."""
    return row["state"] == MandateState.PLANNED, -row.on("starts_on").toordinal(), row["key"]


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
    counted = counted.filter(taken_over_at=None)  # of the others the house holds the day alone
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
    """Mandates whose end, before they were prolonged, is not their start and their track's years, unless begun elsewhere."""
    here = Mandate.rows.filter(agreement__taken_over_at=None)
    for mandate in here.select_related("track").order_by("pk"):
        if (mandate.first_ends_on or mandate.ends_on) != figures.mandate_end(mandate.starts_on, mandate.track.years):
            yield f"mandate={mandate.pk} does not last the {mandate.track.years} years of its track"
