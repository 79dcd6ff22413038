"""An edition of one département, all that is published of it, and what somebody makes of that: the answers behind the tables.

The attacker knows who answered, where, of what age and gender, that everybody answered everything, the variance of the noise,
and reads shares as finely as the ends of their intervals allow. Uncertain figures are weighed by what they are worth.
"""

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from marelle.consultations import catalogue, cubes, freezing
from marelle.consultations.catalogue import ALL, EVERYONE
from marelle.consultations.items import items_of
from marelle.consultations.opening import Frozen
from marelle.consultations.questionnaires import BANDS, GENDERS, Option, Part, Question, Questionnaire
from marelle.consultations.tables import Z

OPTIONS = ("always", "sometimes", "never")
QUESTIONS = [f"q{number:02}" for number in range(21)]
KNOWN = (
    5  # the first questions: what others are crossed with in the région and the country, and what is known of a child
)
SIXTHS = range(KNOWN, len(QUESTIONS))
ASKED = Questionnaire(
    {"fr": "Consultation"},
    ("fr",),
    (
        Part(
            "rights",
            {"fr": "Mes droits"},
            tuple(
                Question(
                    name,
                    "one",
                    {"fr": name},
                    options=tuple(Option(each, {"fr": each}) for each in OPTIONS),
                    has_dont_know=False,
                )
                for name in QUESTIONS
            ),
        ),
    ),
)
ITEMS = items_of(ASKED)
# Children of each commune of the département that is attacked.
SIZES = (3, 4, 6, 8, 10, 12, 15, 18, 22, 28, 38, 52, 66, 90, 120, 150)
ELSEWHERE = {"departement:49": 500, "departement:75": 900}  # others of the région, and of the country
MOVES = 300  # children given another answer, at most, in one question
UNMOVED = {"V": 0.0}, {"1": [[1, 2**32]]}  # a table of noise that moves nothing


def chain(zone):
    """The zones one lies in."""
    if zone.startswith("commune"):
        return (zone, f"epci:{int(zone[-2:]) % 3}", "departement:44", "region:52", "FR")
    return (zone, "region:52", "FR") if zone == "departement:49" else (zone, "FR")


@dataclass(frozen=True)
class Children:
    """One row a child, as numbers: places in `places`, BANDS, GENDERS; answers in OPTIONS, children × questions."""

    places: tuple[str, ...]
    place: np.ndarray
    age: np.ndarray
    gender: np.ndarray
    said: np.ndarray

    @property
    def attacked(self):
        """The children of the communes."""
        return np.flatnonzero(self.place < len(SIZES))

    @cached_property
    def roster(self):
        """How many there are: places × ages × genders."""
        found = np.zeros((len(self.places), len(BANDS), len(GENDERS)), np.int64)
        np.add.at(found, (self.place, self.age, self.gender), 1)
        return found


def drawn(seed, *, likes=(5, 3, 2), tied=0.0):
    """Children of an edition. `likes`: how often each option is chosen, about; `tied`: how far one's answers go together."""
    chance = np.random.default_rng(seed)
    places = {f"commune:440{number:02}": size for number, size in enumerate(SIZES)} | ELSEWHERE
    place = np.repeat(np.arange(len(places)), list(places.values()))
    age, gender = chance.integers(0, 4, len(place)), chance.choice(4, len(place), p=(0.47, 0.47, 0.04, 0.02))
    shares = chance.dirichlet(10 * np.array(likes), len(QUESTIONS))
    said = np.stack([chance.choice(len(OPTIONS), len(place), p=p) for p in shares], axis=1)
    leaning = chance.integers(0, len(OPTIONS), len(place))
    said = np.where(chance.random(said.shape) < tied, leaning[:, None], said)
    return Children(tuple(places), place, age, gender, said)


