"""Booklets typed in: keys of a number pad, two persons who do not see each other, a third choice, one road in, nothing left behind."""

from datetime import timedelta

import pytest
from django.db import connection

from marelle.accounts.models import Notification
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.consultations import boxes, directory, keying, numbering, passes, sealing
from marelle.consultations.keying import Entry
from marelle.consultations.models import Booklet, Consultation, Sitting
from marelle.consultations.operations import keying as operations
from marelle.consultations.questionnaires import BANDS
from tests.consultations import intake as house
from tests.consultations.four_languages import QUESTIONNAIRE
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import IN_TIME, BookletFactory, QuestionnaireFactory, SittingFactory

QUESTIONS = {question.name: question for question in QUESTIONNAIRE.questions()}
AFTER = IN_TIME + timedelta(days=3)  # the window of the group is long over: paper comes later


# Keys ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("heard", "1", 1),
        ("heard", " 2 ", 2),
        ("heard", ".", None),
        ("heard", "", None),
        ("heard", "*", "dk"),
        ("heard", "-", "no"),
        ("where", "31", [1, 3]),
        ("where", "1, 3 3", [1, 3]),
        ("times", "10", 10),
        ("times", "0", 0),
        ("change", "  Des bancs  ", "Des bancs"),
    ],
)
def test_keys_say(name, typed, said):
    assert keying.understood(QUESTIONS[name], typed) == said


@pytest.mark.parametrize(
    ("name", "typed"),
    [("heard", "3"), ("heard", "12"), ("where", "4"), ("where", "1*"), ("times", "11"), ("times", "-")],
)
def test_keys_that_say_nothing_are_refused(name, typed):
    with pytest.raises(keying.Unknown):
        keying.understood(QUESTIONS[name], typed)


@pytest.mark.parametrize(
    ("name", "answer"), [("heard", 2), ("heard", None), ("heard", "dk"), ("where", [1, 3]), ("times", 0)]
)
def test_keys_go_both_ways(name, answer):
    assert keying.understood(QUESTIONS[name], keying.keys_of(QUESTIONS[name], answer)) == answer


def test_what_is_typed_is_what_is_printed():
    numbers = numbering.question_numbers(QUESTIONNAIRE)

    typed = {band: [numbers[q.name] for _part, q in keying.put(QUESTIONNAIRE, band)] for band in BANDS}

    assert typed == {
        "6_8": [4, 1, 2, 7],
        "9_11": [4, 1, 2, 7],
        "12_14": [4, 1, 2, 5, 6, 7],
        "15_18": [4, 1, 2, 3, 5, 6, 7],
    }


def test_a_third_choice_tells_whose_keys_were_wrong():
    one, other = (Entry.new("9_11", "girl", "fr", {"heard": code}) for code in (1, 2))

    assert [keying.mistaken("heard", chosen, one, other) for chosen in (1, 2, "dk")] == ["second", "first", "both"]


def test_an_entry_opens_for_its_booklet_alone():
    key, entry = bytes(32), Entry.new("9_11", "girl", "fr", {"heard": 1})

    sealed = keying.seal(entry, "a.100001", key)

    assert keying.opened(sealed, "a.100001", key) == entry
    with pytest.raises(passes.Invalid):
        keying.opened(sealed, "a.100002", key)


# Operations ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def intake(answers, monkeypatch):
    made = house.intake_over(answers, directory.Directory(), now=AFTER)
    monkeypatch.setattr(directory, "intake", lambda: made)
    yield made
    made.close()


@pytest.fixture
def sitting(db):
    made = SittingFactory(state="keying", double_percent=100)
    edition = made.consultation
    edition.public_key = house.PAIR.public
    edition.save()
    known = {"canonical": QUESTIONNAIRE.canonical, "content_hash": QUESTIONNAIRE.content_hash}
    QuestionnaireFactory(consultation=edition, state="frozen", frozen_at=IN_TIME, **known)
    return made


