"""Ten thousand practices on the shelf, written straight into the tables, and the search over them."""

import random
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate

from django.db import connection, transaction
from django.utils import timezone

from benching import limits
from benching.rows import Row, spaced, timed
from marelle.accounts.models import Organisation
from marelle.library import stems
from marelle.library.models import Practice, PracticeText, Word
from marelle.library.queries import practices as queries
from marelle.library.queries.practices import Filters

LOT = 1000  # rows written at once
WORDS_EACH = 120  # different words of a practice: those of the demonstration hold 130 in the middle
TYPED = ["école", "enfants rue", "tuteur", "mineurs non accompagnés", "children street", "cantine", "conseil d'enfants", "logement des familles", "xyz", "enfant"]  # fmt: skip
FIRST_WORDS = "enfant ecole rue quartier famille service ville jeune parent classe tuteur mineur cantine logement conseil accompagne non"


@transaction.atomic
def grow(count: int, at: datetime) -> None:
    """Practices whose words are as unevenly said as in a language: the first one in nearly all, the last one in few."""
    chance = random.Random(7)
    said = [*(stems.stem(word, "fr") for word in FIRST_WORDS.split()), *(f"mot{number}" for number in range(4000))]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(said))))
    committee = Organisation.objects.filter(kind="committee").order_by("pk")[0]
    for start in range(0, count, LOT):
        lot = Practice.rows.bulk_create(
            Practice(organisation=committee, committee=committee, state="published", created_at=at, published_at=at)
            for _one in range(min(LOT, count - start))
        )
        PracticeText.rows.bulk_create(
            PracticeText(practice=one, language="fr", name=f"Pratique {one.pk}", summary="Une mesure.") for one in lot
        )
        Word.objects.bulk_create(
            (
                Word(practice=one, language="fr", stem=stem, weight=chance.randint(1, 12))
                for one in lot
                for stem in sorted(set(chance.choices(said, cum_weights=weights, k=WORDS_EACH)))
            ),
            batch_size=5000,
        )


def measure(*, quick: bool, count: int = 10_000) -> Iterator[Row]:
    """One search after another: the answer's first twenty, as the page shows them."""
    many = count // (10 if quick else 1)
    grow(many, timezone.now())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE library_word")
    seconds = []
    for text in TYPED * (2 if quick else 20):
        started = time.perf_counter()
        queries.cards(queries.shelf(Filters(q=text))[:20])
        seconds.append(time.perf_counter() - started)
    beside = ("one question to the database", limits.question())
    yield timed(
        f"search over {spaced(many)} practices",
        seconds,
        bar=("<=", 50.0, "p95"),
        baseline=beside,
        conditions=limits.here(),
    )
