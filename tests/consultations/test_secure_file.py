"""The researchers' file: who may have it, what is in it and what is not, how it is sealed, how it ends."""

import csv
import io
import os
import shutil
import time
import zipfile
from datetime import timedelta

import pandas
import pyarrow.parquet as pq
import pyrage
import pyreadstat
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import File, JournalContent, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Job, Letter
from marelle.consultations import research_files
from marelle.consultations.boxes import Place
from marelle.consultations.items import Item
from marelle.consultations.models import Consultation, ResearchRequest
from marelle.consultations.operations import freezing, research
from marelle.consultations.operations.research import Asked
from marelle.consultations.questionnaires import Question
from marelle.consultations.states import RESEARCH_STEPS
from tests.consultations.frozen import AT, Edition
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 engagement"
LATER = AT + timedelta(days=30)
HELD = pyrage.x25519.Identity.generate()  # what the analyst alone holds
KEY = str(HELD.to_public())
PLACES = {"44143": ("44", "52"), "31555": ("31", "76")}  # commune: département, région


def aged(path):
    """What a writer left two hours ago: a folder where it packs, else a file."""
    path.mkdir() if path.name.startswith(".") else path.touch()
    long_ago = time.time() - 2 * research.OLD
    os.utime(path, (long_ago, long_ago))


@pytest.fixture
def edition(answers):
    made = Edition(answers)
    made.analyst = made.administrator(Role.ANALYST)
    return made


@pytest.fixture(autouse=True)
def now():
    with clock.at(LATER):
        yield


def geography():
    for commune, (department, region) in PLACES.items():
        above = TerritoryFactory(kind="region", code=region, name=f"Région {region}")
        inside = TerritoryFactory(kind="departement", code=department, name=f"Département {department}", region=above)
        TerritoryFactory(code=commune, name=f"Commune {commune}", departement=inside, region=above)


def public(edition, *groups):
    """Frozen, then public. `groups`: (commune, age, gender, sheets)."""
    geography()
    groups = groups or [(commune, "9_11", gender, 40) for commune in PLACES for gender in ("girl", "boy")]
    rows = []
    for commune, age, gender, sheets in groups:
        place = Place(commune, PLACES[commune][0], "school", "site1", "2026-W45")
        for n in range(sheets):
            said = {
                "safe": n % 3 + 1,
                "where": [n % 2 + 1, 3],
                "sport": (1, 2, "dk", "no", None)[n % 5],
                "hours": n % 20,
            }
            rows.append(edition.sealed(said, place=place, age_band=age, gender=gender))
    edition.keep(rows)
    freezing.propose(edition.consultation.pk, by=edition.one)
    made = freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)
    Consultation.rows.update(state="published", published_at=AT)
    return made


def ask(edition, questions=("safe", "sport", "where", "hours"), *, key=KEY, by=None, analyst=None):
    asked = Asked(analyst or edition.analyst, "Université", "Comprendre la sécurité.", questions, key)
    upload = SimpleUploadedFile("engagement.pdf", PDF)
    return research.ask(edition.consultation.pk, asked, upload, by=by or edition.one)


def written(edition, **known):
    request = ask(edition, **known)
    research.agree(request.pk, by=edition.one)
    research.confirm(request.pk, by=edition.other)
    return research.write(request.pk)


def opened(request):
    """The archive, by the name of its files."""
    plain = pyrage.decrypt(research.place_of(request).read_bytes(), [HELD])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sav(content, tmp_path, **options):
    place = tmp_path / "read.sav"
    place.write_bytes(content)
    return pyreadstat.read_sav(str(place), **options)


def parquet(content):
    return pq.read_table(io.BytesIO(content))


def private(edition, freeze):
    return pq.read_table(freezing.private_files(edition.consultation, freeze.code) / "responses.parquet")


