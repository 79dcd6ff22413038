import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection

from marelle.base import clock
from marelle.consultations import codes, collect, directory, questionnaires, spool
from marelle.consultations.models import SittingCount
from tests.consultations import intake as house
from tests.factories.accounts import FileFactory
from tests.factories.consultations import (
    IN_TIME,
    ConsultationFactory,
    MediumFactory,
    QuestionnaireFactory,
    SittingCountFactory,
    SittingFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting():
    made = SittingFactory(code_digest=codes.digest("ABCDEFGH", b"k"))
    QuestionnaireFactory(
        consultation=made.consultation, state="frozen", frozen_at=IN_TIME, canonical=house.QUESTIONNAIRE.canonical
    )
    return made


def test_a_sitting_is_told_in_plain_values(sitting):
    facts = directory.Directory().by_reference(sitting.code)

    assert facts == collect.SittingFacts(
        reference=sitting.code,
        consultation=sitting.consultation.code,
        opens_at=sitting.opens_at,
        closes_at=sitting.closes_at,
        takes_parts=True,
        takes_late=True,
        head_count=25,
        territory=sitting.territory.code,
        department=sitting.territory.departement.code if sitting.territory.departement else "",
        site_kind="school",
        site=sitting.site.code,
        public_key=b"\x04" + bytes(64),
        versions=(house.QUESTIONNAIRE.short_hash,),
        bands=("9_11",),
        languages=("fr",),
        title=sitting.consultation.name,
        themes={},
        help_numbers=tuple(sitting.consultation.help_numbers),
        is_demonstration=False,
    )
    assert directory.Directory().by_digest(codes.digest("ABCDEFGH", b"k")) == facts


def test_nobody_is_nobody(sitting):
    found = directory.Directory()

    assert (found.by_reference("nothing"), found.by_digest(b"0" * 32), found.questionnaire("0" * 16)) == (None,) * 3


@pytest.mark.parametrize(
    ("sitting_state", "state", "takes"),
    [
        ("running", "open", (True, True)),
        ("ready", "open", (True, True)),
        ("keying", "open", (True, True)),
        ("planned", "open", (False, False)),
        ("closed", "open", (False, True)),
        ("cancelled", "open", (False, False)),
        ("running", "closed", (False, True)),
        ("running", "frozen", (False, False)),
        ("running", "purged", (False, False)),
    ],
)
def test_what_is_taken_in_each_state(sitting_state, state, takes):
    sitting = SittingFactory(state=sitting_state, site__partner__consultation__state=state)

    facts = directory.Directory().by_reference(sitting.code)

    assert (facts.takes_parts, facts.takes_late) == takes


def test_boxes_of_tablets_come_until_the_opening_begins():
    edition = ConsultationFactory(opened=True, state="closed", opening_began_at=IN_TIME)

    assert not directory.Directory().by_reference(SittingFactory(site__partner__consultation=edition).code).takes_late


def test_windows_lie_within_the_consultations():
    early = ConsultationFactory(opened=True, opens_at=IN_TIME, closes_at=IN_TIME + timedelta(minutes=10))
    facts = directory.Directory().by_reference(SittingFactory(site__partner__consultation=early).code)

    assert (facts.opens_at, facts.closes_at) == (IN_TIME, IN_TIME + timedelta(minutes=10))


def test_todays_wording_comes_first_and_drafts_never(sitting):
    of = {"consultation": sitting.consultation}
    mended = [house.QUESTIONNAIRE.canonical.replace("Sais-tu", word) for word in ("Savais-tu", "Saurais-tu")]
    QuestionnaireFactory(**of, number=2, state="replaced", frozen_at=IN_TIME, canonical=mended[0])
    QuestionnaireFactory(**of, number=3, state="draft", canonical=mended[1])
    found = directory.Directory()

    versions = found.by_reference(sitting.code).versions

    assert versions == tuple(
        questionnaires.read(said).short_hash for said in (house.QUESTIONNAIRE.canonical, mended[0])
    )
    assert found.questionnaire(versions[0]) == questionnaires.read(house.QUESTIONNAIRE.canonical)
    assert found.questionnaire(questionnaires.read(mended[1]).short_hash) is None


def test_a_class_asks_the_database_once(sitting, django_assert_num_queries):
    found = directory.Directory(lives=60)

    with django_assert_num_queries(3):
        for _child in range(30):
            found.by_reference(sitting.code)
            found.questionnaire(house.QUESTIONNAIRE.short_hash)


def test_counts_are_added_to_what_is_there(sitting):
    SittingCountFactory(sitting=sitting, part="rights", received=12)
    found = directory.Directory()

    found.add({(sitting.code, "rights"): 3, (sitting.code, "school"): 1, ("nowhere", "rights"): 5})

    assert found.count(sitting.code, "rights") == 15
    assert found.count(sitting.code, "nothing") == 0
    assert sorted(SittingCount.objects.values_list("part", "received")) == [("rights", 15), ("school", 1)]


def test_a_recording_is_found_by_its_fingerprint(tmp_path):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    file = FileFactory(sha256="a" * 64)
    file.place = default_storage.save("recording", ContentFile(b"OggS"))
    file.save()
    MediumFactory(file=file)

    assert directory.Directory().medium("a" * 64) == ("audio/ogg", b"OggS")
    assert directory.Directory().medium("b" * 64) is None
    assert directory.Directory().weight(["a" * 64, "b" * 64]) == file.size


def test_the_alarm_is_kept_for_the_programme_team(caplog):
    directory.Directory().alarm(601)

    assert directory.caches["default"].get(directory.GUESSING) == 601
    assert [record.getMessage() for record in caplog.records] == ["codes: 601 wrong ones in a minute"]


def test_now_is_the_one_clock():
    with clock.at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        assert directory.Now()() == datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_now_does_not_ask_the_database_each_time(settings, monkeypatch, django_assert_num_queries):
    """On PostgreSQL its clock decides; this machine's being set back an hour changes nothing."""
    settings.CLOCK_FROM_DATABASE = True
    now = directory.Now()

    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 0):
        heard = [now() for _n in range(50)]

    assert heard == sorted(heard)
    assert abs(heard[0] - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.django_db(transaction=True)
def test_threads_of_the_intake_leave_no_connection_behind(sitting):
    found, heard = directory.Directory(), []

    def ask():
        heard.append(found.by_reference(sitting.code).reference)
        heard.append(connection.connection)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert heard == [sitting.code, None]


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_a_database_that_does_not_answer_is_one_to_come_back_to(fault):
    @directory.connected
    def away():
        raise fault("the server closed the connection")

    with ThreadPoolExecutor(1) as beside, pytest.raises(spool.NotKept):  # a thread of its own, as of the intake
        beside.submit(away).result()
