"""One part of one child's answers: what may be kept of it."""

import pytest

from marelle.consultations.answering import Clean, Refused, asked, clean, from_form, statuses
from marelle.consultations.questionnaires import BANDS, Option, Part, Question, Questionnaire, read, recording, wording

pytestmark = pytest.mark.once
YES_NO = (Option("oui", {"fr": "Oui"}), Option("non", {"fr": "Non"}))
PLACES = (Option("ecole", {"fr": "École"}), Option("parc", {"fr": "Parc"}), Option("rue", {"fr": "Rue"}))
WAY = Part(
    "chemin",
    {"fr": "Sur le chemin"},
    (
        Question("hello", "note", {"fr": "Bonjour"}),
        Question("safe", "one", {"fr": "Te sens-tu en sécurité ?"}, options=YES_NO),
        Question("where", "many", {"fr": "Où ?"}, options=PLACES, relevance=["=", "safe", "non"]),
        Question("street", "one", {"fr": "Et dans la rue ?"}, options=YES_NO, relevance=["has", "where", "rue"]),
        Question("hours", "integer", {"fr": "Combien d’heures ?"}, start=0, end=10, has_dont_know=False),
        Question("teen", "one", {"fr": "Pour les grands"}, options=YES_NO, bands=("12_14", "15_18")),
        Question("child", "one", {"fr": "Pour les petits"}, options=YES_NO, fallback_for="teen"),
        Question("words", "text", {"fr": "Dis-le"}, bands=("12_14", "15_18"), free_text=True),
        Question("girls", "one", {"fr": "Filles"}, options=YES_NO, relevance=["!=", "gender", "boy"]),
    ),
)
ALL = Questionnaire({"fr": "Consultation"}, ("fr", "ar"), (WAY, Part("autre", {"fr": "Autre"})))
THREAD = "0123456789abcdef" * 2


def said(answers, **changes):
    whole = {"v": ALL.short_hash, "p": "chemin", "t": THREAD, "a": answers, "age_band": "9_11", "gender": "girl"}
    return whole | {"lang": "fr", "mode": "screen", "rendering": "text"} | changes


def test_part_is_kept_as_it_was_answered():
    kept = clean(ALL, said({"safe": 2, "where": [3, 1], "street": "dk", "hours": 0, "girls": "no"}))

    assert kept == Clean(
        part="chemin", thread=THREAD, age_band="9_11", gender="girl", language="fr", mode="screen", rendering="text",
        answers={"safe": 2, "where": [1, 3], "street": "dk", "hours": 0, "girls": "no"}, texts={},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "changes", "kept"),
    [
        ({"safe": 1, "where": [3], "street": 1}, {}, {"safe": 1}),
        ({"where": [3], "street": 1}, {}, {}),
        ({"safe": "dk", "where": [3]}, {}, {"safe": "dk"}),
        ({"safe": 2, "where": "no", "street": 1}, {}, {"safe": 2, "where": "no"}),
        ({"teen": 1, "child": 2}, {}, {"child": 2}),
        ({"teen": 1, "child": 2}, {"age_band": "12_14"}, {"teen": 1}),
        ({"girls": 1}, {"gender": "boy"}, {}),
        ({"girls": 1}, {"gender": "no"}, {}),
    ],
    ids=[
        "safe",
        "never said",
        "does not know",
        "would rather not",
        "a child",
        "a teenager",
        "a boy",
        "gender not said",
    ],
)
def test_answer_to_a_question_that_was_not_put_is_dropped(answers, changes, kept):
    assert clean(ALL, said(answers, **changes)).answers == kept


