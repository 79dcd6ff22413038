"""A practice of the shelf corrected: a copy is written, read, takes the place of what stood; what stood is kept."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import JournalContent, Notification
from marelle.accounts.states import Role
from marelle.base import stamps
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.library.models import Practice
from marelle.library.operations import corrections
from marelle.library.operations import practices as operations
from marelle.library.queries import corrections as past
from marelle.library.queries import practices as queries
from marelle.library.registered.practices import searched
from tests.factories.accounts import PersonFactory
from tests.factories.library import ServiceFactory
from tests.library.shelf import AT, drafted, editor, team

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 9, 3, 9, tzinfo=UTC)
LAST = datetime(2027, 2, 1, 9, tzinfo=UTC)
OLD, NEW = "La rue aux enfants", "La rue calme"


def on_the_shelf():
    """A practice published, who writes it, who reads it."""
    officer, _committee = team()
    writer, town = editor()
    practice = drafted(writer, town)
    operations.submit(practice.pk, by=writer)
    return operations.publish(practice.pk, by=officer, at=AT), writer, officer


def corrected(practice, writer, *, name=NEW, was=OLD, because="Le nom a changé."):
    """A correction of its name, proposed."""
    correction = corrections.correct(practice.pk, by=writer)
    operations.save_field(correction.pk, "fr.name", name, was=was, version=0, by=writer)
    operations.save_field(correction.pk, "about.what_changed", because, was="", version=0, by=writer)
    return operations.submit(correction.pk, by=writer)


def names(practice):
    return list(practice.texts.order_by("language").values_list("name", flat=True))


def test_the_shelf_does_not_change_before_the_correction_is_read():
    practice, writer, _officer = on_the_shelf()
    before = stamps.current()

    correction = corrected(practice, writer)

    assert (names(practice), names(correction), correction.state) == ([OLD], [NEW], "proposed")
    assert ([p.pk for p in queries.every_one()], stamps.current()) == ([practice.pk], before)
    assert (list(queries.shelf(queries.Filters(q="calme"))), queries.sheet(correction.code)) == ([], None)


def test_a_correction_takes_the_place_of_what_stood_which_is_kept():
    practice, writer, officer = on_the_shelf()
    service = ServiceFactory()
    correction = corrections.correct(practice.pk, by=writer)
    operations.save_field(correction.pk, "fr.name", NEW, was=OLD, version=0, by=writer)
    operations.save_field(correction.pk, "about.cost_eur", "900", was="", version=0, by=writer)
    operations.save_field(correction.pk, "about.what_changed", "Le nom  et le coût.", was="", version=0, by=writer)
    domain = practice.domains.get()
    operations.describe(correction.pk, domains=[domain.pk], services=[service.code], languages=["fr", "en"], by=writer)
    operations.attach(correction.pk, SimpleUploadedFile("plan.csv", b"a,b\n"), by=writer)
    operations.submit(correction.pk, by=writer)
    before = stamps.current()

    shown = corrections.replace(correction.pk, by=officer, at=LATER)

    correction.refresh_from_db()
    assert (shown.pk, shown.code, shown.state) == (practice.pk, practice.code, "published")
    assert (shown.published_at, shown.corrected_at, shown.cost_eur, shown.languages) == (AT, LATER, 900, ["fr", "en"])
    assert (names(shown), list(shown.services.all()), shown.files.get().label) == ([NEW], [service], "plan.csv")
    assert (correction.state, correction.published_at, correction.corrected_at) == ("replaced", AT, LATER)
    assert (names(correction), correction.cost_eur, correction.files.count()) == ([OLD], None, 0)
    assert [(one.pk, one.what_changed) for one in past.history(shown)] == [(correction.pk, "Le nom et le coût.")]
    assert [list(queries.shelf(queries.Filters(q=word))) for word in ("calme", "enfants rue aux")][0] == [shown.pk]
    assert (list(searched()), stamps.current() > before) == ([], True)
    assert Notification.objects.filter(person=writer, kind="practice_corrected").count() == 1


def test_what_changes_is_told_field_by_field_then_and_afterwards():
    practice, writer, officer = on_the_shelf()
    first = corrected(practice, writer)
    told = [(change.field, change.was, change.now) for change in past.changes(first)]

    corrections.replace(first.pk, by=officer, at=LATER)
    second = corrected(practice, writer, name="La rue libre", was=NEW)
    corrections.replace(second.pk, by=officer, at=LAST)

    first.refresh_from_db()
    second.refresh_from_db()
    assert told == [("name", OLD, NEW)]
    assert [(c.was, c.now) for c in past.changes(first)] == [(OLD, NEW)]
    assert [(c.was, c.now) for c in past.changes(second)] == [(NEW, "La rue libre")]
    assert [one.corrected_at for one in past.history(practice)] == [LAST, LATER]
    assert (second.published_at, past.changes(practice)) == (LATER, [])


def test_one_correction_is_in_hand_at_a_time():
    practice, writer, _officer = on_the_shelf()

    first, again = (corrections.correct(practice.pk, by=writer) for _twice in range(2))

    assert (again.pk, Practice.rows.filter(corrects=practice).count()) == (first.pk, 1)


@pytest.mark.parametrize("missing", ["everything", "the sentence"])
def test_what_a_correction_changes_must_be_said(missing):
    practice, writer, _officer = on_the_shelf()
    correction = corrections.correct(practice.pk, by=writer)
    if missing == "the sentence":
        operations.save_field(correction.pk, "fr.name", NEW, was=OLD, version=0, by=writer)

    with pytest.raises(BadData) as refused:
        operations.submit(correction.pk, by=writer)

    correction.refresh_from_db()
    assert (len(refused.value.faults), correction.state) == ({"everything": 2, "the sentence": 1}[missing], "draft")


def test_only_a_correction_says_what_changes():
    _officer, _committee = team()
    writer, town = editor()
    practice = drafted(writer, town)

    with pytest.raises(BadData):
        operations.save_field(practice.pk, "about.what_changed", "Tout.", was="", version=0, by=writer)

    practice.refresh_from_db()
    assert practice.what_changed == ""


def test_a_correction_may_be_sent_back_completed_and_left():
    practice, writer, officer = on_the_shelf()
    correction = corrected(practice, writer)

    operations.send_back(correction.pk, "Dites pourquoi.", by=officer)
    with pytest.raises(WrongState):
        corrections.replace(correction.pk, by=officer)
    left = corrections.give_up(correction.pk, by=writer)

    assert (left, list(Practice.rows.values_list("pk", flat=True)), names(practice)) == (practice, [practice.pk], [OLD])
    assert list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))[-4:] == [
        "practice_correction_begun",
        "practice_correction_submitted",
        "practice_sent_back",
        "practice_correction_given_up",
    ]


@pytest.mark.parametrize("who", ["its author", "a reader", "another team"])
def test_who_may_not_correct_or_take_a_correction(who):
    practice, writer, _officer = on_the_shelf()
    correction = corrected(practice, writer)
    reader = PersonFactory(roles=[(practice.organisation, Role.CITY_READER)])
    by = {"its author": writer, "a reader": reader, "another team": PersonFactory()}[who]

    with pytest.raises(NotAllowed):
        corrections.replace(correction.pk, by=by)
    if who != "its author":
        with pytest.raises(NotAllowed):
            corrections.correct(practice.pk, by=by)
        with pytest.raises(NotAllowed):
            corrections.give_up(correction.pk, by=by)

    correction.refresh_from_db()
    assert (names(practice), correction.state) == ([OLD], "proposed")


def test_a_correction_is_never_put_on_the_shelf_beside_what_it_corrects():
    practice, writer, officer = on_the_shelf()
    correction = corrected(practice, writer)

    with pytest.raises(WrongState):
        operations.publish(correction.pk, by=officer)

    assert [p.pk for p in queries.every_one()] == [practice.pk]


@pytest.mark.parametrize("state", ["draft", "proposed", "returned", "retired"])
def test_what_is_not_on_the_shelf_is_not_corrected(state):
    practice, writer, _officer = on_the_shelf()
    Practice.rows.filter(pk=practice.pk).update(state=state)

    with pytest.raises(WrongState):
        corrections.correct(practice.pk, by=writer)

    assert Practice.rows.count() == 1


def test_off_the_shelf_a_correction_in_hand_goes_too_and_the_history_stays():
    practice, writer, officer = on_the_shelf()
    done = corrected(practice, writer)
    corrections.replace(done.pk, by=officer, at=LATER)
    corrections.correct(practice.pk, by=writer)

    operations.retire(practice.pk, by=officer)

    assert list(Practice.rows.order_by("pk").values_list("state", flat=True)) == ["retired", "replaced"]


def test_a_practice_retained_stays_retained():
    practice, writer, officer = on_the_shelf()
    operations.retain(practice.pk, by=officer)

    shown = corrections.replace(corrected(practice, writer).pk, by=officer, at=LATER)

    assert shown.state == "retained"


def test_what_the_office_told_is_corrected_by_the_office_and_read_by_another():
    """The copy stays the office's own to write; who proposed it does not take it."""
    officer, house = team()
    _writer, town = editor()
    practice = drafted(officer, town)
    operations.submit(practice.pk, by=officer)
    other, _house = team(house)
    operations.publish(practice.pk, by=other, at=AT)

    correction = corrected(practice, officer)
    with pytest.raises(NotAllowed):
        corrections.replace(correction.pk, by=officer, at=LATER)
    shown = corrections.replace(correction.pk, by=other, at=LATER)

    assert (correction.by_committee, names(shown), shown.version) == (True, [NEW], practice.version + 1)