def published(children, *, seed, protected=True):
    """All that is told of an edition: columns by zone, and those crossed with what is known, in the order they were drawn."""
    rules = freezing.manifest(ASKED) | {"profiles": QUESTIONS[:KNOWN]}
    if not protected:
        parameters, rows = UNMOVED
        rules |= {
            "parameters": dict.fromkeys(freezing.KNOWN, parameters),
            "thresholds": dict.fromkeys(freezing.KNOWN, rows),
        }
    sheets = [
        Frozen(n.to_bytes(16, "big"), dict(zip(QUESTIONS, (said + 1).tolist(), strict=True)), children.places[place], "school", BANDS[age], GENDERS[gender], "fr", "screen", "")
        for n, (place, age, gender, said) in enumerate(zip(children.place, children.age, children.gender, children.said, strict=True))
    ]  # fmt: skip
    columns = freezing.responses(sheets, ITEMS, secret=seed.to_bytes(32, "big"), freeze="2026-01")
    with tempfile.TemporaryDirectory() as name:
        folder, engine = Path(name), cubes.connect(threads=1)
        cubes.write_responses(folder / "responses.parquet", columns)
        cube = cubes.build(engine, folder / "responses.parquet", folder, [item.name for item in ITEMS])
        zones = catalogue.plan(freezing.counts_of(columns), chain)
        told = {each.zone.name: each.columns for each in freezing.tell(cube, zones, ITEMS, rules)}
        crossed = list(freezing.cross(engine, folder, zones, ITEMS, rules))
    return told, {each.profile: each.columns for each in crossed if each.zone.name == "FR"}


# What is read --------------------------------------------------------------------------------------------------------
def shares_read(column):
    """The shares of a column, as finely as they can be read; those that are coded share what is left."""
    found = np.array([np.nan if row.share is None else share_read(row) for row in column.shares])
    coded = np.isnan(found)
    likely = np.array([{-1: 1.0, 0: 0.0, 1: 100.0}[np.sign(row.edge)] for row in column.shares])
    if coded.any():
        found[coded] = max(1 - np.nansum(found), 0.0) * likely[coded] / likely[coded].sum()
    return found / found.sum()


def share_read(row):
    """A share between what its two ends and its rounding say: p - e is z standard errors of the end e."""
    ends = [(row.low / 100, 1), (row.high / 100, -1)]
    said = np.mean([e + side * Z * np.sqrt(e * (1 - e) / row.effective) for e, side in ends])
    unit = 0.0005 if row.share % 1 else 0.005
    return float(np.clip(said, row.share / 100 - unit, row.share / 100 + unit))


# Answers made again --------------------------------------------------------------------------------------------------
class Puzzle:
    """What every table says of one question, as sums of slots: a slot is a place, an age, a gender. `variance`: of the noise."""

    def __init__(self, children, told, variances):
        self.roster, self.told, self.variances = children.roster, told, variances
        self.inside = {
            zone: [place for place, name in enumerate(children.places) if zone in chain(name)] for zone in told
        }

    def sums(self, question):
        """Rows of (slots that are added, shares among them, variance)."""
        for zone, columns in self.told.items():
            for column in columns:
                if column.question == question and not column.status:
                    slots = self.slots(zone, column.group)
                    yield slots, shares_read(column), self.variances[zone.partition(":")[0] in ("commune", "epci")]

    def slots(self, zone, group):
        """Which slots a group of a zone holds: a flat array of flags."""
        found = np.zeros(self.roster.shape, bool)
        for age, band in enumerate(BANDS):
            for gender, name in enumerate(GENDERS):
                found[self.inside[zone], age, gender] = catalogue.matches(group, (band, name))
        return found.ravel()

    def solve(self, question):
        """The answers of each slot, slots × options, whole numbers: the best linear estimate, rounded, then mended by moves."""
        rows = list(self.sums(question))
        size = self.roster.ravel().astype(float)
        whole = next(shares for slots, shares, _v in rows if slots.all())
        estimate = best_linear(rows, size, whole)
        return mended(rounded(estimate, self.roster.ravel()), rows, size)


def best_linear(rows, size, whole):
    """What each slot most likely says: chosen as by all at first, then moved by each sum as far as it is sure.

    The unknowns are children × (chosen - share of all), of variance n p (1 - p); options are taken one by one.
    """
    matrix = np.array([slots for slots, _shares, _v in rows], float)
    noise = np.diag([variance for _slots, _shares, variance in rows])
    told = np.array([shares * (slots @ size) for slots, shares, _v in rows])
    found = []
    for option, share in enumerate(whole):
        spread = size * max(share * (1 - share), 1e-3)
        gain = (matrix * spread).T @ np.linalg.inv((matrix * spread) @ matrix.T + noise)
        found.append(size * share + gain @ (told[:, option] - matrix @ (size * share)))
    return np.clip(np.array(found).T, 0, None)


def rounded(estimate, size):
    """Whole numbers near an estimate, that add to the children of each slot: largest remainders go up."""
    scaled = estimate / np.maximum(estimate.sum(1, keepdims=True), 1e-9) * size[:, None]
    floors = np.floor(scaled + 1e-9)
    rank = np.argsort(np.argsort(floors - scaled, axis=1, kind="stable"), axis=1, kind="stable")
    return floors + (rank < (size - floors.sum(1))[:, None])


