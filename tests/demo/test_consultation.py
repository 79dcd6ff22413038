"""The demonstration's consultations: announced as synthetic, sealed by the real road, the same each time."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from marelle.consultations import answering, spool
from marelle.consultations.models import Consultation, SittingCount, ZoneTables
from marelle.consultations.operations import freezing
from marelle.consultations.questionnaires import BANDS
from marelle.consultations.simulating import SAYS_SO, Child, shares, spread, weights
from marelle.consultations.xlsform import read_workbook
from marelle.demo import consultation, consultation_book
from marelle.demo.meetings import moment
from marelle.demo.stages import STAGES


@pytest.fixture(scope="module")
def questionnaire():
    return read_workbook(consultation_book.workbook()).questionnaire


def drawn(questionnaire, seed, count=300):
    chance = random.Random(seed)
    children = [Child.draw(chance, BANDS, questionnaire.languages) for _n in range(count)]
    return [part for child in children for part in child.parts(questionnaire)]


def test_every_edition_says_that_its_answers_are_synthetic():
    said = {row["code"]: row["name"] for row in consultation.content()["editions"]}

    assert [
        code for code, name in said.items() if "synthétique" not in name["fr"] or "synthetic" not in name["en"]
    ] == []


def test_twenty_partners_hold_a_hundred_and_twenty_groups():
    edition = consultation.content()["editions"][1]

    assert (len(consultation.content()["partners"]), edition["each"], len(edition["days"])) == (20, 6, 6)


def test_last_stage_has_one_edition_whose_answers_are_still_kept():
    """So that a table of France and a researchers' file may be asked for there."""
    ended = STAGES["ended"]
    published = {row["code"]: moment(row["published"], "06:00") for row in consultation.content()["editions"]}

    assert [code for code, at in published.items() if at < ended < at + freezing.KEPT - timedelta(days=90)] == ["2031"]


def test_synthetic_children_say_what_the_intake_takes_the_same_for_a_seed(questionnaire):
    parts = drawn(questionnaire, 1)

    assert parts == drawn(questionnaire, 1) != drawn(questionnaire, 2)
    cleaned = [answering.clean(questionnaire, part) for part in parts]
    assert [clean.answers | clean.texts for clean in cleaned] == [part["a"] for part in parts]
    said = Counter(value for part in parts for value in part["a"].values() if value in ("dk", "no"))
    assert said["dk"] > said["no"] > 0


def test_synthetic_texts_say_so(questionnaire):
    texts = [text for part in drawn(questionnaire, 3) for text in [part["a"].get("idea")] if text]

    assert texts
    assert [text for text in texts if not text.startswith(tuple(SAYS_SO.values()))] == []
    assert [text for text in texts if answering.tells_who(text)] == []


def test_shares_are_published_ones_of_questions_that_exist(questionnaire):
    known = {q.name: {option.name for option in q.options} for q in questionnaire.questions()}

    assert [name for name, told in shares().items() if any(not named <= known[name] for named, _s in told)] == []
    heard = dict(zip(("never", "sometimes", "often", "always"), weights("school_heard", ("never", "sometimes", "often", "always")), strict=True))  # fmt: skip
    assert round(heard["never"] + heard["sometimes"], 6) == 0.254
    assert round(sum(heard.values()), 6) == 1


@pytest.mark.parametrize(
    ("sheets", "rooms", "found"),
    [
        (10, {"a": 4, "b": 20}, {"a": 4, "b": 6}),
        (10, {"a": 4, "h": None, "i": None}, {"a": 4, "h": 3, "i": 3}),
        (3, {"a": 4, "b": 4}, {"a": 3}),
    ],
)
def test_sheets_are_spread_over_groups_that_have_room(sheets, rooms, found):
    assert spread(sheets, rooms) == found


def test_more_sheets_than_there_is_room_for_are_refused():
    with pytest.raises(ValueError, match="8"):
        spread(9, {"a": 5, "b": 3})


@pytest.mark.django_db
def test_nothing_of_it_is_left_when_the_demonstration_is_built_anew(answers):
    answers.keep([spool.Waiting(spool.Row(b"0" * 16, b"box"))])

    consultation.forget()

    assert set(answers.counts().values()) == {0}
    assert (Consultation.rows.count(), SittingCount.objects.count(), ZoneTables.objects.count()) == (0, 0, 0)
