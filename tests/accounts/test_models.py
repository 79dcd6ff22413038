"""Organisations as the database keeps them."""

import pytest

from marelle.accounts.models import Organisation
from marelle.base.text import fold
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    [
        *("Ô-de-Selle", "Œuilly", "Annœullin", "L’Haÿ-les-Roses", "L'Île-Bouchard", "Le May-sur-Èvre", "Évry"),
        *("CC Conflent-Canigó", "Aÿ-Champagne", "Geüs-d'Oloron", "Aisy-sur-Armançon", "Blénod-lès-Pont-à-Mousson"),
    ],
)
def test_folded_name_is_written_as_what_is_searched(name):
    """Each letter of the official names, on both databases: a name is found whatever its accents and capitals."""
    organisation = OrganisationFactory(name=name)

    assert Organisation.objects.get(folded_name=fold(name)) == organisation


@pytest.mark.parametrize("name", ["œ" * 200, "İ" * 200, "日本" * 100, "'\" %_\\ 🪁", "-"])
def test_folded_name_holds_any_name(name):
    assert Organisation.objects.get(pk=OrganisationFactory(name=name).pk).name == name
