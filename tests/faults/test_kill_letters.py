"""Fault experiment F13: the worker is killed (-9) among the letters of a steering reminder, and among those of a month.

What each letter says is written once, in the transaction that notes it; what the mail server takes twice is the one
letter in the worker's hands when it died, under the same Message-ID (decision 0007).
"""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Job, JobState, Letter
from marelle.mandates.letters.cities import FROM_COMMITTEE
from marelle.mandates.models import Follower, Reminder
from marelle.mandates.operations import reminders
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import CallFactory, FollowerFactory, MandateFactory
from tests.factories.plans import ActionFactory
from tests.faults.living_worker import check_sent_once, killed_when, mail, told  # noqa: F401  a fixture
from tests.scale import scaled
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS = scaled(1000, least=60)
WITHIN = 20.0 + LETTERS / 2  # seconds: a round writes to a hundred followers, and comes every half-minute
MARCH, MORNING = datetime(2027, 3, 1, tzinfo=clock.PARIS), datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def confirmed():
    """A letter to every town of a network, confirmed by an officer."""
    call = CallFactory()
    officer = PersonFactory(roles=[(call.committee, Role.PROGRAMME_OFFICER)])
    towns = [OrganisationFactory() for _n in range(LETTERS)]
    mandates = [
        MandateFactory(agreement__application__organisation=town, agreement__application__call=call) for town in towns
    ]
    for town in towns:
        PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR)])
    draft = reminders.draft_reminding(call.committee, mandates, by=officer)
    draft = reminders.write_reminding(draft.pk, "Bonjour {ville}", by=officer)
    return reminders.confirm_reminding(draft.pk, by=officer, version=draft.version)


def test_killing_the_worker_leaves_each_reminder_sent(confirmed, mail):  # noqa: F811
    """Killed in the job, then twice among the letters."""
    waiting = Reminder.objects.filter(sent_at=None)
    kind = FROM_COMMITTEE

    killed_when(lambda: waiting.count() <= LETTERS * 3 // 4, within=WITHIN)
    left = waiting.count()
    for share in (4, 2, 1):
        killed_when(lambda share=share: told(kind) >= LETTERS // share, within=WITHIN)

    assert 0 < left < LETTERS  # the job was cut
    assert waiting.count() == 0
    assert Letter.objects.filter(kind=kind).count() == LETTERS
    assert JournalContent.objects.filter(verb="reminded").count() == LETTERS
    assert Job.objects.get(task=reminders.SEND).state == JobState.DONE
    check_sent_once(mail, kind, kills=3)


def test_killing_the_worker_leaves_each_letter_of_the_month_sent(mail):  # noqa: F811
    """Killed while it writes them, then among them."""
    town = member()
    ActionFactory(objective=promise(town), state="done", moved_on=date(2027, 2, 15))
    FollowerFactory.create_batch(LETTERS, organisation=town.organisation)
    due = Follower.objects.filter(told_until__lt=MARCH)
    kind = "follow_news"

    with clock.at(MORNING):
        killed_when(lambda: due.count() <= LETTERS * 3 // 4, within=WITHIN)
        left = due.count()
        for share in (2, 1):
            killed_when(lambda share=share: told(kind) >= LETTERS // share, within=WITHIN)

    assert 0 < left < LETTERS
    assert due.count() == 0
    assert Letter.objects.filter(kind=kind).count() == LETTERS
    check_sent_once(mail, kind, kills=2)
