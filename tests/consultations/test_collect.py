import base64
import json
import logging
import threading
import time
import uuid
from datetime import timedelta

import pytest

from marelle.consultations import boxes, codes, passes, sealing, spool
from tests.consultations import intake as house
from tests.consultations.intake import ask, body, intake_over, opened, part


@pytest.fixture
def intake(answers):
    made = intake_over(answers)
    yield made
    made.writer.close()


def test_a_part_is_received_once_it_is_sealed_on_the_disk(intake, answers):
    answer = ask(intake, said=body())

    assert (answer.status, answer.json) == (201, {"received": True})
    assert opened(answers) == [
        boxes.Sheet(
            version=house.QUESTIONNAIRE.short_hash,
            part="rights",
            thread="0123456789abcdef" * 2,
            age_band="12_14",
            gender="girl",
            language="fr",
            mode="screen",
            rendering="text",
            place=boxes.Place("67447", "67", "school", "site1", "2026-W45"),
            answers={"q010": 1, "q011": [1, 2], "q012": "dk"},
        )
    ]


def test_nothing_of_the_answer_stands_in_the_database(intake, answers):
    ask(intake, said=body(id="00000000-0000-4000-8000-0000000000aa"))
    with answers.reading() as connection:
        ((id, box),) = connection.execute("SELECT id, box FROM spool").fetchall()

    assert bytes(id) != bytes.fromhex("00000000000040008000000000000000"[:30] + "aa")
    assert (len(id), len(box)) == (16, 102 + 1024)
    assert [word for word in (b"q010", b"67447", b"2026", b"sitting1") if word in bytes(box)] == []


def test_nothing_that_came_along_stays(intake, answers, on_postgresql, caplog):
    """An address, an agent, a code, an identifier, an answer, a text: planted, then looked for on the disk and in the logs."""
    ids = [str(uuid.uuid4()) for _n in range(20)]
    with caplog.at_level(logging.DEBUG):
        for number, id in enumerate(ids):
            ask(
                intake,
                said=body(id=id, part=part(t=f"{number:032x}", a={"q010": 1, "q090": f"CANARY text {number}"})),
                HTTP_USER_AGENT=f"CANARY agent {number}",
                HTTP_REFERER="https://canary.example/ABCDEFGH",
                HTTP_X_FORWARDED_FOR="203.0.113.77",
                REMOTE_ADDR="203.0.113.77",
                QUERY_STRING="canary=CANARY",
            )
        intake.counters.flush()
    answers.close()
    if on_postgresql:
        with answers.reading() as connection:
            rows = connection.execute("SELECT id, box FROM spool").fetchall()
        disk = b"".join(bytes(each) for row in rows for each in row)
    else:
        disk = b"".join(file.read_bytes() for file in answers.path.parent.glob(f"{answers.path.name}*"))

    planted = [b"CANARY", b"canary", b"203.0.113", b"ABCDEFGH", b"sitting1", b"site1", b"67447", b"q010"]
    planted += [each for id in ids for each in (id.encode(), uuid.UUID(id).bytes, uuid.UUID(id).hex.encode())]
    assert len(disk) > 40 * 1024
    assert [each for each in planted if each in disk] == []
    assert caplog.text == ""


def test_201_comes_after_the_commit(intake, answers):
    """Held back at the disk, the request waits; it is answered once the row is there."""
    let, keep, heard = threading.Event(), answers.keep, []
    answers.keep = lambda batch: (let.wait(5), keep(batch))
    thread = threading.Thread(target=lambda: heard.append(ask(intake, said=body()).status))

    thread.start()
    thread.join(0.15)
    assert (heard, answers.counts()["spool"]) == ([], 0)
    let.set()
    thread.join(5)

    assert (heard, answers.counts()["spool"]) == ([201], 1)


