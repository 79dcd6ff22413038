"""Rows of an organisation are never read without saying for whom."""

import pytest
from django.db import models

from marelle.accounts.models import File
from marelle.base.models import Unscoped
from tests.factories.accounts import FileFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "read",
    [
        list,
        len,
        bool,
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: rows.first(),
        lambda rows: rows.last(),
        lambda rows: rows.get(),
        lambda rows: rows[0],
        lambda rows: rows[:1][0],
        lambda rows: rows.values_list("code", flat=True)[0],
        lambda rows: list(rows.values("code")),
        lambda rows: list(rows.iterator()),
        lambda rows: rows.aggregate(total=models.Sum("size")),
        lambda rows: rows.in_bulk(),
        lambda rows: rows.update(label="x"),
        lambda rows: rows.delete(),
        lambda rows: rows.filter(size=5).order_by("pk").distinct()[0],
        lambda rows: list(rows.union(rows)),
        lambda rows: list(rows.select_related("organisation").only("code")),
    ],
)
def test_unscoped_reading_raises(read):
    """trust O2. In production too: it is not an assertion that can be switched off."""
    FileFactory()

    with pytest.raises(Unscoped):
        read(File.objects.all())

    assert File.rows.get().label == "note.pdf"


def test_scoped_reading_stays_scoped_through_filters():
    """trust O2."""
    file = FileFactory()
    stranger = PersonFactory()

    everyone = File.objects.everyone(reason="test").filter(size=5).order_by("pk")
    nobody = File.objects.visible_to(stranger).exclude(size=0)

    assert (list(everyone), list(nobody), nobody.count()) == ([file], [], 0)


def test_rows_of_a_visible_parent_are_scoped_by_it():
    """trust O4."""
    file, other = FileFactory(), FileFactory()

    assert list(file.organisation.files.all()) == [file]
    assert other.organisation.files.filter(code=file.code).first() is None


def test_lock_finds_the_row_for_an_operation():
    file = FileFactory()

    assert File.rows.lock(file.pk) == file
