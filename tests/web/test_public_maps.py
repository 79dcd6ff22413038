"""What the map draws."""

import re

import pytest

from marelle.mandates.queries.members import Cell, Place
from marelle.territories.models import Territory
from marelle.web.public.maps import Step, of_areas, of_cells, of_points, steps_for
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import TrackFactory
from tests.factories.mandates import CallFactory, MandateFactory
from tests.factories.territories import TerritoryFactory
from tests.journeys.test_second_programme import load_second
from tests.web.crowd import make_members


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


XQ_1 = Place("XQ-001", "Villaclara", "commune", "XQ-A1", -31.42, 12.08)
XQ_2 = Place("XQ-003", "Peñalba", "commune", "XQ-A1", -31.20, 12.30)
UNKNOWN = Place("XQ-004", "San Telmo", "commune", "XQ-A1", None, None)
HERE = Place("67447", "Schiltigheim", "commune", "67", 7.75, 48.6)


@pytest.mark.parametrize(
    ("places", "members", "expected"),
    [([], 0, False), ([UNKNOWN], 1, True), ([XQ_1, UNKNOWN], 2, False), ([HERE], 2, False)],
    ids=["no member", "no coordinates", "one of two", "one of two elsewhere"],
)
def test_map_of_members_without_coordinates_shows_nobody(places, members, expected):
    assert of_points(places, members=members).shows_nobody == expected


def test_places_nobody_drew_stand_on_a_blank_sheet_fitted_to_them():
    both, alone, mixed = (of_points(places, members=3) for places in ([XQ_1, XQ_2, UNKNOWN], [XQ_2], [XQ_1, HERE]))

    (x_1, y_1), (x_2, y_2) = ((float(p.x), float(p.y)) for p in both.points)
    assert (both.is_sheet, both.view_box, both.outside, both.land) == (True, "0 0 640 640", 1, "")
    assert x_1 < x_2 and y_2 < y_1  # Peñalba lies to the north-east
    assert {round(y_2), round(y_1)} == {40, 600}
    assert [(p.x, p.y) for p in alone.points] == [("320.0", "320.0")]
    assert (mixed.is_sheet, [p.code for p in mixed.points], mixed.outside) == (False, ["67447"], 2)


def test_members_nobody_drew_are_gathered_by_a_grid():
    """A dot's surface says how many; whoever has no place is told in words; no place at all, no map."""
    found = of_cells([Cell(-31.4, 12.0, 900), Cell(-31.2, 12.3, 225)], members=1200)

    assert [(c.radius, c.members) for c in found.clusters] == [("12.0", 900), ("7.5", 225)]
    assert (found.is_by_grid, found.is_sheet, found.outside, found.shows_nobody) == (True, True, 75, False)
    assert found.linked_marks == found.marks
    assert of_cells([], members=1200) is None


@pytest.mark.django_db
def test_above_a_thousand_members_nobody_drew_the_map_gathers_them(client, django_assert_num_queries):
    """Two groups of an invented country, far apart: one dot each, and not one link too many."""
    areas = {"country": "XQ", "departement": None, "region": None}
    places = [
        TerritoryFactory(code=f"XQ-{n:04}", name=f"Villa {n}", lon=-31.0 + n % 2, lat=12.0 + n % 2, **areas)
        for n in range(1001)
    ]
    make_members(places, call=CallFactory(), track=TrackFactory(), by=PersonFactory())
    client.get("/villes")

    with django_assert_num_queries(8):
        drawing = (
            client.get("/villes?tri=population").content.decode().partition('class="map"')[2].partition("</figure>")[0]
        )

    assert re.findall(r"<title>(\d+)</title>", drawing) == ["501", "500"]
    assert (drawing.count("<a "), "plus le point est grand" in drawing) == (0, True)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/", "/villes"])
def test_network_elsewhere_has_its_map_and_its_list(client, page):
    """The second programme's places: an invented country."""
    load_second()
    place = Territory.objects.get(code="XQ-001")
    organisation = OrganisationFactory(code="XQ-001", name=place.name, territory=place)
    MandateFactory(agreement__application__organisation=organisation)

    words = client.get(page).content.decode()

    assert words.count('<circle class="member" cx="320.0" cy="320.0"') == 1
    assert "aucun contour de ces lieux n’a été chargé" in words
    assert ("INSEE" in words.partition('class="map"')[2], "Villaclara de la Vega" in words) == (
        False,
        page == "/villes",
    )
