"""Who may open what, and do what, against the table written by hand (trust R-test, settled 27)."""

import pytest

from tests.isolation.acts import sent
from tests.isolation.addresses import EVERY, Pattern
from tests.isolation.looking import Viewer
from tests.isolation.permissions import COLUMNS, STAGES, rows, stages_of
from tests.isolation.world import Town, World
from tests.scale import SCALE

pytestmark = pytest.mark.django_db

OTHERS = ("put", "patch", "delete")
TABLE = rows()
FACES = sorted({pattern.face if ":" in pattern.name else "" for pattern in EVERY})


@pytest.fixture(scope="module")
def viewers(world) -> dict[tuple[str, str], Viewer]:
    """Whoever stands in a column, for a town."""
    found: dict[tuple[str, str], Viewer] = {}
    for key in ("draft", "handed", "read", "member"):
        town, other = world.towns[key], world.towns["withdrawn"]
        for column in COLUMNS:
            person = world.people.get(column) or town.people.get(column)
            if column == "FA":
                person = other.people["CA"]
            found[key, column] = Viewer.of(None if column == "VI" else person or world.people["nobody"], column)
    return found


def letter(status: int, location: str, method: str) -> str:
    """What an answer means."""
    if status in (301, 302) and location.startswith(("/compte/entrer", "/en/compte/entrer")):
        return "i"
    if status in (403, 404, 405):
        return {403: "n", 404: "-", 405: "x"}[status]
    if method != "get" and status in (200, 301, 302, 400, 409, 422):
        return "m"
    return {200: "o", 301: "g", 302: "g", 409: "w", 503: "u"}.get(status, f"?{status}")


def answers(viewer: Viewer, pattern: Pattern, world: World, town: Town, number: int) -> str:
    """Three letters: reading, sending its form, any other verb."""
    addresses = pattern.addresses(world, town)
    if not addresses:
        return "???"
    others = OTHERS if SCALE >= 1 else (OTHERS[number % 3],)
    if ":" not in pattern.name:
        others = ("delete",)  # to the views of others, a PUT is a form sent
    heard = []
    for method in ("get", "post", *others):
        data = sent(pattern.name, world, town) if method == "post" else None
        response = viewer.ask(addresses[0], method, data)
        heard.append(letter(response.status_code, response.get("Location", ""), method))
    rest = set(heard[2:])
    return heard[0] + heard[1] + (rest.pop() if len(rest) == 1 else "?")


def cells_of(pattern: Pattern) -> dict[str, tuple[str, ...]]:
    """What the table says of an address, by stage."""
    stages = stages_of(pattern.name, has_parameters=bool(pattern.parameters))
    return {stage: TABLE.get((pattern.name, stage)) or TABLE[pattern.name, "*"] for stage in stages}


def test_every_address_has_its_row():
    """trust R1. An address without a row fails, and a row without an address."""
    names = {pattern.name for pattern in EVERY}

    assert sorted(names - {name for name, _stage in TABLE}) == []
    assert sorted({name for name, _stage in TABLE} - names) == []
    assert sorted(set(STAGES) - names - set(FACES)) == []
    assert [row for row, cells in TABLE.items() if len(cells) != len(COLUMNS)] == []


@pytest.mark.parametrize("face", FACES)
def test_permissions_are_those_of_the_table(world, viewers, face):
    """trust R2, O1, O3. Each cell of the table, asked."""
    wrong = []

    for number, pattern in enumerate(p for p in EVERY if (p.face if ":" in p.name else "") == face):
        for stage, cells in cells_of(pattern).items():
            for place, (column, told) in enumerate(zip(COLUMNS, cells, strict=True)):
                heard = answers(viewers[stage, column], pattern, world, world.towns[stage], number + place)
                if heard != told:
                    wrong.append(f"{pattern.name} @{stage} {column}: {heard}, the table says {told}")

    assert wrong == []
