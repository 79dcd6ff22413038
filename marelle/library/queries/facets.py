"""How many practices each answer of each filter would leave, the other filters as they are: one question for all of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from marelle.library import stems
from marelle.library.models import Practice, PracticeText, Word
from marelle.library.queries.practices import BANDS, MOST_WORDS, NARROWS, Filters, narrowed
from marelle.library.states import PracticeState

Counts = dict[str, dict[str, int]]  # by filter, then by answer


def facets(filters: Filters) -> Counts:
    """For each filter, its answers that leave something and how many they leave: under the words and every other filter."""
    first, *others = _arms(filters)
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, answer, found in first.union(*others, all=True):
        if answer:
            counts[name][answer] = found
    return {name: counts[name] for name in NARROWS}


def _arms(filters: Filters) -> Iterator[QuerySet]:
    """One part of the question a filter, the filter itself left open."""
    ways: dict[str, tuple[type, str, Any]] = {
        "domain": (Practice.domains.through, "practice", F("domain__slug")),
        "service": (Practice.services.through, "practice", F("service__code")),
        "evidence": (Practice, "pk", F("evidence_level")),
        "language": (PracticeText, "practice", F("language")),
        "population": (Practice, "pk", _band()),
        "country": (Practice, "pk", F("organisation__country")),
        "retained": (Practice, "pk", Case(When(state=PracticeState.RETAINED, then=Value("1")), default=Value(""))),
    }
    for name in NARROWS:
        model, path, answer = ways[name]
        left_open: dict[str, Any] = {name: False if name == "retained" else ""}
        rows: Any = _matching(replace(filters, **left_open))
        if model is not Practice:
            rows = model._default_manager.filter(practice__in=rows.values("pk"))  # type: ignore[attr-defined]
        rows = rows.exclude(name="") if model is PracticeText else rows
        rows = rows.annotate(facet=Value(name, CharField()), answer=Cast(answer, CharField())).values("facet", "answer")
        yield rows.annotate(found=Count(path, distinct=True)).order_by().values_list("facet", "answer", "found")


def _matching(filters: Filters) -> QuerySet[Practice]:
    """Public practices under the filters, and that hold every word searched."""
    rows = narrowed(Practice.objects.public(), filters)
    words = stems.asked(filters.q)[:MOST_WORDS]
    for either in words:
        rows = rows.filter(pk__in=Word.objects.filter(stem__in=either).values("practice"))
    return rows.none() if filters.q and not words else rows


def _band() -> Case:
    """The band of inhabitants of the town that tells it; empty when they are not known."""
    lived = "organisation__territory__population"
    whens = [
        When(Q(**{f"{lived}__gte": low}) & (Q(**{f"{lived}__lt": high}) if high else Q()), then=Value(name))
        for name, (low, high) in BANDS.items()
    ]
    return Case(*whens, default=Value(""), output_field=CharField())
