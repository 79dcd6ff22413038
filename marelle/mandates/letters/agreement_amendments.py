"""Letters and notices of the amendments of an agreement."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import outbox
from marelle.base.models import Letter
from marelle.mandates.models import AgreementAmendment, Mandate
from marelle.mandates.queries import people


def tell_asked(amendment: AgreementAmendment) -> None:
    """Tell everyone who works for the parties that an amendment is asked for."""
    _tell(amendment, "asked", lambda: _("%(city)s: an amendment of the agreement is asked for.") % _city(amendment))


def ask_signatures(amendment: AgreementAmendment) -> None:
    """Ask who may sign for each party to read, then sign."""
    for organisation in _parties(amendment):
        for person in people.signatories_of(organisation):
            _write("agreement_amendment_sent", amendment, organisation, person)
    _tell(amendment, "sent", lambda: _("%(city)s: an amendment is ready to be read and signed.") % _city(amendment))


def remind_to_sign(amendment: AgreementAmendment, organisation: Organisation, person: Person, *, which: int) -> bool:
    """Remind someone that their signature is waited for, once for each `which`; whether a letter was written."""
    kind = "agreement_amendment_reminder"
    if Letter.objects.filter(key=f"{kind}:{amendment.code}:{which}:{person.code}").exists():
        return False
    _write(kind, amendment, organisation, person, which=f"{which}:")
    return True


def tell_dropped(amendment: AgreementAmendment) -> None:
    """Say that it is left there: the agreement is unchanged."""
    _tell(
        amendment,
        "dropped",
        lambda: _("%(city)s: the amendment is not carried on; the agreement is unchanged.") % _city(amendment),
    )


def queue_signed_by_all(amendment: AgreementAmendment, mandate: Mandate) -> None:
    """Tell everyone who works for the parties that the amendment is part of the agreement, and until when the mandate lasts."""
    for organisation in _parties(amendment):
        for person in people.concerned_by(organisation):
            _write("agreement_amendment_signed", amendment, organisation, person, mandate=mandate)


def _write(
    kind: str,
    amendment: AgreementAmendment,
    organisation: Organisation,
    person: Person,
    *,
    which: str = "",
    **more: Any,
) -> None:
    """One letter to one person of a party. `which`: what makes a second one of its kind another letter."""
    outbox.write(
        kind,
        to=person.email,
        language=person.language,
        reference=f"mandates.agreement:{amendment.agreement.code}",
        key=f"{kind}:{amendment.code}:{which}{person.code}",
        context={
            "amendment": amendment,
            "city": amendment.agreement.application.organisation.name,
            "address": _address(amendment, organisation),
            "person": person,
            **more,
        },
    )


def _tell(amendment: AgreementAmendment, what: str, sentence: Callable[[], str]) -> None:
    for organisation in _parties(amendment):
        notifications.notify(
            people.concerned_by(organisation),
            f"agreement_amendment_{what}",
            reference=f"mandates.agreement:{amendment.agreement.code}",
            sentence=sentence,
            address=_address(amendment, organisation),
            committee=organisation if organisation.kind == OrganisationKind.COMMITTEE else None,
        )


def _city(amendment: AgreementAmendment) -> dict[str, str]:
    return {"city": amendment.agreement.application.organisation.name}


def _parties(amendment: AgreementAmendment) -> list[Organisation]:
    rows = amendment.agreement.parties.select_related("organisation").order_by("position")
    return [party.organisation for party in rows]


def _address(amendment: AgreementAmendment, organisation: Organisation) -> str:
    if organisation.kind == OrganisationKind.COMMITTEE:
        return f"/bureau/conventions/{amendment.agreement.code}/avenants/{amendment.code}"
    return f"/espace/{organisation.code}/convention/avenants/{amendment.code}"
