import secrets

import pytest

from marelle.consultations import sealing
from marelle.consultations.registered.answers import boxes_left_behind, boxes_without_a_key
from marelle.consultations.spool import Row, Waiting
from tests.factories.consultations import ConsultationFactory

pytestmark = pytest.mark.django_db


def keep(answers, pair, count):
    boxes = [sealing.seal(b"{}", pair.public) for _n in range(count)]
    answers.keep([Waiting(Row(secrets.token_bytes(16), box)) for box in boxes])


def test_a_box_nobody_could_open_is_told(answers):
    mine, other = sealing.Pair.draw(), sealing.Pair.draw()
    ConsultationFactory(opened=True, public_key=mine.public)

    keep(answers, mine, 3)
    assert list(boxes_without_a_key()) == []
    keep(answers, other, 2)

    assert list(boxes_without_a_key()) == [
        f"spool: 2 boxes of the key {sealing.kid(other.public).hex()}, which no consultation has"
    ]


@pytest.mark.parametrize(
    ("state", "faults"), [("open", 0), ("closed", 0), ("frozen", 1), ("published", 1), ("purged", 1)]
)
def test_a_box_left_by_a_freeze_is_told(answers, state, faults):
    pair = sealing.Pair.draw()
    consultation = ConsultationFactory(opened=True, state=state, public_key=pair.public)

    keep(answers, pair, 3)

    assert list(boxes_left_behind()) == [f"3 boxes of {consultation.code}, which is {state}"] * faults


def test_a_database_that_is_away_is_told(settings):
    settings.ANSWERS_URL = "sqlite:////nowhere/answers.sqlite3"

    assert list(boxes_without_a_key()) == ["the database of answers does not answer: OperationalError"]
    assert list(boxes_left_behind()) == []
