"""Amendments of an agreement, as pages show them."""

from datetime import date

from marelle.accounts.models import Person
from marelle.base.clock import months_after
from marelle.mandates import rules
from marelle.mandates.models import Agreement, AgreementAmendment, AmendmentSignature, Mandate, Party
from marelle.mandates.queries.agreements import Place, comes_before
from marelle.mandates.states import MANDATE_STEPS

PROLONGED_FROM = 12  # months before the end: month 60 of six years, expected §2
MOST_MONTHS = 12  # ours: one more year, then a new application


def amendments_of(agreement: Agreement, person: Person) -> list[AgreementAmendment]:
    """Those a person may read, latest first."""
    rows = AgreementAmendment.objects.visible_to(person).filter(agreement=agreement)
    return list(rows.select_related("asked_by", "sent_by", "document").order_by("-number"))


def places(amendment: AgreementAmendment, person: Person) -> list[Place]:
    """One place a party, in order: who signed the amendment, who may."""
    parties = list(amendment.agreement.parties.select_related("organisation").order_by("position"))
    signed = {s.party_id: s for s in amendment.signatures.select_related("person")}
    found = []
    for party in parties:
        party.agreement = amendment.agreement
        before = comes_before(party, parties, set(signed))
        may_sign = party.pk not in signed and not before and _may_sign(person, amendment, party)
        found.append(Place(party, signed.get(party.pk), may_sign, before))  # type: ignore[arg-type]
    return found


def _may_sign(person: Person, amendment: AgreementAmendment, party: Party) -> bool:
    return rules.may_sign_amendment(person, AmendmentSignature(amendment=amendment, party=party))


def party_to_sign(amendment: AgreementAmendment, person: Person) -> Party | None:
    """The party this person may sign for now."""
    return next((place.party for place in places(amendment, person) if place.may_sign), None)


def prolongs_from(mandate: Mandate) -> date:
    """From which day a mandate may be prolonged."""
    return months_after(mandate.ends_on, -PROLONGED_FROM)


def may_be_prolonged(mandate: Mandate | None, today: date) -> bool:
    """Whether its time has come, and it stands where it can be."""
    return bool(mandate and MANDATE_STEPS.allows(mandate, "prolong") and prolongs_from(mandate) <= today)