@pytest.fixture
def people(sitting):
    return [clerk(sitting) for _n in range(3)]


def clerk(sitting):
    return PersonFactory(roles=[(sitting.site.partner.organisation, "CE")])


def entry(**answers):
    return Entry.new("9_11", "girl", "fr", {"heard": 1, "where": [1, 2]} | answers)


def type_in(sitting, by, said=None, number=123456):
    return operations.key_in(sitting.pk, number, said or entry(), by=by, at=AFTER)


def received(answers):
    with answers.reading() as reading:
        found = [bytes(box) for (box,) in reading.execute("SELECT box FROM spool").fetchall()]
    return [boxes.read(sealing.open_box(box, house.PAIR.private)) for box in found]


def test_two_persons_who_agree_send_the_booklet(sitting, people, intake, answers):
    first = type_in(sitting, people[0], entry(play="dk"))
    waiting = (first.state, len(received(answers)))
    second = type_in(sitting, people[1], entry(play="dk"))

    sheets = sorted(received(answers), key=lambda sheet: sheet.part)
    assert waiting == ("keyed_once", 0)
    assert (second.state, second.first, second.second, second.compared, second.differing) == ("settled", "", "", 7, [])
    assert [(s.part, s.mode, s.rendering, s.answers) for s in sheets] == [
        ("play", "paper", "pictures", {"play": "dk"}),
        ("rights", "paper", "pictures", {"heard": 1, "where": [1, 2]}),
    ]
    assert len({sheet.thread for sheet in sheets}) == 1


def test_what_waits_holds_no_answer_in_clear(sitting, people, intake):
    type_in(sitting, people[0], Entry.new("12_14", "girl", "fr", {"change": "Des bancs rouges"}))

    (booklet,) = Booklet.rows.all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM consultations_booklet")
        row = str(cursor.fetchone())
    assert "bancs" not in row and "12_14" not in row
    assert operations._open(sitting, booklet, booklet.first).answers == {"change": "Des bancs rouges"}


def test_a_third_choice_settles_what_differs(sitting, people, intake, answers):
    type_in(sitting, people[0])
    booklet = type_in(sitting, people[1], entry(heard=2, times=3))

    shown = operations.disagreement(booklet, by=people[2])
    settled = operations.settle(booklet.pk, {"heard": ("first", None), "times": ("other", 4)}, by=people[2], at=AFTER)

    (sheet,) = received(answers)
    assert shown == [("heard", 1, 2), ("times", None, 3)]
    assert sheet.answers == {"heard": 1, "where": [1, 2], "times": 4}
    assert (settled.state, settled.first, settled.second) == ("settled", "", "")
    assert settled.differing == [["heard", "second"], ["times", "both"]]
    with pytest.raises(WrongState):
        operations.disagreement(settled, by=people[2])


def test_what_is_not_drawn_leaves_at_once(sitting, people, intake, answers, monkeypatch):
    monkeypatch.setattr(operations.secrets, "randbelow", lambda most: 50)
    Sitting.rows.filter(pk=sitting.pk).update(double_percent=50)

    booklet = type_in(sitting, people[0])

    assert (booklet.state, booklet.is_sampled, len(received(answers))) == ("settled", False, 1)


def test_a_booklet_that_could_not_leave_waits_and_leaves_once(sitting, people, intake, answers):
    Sitting.rows.filter(pk=sitting.pk).update(head_count=1)  # 4 sheets at most
    for number in range(100000, 100005):
        for person in people[:2]:
            type_in(sitting, person, number=number)
    waiting = list(Booklet.rows.exclude(state="settled").values_list("number", flat=True))
    with pytest.raises(WrongState, match="Raise|Augmentez|enfants"):
        operations.send_waiting(sitting.pk, by=people[0], at=AFTER)

    Sitting.rows.filter(pk=sitting.pk).update(head_count=5)
    sent = [operations.send_waiting(sitting.pk, by=people[0], at=AFTER) for _again in range(2)]

    assert (waiting, sent, len(received(answers))) == ([100004], [1, 0], 5)


