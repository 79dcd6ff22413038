"""The notes of the demonstration: told by their days, drawn, naming nobody."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.states import Role
from marelle.demo import network, notes
from marelle.plans.models import Note
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("until", "told"),
    [
        (datetime(2027, 9, 1, tzinfo=UTC), []),
        (datetime(2027, 12, 1, tzinfo=UTC), [(True, True), (False, True)]),
        (datetime(2031, 12, 1, tzinfo=UTC), [(True, True), (False, True), (False, False)]),
    ],
)
def test_notes_are_told_by_their_days(until, told):
    """With a photo or without, shown or read inside."""
    organisation = OrganisationFactory()
    PersonFactory(roles=[(organisation, Role.CITY_ADMINISTRATOR)])
    mandate = MandateFactory(agreement__application__organisation=organisation)
    ActionFactory(objective=ObjectiveFactory(plan=mandate.plan, name=network.content()["story"]["objective"]))

    notes.tell(until)

    rows = Note.objects.order_by("pk")
    assert [(note.photo is not None, note.shown_at is not None) for note in rows] == told