def test_the_same_id_is_received_once_and_answered_the_same(intake, answers):
    said = body()

    first, again = ask(intake, said=said), ask(intake, said=said | {"part": part(a={})})

    assert (first.status, first.content, first.headers) == (again.status, again.content, again.headers)
    assert len(opened(answers)) == 1
    intake.counters.flush()
    assert intake.directory.counts == {("sitting1", "rights"): 1}


def test_a_free_text_has_a_box_of_its_own(intake, answers):
    said = body(part=part(a={"q010": 1, "q090": "Plus d’arbres."}))
    ask(intake, said=said)
    ask(intake, said=said)

    texts = [each for each in opened(answers) if isinstance(each, boxes.FreeText)]

    assert texts == [boxes.FreeText("q090", "Plus d’arbres.", "12_14", "fr", "67")]
    with answers.reading() as connection:
        ids = [bytes(id) for (id,) in connection.execute("SELECT id FROM spool").fetchall()]
    assert (len(ids), len({id[:4] for id in ids}), len({id[-4:] for id in ids})) == (2, 2, 2)
    assert [each.answers for each in opened(answers) if isinstance(each, boxes.Sheet)] == [{"q010": 1}]


def test_an_answer_that_was_not_asked_is_dropped(intake, answers):
    ask(intake, said=body(part=part(a={"q010": 2, "q011": [1]})))

    assert opened(answers)[0].answers == {"q010": 2}


EXPIRED = passes.make(house.REFERENCE, "sitting", house.NOW, house.KEYS.passes)
NOWHERE = passes.make("elsewhere", "sitting", house.CLOSES, house.KEYS.passes)
PARTNER = passes.make(house.REFERENCE, "partner", house.CLOSES, house.KEYS.passes)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (body(**{"pass": "nothing"}), 422),
        (body(**{"pass": None}), 422),
        (body(**{"pass": EXPIRED}), 410),
        (body(**{"pass": NOWHERE}), 410),
        (body(**{"pass": PARTNER}), 410),
        (body(**{"pass": house.LATE}), 422),
        (body(id="1"), 422),
        (body(id=None), 422),
        (body(id=str(uuid.uuid1())), 422),
        (body(part=part(v="0" * 16)), 422),
        (body(part=part(v=["0"])), 422),
        (body(part=part(p="nothing")), 422),
        (body(part=part(a={"unknown": 1})), 422),
        (body(part=part(a={"q010": 3})), 422),
        (body(part=part(lang="tlh")), 422),
        (body(part=[]), 422),
        (body(part=None), 422),
        (b"", 422),
        (b"[]", 422),
        (b"{", 422),
        (b"[" * 20_000, 422),
        (b'{"pass": "' + b"x" * 33_000 + b'"}', 413),
    ],
)
def test_collect_refuses(intake, answers, said, status):
    answer = ask(intake, said=said)

    assert (answer.status, answer.json["received"]) == (status, False)
    assert answers.counts()["spool"] == 0
    assert intake.counters._held == {}


def test_more_than_was_announced_is_not_read(intake, answers):
    """A body cut to the length it said, and one that lies about it."""
    assert ask(intake, said=b'"' + b"x" * 40_000, CONTENT_LENGTH="").status == 413
    assert ask(intake, said=b"{}", CONTENT_LENGTH="99999999999").status == 413
    assert ask(intake, said=b"{}", CONTENT_LENGTH="two").status == 422


@pytest.mark.parametrize(
    ("method", "kind", "status"), [("GET", "application/json", 405), ("POST", "text/plain", 415), ("POST", "", 415)]
)
def test_collect_takes_forms_and_json_posted(intake, method, kind, status):
    assert ask(intake, method, said=b"{}", kind=kind).status == status


@pytest.mark.parametrize(
    ("changes", "pass_", "status"),
    [
        ({}, house.PASS, 201),
        ({"takes_parts": False}, house.PASS, 410),
        ({"closes_at": house.NOW}, house.PASS, 201),  # the pass outlives the window by half an hour
        ({"versions": ()}, house.PASS, 422),
    ],
    ids=["open", "closed", "just over", "no version"],
)
def test_a_sitting_takes_parts_while_it_stands(intake, changes, pass_, status):
    intake.directory.change(**changes)

    assert ask(intake, said=body(**{"pass": pass_})).status == status