def test_sent_twice_is_once(sitting, people, intake, answers):
    booklet = type_in(sitting, people[0])
    said = operations._open(sitting, booklet, booklet.first)

    for _again in range(2):  # the database lost what came after the sending
        booklet.refresh_from_db()
        operations._settle(sitting, Booklet.rows.get(pk=booklet.pk), said, AFTER)
        Booklet.rows.filter(pk=booklet.pk).update(state="keyed_once")

    assert len(received(answers)) == 1


def test_nobody_else_reads_what_differs(sitting):
    booklet = BookletFactory(sitting=sitting, state="differs")

    with pytest.raises(NotAllowed):
        operations.disagreement(booklet, by=PersonFactory())


@pytest.mark.parametrize(
    ("situation", "error"),
    [
        ("same person", WrongState),
        ("stranger", NotAllowed),
        ("settled", WrongState),
        ("differs", WrongState),
        ("not drawn", WrongState),
        ("number", BadData),
        ("closed", Closed),
        ("over", Closed),
        ("state", WrongState),
    ],
)
def test_key_in_refuses(sitting, people, intake, answers, situation, error):
    number = 99999 if situation == "number" else 123456
    if situation in ("same person", "stranger"):
        type_in(sitting, people[1])
    if situation in ("settled", "differs", "not drawn"):
        state = situation if situation != "not drawn" else "keyed_once"
        sealed = "" if situation == "settled" else "sealed"
        BookletFactory(sitting=sitting, number=number, state=state, first=sealed, is_sampled=situation != "not drawn")
    if situation == "closed":
        sitting.consultation.state = "closed"
        sitting.consultation.save()
    if situation == "over":
        Consultation.rows.update(closes_at=AFTER)
    if situation == "state":
        Sitting.rows.filter(pk=sitting.pk).update(state="running")
    by = PersonFactory() if situation == "stranger" else people[1]
    before = list(Booklet.rows.values_list("number", "state", "second_by"))

    with pytest.raises(error):
        type_in(sitting, by, number=number)

    assert list(Booklet.rows.values_list("number", "state", "second_by")) == before
    assert received(answers) == []


def test_keying_begins_and_ends(people, sitting):
    Sitting.rows.filter(pk=sitting.pk).update(state="running", code_sealed="sealed", code_digest=b"d" * 32)

    begun = operations.begin_keying(sitting.pk, 10, by=people[0], at=AFTER)
    kept = (begun.state, begun.double_percent, begun.code_sealed, begun.code_digest)
    BookletFactory(sitting=sitting)
    with pytest.raises(WrongState):
        operations.end_keying(sitting.pk, by=people[0])
    Booklet.rows.update(state="settled", first="")
    ended = operations.end_keying(sitting.pk, by=people[0])

    assert kept == ("keying", 10, "", None)
    assert ended.state == "closed"


@pytest.mark.parametrize("percent", [0, 9, 101])
def test_fewer_than_a_tenth_typed_twice_is_refused(people, sitting, percent):
    Sitting.rows.filter(pk=sitting.pk).update(state="running")

    with pytest.raises(BadData):
        operations.begin_keying(sitting.pk, percent, by=people[0], at=AFTER)

    assert Sitting.rows.get(pk=sitting.pk).state == "running"


def test_what_is_not_settled_is_told_then_dropped(people, sitting):
    BookletFactory(sitting=sitting, first_by=people[0])
    BookletFactory(sitting=sitting, first_by=people[0], state="settled", first="", number=555555)
    told = []
    for days in (22, 23, 24, 29, 30):
        with clock.at(IN_TIME + timedelta(days=days)):
            operations.look_after(clock.now())
        told.append((Notification.objects.count(), Booklet.rows.count()))

    assert told == [(0, 2), (1, 2), (1, 2), (1, 2), (1, 1)]
    assert Booklet.rows.get().state == "settled"