# What is in it -------------------------------------------------------------------------------------------------------
def test_file_holds_the_questions_asked_for_and_nothing_of_the_place(edition):
    freeze = public(edition)

    found = opened(written(edition, questions=["sport", "where"]))

    code = edition.consultation.code
    names = [f"consultation-{code}.fr.sav", f"consultation-{code}.en.sav", f"consultation-{code}.parquet"]
    assert list(found) == [*names, "codebook.csv", "LISEZ-MOI.txt", "README.txt"]
    table = parquet(found[names[2]])
    columns = ["row", "region", "age_band", "gender", "weight"]
    assert table.column_names == [*columns, "where.1", "where.2", "where.3", "where.dk", "sport"]
    keys = [str(key) for key in private(edition, freeze)["key"].to_pylist()]
    canaries = [*PLACES, "commune", "epci", "site1", "2026-W45", "W45", "safe", *keys]
    for name, content in found.items():
        if name.endswith((".csv", ".parquet")):
            text = content.decode() if name.endswith(".csv") else str(table.to_pydict())
            assert [each for each in canaries if each in text] == []
        assert b"44143" not in content and b"site1" not in content and b"2026-W45" not in content


def test_answers_are_those_children_gave_under_the_codes_of_the_codebook(edition):
    public(edition)

    found = opened(written(edition))

    table = parquet(found[f"consultation-{edition.consultation.code}.parquet"]).to_pandas()
    assert sorted(table["row"]) == list(range(1, 161))
    assert table.groupby(["region", "age_band", "gender"]).size().to_dict() == {
        ("52", 2, 1): 40, ("52", 2, 2): 40, ("76", 2, 1): 40, ("76", 2, 2): 40,
    }  # fmt: skip
    assert table["sport"].value_counts().to_dict() == {1: 32, 2: 32, -8: 32, -9: 32, -7: 32}
    assert table["where.1"].value_counts().to_dict() == {1: 80, 0: 80}
    assert table["where.3"].value_counts().to_dict() == {1: 160}
    assert table["hours"].value_counts().to_dict() == dict.fromkeys(range(20), 8)
    assert set(table["weight"]) == {1.0}


def test_sav_read_again_is_the_parquet_with_words(edition, tmp_path):
    public(edition)
    found = opened(written(edition))
    code = edition.consultation.code
    table = parquet(found[f"consultation-{code}.parquet"]).to_pandas()

    for language, dont_know in (("fr", "Je ne sais pas"), ("en", "I don’t know")):
        frame, about = sav(found[f"consultation-{code}.{language}.sav"], tmp_path, user_missing=True)

        pandas.testing.assert_frame_equal(frame, table, check_dtype=False)
        assert about.column_names_to_labels["safe"] == "Te sens-tu en sécurité ?"
        assert about.variable_value_labels["sport"][-8] == dont_know
        assert about.variable_value_labels["region"] == {"52": "Région 52", "76": "Région 76"}
    frame, _about = sav(found[f"consultation-{code}.fr.sav"], tmp_path)
    assert frame["sport"].isna().sum() == 96  # -7, -8 and -9 are missing values
    lines = list(csv.DictReader(io.StringIO(found["codebook.csv"].decode())))
    assert {line["variable"] for line in lines} == set(table.columns)
    assert [line["answer_fr"] for line in lines if line["variable"] == "safe"][:3] == ["Oui", "Non", "Parfois"]


def test_order_of_rows_is_drawn_anew_each_time(edition):
    freeze = public(edition)
    name = f"consultation-{edition.consultation.code}.parquet"

    one, other = (parquet(opened(written(edition))[name]) for _time in range(2))

    said = [each.select(["safe", "hours", "sport"]).to_pydict() for each in (one, other)]
    kept = private(edition, freeze).select(["safe", "hours", "sport"]).to_pydict()
    assert said[0] != said[1] and said[0] != kept
    assert sorted(said[0]["hours"]) == sorted(said[1]["hours"])


def test_few_who_say_the_same_say_less(edition):
    """29 boys of 9 to 11 in a région say 6 to 11 with the five who are younger: nobody says what fewer than thirty do."""
    public(edition, ("44143", "9_11", "girl", 40), ("44143", "9_11", "boy", 29), ("44143", "6_8", "boy", 5), ("31555", "15_18", "boy", 60))  # fmt: skip

    table = parquet(opened(written(edition))[f"consultation-{edition.consultation.code}.parquet"]).to_pandas()

    assert table.groupby(["region", "age_band", "gender"]).size().to_dict() == {
        ("52", 2, 1): 40,
        ("52", 5, 2): 34,
        ("76", 4, 2): 60,
    }


def test_where_a_question_is_sensitive_a_hundred_say_the_same(edition):
    public(edition, ("44143", "9_11", "girl", 70), ("44143", "6_8", "girl", 40), ("31555", "15_18", "boy", 120))

    inside = opened(written(edition, questions=("safe", "sad")))

    table = parquet(inside[f"consultation-{edition.consultation.code}.parquet"]).to_pandas()
    assert table.groupby(["region", "age_band", "gender"]).size().to_dict() == {("52", 5, 1): 110, ("76", 4, 2): 120}
    assert "fewer than 100 sheets" in inside["README.txt"].decode()