def test_a_form_is_answered_by_a_page(intake, answers):
    form = "application/x-www-form-urlencoded"
    said = body() | {"part": json.dumps(part())}

    received, refused = ask(intake, said=said, kind=form), ask(intake, said=said | {"part": "{"}, kind=form)

    assert (received.status, received.headers["Content-Type"]) == (201, "text/plain; charset=utf-8")
    assert (refused.status, refused.content) == (422, b"not a part of this questionnaire")
    assert len(opened(answers)) == 1


def test_what_an_earlier_secret_signed_stays_valid(answers):
    """The house changes its secret while a class answers: its code and its passes go on, new ones are of the new secret."""
    new = house.collect.Keys.of("another secret")
    intake = house.collect.Intake(
        house.Rooms(), house.spool.Writer(answers), new, house.Held(), house.collect.NoPages(), older=(house.KEYS,)
    )
    ticket = intake._visit(house.FACTS, "").ticket

    statuses = [ask(intake, "GET", "/e/ABCDEFGH").status, ask(intake, said=body()).status]
    statuses += [
        ask(intake, said=body(**{"pass": ticket})).status,
        ask(intake, said=body(**{"pass": "x.y.z.w"})).status,
    ]
    expired = ask(intake, said=body(**{"pass": EXPIRED})).status
    intake.writer.close()

    assert (statuses, expired) == ([200, 201, 201, 422], 410)
    assert passes.read(ticket, new.passes, house.NOW)


# Head-count ----------------------------------------------------------------------------------------------------------
def test_head_count_and_a_fifth_and_three(intake, answers):
    intake.directory.change(head_count=5)
    said = [body() for _n in range(12)]

    statuses = [ask(intake, said=each).status for each in said]
    again = [ask(intake, said=each).status for each in said]

    assert statuses == [201] * 9 + [409] * 3
    assert again == statuses  # who was received is told so again
    assert ask(intake, said=body(part=part(p="school", a={}))).status == 201
    assert answers.counts()["spool"] == 10


def test_head_count_remembers_what_was_written(answers):
    rooms = house.Rooms()
    rooms.change(head_count=1)
    rooms.counts = {("sitting1", "rights"): 3}
    intake = intake_over(answers, rooms)

    assert [ask(intake, said=body()).status for _n in range(3)] == [201, 409, 409]
    intake.counters.flush()
    assert ask(intake, said=body()).status == 409
    assert rooms.counts == {("sitting1", "rights"): 4}
    intake.writer.close()


def test_no_head_count_no_end(intake):
    intake.directory.change(head_count=None)

    assert {ask(intake, said=body()).status for _n in range(20)} == {201}


