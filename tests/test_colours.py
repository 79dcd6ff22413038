"""The identity's colours: every ratio of its table, computed again from the tokens the pages are drawn with."""

import re
from pathlib import Path
from typing import Any

import pytest

from marelle.config.settings import BASE

TOKENS = (Path(BASE) / "marelle" / "static" / "css" / "tokens.css").read_text()
TEXT, CONTROL = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11


def tokens() -> dict[str, tuple[str, str]]:
    """Each colour as (light, dark)."""
    found = {}
    for name, value in re.findall(r"--([\w-]+): (.+?);", TOKENS):
        pair = re.findall(r"#[0-9A-F]{6}", value)
        if pair:
            found[name] = (pair[0], pair[-1])
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def near(agreed: float) -> Any:
    """The table gives one decimal."""
    return pytest.approx(agreed, abs=0.06)


def of(name: str, theme: str = "light") -> str:
    return tokens()[name][0 if theme == "light" else 1]


@pytest.mark.parametrize(
    ("name", "colour", "on_craie", "on_sable"),
    [
        ("text", "#1B2340", 15.2, 13.3),
        ("quiet", "#5A6075", 6.1, 5.4),
        ("edge", "#7D8399", 3.7, 3.2),
        ("canard", "#0F5C73", 7.4, 6.4),
        ("pin", "#0B6E4F", 6.2, 5.4),
        ("prune", "#6B2A77", 9.3, 8.1),
        ("brique", "#B3361E", 6.0, 5.2),
        ("ocre", "#8A5200", 6.3, 5.5),
        ("alert", "#A1123A", 7.8, 6.8),
        ("soleil", "#FFC83D", 1.5, 1.3),
    ],
)
def test_colours_on_light_grounds_are_the_agreed_ones(name, colour, on_craie, on_sable):
    assert of(name) == colour
    assert ratio(colour, of("craie")) == near(on_craie)
    assert ratio(colour, of("sable")) == near(on_sable)


@pytest.mark.parametrize(
    ("name", "colour", "on_nuit", "on_nuit2"),
    [
        ("text", "#FFFDF7", 17.5, 14.8),
        ("quiet", "#A9B0C8", 8.2, 7.0),
        ("edge", "#6B7391", 3.8, 3.2),
        ("soleil", "#FFC83D", 11.5, None),
        ("canard", "#7FD0E8", 10.2, None),
        ("pin", "#6FD3A8", 9.8, None),
        ("prune", "#D9A6E3", 8.9, None),
        ("brique", "#FF9C85", 8.7, None),
        ("ocre", "#F2B65A", 9.8, None),
        ("alert", "#FF9DB0", 9.1, None),
    ],
)
def test_colours_on_dark_grounds_are_the_agreed_ones(name, colour, on_nuit, on_nuit2):
    assert of(name, "dark") == colour
    assert ratio(colour, of("nuit")) == near(on_nuit)
    assert on_nuit2 is None or ratio(colour, of("nuit2")) == near(on_nuit2)


@pytest.mark.parametrize(
    ("name", "colour", "under_encre"),
    [
        ("ciel", "#CBE6F2", 11.9),
        ("menthe", "#BFE8D4", 11.5),
        ("lilas", "#E4D3EC", 10.9),
        ("peche", "#FFD9CC", 11.8),
        ("paille", "#FBE6B0", 12.5),
        ("rose", "#FBDCE4", 12.1),
        ("soleil", "#FFC83D", 10.0),
    ],
)
def test_pastels_carry_text(name, colour, under_encre):
    assert of(name) == colour
    assert ratio(of("encre"), colour) == near(under_encre)


@pytest.mark.parametrize(
    ("domain", "pastel", "agreed"),
    [
        ("canard", "ciel", 5.8),
        ("pin", "menthe", 4.7),
        ("prune", "lilas", 6.7),
        ("brique", "peche", 4.6),
        ("ocre", "paille", 5.2),
    ],
)
def test_a_domain_can_be_read_on_its_own_pastel(domain, pastel, agreed):
    assert ratio(of(domain), of(pastel)) == near(agreed)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "raised"])
def test_every_role_can_be_seen_on_every_ground(theme, ground):
    reads = ["text", "quiet", "canard", "pin", "prune", "brique", "ocre", "alert"]

    assert [n for n in reads if ratio(of(n, theme), of(ground, theme)) < TEXT] == []
    assert ratio(of("edge", theme), of(ground, theme)) >= CONTROL


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_of_a_button_can_be_read(theme):
    assert ratio(of("on-button", theme), of("canard", theme)) >= TEXT


def test_steps_of_a_map_are_the_agreed_ones():
    light = [of(f"step-{n}") for n in range(1, 6)]
    dark = [of(f"step-{n}", "dark") for n in range(1, 6)]

    assert light == ["#E6F1F5", "#B3D5E1", "#79B0C6", "#3D84A0", "#0B4A5E"]
    assert dark == ["#24405A", "#2F6480", "#4A8CA8", "#86BAD0", "#CBE6F2"]


def test_no_colour_is_unicefs_blue():
    assert "#00AEEF" not in TOKENS.upper()
