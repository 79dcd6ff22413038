"""The demonstration’s trial edition is public, as anyone reads it: the country, a région, a département, the story’s town."""

import io

import pytest
from django.db import transaction

from marelle.base import clock
from marelle.consultations.models import Consultation
from marelle.consultations.queries import published
from marelle.demo import building
from marelle.demo.stages import STAGES
from tests.demo.test_building import PLACES
from tests.factories.framework import DemonstrationFramework
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The call’s stage with the towns of the trial, in their département and their région; undone at the end of the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        region = TerritoryFactory(code="52", name="Pays de la Loire", kind="region")
        place = TerritoryFactory(code="44", name="Loire-Atlantique", kind="departement", region=region)
        TerritoryFactory(code="44143", name="Rezé", kind="commune", departement=place, region=region)
        for code in set(PLACES) - {"44143"}:
            TerritoryFactory(code=code)
        DemonstrationFramework()
        building.build("call", only=PLACES, out=io.StringIO())
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("built")
def test_trial_edition_is_public_with_a_page_for_each_level():
    states = dict(Consultation.rows.values_list("code", "state"))
    read = published.edition("2025")

    assert states["2025"] == "published"
    assert [place.zone for place in published.pages(read)] == ["FR", "region:52", "departement:44", "commune:44143"]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/consultation/2025", "Consultation d’essai 2025 (réponses synthétiques)"),
        ("/consultation/2025/lieux/region-52", "Pays de la Loire"),
        ("/consultation/2025/lieux/departement-44", "Loire-Atlantique"),
        ("/consultation/2025/lieux/commune-44143", "Rezé"),
    ],
)
def test_each_page_tells_what_synthetic_children_said(client, address, said):
    with clock.at(STAGES["call"]):
        shown = client.get(address)

    text = shown.content.decode()
    assert shown.status_code == 200 and said in text and "La réponse la plus donnée" in text


@pytest.mark.usefixtures("built")
def test_edition_in_design_has_no_results(client):
    assert client.get("/consultation/2026").status_code == 404
