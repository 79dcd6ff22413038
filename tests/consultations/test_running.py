"""A consultation opens with its key and its questionnaire, and closes with its sittings."""

from datetime import timedelta

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import stamps
from marelle.base.errors import Closed, NotAllowed, WrongState
from marelle.consultations.models import Consultation
from marelle.consultations.operations import authoring, keys, running
from tests.consultations.test_authoring import sent
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import CLOSES, IN_TIME, OPENS, ConsultationFactory, SiteFactory, SittingFactory

pytestmark = pytest.mark.django_db


def administrator(consultation, role=Role.PROGRAMME_ADMINISTRATOR):
    return PersonFactory(roles=[(consultation.committee, role)])


def prepared(*, key=True, questionnaire=True):
    """An edition in design whose key is held and whose questionnaire was sent."""
    consultation = ConsultationFactory()
    one, other = administrator(consultation), administrator(consultation)
    if questionnaire:
        authoring.add_version(consultation.pk, sent(), by=one, at=OPENS)
    if key:
        for draw, by in ((keys.draw_first, one), (keys.draw_second, other)):
            keys.acknowledge(consultation.pk, draw(consultation.pk, by=by).text.split()[-1], by=by)
    return consultation, one


def test_consultation_opens_and_its_questionnaire_is_frozen():
    consultation, by = prepared()
    before = stamps.current()

    found = running.open_consultation(consultation.pk, by=by, accepts_gaps=True, at=OPENS)

    assert (found.state, found.opened_at, found.is_open(IN_TIME)) == ("open", OPENS, True)
    assert [version.state for version in found.questionnaires.all()] == ["frozen"]
    assert stamps.current() == before + 1
    verbs = list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["questionnaire_frozen", "consultation_opened"]


@pytest.mark.parametrize(
    ("world", "role", "at", "error"),
    [
        ({"key": False}, Role.PROGRAMME_ADMINISTRATOR, OPENS, WrongState),
        ({"questionnaire": False}, Role.PROGRAMME_ADMINISTRATOR, OPENS, WrongState),
        ({}, Role.PROGRAMME_OFFICER, OPENS, NotAllowed),
        ({}, Role.PROGRAMME_ADMINISTRATOR, CLOSES, Closed),
    ],
    ids=["no key", "nothing to ask", "an officer", "too late"],
)
def test_opening_refuses(world, role, at, error):
    consultation, _by = prepared(**world)

    with pytest.raises(error):
        running.open_consultation(consultation.pk, by=administrator(consultation, role), accepts_gaps=True, at=at)

    found = Consultation.rows.get(pk=consultation.pk)
    assert (found.state, found.opened_at) == ("design", None)
    assert not found.questionnaires.filter(state="frozen").exists()


def test_share_nobody_showed_to_hold_keeps_it_closed():
    consultation, _by = prepared(key=False)
    one, other = administrator(consultation), administrator(consultation)
    keys.acknowledge(consultation.pk, keys.draw_first(consultation.pk, by=one).text.split()[-1], by=one)
    keys.draw_second(consultation.pk, by=other)

    with pytest.raises(WrongState):
        running.open_consultation(consultation.pk, by=one, accepts_gaps=True, at=OPENS)


def of(consultation, state, number):
    site = SiteFactory(partner__consultation=consultation)
    return SittingFactory(site=site, state=state, code_sealed="sealed", code_digest=bytes([number]) * 32)


def test_closing_closes_sittings_and_forgets_their_codes():
    consultation = ConsultationFactory(opened=True)
    states = ("planned", "ready", "running", "keying", "cancelled")
    made = {state: of(consultation, state, number) for number, state in enumerate(states)}
    elsewhere = of(ConsultationFactory(opened=True), "running", 9)

    found = running.close_consultation(consultation.pk, by=administrator(consultation), at=IN_TIME)

    assert (found.state, found.closed_at) == ("closed", IN_TIME)
    for sitting in (*made.values(), elsewhere):
        sitting.refresh_from_db()
    assert {name: sitting.state for name, sitting in made.items()} == {
        "planned": "cancelled", "ready": "closed", "running": "closed", "keying": "closed", "cancelled": "cancelled",
    }  # fmt: skip
    assert {(s.code_sealed, s.code_digest) for name, s in made.items() if name != "cancelled"} == {("", None)}
    assert (elsewhere.state, elsewhere.code_sealed) == ("running", "sealed")


@pytest.mark.parametrize(
    ("state", "role", "error"),
    [("design", Role.PROGRAMME_ADMINISTRATOR, WrongState), ("open", Role.PROGRAMME_OFFICER, NotAllowed)],
)
def test_closing_refuses(state, role, error):
    consultation = ConsultationFactory(opened=True, state=state)

    with pytest.raises(error):
        running.close_consultation(consultation.pk, by=administrator(consultation, role), at=IN_TIME)

    assert Consultation.rows.get(pk=consultation.pk).state == state


def test_worker_closes_what_is_over_once_who_began_has_finished():
    over = ConsultationFactory(opened=True)
    going = ConsultationFactory(opened=True, closes_at=CLOSES + timedelta(days=9))
    states = []

    for minutes in (29, 30, 31):
        running.close_what_is_over(CLOSES + timedelta(minutes=minutes))
        states.append([Consultation.rows.get(pk=each.pk).state for each in (over, going)])

    assert states == [["open", "open"], ["closed", "open"], ["closed", "open"]]
