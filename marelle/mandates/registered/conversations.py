"""What is said of an application: with its city, and among the committee alone."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from marelle.accounts import threads
from marelle.accounts.models import Person
from marelle.mandates.models import Application
from marelle.mandates.queries import conversations as queries

Rule = Callable[[Person, Application], bool]


def register() -> None:
    """Join the register of conversations."""
    threads.register(
        queries.WITH_CITY,
        may_read=partial(_may, queries.may_read_with_city),
        may_write=partial(_may, queries.may_write_with_city),
        members=partial(_told, queries.told_with_city),
        title=partial(_of, queries.title_with_city),
        keeper=lambda person, code: _of(partial(queries.keeper, person), code),
    )
    threads.register(
        queries.INTERNAL,
        may_read=partial(_may, queries.may_read_notes),
        may_write=partial(_may, queries.may_read_notes),
        members=partial(_told, queries.told_of_notes),
        title=partial(_of, queries.title_of_notes),
    )


def _may(rule: Rule, person: Person, code: str) -> bool:
    application = queries.find(code)
    return application is not None and rule(person, application)


def _told(who: Callable[[Application], Iterable[tuple[Person, str]]], code: str) -> Iterable[tuple[Person, str]]:
    application = queries.find(code)
    return who(application) if application else []


def _of(told: Callable[[Application], Any], code: str) -> Any:
    application = queries.find(code)
    if application is None:
        raise Application.DoesNotExist(code)
    return told(application)
