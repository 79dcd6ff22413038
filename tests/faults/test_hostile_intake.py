"""Bodies nobody would write, codes somebody guesses: every answer is one of ours, soon, and children do not notice."""

import json
import random
import resource
import subprocess
import sys
import time
from statistics import median
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.consultations import codes, collect, spool
from tests.consultations import intake as house
from tests.consultations.intake import ask
from tests.faults.living_server import ROOT
from tests.faults.lone_intake import LoneIntake, children_sending
from tests.scale import SCALE, SEED

pytestmark = pytest.mark.once
BODIES = 200_000 if SCALE >= 1 else 2000
GUESSES = 100_000 if SCALE >= 1 else 1000
AGREED = {200, 201, 409, 410, 413, 415, 422, 503}
SLOW = 0.1  # seconds, specs/consultation.md, section 17
PATH = ["pass", "id", "part", "sealed"], ["v", "p", "t", "a", "age_band", "gender", "lang", "mode", "rendering"]
ODD = [
    None, True, 0, -1, 10**400, 1.5, float("nan"), "", "x" * 3000, "\ud800", "\0", "é‮", [], {}, [[]], {"": {}}, [1, 1],
    ["dk"], {"q010": {}}, {"q010": [1]}, {"q011": [True]}, {"q012": 1e308}, {"q090": "\u0000"}, "dk", "no", "sitting..1.x",
]  # fmt: skip


class Nowhere(spool.SQLite):
    """Keeps nothing, and says so of nobody."""

    def __init__(self):
        super().__init__("sqlite:////nowhere")

    def keep(self, batch):
        for part in batch:
            part.is_new = True

    def holds(self, id):
        return False


@pytest.fixture(scope="module")
def intake():
    made = house.intake_over(Nowhere())
    made.directory.change(head_count=None)
    yield made
    made.writer.close()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["rights", "q010"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    said=json_values,
    name=st.sampled_from([*PATH[0], *PATH[1]]),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded"]),
)
def test_any_json_in_any_place_is_answered(intake, said, name, kind):
    body = house.body()
    if name in PATH[0]:
        body[name] = said
    else:
        body["part"][name] = said
    if kind != "application/json":
        body["part"] = json.dumps(body["part"])
        content = urlencode(body, errors="replace").encode()
    else:
        content = json.dumps(body).encode()

    assert ask(intake, said=content, kind=kind).status in AGREED


@given(
    content=st.binary(max_size=2000),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/xml"]),
)
def test_any_bytes_are_answered(intake, content, kind):
    assert ask(intake, said=content, kind=kind).status in AGREED
    assert ask(intake, path="/e/page", said=content, kind=kind).status in AGREED
    assert ask(intake, path="/e", said=content, kind=kind).status in AGREED | {303, 404}


def malformed(chance: random.Random) -> bytes:
    """A part with one thing wrong: a value, a byte, a length."""
    body = house.body()
    names = chance.choice([(body, PATH[0]), (body["part"], PATH[1])])
    if chance.random() < 0.6:
        names[0][chance.choice(names[1])] = chance.choice(ODD)
    content = bytearray(json.dumps(body).encode())
    if chance.random() < 0.5:
        for _n in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content[: chance.randrange(len(content))]) if chance.random() < 0.2 else bytes(content)


def test_malformed_bodies_cost_neither_time_nor_memory(intake):
    chance, statuses, slow = random.Random(SEED), set(), []
    bodies = (malformed(chance) for _n in range(BODIES))
    for content in (next(bodies) for _n in range(500)):
        ask(intake, said=content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for content in bodies:
        began = time.thread_time()  # what others do on this machine is not the intake's
        statuses.add(ask(intake, said=content).status)
        slow += [content] * (time.thread_time() - began > SLOW)

    assert statuses <= AGREED - {503}
    assert slow == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024  # kilobytes
    assert intake.counters._held == {}


def test_closed_unknown_and_live_codes_take_the_same_time(intake):
    """Within twenty milliseconds: who watches the clock learns nothing."""
    paths = {"live": "/e/ABCDEFGH", "unknown": "/e/ABCDEFGJ", "no code": "/e/AB", "closed": "/e/ZZZZZZZZ"}
    intake.directory.facts["over"] = house.replace(house.FACTS, reference="over", closes_at=house.NOW)
    intake.directory.codes[codes.digest("ZZZZZZZZ", house.KEYS.codes)] = "over"
    intake.failures = codes.Failures(wait=lambda seconds: None)
    spent = {name: [] for name in paths}
    for _n in range(50):
        for name, path in paths.items():
            began = time.perf_counter()
            ask(intake, "GET", path)
            spent[name].append(time.perf_counter() - began)

    middles = [median(times) for times in spent.values()]
    assert max(middles) - min(middles) < 0.02


def test_guessing_codes_at_full_speed_finds_nothing_and_slows_no_child(answers, tmp_path):
    """The guesser and the children share one server, and one address."""
    alarm = tmp_path / "alarm"
    with LoneIntake(tmp_path, answers.address, ALARM=str(alarm)) as server:
        with children_sending(server, 4, pause=0.1) as alone:
            time.sleep(1.5)
        with children_sending(server, 4, pause=0.1) as children:
            command = [sys.executable, "-m", "tests.faults.guesser", str(server.port), str(GUESSES), str(SEED)]
            found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    before, during = (sorted(seconds for child in group for seconds in child.slow) for group in (alone, children))
    assert found == "\n"
    assert alarm.exists()
    assert len(during) > 20
    assert during[int(len(during) * 0.9)] - before[int(len(before) * 0.9)] < 0.3  # this machine's own slowness aside
    assert during[-1] - before[-1] < codes.WAIT  # nobody waited for the guesser


def test_no_answer_of_the_agreed_ones_is_a_fault():
    """What this file allows is what the specification allows, and no more."""
    assert set(collect.WORDS) - AGREED == {206, 303, 404, 405, 416, 500}