def mended(cells, rows, size):
    """The same, one child after the other given another answer where tables then fit better, until none does."""
    matrix = np.array([slots / np.sqrt(variance) for slots, _shares, variance in rows], float)
    told = np.array([shares * (slots @ size) / np.sqrt(variance) for slots, shares, variance in rows])
    own = (matrix**2).sum(0)
    for _move in range(MOVES):
        pull = matrix.T @ (matrix @ cells - told)  # slots × options: half of what one more child there costs
        cost = 2 * (pull[:, None, :] - pull[:, :, None]) + 2 * own[:, None, None]  # slots × from × to
        cost[cells <= 0] = np.inf
        slot, start, end = np.unravel_index(np.argmin(cost), cost.shape)
        if cost[slot, start, end] >= -1e-9:
            break
        cells[slot, start] -= 1
        cells[slot, end] += 1
    return cells


def association(crossed, profile, question):
    """How often each answer goes with each answer to another question, in the country: its answers × options."""
    found = np.full((len(OPTIONS), len(OPTIONS)), 1 / len(OPTIONS))
    for column in crossed[profile]:
        if column.question == question and column.group == EVERYONE and not column.status:
            found[OPTIONS.index(column.profile)] = shares_read(column)
    return found


def confirmed(children, told, crossed, variances):
    """Whether the answer of the record a child is tied to, by place, age, gender and first answer, is the child's own.

    Records are made again question by question; both answers of a slot are married as the country marries them. Children ×
    questions from the sixth on.
    """
    puzzle = Puzzle(children, told, variances)
    who = children.attacked
    slot = np.ravel_multi_index((children.place, children.age, children.gender), children.roster.shape)[who]
    asked, first = children.said[who, 0], puzzle.solve(QUESTIONS[0])
    right = []
    for number in SIXTHS:
        question = QUESTIONS[number]
        pairs = married(first, puzzle.solve(question), association(crossed, QUESTIONS[0], question))
        records = rounded(pairs[slot, asked] + 1e-6, first[slot, asked])
        likely = records + 1e-3 * pairs[slot, asked]  # equal numbers of records: the likelier
        right.append(likely.argmax(1) == children.said[who, number])
    return np.array(right).T


def married(first, second, seed):
    """Tables of two answers in each slot, slots × first × second, that add to both and look like the seed: by fitting in turn."""
    found = np.broadcast_to(seed, (len(first), *seed.shape)) * (first[:, :, None] > -1)
    for _turn in range(20):
        found = found * (first / np.maximum(found.sum(2), 1e-12))[:, :, None]
        found = found * (second / np.maximum(found.sum(1), 1e-12))[:, None, :]
    return found


# Guesses -------------------------------------------------------------------------------------------------------------
def guessed(children, told, crossed):
    """Whether one's answer is guessed right from what is told of one's place, age, gender, and from five answers one gave.

    Children of the communes × questions from the sixth on.
    """
    who = children.attacked
    read = {
        (zone, column.question, column.group): shares_read(column)
        for zone, columns in told.items()
        for column in columns
        if not column.status
    }
    right = []
    for number in SIXTHS:
        question = QUESTIONS[number]
        near = [likely(read, question, *known_of(children, child)) for child in who]
        ties = [association(crossed, profile, question) for profile in QUESTIONS[:KNOWN]]
        by_answers = [tie[children.said[who, n]] / tie.mean(0) for n, tie in enumerate(ties)]
        guess = (np.array(near) * np.prod(by_answers, axis=0)).argmax(1)
        right.append(guess == children.said[who, number])
    return np.array(right).T


def known_of(children, child):
    """Place, age, gender."""
    return children.places[children.place[child]], BANDS[children.age[child]], GENDERS[children.gender[child]]


def likely(read, question, place, age, gender):
    """How often each option is said by such children: the nearest zone that tells anything, its age and gender put together."""
    zone = next(each for each in chain(place) if (each, question, EVERYONE) in read)
    whole = read[zone, question, EVERYONE]
    found = whole.copy()
    for group in ((age, ALL), (catalogue.AGE2_OF[age], ALL), (ALL, gender)):
        if (zone, question, group) in read:
            found = found * read[zone, question, group] / np.maximum(whole, 1e-3)
    return found
