"""Results become public at an hour two persons agreed on, and not before."""

from datetime import timedelta

import pytest

from marelle.accounts.models import JournalContent, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.consultations.models import Consultation
from marelle.consultations.operations import freezing, publishing
from tests.consultations.frozen import AT, Edition
from tests.factories.consultations import FreezeFactory

pytestmark = pytest.mark.django_db
ON = AT + timedelta(days=20)


@pytest.fixture
def edition(answers):
    with clock.at(AT):
        found = Edition(answers, "frozen")
        FreezeFactory(code="2027-01", consultation=found.consultation, frozen_at=AT)
        yield found


def state():
    return Consultation.rows.values_list("state", "embargo_until", "published_at").get()


def propose(edition, on=ON, by=None):
    return publishing.propose(edition.consultation.pk, on, by=by or edition.one)


def confirm(edition, by=None):
    return publishing.confirm(edition.consultation.pk, by=by or edition.other)


def test_results_are_public_from_the_hour_two_persons_agreed_on(edition):
    propose(edition)
    confirm(edition)

    assert state() == ("embargoed", ON, None)
    publishing.publish_what_is_due(ON - timedelta(seconds=1))
    assert state() == ("embargoed", ON, None)
    publishing.publish_what_is_due(ON + timedelta(seconds=30))
    publishing.publish_what_is_due(ON + timedelta(hours=1))
    assert state() == ("published", ON, ON + timedelta(seconds=30))
    verbs = list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-4:] == ["act_proposed", "act_confirmed", "results_embargoed", "results_published"]


@pytest.mark.parametrize("on", [AT - timedelta(minutes=1), AT + timedelta(days=366)], ids=["gone", "too far"])
def test_moment_is_to_come_and_within_a_year(edition, on):
    with pytest.raises(BadData):
        propose(edition, on)

    assert not PendingAct.rows.exists()


@pytest.mark.parametrize("who", ["one", "officer"])
def test_one_person_alone_publishes_nothing(edition, who):
    propose(edition)
    by = edition.one if who == "one" else edition.administrator(Role.PROGRAMME_OFFICER)

    with pytest.raises(NotAllowed):
        confirm(edition, by=by)

    assert state() == ("frozen", None, None)


def test_what_is_declined_stays_frozen_and_may_be_proposed_again(edition):
    propose(edition)
    publishing.decline(edition.consultation.pk, by=edition.other)

    with pytest.raises(WrongState):
        confirm(edition)
    propose(edition, by=edition.other)
    confirm(edition, by=edition.one)
    assert state()[0] == "embargoed"


@pytest.mark.parametrize("before", ["design", "open", "closed", "embargoed", "published"])
def test_only_frozen_results_are_published(edition, before):
    Consultation.rows.update(state=before)

    with pytest.raises(WrongState):
        propose(edition)


def test_tables_drawn_again_since_are_proposed_anew(edition):
    propose(edition)
    FreezeFactory(code="2027-09", consultation=edition.consultation, frozen_at=AT + timedelta(hours=1))

    with pytest.raises(WrongState):
        confirm(edition)
    assert state()[0] == "frozen"


def set_aside(edition):
    """Somebody proposes to count sheets that were set aside with the others."""
    edition.consultation.freezes.update(manifest={"set_aside": {"identical": 30}})
    return freezing.propose_restoring(edition.consultation.pk, "identical", by=edition.other)


@pytest.mark.parametrize("act", [propose, confirm])
def test_nothing_is_published_while_sheets_wait_to_be_taken_back(edition, act):
    if act is confirm:
        propose(edition)
    set_aside(edition)

    with pytest.raises(WrongState, match="mises de côté"):
        act(edition)

    assert state() == ("frozen", None, None)
    freezing.decline(edition.consultation.pk, by=edition.one)
    act(edition)


@pytest.mark.parametrize("act", [propose, confirm])
def test_tables_that_are_not_those_drawn_are_not_published(edition, act):
    if act is confirm:
        propose(edition)
    edition.consultation.freezes.update(manifest={"digest": "0" * 64})

    with pytest.raises(WrongState, match="établis au gel"):
        act(edition)

    assert state() == ("frozen", None, None)


def test_agreement_that_comes_too_late_publishes_nothing(edition):
    propose(edition)

    with clock.at(ON + timedelta(minutes=1)), pytest.raises(BadData):
        confirm(edition)
    assert state()[0] == "frozen"
