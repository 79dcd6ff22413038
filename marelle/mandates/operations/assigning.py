"""Giving many dossiers to their readers at once; what is refused is told beside the others."""

from collections.abc import Mapping, Sequence

from marelle.accounts.models import Person
from marelle.mandates.models import Application
from marelle.mandates.operations import reviews
from marelle.mandates.operations.deciding import Told, each


def assign_all(readers: Mapping[Application, Sequence[Person]], *, by: Person) -> list[Told]:
    """Give each dossier to its readers, all of them or none. Raises nothing: a refusal is told, and leaves its dossier as it was."""

    def assign(application: Application) -> None:
        for reader in readers[application]:
            reviews.assign_reader(application.pk, reader, by=by)

    return each(list(readers), assign)
