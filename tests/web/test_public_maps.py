"""What the map draws."""

import pytest

from marelle.mandates.queries.members import Place
from marelle.territories.models import Territory
from marelle.web.public.maps import Step, of_areas, of_points, steps_for
from tests.factories.accounts import OrganisationFactory
from tests.factories.mandates import MandateFactory
from tests.journeys.test_second_programme import load_second


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], []),
        ([0, 0], []),
        ([1, 1, 1], [Step(1, 1, 1)]),
        ([1, 2, 3, 4, 5], [Step(1, 1, 1), Step(2, 2, 2), Step(3, 3, 3), Step(4, 4, 4), Step(5, 5, 5)]),
        ([1, 1, 1, 1, 90], [Step(1, 1, 1), Step(2, 2, 90)]),
    ],
)
def test_steps_hold_every_count_once(counts, expected):
    found = steps_for(counts)

    assert found == expected


def test_points_fall_in_each_frame_that_shows_them():
    places = [
        Place("93066", "Saint-Denis", "commune", "93", 2.3574, 48.9356),
        Place("97411", "Saint-Denis", "commune", "974", 55.448, -20.879),
        Place("97701", "Saint-Barthélemy", "commune", "977", -62.85, 17.9),
        Place("67447", "Schiltigheim", "commune", "67", None, None),
    ]

    found = of_points(places, members=4)

    assert [point.code for point in found.points] == ["93066", "93066", "97411"]
    assert found.outside == 2
    assert not found.is_by_area


def test_areas_tell_members_outside_the_drawing():
    found = of_areas({"67": 3, "93": 10, "977": 1}, members=15)

    shown = {shape.code: (shape.members, shape.step) for shape in found.shapes if shape.members}
    assert shown == {"67": (3, 1), "93": (10, 2)}
    assert found.outside == 2
    assert found.is_by_area


@pytest.mark.parametrize(
    ("places", "members", "expected"),
    [
        ([], 0, False),
        ([Place("XQ-001", "Villaclara", "commune", "XQ-A1", -31.42, 12.08)], 1, True),
        ([Place("67447", "Schiltigheim", "commune", "67", 7.75, 48.6)], 2, False),
    ],
    ids=["no member", "all elsewhere", "one of two elsewhere"],
)
def test_map_of_places_it_does_not_draw_shows_nobody(places, members, expected):
    assert of_points(places, members=members).shows_nobody == expected


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/", "/villes"])
def test_network_elsewhere_has_its_list_without_a_map(client, page):
    """The second programme's places: an invented country."""
    load_second()
    place = Territory.objects.get(code="XQ-001")
    organisation = OrganisationFactory(code="XQ-001", name=place.name, territory=place)
    MandateFactory(agreement__application__organisation=organisation)

    words = client.get(page).content.decode()

    assert "Pas de carte ici\u202f: ce membre n’est pas dans les lieux que Marelle dessine." in words
    assert ('class="map"' in words, "Villaclara de la Vega" in words) == (False, page == "/villes")
