"""The intake with its pages, for granian: forty questions of one choice in one part, a class without end, no house behind."""

import os
from functools import partial

from benching.lone import FOUR, Class
from marelle.config.front import packed
from marelle.consultations import collect, spool
from marelle.consultations.questionnaires import Part, Question, Questionnaire
from marelle.web.kids.drawing import Assets
from marelle.web.kids.pages import KidsPages
from tests.consultations import intake as house

QUESTIONS, ON_A_PAGE = 40, 10
QUESTIONNAIRE = Questionnaire(
    {"fr": "Quarante"},
    ("fr",),
    (Part("all", {"fr": "Tout"}, tuple(Question(f"q{n:02}", "one", {"fr": f"Question {n} ?"}, options=FOUR) for n in range(QUESTIONS))),),
)  # fmt: skip
ASSETS = Assets("/static/built/kids.css", "/static/built/js/kids.js", "/static/kids/pictograms.svg")
OURS = QUESTIONNAIRE.short_hash


class Asked(Class):
    """A class that is put these questions."""

    def __init__(self):
        super().__init__()
        self.change(head_count=None, versions=(OURS,))

    def questionnaire(self, short_hash):
        return QUESTIONNAIRE if short_hash == OURS else None


def __getattr__(name: str):
    """`application`, made when granian asks for it."""
    if name != "application":
        raise AttributeError(name)
    writer = spool.Writer(spool.store(os.environ["MARELLE_ANSWERS_URL"]))
    pages = KidsPages(lambda: ASSETS)
    made = collect.Intake(Asked(), writer, house.KEYS, house.Held(), pages)
    globals()["application"] = partial(packed, made)
    return globals()["application"]
