import pytest

from marelle.base import stamps
from tests.base.threads import at_once


@pytest.mark.django_db
def test_stamp_counts_changes():
    before = stamps.current("public")

    stamps.bump("public")
    stamps.bump("public")
    stamps.bump("other")

    assert (before, stamps.current("public"), stamps.current("other")) == (0, 2, 1)


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_are_all_counted():
    """trust D1."""
    stamps.bump()

    at_once(lambda n: stamps.bump(), 6)

    assert stamps.current() == 7
