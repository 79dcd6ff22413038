"""Where places fall on the maps: the samples packaged with the drawings, and what has no place on them."""

import json

import pytest

from marelle.territories import figures
from marelle.territories.sources import FOLDER
from marelle.territories.states import TerritoryKind as K
from tests.factories.territories import TerritoryFactory


def samples(name: str) -> list[dict]:
    return json.loads((FOLDER / f"{name}_svg.json").read_text(encoding="utf-8"))["samples"]


@pytest.mark.parametrize(
    ("kind", "sample"),
    [(K.DEPARTEMENT, sample) for sample in samples("departements")] + [(K.REGION, s) for s in samples("regions")],
    ids=lambda value: value["commune"] + "-" + value["frame"] if isinstance(value, dict) else str(value),
)
def test_place_falls_where_the_sample_says(kind, sample):
    frame = next(frame for frame in figures.outlines(kind).frames if frame.id == sample["frame"])

    dot = frame.place(sample["lon"], sample["lat"])

    assert (round(dot.x, 2), round(dot.y, 2)) == (sample["x"], sample["y"])


def test_outlines_are_the_agreed_ones():
    departements, regions = figures.outlines(K.DEPARTEMENT), figures.outlines(K.REGION)

    assert (len(departements.outlines), [row.code for row in departements.insets]) == (101, ["75", "92", "93", "94"])
    assert (len(regions.outlines), regions.insets, regions.view_box) == (18, (), "0 0 640 700")
    assert [frame.id for frame in departements.frames] == [
        "metropole",
        "971",
        "972",
        "973",
        "974",
        "976",
        "petite-couronne",
    ]


@pytest.mark.parametrize(
    ("departement", "frames"),
    [
        ("01", ["metropole"]),
        ("2A", ["metropole"]),
        ("75", ["metropole", "petite-couronne"]),
        ("92", ["metropole", "petite-couronne"]),
        ("93", ["metropole", "petite-couronne"]),
        ("94", ["metropole", "petite-couronne"]),
        ("971", ["971"]),
        ("976", ["976"]),
        ("988", []),
        ("", []),
    ],
)
def test_frames_of_a_departement(departement, frames):
    assert [frame.id for frame in figures.outlines().frames_of(departement)] == frames


def test_outlines_are_read_once():
    assert figures.outlines(K.DEPARTEMENT) is figures.outlines(K.DEPARTEMENT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "frames"),
    [
        ({"placed": True}, ["metropole", "petite-couronne"]),
        ({"placed": True, "country": "ES"}, []),
        ({"placed": True, "lon": None, "lat": None}, []),
        ({"lon": 2.0, "lat": 48.0}, []),
    ],
    ids=["Paris", "another country", "no point", "no département"],
)
def test_dots_of_a_territory(values, frames):
    assert [dot.frame for dot in figures.dots(TerritoryFactory(**values))] == frames
