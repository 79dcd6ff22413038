"""Two persons and both shares open the boxes; protected tables come out, whatever is killed on the way."""

import io
import json
import secrets
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from marelle.accounts.models import JournalContent, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.consultations import freezing as drawing
from marelle.consultations import sealing, sheets
from marelle.consultations.models import Consultation, Freeze, ZoneTables
from marelle.consultations.operations import freezing, keys
from marelle.consultations.queries.geography import Geography
from marelle.consultations.spool import Row
from marelle.territories.models import Territory
from tests.consultations.frozen import AT, Edition
from tests.factories.consultations import ConsultationFactory
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(answers):
    return Edition(answers)


def frozen(edition):
    freezing.propose(edition.consultation.pk, by=edition.one)
    return freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)


def france(made):
    """What the whole country tells of everyone."""
    return tuple(c for c in made.zones.get(zone="FR", profile="").columns if c.group == ("all", "all"))


def told(made, question):
    (column,) = (column for column in france(made) if column.question == question)
    return column


def test_freeze_opens_boxes_and_draws_one_table_a_question(edition, answers):
    edition.receives(120)

    made = frozen(edition)

    assert answers.counts() == {"spool": 0, "spool_refused": 0, "sheet": 120, "free_text": 0}
    edition.consultation.refresh_from_db()
    assert (edition.consultation.state, edition.consultation.opening_began_at) == ("frozen", AT)
    assert (made.code, made.proposed_by, made.confirmed_by) == ("2027-01", edition.one, edition.other)
    assert made.manifest["refused"] == 0 and made.manifest["set_aside"] == {}
    assert {c.question for c in france(made)} == {"safe", "where", "sport", "hours", "sad"}
    safe = told(made, "safe")
    assert (safe.status, safe.base in (110, 120, 130), safe.refused) == ("", True, 0)
    assert [row.option for row in safe.shares] == ["oui", "non", "parfois", "dk"]
    assert freezing.private_files(edition.consultation, made.code).is_dir()
    verbs = list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-4:] == ["act_proposed", "key_brought_back", "act_confirmed", "consultation_frozen"]
    assert (list(freezing.faults()), list(freezing.altered_tables())) == ([], [])


def test_key_is_in_memory_alone(edition, settings):
    edition.receives(3)
    private = keys.joined(edition.consultation, edition.shares)

    begun = (
        freezing.begin(edition.consultation.pk, edition.shares, by=edition.other, at=AT) if proposed(edition) else None
    )
    freezing.finish(begun, at=AT)

    assert private.hex() not in repr(begun) and str(private) not in repr(begun)
    files = [path for path in settings.DATA.rglob("*") if path.is_file()]
    assert not [path for path in files if private in path.read_bytes() or private.hex().encode() in path.read_bytes()]


def proposed(edition):
    return freezing.propose(edition.consultation.pk, by=edition.one)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda e: freezing.confirm(e.consultation.pk, e.shares, by=e.one), NotAllowed),
        (
            lambda e: freezing.confirm(e.consultation.pk, e.shares, by=e.administrator(Role.PROGRAMME_OFFICER)),
            NotAllowed,
        ),
        (lambda e: freezing.confirm(e.consultation.pk, e.shares[:1] * 2, by=e.other), BadData),
        (lambda e: freezing.confirm(e.consultation.pk, None, by=e.other), BadData),
        (lambda e: freezing.propose(e.consultation.pk, by=e.other), WrongState),
        (lambda e: freezing.propose_restoring(e.consultation.pk, "ages", by=e.one), WrongState),
        (lambda e: freezing.propose(e.consultation.pk, by=e.administrator(Role.PROGRAMME_OFFICER)), NotAllowed),
        (
            lambda e: freezing.propose_restoring(e.consultation.pk, "ages", by=e.administrator(Role.PROGRAMME_OFFICER)),
            NotAllowed,
        ),
    ],
    ids=["alone", "officer", "one share", "no share", "twice", "nothing frozen", "officer asks", "officer takes back"],
)
def test_freeze_refuses(edition, answers, act, error):
    edition.receives(2)
    proposed(edition)

    with pytest.raises(error):
        act(edition)

    found = Consultation.rows.get(pk=edition.consultation.pk)
    assert (found.state, found.opening_began_at, answers.counts()["spool"]) == ("closed", None, 2)
    assert not Freeze.rows.exists()


@pytest.mark.parametrize("state", ["design", "open", "frozen"])
def test_freeze_is_of_what_has_closed(answers, state):
    edition = Edition(answers, state)

    with pytest.raises(WrongState):
        freezing.propose(edition.consultation.pk, by=edition.one)

    assert not PendingAct.rows.exists()


def test_freeze_that_is_declined_leaves_everything_sealed(edition, answers):
    edition.receives(2)
    proposed(edition)

    with pytest.raises(NotAllowed):
        freezing.decline(edition.consultation.pk, by=edition.administrator(Role.PROGRAMME_OFFICER))
    assert PendingAct.rows.get().state == "asked"
    freezing.decline(edition.consultation.pk, by=edition.other)

    with pytest.raises(WrongState):
        freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other)
    assert answers.counts()["spool"] == 2


