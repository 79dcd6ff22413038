"""The gathering: what is refused once people have chosen or read, with nothing changed; what leaves is seen to leave."""

from datetime import timedelta

import pytest

from marelle.accounts import files
from marelle.accounts.states import Role
from marelle.base import clock, stamps
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Origin
from marelle.events.operations import gatherings, registrations
from marelle.events.operations.gatherings import Part
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    FIRST_DAY,
    IN_TIME,
    EventFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
)
from tests.factories.library import PracticeFactory, PracticeTextFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(house):
    return PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])


def gathering(house, **event):
    """Two days, with one workshop."""
    found = EventFactory(gathering=True, committee=house, **event)
    OccurrenceFactory(event=found, ends_at=FIRST_DAY + timedelta(hours=34))
    return found, ProgrammeItemFactory(event=found, capacity=2)


def test_save_item_refuses_that_what_people_chose_is_chosen_no_more(house, officer):
    event, item = gathering(house)
    main = RegistrationFactory(occurrence=event.occurrences.get())
    choice = registrations.choose(main.pk, item.pk, at=IN_TIME)
    part = Part(item.kind, item.name, item.starts_at, item.minutes, capacity=2, is_choice=False)

    with pytest.raises(WrongState):
        gatherings.save_item(event.pk, part, by=officer, code=item.code)
    item.refresh_from_db()
    stood = item.is_choice
    registrations.cancel(choice.pk, at=IN_TIME)
    gatherings.save_item(event.pk, part, by=officer, code=item.code)

    item.refresh_from_db()
    assert (stood, item.is_choice) == (True, False)


def test_show_practice_refuses_one_that_is_not_on_the_shelf(house, officer):
    event, _item = gathering(house)
    stall = ProgrammeItemFactory(event=event, kind="market")
    draft = PracticeTextFactory(
        practice=PracticeFactory(committee=house, state="draft", published_at=None), name="Brouillon"
    ).practice

    with pytest.raises(BadData):
        gatherings.show_practice(event.pk, stall.code, draft.code, by=officer)

    assert Origin.objects.count() == 0


def test_remove_file_is_the_team_s_and_is_seen_by_the_public(house, officer):
    event, item = gathering(house, state="documented")
    file = files.keep(b"%PDF-1.7", label="actes.pdf", kind="pdf", organisation=house, by=officer)
    item.files.add(file)
    with pytest.raises(NotAllowed):
        gatherings.remove_file(event.pk, item.code, file.code, by=PersonFactory())
    stood, before = item.files.filter(removed_at=None).count(), stamps.current()

    gatherings.remove_file(event.pk, item.code, file.code, by=officer)

    assert (stood, item.files.filter(removed_at=None).count(), stamps.current() > before) == (1, 0, True)
