"""Two versions side by side."""

from dataclasses import replace

from marelle.consultations import versions
from marelle.consultations.questionnaires import Band, Option, Part, Question, Questionnaire, Score
from marelle.consultations.versions import Difference, differences, files_named, is_compatible

Q1 = Question("q1", "one", {"fr": "Lis-tu ?"}, options=(Option("yes", {"fr": "Oui"}), Option("no", {"fr": "Non"})))
Q2 = Question("q2", "integer", {"fr": "Combien ?"}, start=0, end=10)
BOTH = Questionnaire({"fr": "Une"}, ("fr",), (Part("rights", {"fr": "Droits"}, (Q1, Q2)),))


def of(*questions, **more):
    return replace(BOTH, parts=(Part("rights", {"fr": "Droits"}, questions),), **more)


def test_a_version_is_compatible_when_only_words_voices_and_pictures_change():
    said = replace(Q1, label={"fr": "Aimes-tu lire ?", "ar": "هل"}, audio={"6_8": {"fr": "q1.opus"}}, pictogram="book")

    assert is_compatible(BOTH, of(said, Q2, title={"fr": "Deux"})) is True
    assert differences(BOTH, of(said, Q2)) == [
        Difference("wording", "q1", "wording", "", "", "fr", "Lis-tu ?", "Aimes-tu lire ?"),
        Difference("media", "q1", "pictogram", "", "", "", "", "book"),
        Difference("wording", "q1", "wording", "", "", "ar", "", "هل"),
        Difference("media", "q1", "audio", "", "6_8", "fr", "", "q1.opus"),
    ]


def test_names_options_ages_conditions_and_order_change_what_answers_mean():
    other = {
        "a question less": of(Q1),
        "a question more": of(Q1, Q2, replace(Q2, name="q3")),
        "another order": of(Q2, Q1),
        "an option more": of(replace(Q1, options=(*Q1.options, Option("so", {"fr": "Bof"}))), Q2),
        "another range": of(Q1, replace(Q2, end=5)),
        "fewer ages": of(replace(Q1, bands=("6_8",)), Q2),
        "a condition": of(Q1, replace(Q2, relevance=["=", "q1", "yes"])),
        "another part": replace(BOTH, parts=(Part("home", {}, (Q1, Q2)),)),
    }

    assert {name: is_compatible(BOTH, each) for name, each in other.items()} == dict.fromkeys(other, False)
    assert differences(BOTH, of(Q1)) == [Difference("removed", "q2")]
    assert differences(BOTH, of(Q1, replace(Q2, end=5))) == [Difference("changed", "q2", "end", was="10", becomes="5")]


def test_files_named_are_recordings_and_pictures_not_pictograms_of_the_house():
    said = replace(
        Q1,
        audio={"": {"fr": "q1.opus"}},
        pictogram="book",
        image="livre.png",
        options=(Option("yes", {}, pictogram="oui.webp"),),
    )

    assert files_named(of(said, Q2)) == {"q1.opus", "livre.png", "oui.webp"}


def scored(**changed):
    known = {"points": {"q": {"o1": 1, "o2": 0}}, "min_answered": "1", "prorate": False, "cutoff": 1}
    bands = (Band("none", 0, 0, {"fr": "Aucun"}), Band("some", 1, 1, {"fr": "Un"}))
    score = Score("lack", {"fr": "Manques"}, **(known | {"bands": bands} | changed))
    return replace(
        of(Question("q", "one", {"fr": "A ?"}, options=(Option("o1", {}), Option("o2", {})))), scores=(score,)
    )


def test_how_a_score_is_worked_out_changes_what_it_means_and_its_words_do_not():
    bands = (Band("none", 0, 0, {"fr": "Rien"}), Band("some", 1, 1, {"fr": "Un"}))

    assert versions.is_compatible(scored(), scored(bands=bands))
    assert [d.kind for d in versions.differences(scored(), scored(bands=bands))] == ["wording"]
    assert not versions.is_compatible(scored(), scored(prorate=True))
    (found,) = versions.differences(scored(), replace(scored(), scores=()))[:1]
    assert (found.kind, found.question, found.what) == ("removed", "lack", "score")
    assert versions.unlikeness(scored(), scored(bands=bands), "lack") == versions.ALIKE
    assert versions.unlikeness(scored(), scored(min_answered="0.5"), "lack") == versions.ASKED_OTHERWISE
    assert versions.unlikeness(replace(scored(), scores=()), scored(), "lack") == versions.ABSENT
