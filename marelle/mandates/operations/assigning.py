"""Giving many dossiers to their readers at once; what is refused is told beside the others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from marelle.accounts.models import Person
from marelle.mandates.letters import reviews as letters
from marelle.mandates.models import Application, Review
from marelle.mandates.operations import reviews
from marelle.mandates.operations.deciding import Told, each


@transaction.atomic
def assign_all(readers: Mapping[Application, Sequence[Person]], *, by: Person) -> list[Told]:
    """Give each dossier to all its readers or to none; a reader has one letter, whatever they were given.

    Raises nothing: a refusal is told, and leaves its dossier as it was.
    """
    given: dict[Application, list[Review]] = {}

    def assign(application: Application) -> None:
        found = [reviews.give(application.pk, reader, by=by) for reader in readers[application]]
        given[application] = [review for review, is_new in found if is_new]

    told = each(list(readers), assign)
    of_reader = defaultdict(list)
    for review in (review for several in given.values() for review in several):
        of_reader[review.reviewer_id].append(review)
    for several in of_reader.values():
        letters.queue_all_assigned(several)
    return told