def test_no_file_of_fewer_than_thirty(edition):
    public(edition, ("44143", "9_11", "girl", 20), ("31555", "15_18", "boy", 9))

    request = written(edition)

    assert (request.state, request.why, request.digest) == ("refused", "few", "")
    assert list(freezing.private_files(edition.consultation, "2027-01").glob("*research*")) == []


# Who may have it -----------------------------------------------------------------------------------------------------
def test_two_persons_agree_and_the_analyst_alone_takes_it(edition):
    public(edition)

    request = written(edition)

    assert (request.state, request.ready_at, request.expires_at) == ("ready", LATER, LATER + timedelta(hours=24))
    assert research.take(request.pk, by=edition.analyst).read_bytes().startswith(b"age-encryption.org/v1\n")
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(research.place_of(request).read_bytes(), [pyrage.x25519.Identity.generate()])
    assert research.place_of(request).stat().st_mode & 0o777 == 0o600
    verbs = list(
        JournalContent.objects.filter(verb__startswith="research").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["research_file_asked", "research_file_agreed", "research_file_written", "research_file_taken"]
    letter = Letter.objects.get(kind="research_file_ready")
    assert letter.address == edition.analyst.email and "/bureau/fichiers-de-recherche" in letter.text
    assert File.rows.get(pk=request.undertaking_id).is_apart
    assert research.left_behind() == []


def test_ask_refuses(edition):
    public(edition)
    stranger = PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-autre"), Role.ANALYST)])
    officer = edition.administrator(Role.PROGRAMME_OFFICER)

    for known, error in (
        ({"questions": []}, BadData),
        ({"questions": ["safe", "unknown"]}, BadData),
        ({"key": "AGE-SECRET-KEY-1"}, BadData),
        ({"analyst": officer}, BadData),
        ({"analyst": stranger}, BadData),
        ({"by": edition.analyst}, NotAllowed),
        ({"by": PersonFactory()}, NotAllowed),
    ):
        with pytest.raises(error):
            ask(edition, **known)

    assert not ResearchRequest.rows.exists() and not File.rows.filter(label="engagement.pdf").exists()


def test_undertaking_is_a_real_file(edition):
    public(edition)
    asked = Asked(edition.analyst, "Université", "Comprendre.", ["safe"], KEY)

    with pytest.raises(BadData):
        research.ask(edition.consultation.pk, asked, SimpleUploadedFile("engagement.pdf", b"rien"), by=edition.one)

    assert not ResearchRequest.rows.exists()


def test_agreeing_refuses(edition):
    """The same person twice, the analyst, somebody of another committee, an officer; nobody confirms what nobody agreed on."""
    public(edition)
    request = ask(edition)
    other = PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-autre"), Role.PROGRAMME_ADMINISTRATOR)])
    officer = edition.administrator(Role.PROGRAMME_OFFICER)
    with pytest.raises(WrongState):
        research.confirm(request.pk, by=edition.other)
    research.agree(request.pk, by=edition.one)

    for by, act, error in (
        (edition.one, research.confirm, NotAllowed),
        (edition.one, research.agree, WrongState),
        (edition.analyst, research.confirm, NotAllowed),
        (edition.analyst, research.agree, NotAllowed),
        (officer, research.confirm, NotAllowed),
        (other, research.decline, NotAllowed),
    ):
        with pytest.raises(error):
            act(request.pk, by=by)

    request.refresh_from_db()
    assert request.state == "asked" and not Job.objects.filter(task=research.TASK).exists()


def test_analyst_who_administers_does_not_agree_on_their_own(edition):
    public(edition)
    committee = edition.consultation.committee
    both = PersonFactory(roles=[(committee, Role.ANALYST), (committee, Role.PROGRAMME_ADMINISTRATOR)])
    request = ask(edition, analyst=both)
    research.agree(request.pk, by=edition.one)

    with pytest.raises(NotAllowed):
        research.confirm(request.pk, by=both)


def test_declined_nobody_writes_it(edition):
    public(edition)
    request = ask(edition)
    research.agree(request.pk, by=edition.one)

    research.decline(request.pk, by=edition.other)

    assert research.write(request.pk).state == "declined"
    assert PendingAct.rows.get(kind=research.AGREE).state == "declined"


@pytest.mark.parametrize("who", ["one", "stranger", "no longer an analyst"])
def test_nobody_else_takes_it(edition, who):
    public(edition)
    request = written(edition)
    by = {"one": edition.one, "stranger": PersonFactory()}.get(who, edition.analyst)
    if who == "no longer an analyst":
        by.memberships.update(ended_at=LATER)
        by.forget_memberships()

    with pytest.raises(NotAllowed):
        research.take(request.pk, by=by)

    assert not JournalContent.objects.filter(verb="research_file_taken").exists()


# Its end -------------------------------------------------------------------------------------------------------------
def test_after_a_day_it_is_gone_from_the_disk(edition, django_capture_on_commit_callbacks):
    public(edition)
    request = written(edition)
    place = research.place_of(request)

    with django_capture_on_commit_callbacks(execute=True):
        research.end_what_is_due(LATER + timedelta(hours=24, seconds=-1))
    assert place.exists()
    with clock.at(LATER + timedelta(hours=24)):
        with pytest.raises(WrongState):
            research.take(request.pk, by=edition.analyst)  # the worker may be late
        with django_capture_on_commit_callbacks(execute=True):
            research.end_what_is_due(clock.now())

    request.refresh_from_db()
    assert (request.state, place.exists(), research.left_behind()) == ("ended", False, [])
    assert JournalContent.objects.filter(verb="research_file_destroyed").count() == 1


def test_called_off_while_it_is_written_nothing_is_left(edition, django_capture_on_commit_callbacks):
    public(edition)
    request = ask(edition)
    research.agree(request.pk, by=edition.one)
    research.confirm(request.pk, by=edition.other)

    with django_capture_on_commit_callbacks(execute=True):
        research.end(request.pk, by=edition.one)

    assert research.write(request.pk).state == "ended"
    assert list(freezing.private_files(edition.consultation, "2027-01").glob("*research*")) == []


def test_what_destroys_the_answers_destroys_the_file(edition):
    public(edition)
    ready, waiting = written(edition), ask(edition)
    place = research.place_of(ready)
    purged = AT + freezing.KEPT

    freezing.purge_what_is_due(purged)
    research.end_what_is_due(purged)

    ready.refresh_from_db()
    waiting.refresh_from_db()
    assert (place.exists(), ready.state, waiting.state, waiting.why) == (False, "ended", "refused", "gone")
    with pytest.raises(WrongState, match="destroyed|détruites"):
        ask(edition)


@pytest.mark.parametrize("state", ["closed", "frozen", "embargoed"])
def test_before_results_are_public_nothing_is_asked(edition, state):
    public(edition)
    Consultation.rows.update(state=state)

    with pytest.raises(WrongState):
        ask(edition)


def test_answers_gone_meanwhile_the_request_says_so(edition):
    public(edition)
    request = ask(edition)
    research.agree(request.pk, by=edition.one)
    research.confirm(request.pk, by=edition.other)
    (freezing.private_files(edition.consultation, "2027-01") / "responses.parquet").unlink()

    request = research.write(request.pk)

    assert (request.state, request.why) == ("refused", "gone")


def test_altered_file_is_a_fault(edition):
    public(edition)
    request = written(edition)

    research.place_of(request).write_bytes(b"other")

    assert research.left_behind() == [f"research={request.pk} is not the file that was sealed"]


def test_file_that_is_ready_stays_when_its_job_is_delivered_twice(edition):
    """The second worker had read the request before the first one was through."""
    public(edition)
    request = written(edition)
    place, sealed = research.place_of(request), research.place_of(request).read_bytes()
    left, beside = (place.with_name(f".making-{place.name}.{n}") for n in "78")
    aged(left), beside.mkdir()
    ResearchRequest.rows.update(state="agreed")

    def faster(*args):
        ResearchRequest.rows.update(state="ready")
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(research, "_is_written", lambda request, read, made: made.write_bytes(b"again") and faster())
        research.write(request.pk)

    assert place.read_bytes() == sealed
    assert (left.exists(), beside.exists()) == (False, True)  # a third worker is still at it
    assert research.left_behind() == []


def test_a_second_writer_does_not_cut_short_the_first(edition, monkeypatch):
    """The first is writing while the job is delivered again: each writes beside the other, one file stands at the end."""
    public(edition)
    request = ask(edition)
    research.agree(request.pk, by=edition.one)
    research.confirm(request.pk, by=edition.other)
    write, made = research._is_written, []

    def slowly(asked, read, place):
        made.append(place.name)
        if len(made) == 1:
            place.with_name(f".making-{place.name}").mkdir()
            research.write(asked.pk)  # the second, from start to end
            place.with_name(f".making-{place.name}").rmdir()  # what the first was writing is still there
        return write(asked, read, place)

    monkeypatch.setattr(research, "_is_written", slowly)

    research.write(request.pk)

    request.refresh_from_db()
    place = research.place_of(request)
    assert len(set(made)) == 2 and request.state == "ready"
    assert [path.name for path in place.parent.glob("*research-*")] == [place.name]
    assert research.left_behind() == []  # it is the file that was sealed


def test_answers_destroyed_while_a_file_is_written_leave_nothing_of_it(edition, monkeypatch):
    public(edition)
    request = ask(edition)
    research.agree(request.pk, by=edition.one)
    research.confirm(request.pk, by=edition.other)
    write = research._is_written

    def slowly(*known):
        Consultation.rows.update(state="purged")
        return write(*known)

    monkeypatch.setattr(research, "_is_written", slowly)

    assert research.write(request.pk).state == "agreed"
    assert list(freezing.private_files(edition.consultation, "2027-01").glob("*research*")) == []
    research.end_what_is_due(LATER)
    request.refresh_from_db()
    assert (request.state, request.why) == ("refused", "gone")


def test_missing_file_and_what_a_killed_writer_left_are_faults(edition):
    public(edition)
    lost, awaited, refused = written(edition), ask(edition), ask(edition)
    research.agree(awaited.pk, by=edition.one)
    research.confirm(awaited.pk, by=edition.other)
    research.decline(refused.pk, by=edition.one)
    research.place_of(lost).unlink()
    place = freezing.private_files(edition.consultation, "2027-01")
    aged(place / f".making-research-{awaited.code}.zip.age.7")  # will be tidied when it is written
    aged(place / f".making-research-{refused.code}.zip.age.7")
    aged(place / f"research-{refused.code}.zip.age.7")
    (place / f"research-{refused.code}.zip.age.8").touch()  # still at work

    assert research.left_behind() == [
        f"research={lost.pk} is ready and its file is missing",
        f".making-research-{refused.code}.zip.age.7 was left by a writer",
        f"research-{refused.code}.zip.age.7 was left by a writer",
    ]


def test_a_folder_that_outlives_the_answers_is_a_fault(edition):
    public(edition)
    Consultation.rows.update(state="purged")

    assert research.left_behind() == ["freeze=2027-01 was destroyed and its folder is still there"]


def test_answers_that_cannot_be_destroyed_are_not_said_to_be(edition, monkeypatch):
    """A file put into the folder while it is emptied: the first try stops, the second is through; or else it is said."""
    public(edition)
    place, empty, tries = freezing.private_files(edition.consultation, "2027-01"), shutil.rmtree, []

    def late(folder, *, ignore_errors=False):
        tries.append(folder)
        if len(tries) > 1:
            empty(folder)

    monkeypatch.setattr(shutil, "rmtree", late)
    freezing.purge_what_is_due(AT + freezing.KEPT)
    assert (len(tries), place.exists()) == (2, False)


def test_steps_of_a_request_are_the_agreed_ones():
    assert RESEARCH_STEPS.as_text() == (
        "agreed: end > ended, refuse > refused, write > ready\n"
        "asked: agree > agreed, decline > declined, refuse > refused\n"
        "ready: end > ended"
    )


def test_letter_says_where_and_until_when_and_nothing_of_the_file(edition):
    public(edition)
    request = written(edition)

    letter = Letter.objects.get(kind="research_file_ready")

    assert letter.subject == "Le fichier de votre recherche est prêt\u202f: Consultation nationale"
    assert "jusqu’au 20 février 2027, 10\u00a0h" in letter.text
    assert request.code not in letter.text and "safe" not in letter.text


def test_reserved_names_of_spss_are_said_otherwise():
    named = [research_files.name_of(Item(name, Question(name, "one", {}))) for name in ("not", "weight", "safe")]

    assert named == ["not_q", "weight_q", "safe"]
