"""A table of the whole country over two or three axes: asked for once results are public, counted, told or refused."""

import json
import shutil
import zlib

import pytest

from marelle.accounts.models import JournalContent
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Job
from marelle.consultations.boxes import Place
from marelle.consultations.models import Consultation, NationalTable
from marelle.consultations.operations import freezing, national_tables
from marelle.consultations.queries import national, published
from marelle.consultations.queries.results import zone_tables
from tests.consultations.frozen import AT, REZE, Edition
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import NationalTableFactory
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db
RENNES = Place("35238", "35", "school", "site2", "2026-W45")
EACH = 25  # sheets of each age, gender, sport and answer


@pytest.fixture
def edition(answers):
    return Edition(answers)


def answered(edition, each=EACH, *extra):
    """So many sheets of each of two ages, two genders, three sports and three answers; then others."""
    known = [(a, g, s, y) for a in ("9_11", "12_14") for g in ("girl", "boy") for s in (1, 2, 3) for y in (1, 2, 3)]
    rows = [
        edition.sealed({"sport": sport, "safe": safe, "where": [1]}, age_band=age, gender=gender)
        for age, gender, sport, safe in known
        for _each in range(each)
    ]
    edition.keep([*rows, *(edition.sealed(said, **known) for said, known, n in extra for _each in range(n))])


def public(edition):
    """Frozen, then public."""
    freezing.propose(edition.consultation.pk, by=edition.one)
    made = freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)
    Consultation.rows.update(state="published", published_at=AT)
    return made


def ask(edition, question="safe", names=("age", "sport"), by=None):
    return national_tables.ask(edition.consultation.pk, question, names, by=by or edition.one)


def drawn(edition, **known):
    return national_tables.draw(ask(edition, **known).pk)


def test_a_question_is_told_by_two_axes(edition):
    answered(edition)
    freeze = public(edition)

    table = drawn(edition, names=["sport", "age"])

    assert (table.state, table.why, table.axes) == ("drawn", "", "age.sport")
    told = {column.profile: column for column in table.columns}
    assert list(told) == [f"{age}.{sport}" for age in ("9_11", "12_14") for sport in ("oui", "non", "parfois")]
    assert {column.base for column in told.values()} <= {140, 150, 160}  # 150 each
    assert all(row.count is None or row.count % 5 == 0 for column in told.values() for row in column.shares)
    assert list(national_tables.altered()) == list(freezing.altered_tables()) == []
    assert (
        freeze.manifest["digest"] == published.edition(edition.consultation.code).freeze.manifest["digest"]
    )  # what is cited stays
    verbs = list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["national_table_asked", "national_table_drawn"]


def test_same_children_have_the_same_numbers_as_in_the_other_tables(edition):
    """One key a cell: those who do sport, by gender, are told alike by a table by age and by axes of this one."""
    Consultation.rows.filter(pk=edition.consultation.pk).update(profiles=["sport"])
    edition.consultation.refresh_from_db()
    answered(edition, 40)
    freeze = public(edition)

    table = drawn(edition, names=["age", "sport"])

    crossed = {(c.age, c.profile): c.shares for c in zone_tables(freeze, "FR", "sport").columns if c.question == "safe"}
    assert {column.profile: column.shares for column in table.columns} == {
        f"{age}.{sport}": crossed[age, sport] for age in ("9_11", "12_14") for sport in ("oui", "non", "parfois")
    }


def test_three_axes_and_several_answers(edition):
    answered(edition, 40)
    public(edition)

    table = drawn(edition, question="where", names=["gender", "sport", "age"])

    assert (table.state, len(table.columns)) == ("drawn", 12)
    assert [row.option for row in table.columns[0].shares] == ["oui", "non", "parfois", "dk"]


def test_age_that_was_not_asked_is_no_column(edition):
    answered(edition)
    read = published.edition(public(edition).consultation.code)
    told = national.country(read)

    assert national.offered(read, told) == ["age", "gender", "safe", "sport"]
    assert national.ages("age4", {"12_14", "15_18"}).names == ("12_14", "15_18")
    assert national.ages("age2", {"9_11", "12_14"}).names == ("6_11", "12_18")
    assert national.axes(read, told, read.questions["safe"][1], ["safe", "age"]) is None  # by itself
    assert national.axes(read, told, read.questions["safe"][1], ["sad", "age"]) is None  # sensitive


