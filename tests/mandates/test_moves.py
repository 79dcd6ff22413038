"""A mandate watched, suspended, given up or withdrawn, by two administrators."""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.models import JournalContent, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Mandate
from marelle.mandates.operations import moves
from marelle.mandates.queries import members
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 5, 10, 9, tzinfo=UTC)
SINCE = date(2028, 5, 3)
WHY = "Le conseil a délibéré en ce sens."


def chiefs_of(mandate):
    house = mandate.agreement.application.call.committee
    return [works_as(Role.PROGRAMME_ADMINISTRATOR, house) for _ in range(2)]


def moved(mandate, move):
    first, second = chiefs_of(mandate)
    act = moves.propose_move(mandate.pk, by=first, move=move, reasons=WHY, on=SINCE)
    return moves.confirm_move(mandate.pk, by=second, read=act.code)


@pytest.mark.parametrize(
    ("situation", "move", "after", "plan", "agreement", "left_on", "member"),
    [
        ({}, "watch", "on_watch", "running", "signed", None, True),
        ({"on_watch": True}, "clear", "active", "running", "signed", None, True),
        ({"on_watch": True}, "suspend", "suspended", "running", "signed", None, False),
        ({"suspended": True}, "restore", "active", "running", "signed", None, True),
        ({"suspended": True}, "withdraw", "withdrawn", "closed", "ended", SINCE, False),
        ({}, "renounce", "renounced", "closed", "ended", SINCE, False),
    ],
)
def test_mandate_moves_by_two_administrators(situation, move, after, plan, agreement, left_on, member):
    """The steps of the agreed machine; the city is told why, the public pages follow."""
    mandate = MandateFactory(**situation)
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])

    with clock.at(NOW):
        moved(mandate, move)

    mandate = Mandate.rows.select_related("plan", "agreement").get()
    assert (mandate.state, mandate.plan.state, mandate.agreement.state, mandate.left_on) == (
        after,
        plan,
        agreement,
        left_on,
    )
    assert (members.living_mandate(mandate.organisation.code) is not None) == member
    assert list(Letter.objects.values_list("kind", "address")) == [("mandate_moved", editor.email)]
    assert WHY in Letter.objects.get().text
    assert JournalContent.objects.filter(verb=f"mandate_{move}").get().facts == {"reasons": WHY, "on": "2028-05-03"}


@pytest.mark.parametrize(
    ("situation", "role", "move", "reasons", "on", "error"),
    [
        ({}, Role.PROGRAMME_OFFICER, "renounce", WHY, SINCE, NotAllowed),
        ({}, Role.PROGRAMME_ADMINISTRATOR, "withdraw", WHY, SINCE, WrongState),
        ({"planned": True}, Role.PROGRAMME_ADMINISTRATOR, "renounce", WHY, SINCE, WrongState),
        ({}, Role.PROGRAMME_ADMINISTRATOR, "end", WHY, SINCE, WrongState),
        ({}, Role.PROGRAMME_ADMINISTRATOR, "renounce", " ", SINCE, BadData),
        ({}, Role.PROGRAMME_ADMINISTRATOR, "renounce", WHY, date(2028, 5, 11), BadData),
        ({}, Role.PROGRAMME_ADMINISTRATOR, "renounce", WHY, date(2026, 8, 31), BadData),
    ],
    ids=[
        "officer",
        "not suspended",
        "planned",
        "its end is of its date",
        "no reason",
        "tomorrow",
        "before its first day",
    ],
)
def test_propose_move_refuses(situation, role, move, reasons, on, error):
    mandate = MandateFactory(**situation)
    before = mandate.state
    by = works_as(role, mandate.agreement.application.call.committee)

    with clock.at(NOW), pytest.raises(error):
        moves.propose_move(mandate.pk, by=by, move=move, reasons=reasons, on=on)

    assert (Mandate.rows.get().state, PendingAct.objects.count(), Letter.objects.count()) == (before, 0, 0)


def test_who_proposed_a_move_cannot_confirm_it():
    """trust R5. Nor may an administrator who also works for the city, nor one of another committee."""
    mandate = MandateFactory()
    first, second = chiefs_of(mandate)
    house = mandate.agreement.application.call.committee
    both = PersonFactory(roles=[(house, Role.PROGRAMME_ADMINISTRATOR), (mandate.organisation, Role.CITY_EDITOR)])
    other = works_as(Role.PROGRAMME_ADMINISTRATOR, OrganisationFactory(kind="committee", code="o-autre"))
    with clock.at(NOW):
        moves.propose_move(mandate.pk, by=first, move="renounce", reasons=WHY, on=SINCE)

        for person in (first, both, other):
            with pytest.raises(NotAllowed):
                moves.confirm_move(mandate.pk, by=person)
        moves.decline_move(mandate.pk, by=second)

    assert (Mandate.rows.get().state, PendingAct.objects.get().state) == ("active", "declined")
