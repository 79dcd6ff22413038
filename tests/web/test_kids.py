"""What a child sees and what becomes of it, without a script: each screen in its order, nothing kept that was not sent."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from marelle.consultations import boxes, passes, sealing
from marelle.consultations.collect import Medium
from marelle.web.kids import tablet
from marelle.web.kids.drawing import Assets
from marelle.web.kids.pages import KidsPages
from marelle.web.kids.walking import State
from tests.consultations import intake as given
from tests.web.kid import Kid

ASSETS = Assets("/static/kids.css", "/static/kids.js", "/static/pictograms.svg", frozenset({"oui"}))


@pytest.fixture
def made(answers):
    found = given.intake_over(answers)
    found.pages = KidsPages(lambda: ASSETS)
    yield found
    found.close()


@pytest.fixture
def kid(made):
    return Kid(made)


def at_parts(kid, band="12_14", gender="girl"):
    kid.come_in().press("language", lang="fr").press("about")
    return kid.press("parts", band=band, gender=gender)


def opened(made):
    with made.writer.store.reading() as connection:
        found = [bytes(box) for (box,) in connection.execute("SELECT box FROM spool").fetchall()]
    return [boxes.read(sealing.open_box(box, given.PAIR.private)) for box in found]


def test_every_screen_comes_in_its_order(kid, made):
    seen = [
        kid.ask("GET", "/e").title,
        kid.come_in().title,
        kid.press("language", lang="fr").title,
        kid.press("about").title,
    ]
    seen += [kid.press("parts", band="12_14", gender="girl").title, kid.press("", part="rights").title]
    seen += [kid.press("next", q010="1").title, kid.press("next", q011=["2", "1"]).title, kid.press("send").title]
    status = kid.status
    seen += [kid.press("parts").title, kid.press("finish").title]

    assert seen == [
        "Tape le code", "Choisis ta langue", "Avant de commencer", "Toi, en deux questions", "Choisis une case", "Mes droits",
        "Mes droits", "C’est la fin de cette partie", "C’est envoyé", "Choisis une case", "Merci !".replace(" ", "\u202f"),
    ]  # fmt: skip
    assert status == 201
    (sheet,) = opened(made)
    assert (sheet.part, sheet.age_band, sheet.gender, sheet.language, sheet.mode, sheet.rendering, sheet.answers) == (
        "rights", "12_14", "girl", "fr", "screen", "text", {"q010": 1, "q011": [1, 2]},
    )  # fmt: skip


def test_question_that_depends_on_an_answer_comes_on_the_page_after(kid):
    at_parts(kid).press("", part="rights")
    first = kid.page.headings[1:]

    yes = kid.press("next", q010="1").page.headings[1:]
    at_parts(kid).press("", part="rights")
    no = kid.press("next", q010="2").page.headings[1:]

    assert first == ["Sais-tu ?"]
    assert yes == ["Où ?", "Combien ?", "Que changer ?"]
    assert no == ["Combien ?", "Que changer ?"]


def test_what_was_answered_is_still_there_when_one_goes_back(kid):
    at_parts(kid).press("", part="rights").press("next", q010="1").press("back")

    assert kid.page.checked == {"q010": ["1"]}
    assert kid.press("back").title == "Choisis une case"
    assert kid.press("", part="rights").page.checked == {"q010": ["1"]}


def test_part_sent_is_not_opened_again_and_another_has_another_id(kid, made):
    at_parts(kid).press("", part="school").press("next", q020="1").press("send").press("parts")

    assert [named for named, _words in kid.page.buttons if named.get("value") == "school"][0].keys() >= {"disabled"}
    assert kid.press("", part="school").title == "Choisis une case"
    kid.press("", part="rights").press("next").press("next").press("send")
    threads = {sheet.thread for sheet in opened(made)}
    assert (len(opened(made)), len(threads)) == (2, 1)


def test_sending_twice_is_received_once(kid, made):
    at_parts(kid).press("", part="school").press("next", q020="1")
    page = kid.page

    kid.press("send")
    kid.page = page
    kid.press("send")

    assert (kid.status, len(opened(made))) == (201, 1)


@pytest.mark.parametrize("leave", ["refuse", "finish", "stopped"])
def test_who_does_not_want_to_is_thanked_and_nothing_is_kept(kid, made, leave):
    at_parts(kid).press("", part="rights").press("next", q010="1").press("stop")
    assert kid.steps == ["resume", "stopped"]

    kid.press(leave)

    assert kid.title.startswith("Merci")
    assert "Rien n’a été gardé" in kid.html
    assert kid.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert opened(made) == []


def test_stopping_keeps_what_was_typed_for_who_goes_on(kid):
    at_parts(kid).press("", part="rights").press("stop", q010="2").press("resume")

    assert kid.page.checked == {"q010": ["2"]}


def test_without_an_age_the_two_questions_come_again(kid):
    kid.come_in().press("language", lang="fr").press("about").press("parts", gender="boy")

    assert kid.title == "Toi, en deux questions"
    assert "Choisis ton âge" in kid.html


def test_young_children_are_not_put_what_is_for_older_ones(kid):
    at_parts(kid, band="6_8").press("", part="rights").press("next", q010="2")

    assert "Que changer" not in kid.html


def test_page_says_nothing_of_earlier_answers_to_who_reads_its_source(kid):
    at_parts(kid).press("", part="rights").press("next", q010="1")

    assert "q010" not in kid.html
    assert re.fullmatch(r"[\w-]+", kid.page.fields["state"])


@pytest.mark.parametrize("spoilt", ["", "x", "A" * 200])
def test_field_that_was_changed_starts_again_and_loses_nothing_sent(kid, spoilt):
    at_parts(kid)
    kid.page.fields["state"] = spoilt or kid.page.fields["state"][:-2]

    kid.press("", part="rights")

    assert (kid.status, kid.title) == (422, "Recommençons")


def test_back_leads_through_every_page_to_the_squares_and_nothing_is_lost_on_the_way(kid, made):
    at_parts(kid).press("", part="rights").press("next", q010="1").press("next", q011=["1"], q012="7")

    ended = kid.title
    second = kid.press("back").page.checked
    first = kid.press("back", q012="8").page.checked
    squares = kid.press("back").title
    kid.press("", part="rights").press("next")
    again = kid.page.checked
    kid.press("next").press("send")

    assert (ended, squares) == ("C’est la fin de cette partie", "Choisis une case")
    assert (second, first, again) == ({"q011": ["1"], "q012": ["7"]}, {"q010": ["1"]}, {"q011": ["1"], "q012": ["8"]})
    (sheet,) = opened(made)
    assert sheet.answers == {"q010": 1, "q011": [1], "q012": 8}


def test_who_waits_for_two_hours_goes_on_and_a_second_more_begins_again(kid, made):
    at_parts(kid).press("", part="school").press("next", q020="1").press("send").press("parts")
    kid.press("", part="rights").press("next", q010="1")
    shown, made.clock.now = kid.page, made.clock.now + passes.FIELD_LIVES - timedelta(seconds=1)
    in_time = kid.press("next", q012="7").status
    kid.page, made.clock.now = shown, made.clock.now + timedelta(seconds=1)

    late = kid.press("next", q012="7")

    said = " ".join(late.page.text)
    assert (in_time, late.status, late.title) == (200, 410, "Cette page a trop attendu")
    assert [word in said for word in ("sont bien arrivées", "Besoin d’aide")] == [True, True]
    assert (late.page.fields, 'href="/e/ABCDEFGH"' in late.html) == ({}, True)
    assert [sheet.part for sheet in opened(made)] == ["school"]
    assert kid.come_in().press("language", lang="fr").press("about").title == "Toi, en deux questions"


def test_page_that_waited_too_long_speaks_its_language_and_keeps_nothing_of_the_child(kid, made):
    kid.come_in().press("language", lang="ar").press("about").press("parts", band="12_14", gender="girl")
    made.clock.now += passes.FIELD_LIVES

    late = kid.press("", part="rights", js="1")

    assert (late.status, late.page.root["lang"], late.page.root["dir"]) == (410, "ar", "rtl")
    assert ("band-" in late.html, "12_14" in late.html) == (False, False)


def test_after_the_group_nothing_is_said_but_closed(kid, made):
    at_parts(kid)
    made.clock.now = given.CLOSES + timedelta(hours=3)

    assert (kid.press("", part="rights").status, kid.title) == (410, "C’est fermé")


@pytest.mark.parametrize("step", ["", "nowhere", "send", "next", "back", "review", "erase", "received"])
def test_step_that_makes_no_sense_leads_to_where_one_is(kid, made, step):
    kid.come_in().press(step)

    assert kid.status == 200
    assert opened(made) == []


def test_wrong_code_says_so_and_no_more(kid):
    found = {kid.ask("GET", path).html for path in ("/e/HHHHHHHH", "/e/zzz", "/e/ABCD-EFG1")}

    assert len(found) == 1
    assert "Ce code n’ouvre rien maintenant" in kid.html


def test_closed_group_is_told_to_ask_the_adult(kid, made):
    at_parts(kid).press("", part="school").press("next", q020="1")
    made.directory.change(takes_parts=False)

    kid.press("send")

    assert (kid.status, kid.title) == (410, "C’est fermé")


def test_full_group_keeps_the_answers_on_the_page(kid, made):
    at_parts(kid).press("", part="school").press("next", q020="1")
    made.directory.counts["sitting1", "school"] = 33

    kid.press("send")

    assert (kid.status, kid.title) == (409, "C’est la fin de cette partie")
    assert "L’adulte peut augmenter le nombre" in kid.html
    assert kid.press("review").page.checked == {"q020": ["1"]}


def test_arabic_page_is_read_from_right_to_left_and_french_in_it_says_so(kid):
    kid.come_in().press("language", lang="ar").press("about").press("parts", band="12_14", gender="girl").press(
        "", part="rights"
    )

    assert (kid.page.root["lang"], kid.page.root["dir"]) == ("ar", "rtl")
    assert '<span lang="fr" dir="ltr">Sais-tu ?</span>' in kid.html


def test_help_is_on_every_screen_and_the_way_out_too(kid):
    kid.intake.directory.change(help_numbers=({"number": "119", "fr": "enfant en danger"},))

    screens = [at_parts(kid).html, kid.press("", part="rights").html, kid.press("next").html, kid.press("next").html]

    assert all("119" in html and "Besoin d’aide" in html and 'value="stop"' in html for html in screens)


def test_no_cookie_no_script_of_elsewhere_and_nothing_kept(kid):
    at_parts(kid)

    assert "Set-Cookie" not in kid.headers
    assert kid.headers["Cache-Control"] == "no-store"
    assert set(re.findall(r'(?:src|href)="([^"]+)"', kid.html)) == {ASSETS.css, ASSETS.js, ASSETS.sprite}
    assert " style=" not in kid.html and "onclick" not in kid.html


def test_script_gets_the_whole_part_with_what_decides_each_question(kid):
    at_parts(kid).press("", ("js", "1"), part="rights")

    assert kid.html.count('data-question="') == 4
    assert "[&quot;=&quot;, &quot;q010&quot;, &quot;yes&quot;]" in kid.html
    assert "data-walk=" in kid.html and 'data-name="no_way"' in kid.html


def test_recording_is_offered_where_there_is_one_alone(kid, made):
    sound = b"OggS"
    digest = hashlib.sha256(sound).hexdigest()
    made.directory.media[digest] = Medium("audio/ogg", sound)

    at_parts(kid).press("", part="school")
    assert "<audio" not in kid.html
    assert kid.ask("GET", f"/e/media/{digest}").status == 200


def test_what_a_child_writes_in_arabic_fits_the_field_like_anything_else():
    said = {f"q0{n}": "ع" * 280 for n in range(4)} | {f"q1{n}": 1 for n in range(40)}
    state = State(code="ABCDEFGH", lang="ar", band="15_18", gender="girl", thread="0" * 32, part="rights", a=said)
    secret = passes.Secret(bytes(32))

    assert State.read(state.sealed(secret, "sitting", given.NOW), secret, "sitting", given.NOW) == state


def test_first_page_carries_its_sheet_by_name_and_says_where_letters_lie(kid, made):
    letters = (("400", "/static/a.woff2"), ("700", "/static/b.woff2"))
    made.pages = KidsPages(lambda: replace(ASSETS, sheet="p{margin:0}", fonts=letters))

    page = kid.come_in().html

    assert '<meta name="letters" content="400 /static/a.woff2 700 /static/b.woff2">' in page
    assert ("<style>p{margin:0}</style>" in page, 'rel="stylesheet"' in page) == (True, False)
    assert f"'{replace(ASSETS, sheet='p{margin:0}').sheet_hash}'" in kid.headers["Content-Security-Policy"]
    assert json.loads(asked(kid, "all")[1])["files"][-2:] == ["/static/a.woff2", "/static/b.woff2"]


# A tablet without a network ------------------------------------------------------------------------------------------
def heard(made, *sizes):
    """Recordings of the first question, of these sizes, in French; one in Arabic that this group does not use."""
    made.directory.change(languages=("fr",))
    names = {f"{n}.opus": bytes([n]) * size for n, size in enumerate((*sizes, 5_000_000))}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in names.items()}
    made.directory.media = {digests[name]: Medium("audio/ogg", content) for name, content in names.items()}
    first, *others = given.QUESTIONNAIRE.parts
    question, *more = first.questions
    spoken = {"6_8": {"fr": "0.opus"}, "": {"fr": f"{len(sizes) - 1}.opus", "ar": f"{len(sizes)}.opus"}}
    part = replace(first, questions=(replace(question, audio=spoken), *more))
    questionnaire = replace(given.QUESTIONNAIRE, parts=(part, *others), media=digests)
    made.directory.questionnaire = lambda short_hash: questionnaire
    return [digests[f"{n}.opus"] for n in range(len(sizes))]


def asked(kid, what):
    answer = given.ask(kid.intake, "GET", "/e/ABCDEFGH", QUERY_STRING=f"tablet={what}", HTTP_ACCEPT_LANGUAGE="fr")
    return answer.status, answer.content.decode()


@pytest.mark.parametrize(("last", "is_taken"), [(3_500_000, True), (4_500_000, False)])
def test_tablet_keeps_eight_megabytes_at_most(kid, made, last, is_taken):
    digests = heard(made, 4_000_000, last)

    status, page = asked(kid, 1)
    given_status, bundle = asked(kid, "all")

    kept = json.loads(bundle)
    files = [address for address in kept.get("files", []) if "media" in address]
    whole = len(bundle) + ASSETS.weight + 4_000_000 + last
    told = f"{whole / 1e6:.1f}".replace(".", ",") if is_taken else "8,6"
    assert (status, "data-enrol=" in page, f"{told}\u202fMo" in page or f"{told} Mo" in page) == (200, is_taken, True)
    assert ("8 au plus" in page, given_status) == (not is_taken, 200 if is_taken else 413)
    assert files == (sorted(f"/e/media/{digest}" for digest in digests) if is_taken else [])


def test_size_that_is_said_is_the_size_that_is_kept(kid, made):
    visit = made._visit(made.directory.by_reference(given.REFERENCE), "ABCDEFGH")
    kept = tablet.bundle(visit, ASSETS)

    assert tablet.weight(kept, visit, replace(ASSETS, weight=30_000)) == len(json.dumps(kept)) + 30_000