def test_freeze_cut_after_the_sheets_are_written_ends_the_second_time(edition, answers, monkeypatch):
    edition.receives(60)
    proposed(edition)
    with monkeypatch.context() as cut:
        cut.setattr(drawing, "make_secret", lambda place: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)
    written = [sheet.key for sheet in sheets.frozen(answers, edition.consultation.code)]

    made = freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)

    assert [sheet.key for sheet in sheets.frozen(answers, edition.consultation.code)] == written
    assert (len(written), len(france(made))) == (60, 5)


def test_box_that_comes_while_boxes_are_opened_is_opened_too(edition, answers):
    edition.receives(10)
    proposed(edition)
    begun = freezing.begin(edition.consultation.pk, edition.shares, by=edition.other, at=AT)
    late = [edition.sealed({"safe": 1})]

    def meanwhile(rows):
        yield from rows
        edition.keep([late.pop()] if late else [])

    freezing.finish(begun, at=AT, progress=meanwhile)

    assert (answers.counts()["sheet"], answers.counts()["spool"]) == (11, 0)


def test_box_that_does_not_open_is_counted(edition, answers):
    edition.receives(60)
    whole = edition.sealed({"safe": 1})
    edition.keep([Row(secrets.token_bytes(16), whole.box[:-1] + bytes([whole.box[-1] ^ 1])) for _n in range(5)])
    edition.keep([edition.sealed({"never_asked": 1})])

    made = frozen(edition)

    assert (made.manifest["refused"], answers.counts()["spool_refused"]) == (6, 6)


@pytest.mark.parametrize(("broken", "told"), [(0, 0), (4, None), (5, 5)])
def test_few_boxes_that_do_not_open_are_not_counted_out(edition, broken, told):
    edition.receives(10)
    edition.keep([edition.sealed({"never_asked": 1}) for _n in range(broken)])

    assert frozen(edition).manifest["refused"] == told


def test_sheets_set_aside_are_left_out_and_taken_back_by_two_persons(edition, answers):
    edition.receives(100)
    same = {"safe": 1, "where": [1], "sport": 2, "hours": 3, "sad": 3}
    edition.keep([edition.sealed(same) for _n in range(30)])
    first = frozen(edition)
    secret = freezing.secret_place(edition.consultation, first.code)
    assert (first.manifest["set_aside"], secret.exists()) == ({"identical": 30}, True)
    before = told(first, "safe").base

    freezing.propose_restoring(edition.consultation.pk, "identical", by=edition.one)
    with pytest.raises(NotAllowed):
        freezing.confirm_restoring(edition.consultation.pk, by=edition.one)
    assert sheets.set_aside(answers, edition.consultation.code) == {"identical": 30}
    second = freezing.confirm_restoring(edition.consultation.pk, by=edition.other, at=AT)

    assert (second.code, second.manifest["set_aside"], secret.exists()) == ("2027-02", {}, False)
    assert told(second, "safe").base > before
    assert list(ZoneTables.objects.values_list("freeze__code", flat=True).distinct()) == ["2027-02"]
    assert freezing.latest(edition.consultation) == second


@pytest.mark.parametrize(
    ("state", "later", "sentence"),
    [
        ("embargoed", timedelta(0), "retrouvés en comparant les deux"),
        ("published", timedelta(days=364), "retrouvés en comparant les deux"),
        ("published", timedelta(days=365), "détruites un an après"),
        ("purged", timedelta(days=400), "détruites un an après"),
    ],
    ids=["agreed on", "public for less than a year", "public for a year", "destroyed"],
)
@pytest.mark.parametrize("act", ["propose", "propose_restoring", "confirm_restoring"])
def test_answers_that_are_published_are_never_frozen_a_second_time(edition, answers, act, state, later, sentence):
    same = {"safe": 1, "where": [1], "sport": 2, "hours": 3, "sad": 3}
    edition.keep([edition.sealed(same) for _n in range(30)])
    frozen(edition)
    pk = edition.consultation.pk
    if act == "confirm_restoring":
        freezing.propose_restoring(pk, "identical", by=edition.one)
    Consultation.rows.update(state=state, published_at=None if state == "embargoed" else AT)
    before = dict(ZoneTables.objects.values_list("pk", "body"))
    acts = {
        "propose": lambda: freezing.propose(pk, by=edition.one),
        "propose_restoring": lambda: freezing.propose_restoring(pk, "identical", by=edition.one),
        "confirm_restoring": lambda: freezing.confirm_restoring(pk, by=edition.other),
    }

    with clock.at(AT + later), pytest.raises(WrongState, match=sentence):
        acts[act]()

    assert Freeze.rows.count() == 1
    assert dict(ZoneTables.objects.values_list("pk", "body")) == before


def test_nothing_true_is_kept_beside_the_sheets(edition):
    edition.receives(113)

    made = frozen(edition)

    digests = {"thresholds", "questionnaire", "digest"}  # one in seventy holds any three figures
    kept = {name: said for name, said in made.manifest.items() if name not in digests}
    said = json.dumps(kept) + json.dumps([column.as_said() for column in france(made)])
    assert "113" not in said
    assert all(column.base % 10 == 0 for column in france(made))