def test_eight_at_once_do_not_pass_the_limit(intake, answers):
    intake.directory.change(head_count=1)
    heard = []
    threads = [threading.Thread(target=lambda: heard.append(ask(intake, said=body()).status)) for _n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(heard) == [201] * 4 + [409] * 12
    assert answers.counts()["spool"] == 4


# Tablets -------------------------------------------------------------------------------------------------------------
def sealed(plain=b"{}", public=house.PAIR.public):
    return base64.urlsafe_b64encode(sealing.seal(plain, public)).decode().rstrip("=")


def test_a_box_of_a_tablet_is_carried_as_it_came(intake, answers):
    said = {"pass": house.LATE, "id": str(uuid.uuid4()), "sealed": sealed(json.dumps(part()).encode())}
    intake.directory.change(takes_parts=False)

    assert [ask(intake, said=said).status for _n in range(2)] == [201, 201]

    (carried,) = opened(answers)
    assert json.loads(sealing.open_box(carried.box, house.PAIR.private)) == part()
    assert carried.place == boxes.Place("67447", "67", "school", "site1", "2026-W45")


@pytest.mark.parametrize("size", [1024, 2048, 4096, 8192])
def test_boxes_of_every_size_are_carried(intake, size):
    assert ask(intake, said=body(sealed=sealed(b"x" * size))).status == 201


@pytest.mark.parametrize(
    "box", ["", "é", 3, None, "AAAA", sealed(b"x" * 9000), sealed(public=sealing.Pair.draw().public), sealed() + "!"]
)
def test_what_is_no_box_is_refused(intake, answers, box):
    assert ask(intake, said={"pass": house.LATE, "id": str(uuid.uuid4()), "sealed": box}).status == 422
    assert answers.counts()["spool"] == 0


def test_late_boxes_have_an_end(intake):
    said = {"pass": house.LATE, "id": str(uuid.uuid4()), "sealed": sealed()}

    intake.directory.change(takes_late=False)
    frozen = ask(intake, said=said).status
    intake.directory.change(takes_late=True)
    intake.clock.now = house.CLOSES

    assert (frozen, ask(intake, said=said).status) == (410, 410)


# Trouble -------------------------------------------------------------------------------------------------------------
def test_a_full_queue_asks_to_come_back(intake, answers):
    intake.writer._oldest = time.monotonic() - 3
    answer = [ask(intake, said=body()) for _n in range(20)]
    intake.writer._oldest = float("inf")

    assert {each.status for each in answer} == {503}
    assert {int(each.headers["Retry-After"]) for each in answer} <= set(range(2, 11))
    assert len({each.headers["Retry-After"] for each in answer}) > 1  # not all at once
    assert (intake.counters._held, answers.counts()["spool"]) == ({}, 0)
    assert ask(intake, said=body()).status == 201


def test_a_fault_says_its_step_and_nothing_else(intake, caplog):
    def fall(reference):
        raise RuntimeError(f"CANARY {reference}")

    intake.directory.by_reference = fall
    with caplog.at_level(logging.DEBUG):
        answer = ask(intake, said=body())

    (record,) = caplog.records
    assert answer.status == 500
    assert record.getMessage() == f"intake={answer.content.decode().removeprefix('Reference: ')} at pass: RuntimeError"
    assert record.exc_info is None


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [("POST", "/e/collect", body()), ("GET", "/e/ABCDEFGH", None), ("GET", "/e/media/" + "0" * 64, None)],
)
def test_while_the_other_database_is_away_one_comes_back_in_a_moment(intake, caplog, method, path, said):
    def away(*asked):
        raise spool.NotKept

    intake.directory.by_reference = intake.directory.by_digest = intake.directory.medium = away
    answer = ask(intake, method, path, said)

    assert (answer.status, 2 <= int(answer.headers["Retry-After"]) <= 10, caplog.records) == (503, True, [])


def test_what_a_page_sends_waits_too_while_the_other_database_is_away(intake):
    visit = intake.visit_by_pass(house.PASS)

    def away(*asked):
        raise spool.NotKept

    intake.directory.by_reference = away

    assert visit.send(str(uuid.uuid4()), part()) == 503


def test_nothing_is_logged(intake, caplog):
    with caplog.at_level(logging.DEBUG):
        for said in (body(), body(id="x"), b"{"):
            ask(intake, said=said)
        ask(intake, "GET", "/e/ABCDEFGH")
        ask(intake, "GET", "/e/NOTACODE")

    assert caplog.records == []


