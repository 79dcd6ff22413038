"""Exchanges: a city asks another to talk about a need; the other accepts or declines; both are asked what it gave."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, notifications
from marelle.accounts.models import Organisation, Person
from marelle.accounts.queries import people_of
from marelle.accounts.rules import require
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.events import rules
from marelle.events.letters import tell_exchange_answered, tell_exchange_asked
from marelle.events.models import Exchange, Need
from marelle.events.queries import needs as queries
from marelle.events.states import EXCHANGE_STEPS, ExchangeState, NeedState

OUTCOME_AFTER = timedelta(days=91)  # three months
WRITERS = frozenset({Role.CITY_EDITOR, Role.CITY_ADMINISTRATOR})


@transaction.atomic
def ask(need_id: int, asked_of: Organisation, *, by: Person, message: str = "") -> Exchange:
    """Ask a city that may help to talk about a need; asked twice, it is one exchange. Raises NotAllowed, WrongState."""
    need = Need.rows.lock(need_id)
    require(rules.may_change_need, by, need)
    living = Exchange.rows.filter(need=need, asked_of=asked_of).exclude(state=ExchangeState.DECLINED).first()
    if living:
        return living
    if need.state != NeedState.STATED:
        raise WrongState(_("This need is no longer open."))
    helpful = queries.help_for(need)
    city = next((found for found in helpful.cities if found.organisation == asked_of), None)
    if city is None:
        raise WrongState(_("This city is not among those that may help with this need."))
    practice = next((found.practice for found in helpful.practices if found.organisation == asked_of), None)
    exchange = Exchange.rows.create(
        need=need,
        practice=practice,
        asked_by=need.organisation,
        asked_of=asked_of,
        message=message.strip(),
        reasons=[[str(reason.term), reason.points] for reason in city.reasons],
        asked_at=clock.now(),
    )
    journal.record(exchange, "exchange_asked", by=by, organisation=need.organisation)
    _tell(
        exchange,
        asked_of,
        "exchange_asked",
        lambda: _("{city} asks you for an exchange.").format(city=need.organisation),
    )
    tell_exchange_asked(exchange, people_of([asked_of], WRITERS))
    return exchange


@transaction.atomic
def answer(exchange_id: int, *, accept: bool, by: Person) -> Exchange:
    """Accept to talk, or decline; declined, another may be asked for later. Raises NotAllowed, WrongState."""
    exchange = Exchange.rows.lock(exchange_id)
    require(rules.may_answer_exchange, by, exchange)
    EXCHANGE_STEPS.take(exchange, "accept" if accept else "decline")
    exchange.answered_at = clock.now()
    exchange.save(update_fields=["state", "answered_at"])
    verb = "exchange_accepted" if accept else "exchange_declined"
    journal.record(exchange, verb, by=by, organisation=exchange.asked_of)
    _tell(exchange, exchange.asked_by, "exchange_answered", lambda: _answer_in_words(exchange))
    tell_exchange_answered(exchange, people_of([exchange.asked_by], WRITERS), by)
    return exchange


@transaction.atomic
def tell(exchange_id: int, *, outcome: str, by: Person) -> Exchange:
    """Say what it gave, for either of the two. Raises NotAllowed, WrongState, BadData."""
    exchange = Exchange.rows.lock(exchange_id)
    require(rules.may_tell_exchange, by, exchange)
    if not outcome.strip():
        raise BadData(_("Say in a few words what the exchange gave."))
    EXCHANGE_STEPS.take(exchange, "tell")
    exchange.outcome, exchange.told_at = outcome.strip(), clock.now()
    exchange.save(update_fields=["state", "outcome", "told_at"])
    organisation = exchange.asked_by if rules.accounts.may_write(by, exchange.asked_by) else exchange.asked_of
    journal.record(exchange, "exchange_told", by=by, organisation=organisation)
    return exchange


def ask_outcomes(at: datetime) -> None:
    """A round of the worker: three months after an exchange was accepted, both cities are asked what it gave, once."""
    due = Exchange.rows.filter(state=ExchangeState.ACCEPTED, outcome_asked_at=None, answered_at__lte=at - OUTCOME_AFTER)
    for pk in list(due.order_by("answered_at", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            _ask_outcome(pk, at)


def _ask_outcome(pk: int, at: datetime) -> None:
    exchange = Exchange.rows.lock(pk)
    if exchange.outcome_asked_at or exchange.state != ExchangeState.ACCEPTED:
        return
    exchange.outcome_asked_at = at
    exchange.save(update_fields=["outcome_asked_at"])
    for mine, other in ((exchange.asked_by, exchange.asked_of), (exchange.asked_of, exchange.asked_by)):
        _tell(exchange, mine, "exchange_outcome", partial(_what_it_gave, other))


def _what_it_gave(other: Organisation) -> str:
    return _("Three months ago you met {city}: what did it give?").format(city=other)


def _tell(exchange: Exchange, organisation: Organisation, kind: str, sentence: Callable[[], str]) -> None:
    notifications.notify(
        people_of([organisation], WRITERS),
        kind,
        reference=f"events.exchange:{exchange.code}",
        sentence=sentence,
        address=f"/espace/{organisation.code}/rencontres/echanges/{exchange.code}",
    )


def _answer_in_words(exchange: Exchange) -> str:
    if exchange.state == ExchangeState.ACCEPTED:
        return _("{city} accepts the exchange you asked for.").format(city=exchange.asked_of)
    return _("{city} cannot take the exchange you asked for.").format(city=exchange.asked_of)
