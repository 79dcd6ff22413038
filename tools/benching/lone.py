"""The intake alone, for granian: forty questions in one part, a class without end, the answers' database of the bench."""

import json
import os
import uuid

from marelle.consultations import spool
from marelle.consultations.questionnaires import Option, Part, Question, Questionnaire
from tests.consultations import intake as house

FOUR = tuple(Option(f"o{n}", {"fr": f"Réponse {n}"}) for n in range(1, 5))


def question(number: int) -> Question:
    """Thirty with one choice, five with several, five with a number; every tenth follows from the one before."""
    name, label = f"q{number:03}", {"fr": f"Question {number} ?"}
    if number % 8 == 7:
        return Question(name, "integer", label, start=0, end=10)
    relevance = ["!=", f"q{number - 1:03}", "o4"] if number % 10 == 9 else None
    return Question(name, "many" if number % 8 == 3 else "one", label, options=FOUR, relevance=relevance)


QUESTIONNAIRE = Questionnaire(
    {"fr": "Quarante"}, ("fr",), (Part("all", {"fr": "Tout"}, tuple(map(question, range(40)))),)
)


def body() -> bytes:
    """Forty answers, as the page sends them; the id is put in its place for each part."""
    given = {"one": 2, "many": [1, 3], "integer": 7}
    answers = {q.name: given[q.kind] for q in QUESTIONNAIRE.questions()}
    part = house.part(v=QUESTIONNAIRE.short_hash, p="all", a=answers)
    return json.dumps({"pass": house.PASS, "id": str(uuid.UUID(int=0)), "part": part}).encode()


class Class(house.Rooms):
    """One sitting, its counts kept nowhere."""

    def __init__(self):
        super().__init__()
        self.change(head_count=None, versions=(QUESTIONNAIRE.short_hash,))

    def questionnaire(self, short_hash):
        return QUESTIONNAIRE if short_hash == QUESTIONNAIRE.short_hash else None

    def add(self, counts):
        pass


def __getattr__(name: str):
    """`application`, made when granian asks for it: the bench itself needs the body alone."""
    if name != "application":
        raise AttributeError(name)
    store = spool.store(os.environ["MARELLE_ANSWERS_URL"])
    globals()["application"] = made = house.intake_over(store, Class(), gathers=spool.GATHERS)
    return made