def test_whatever_the_reason_a_refusal_is_one_and_the_same(edition):
    """One is refused for a column of 96, the other for twelve who skipped it: nothing kept tells them apart."""
    twelve = ({"sport": 251, "where": [1]}, {"age_band": "9_11"}, 12)
    answered(edition, 16, *(({"where": [1], "sport": sport}, {"age_band": "9_11"}, 120) for sport in (1, 2, 3)), twelve)
    public(edition)

    small, few = drawn(edition), drawn(edition, question="where", names=["age", "sport"])

    assert small.why == few.why == national_tables.UNSAFE
    assert national_tables.sentence(few.why) == "Il pourrait trahir des enfants."
    said = JournalContent.objects.filter(verb="national_table_refused").order_by("pk")
    assert [entry.facts for entry in said] == [{"table": "safe × age.sport"}, {"table": "where × age.sport"}]


@pytest.mark.parametrize(
    ("before", "why"), [(["age", "sport"], national_tables.UNSAFE), (None, "")], ids=["by age before", "alone"]
)
def test_the_third_side_of_a_triangle_is_refused(edition, before, why):
    """Every child answers everything and every crossing is large: age × gender and age × sport are told, and gender × sport closes."""
    answered(edition, 40)
    public(edition)
    if before:
        assert drawn(edition, names=before).state == "drawn"

    assert drawn(edition, names=["gender", "sport"]).why == why


def test_a_question_crossed_by_age_is_no_longer_told_by_gender(edition):
    Consultation.rows.filter(pk=edition.consultation.pk).update(profiles=["sport"])
    edition.consultation.refresh_from_db()
    answered(edition, 40)
    freeze = public(edition)

    crossed = zone_tables(freeze, "FR", "sport").columns
    assert {(column.age, column.gender) for column in crossed} == {("all", "all"), ("9_11", "all"), ("12_14", "all")}
    assert drawn(edition, names=["gender", "sport"]).why == national_tables.UNSAFE


@pytest.mark.parametrize(("few", "why"), [(3, national_tables.UNSAFE), (30, "")])
def test_a_table_is_weighed_against_those_of_places(edition, few, why):
    """In Rezé all do sport sometimes; elsewhere so few do: who does, less Rezé's own table, is these."""
    for code, department in (("44143", "44"), ("35238", "35")):
        TerritoryFactory(code=code, kind="commune", departement=TerritoryFactory(code=department, kind="departement"))
    known = [{"age_band": age, "gender": gender} for age in ("9_11", "12_14") for gender in ("girl", "boy")]
    of_sport = [(REZE, 3, 80), (RENNES, 1, 80), (RENNES, 2, 80), (RENNES, 3, few)]
    edition.keep(
        [
            edition.sealed({"sport": sport, "safe": n % 3 + 1}, place=place, **who)
            for who in known
            for place, sport, count in of_sport
            for n in range(count)
        ]
    )
    freeze = public(edition)

    assert freeze.zones.filter(zone="commune:44143", status="").exists()
    assert drawn(edition, names=["age", "sport"]).why == why


@pytest.mark.parametrize(
    ("each", "extra", "why"),
    [
        (16, (), national_tables.UNSAFE),  # 96 children a column
        (EACH, [({"sport": 251, "safe": 1}, {"age_band": "9_11"}, 12)], national_tables.UNSAFE),
        (EACH, [({"safe": 1}, {"age_band": "9_11"}, 12)], national_tables.UNSAFE),  # it was not put to them
        (EACH, [({"sport": None, "safe": 1}, {"age_band": "9_11"}, 40)], ""),
    ],
    ids=["a column of 96", "twelve skipped it", "twelve were not asked", "forty said nothing"],
)
def test_the_true_counts_are_asked_before_anything_is_drawn(edition, each, extra, why):
    answered(edition, each, *extra)
    public(edition)

    table = drawn(edition)

    assert (table.why, table.state, len(table.columns)) == (why, "refused" if why else "drawn", 0 if why else 6)
    assert bool(bytes(table.body)) is not bool(why)


