"""What tables are made of is said before the freeze: the questions others are crossed with, and what then comes out."""

from dataclasses import replace

import pytest
from django.utils import translation

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.consultations.models import Consultation
from marelle.consultations.operations import freezing, tabulation
from marelle.consultations.queries.results import zone_tables
from marelle.consultations.questionnaires import Band, Score
from tests.consultations import frozen as fixtures
from tests.consultations.frozen import AT, Edition
from tests.factories.accounts import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(answers):
    return Edition(answers)


def choose(edition, *names, by=None):
    return tabulation.choose_profiles(edition.consultation.pk, names, by=by or edition.one)


def test_questions_of_one_answer_that_hurt_nobody_may_be_crossed(edition):
    assert [question.name for question in tabulation.crossable(edition.consultation)] == ["safe", "sport"]


def test_a_score_that_hurts_nobody_may_be_crossed_and_what_makes_it_stays_told(answers, monkeypatch):
    lack = Score(
        "lack", {"fr": "Manques"}, {"safe": {"oui": 0, "non": 1, "parfois": 1}}, "1", False, 1,
        (Band("none", 0, 0, {"fr": "Aucun"}), Band("some", 1, 1, {"fr": "Un"})),
    )  # fmt: skip
    gloomy = replace(lack, name="gloomy", points={"sad": {"oui": 1, "non": 0, "parfois": 0}}, sensitive=True)
    monkeypatch.setattr(fixtures, "ASKED", replace(fixtures.ASKED, scores=(lack, gloomy)))
    edition = Edition(answers)
    edition.receives(180)

    assert [question.name for question in tabulation.crossable(edition.consultation)] == ["safe", "sport", "lack"]
    choose(edition, "lack")
    freezing.propose(edition.consultation.pk, by=edition.one)
    made = freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)

    crossed = [c for c in zone_tables(made, profile="lack").columns if c.group == ("all", "all")]
    assert {column.profile for column in crossed} == {"none", "some"}
    sport = {column.profile: column for column in crossed if column.question == "sport"}
    assert (sport["none"].base in (50, 60, 70), sport["some"].base in (110, 120, 130)) == (True, True)
    safe = next(column for column in crossed if (column.question, column.profile) == ("safe", "none"))
    assert (safe.shares[0].share, safe.shares[0].edge) == (None, 5)  # all of them: never told as all


def test_questions_are_chosen_in_the_order_they_were_asked(edition):
    officer = edition.administrator(Role.PROGRAMME_OFFICER)

    found = choose(edition, "sport", "safe", by=officer)

    assert (found.profiles, found.version) == (["safe", "sport"], edition.consultation.version + 1)
    assert JournalContent.objects.order_by("pk").last().verb == "profiles_chosen"


@pytest.mark.parametrize("name", ["sad", "where", "hours", "nothing"])
def test_others_are_refused(edition, name):
    with pytest.raises(BadData):
        choose(edition, "safe", name)

    assert Consultation.rows.get().profiles == []


def test_nobody_else_chooses(edition):
    with pytest.raises(NotAllowed):
        choose(edition, "safe", by=PersonFactory())


@pytest.mark.parametrize("state", ["frozen", "published", "purged"])
def test_after_the_freeze_nothing_is_chosen_for_what_it_shows(edition, state):
    Consultation.rows.update(state=state)

    with pytest.raises(WrongState):
        choose(edition, "safe")


def test_france_is_told_by_what_children_answered(edition):
    edition.receives(180)
    choose(edition, "sport")
    freezing.propose(edition.consultation.pk, by=edition.one)

    made = freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)

    crossed = zone_tables(made, "FR", "sport").columns
    assert {column.question for column in crossed} == {"safe", "where", "hours", "sad"}
    safe = [column for column in crossed if column.question == "safe"]
    assert {column.profile for column in safe} == {"oui", "non", "parfois"}
    assert all(column.status == "" and column.base in (50, 60, 70) for column in safe)  # 60 each
    assert all(column.status == "below_floor" for column in crossed if column.question == "sad")  # sensitive: 100 each
    assert {tables.level for tables in made.zones.filter(profile="sport")} <= {"region", "country"}
    assert list(freezing.altered_tables()) == []


def test_answer_few_gave_is_told_of_nobody_and_takes_the_next_with_it(edition):
    few = [edition.sealed({"sport": 3, "safe": 1}) for _each in range(20)]
    edition.keep([*few, *(edition.sealed({"sport": 1 + n % 2, "safe": 1 + n % 3}) for n in range(160))])
    choose(edition, "sport")
    freezing.propose(edition.consultation.pk, by=edition.one)

    made = freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)

    safe = {c.profile: c.status for c in zone_tables(made, "FR", "sport").columns if c.question == "safe"}
    assert safe["parfois"] == "below_floor"
    assert sorted(safe.values()) == ["", "below_floor", "sibling"]


MARGINS = b"variable,category,total\nage,9_11,1000\nage,12_14,1000\n"


def load(edition, data=MARGINS, source="Insee, 2021", by=None):
    return tabulation.load_margins(edition.consultation.pk, data, source, by=by or edition.one)


def test_france_is_weighted_to_what_is_known_of_all_children(edition):
    edition.keep([edition.sealed({"safe": 1}) for _n in range(150)])
    edition.keep([edition.sealed({"safe": 2}, age_band="12_14") for _n in range(50)])
    load(edition)
    freezing.propose(edition.consultation.pk, by=edition.one)

    made = freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)

    safe = next(column for column in zone_tables(made, "FR").columns if column.question == "safe")
    yes, no = safe.shares[:2]
    assert abs(yes.share - 50) <= 6 and abs(no.share - 50) <= 6  # 75 and 25 unweighted; each count moved by 8 at most
    assert safe.design == pytest.approx(1.33, abs=0.02)  # 200 × Σw² / (Σw)², by hand: 4/3
    assert safe.base in (190, 200, 210)
    assert made.manifest["margins"] == "Insee, 2021"


def test_margins_are_taken_away_again(edition):
    load(edition)

    assert tabulation.forget_margins(edition.consultation.pk, by=edition.one).margins == {}
    assert list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))[-2:] == [
        "margins_loaded",
        "margins_forgotten",
    ]


@pytest.mark.parametrize(
    ("data", "source", "told"),
    [
        (MARGINS, " ", "from, and their year"),
        (b"variable,category,total\nage,6_8,x\n", "Insee", "Line 2"),
        (b"\xff", "Insee", "UTF-8"),
    ],
)
def test_margins_nobody_can_use_are_refused_with_a_sentence(edition, data, source, told):
    with translation.override("en"), pytest.raises(BadData, match=told):
        load(edition, data, source)

    assert Consultation.rows.get().margins == {}


def test_after_the_freeze_no_margin_is_chosen_for_what_it_shows(edition):
    Consultation.rows.update(state="frozen")

    with pytest.raises(WrongState):
        load(edition)
    with pytest.raises(WrongState):
        tabulation.forget_margins(edition.consultation.pk, by=edition.one)
