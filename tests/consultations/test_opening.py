"""From sealed boxes to sheets: joined, shuffled, coarsened, written in one transaction."""

import json
import secrets
from collections import Counter
from dataclasses import replace

import pytest

from marelle.consultations import boxes, opening, sealing, sheets
from marelle.consultations.boxes import Carried, FreeText, Place, Sheet
from marelle.consultations.opening import Frozen
from marelle.consultations.questionnaires import Option, Part, Question, Questionnaire
from marelle.consultations.spool import Row, SQLite, Waiting

PAIR = sealing.Pair.draw()
FOUR = tuple(Option(name, {"fr": name}) for name in ("a", "b", "c", "d"))
RIGHTS = Part(
    "rights",
    {"fr": "Droits"},
    (
        *(Question(f"q{n:02}", "one", {"fr": f"Question {n}"}, options=FOUR) for n in range(12)),
        Question("why", "one", {"fr": "Pourquoi ?"}, options=FOUR, relevance=["=", "q00", "a"]),
    ),
)
SCHOOL = Part("school", {"fr": "École"}, (Question("s1", "one", {"fr": "École"}, options=FOUR),))
ASKED = Questionnaire({"fr": "Consultation"}, ("fr", "ar"), (RIGHTS, SCHOOL))
KNOWN = {ASKED.short_hash: ASKED}
REZE = Place("44143", "44", "school", "École du Port", "2026-W45")


class Geography:
    """Two communes of one département, one of another."""

    def zones(self, territory, department):
        inside = [] if territory == department else [f"commune:{territory}", "epci:1"]
        return [*inside, f"departement:{department}", "region:52", "FR"]

    def department(self, zone):
        return {"commune:44143": "44", "commune:44109": "44", "epci:1": "44", "departement:44": "44"}.get(zone, zone)


def part(answers, *, name="rights", thread=None, place=REZE, **known):
    told = {"age_band": "9_11", "gender": "girl", "language": "fr", "mode": "screen", "rendering": "text"} | known
    return Sheet(
        version=ASKED.short_hash,
        part=name,
        thread=thread or secrets.token_hex(16),
        place=place,
        answers=answers,
        **told,
    )


def varied(n, **known):
    """Answers no other has, and not all at one place."""
    return part({f"q{k:02}": (n >> (2 * k)) % 4 + 1 for k in range(12)}, **known)


def box(content, public=PAIR.public):
    return secrets.token_bytes(16), sealing.seal(boxes.written(content), public)


def opened(*contents, **changes):
    return opening.open_all([box(content) for content in contents], PAIR.private, KNOWN, Geography(), **changes)


def unboxed(*contents):
    """The same, as if their boxes had never been in this database."""
    return replace(opened(*contents), boxes=0)


def crowd(count, start=0, **known):
    return [varied(n * 7919 + 1, **known) for n in range(start, start + count)]


@pytest.mark.once
def test_parts_of_one_visit_make_one_sheet_and_five_things_stay_distinct():
    thread = "ab" * 16

    found = opened(
        part({"q00": 2, "q01": "dk", "q02": "no"}, thread=thread), part({"s1": 4}, name="school", thread=thread)
    )

    (sheet,) = found.sheets
    assert {name: sheet.answers.get(name, "not asked") for name in ("q00", "q01", "q02", "q03", "why", "s1")} == {
        "q00": 2, "q01": "dk", "q02": "no", "q03": None, "why": "not asked", "s1": 4,
    }  # fmt: skip
    assert (found.texts, found.refused) == ([], {})


@pytest.mark.once
def test_neither_the_order_nor_the_keys_of_boxes_are_left():
    texts = [FreeText("why", f"Texte {n}", "12_14", "fr", "44") for n in range(40)]
    rows = [box(content) for content in (*crowd(40), *texts)]

    one, other = (opening.open_all(rows, PAIR.private, KNOWN, Geography()) for _n in range(2))

    assert sorted(sheet.written for sheet in one.sheets) == sorted(sheet.written for sheet in other.sheets)
    assert [sheet.written for sheet in one.sheets] != [sheet.written for sheet in other.sheets]
    assert [text.text for text in one.texts] != [text.text for text in other.texts]
    drawn = [thing.key for found in (one, other) for thing in (*found.sheets, *found.texts)]
    assert len({*drawn, *(identifier for identifier, _box in rows)}) == 160 + 80


