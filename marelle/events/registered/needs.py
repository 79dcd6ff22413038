"""What needs and exchanges bring to "Aujourd'hui", to the search, to the thread and to the worker's rounds."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, dues, origins, outbox, registers, rounds
from marelle.base.dues import Facts, Watch
from marelle.base.origins import Shown
from marelle.base.registers import Act, Found, Moment
from marelle.base.text import fold
from marelle.events.models import Ballot, Exchange, Need
from marelle.events.operations import exchanges
from marelle.events.operations.needs import sentence_of
from marelle.events.queries import needs as queries
from marelle.framework.models import text

MOST_READ = 500  # needs one reader's search goes through


def register() -> None:
    """Join the registers."""
    origins.register("events.need", show_needs)
    dues.watches += [Watch(asked, to_answer), Watch(held, to_tell), Watch(ranked, to_rank)]
    registers.search_providers.append(search)
    registers.invariants["no city gives more points than it has"] = faults
    for kind in ("exchange_asked", "exchange_answered"):
        outbox.may_receive(kind, may_receive)
    rounds.register(ask_outcomes)


def ask_outcomes(at: datetime) -> None:
    """A round of the worker."""
    exchanges.ask_outcomes(at)


def asked(person: Person, organisation: Organisation) -> QuerySet | None:
    """Who asks this city for an exchange."""
    if not accounts.may_write(person, organisation):
        return None
    rows = queries.waiting_for(organisation, person)
    return dues.facts(rows, code="code", city="asked_by__name", since="asked_at")


def to_answer(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Act]:
    """The oldest."""
    row = min(rows, key=lambda row: row.at("since"))
    sentence = _("Answer {city}, which asks you for an exchange").format(city=row["city"])
    yield Act(sentence, f"/espace/{organisation.code}/rencontres/echanges/{row['code']}")


def held(person: Person, organisation: Organisation) -> QuerySet | None:
    """The exchanges whose outcome was asked and is not told."""
    if not accounts.may_write(person, organisation):
        return None
    other = Case(When(asked_by=organisation, then="asked_of__name"), default="asked_by__name")
    return dues.facts(queries.to_tell(organisation, person), code="code", city=other, since="outcome_asked_at")


def to_tell(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Act]:
    """The oldest."""
    row = min(rows, key=lambda row: row.at("since"))
    sentence = _("Say what the exchange with {city} gave").format(city=row["city"])
    yield Act(sentence, f"/espace/{organisation.code}/rencontres/echanges/{row['code']}")


def ranked(person: Person, organisation: Organisation) -> QuerySet | None:
    """The rounds that are open and wait for this city's points."""
    if not accounts.may_write(person, organisation):
        return None
    given = Ballot.objects.filter(ranking=OuterRef("pk"), organisation=organisation)
    rows = queries.rankings_for(organisation, clock.now()).exclude(Exists(given))
    return dues.facts(rows, code="code", name="name", closes_at="closes_at")


def to_rank(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Act | Moment]:
    """The first to close."""
    row = min(rows, key=lambda row: row.at("closes_at"))
    address = f"/espace/{organisation.code}/rencontres/besoins/classements/{row['code']}"
    title = _("Give your points: {ranking}").format(ranking=text(row.words("name")))
    yield Act(title, address, due_at=row.at("closes_at"))
    yield Moment(f"ranking-{row['code']}", title, row.at("closes_at"), address)


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


def show_needs(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Needs in the thread, for those who may read them."""
    if reader is None or not reader.is_authenticated:
        return {}
    rows = Need.objects.visible_to(reader).select_related("organisation", "service", "domain")
    return {
        need.code: Shown(need.name, sentence_of(need), _address(need, reader), need.get_state_display(), need.stated_at)
        for need in rows.filter(code__in=codes)
    }


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
