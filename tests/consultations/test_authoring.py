"""An edition and its questionnaire, from the workbook that is sent to the version children are asked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from marelle.accounts.models import Notification, PendingAct
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.consultations import questionnaires
from marelle.consultations.models import Consultation, Medium, Questionnaire
from marelle.consultations.operations import authoring, editions
from marelle.consultations.operations.editions import Edition
from tests.consultations.workbooks import YES_NO, survey, workbook
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.consultations import ConsultationFactory
from tests.pictures import picture

pytestmark = pytest.mark.django_db
OPUS = b"OggS" + b"\0" * 24 + b"OpusHead" + b"\0" * 20
EDITION = Edition(
    name={"fr": "Huitième consultation"},
    opens_at=datetime(2027, 10, 4, 6, tzinfo=UTC),
    closes_at=datetime(2028, 3, 10, 22, tzinfo=UTC),
    answered_on=date(2028, 6, 1),
)
ASKED = ("select_one yes_no", "q1", "Aimes-tu lire ?")


def officer(committee, role=Role.PROGRAMME_OFFICER):
    return PersonFactory(roles=[(committee, role)])


def sent(*lines, more=(), name="questionnaire.xlsx", choices=YES_NO):
    return SimpleUploadedFile(name, workbook(survey(*(lines or (ASKED,)), more=more), choices))


def opened(consultation, by):
    """As when the consultation opens: its key made, its questionnaire frozen."""
    authoring.freeze_version(consultation.pk, by=by, accepts_gaps=True)
    Consultation.rows.filter(pk=consultation.pk).update(state="open", public_key=b"\x04" + bytes(64))
    return Consultation.rows.get(pk=consultation.pk)


# Editions ------------------------------------------------------------------------------------------------------------
def test_an_edition_is_drafted_and_changed():
    committee = OrganisationFactory(committee=True)
    by = officer(committee)

    made = editions.draft_edition(committee, "2027", EDITION, by=by)
    changed = editions.change_edition(made.pk, replace(EDITION, city_floor=80), by=by)

    assert (made.code, made.state, changed.city_floor, changed.answered_on) == ("2027", "design", 80, date(2028, 6, 1))


@pytest.mark.parametrize(
    ("code", "edition", "sentence"),
    [
        ("next", EDITION, "Écrivez l’année"),
        ("2027", replace(EDITION, closes_at=EDITION.opens_at), "La fin vient après le début"),
        ("2027", replace(EDITION, answered_on=date(2027, 12, 1)), "On répond aux enfants une fois"),
        ("2027", replace(EDITION, city_floor=49), "jamais en dessous"),
        ("2027", replace(EDITION, name={"en": "Eighth"}), "un nom en français"),
        ("2027", replace(EDITION, closes_at=datetime(2029, 1, 1, tzinfo=UTC), answered_on=None), "un an au plus"),
    ],
)
def test_an_edition_that_cannot_be_is_refused(code, edition, sentence):
    committee = OrganisationFactory(committee=True)

    with pytest.raises(BadData) as told:
        editions.draft_edition(committee, code, edition, by=officer(committee))

    assert sentence in told.value.sentence
    assert Consultation.rows.count() == 0


def test_an_open_edition_may_only_be_put_off():
    consultation = ConsultationFactory(opened=True)
    by = officer(consultation.committee)
    same = Edition(name=consultation.name, opens_at=consultation.opens_at, closes_at=consultation.closes_at)

    with pytest.raises(BadData):
        editions.change_edition(consultation.pk, replace(same, city_floor=60), by=by)
    with pytest.raises(BadData):
        editions.change_edition(consultation.pk, replace(same, closes_at=datetime(2026, 11, 1, tzinfo=UTC)), by=by)
    changed = editions.change_edition(
        consultation.pk, replace(same, closes_at=datetime(2027, 1, 15, tzinfo=UTC)), by=by
    )

    assert changed.closes_at == datetime(2027, 1, 15, tzinfo=UTC)


def test_an_edition_is_made_again_from_another_with_its_questionnaire_and_its_files():
    source = ConsultationFactory()
    by = officer(source.committee)
    authoring.add_medium(source.pk, SimpleUploadedFile("q1.opus", OPUS), by=by)
    authoring.add_version(source.pk, sent((*ASKED, "q1.opus"), more=["media::audio"]), by=by)

    made = editions.clone_edition(source.pk, "2027-pilote", EDITION, by=by, is_pilot=True)

    copied = made.questionnaires.get()
    assert (made.cloned_from, made.is_pilot, made.state) == (source, True, "design")
    assert (copied.number, copied.state, copied.content_hash) == (1, "draft", source.questionnaires.get().content_hash)
    assert [medium.name for medium in made.media.all()] == ["q1.opus"]


# Versions ------------------------------------------------------------------------------------------------------------
def test_a_workbook_becomes_a_version_and_is_kept_as_it_came():
    consultation = ConsultationFactory()
    by = officer(consultation.committee)
    upload = sent()
    content = upload.read()

    first = authoring.add_version(consultation.pk, SimpleUploadedFile("un.xlsx", content), by=by)
    second = authoring.add_version(consultation.pk, sent((*ASKED[:2], "Aimes-tu jouer ?")), by=by)

    first.refresh_from_db()
    with authoring.files.opened(first.workbook) as kept:
        assert kept.read() == content
    assert [(v.number, v.state) for v in (first, second)] == [(1, "replaced"), (2, "draft")]
    assert questionnaires.read(second.canonical).part("all").questions[0].label == {"fr": "Aimes-tu jouer ?"}


@pytest.mark.parametrize(
    ("upload", "error", "faults"),
    [
        (lambda: sent(("geopoint", "q1", "Où ?")), BadData, ["survey!A2: Un point sur une carte désignerait un enfant. Retirez cette question\u202f: le lieu vient avec le groupe."]),
        (lambda: SimpleUploadedFile("form.xls", b"\xd0\xcf\x11\xe0"), BadData, []),
        (lambda: SimpleUploadedFile("form.csv", b"type,name\ntext,q\n"), BadData, []),
        (lambda: sent((*ASKED, "yes"), more=["sensitive"]), BadData, ["survey!D2: Une question sensible se pose à partir de 12 ans\u202f: écrivez 12 dans «\u202fage_min\u202f», ou faites porter à la version une dérogation écrite."]),
    ],
    ids=["a fault", "an old workbook", "a table", "sensitive"],
)  # fmt: skip
def test_a_workbook_with_a_fault_becomes_nothing(upload, error, faults):
    consultation = ConsultationFactory()

    with pytest.raises(error) as told:
        authoring.add_version(consultation.pk, upload(), by=officer(consultation.committee))

    assert told.value.faults == faults
    assert Questionnaire.rows.count() == 0


def test_a_written_waiver_is_kept_with_the_version():
    consultation = ConsultationFactory()
    by = officer(consultation.committee)

    made = authoring.add_version(
        consultation.pk, sent((*ASKED, "yes"), more=["sensitive"]), by=by, waiver=" Avis du comité du 3 mars. "
    )

    assert (made.waiver, made.waived_by) == ("Avis du comité du 3 mars.", by)


@pytest.mark.parametrize("state", ["closed", "frozen", "published"])
def test_the_questionnaire_of_a_closed_edition_stays(state):
    consultation = ConsultationFactory(opened=True, state=state)

    with pytest.raises(WrongState):
        authoring.add_version(consultation.pk, sent(), by=officer(consultation.committee))


def test_only_the_programme_team_writes_it():
    consultation = ConsultationFactory()
    stranger = officer(OrganisationFactory(kind="committee", code="o-other"))

    for by in (stranger, officer(consultation.committee, Role.ANALYST)):
        with pytest.raises(NotAllowed):
            authoring.add_version(consultation.pk, sent(), by=by)
        with pytest.raises(NotAllowed):
            authoring.freeze_version(consultation.pk, by=by)
    assert Questionnaire.rows.count() == 0


def test_a_translator_s_sheet_makes_the_next_version():
    consultation = ConsultationFactory()
    by = officer(consultation.committee)
    first = authoring.add_version(consultation.pk, sent(), by=by)
    sheet = authoring.translations.sheet_for(workbook(survey(ASKED)), ["ar"])
    book = load_workbook(BytesIO(sheet))
    for cell, text in {"F2": "هل تحب القراءة؟", "F3": "نعم", "F4": "لا"}.items():
        book.active[cell] = text
    held = BytesIO()
    book.save(held)

    made = authoring.translate(consultation.pk, SimpleUploadedFile("ar.xlsx", held.getvalue()), by=by)

    first.refresh_from_db()
    assert (first.state, made.number) == ("replaced", 2)
    assert questionnaires.read(made.canonical).languages == ("fr", "ar")
    with pytest.raises(BadData):
        authoring.translate(consultation.pk, SimpleUploadedFile("ar.xlsx", held.getvalue()), by=by)


# Freezing and mending ------------------------------------------------------------------------------------------------
def test_a_questionnaire_is_frozen_once_nothing_weighs():
    consultation = ConsultationFactory()
    by = officer(consultation.committee)
    authoring.add_version(consultation.pk, sent((*ASKED, "q1.opus"), more=["media::audio"]), by=by)

    with pytest.raises(BadData) as told:
        authoring.freeze_version(consultation.pk, by=by, accepts_gaps=True)
    assert told.value.faults == ["Le fichier q1.opus est nommé dans le classeur et n’a pas été envoyé."]
    authoring.add_medium(consultation.pk, SimpleUploadedFile("q1.opus", OPUS), by=by)
    with pytest.raises(BadData) as told:
        authoring.freeze_version(consultation.pk, by=by)
    assert [fault.partition(":")[0] for fault in told.value.faults] == ["choices!A2", "choices!A3"]
    frozen = authoring.freeze_version(consultation.pk, by=by, accepts_gaps=True)

    assert frozen.state == "frozen"
    assert questionnaires.read(frozen.canonical).media == {"q1.opus": Medium.rows.get().file.sha256}
    assert questionnaires.read(frozen.canonical).content_hash == frozen.content_hash
    with pytest.raises(WrongState):
        authoring.freeze_version(consultation.pk, by=by)


def test_while_open_a_second_person_lets_words_change_and_nothing_else():
    consultation = ConsultationFactory()
    by, second = officer(consultation.committee), officer(consultation.committee)
    authoring.add_version(consultation.pk, sent(), by=by)
    consultation = opened(consultation, by)
    frozen = consultation.questionnaires.get(state="frozen")

    with pytest.raises(BadData):
        authoring.add_version(consultation.pk, sent(ASKED, ("select_one yes_no", "q2", "Et toi ?")), by=by)
    mended = authoring.add_version(consultation.pk, sent((*ASKED[:2], "Aimes-tu lire chez toi ?")), by=by)
    with pytest.raises(NotAllowed):
        authoring.confirm_mending(mended.pk, by=by)
    told = Notification.objects.get()
    assert (told.person, told.address) == (second, f"/bureau/consultation/{consultation.code}/versions/{mended.code}")
    assert frozen.state == "frozen"
    authoring.confirm_mending(mended.pk, by=second)

    mended.refresh_from_db()
    frozen.refresh_from_db()
    assert (frozen.state, mended.state, mended.compatible_with) == ("replaced", "frozen", frozen)
    with pytest.raises(WrongState):
        authoring.confirm_mending(mended.pk, by=second)


def test_a_mended_version_takes_the_place_of_one_that_waits():
    consultation = ConsultationFactory()
    by = officer(consultation.committee)
    authoring.add_version(consultation.pk, sent(), by=by)
    consultation = opened(consultation, by)

    first = authoring.add_version(consultation.pk, sent((*ASKED[:2], "Un ?")), by=by)
    authoring.add_version(consultation.pk, sent((*ASKED[:2], "Deux ?")), by=by)

    first.refresh_from_db()
    assert first.state == "replaced"
    assert [act.state for act in PendingAct.rows.order_by("pk")] == ["declined", "asked"]


# Recordings and pictures ---------------------------------------------------------------------------------------------
def test_a_recording_and_a_picture_are_kept_under_their_names():
    consultation = ConsultationFactory()
    by = officer(consultation.committee)

    sound = authoring.add_medium(consultation.pk, SimpleUploadedFile("q1.ogg", OPUS), by=by, is_synthetic=True)
    drawn = authoring.add_medium(consultation.pk, picture("ballon.png"), by=by)
    again = authoring.add_medium(consultation.pk, SimpleUploadedFile("q1.ogg", OPUS + b"\0"), by=by)

    assert (sound.kind, sound.content_type, sound.is_synthetic) == ("audio", "audio/ogg", True)
    assert (drawn.kind, drawn.content_type) == ("picture", "image/png")
    assert (again.pk, again.is_synthetic) == (sound.pk, False)


@pytest.mark.parametrize(
    ("name", "content"),
    [("croix.svg", b"<svg/>"), ("voix.wav", b"RIFF"), ("voix.ogg", b"OggS" + b"\0" * 60), ("voix.mp3", b"not a sound"), ("lettre.pdf", b"%PDF-1.4"), ("ma voix.opus", OPUS), ("long.opus", OPUS + bytes(2 * 2**20))],
    ids=["svg", "wav", "ogg of another kind", "no sound", "pdf", "a name with a space", "too heavy"],
)  # fmt: skip
def test_what_is_no_recording_nor_picture_is_refused(name, content):
    consultation = ConsultationFactory()

    with pytest.raises(BadData):
        authoring.add_medium(consultation.pk, SimpleUploadedFile(name, content), by=officer(consultation.committee))

    assert Medium.rows.count() == 0


def test_what_children_already_hear_stays():
    consultation = ConsultationFactory()
    by = officer(consultation.committee)
    medium = authoring.add_medium(consultation.pk, SimpleUploadedFile("q1.opus", OPUS), by=by)
    authoring.add_version(consultation.pk, sent((*ASKED, "q1.opus"), more=["media::audio"]), by=by)
    opened(consultation, by)

    with pytest.raises(WrongState):
        authoring.add_medium(consultation.pk, SimpleUploadedFile("q1.opus", OPUS + b"\0"), by=by)
    with pytest.raises(WrongState):
        authoring.remove_medium(medium.pk, by=by)
    authoring.add_medium(consultation.pk, SimpleUploadedFile("q1_bis.opus", OPUS), by=by)

    assert sorted(each.name for each in Medium.rows.all()) == ["q1.opus", "q1_bis.opus"]
