"""The demonstration's practices: thirty, whole, told by towns of its network, the story's one taken over."""

import pytest

from marelle.demo import network, practices
from marelle.demo.stages import STAGES
from marelle.library.models import Practice
from marelle.library.operations.practices import ASKED, TEXTS
from marelle.library.states import EvidenceLevel
from tests.demo.test_building import build


def test_thirty_practices_are_whole_and_six_are_told_in_english_too():
    rows = practices.content()
    members = {place.code for place in network.places(STAGES["review"]) if place.fate == "running"}

    wrong = [
        (row["key"], language, field)
        for row in rows
        for language in ("fr", "en")
        if language in row
        for field, limit in TEXTS.items()
        if len(row[language].get(field, "")) > limit or (field in ASKED and not row[language].get(field))
    ]

    assert wrong == []
    assert (len(rows), len({row["key"] for row in rows}), sum("en" in row for row in rows)) == (30, 30, 6)
    assert {row["city"] for row in rows} <= members
    assert {row["evidence"] for row in rows} == set(EvidenceLevel.values)
    assert all("label" not in str(row).lower() for row in rows)


@pytest.mark.django_db
def test_nothing_is_told_before_its_day():
    build("call")

    assert Practice.rows.filter(published_at__gt="2026-05-12T08:00:00Z").count() == 0
    assert Practice.rows.count() == 5  # two of towns, three told for cities abroad