def test_free_text_is_split_off_and_its_refusal_is_an_answer():
    teenager = {"age_band": "15_18"}

    wrote, refused = (
        clean(ALL, said({"words": "La cantine."}, **teenager)),
        clean(ALL, said({"words": "no"}, **teenager)),
    )

    assert (wrote.answers, wrote.texts) == ({}, {"words": "La cantine."})
    assert (refused.answers, refused.texts) == ({"words": "no"}, {})
    assert clean(ALL, said({"words": "La cantine."})).texts == {}


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (said({}, v="0" * 16), "version"),
        (said({}, p="nowhere"), "part"),
        (said({}, p=None), "p"),
        (said({}, t="short"), "t"),
        (said({}, t="0123456789ABCDEF" * 2), "t"),
        (said({}, age_band="3_5"), "age_band"),
        (said({}, gender="x"), "gender"),
        (said({}, lang="de"), "lang"),
        (said({}, mode="phone"), "mode"),
        (said({}, rendering="smileys"), "rendering"),
        (said([]), "answers"),
        (said({"unknown": 1}), "question"),
        (said({"hello": 1}), "question"),
        (said({"safe": 3}), "answer"),
        (said({"safe": 0}), "answer"),
        (said({"safe": True}), "answer"),
        (said({"safe": "1"}), "answer"),
        (said({"safe": 1.0}), "answer"),
        (said({"safe": [1]}), "answer"),
        (said({"safe": None}), "answer"),
        (said({"where": []}), "answer"),
        (said({"where": [1, 1]}), "answer"),
        (said({"where": [4]}), "answer"),
        (said({"where": 1}), "answer"),
        (said({"hours": 11}), "answer"),
        (said({"hours": -1}), "answer"),
        (said({"hours": "dk"}), "answer"),
        (said({"words": "x" * 281}, age_band="12_14"), "answer"),
        (said({"words": "a\x00b"}, age_band="12_14"), "answer"),
        ({}, "version"),
    ],
)
def test_what_is_no_part_of_this_questionnaire_is_refused(sent, why):
    with pytest.raises(Refused) as refused:
        clean(ALL, sent)

    assert refused.value.why == why


def test_five_things_stay_distinct():
    answers = {"safe": 2, "where": "dk", "hours": "no"}

    assert statuses(WAY, "9_11", "girl", answers) == {
        "safe": 2, "where": "dk", "street": "not_asked", "hours": "no", "teen": "not_asked", "child": "skipped",
        "words": "not_asked", "girls": "skipped",
    }  # fmt: skip


def test_notes_are_shown_among_what_is_asked():
    assert [q.name for q in asked(WAY, "6_8", "boy", {})] == ["hello", "safe", "hours", "child"]
    seen = {band: "child" in [q.name for q in WAY.seen_by(band)] for band in BANDS}
    assert seen == {"6_8": True, "9_11": True, "12_14": False, "15_18": False}


def test_form_is_read_as_the_page_sends_it():
    fields = [
        ("safe", "2"),
        ("where", "3"),
        ("where", "1"),
        ("where", "dk"),
        ("street", ""),
        ("hours", "4"),
        ("pass", "x"),
    ]

    assert from_form(WAY, [*fields, ("words", " La cantine. ")]) == {
        "safe": 2, "where": [1, 3], "hours": 4, "words": "La cantine.",
    }  # fmt: skip
    assert from_form(WAY, [("where", "no")]) == {"where": "no"}


@pytest.mark.parametrize("value", ["x", "1e3", "٣", "1.0", "9999999"])
def test_form_with_a_code_that_is_no_number_is_refused(value):
    with pytest.raises(Refused):
        from_form(WAY, [("safe", value)])


def test_canonical_form_is_read_back_and_says_the_same():
    assert read(ALL.canonical).canonical == ALL.canonical
    assert read(ALL.canonical).content_hash == ALL.content_hash


def test_hash_does_not_move_with_what_is_only_looks():
    bare = Questionnaire({"fr": "Consultation"}, ("fr", "ar"), (WAY, Part("autre", {"fr": "Autre"}, icon="")))
    decomposed = Questionnaire({"fr": "E\u0301cole"}, ("fr",), ())

    assert bare.content_hash == ALL.content_hash
    assert decomposed.content_hash == Questionnaire({"fr": "École"}, ("fr",), ()).content_hash


@pytest.mark.parametrize(
    ("band", "language", "found"),
    [
        ("6_8", "fr", ("Tu as peur ?", "fr")),
        ("9_11", "fr", ("As-tu peur ?", "fr")),
        ("15_18", "fr", ("Avez-vous peur ?", "fr")),
        ("6_8", "ar", ("هل تخاف؟", "ar")),
        ("6_8", "uk", ("Tu as peur ?", "fr")),
    ],
)
def test_wording_is_the_band_s_else_the_next_older_s_else_french(band, language, found):
    wordings = {"6_8": {"fr": "Tu as peur ?"}, "12_14": {"fr": "As-tu peur ?"}}
    question = Question("q", "one", {"fr": "Avez-vous peur ?", "ar": "هل تخاف؟"}, wordings=wordings)

    assert wording(question, band, language) == found


def test_recording_is_never_another_language_s():
    question = Question("q", "one", {"fr": "?"}, audio={"": {"fr": "q.opus"}, "9_11": {"fr": "q9.opus"}})

    found = [recording(question, band, language) for band, language in (("6_8", "fr"), ("15_18", "fr"), ("6_8", "ar"))]
    assert found == ["q9.opus", "q.opus", ""]
