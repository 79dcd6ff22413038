"""A small edition that has closed: its key in two hands, its questionnaire frozen, boxes of children in the spool."""

import secrets
from datetime import UTC, datetime

from marelle.accounts.states import Role
from marelle.consultations import boxes, questionnaires, sealing
from marelle.consultations.boxes import FreeText, Place, Sheet
from marelle.consultations.models import Consultation, Questionnaire
from marelle.consultations.operations import keys
from marelle.consultations.questionnaires import Option, Part, Question
from marelle.consultations.spool import Row, Waiting
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import OPENS, ConsultationFactory, QuestionnaireFactory

AT = datetime(2027, 1, 20, 9, tzinfo=UTC)
THREE = tuple(Option(name, {"fr": name.capitalize()}) for name in ("oui", "non", "parfois"))
ASKED = questionnaires.Questionnaire(
    {"fr": "Consultation"},
    ("fr",),
    (
        Part(
            "rights",
            {"fr": "Mes droits"},
            (
                Question("safe", "one", {"fr": "Te sens-tu en sécurité ?"}, options=THREE),
                Question("where", "many", {"fr": "Où joues-tu ?"}, options=THREE),
                Question("sport", "one", {"fr": "Fais-tu du sport ?"}, options=THREE),
                Question("hours", "integer", {"fr": "Combien d’heures ?"}, start=0, end=19),
                Question("sad", "one", {"fr": "Es-tu triste ?"}, options=THREE, sensitive=True),
            ),
        ),
    ),
)
REZE = Place("44143", "44", "school", "site1", "2026-W45")


class Edition:
    """`consultation`, two administrators `one` and `other`, `shares` as they were printed."""

    def __init__(self, store, state="closed"):
        self.store = store
        self.consultation = ConsultationFactory()
        self.one, self.other = self.administrator(), self.administrator()
        first = keys.draw_first(self.consultation.pk, by=self.one, at=OPENS)
        second = keys.draw_second(self.consultation.pk, by=self.other, at=OPENS)
        self.shares = (first.text, second.text)
        for by, text in zip((self.one, self.other), self.shares, strict=True):
            keys.acknowledge(self.consultation.pk, text.split()[-1], by=by, at=OPENS)
        self.version = QuestionnaireFactory(
            consultation=self.consultation,
            canonical=ASKED.canonical,
            content_hash=ASKED.content_hash,
            state="frozen",
            frozen_at=OPENS,
            added_by=self.one,
        )
        Consultation.rows.filter(pk=self.consultation.pk).update(state=state)
        self.consultation.refresh_from_db()
        self.public = bytes(self.consultation.public_key)

    def administrator(self, role=Role.PROGRAMME_ADMINISTRATOR):
        return PersonFactory(roles=[(self.consultation.committee, role)])

    def sealed(self, answers, *, place=REZE, **known):
        """A box under a random key, as the intake keeps it."""
        told = {"age_band": "9_11", "gender": "girl", "language": "fr", "mode": "screen", "rendering": "text"} | known
        sheet = Sheet(
            version=ASKED.short_hash,
            part="rights",
            thread=secrets.token_hex(16),
            place=place,
            answers=answers,
            **told,
        )
        return self._boxed(sheet)

    def _boxed(self, content):
        return Row(secrets.token_bytes(16), sealing.seal(boxes.written(content), self.public))

    def writes(self, text):
        """A child writes something."""
        self.keep([self._boxed(FreeText("why", text, "12_14", "fr", "44"))])

    def receives(self, count, **known):
        """So many children answer, not all alike."""
        rows = [self.sealed(said(n), **known) for n in range(count)]
        self.keep(rows)
        return rows

    def keep(self, rows):
        self.store.keep([Waiting(row) for row in rows])

    def versions(self):
        return Questionnaire.rows.filter(consultation=self.consultation)


def said(n):
    """What the nth child says: 180 children say as many things."""
    three = {"safe": n, "sport": n // 20, "sad": n // 60}
    return {name: number % 3 + 1 for name, number in three.items()} | {"where": [n % 2 + 1, 3], "hours": n % 20}