def test_figures_of_the_hour_are_all_that_is_kept(intake):
    for said in (body(), body(), b"{"):
        ask(intake, said=said)

    intake.close()
    counted = intake.directory.hours
    assert {hour for hour, _status, _ms in counted} == {int(time.time()) // 3600}
    assert sum(n for (_hour, status, _ms), n in counted.items() if status == 201) == 2
    assert sum(n for (_hour, status, _ms), n in counted.items() if status == 422) == 1


# Codes ---------------------------------------------------------------------------------------------------------------
def test_a_code_opens_the_door_in_any_case(intake):
    assert ask(intake, "GET", "/e/ABCDEFGH").status == 200
    assert ask(intake, "GET", "/e/abcd-efgh").status == 200
    form = "application/x-www-form-urlencoded"
    typed = ask(intake, path="/e", said={"code": "abcd efgh"}, kind=form)
    assert (typed.status, typed.headers["Location"]) == (303, "/e/ABCDEFGH")


@pytest.mark.parametrize(
    "path", ["/e/ABCDEFGJ", "/e/ABCDEFG", "/e/ABCDEFGH/x", "/e/" + "A" * 5000, "/e/collect/x", "/e/%00"]
)
def test_another_code_opens_nothing(intake, path):
    assert ask(intake, "GET", path).status == 404
    assert intake.failures.count == 1


@pytest.mark.parametrize(
    "changes", [{"takes_parts": False}, {"closes_at": house.NOW}, {"opens_at": house.CLOSES}, {"versions": ()}]
)
def test_closed_not_yet_open_and_unknown_are_the_same_page(intake, changes):
    unknown = ask(intake, "GET", "/e/ABCDEFGJ")
    intake.directory.change(**changes)

    closed = ask(intake, "GET", "/e/ABCDEFGH")

    assert (closed.status, closed.headers, closed.content) == (unknown.status, unknown.headers, unknown.content)
    assert intake.failures.count == 2


def test_typing_a_code_is_the_first_page(intake):
    assert ask(intake, "GET", "/e").status == 200
    assert intake.failures.count == 0


def test_the_sixty_first_wrong_code_waits_and_children_do_not(intake):
    waits = []
    intake.failures = codes.Failures(intake.directory.alarm, wait=waits.append)

    for _n in range(601):
        ask(intake, "GET", "/e/ABCDEFGJ")
    before = len(waits)
    statuses = {ask(intake, "GET", "/e/ABCDEFGH").status, ask(intake, said=body()).status}

    assert (before, set(waits), len(waits)) == (541, {2.0}, 541)
    assert statuses == {200, 201}
    assert intake.directory.alarms == [601]


def test_a_visit_sends_parts_as_collect_does(intake, answers):
    facts = intake.directory.by_reference(house.REFERENCE)
    visit = intake._visit(facts, house.CODE)
    id = str(uuid.uuid4())

    assert [visit.send(id, part()), visit.send(id, part()), visit.send("x", part())] == [201, 201, 422]
    assert answers.counts()["spool"] == 1
    assert passes.read(visit.ticket, house.KEYS.passes, house.NOW).expires_at == house.CLOSES + timedelta(minutes=30)


# Pages ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/e"), ("GET", "/e/ABCDEFGH"), ("POST", "/e/collect"), ("GET", "/e/x")]
)
def test_headers_keep_nothing_and_tell_nobody(intake, method, path):
    headers = ask(intake, method, path).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "Set-Cookie" not in headers


def test_a_recording_is_sent_whole_or_a_stretch_of_it(intake):
    intake.directory.media["a" * 64] = house.collect.Medium("audio/ogg", b"0123456789")
    path = "/e/media/" + "a" * 64

    asked = [ask(intake, "GET", path, HTTP_RANGE=said) for said in ("", "bytes=2-4", "bytes=8-", "bytes=20-30", "x")]

    assert [(each.status, each.content) for each in asked] == [
        (200, b"0123456789"),
        (206, b"234"),
        (206, b"89"),
        (416, b""),
        (200, b"0123456789"),
    ]
    assert asked[1].headers["Content-Range"] == "bytes 2-4/10"
    assert ask(intake, "GET", "/e/media/" + "b" * 64).status == 404


def test_head_says_what_get_would(intake):
    get, head = (ask(intake, method, "/e") for method in ("GET", "HEAD"))

    assert (head.status, head.headers, head.content) == (get.status, get.headers, b"")
    assert ask(intake, "PUT", "/e").status == 405
