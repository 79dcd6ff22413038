import json

import pytest

from marelle.consultations import boxes

PLACE = boxes.Place("67447", "67", "school", "a1b2", "2026-W45")
SHEET = boxes.Sheet(
    version="0" * 16,
    part="rights",
    thread="f" * 32,
    age_band="9_11",
    gender="girl",
    language="fr",
    mode="screen",
    rendering="text",
    place=PLACE,
    answers={"q010": 2, "q011": [1, 4], "q012": "dk"},
)
TEXT = boxes.FreeText("q090", "Plus d’arbres dans la cour.", "12_14", "fr", "67")


@pytest.mark.parametrize(
    "content", [SHEET, TEXT, boxes.Carried(bytes(range(256)), PLACE)], ids=lambda c: type(c).__name__
)
def test_what_is_written_is_read(content):
    assert boxes.read(boxes.written(content) + b"   ") == content


def test_a_free_text_says_nothing_of_its_sheet():
    """No thread, no place finer than the département, no key in common."""
    assert json.loads(boxes.written(TEXT)).keys() == {"question", "text", "age_band", "language", "department"}


@pytest.mark.parametrize(
    "plain", [b"", b"[]", b"{}", b'{"box": "~~", "place": {}}', b'{"place": 3}', b"\xff", b'{"text": "x"}']
)
def test_read_refuses(plain):
    with pytest.raises(ValueError):
        boxes.read(plain)