@pytest.mark.once
def test_another_day_is_another_sheet():
    assert len(opened(part({"q00": 1}), part({"s1": 1}, name="school")).sheets) == 2


@pytest.mark.once
def test_what_does_not_open_or_is_not_known_stays_as_it_came():
    other = sealing.Pair.draw()
    rows = [
        box(part({"q00": 1}), other.public),
        (b"1" * 16, b"not a box"),
        (b"2" * 16, sealing.seal(b"[1, 2]", PAIR.public)),
        box(Sheet(**(vars(part({})) | {"version": "0" * 16}))),
        box(part({}, name="nowhere")),
    ]
    rows[0] = (b"0" * 16, rows[0][1])

    found = opening.open_all(rows, PAIR.private, KNOWN, Geography())

    assert found.sheets == []
    assert [found.refused[identifier] for identifier, _box in rows] == [
        "NotOpened", "NotOpened", "ValueError", "unknown questionnaire", "unknown questionnaire",
    ]  # fmt: skip


@pytest.mark.once
def test_part_sent_twice_under_two_names_counts_once():
    thread = "cd" * 16

    found = opened(part({"q00": 1}, thread=thread), part({"q00": 1}, thread=thread))

    assert len(found.sheets) == 1 and list(found.refused.values()) == ["repeated"]


@pytest.mark.once
def test_box_of_a_tablet_is_opened_twice_and_checked_as_any_other():
    said = {"v": ASKED.short_hash, "p": "rights", "t": "0f" * 16, "a": {"q00": 2, "why": 1}, "age_band": "9_11"}
    said |= {"gender": "boy", "lang": "ar", "mode": "screen", "rendering": "pictures"}
    inner = sealing.seal(json.dumps(said).encode(), PAIR.public)
    wrong = sealing.seal(json.dumps(said | {"a": {"q00": 9}}).encode(), PAIR.public)

    found = opened(Carried(inner, REZE), Carried(wrong, REZE))

    (sheet,) = found.sheets
    assert (sheet.answers["q00"], "why" in sheet.answers, sheet.gender) == (2, False, "boy")
    assert list(found.refused.values()) == ["Refused"]


@pytest.mark.once
def test_free_text_stands_alone_and_one_that_gives_an_address_is_refused():
    texts = [
        "La cantine est trop chère.",
        "écris-moi : lea@exemple.fr",
        "appelle le 06 12 34 56 78",
        "voir www.exemple.fr",
    ]

    found = opened(*(FreeText("why", text, "12_14", "fr", "44") for text in texts))

    assert sorted((t.text, t.state) for t in found.texts) == sorted(
        zip(texts, ["to_read", "refused", "refused", "refused"], strict=True)
    )


@pytest.mark.once
@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ([part({f"q{k:02}": k % 4 + 1 for k in range(6)}) for _n in range(3)], ["identical"] * 3),
        ([part({f"q{k:02}": k % 4 + 1 for k in range(6)}) for _n in range(2)], ["", ""]),
        ([part({"q00": 1}) for _n in range(3)], ["", "", ""]),
        ([part({f"q{k:02}": 3 for k in range(12)})], ["same_place"]),
        ([part({f"q{k:02}": 3 for k in range(9)})], [""]),
        ([part({f"q{k:02}": 3 if k else 1 for k in range(12)})], ["same_place"]),
        ([part({f"q{k:02}": 3 if k > 1 else 1 for k in range(12)})], [""]),
        (
            [part({"q00": 1}, thread="e" * 32), part({"s1": 1}, name="school", thread="e" * 32, age_band="6_8")],
            ["ages"],
        ),
    ],
    ids=[
        "three alike",
        "two alike",
        "little said",
        "one place",
        "nine alone",
        "eleven of twelve",
        "ten of twelve",
        "two ages",
    ],
)
def test_sheets_that_look_played_with_are_set_aside(sent, why):
    assert sorted(sheet.set_aside for sheet in opened(*sent).sheets) == sorted(why)


@pytest.mark.once
def test_zone_is_the_smallest_of_fifty():
    nantes, cholet = (replace(REZE, territory=code) for code in ("44109", "44043"))

    found = opened(*crowd(50), *crowd(49, 50, place=nantes), *crowd(1, 100, place=cholet)).sheets

    assert Counter(sheet.zone for sheet in found) == {"commune:44143": 50, "epci:1": 50}