@pytest.mark.parametrize(
    ("before", "why"), [(True, national_tables.UNSAFE), (False, "")], ids=["drawn before", "alone"]
)
def test_a_table_is_weighed_against_those_drawn_before(edition, before, why):
    """Twelve do sport and do not say whether they feel safe: those who do sport, less the same by how safe, are these."""
    twelve = ({"sport": 1, "where": [1]}, {}, 12)
    answered(edition, EACH, twelve, ({"where": [1]}, {}, 40))
    public(edition)
    if before:
        assert drawn(edition, question="where", names=["sport", "safe"]).state == "drawn"

    assert drawn(edition, question="where", names=["sport", "gender"]).why == why


@pytest.mark.parametrize("state", ["frozen", "embargoed", "purged"])
def test_nothing_is_asked_before_results_are_public_nor_once_answers_are_destroyed(edition, state):
    answered(edition)
    public(edition)
    Consultation.rows.update(state=state)

    with pytest.raises(WrongState):
        ask(edition)

    assert not NationalTable.objects.exists()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        *(("safe", names) for names in (["age"], ["age", "age"], ["age", "sad"], ["age", "safe"], ["age", "zone"])),
        ("safe", ["age", "gender", "sport", "where"]),
        ("hours", ["age", "gender", "sport"]),  # 21 answers × 12 columns: fewer than ten children a cell
        ("nothing", ["age", "sport"]),
    ],
)
def test_what_the_catalogue_does_not_hold_is_refused_before_anything_is_counted(edition, question, names):
    answered(edition, 2 if question == "hours" else EACH)
    public(edition)
    shutil.rmtree(freezing.private_files(edition.consultation, freezing.latest(edition.consultation).code))

    with pytest.raises(BadData):
        ask(edition, question, names)

    assert not NationalTable.objects.exists() and not Job.objects.filter(task=national_tables.TASK).exists()


def test_nobody_else_asks(edition):
    answered(edition)
    public(edition)

    with pytest.raises(NotAllowed):
        ask(edition, by=PersonFactory())


def test_asked_twice_it_is_drawn_once(edition):
    answered(edition)
    public(edition)

    first, again = ask(edition), ask(edition, names=["sport", "age"])
    told = national_tables.draw(first.pk).body

    assert (again.pk, Job.objects.filter(task=national_tables.TASK).count()) == (first.pk, 1)
    assert bytes(national_tables.draw(first.pk).body) == bytes(told)


def test_ten_tables_of_an_edition_and_no_more(edition):
    answered(edition)
    freeze = public(edition)
    for number in range(10):
        NationalTableFactory(freeze=freeze, question="where", axes=f"age.q{number}")

    with pytest.raises(BadData):
        ask(edition)


def test_thirty_requests_of_an_edition_refused_ones_too(edition):
    """That a table is refused says something of true counts."""
    answered(edition)
    freeze = public(edition)
    for number in range(30):
        NationalTableFactory(freeze=freeze, question="where", axes=f"age.q{number}", state="refused", why="unsafe")

    with pytest.raises(BadData, match="Thirty|Trente"):
        ask(edition)


def test_once_the_private_files_are_gone_nothing_is_drawn(edition):
    answered(edition)
    freeze = public(edition)
    table = ask(edition)
    shutil.rmtree(freezing.private_files(edition.consultation, freeze.code))

    assert national_tables.draw(table.pk).why == national_tables.GONE


def test_a_table_that_was_changed_is_found(edition):
    answered(edition)
    public(edition)
    table = drawn(edition)
    said = json.loads(zlib.decompress(bytes(table.body)))
    said[0]["shares"][0]["share"] = 99

    NationalTable.objects.filter(pk=table.pk).update(body=zlib.compress(json.dumps(said).encode()))

    assert national_tables.altered() == [f"{table.freeze.code}: safe age.sport is not the table that was drawn"]
