"""A tablet's file of sealed boxes, handed over by the holder of a group's page: read in words, taken once, nothing kept besides."""

import base64
import json
import uuid
from datetime import timedelta

import pytest
from django.core.files import uploadedfile
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import JournalEntry
from marelle.base import clock
from marelle.base.errors import BadData, Closed
from marelle.consultations import boxes, directory, handing, passes, sealing
from marelle.consultations.operations import running, sittings
from marelle.consultations.operations.handing import hand_over
from marelle.consultations.queries import access
from marelle.consultations.queries.access import Key
from tests.consultations import intake as house
from tests.factories.consultations import IN_TIME, ConsultationFactory, QuestionnaireFactory, SiteFactory

pytestmark = pytest.mark.django_db
OTHER_KEY = sealing.Pair.draw().public


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def intake(answers, monkeypatch):
    """The intake of this process, over the run's database of answers."""
    writer = house.spool.Writer(answers, gathers=0.0)
    made = house.collect.Intake(directory.Directory(), writer, house.KEYS, clock.now, house.collect.NoPages())
    monkeypatch.setattr(directory, "intake", lambda: made)
    yield made
    made.close()


@pytest.fixture
def site(intake):
    edition = ConsultationFactory(opened=True, public_key=house.PAIR.public)
    canonical = house.QUESTIONNAIRE.canonical
    QuestionnaireFactory(consultation=edition, state="frozen", frozen_at=IN_TIME, canonical=canonical)
    return SiteFactory(partner__consultation=edition)


@pytest.fixture
def group(site):
    """A class that answers, with the key of its page. One child was declared: four sheets of each of the two parts."""
    return opened_at(site, 1)


def opened_at(site, head_count=25):
    link = access.Link(access.link_of(site.partner))
    sitting, opened = sittings.open_now(site.pk, sittings.Group(("9_11",), head_count), by=link)
    return sitting, Key(opened.projector)


def box(said=None, public=house.PAIR.public):
    plain = json.dumps(said or house.part()).encode()
    sealed = base64.urlsafe_b64encode(sealing.seal(plain, public)).decode().rstrip("=")
    return {"id": str(uuid.uuid4()), "sealed": sealed}


def late(sitting, until=None):
    until = until or sitting.closes_at + passes.AFTER_THE_WINDOW[passes.LATE]
    return passes.make(sitting.code, passes.LATE, until, house.KEYS.passes)


def file_of(sitting, held, ticket=None):
    """As static/kids/tablet.js writes it."""
    return json.dumps({"pass": ticket or late(sitting), "boxes": held}, separators=(",", ":")).encode()


def choose(client, key, content, language="/en", **headers):
    chosen = SimpleUploadedFile("marelle-feuilles.json", content, "application/json")
    return client.post(f"{language}/animer/{key}/file", {"file": chosen}, headers=headers)


# Taken ---------------------------------------------------------------------------------------------------------------
def test_boxes_of_a_file_go_the_road_of_collect(client, group, intake, answers):
    sitting, key = group
    held = [box(house.part(gender=gender)) for gender in ("girl", "boy", "other")]

    page = choose(client, key, file_of(sitting, held))

    carried = [boxes.read(sealing.open_box(kept, house.PAIR.private)) for kept in in_spool(answers)]
    inside = [json.loads(sealing.open_box(each.box, house.PAIR.private))["gender"] for each in carried]
    intake.counters.flush()
    assert (page.status_code, "3 sheets of this file are received" in words(page)) == (200, True)
    assert (sorted(inside), {each.place.site for each in carried}) == (["boy", "girl", "other"], {sitting.site.code})
    assert list(sitting.counts.values_list("part", "received")) == [("", 3)]
    assert (page["Cache-Control"], client.cookies) == ("no-store", {})


def test_the_same_file_again_is_told_the_same_and_kept_once(client, group, answers):
    """Whoever holds the identifier of a box learns nothing of whether it was here (specification, section 10)."""
    sitting, key = group
    first, second, third = (box() for _n in range(3))
    choose(client, key, file_of(sitting, [first]))

    mixed = choose(client, key, file_of(sitting, [first, second, second]))
    fresh = choose(client, key, file_of(sitting, [third, box()]))

    assert (words(mixed), mixed.status_code) == (words(fresh), 200)
    assert "2 sheets of this file are received" in words(mixed)
    assert answers.counts()["spool"] == 4


def test_a_tablet_that_finds_the_network_afterwards_is_received_and_counts_once(client, group, intake, answers):
    sitting, key = group
    held = box()
    choose(client, key, file_of(sitting, [held]))

    sent = house.ask(intake, said={"pass": late(sitting), **held})

    assert (sent.status, answers.counts()["spool"]) == (201, 1)


