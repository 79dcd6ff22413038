from datetime import UTC, date, datetime

import pytest

from marelle.accounts.models import PendingAct
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Application, Decision
from marelle.mandates.operations import decisions
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.factories.mandates import ApplicationFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
SESSION = date(2026, 7, 6)
AT = datetime(2026, 7, 6, 15, tzinfo=UTC)


def proposed(application, by, outcome="granted", **changed):
    words = {"outcome": outcome, "reasons": "Un plan précis.", "session_on": SESSION}
    return decisions.propose_decision(application.pk, by=by, **{**words, **changed})


@pytest.mark.parametrize(
    ("outcome", "given", "state", "plan"),
    [
        ("granted", {}, "accepted", "validated"),
        ("refused", {}, "declined", "submitted"),
        (
            "probation",
            {"conditions": "Chiffrer.", "conditions_due_on": date(2027, 1, 31)},
            "on_probation",
            "submitted",
        ),
    ],
)
def test_two_persons_decide_and_the_city_is_told_why(outcome, given, state, plan):
    """trust R5. One proposes, another confirms; the state moves at the second."""
    house, application = committee(), ApplicationFactory(opinion_given=True)
    writer = MembershipFactory(organisation=application.organisation).person
    administrator = works_as(Role.PROGRAMME_ADMINISTRATOR, house)
    board = works_as(Role.BOARD_MEMBER, house)

    proposed(application, administrator, outcome, **given)
    between = Application.rows.get(pk=application.pk).state
    decision = decisions.confirm_decision(application.pk, by=board, at=AT)

    application = Application.rows.select_related("plan").get(pk=application.pk)
    assert (between, application.state, application.plan.state) == ("opinion_given", state, plan)
    assert (decision.proposed_by, decision.confirmed_by, decision.decided_at) == (administrator, board, AT)
    assert [(letter.kind, letter.address) for letter in Letter.objects.all()] == [("decision", writer.email)]
    assert "Un plan précis." in Letter.objects.get().text


def test_who_proposed_cannot_confirm():
    """trust R5. The same person with both roles is still one person."""
    house, application = committee(), ApplicationFactory(opinion_given=True)
    both = PersonFactory(roles=[(house, Role.PROGRAMME_ADMINISTRATOR), (house, Role.BOARD_MEMBER)])
    proposed(application, both)

    with pytest.raises(NotAllowed):
        decisions.confirm_decision(application.pk, by=both)

    assert (Application.rows.get().state, Decision.objects.count()) == ("opinion_given", 0)
    assert PendingAct.objects.get().state == "asked"


def test_decline_decision_drops_the_proposal():
    house, application = committee(), ApplicationFactory(opinion_given=True)
    administrator = works_as(Role.PROGRAMME_ADMINISTRATOR, house)
    proposed(application, administrator)

    decisions.decline_decision(application.pk, by=works_as(Role.BOARD_MEMBER, house))
    again = proposed(application, administrator, outcome="refused")

    assert (Application.rows.get().state, Decision.objects.count(), again.state) == ("opinion_given", 0, "asked")


@pytest.mark.parametrize("act", [decisions.confirm_decision, decisions.decline_decision])
def test_another_proposal_than_the_one_read_is_neither_confirmed_nor_declined(act):
    """trust R5. Taken back and proposed otherwise while the board was reading: it reads again."""
    house, application = committee(), ApplicationFactory(opinion_given=True)
    administrator, board = works_as(Role.PROGRAMME_ADMINISTRATOR, house), works_as(Role.BOARD_MEMBER, house)
    first = proposed(application, administrator, outcome="refused")
    decisions.decline_decision(application.pk, by=board, read=first.code)
    second = proposed(application, administrator)

    with pytest.raises(WrongState):
        act(application.pk, by=board, read=first.code)
    before = (PendingAct.objects.get(pk=second.pk).state, Decision.objects.count())
    act(application.pk, by=board, read=second.code)

    assert before == ("asked", 0)
    assert PendingAct.objects.get(pk=second.pk).state != "asked"


@pytest.mark.parametrize(
    ("situation", "role", "changed", "error"),
    [
        ("under_review", Role.PROGRAMME_ADMINISTRATOR, {}, WrongState),
        ("opinion_given", Role.PROGRAMME_OFFICER, {}, NotAllowed),
        ("opinion_given", Role.BOARD_MEMBER, {}, NotAllowed),
        ("opinion_given", Role.PROGRAMME_ADMINISTRATOR, {"reasons": ""}, BadData),
        ("opinion_given", Role.PROGRAMME_ADMINISTRATOR, {"outcome": "probation"}, BadData),
        ("opinion_given", Role.PROGRAMME_ADMINISTRATOR, {"outcome": "maybe"}, BadData),
    ],
    ids=["no opinion", "an officer", "the board", "no reason", "probation without conditions", "no such outcome"],
)
def test_propose_decision_refuses(situation, role, changed, error):
    application = ApplicationFactory(**{situation: True})
    by = works_as(role, committee())

    with pytest.raises(error):
        proposed(application, by, **changed)

    assert (Application.rows.get().state, PendingAct.objects.count()) == (situation, 0)


def test_confirm_decision_refuses_a_board_member_of_that_city():
    house, application = committee(), ApplicationFactory(opinion_given=True)
    proposed(application, works_as(Role.PROGRAMME_ADMINISTRATOR, house))
    mayor = PersonFactory(roles=[(house, Role.BOARD_MEMBER), (application.organisation, Role.ELECTED_LEAD)])

    with pytest.raises(NotAllowed):
        decisions.confirm_decision(application.pk, by=mayor)

    assert Decision.objects.count() == 0


def test_a_second_proposal_waits_for_the_first():
    house, application = committee(), ApplicationFactory(opinion_given=True)
    proposed(application, works_as(Role.PROGRAMME_ADMINISTRATOR, house))

    with pytest.raises(WrongState):
        proposed(application, works_as(Role.PROGRAMME_ADMINISTRATOR, house), outcome="refused")

    assert PendingAct.objects.get().payload["outcome"] == "granted"