@pytest.mark.once
@pytest.mark.parametrize(("others", "zone"), [(0, "FR"), (46, "FR"), (47, "departement:44")])
def test_few_children_beside_a_large_town_are_not_told_by_what_is_left(others, zone):
    village = replace(REZE, territory="44109")
    at_home = replace(REZE, territory="44", site_kind="home")

    found = opened(*crowd(60), *crowd(3, 60, place=village), *crowd(others, 70, place=at_home)).sheets

    assert Counter(s.zone for s in found) == {"commune:44143": 60, zone: 3 + others}


@pytest.mark.once
def test_zone_of_nearly_nobody_is_the_country():
    assert {sheet.zone for sheet in opened(*crowd(9)).sheets} == {"FR"}


@pytest.mark.once
def test_value_few_share_is_told_as_other():
    shelter = Place("44143", "44", "shelter", "Foyer", "2026-W45")
    centre = Place("44143", "44", "leisure", "Centre", "2026-W45")

    found = opened(*crowd(60), *crowd(10, start=60, place=centre), *crowd(9, start=80, place=shelter)).sheets

    assert Counter(sheet.site_kind for sheet in found) == {"school": 60, "leisure": 10, "other": 9}


@pytest.mark.once
def test_whole_few_share_keeps_nothing_but_age_and_gender():
    found = opened(*crowd(60), *crowd(9, start=60, age_band="6_8"), *crowd(10, start=70, age_band="12_14")).sheets

    assert Counter((s.age_band, s.site_kind, s.language, s.mode) for s in found) == {
        ("9_11", "school", "fr", "screen"): 60,
        ("12_14", "school", "fr", "screen"): 10,
        ("6_8", "other", "other", "other"): 9,
    }


def kept(answers, contents):
    waiting = [Waiting(Row(*box(content))) for content in contents]
    answers.keep(waiting)
    return [w.sheet for w in waiting]


def test_freeze_writes_sheets_and_leaves_no_box(answers):
    contents = [*crowd(55), FreeText("why", "La cantine.", "12_14", "fr", "44")]
    rows = kept(answers, contents)
    answers.keep([Waiting(Row(secrets.token_bytes(16), sealing.seal(b"{}", sealing.Pair.draw().public)))])
    ours = sealing.kid(PAIR.public)

    found = opening.open_all(sheets.boxes(answers, ours), PAIR.private, KNOWN, Geography())
    sheets.rewrite(answers, ours, "2026", found)

    assert answers.counts() == {"spool": 1, "spool_refused": 0, "sheet": 55, "free_text": 1}
    written = list(sheets.frozen(answers, "2026"))
    assert [s.key for s in written] == sorted(s.key for s in found.sheets)
    assert {s.key for s in written}.isdisjoint(row.id for row in rows)
    assert sorted(s.written for s in written) == sorted(s.written for s in found.sheets)
    assert sheets.faults(answers, "2026", Geography()) == []


def test_freeze_leaves_nothing_of_the_boxes_on_the_disk_and_sheets_by_their_keys(answers):
    rows = kept(answers, crowd(55))
    ours = sealing.kid(PAIR.public)

    sheets.rewrite(
        answers, ours, "2026", opening.open_all(sheets.boxes(answers, ours), PAIR.private, KNOWN, Geography())
    )

    with answers.reading() as connection:
        lie = [bytes(key) for (key,) in connection.execute("SELECT key FROM sheet").fetchall()]
        empty = "PRAGMA freelist_count" if isinstance(answers, SQLite) else "SELECT pg_relation_size('spool')"
        assert connection.execute(empty).fetchone() == (0,)
    assert (len(lie), lie) == (55, sorted(lie))
    if isinstance(answers, SQLite):
        disk = b"".join(path.read_bytes() for path in answers.path.parent.glob(f"{answers.path.name}*"))
        assert not [row for row in rows if row.box[-64:] in disk]


def test_freeze_done_twice_changes_nothing(answers):
    kept(answers, crowd(3))
    ours = sealing.kid(PAIR.public)
    found = opening.open_all(sheets.boxes(answers, ours), PAIR.private, KNOWN, Geography())
    sheets.rewrite(answers, ours, "2026", found)
    before = list(sheets.frozen(answers, "2026"))

    again = opening.open_all(sheets.boxes(answers, ours), PAIR.private, KNOWN, Geography())
    sheets.rewrite(answers, ours, "2026", again)

    assert list(sheets.frozen(answers, "2026")) == before