def test_a_closed_group_hands_over_for_three_weeks(client, group, answers):
    sitting, key = group
    sittings.close(sitting.pk, by=key)
    file, other = file_of(sitting, [box()]), file_of(sitting, [box()])
    last = sitting.closes_at + timedelta(days=21) - timedelta(seconds=1)

    with clock.at(last):
        page = choose(client, key, file)
        room = client.get(f"/animer/{key}").content.decode()
    with clock.at(last + timedelta(seconds=1)):
        wall = client.get(f"/animer/{key}").status_code
        after = choose(client, key, other).status_code
        with pytest.raises(Closed):
            hand_over(key, other)
        sittings.look_after(clock.now())

    sitting.refresh_from_db()
    assert (page.status_code, "1 sheet of this file is received" in words(page), wall, after) == (200, True, 404, 404)
    assert ("Le groupe est fermé" in room, f"/animer/{key}/file" in room) == (True, True)
    assert (answers.counts()["spool"], sitting.projector_digest) == (1, None)


def test_the_end_of_the_edition_does_not_lose_what_tablets_keep(client, group, answers):
    sitting, key = group
    with clock.at(sitting.consultation.closes_at + timedelta(hours=1)):
        running.close_what_is_over(clock.now())
    with clock.at(sitting.closes_at + timedelta(days=2)):
        page = choose(client, key, file_of(sitting, [box()]))

    assert ("1 sheet of this file is received" in words(page), answers.counts()["spool"]) == (True, 1)


def test_a_group_whose_booklets_are_typed_in_hands_over_and_has_no_page_of_its_own(client, group, answers):
    sitting, key = group
    sitting.state, sitting.code_sealed = "keying", ""
    sitting.save()

    page = choose(client, key, file_of(sitting, [box()]))
    room = [
        b'name="act"' in answer.content
        for answer in (client.get(f"/animer/{key}"), client.post(f"/animer/{key}", {"act": "close"}))
    ]

    sitting.refresh_from_db()
    assert ("1 sheet of this file is received" in words(page), room, sitting.state) == (True, [False, False], "keying")


# Refused -------------------------------------------------------------------------------------------------------------
def test_what_is_no_box_is_counted_and_the_others_are_taken(client, group, answers):
    sitting, key = group
    odd = [box(public=OTHER_KEY), {"id": "1", "sealed": "AA"}, 3, None, [], {"id": str(uuid.uuid4()), "sealed": "é"}]

    page = choose(client, key, file_of(sitting, [box(), *odd, box()]))

    told = [words_of in words(page) for words_of in ("2 sheets of this file are received", "6 lines of this file")]
    assert (page.status_code, told, answers.counts()["spool"]) == (200, [True, True], 2)


def test_a_full_group_says_so_and_takes_the_rest_once_it_expects_more(client, group, answers):
    sitting, key = group
    file = file_of(sitting, [box() for _n in range(10)])

    full = choose(client, key, file)
    sittings.raise_head_count(sitting.pk, 6, by=key)
    again = choose(client, key, file)

    assert "8 sheets of this file are received" in words(full)
    assert "2 sheets are not taken: the group is full" in words(full)
    assert ("10 sheets of this file are received" in words(again), answers.counts()["spool"]) == (True, 10)


def test_when_the_disk_is_away_the_same_file_is_handed_over_again(client, group, intake, answers, monkeypatch):
    sitting, key = group
    file, tries = file_of(sitting, [box() for _n in range(5)]), []
    real = answers.insert

    def away(batch):
        tries.append(1)
        raise OSError

    monkeypatch.setattr(answers, "insert", away)
    first = choose(client, key, file)
    monkeypatch.setattr(answers, "insert", real)
    again = choose(client, key, file)

    assert ("5 sheets could not be written" in words(first), len(tries)) == (True, 1)
    assert ("5 sheets of this file are received" in words(again), answers.counts()["spool"]) == (True, 5)


WHOLE = b'{"pass":"late.x.1.y","boxes":[{"id":"6","sealed":"AA"}]}'
HOSTILE = {
    "too big": (b" " * (handing.MOST_BYTES + 1), "too big", "trop gros"),
    "far too big": (b"x" * (4 * handing.MOST_BYTES), "too big", "trop gros"),
    "cut": (WHOLE[:40], "not whole", "pas entier"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(300), "not the file", "pas le fichier"),
    "another JSON": (b'[{"pass": 1}]', "not the file", "pas le fichier"),
    "no list": (b'{"pass":"late.x.1.y","boxes":{}}', "not the file", "pas le fichier"),
    "a pass of ours for nobody": (WHOLE, "not the file", "pas le fichier"),
    "deep": (b"[" * 200_000, "not the file", "pas le fichier"),
    "a huge number": (b'{"pass":' + b"9" * 9000, "not the file", "pas le fichier"),
    "a thousand thousand lines": (b'{"pass":"","boxes":[' + b"1," * 4000 + b"1]}", "not the file", "pas le fichier"),
    "nothing waited": (b'{"pass":"late.x.1.y","boxes":[]}', "holds no sheet", "ne contient aucune feuille"),
}


