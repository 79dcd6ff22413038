"""`marelle consultation simulate`: in a demonstration or a rehearsal alone, the same children for a seed."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from marelle.base import clock
from marelle.consultations import codes, rehearsing
from marelle.consultations.queries import access
from marelle.consultations.queries.access import Opened
from tests.factories.consultations import (
    IN_TIME,
    OPENS,
    ConsultationFactory,
    QuestionnaireFactory,
    SittingCountFactory,
    SittingFactory,
)

CODE = "ABCDEFGH"


@pytest.fixture
def group():
    """A class of 25 of a rehearsal, which answers now."""
    consultation = ConsultationFactory(opened=True, is_pilot=True)
    QuestionnaireFactory(consultation=consultation, state="frozen", frozen_at=OPENS)
    return SittingFactory(
        site__partner__consultation=consultation,
        code_digest=codes.digest(CODE, access.code_key()),
        code_sealed=access.seal(Opened(CODE, "")),
    )


@pytest.mark.django_db
def test_groups_of_a_rehearsal_are_found_with_the_room_they_have(group):
    SittingCountFactory(sitting=group, received=12)

    with clock.at(IN_TIME):
        (found,) = rehearsing.groups()
        (typed,) = rehearsing.groups("abcd-efgh")

    assert (found.code, found.room) == (CODE, 25 * 6 // 5 + 3 - 12)
    assert (typed.code, typed.facts.reference) == (CODE, group.code)


@pytest.mark.django_db
@pytest.mark.parametrize(("is_pilot", "later", "code"), [(False, 0, None), (True, 5, None), (True, 0, "HGFEDCBA")])
def test_nothing_is_simulated_beside_childrens_own_answers_nor_where_nobody_answers(group, is_pilot, later, code):
    group.consultation.is_pilot = is_pilot
    group.consultation.save()

    with clock.at(IN_TIME + timedelta(hours=later)), pytest.raises(CommandError):
        call_command("consultation", "simulate", sheets=10, seed=1, code=code)


@pytest.mark.django_db
def test_more_sheets_than_the_groups_take_are_refused_before_any_is_sent(group):
    with clock.at(IN_TIME), pytest.raises(rehearsing.Refused, match="33"):
        rehearsing.simulate(rehearsing.groups(), 34, 1, at=("127.0.0.1", 9), clients=2, out=None)
