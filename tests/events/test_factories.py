"""Every table of meetings and of the library can be filled, on both databases."""

import pytest

from tests.factories import events, library


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(n for m in (events, library) for n in vars(m) if n.endswith("Factory")))
def test_each_factory_makes_a_row(name):
    factory = getattr(events, name, None) or getattr(library, name)
    if factory._meta.model is None:
        return

    assert factory().pk