@pytest.mark.parametrize(("content", "english", "french"), HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_not_one_is_told_in_a_sentence(client, group, answers, content, english, french):
    _sitting, key = group

    pages = [choose(client, key, content), choose(client, key, content, "")]

    assert [page.status_code for page in pages] == [422, 422]
    assert [said in words(page) for page, said in zip(pages, (english, french), strict=True)] == [True, True]
    assert answers.counts()["spool"] == 0


def test_boxes_of_another_group_are_handed_over_on_its_page(client, site, group, answers):
    sitting, key = group
    other, other_key = opened_at(site)

    wrong = choose(client, key, file_of(other, [box()]))
    forged = choose(client, key, file_of(sitting, [box()], late(sitting).replace(sitting.code, other.code)))
    right = choose(client, other_key, file_of(other, [box()]))

    assert ("of another group" in words(wrong), "not the file" in words(forged)) == (True, True)
    assert ([page.status_code for page in (wrong, forged, right)], answers.counts()["spool"]) == ([422, 422, 200], 1)


@pytest.mark.parametrize("situation", ["pass ended", "opening began"])
def test_boxes_that_come_too_late_are_told_so(client, group, answers, situation):
    sitting, key = group
    ticket = late(sitting, IN_TIME) if situation == "pass ended" else late(sitting)
    if situation == "opening began":
        sitting.consultation.opening_began_at = IN_TIME
        sitting.consultation.save()

    page = choose(client, key, file_of(sitting, [box()], ticket))

    assert ("three weeks" in words(page), page.status_code, answers.counts()["spool"]) == (True, 422, 0)


def test_without_a_file_or_from_another_site_nothing_happens(client, group, answers):
    sitting, key = group

    none = client.post(f"/animer/{key}/file", {})
    empty = choose(client, key, b"")
    foreign = choose(client, key, file_of(sitting, [box()]), **{"Sec-Fetch-Site": "cross-site"})
    nobody = choose(client, "x" * 26, file_of(sitting, [box()]))

    assert [page.status_code for page in (none, empty, foreign, nobody)] == [422, 422, 403, 404]
    assert answers.counts()["spool"] == 0


# Nothing besides -----------------------------------------------------------------------------------------------------
def test_nothing_of_the_file_is_written_elsewhere(client, group, caplog, monkeypatch):
    """No temporary file, no journal entry whose minute would date the boxes, no log line."""
    sitting, key = group
    before, made = JournalEntry.objects.count(), []
    monkeypatch.setattr(uploadedfile.tempfile, "NamedTemporaryFile", lambda *_a, **_k: made.append(1))
    held = box()

    with caplog.at_level("DEBUG", logger="marelle"):
        page = choose(client, key, file_of(sitting, [held]))

    said = " ".join(record.getMessage() for record in caplog.records)
    assert (page.status_code, made, JournalEntry.objects.count() - before) == (200, [], 0)
    assert [word for word in (held["id"], held["sealed"][:40], key) if word in said] == []


def test_the_page_is_found_from_the_one_that_is_projected(client, group):
    sitting, key = group
    address = f"/animer/{key}/file"

    room = client.get(f"/animer/{key}").content.decode()
    page = client.get(address)
    closed = client.post(f"/animer/{key}", {"act": "close"}, follow=True).content.decode()

    assert [address in where for where in (room, closed)] == [True, True]
    assert ("2,0 Mo" in words(page), page.status_code) == (True, 200)


def test_a_file_of_a_whole_class_is_taken_at_once(client, site, answers):
    sitting, key = opened_at(site, 60)

    handed = hand_over(key, file_of(sitting, [box() for _n in range(60)]))

    assert (handed, answers.counts()["spool"]) == (handing.Handed(60), 60)


def test_operation_refuses_in_a_sentence_and_changes_nothing(group, answers):
    with pytest.raises(BadData):
        hand_over(group[1], b"")

    assert answers.counts()["spool"] == 0


def words(page):
    """What the page says, on one line."""
    return " ".join(page.content.decode().split())


def in_spool(store):
    with store.reading() as connection:
        return [bytes(kept) for (kept,) in connection.execute("SELECT box FROM spool").fetchall()]
