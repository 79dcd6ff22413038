"""Webinars that belong together: their series, the project that carries it, what it is about."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import require
from marelle.base import stamps
from marelle.base.errors import BadData
from marelle.base.text import random_id
from marelle.events import rules
from marelle.events.models import Series

WORDS = ("name", "project", "summary")  # by language
LONGEST_CODE = 30


@transaction.atomic
def make_series(committee: Organisation, *, by: Person, **words: Mapping[str, str]) -> Series:
    """A new series; its address is made from its name, for ever. Raises NotAllowed, BadData."""
    require(rules.may_run, by, committee)
    series = Series(committee=committee)
    _write(series, words)
    code = slugify(str(series))[:LONGEST_CODE].strip("-") or "serie"
    taken = Series.rows.filter(code=code).exists()
    series.code = f"{code}-{random_id()[:6]}" if taken else code
    series.save()
    journal.record(series, "series_made", by=by, organisation=committee)
    return series


@transaction.atomic
def change_series(series_id: int, *, by: Person, **words: Mapping[str, str]) -> Series:
    """Other words; its address stays. Raises NotAllowed, BadData."""
    series: Series = Series.rows.lock(series_id)
    require(rules.may_run, by, series.committee)
    _write(series, words)
    series.save()
    journal.record(series, "series_changed", by=by, organisation=series.committee)
    stamps.bump("public")
    return series


def _write(series: Series, words: Mapping[str, Mapping[str, str]]) -> None:
    for field in WORDS:
        if field in words:
            said = {language: text.strip() for language, text in words[field].items() if text.strip()}
            setattr(series, field, said)
    if not series.name:
        raise BadData(_("Give the series a name, in one language at least."))
