"""Copies to check, mandates given up or over: what the administrators of a committee have to answer."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, PendingAct, Person
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock, dues
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Act
from marelle.mandates.models import Agreement, AgreementAmendment, Application, Mandate, PaperCopy
from marelle.mandates.queries.decisions import MOVE
from marelle.mandates.states import OVER, AmendmentState, MandateState, PaperCopyState

MOST_ACTS = 3  # of one kind
LEFT_ALONE = timedelta(days=183)  # ours: a town that does not apply within half a year of its end is asked about


def register() -> None:
    """Join the registers."""
    dues.watches += [Watch(given_up, to_confirm), Watch(not_back, to_close)]
    dues.watches += [Watch(on_paper, to_check), Watch(amended, to_sign)]


def given_up(person: Person, committee: Organisation) -> QuerySet | None:
    """The renunciations cities asked for."""
    if not _administers(person, committee):
        return None
    asked = PendingAct.objects.filter(
        kind=MOVE,
        state="asked",
        payload__asked_by_city=True,
        reference=Concat(Value("mandates.mandate:"), OuterRef("code")),
    )
    rows = Mandate.objects.visible_to(person).filter(Exists(asked), agreement__application__call__committee=committee)
    return dues.facts(rows, code="agreement__code", name="organisation__name")


def to_confirm(rows: list[Facts], person: Person, committee: Organisation) -> Iterator[Act]:
    """In order of name."""
    for row in sorted(rows, key=lambda row: row["name"])[:MOST_ACTS]:
        sentence = _("%(city)s gives its title up: confirm it, or decline") % {"city": row["name"]}
        yield Act(sentence, f"/bureau/conventions/{row['code']}/mandat", urgent=True)


def not_back(person: Person, committee: Organisation) -> QuerySet | None:
    """Mandates ended half a year ago, of towns that have no other one and apply to no call."""
    if not _administers(person, committee):
        return None
    later = Mandate.rows.filter(organisation=OuterRef("organisation"), starts_on__gt=OuterRef("starts_on"))
    applies = Application.rows.filter(organisation=OuterRef("organisation")).exclude(state__in=sorted(OVER))
    rows = Mandate.objects.visible_to(person).filter(
        state=MandateState.ENDED,
        ends_on__lte=clock.today() - LEFT_ALONE,
        agreement__application__call__committee=committee,
    )
    rows = rows.exclude(Exists(later)).exclude(Exists(applies))
    return dues.facts(rows, code="agreement__code", name="organisation__name", ended="ends_on")


def to_close(rows: list[Facts], person: Person, committee: Organisation) -> Iterator[Act]:
    """The one that ended first, first."""
    for row in sorted(rows, key=lambda row: row.on("ended"))[:MOST_ACTS]:
        sentence = _("%(city)s has not come back: close its mandate, or write to it") % {"city": row["name"]}
        yield Act(sentence, f"/bureau/conventions/{row['code']}/mandat")


def on_paper(person: Person, committee: Organisation) -> QuerySet | None:
    """Copies signed on paper that this administrator may compare with the text."""
    if not _administers(person, committee):
        return None
    seen = Agreement.objects.visible_to(person).filter(application__call__committee=committee)
    rows = PaperCopy.rows.filter(agreement__in=seen.exclude(sent_by=person), state=PaperCopyState.GIVEN)
    named = {"code": "agreement__code", "name": "agreement__application__organisation__name", "since": "given_at"}
    return dues.facts(rows.exclude(given_by=person), **named)


def to_check(rows: list[Facts], person: Person, committee: Organisation) -> Iterator[Act]:
    """The oldest first."""
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        sentence = _("Compare with its text the agreement signed on paper: %(city)s") % {"city": row["name"]}
        yield Act(sentence, f"/bureau/conventions/{row['code']}/papier")


def amended(person: Person, organisation: Organisation) -> QuerySet | None:
    """Amendments this person is to sign for the organisation, as `rules.may_sign_amendment` says."""
    if not accounts.may_sign_for(person, organisation):
        return None
    rows = AgreementAmendment.rows.filter(
        agreement__parties__organisation=organisation, state__in=[AmendmentState.SENT, AmendmentState.PARTLY_SIGNED]
    ).exclude(signatures__party__organisation=organisation)
    if organisation.kind == OrganisationKind.COMMITTEE:
        rows = rows.exclude(sent_by=person)
    named = {"code": "code", "agreement": "agreement__code", "since": "sent_at"}
    return dues.facts(rows, **named, name="agreement__application__organisation__name")


def to_sign(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """The oldest first."""
    is_committee = organisation.kind == OrganisationKind.COMMITTEE
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        place = f"/bureau/conventions/{row['agreement']}" if is_committee else f"/espace/{organisation.code}/convention"
        sentence = _("Read and sign the amendment of the agreement: %(city)s") % {"city": row["name"]}
        yield Act(sentence, f"{place}/avenants/{row['code']}")


def _administers(person: Person, committee: Organisation) -> bool:
    is_committee = committee.kind == OrganisationKind.COMMITTEE
    return is_committee and Role.PROGRAMME_ADMINISTRATOR in person.roles_in(committee)