def test_freeze_cut_short_keeps_every_box(answers, monkeypatch):
    kept(answers, crowd(3))
    ours = sealing.kid(PAIR.public)
    found = opening.open_all(sheets.boxes(answers, ours), PAIR.private, KNOWN, Geography())
    found.sheets.append(found.sheets[0])  # its key is there already: the database refuses it

    with pytest.raises(Exception, match=r"(?i)unique"):
        sheets.rewrite(answers, ours, "2026", found)

    assert answers.counts() == {"spool": 3, "spool_refused": 0, "sheet": 0, "free_text": 0}


def test_box_that_came_meanwhile_is_not_lost(answers):
    kept(answers, crowd(3))
    ours = sealing.kid(PAIR.public)
    found = opening.open_all(sheets.boxes(answers, ours), PAIR.private, KNOWN, Geography())
    kept(answers, crowd(1, start=3))

    with pytest.raises(sheets.Moved):
        sheets.rewrite(answers, ours, "2026", found)

    assert (answers.counts()["spool"], answers.counts()["sheet"], sheets.waiting(answers, ours)) == (4, 0, 4)


def test_two_openings_at_once_write_one(answers):
    kept(answers, crowd(3))
    ours = sealing.kid(PAIR.public)
    one, other = (opening.open_all(sheets.boxes(answers, ours), PAIR.private, KNOWN, Geography()) for _n in range(2))
    sheets.rewrite(answers, ours, "2026", one)

    with pytest.raises(sheets.Moved):
        sheets.rewrite(answers, ours, "2026", other)

    assert answers.counts()["sheet"] == 3


def test_box_that_does_not_open_is_put_apart_untouched(answers):
    whole = sealing.seal(boxes.written(part({"q00": 1})), PAIR.public)
    broken = whole[:-1] + bytes([whole[-1] ^ 1])
    answers.keep([Waiting(Row(b"7" * 16, broken))])
    ours = sealing.kid(PAIR.public)

    found = opening.open_all(sheets.boxes(answers, ours), PAIR.private, KNOWN, Geography())
    sheets.rewrite(answers, ours, "2026", found)

    with answers.reading() as connection:
        rows = connection.execute("SELECT id, box, why FROM spool_refused").fetchall()
    assert [(bytes(a), bytes(b), why) for a, b, why in rows] == [(b"7" * 16, broken, "NotOpened")]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([("commune:44143", "school")] * 49, "commune:44143 holds too few sheets"),
        ([("departement:44", "school")] * 49, "departement:44 holds too few sheets"),
        (
            [("commune:44143", "school")] * 60 + [("commune:44143", "shelter")] * 9,
            "commune:44143: site_kind shelter is held by too few",
        ),
    ],
)
def test_check_finds_what_was_not_coarsened(answers, rows, fault):
    found = opening.Opened(
        [Frozen(secrets.token_bytes(16), {}, zone, kind, "9_11", "girl", "fr", "screen") for zone, kind in rows]
    )
    sheets.rewrite(answers, sealing.kid(PAIR.public), "2026", found)

    assert fault in sheets.faults(answers, "2026", Geography())


def test_purge_destroys_the_sheets_of_one_consultation_alone(answers):
    for code in ("2026", "2027"):
        sheets.rewrite(answers, bytes(8), code, unboxed(*crowd(2)))

    answers.keep([Waiting(Row(*box(varied(1)))), Waiting(Row(*box(varied(1), sealing.Pair.draw().public)))])

    sheets.purge(answers, "2026", sealing.kid(PAIR.public))

    assert (len(list(sheets.frozen(answers, "2026"))), len(list(sheets.frozen(answers, "2027")))) == (0, 2)
    assert answers.counts()["spool"] == 1


def test_sheets_set_aside_are_taken_back_by_their_reason(answers):
    sheets.rewrite(answers, bytes(8), "2026", unboxed(*[part({f"q{k:02}": 3 for k in range(12)})], part({"q00": 1})))

    assert sheets.restore(answers, "2026", "same_place") == 1
    assert [s.set_aside for s in sheets.frozen(answers, "2026")] == ["", ""]
