"""Who may still receive a letter on the day it leaves: someone who may read what it speaks of (trust E5)."""

from collections.abc import Callable

from marelle.accounts.models import Person
from marelle.base import clock, outbox
from marelle.mandates.letters.cities import FROM_COMMITTEE
from marelle.mandates.models import Agreement, Application, Asking, Mandate, Party, Review
from marelle.mandates.states import STILL_READING
from marelle.plans.models import Report

OF_APPLICATIONS = ("receipt", "reminder", "lapse_soon", "sent_back", "decision", "call_extended", "more_time")
OF_AGREEMENTS = (
    *("agreement_sent", "agreement_reminder", "agreement_changed", "agreement_signed"),
    *("paper_copy_refused", "agreement_amendment_sent", "agreement_amendment_reminder", "agreement_amendment_signed"),
)


def register() -> None:
    """Join the outbox."""
    rules = {
        **dict.fromkeys(OF_APPLICATIONS, reads(Application)),
        **dict.fromkeys(OF_AGREEMENTS, works_for_a_party),
        FROM_COMMITTEE: works_there,
        "mandate_ended": reads(Mandate),
        "mandate_moved": reads(Mandate),
        "amendment_answered": reads(Mandate),
        "review_assigned": reads(Review),
        "reviews_assigned": has_some_to_read,
    }
    rules["question_asked"] = still_asked
    for kind, test in rules.items():
        outbox.may_receive(kind, test)


def reads(model: type[Application | Mandate | Report | Review]) -> Callable[[str, str], bool]:
    """Whoever has this address may read the thing a letter names."""

    def test(reference: str, address: str) -> bool:
        person = _of(address)
        return person is not None and model.objects.visible_to(person).filter(code=_code(reference)).exists()

    return test


def has_some_to_read(reference: str, address: str) -> bool:
    """Whoever has this address still has a dossier of that call to read."""
    person = _of(address)
    mine = Review.rows.filter(application__call__code=_code(reference), reviewer=person, state__in=STILL_READING)
    return person is not None and mine.exists()


def works_for_a_party(reference: str, address: str) -> bool:
    """Whoever has this address works for a party: a text taken back is a draft, which its parties do not read."""
    person = _of(address)
    parties = Party.objects.filter(agreement__in=Agreement.rows.filter(code=_code(reference)))
    return person is not None and parties.filter(organisation__in=person.organisation_ids).exists()


def still_asked(reference: str, address: str) -> bool:
    """The question still waits: no account is needed to answer it."""
    return Asking.objects.open_at(clock.now()).filter(code=_code(reference)).exists()


def works_there(reference: str, address: str) -> bool:
    """Whoever has this address still works for the organisation written to."""
    person = _of(address)
    return person is not None and _code(reference) in {row.organisation.code for row in person.living_memberships}


def _of(address: str) -> Person | None:
    return Person.objects.filter(email__iexact=address, is_active=True).first()


def _code(reference: str) -> str:
    return reference.partition(":")[2]
