"""What the database itself refuses about consultations."""

import pytest
from django.db import IntegrityError, transaction

from marelle.consultations.states import (
    BOOKLET_STEPS,
    CONSULTATION_STEPS,
    PARTNER_STEPS,
    SITTING_STEPS,
    VERSION_STEPS,
)
from tests.factories import consultations as given

AGREED = {
    "consultation": (
        CONSULTATION_STEPS,
        "design: open > open, pilot > pilot\npilot: open > open\nopen: close > closed\nclosed: freeze > frozen\n"
        "frozen: embargo > embargoed\nembargoed: publish > published\npublished: purge > purged",
    ),
    "questionnaire": (
        VERSION_STEPS,
        "draft: freeze > frozen, replace > replaced\nfrozen: replace > replaced",
    ),
    "partner": (
        PARTNER_STEPS,
        "registered: confirm > confirmed, decline > declined\ndeclined: confirm > confirmed\n"
        "confirmed: begin > active, finish > done\nactive: finish > done",
    ),
    "sitting": (
        SITTING_STEPS,
        "planned: cancel > cancelled, key_in > keying, prepare > ready\n"
        "ready: begin > running, cancel > cancelled, close > closed, key_in > keying\n"
        "running: close > closed, key_in > keying\nclosed: key_in > keying, reopen > running\nkeying: close > closed",
    ),
    "booklet": (
        BOOKLET_STEPS,
        "keyed_once: differ > differs, settle > settled\ndiffers: settle > settled",
    ),
}


@pytest.mark.parametrize("name", AGREED)
def test_steps_are_the_agreed_ones(name):
    steps, agreed = AGREED[name]

    assert sorted(steps.as_text().splitlines()) == sorted(agreed.splitlines())


@pytest.mark.parametrize(
    ("factory", "facts"),
    [
        (given.ConsultationFactory, {"closes_at": given.OPENS}),
        (given.ConsultationFactory, {"city_floor": 49}),
        (given.ConsultationFactory, {"state": "open"}),
        (given.QuestionnaireFactory, {"state": "frozen"}),
        (given.PartnerFactory, {"state": "confirmed"}),
        (given.SittingFactory, {"head_count": 61}),
        (given.SittingFactory, {"head_count": 0}),
        (given.SittingFactory, {"state": "closed", "code_sealed": "ABCDEFGH"}),
        (given.BookletFactory, {"number": 99999}),
        (given.BookletFactory, {"state": "settled"}),
        (given.KeyShareFactory, {"position": 3}),
    ],
    ids=str,
)
@pytest.mark.django_db
def test_database_refuses(factory, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(**facts)


@pytest.mark.django_db
def test_one_person_never_holds_both_halves_of_the_key():
    share = given.KeyShareFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        given.KeyShareFactory(consultation=share.consultation, holder=share.holder, position=2)


@pytest.mark.django_db
def test_booklet_is_typed_in_twice_by_two_people():
    booklet = given.BookletFactory()
    booklet.second_by = booklet.first_by

    with pytest.raises(IntegrityError), transaction.atomic():
        booklet.save()


@pytest.mark.django_db
def test_sitting_takes_answers_in_its_window_alone():
    sitting = given.SittingFactory()

    assert [sitting.takes_answers(at) for at in (sitting.opens_at, given.IN_TIME, sitting.closes_at)] == [
        True,
        True,
        False,
    ]
    sitting.state = "closed"
    assert not sitting.takes_answers(given.IN_TIME)
