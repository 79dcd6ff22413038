"""Children who answer through the intake, and what is known of each: what the attacker would like to find again.

Each says something nobody else says, so that a sheet can be told to be theirs, by us alone, who hold the key.
"""

import hmac
import json
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from marelle.consultations import opening, passes, sealing, sheets
from marelle.consultations.questionnaires import Part, Question, Questionnaire
from tests.consultations import intake as house
from tests.scale import SEED

PAIR, KEYS = house.PAIR, house.KEYS
NUMBERS = ("n1", "n2", "n3", "n4")
MOST = 20  # values of each number: 160,000 children may say as many things
ASKED = Questionnaire(
    {"fr": "Consultation"},
    ("fr", "ar"),
    (
        Part(
            "rights",
            {"fr": "Mes droits"},
            tuple(Question(name, "integer", {"fr": name}, start=0, end=MOST - 1) for name in NUMBERS),
        ),
    ),
)
COMMUNES = ("44143", "44109")
GROUPS = 10  # sittings of each commune
MANY_AT_ONCE = 8  # tablets


@dataclass(frozen=True)
class Child:
    """`number`: in the order of arrival. `row`: the key of the box. `said`: what no other child says."""

    number: int
    sitting: str
    commune: str
    said: tuple[int, ...]
    row: bytes


class Areas:
    """Two communes of one département."""

    def zones(self, territory, department):
        return (f"commune:{territory}", f"departement:{department}", "FR")

    def department(self, zone):
        return "departement:44" if zone.startswith(("commune", "departement")) else zone


class Field(house.Rooms):
    """Twenty sittings, ten a commune."""

    def __init__(self):
        facts = [
            replace(
                house.FACTS,
                reference=f"sitting{commune}{number}",
                territory=commune,
                department="44",
                site=f"site{commune}{number}",
                head_count=None,
                versions=(ASKED.short_hash,),
            )
            for commune in COMMUNES
            for number in range(GROUPS)
        ]
        super().__init__(*facts)
        self.lots = []  # what was added to the counts at once, in order

    def questionnaire(self, short_hash):
        return ASKED if short_hash == ASKED.short_hash else None

    def add(self, counts):
        self.lots.append(dict(counts))
        super().add(counts)


def arrive(store, count, *, at_once=MANY_AT_ONCE, after_each=None):
    """So many children answer, tablets of all sittings mixed; returns them and the field. `after_each(intake)`: a fault."""
    chance, field = random.Random(SEED), Field()
    intake = house.intake_over(store, field)
    numbers = chance.sample(range(MOST ** len(NUMBERS)), count)
    references = sorted(field.facts)
    drawn = [(number, chance.choice(references), value) for number, value in enumerate(numbers)]

    def answers(one):
        number, reference, value = one
        said = tuple(value // MOST**place % MOST for place in range(len(NUMBERS)))
        name = str(uuid.uuid4())
        sent = {
            "pass": passes.make(reference, "sitting", house.CLOSES, KEYS.passes),
            "id": name,
            "part": house.part(v=ASKED.short_hash, t=uuid.uuid4().hex, a=dict(zip(NUMBERS, said, strict=True))),
        }
        while (status := house.ask(intake, said=sent).status) == 503:  # too many at once: as the page does, come back
            time.sleep(0.2)
        assert status == 201
        if after_each:
            after_each(intake)
        row = hmac.digest(KEYS.ids, bytes.fromhex(name.replace("-", "")), "sha256")[:16]
        return Child(number, reference, field.facts[reference].territory, said, row)

    with ThreadPoolExecutor(at_once) as tablets:
        children = list(tablets.map(answers, drawn))
    intake.close()
    return children, field


def opened(store):
    """What the opening makes of every box."""
    kid = sealing.kid(PAIR.public)
    return opening.open_all(sheets.boxes(store, kid), PAIR.private, {ASKED.short_hash: ASKED}, Areas())


def freeze(store, found=None):
    """As the freeze does; `found`: what a fault made of the opening."""
    sheets.rewrite(store, sealing.kid(PAIR.public), "2026", found or opened(store))


def said_by(written):
    """Whose answers these are: the numbers of a sheet."""
    answers = json.loads(written) if isinstance(written, str) else written
    return tuple(answers[name] for name in NUMBERS)
