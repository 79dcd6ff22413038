"""Who may open what, and do what, against the table written by hand (trust R-test, settled 27)."""

import pytest

from tests.isolation.acts import sent
from tests.isolation.addresses import EVERY, Pattern
from tests.isolation.looking import Viewer
from tests.isolation.permissions import COLUMNS, STAGES, rows, stages_of
from tests.isolation.world import Town, World
from tests.scale import SCALE

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
]  # rights ask nothing of an engine; pages are opened on both elsewhere

OTHERS = ("put", "patch", "delete")
TABLE = rows()
FACES = sorted({pattern.face if ":" in pattern.name else "" for pattern in EVERY})


class Viewers(dict):
    """Whoever stands in a column, for a town: signed in when they are first wanted."""

    def __init__(self, world: World):
        super().__init__()
        self.world = world

    def __missing__(self, asked: tuple[str, str]) -> Viewer:
        key, column = asked
        town, people = self.world.towns[key], self.world.people
        person = people.get(column) or town.people.get(column)
        if column == "FA":
            person = self.world.towns["member" if key == "withdrawn" else "withdrawn"].people["CA"]
        self[asked] = Viewer.of(None if column == "VI" else person or people["nobody"], column)
        return self[asked]


@pytest.fixture
def viewers(world) -> Viewers:
    """Each test's own: a proof is fresh for ten minutes alone."""
    return Viewers(world)


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
    """Three letters: reading, sending its form, any other verb; in the short form, the third is left out at times."""
    addresses = pattern.addresses(world, town)
    if not addresses:
        return "???"
    others = OTHERS if SCALE >= 1 else OTHERS[number % 3 :][:1] if number % 2 else ()
    if others and ":" not in pattern.name:
        others = ("delete",)  # to the views of others, a PUT is a form sent
    heard = []
    for method in ("get", "post", *others):
        data = sent(pattern.name, world, town) if method == "post" else None
        response = viewer.ask(addresses[0], method, data)
        heard.append(letter(response.status_code, response.get("Location", ""), method))
    rest = set(heard[2:])
    return heard[0] + heard[1] + (rest.pop() if len(rest) == 1 else "?" * len(rest))


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
def test_permissions_are_those_of_the_table(world, viewers, face, on_postgresql):
    """trust R2, O1, O3. Each cell of the table, asked; in the short form every other one on the second database."""
    wrong, is_short = [], on_postgresql and SCALE < 1

    for number, pattern in enumerate(p for p in EVERY if (p.face if ":" in p.name else "") == face):
        for stage, cells in cells_of(pattern).items():
            for place, (column, told) in enumerate(zip(COLUMNS, cells, strict=True)):
                if is_short and (number + place) % 2:
                    continue
                heard = answers(viewers[stage, column], pattern, world, world.towns[stage], number + place)
                if not told.startswith(heard):  # in the short form, the third letter is asked of every other cell
                    wrong.append(f"{pattern.name} @{stage} {column}: {heard}, the table says {told}")

    assert wrong == []


RULES, ACCOUNTS, DOORS = "marelle.mandates.rules", "marelle.accounts.rules", "marelle.accounts.doors"
PERSON = "marelle.accounts.models.Person"


def everything(rows, person):
    """A `visible_to` that forgot whom it is for."""
    return rows.all().scoped("visible_to")


@pytest.mark.parametrize(
    ("where", "name", "address", "stage", "column"),
    [
        (RULES, "may_apply", "city:application_start", "draft", "CR"),
        (RULES, "may_write", "city:application_field", "draft", "CR"),
        (RULES, "may_submit", "city:application_submit", "draft", "CE"),
        (RULES, "may_withdraw", "city:application_withdraw", "draft", "CA2"),
        (RULES, "may_sign", "city:agreement_sign", "member", "CE"),
        (RULES, "may_give_opinion", "office:opinion", "read", "RV"),
        (RULES, "may_propose_decision", "office:propose", "read", "PO"),
        (RULES, "may_confirm_decision", "office:confirm", "read", "PA"),
        ("marelle.plans.rules", "may_write_plan", "city:application_plan_add", "draft", "CR"),
        (ACCOUNTS, "may_administer", "city:team_invite", "member", "CE"),
        (ACCOUNTS, "may_administer", "city:team_journal", "member", "EL"),
        (ACCOUNTS, "may_answer_join_request", "city:team_answer", "member", "CE"),
        (PERSON, "committees_as", "office:cities", "member", "AN"),
        (PERSON, "committees_as", "office:new_call", "member", "PO"),
        (DOORS, "_or_nothing", "office:calls", "member", "NO"),
        (DOORS, "own_organisation", "city:team", "member", "FA"),
        (
            "marelle.mandates.models.applications.ApplicationQuerySet",
            "visible_to",
            "office:application",
            "handed",
            "AN",
        ),
        ("marelle.accounts.models.FileQuerySet", "visible_to", "account:file", "member", "NO"),
    ],
    ids=lambda value: value.rpartition(".")[2],
)
def test_permissions_notice_a_rule_taken_away(world, viewers, monkeypatch, where, name, address, stage, column):
    """trust R1, O1, O2. With one rule, door or queryset always open, the table no longer holds."""
    pattern = next(pattern for pattern in EVERY if pattern.name == address)
    told = cells_of(pattern)[stage][COLUMNS.index(column)]
    open_to_all = {
        "visible_to": everything,
        "own_organisation": lambda request, code: world.towns[stage].organisation,
        "committees_as": lambda *given: [world.house],
    }

    before = answers(viewers[stage, column], pattern, world, world.towns[stage], 0)
    monkeypatch.setattr(f"{where}.{name}", open_to_all.get(name, lambda *given: True))
    after = answers(viewers[stage, column], pattern, world, world.towns[stage], 0)

    assert told.startswith(before)
    assert not told.startswith(after)
