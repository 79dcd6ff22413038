"""What needs and exchanges bring to "Aujourd'hui", to the search, to the thread and to the worker's rounds."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, origins, outbox, registers, rounds
from marelle.base.origins import Shown
from marelle.base.registers import Act, Found, Moment, Today
from marelle.base.text import fold
from marelle.events.models import Ballot, Exchange, Need
from marelle.events.operations import exchanges
from marelle.events.operations.needs import sentence_of
from marelle.events.queries import needs as queries
from marelle.framework.models import text

MOST_READ = 500  # needs one reader's search goes through


def register() -> None:
    """Join the registers."""
    origins.register("events.need", show_need)
    registers.today_providers.append(today)
    registers.search_providers.append(search)
    registers.invariants["no city gives more points than it has"] = faults
    for kind in ("exchange_asked", "exchange_answered"):
        outbox.may_receive(kind, may_receive)
    rounds.register(ask_outcomes)


def ask_outcomes(at: datetime) -> None:
    """A round of the worker."""
    exchanges.ask_outcomes(at)


def today(person: Person, organisation: Organisation) -> Today:
    """Who asks for an exchange, what one gave, a ranking that is open."""
    if not accounts.may_write(person, organisation):
        return Today([], [], [])
    here = f"/espace/{organisation.code}/rencontres"
    acts, moments = [], []
    for exchange in queries.waiting_for(organisation, person)[:1]:
        sentence = _("Answer {city}, which asks you for an exchange").format(city=exchange.asked_by)
        acts.append(Act(sentence, f"{here}/echanges/{exchange.code}"))
    for exchange in queries.to_tell(organisation, person)[:1]:
        other = exchange.asked_of if exchange.asked_by_id == organisation.pk else exchange.asked_by
        acts.append(
            Act(_("Say what the exchange with {city} gave").format(city=other), f"{here}/echanges/{exchange.code}")
        )
    voted = Ballot.objects.filter(organisation=organisation).values("ranking")
    for ranking in queries.rankings_for(organisation, clock.now())[:1]:
        if voted.filter(ranking=ranking).exists():
            continue
        address = f"{here}/besoins/classements/{ranking.code}"
        title = _("Give your points: {ranking}").format(ranking=ranking)
        acts.append(Act(title, address, due_at=ranking.closes_at))
        moments.append(Moment(f"ranking-{ranking.code}", title, ranking.closes_at, address))
    return Today(acts, moments, [])


def search(words: str, person: Person | None, limit: int) -> Iterable[Found]:
    """One's own cities' needs, and for the programme team those stated to its committee."""
    if person is None:
        return
    sought, left = fold(words).split(), limit
    rows = (
        Need.objects.visible_to(person).select_related("organisation", "service", "domain").order_by("-stated_at", "pk")
    )
    for need in rows[:MOST_READ]:
        if left and sought and all(word in fold(need.name) for word in sought):
            left -= 1
            yield Found(_("need"), need.name, sentence_of(need), _address(need, person))


def show_need(code: str, reader: Person | None) -> Shown | None:
    """A need in the thread, for those who may read it."""
    if reader is None or not reader.is_authenticated:
        return None
    rows = Need.objects.visible_to(reader).select_related("organisation", "service", "domain")
    need = rows.filter(code=code).first()
    if need is None:
        return None
    return Shown(need.name, sentence_of(need), _address(need, reader), need.get_state_display(), need.stated_at)


def may_receive(reference: str, address: str) -> bool:
    """Whoever has this address may still read the exchange."""
    person = Person.objects.filter(email__iexact=address, is_active=True).first()
    code = reference.partition(":")[2]
    return person is not None and Exchange.objects.visible_to(person).filter(code=code).exists()


def faults() -> Iterable[str]:
    """Ballots whose points do not add up to what was given."""
    for ballot in Ballot.objects.select_related("organisation", "ranking").order_by("pk"):
        rows = ballot.ranking.given.filter(organisation=ballot.organisation).values_list("points", flat=True)
        if sum(rows) > ballot.had:
            yield f"ranking {text(ballot.ranking.name)}: {ballot.organisation} gave {sum(rows)} points of {ballot.had}"


def _address(need: Need, reader: Person) -> str:
    if need.organisation_id in reader.organisation_ids:
        return f"/espace/{need.organisation.code}/rencontres/besoins/{need.code}"
    return f"/bureau/rencontres/besoins/{need.code}"