def test_small_edition_shows_nothing(edition):
    edition.receives(49)

    made = frozen(edition)

    assert set(made.zones.values_list("status", flat=True)) == {"below_floor"}
    assert france(made) == ()


def test_year_after_the_publication_sheets_and_secrets_are_destroyed(edition, answers):
    edition.receives(60)
    made = frozen(edition)
    edition.keep([edition.sealed({})])
    Consultation.rows.update(state="published", published_at=AT)
    secret = freezing.secret_place(edition.consultation, made.code)

    freezing.purge_what_is_due(AT + freezing.KEPT / 2)
    assert (answers.counts()["sheet"], secret.exists()) == (60, True)
    freezing.purge_what_is_due(AT + freezing.KEPT)
    freezing.purge_what_is_due(AT + freezing.KEPT)

    assert answers.counts() == {"spool": 0, "spool_refused": 0, "sheet": 0, "free_text": 0}
    assert (Consultation.rows.get().state, secret.exists(), len(france(made))) == ("purged", False, 5)
    assert not freezing.private_files(edition.consultation, made.code).exists()
    assert JournalContent.objects.filter(verb="consultation_purged").count() == 1


def test_half_a_year_after_the_freeze_what_children_wrote_is_destroyed(edition, answers):
    edition.receives(60)
    edition.writes("La cantine est trop chère.")
    frozen(edition)

    freezing.forget_texts_due(AT + freezing.TEXTS_KEPT / 2)
    assert (answers.counts()["free_text"], answers.counts()["sheet"]) == (1, 60)
    freezing.forget_texts_due(AT + freezing.TEXTS_KEPT)
    freezing.forget_texts_due(AT + freezing.TEXTS_KEPT)

    assert (answers.counts()["free_text"], answers.counts()["sheet"]) == (0, 60)
    assert JournalContent.objects.filter(verb="free_texts_destroyed").count() == 1


def test_altered_table_is_found(edition):
    edition.receives(120)
    made = frozen(edition)

    columns = [replace(column, base=200) for column in france(made)]
    body = zlib.compress(json.dumps([column.as_said() for column in columns]).encode())
    made.zones.filter(zone="FR").update(body=body)

    assert list(freezing.altered_tables()) == ["2027-01: its tables are not those that were drawn"]


def test_demonstration_freezes_with_its_file(answers, settings):
    settings.DEMO = True
    edition = Edition(answers)
    Consultation.rows.update(state="design")
    keys.draw_anew(edition.consultation.pk, by=edition.one)
    keys.draw_for_demonstration(edition.consultation.pk, by=edition.one)
    Consultation.rows.update(state="closed")
    proposed(edition)

    made = freezing.confirm(edition.consultation.pk, by=edition.other, at=AT)

    assert (made.code, made.zones.count()) == ("2027-01", 0)  # nobody answered


def test_command_freezes_with_both_shares_of_standard_input(edition, monkeypatch, capsys):
    edition.receives(60)
    proposed(edition)
    asked = ["consultation", "freeze", edition.consultation.code, "--by", edition.other.email]

    call_command(*asked)
    assert Consultation.rows.get(pk=edition.consultation.pk).state == "closed"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{edition.shares[0]}\n"))
    with pytest.raises(CommandError):
        call_command(*asked, "--write")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(edition.shares)))
    call_command(*asked, "--write")

    told = capsys.readouterr().out
    assert told.splitlines()[0].startswith("60 parts are sealed (nothing written).")
    assert "1 zones told from 60 parts" in told and edition.shares[0] not in told
    assert Freeze.rows.get().confirmed_by == edition.other


def test_zones_of_a_place_are_its_own_then_larger_ones():
    region = TerritoryFactory(kind="region", code="52")
    inside = TerritoryFactory(kind="departement", code="44", region=region)
    epci = TerritoryFactory(kind="intercommunality", code="244400404", departement=inside, region=region)
    town = TerritoryFactory(code="44143", departement=inside, region=region)
    Territory.objects.filter(pk=town.pk).update(intercommunality=epci)
    areas = Geography()

    assert areas.zones("44143", "44") == ("commune:44143", "epci:244400404", "departement:44", "region:52", "FR")
    assert areas.zones("44", "44") == ("departement:44", "region:52", "FR")
    assert areas.zones("99999", "44") == ("departement:44", "region:52", "FR")
    assert areas.zones("99999", "") == ("FR",)
    zones = ("commune:44143", "epci:244400404", "departement:44", "region:52", "FR")
    assert [areas.department(zone) for zone in zones] == ["departement:44"] * 3 + ["region:52", "FR"]


def test_keys_of_two_consultations_never_open_each_other(answers):
    one, other = Edition(answers), Edition(answers)
    one.receives(3)
    other.receives(4)

    frozen(one)

    assert (answers.counts()["sheet"], answers.counts()["spool"]) == (3, 4)
    assert sheets.waiting(answers, sealing.kid(other.public)) == 4
    assert ConsultationFactory._meta.model is Consultation
