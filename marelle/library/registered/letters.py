"""The results of what was taken over: asked by letter on their day, once, of who writes for the organisation."""

from datetime import datetime, timedelta

from marelle.accounts.models import Person
from marelle.accounts.queries import people_of
from marelle.base import clock, outbox, rounds
from marelle.library.figures import RESULTS_AFTER, results_due
from marelle.library.models import Adoption
from marelle.library.operations.practices import WRITERS
from marelle.library.queries.practices import words_of
from marelle.library.states import AdoptionState

KIND = "adoption_result"
LOOKED_BACK = timedelta(days=31 * (max(RESULTS_AFTER) + 2))  # whoever is two months late has been asked


def register() -> None:
    """Join the worker's rounds and the outbox."""
    rounds.register(ask_results)
    outbox.may_receive(KIND, still_writes)


def ask_results(at: datetime) -> None:
    """Write to who writes for an organisation whose result is asked for today: the key of the letter makes it one."""
    today = clock.day_of(at)
    rows = Adoption.rows.exclude(state=AdoptionState.DROPPED).filter(adopted_at__gte=at - LOOKED_BACK)
    rows = rows.select_related("organisation", "practice").prefetch_related("results", "practice__texts")
    for adoption in rows.order_by("pk"):
        given = {result.after_months for result in adoption.results.all()}
        due = results_due(clock.day_of(adoption.adopted_at), given, today)
        for months in due[-1:]:
            for person in people_of([adoption.organisation], WRITERS):
                outbox.write(
                    KIND,
                    to=person.email,
                    language=person.language,
                    reference=f"library.adoption:{adoption.code}",
                    key=f"{KIND}:{adoption.code}:{months}:{person.code}",
                    context={
                        "practice": words_of(adoption.practice, person.language).name,
                        "months": months,
                        "organisation": adoption.organisation,
                        "adoption": adoption,
                    },
                )


def still_writes(reference: str, address: str) -> bool:
    """Whoever has this address still works for the organisation that took it over."""
    person = Person.objects.filter(email__iexact=address, is_active=True).first()
    code = reference.partition(":")[2]
    return person is not None and Adoption.rows.filter(code=code, organisation__in=person.organisation_ids).exists()
