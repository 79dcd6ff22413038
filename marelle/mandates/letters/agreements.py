"""Letters and notices of the agreement and of the mandate it opens."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import outbox
from marelle.base.models import Letter
from marelle.mandates.models import Agreement, Application, Mandate
from marelle.mandates.queries import people


def ask_signatures(agreement: Agreement) -> None:
    """Ask who may sign for each party to read, then sign; tell the writers that the text has come."""
    for organisation in _parties(agreement):
        for person in people.signatories_of(organisation):
            _write("agreement_sent", agreement, organisation, person, which=agreement.fingerprint[:16])
    _tell(
        agreement,
        "agreement_sent",
        lambda: _("%(city)s: the agreement is ready to be read and signed.") % {"city": _city(agreement)},
    )


def tell_taken_back(agreement: Agreement) -> None:
    """Say that the text was taken back, so that no signature given so far counts."""
    for organisation in _parties(agreement):
        if organisation.kind == OrganisationKind.COMMITTEE:
            continue
        for person in people.signatories_of(organisation):
            _write("agreement_changed", agreement, organisation, person, which=str(agreement.version))
    _tell(
        agreement,
        "agreement_changed",
        lambda: _("%(city)s: the agreement was taken back to be changed.") % {"city": _city(agreement)},
    )


def tell_refused(agreement: Agreement) -> None:
    """Say that a party did not sign, so that the text goes back to the committee."""
    refused = agreement.refused_by
    _tell(
        agreement,
        "signature_refused",
        lambda: (
            _("%(city)s: %(party)s did not sign the agreement; it goes back to the committee.")
            % {"city": _city(agreement), "party": refused}
        ),
    )


def remind_to_sign(agreement: Agreement, organisation: Organisation, person: Person, *, which: int) -> bool:
    """Remind someone that their signature is waited for, once for each `which`; whether a letter was written."""
    kind = "agreement_reminder"
    if Letter.objects.filter(key=_key(kind, agreement, agreement.fingerprint[:16], str(which), person.code)).exists():
        return False
    _write(kind, agreement, organisation, person, which=f"{agreement.fingerprint[:16]}:{which}")
    return True


def tell_signed(agreement: Agreement) -> None:
    """Say that one more party has signed."""
    _tell(
        agreement,
        "agreement_signed",
        lambda: _("%(city)s: one more party has signed the agreement.") % {"city": _city(agreement)},
    )


def queue_signed_by_all(agreement: Agreement, mandate: Mandate) -> None:
    """Tell everyone who works for the parties that the agreement is signed and when the mandate begins."""
    for organisation in _parties(agreement):
        for person in people.concerned_by(organisation):
            _write("agreement_signed", agreement, organisation, person, mandate=mandate)
    _tell(
        agreement,
        "agreement_signed",
        lambda: _("%(city)s: the agreement is signed by all, the mandate is open.") % {"city": _city(agreement)},
    )


def tell_sealed(agreement: Agreement) -> None:
    """Say that the sealed file can be kept."""
    _tell(
        agreement,
        "agreement_sealed",
        lambda: _("%(city)s: the sealed agreement is ready to be downloaded.") % {"city": _city(agreement)},
    )


def tell_voted(application: Application) -> None:
    """Tell the programme team that the council has voted."""
    notifications.notify(
        people.concerned_by(application.call.committee),
        "voted",
        reference=f"mandates.application:{application.code}",
        sentence=lambda: _("%(city)s: the council has voted.") % {"city": application.organisation.name},
        address=f"/bureau/candidatures/{application.code}",
        committee=application.call.committee,
    )


def tell_ended(mandate: Mandate) -> None:
    """Tell the organisation's people that the mandate has ended, and what comes next."""
    for person in people.writers_of(mandate.organisation):
        outbox.write(
            "mandate_ended",
            to=person.email,
            language=person.language,
            reference=f"mandates.mandate:{mandate.code}",
            key=f"mandate_ended:{mandate.code}:{person.code}",
            context={"mandate": mandate, "person": person},
        )


def _write(
    kind: str, agreement: Agreement, organisation: Organisation, person: Person, *, which: str = "", **more: Any
) -> None:
    """One letter to one person of a party. `which`: what makes a second one of its kind another letter."""
    outbox.write(
        kind,
        to=person.email,
        language=person.language,
        reference=_reference(agreement),
        key=_key(kind, agreement, which, person.code),
        context={**_context(agreement, organisation), "person": person, **more},
    )


def _key(kind: str, agreement: Agreement, *parts: str) -> str:
    return ":".join(filter(None, [kind, agreement.code, *parts]))


def _tell(agreement: Agreement, kind: str, sentence: Callable[[], str]) -> None:
    for organisation in _parties(agreement):
        notifications.notify(
            people.concerned_by(organisation),
            kind,
            reference=_reference(agreement),
            sentence=sentence,
            address=_address(agreement, organisation),
            committee=organisation if organisation.kind == OrganisationKind.COMMITTEE else None,
        )


def _city(agreement: Agreement) -> str:
    return agreement.application.organisation.name


def _parties(agreement: Agreement) -> list[Organisation]:
    rows = agreement.parties.select_related("organisation").order_by("position")
    return [party.organisation for party in rows]


def _reference(agreement: Agreement) -> str:
    return f"mandates.agreement:{agreement.code}"


def _address(agreement: Agreement, organisation: Organisation) -> str:
    if organisation.kind == OrganisationKind.COMMITTEE:
        return f"/bureau/conventions/{agreement.code}"
    return f"/espace/{organisation.code}/convention"


def _context(agreement: Agreement, organisation: Organisation) -> dict[str, object]:
    return {
        "agreement": agreement,
        "city": _city(agreement),
        "organisation": organisation,
        "address": _address(agreement, organisation),
    }
