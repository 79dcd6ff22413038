"""Whom a child may call: the same for every edition of a committee, changed by its team, read everywhere."""

import pytest
from django.db import IntegrityError, transaction

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import stamps
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.consultations import directory
from marelle.consultations.models import Consultation
from marelle.consultations.operations import editions, helping
from marelle.consultations.operations.editions import Edition
from marelle.consultations.queries import shown
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.consultations import CLOSES, OPENS, ConsultationFactory, SittingFactory

pytestmark = pytest.mark.django_db
FRANCE = ["119", "3018", "3114"]


@pytest.fixture
def edition():
    return ConsultationFactory(code="2026", opened=True)


@pytest.fixture
def officer(edition):
    return PersonFactory(roles=[(edition.committee, Role.PROGRAMME_OFFICER)])


def numbers(edition):
    return [each["number"] for each in Consultation.rows.get(pk=edition.pk).help_numbers]


def test_a_number_is_added_in_its_place_for_every_edition_of_the_committee(edition, officer):
    coming = ConsultationFactory(code="2028", committee=edition.committee)
    elsewhere = ConsultationFactory(code="2029", committee=OrganisationFactory(kind="committee", code="o-other"))
    before = stamps.current("public")

    helping.save_number(edition.pk, " 114 ", {"fr": "par SMS", "en": " ", "ar": "رسالة"}, place=2, by=officer)

    assert (numbers(edition), numbers(coming), numbers(elsewhere)) == (
        ["119", "114", "3018", "3114"],
        ["119", "114", "3018", "3114"],
        FRANCE,
    )
    assert Consultation.rows.get(pk=coming.pk).help_numbers[1] == {"number": "114", "fr": "par SMS", "ar": "رسالة"}
    entry = JournalContent.objects.get()
    assert (entry.verb, entry.person, entry.facts) == (
        "help_numbers_changed",
        officer,
        {"numbers": "119, 114, 3018, 3114"},
    )
    assert stamps.current("public") != before


def test_a_number_that_changes_is_read_at_once_by_children_and_by_those_who_come(edition, officer):
    sitting = SittingFactory(consultation=edition)

    helping.save_number(edition.pk, "116 111", {"fr": "écoute"}, was="3018", place=1, by=officer)
    helping.remove_number(edition.pk, "3114", by=officer)
    made = editions.draft_edition(edition.committee, "2099", Edition({"fr": "Suivante"}, OPENS, CLOSES), by=officer)

    facts = directory.read_facts("code", sitting.code)
    assert [each["number"] for each in facts.help_numbers] == ["116 111", "119"]
    assert (made.help_numbers, shown.help_numbers()) == (list(facts.help_numbers), list(facts.help_numbers))


def test_a_committee_that_said_nothing_begins_with_its_countrys():
    assert [each["number"] for each in shown.help_numbers()] == FRANCE
    assert numbers(ConsultationFactory()) == FRANCE


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda e, p: helping.save_number(e.pk, "112", {"fr": "urgence"}, by=PersonFactory()), NotAllowed),
        (lambda e, p: helping.remove_number(e.pk, "119", by=PersonFactory()), NotAllowed),
        (lambda e, p: helping.save_number(e.pk, "112", {"en": "emergency"}, by=p), BadData),
        (lambda e, p: helping.save_number(e.pk, "911!", {"fr": "urgence"}, by=p), BadData),
        (lambda e, p: helping.save_number(e.pk, "1 19", {"fr": "urgence"}, by=p), BadData),
        (lambda e, p: helping.save_number(e.pk, "119", {"fr": "urgence"}, by=p), BadData),
        (lambda e, p: helping.save_number(e.pk, "112", {"fr": "u" * 61}, by=p), BadData),
        (lambda e, p: helping.save_number(e.pk, "112", {"fr": "urgence", "xx": "urgence"}, by=p), BadData),
        (lambda e, p: helping.save_number(e.pk, "112", {"fr": "urgence"}, was="113", by=p), WrongState),
        (lambda e, p: helping.remove_number(e.pk, "112", by=p), WrongState),
    ],
    ids=["stranger", "stranger removes", "no French", "no number", "the same spaced", "the same", "long", "language", "gone", "gone too"],
)  # fmt: skip
def test_numbers_refuse(edition, officer, act, error):
    with pytest.raises(error):
        act(edition, officer)

    assert (numbers(edition), JournalContent.objects.count()) == (FRANCE, 0)


def test_there_is_always_one_number_and_never_seven(edition, officer):
    for number in ("111", "112", "113"):
        helping.save_number(edition.pk, number, {"fr": "urgence"}, by=officer)
    with pytest.raises(BadData):
        helping.save_number(edition.pk, "114", {"fr": "urgence"}, by=officer)
    for number in numbers(edition)[1:]:
        helping.remove_number(edition.pk, number, by=officer)
    with pytest.raises(BadData):
        helping.remove_number(edition.pk, "119", by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.rows.filter(pk=edition.pk).update(help_numbers=[])

    assert numbers(edition) == ["119"]
