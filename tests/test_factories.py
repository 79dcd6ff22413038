"""Each factory makes a thing the database takes, without being told anything."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from factory.django import DjangoModelFactory

import tests.factories


def all_factories() -> list[type[DjangoModelFactory]]:
    modules = [import_module(f"tests.factories.{module.name}") for module in iter_modules(tests.factories.__path__)]
    found = {thing for module in modules for thing in vars(module).values() if is_factory(thing)}
    return sorted(found, key=lambda made: made.__name__)


def is_factory(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, DjangoModelFactory) and thing._meta.model is not None


@pytest.mark.django_db
@pytest.mark.parametrize("made_by", all_factories(), ids=lambda made: made.__name__)
def test_factory_makes_the_plainest_valid_thing(made_by):
    thing = made_by()

    assert type(thing)._base_manager.filter(pk=thing.pk).exists()
