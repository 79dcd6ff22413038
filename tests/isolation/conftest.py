"""One world for every test of a file: nothing a test does stays."""

import pytest
from django.core.cache import cache
from django.db import transaction

from marelle.base import clock
from tests.isolation.world import NOW, World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> World:
    """Made once, undone at the end of the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def later():
    """The day everything is looked at."""
    with clock.at(NOW):
        yield
